"""Tasks: rows of the inbox, and the form that ends one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskView
from api.console import deadlines, words
from api.console.fill.seen import Seen
from api.console.request import submission
from api.console.views.desk import DecisionForm, TaskRow
from api.console.views.shared import DeadlineView, FieldControl, FieldView, Option, StatusView, Tone
from definitions.bundle.tasks import NEED_REASONS, OUTCOMES
from definitions.language.base import Basis
from definitions.language.limits import Unit
from definitions.matter.state import Outcome, TaskKind, TaskStatus

LONGEST = 2000
# Done, but not a success for the applicant: it must not look like one.
_AGAINST = frozenset({Outcome.ADVISE_REFUSAL, Outcome.REFUSE, Outcome.REJECT, Outcome.UPHOLD})
_OPINIONS: Mapping[TaskKind, tuple[str, str, str]] = {
    TaskKind.REVIEW: ("审查结论", "审查意见", "提交审查意见"),
    TaskKind.DECIDE: ("决定", "意见", "提交决定"),
    TaskKind.CHECK: ("核对结果", "说明", "提交核对结果"),
    TaskKind.OBJECTION: ("处理结果", "说明", "提交处理结果"),
}
_REFUSALS: Mapping[TaskKind, str] = {
    TaskKind.REVIEW: "建议不予的，写明理由",
    TaskKind.DECIDE: "不予的，写明理由、依据，并告知救济途径",
    TaskKind.CHECK: "退回的，一次性写明要补什么",
    TaskKind.OBJECTION: "写明查实的情况和理由",
}
_OPINION_HINTS: Mapping[TaskKind, str] = {
    TaskKind.REVIEW: "记入办理记录，审批人看得到",
    TaskKind.DECIDE: "记入办理记录；不予的，也写进决定书",
}
_HINTS: Mapping[TaskKind, str] = {
    TaskKind.REVIEW: "写明事实和不符合的条件，供审批人参考",
    TaskKind.DECIDE: "写明事实和不符合的条件，会原文写进决定书",
    TaskKind.CHECK: "例如：第 2 页缺公章，请盖章后重扫",
    TaskKind.OBJECTION: "会记入办理记录",
}


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed into the form, and what is wrong with it by field."""

    outcome: str = ""
    opinion: str = ""
    reasons: str = ""
    bases: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def task_url(task: str) -> str:
    """Where a task is worked."""
    return f"/console/tasks/{task}"


def row(seen: Seen, task: TaskView) -> TaskRow:
    """A line of the inbox."""
    free = task.status is TaskStatus.READY and seen.may_work(task)
    return TaskRow(
        id=task.id,
        url=task_url(task.id),
        matter=task.matter_name,
        applicant=task.firm_name,
        number=task.bundle,
        todo=task.name,
        status=status_of(task),
        deadline=deadline(seen, task),
        holder=_holder(seen, task),
        claim=submission(f"{task_url(task.id)}/claim", task.version) if free else None,
    )


def _holder(seen: Seen, task: TaskView) -> str:
    """Within a department its own name goes without saying."""
    who = task.assignee_name or ""
    if task.department == seen.actor.department:
        return who
    return f"{seen.organ(task.department)} {who or '无人领取'}"


def deadline(seen: Seen, task: TaskView) -> DeadlineView:
    """The promise the task is under; a task that is done shows no running limit."""
    if task.due_at is None:
        return deadlines.not_started("本环节不计承诺时限")
    ticking = deadlines.ticking(
        due_at=task.due_at, now=seen.now, unit=Unit.WORKING_DAY, calendar=seen.calendar
    )
    if task.completed_at is None or ticking.due_on is None:
        return ticking
    if task.completed_at <= task.due_at:
        return deadlines.met(ticking.due_on)
    return deadlines.ticking(
        due_at=task.due_at, now=task.completed_at, unit=Unit.WORKING_DAY, calendar=seen.calendar
    )


