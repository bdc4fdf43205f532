"""Completing tasks: which outcomes each may have, who may bring them about, what follows."""

from datetime import datetime

from definitions.bundle.colleagues import open_requests
from definitions.bundle.commands import CompleteTask
from definitions.bundle.hearings import check_decidable, held
from definitions.bundle.papers import notice
from definitions.bundle.procedures import extend
from definitions.bundle.receiving import acceptance, arrived
from definitions.bundle.state import BundleState
from definitions.bundle.targets import open_task, planned_of, require_holder
from definitions.errors import Code, Refused
from definitions.language.limits import Limit
from definitions.language.matters import Review
from definitions.language.receipt import NotAccepted
from definitions.language.roles import Actor, Role
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
)
from definitions.matter.tasks import Completion, Outcome, TaskKind, TaskState, TaskStatus
from definitions.rules.clocks import Clock, ClockKind
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
    TaskKind.REWORK: (Outcome.DONE,),
    TaskKind.CONSULTATION: (Outcome.AGREE, Outcome.OBJECT),
    TaskKind.ASSISTANCE: (Outcome.DONE, Outcome.UNABLE),
    TaskKind.EXPERT: (Outcome.AGREE, Outcome.OBJECT),
    TaskKind.SURVEY: (Outcome.AVAILABLE, Outcome.UNAVAILABLE),
    TaskKind.SITE: (Outcome.DONE,),
    TaskKind.COMPLAINT: (Outcome.SOLVED, Outcome.EXPLAINED),
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
        Outcome.OBJECT,
        Outcome.UNABLE,
        Outcome.UNAVAILABLE,
        Outcome.SOLVED,
        Outcome.EXPLAINED,
    }
)
NEED_BASES = frozenset({Outcome.REFUSE, Outcome.REVOKE})
_STEPS = frozenset({TaskKind.REVIEW, TaskKind.DECIDE})


def complete(
    state: BundleState, command: CompleteTask, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Complete a task one holds, or a ready one at once (which claims it first)."""
    task = open_task(state, command.task, actor)
    if task.status is TaskStatus.IN_REVIEW:
        check_reviewer(task, actor)
    elif task.status is not TaskStatus.READY:
        require_holder(task, actor)
    check_completion(state, task, command, actor)
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
        handled_by=command.handled_by,
        drafted_by=task.proposal.by if task.proposal else None,
        answer=_kept(task, command),
    )
    return (*claimed, completed, *_consequences(state, task, command, actor, now))


def check_completion(
    state: BundleState, task: TaskState, command: CompleteTask, actor: Actor
) -> None:
    """Raise `Refused` unless the task may be completed so, and by these people."""
    _check_outcome(task, command)
    _check_people(state, task, command, actor)


def check_reviewer(task: TaskState, actor: Actor) -> None:
    """Raise `Refused` unless this colleague may look at what was proposed (复核)."""
    proposal = task.proposal
    if proposal is None:
        raise Refused(Code.TASK_NOT_OPEN, "这项待办没有送复核", status=task.status)
    if proposal.by in actor.people:
        raise Refused(Code.FOUR_EYES, "拟办人不能复核自己的意见")
    if proposal.to is not None and proposal.to not in actor.people:
        raise Refused(Code.TASK_TAKEN, "这项待办已指定他人复核", by=proposal.to)


def _kept(task: TaskState, command: CompleteTask) -> Completion | None:
    """What was answered, where others go by it."""
    if task.request is None and task.kind not in {TaskKind.COMPLAINT, TaskKind.REWORK}:
        return None
    return Completion.model_validate(command.model_dump(exclude={"kind", "task"}))


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
            _check_answered(state, task)
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


def _check_answered(state: BundleState, task: TaskState) -> None:
    """A decision waits for what others were asked."""
    still = open_requests(state, task.matter)
    if still:
        raise Refused(
            Code.REQUESTS_OPEN,
            "还有部门没有答复；不再需要的，请先撤回请求",
            open=" ".join(each.id for each in still),
        )


def _check_people(state: BundleState, task: TaskState, command: CompleteTask, actor: Actor) -> None:
    """Who examined does not decide (四眼原则); a check on site takes two (行政许可法 34).

    A department's own system acts for people: the last of them decides.
    """
    matter = state.matters[task.matter]
    acting = _acting(command, actor)
    if not {*command.companions, *command.handled_by}.isdisjoint(state.recused):
        raise Refused(Code.RECUSED, "同行人员、经办人员须回避本件的，不能办理")
    if task.kind is TaskKind.DECIDE and acting & {*matter.reviewed_by, *command.handled_by[:-1]}:
        raise Refused(Code.FOUR_EYES, "审查人与决定人不能是同一人")
    if task.kind is TaskKind.EXTENSION and task.proposed_by in acting:
        raise Refused(Code.FOUR_EYES, "提请延期的人不能自己批准")
    # Who looks at a proposal was not on site; its author was.
    went = acting if task.proposal is None else {task.proposal.by}
    needed = 2 if task.kind is TaskKind.SITE else _officers(state, task)
    if len({*went, *command.handled_by, *command.companions}) < needed:
        raise Refused(
            Code.OFFICERS_MISSING,
            f"应当由 {needed} 名以上工作人员核查，请写明同行人员",
            field="/companions",
        )
    _check_days(task, command)


def _acting(command: CompleteTask, actor: Actor) -> frozenset[str]:
    """The people who are responsible for it. A program is nobody; people have none act for them."""
    if actor.role is not Role.DEPARTMENT_SYSTEM:
        if command.handled_by:
            raise Refused(
                Code.INVALID, "只有部门自有系统办理的，才写明由谁经办", field="/handled_by"
            )
        return actor.people
    if not command.handled_by:
        raise Refused(Code.OFFICERS_MISSING, "请写明由谁审查、谁决定", field="/handled_by")
    return frozenset(command.handled_by[-1:])


def _check_days(task: TaskState, command: CompleteTask) -> None:
    """A survey is answered with days that were proposed."""
    if task.kind is TaskKind.SURVEY and command.outcome is Outcome.AVAILABLE:
        offered = task.request.dates if task.request else ()
        if not command.dates or not set(command.dates) <= set(offered):
            raise Refused(Code.INVALID, "请在提出的日期里选至少一天", field="/dates")


def _officers(state: BundleState, task: TaskState) -> int:
    """How many officers the present step takes."""
    if task.kind is not TaskKind.REVIEW:
        return 1
    matter = state.matters[task.matter]
    steps = planned_of(state, task.matter).steps
    step = steps[matter.step] if matter.step < len(steps) else None
    return step.officers if isinstance(step, Review) else 1
