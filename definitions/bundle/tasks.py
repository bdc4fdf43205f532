"""Claiming, releasing and completing tasks: whose work it is, and which outcomes it may have."""

from datetime import datetime

from definitions.bundle.commands import ClaimTask, CompleteTask, ReleaseTask
from definitions.bundle.hearings import check_decidable, held
from definitions.bundle.papers import notice
from definitions.bundle.procedures import extend
from definitions.bundle.receiving import acceptance, arrived
from definitions.bundle.state import BundleState
from definitions.bundle.targets import planned_of
from definitions.errors import Code, Refused
from definitions.language.limits import Limit
from definitions.language.matters import Review
from definitions.language.receipt import NotAccepted
from definitions.language.roles import Actor
from definitions.matter.events import (
    Event,
    MaterialAccepted,
    MaterialRejected,
    MatterNotAccepted,
    MatterRevoked,
    MatterTerminated,
    PromiseBroken,
    PromiseKept,
    RectificationOrdered,
    TaskClaimed,
    TaskCompleted,
    TaskReleased,
)
from definitions.matter.state import MatterStatus
from definitions.matter.tasks import Outcome, TaskKind, TaskState, TaskStatus
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.permissions import may_work
from definitions.rules.plan import PlannedMatter

OUTCOMES: dict[TaskKind, tuple[Outcome, ...]] = {
    TaskKind.RECEIPT: (
        Outcome.ACCEPT,
        Outcome.ASK_SUPPLEMENT,
        Outcome.NOT_REQUIRED,
        Outcome.NOT_COMPETENT,
    ),
    TaskKind.REVIEW: (Outcome.PASS, Outcome.ADVISE_REFUSAL),
    TaskKind.DECIDE: (Outcome.GRANT, Outcome.REFUSE),
    TaskKind.CHECK: (Outcome.ACCEPT, Outcome.REJECT),
    TaskKind.OBJECTION: (Outcome.UPHOLD, Outcome.DISMISS),
    TaskKind.EXTENSION: (Outcome.APPROVE, Outcome.DECLINE),
    TaskKind.HEARING: (Outcome.HELD,),
    TaskKind.VERIFICATION: (Outcome.CONFIRM, Outcome.RECTIFY, Outcome.UNTRUE),
    TaskKind.REVOCATION: (Outcome.REVOKE, Outcome.KEEP),
}
NEED_REASONS = frozenset(
    {
        Outcome.ADVISE_REFUSAL,
        Outcome.REFUSE,
        Outcome.REJECT,
        Outcome.UPHOLD,
        Outcome.DISMISS,
        Outcome.NOT_REQUIRED,
        Outcome.NOT_COMPETENT,
        Outcome.DECLINE,
        Outcome.RECTIFY,
        Outcome.UNTRUE,
        Outcome.REVOKE,
        Outcome.KEEP,
    }
)
NEED_BASES = frozenset({Outcome.REFUSE, Outcome.REVOKE})
_STEPS = frozenset({TaskKind.REVIEW, TaskKind.DECIDE})


def claim(state: BundleState, command: ClaimTask, actor: Actor) -> tuple[Event, ...]:
    """Take a ready task; a task somebody else holds is refused with who holds it."""
    task = _open_task(state, command.task, actor)
    if task.status is TaskStatus.CLAIMED:
        if task.assignee == actor.id:
            return ()
        raise Refused(Code.TASK_TAKEN, "这项待办已由他人领取", by=task.assignee or "")
    return (TaskClaimed(matter=task.matter, task=task.id),)


def release(state: BundleState, command: ReleaseTask, actor: Actor) -> tuple[Event, ...]:
    """Put one's own claimed task back."""
    task = _open_task(state, command.task, actor)
    if task.status is TaskStatus.READY:
        return ()
    _own_task(task, actor)
    return (TaskReleased(matter=task.matter, task=task.id),)