def status_of(task: TaskView) -> StatusView:
    """The task's state; of a done one, how it ended."""
    said = words.TASK[task.status]
    if task.outcome is None:
        return said
    tone = Tone.BAD if task.outcome in _AGAINST else said.tone
    return StatusView(f"{said.label}：{words.OUTCOME[task.outcome]}", words.SYMBOLS[tone], tone)


def closed(seen: Seen, task: TaskView) -> str:
    """Why this person cannot end the task now; empty where they can."""
    if task.status is TaskStatus.COMPLETED:
        how = f"，结果：{words.OUTCOME[task.outcome]}" if task.outcome else ""
        return f"本件已由{task.assignee_name or '系统'}办完{how}。"
    if task.status is TaskStatus.CANCELLED:
        return "这项待办已取消，不用再办。"
    if not seen.may_work(task):
        return "您的岗位只看不办。"
    if task.status is TaskStatus.READY:
        return "先领取，再办理。"
    if task.assignee != seen.actor.id:
        return f"由{task.assignee_name or '他人'}领取，正在办理。需要换人时，请他放回待领。"
    return ""


def decision_form(
    seen: Seen,
    task: TaskView,
    matter: MatterView | None,
    *,
    gate: str = "",
    entered: Entered | None = None,
) -> DecisionForm:
    """The form that ends the task; filled with what was typed before."""
    typed = entered or Entered()
    legend, opinion, button = _OPINIONS[task.kind]
    outcomes = OUTCOMES[task.kind]
    needing = tuple(str(each) for each in outcomes if each in NEED_REASONS)
    return DecisionForm(
        submission=submission(f"{task_url(task.id)}/complete", task.version),
        name="outcome",
        legend=legend,
        options=tuple(
            Option(each, words.OUTCOME[each], chosen=each == typed.outcome) for each in outcomes
        ),
        opinion=_opinion(task, opinion, typed),
        refusal=_refusal(seen, task, matter, typed),
        refusal_legend=_REFUSALS[task.kind],
        refusal_for=needing,
        button=button,
        gate=gate,
        closed=closed(seen, task),
    )


def bases_of(matter: MatterView | None) -> tuple[Basis, ...]:
    """The law a refusal may rest on, in the order shown."""
    return tuple(dict.fromkeys(matter.bases)) if matter else ()


def _opinion(task: TaskView, label: str, typed: Entered) -> FieldView:
    return FieldView(
        "opinion",
        label,
        FieldControl.LONG_TEXT,
        value=typed.opinion,
        error=_error(typed, "opinion"),
        hint=_OPINION_HINTS.get(task.kind, "记入办理记录"),
        required=False,
        max_length=LONGEST,
    )


def _refusal(
    seen: Seen, task: TaskView, matter: MatterView | None, typed: Entered
) -> tuple[FieldView, ...]:
    reasons = FieldView(
        "reasons",
        "理由",
        FieldControl.LONG_TEXT,
        value=typed.reasons,
        hint=_HINTS[task.kind],
        error=_error(typed, "reasons"),
        max_length=LONGEST,
    )
    if Outcome.REFUSE not in OUTCOMES[task.kind]:
        return (reasons,)
    cited = (seen.basis(basis) for basis in bases_of(matter))
    bases = FieldView(
        "bases",
        "依据",
        FieldControl.CHECKS,
        error=_error(typed, "bases"),
        options=tuple(
            Option(
                str(index), f"《{b.law}》{b.article}", hint=b.says, chosen=str(index) in typed.bases
            )
            for index, b in enumerate(cited)
        ),
    )
    remedies = "\n".join(matter.remedies) if matter else ""
    return (
        reasons,
        bases,
        FieldView("remedies", "救济途径", value=remedies, hint="自动写进决定书", fixed=True),
    )


def _error(typed: Entered, name: str) -> str:
    return typed.errors.get(name, "")
