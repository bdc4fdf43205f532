"""Tasks: rows of the inbox, and the form that ends one."""

from collections.abc import Mapping

from activities.store.reading.tasks import TaskView
from api.console import deadlines, formats, words
from api.console.fill.outcomes import LONGEST, Entered, Ground, outcome_parts
from api.console.fill.seen import Seen
from api.console.request import submission
from api.console.views.desk import DecisionForm, TaskRow
from api.console.views.shared import DeadlineView, FieldControl, FieldView, Option, StatusView, Tone
from definitions.bundle.tasks import OUTCOMES
from definitions.language.limits import Unit
from definitions.matter.tasks import Outcome, TaskKind, TaskStatus

ACCEPT = "application/pdf,application/ofd,.ofd,image/jpeg,image/png,image/tiff"
# Done, but not a success for the applicant: it must not look like one.
_AGAINST = frozenset(
    {
        *(Outcome.ADVISE_REFUSAL, Outcome.REFUSE, Outcome.REJECT, Outcome.UPHOLD),
        *(Outcome.NOT_REQUIRED, Outcome.NOT_COMPETENT, Outcome.DECLINE, Outcome.UNTRUE),
        *(Outcome.REVOKE, Outcome.UNABLE, Outcome.OBJECT, Outcome.UNAVAILABLE),
    }
)
_OPINIONS: Mapping[TaskKind, tuple[str, str, str]] = {
    TaskKind.RECEIPT: ("审查结论", "意见", "提交审查结论"),
    TaskKind.REVIEW: ("审查结论", "审查意见", "提交审查意见"),
    TaskKind.DECIDE: ("决定", "意见", "提交决定"),
    TaskKind.CHECK: ("核对结果", "说明", "提交核对结果"),
    TaskKind.OBJECTION: ("处理结果", "说明", "提交处理结果"),
    TaskKind.EXTENSION: ("是否批准", "意见", "提交批准意见"),
    TaskKind.HEARING: ("听证", "情况说明", "提交听证笔录"),
    TaskKind.VERIFICATION: ("核查结果", "核查情况", "提交核查结果"),
    TaskKind.REVOCATION: ("审查结论", "意见", "提交审查结论"),
    TaskKind.REWORK: ("完善情况", "说明", "完善好了，送回部门"),
    TaskKind.CONSULTATION: ("意见", "说明", "提交意见"),
    TaskKind.ASSISTANCE: ("协助结果", "说明", "提交协助结果"),
    TaskKind.EXPERT: ("专家意见", "意见", "提交专家意见"),
    TaskKind.SURVEY: ("能否参加", "说明", "提交答复"),
    TaskKind.SITE: ("踏勘", "踏勘情况", "提交踏勘记录"),
    TaskKind.COMPLAINT: ("处理结果", "说明", "提交处理结果"),
}
_OVER: Mapping[TaskStatus, str] = {
    TaskStatus.RETURNED: "已写明原因退回，不用再办。",
    TaskStatus.CANCELLED: "提出的部门已经撤回，不用再办。",
    TaskStatus.OBSOLETE: "事项已经结束，这项待办不用再办。",
}
_OPINION_HINTS: Mapping[TaskKind, str] = {
    TaskKind.REVIEW: "记入办理记录，审批人看得到",
    TaskKind.DECIDE: "记入办理记录；不予的，也写进决定书",
}
_OUTCOME_HINTS: Mapping[tuple[TaskKind, Outcome], str] = {
    (TaskKind.RECEIPT, Outcome.ACCEPT): "材料齐全、符合法定形式；时限从今天的次日起算",
    (TaskKind.RECEIPT, Outcome.ASK_SUPPLEMENT): "全部内容一次告知",
    (TaskKind.RECEIPT, Outcome.NOT_REQUIRED): "即时告知不受理",
    (TaskKind.RECEIPT, Outcome.NOT_COMPETENT): "即时不予受理，告知有权机关",
    (TaskKind.VERIFICATION, Outcome.CONFIRM): "承诺的条件都符合",
    (TaskKind.VERIFICATION, Outcome.RECTIFY): "限期整改，只有一次",
    (TaskKind.VERIFICATION, Outcome.UNTRUE): "记录失信后果，转审批岗位审查撤销",
    (TaskKind.ASSISTANCE, Outcome.UNABLE): "依法不能提供协助的，写明原因",
    (TaskKind.SITE, Outcome.DONE): "两名以上工作人员到场",
    (TaskKind.COMPLAINT, Outcome.SOLVED): "已经办成，或者已经排除障碍",
    (TaskKind.COMPLAINT, Outcome.EXPLAINED): "依法办不了的，向申请人说明原因、依据和办法",
    (TaskKind.REVOCATION, Outcome.REVOKE): "决定自始不发生效力，依据它的其他决定也要审查",
    (TaskKind.REVOCATION, Outcome.KEEP): "决定继续有效",
}


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
        holder=held_by(seen, task),
        claim=submission(f"{task_url(task.id)}/claim", task.version) if free else None,
    )