def complete(
    state: BundleState, command: CompleteTask, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Complete a task one holds, or a ready one at once (which claims it first)."""
    task = _open_task(state, command.task, actor)
    if task.status is TaskStatus.CLAIMED:
        _own_task(task, actor)
    _check_outcome(task, command)
    _check_people(state, task, command, actor)
    claimed: tuple[Event, ...] = ()
    if task.status is TaskStatus.READY:
        claimed = (TaskClaimed(matter=task.matter, task=task.id),)
    completed = TaskCompleted(
        matter=task.matter,
        task=task.id,
        outcome=command.outcome,
        step=task.kind in _STEPS,
        reasons=command.reasons,
        bases=command.bases,
        companions=command.companions,
    )
    return (*claimed, completed, *_consequences(state, task, command, actor, now))


def _consequences(
    state: BundleState, task: TaskState, command: CompleteTask, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    planned = planned_of(state, task.matter)
    match task.kind:
        case TaskKind.RECEIPT:
            return _examined(state, planned, command, now)
        case TaskKind.CHECK if task.material is not None:
            if command.outcome is Outcome.ACCEPT:
                return (MaterialAccepted(material=task.material),)
            return (MaterialRejected(material=task.material, reasons=command.reasons),)
        case TaskKind.OBJECTION if command.outcome is Outcome.UPHOLD:
            return (MatterTerminated(matter=task.matter, reason="公示期内异议成立"),)
        case TaskKind.DECIDE:
            check_decidable(planned, state.matters[task.matter])
            return ()
        case TaskKind.EXTENSION if command.outcome is Outcome.APPROVE:
            return (extend(state, task, actor, now),)
        case TaskKind.HEARING:
            return held(state, task, command, now)
        case TaskKind.VERIFICATION:
            return _verified(state, planned, command, now)
        case TaskKind.REVOCATION if command.outcome is Outcome.REVOKE:
            return (
                MatterRevoked(matter=task.matter, reasons=command.reasons, bases=command.bases),
            )
        case _:
            return ()


def _examined(
    state: BundleState, planned: PlannedMatter, command: CompleteTask, now: datetime
) -> tuple[Event, ...]:
    """受理, 一次性告知, or 不予受理 (行政许可法 32)."""
    key = planned.key
    match command.outcome:
        case Outcome.ACCEPT:
            since = arrived(state, state.matters[key])
            accepted = acceptance(state, planned, now, since=since)
            if accepted is None:
                raise Refused(
                    Code.MATERIAL_MISSING, "材料不齐，不能受理；请出具补正告知书", field="/outcome"
                )
            return (accepted,)
        case Outcome.ASK_SUPPLEMENT:
            clock = _correction(planned, command.days, now)
            return notice(state, planned, state.matters[key], command, clock)
        case Outcome.NOT_COMPETENT:
            if not command.organ:
                raise Refused(Code.REASONS_MISSING, "请写明应当向哪个机关申请", field="/organ")
            why = NotAccepted.NOT_COMPETENT
        case _:
            why = NotAccepted.NOT_REQUIRED
    refused = MatterNotAccepted(
        matter=key,
        why=why,
        organ=command.organ,
        reasons=command.reasons,
        bases=command.bases or ((planned.examine.basis,) if planned.examine else ()),
    )
    return (refused,)


def _correction(planned: PlannedMatter, days: int | None, now: datetime) -> Clock:
    """The clock of a supplement notice; the law sets no length, the notice does."""
    examine = planned.examine
    rule = planned.rule(examine.supplement) if examine else None
    if examine is None or rule is None:
        raise Refused(Code.OUTCOME_NOT_POSSIBLE, "本事项不作受理审查", field="/outcome")
    given = rule.limit.days if days is None else days
    if given < 1:
        raise Refused(Code.DEADLINE_PAST, "补正期限至少 1 个工作日", field="/days")
    if given > examine.days:
        raise Refused(Code.LIMIT_TOO_LONG, f"补正期限最多 {examine.days} 个工作日", field="/days")
    clock = Clock.of(rule, now)
    limit = Limit(days=given, unit=rule.limit.unit, basis=rule.basis)
    return clock.model_copy(update={"limit": limit, "reminders": (3, 1)})


def _verified(
    state: BundleState, planned: PlannedMatter, command: CompleteTask, now: datetime
) -> tuple[Event, ...]:
    """核查: true, to be put right once, or not true."""
    key, rule = planned.key, planned.inform_commit
    promise = state.matters[key].promise
    match command.outcome:
        case Outcome.CONFIRM:
            return (PromiseKept(matter=key),)
        case Outcome.RECTIFY if rule is not None and promise is not None and promise.checks == 0:
            clock = Clock(
                kind=ClockKind.RECTIFICATION,
                limit=rule.rectify.model_copy(update={"basis": rule.basis}),
                started_at=now,
                name="整改期限",
            )
            return (RectificationOrdered(matter=key, reasons=command.reasons, clock=clock),)
        case Outcome.RECTIFY:
            raise Refused(Code.OUTCOME_NOT_POSSIBLE, "已经责令整改过一次", field="/outcome")
        case _:
            return (PromiseBroken(matter=key),)


def _open_task(state: BundleState, name: str, actor: Actor) -> TaskState:
    task = state.tasks.get(name)
    # Whether a task of another department exists is none of the caller's business.
    if task is None or not may_work(actor, department=task.department, role=task.role):
        if task is not None and task.department == actor.department:
            raise Refused(Code.FORBIDDEN, "您的岗位不能办理这项待办", needs=task.role)
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    if not task.is_open and _told_once(state, task):
        raise Refused(
            Code.SECOND_NOTICE,
            "已经一次性告知过，不得再提新的要求；确有必要的，由督办人员批准",
            status=task.status,
        )
    if not task.is_open:
        raise Refused(Code.TASK_NOT_OPEN, "这项待办已经办结或取消", status=task.status)
    return task


def _told_once(state: BundleState, task: TaskState) -> bool:
    """Whether this is an examination that ended in a notice still being followed."""
    asked = task.kind is TaskKind.RECEIPT and task.outcome is Outcome.ASK_SUPPLEMENT
    return asked and state.matters[task.matter].status is MatterStatus.SUPPLEMENTING


def _own_task(task: TaskState, actor: Actor) -> None:
    if task.assignee != actor.id:
        raise Refused(Code.TASK_TAKEN, "这项待办已由他人领取", by=task.assignee or "")


def _check_outcome(task: TaskState, command: CompleteTask) -> None:
    if command.outcome not in OUTCOMES[task.kind]:
        raise Refused(
            Code.OUTCOME_NOT_POSSIBLE,
            "这项待办没有这种办理结果",
            field="/outcome",
            possible=" ".join(OUTCOMES[task.kind]),
        )
    if command.outcome in NEED_REASONS and not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明理由", field="/reasons")
    if command.outcome in NEED_BASES and not command.bases:
        raise Refused(Code.REASONS_MISSING, "决定应当写明法律依据", field="/bases")


def _check_people(state: BundleState, task: TaskState, command: CompleteTask, actor: Actor) -> None:
    """Who examined does not decide (四眼原则); a check on site takes two (行政许可法 34)."""
    matter = state.matters[task.matter]
    if task.kind is TaskKind.DECIDE and actor.id in matter.reviewed_by:
        raise Refused(Code.FOUR_EYES, "审查人与决定人不能是同一人")
    if task.kind is TaskKind.EXTENSION and task.proposed_by == actor.id:
        raise Refused(Code.FOUR_EYES, "提请延期的人不能自己批准")
    if task.kind is not TaskKind.REVIEW:
        return
    steps = planned_of(state, task.matter).steps
    step = steps[matter.step] if matter.step < len(steps) else None
    present = {actor.id, *command.companions}
    if isinstance(step, Review) and len(present) < step.officers:
        raise Refused(
            Code.OFFICERS_MISSING,
            f"应当由 {step.officers} 名以上工作人员核查，请写明同行人员",
            field="/companions",
        )