def held_by(seen: Seen, task: TaskView) -> str:
    """Who has it, and for whom he did it. Within a department its own name is left out."""
    who = task.assignee_name or ""
    if task.stood_for_name:
        who = f"{who}（代{task.stood_for_name}）"
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
    label = f"{said.label}：{words.outcome(task.kind, task.outcome)}"
    return StatusView(label, words.SYMBOLS[tone], tone)


def closed(seen: Seen, task: TaskView, people: frozenset[str] = frozenset()) -> str:
    """Why this person cannot end the task now; empty where they, or `people`, can."""
    if task.status is TaskStatus.COMPLETED:
        how = f"，结果：{words.outcome(task.kind, task.outcome)}" if task.outcome else ""
        return f"本件已由{task.assignee_name or '系统'}办完{how}。"
    over = _OVER.get(task.status)
    if over is not None:
        return over
    if not seen.may_work(task):
        return "您的岗位只看不办。"
    if task.status is TaskStatus.READY:
        return "先领取，再办理。"
    if task.status is TaskStatus.IN_REVIEW:
        return _in_review(task, people | {seen.actor.id})
    if task.assignee not in people | {seen.actor.id}:
        return f"由{task.assignee_name or '他人'}领取，正在办理。需要换人时，请他放回待领。"
    if task.status is TaskStatus.WAITING:
        return "正在等待。按“继续办理”以后再提交。"
    return ""


def _in_review(task: TaskView, people: frozenset[str]) -> str:
    said = task.proposal
    if said is None or said.by in people:
        to = said.to_name if said and said.to_name else "本部门任一同事"
        return f"已送复核，等{to}看过。要改的，放回待领后重新办理。"
    if said.to is not None and said.to not in people:
        return f"已请{said.to_name or '他人'}复核。"
    return "请看拟办意见：同意的，按上面的按钮办结；要改的，按“复核退改”。"


def decision_form(
    at: Ground,
    *,
    gate: str = "",
    entered: Entered | None = None,
    people: frozenset[str] = frozenset(),
) -> DecisionForm:
    """The form that ends the task; filled with what was typed before."""
    task, typed = at.task, entered or Entered()
    legend, opinion, button = _OPINIONS[task.kind]
    outcomes = OUTCOMES[task.kind]
    only = len(outcomes) == 1
    return DecisionForm(
        submission=submission(f"{task_url(task.id)}/complete", task.version),
        choice=FieldView(
            "outcome",
            legend,
            FieldControl.CARDS,
            error=typed.error("outcome"),
            options=tuple(
                Option(
                    each,
                    words.outcome(task.kind, each),
                    hint=_OUTCOME_HINTS.get((task.kind, each), ""),
                    chosen=only or each == typed.outcome,
                    unavailable=_unavailable(at, each),
                )
                for each in outcomes
            ),
        ),
        opinion=_opinion(task, opinion, typed),
        parts=outcome_parts(at, typed),
        button=button,
        gate=gate,
        closed=closed(at.seen, task, people) or held_back(at),
        accept=ACCEPT,
    )


def held_back(at: Ground) -> str:
    """Why the law does not let the task be ended yet; empty where it does."""
    if at.matter is None:
        return ""
    special = at.matter.special
    hearing = special.hearing
    match at.task.kind:
        case TaskKind.DECIDE if hearing is not None and not hearing.is_over:
            return f"听证程序还没有结束（{words.HEARING[hearing.status].label}），不能作出决定。"
        case TaskKind.DECIDE if at.matter.suspended:
            name = special.procedures[-1].name
            return f"特别程序（{name}）正在进行，计时已停；结束后才能作出决定。"
        case TaskKind.DECIDE if hearing is None and special.hearing_due:
            return "作出决定前，应当先告知听证权利。请到事项详情办理“告知听证权利”。"
        case TaskKind.HEARING if hearing is not None and hearing.on is None:
            return "听证还没有定时间。请到事项详情办理“确定听证时间、地点”。"
        case TaskKind.HEARING if hearing is not None and hearing.on and at.seen.now < hearing.on:
            when = f"{formats.day(hearing.on, at.seen.now)} {formats.clock(hearing.on)}"
            return f"听证定于 {when} 举行，举行以后再提交笔录。"
        case _:
            return ""


def _unavailable(at: Ground, outcome: Outcome) -> str:
    promise = at.matter.special.promise if at.matter else None
    if outcome is Outcome.RECTIFY and promise is not None and promise.checks:
        return "已经责令整改过一次"
    return ""


def _opinion(task: TaskView, label: str, typed: Entered) -> FieldView:
    return FieldView(
        "opinion",
        label,
        FieldControl.LONG_TEXT,
        value=typed.opinion,
        error=typed.error("opinion"),
        hint=_OPINION_HINTS.get(task.kind, "记入办理记录"),
        required=False,
        max_length=LONGEST,
    )
