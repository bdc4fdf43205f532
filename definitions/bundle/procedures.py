"""Special procedures, extensions, and more time for the applicant: who may, how often, how long."""

from datetime import datetime

from definitions.bundle.commands import (
    EndProcedure,
    ProlongSupplement,
    ProposeExtension,
    StartProcedure,
)
from definitions.bundle.state import BundleState
from definitions.bundle.targets import in_hand, own
from definitions.errors import Code, Refused
from definitions.language.clocks import ExtendedBy
from definitions.language.limits import Limit
from definitions.language.pending import Terms
from definitions.language.roles import GOVERNMENT, Actor, Role
from definitions.matter.events import (
    ClockExtended,
    Event,
    ProcedureEnded,
    ProcedureStarted,
    TaskOpened,
)
from definitions.matter.state import MatterState, Procedure
from definitions.matter.tasks import TaskKind, TaskState
from definitions.matter.values import Reason
from definitions.rules.clocks import Clock, ClockKind, Extension, due
from definitions.rules.permissions import Act
from definitions.rules.plan import PlannedMatter

HEARING = "hearing"


def start_procedure(
    state: BundleState, command: StartProcedure, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Stop the office's clocks, for a cause of the closed list and with its length told (45)."""
    planned, matter = own(state, command.matter, actor, Act.SUSPEND)
    in_hand(matter)
    if matter.procedure is not None:
        raise Refused(Code.SUSPENDED, "特别程序正在进行，先结束后才能再开始")
    known = next((p for p in state.plan.procedures if p.id == command.cause), None)
    if known is None:
        allowed = "、".join(procedure.name for procedure in state.plan.procedures)
        raise Refused(
            Code.CAUSE_UNKNOWN,
            f"只有下列情形的时间不计入期限：{allowed}（现场踏勘不在其中）",
            field="/cause",
        )
    if known.id == HEARING:
        raise Refused(
            Code.CAUSE_UNKNOWN, "听证按听证程序办理：告知权利、申请、通知、举行", field="/cause"
        )
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明进行特别程序的理由", field="/reasons")
    _check_days(command.days, 365)
    return (begin(planned, matter, known.id, known.name, command.days, command.reasons, now),)


def begin(  # noqa: PLR0917 - the facts of one procedure
    planned: PlannedMatter,
    matter: MatterState,
    cause: str,
    name: str,
    days: int,
    reasons: tuple[Reason, ...],
    now: datetime,
) -> ProcedureStarted:
    """The procedure's beginning with the clock of its told length."""
    procedure = Procedure(
        id=f"{cause}-{len(matter.procedures) + 1}", cause=cause, name=name, since=now, days=days
    )
    clock = Clock(
        kind=ClockKind.PROCEDURE, limit=Limit(days=days), started_at=now, name=f"{name}所需时间"
    )
    return ProcedureStarted(matter=planned.key, procedure=procedure, reasons=reasons, clock=clock)


def end_procedure(state: BundleState, command: EndProcedure, actor: Actor) -> tuple[Event, ...]:
    """From tomorrow days count again. A hearing ends with its minutes, not here."""
    _, matter = own(state, command.matter, actor, Act.SUSPEND)
    procedure = matter.procedure
    if procedure is None:
        raise Refused(Code.NOT_SUSPENDED, "没有正在进行的特别程序")
    if procedure.cause == HEARING:
        raise Refused(Code.HEARING_DUE, "听证以听证笔录结束，请办结“组织听证”待办")
    return (ProcedureEnded(matter=matter.key, procedure=procedure.id, result=command.result),)


def propose_extension(
    state: BundleState, command: ProposeExtension, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Ask whoever the law names, once; the approval is a task of theirs."""
    planned, matter = own(state, command.matter, actor, Act.EXTEND)
    in_hand(matter)
    clock = next((c for c in matter.clocks if c.kind is ClockKind.STATUTORY), None)
    if clock is None or clock.extension is None:
        raise Refused(Code.NOT_EXTENDABLE, "本事项的法定期限依法不能延长")
    if clock.extensions or _pending(state, matter):
        raise Refused(Code.ALREADY_EXTENDED, "期限只能延长一次，已经延长或者正在报批")
    if not clock.runs:
        raise Refused(Code.DEADLINE_PAST, "法定期限已经届满，不能再延长")
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明延长期限的理由", field="/reasons")
    _check_days(command.days, clock.extension.days)
    government = clock.extension.by is ExtendedBy.GOVERNMENT_HEAD
    task = TaskState(
        id=f"{state.number}.{matter.key}.extension-{_proposals(state, matter) + 1}",
        matter=matter.key,
        kind=TaskKind.EXTENSION,
        name="批准延长办理期限",
        department=GOVERNMENT if government else planned.department,
        role=Role.APPROVER,
        opened_at=now,
        days=command.days,
        reasons=command.reasons,
        proposed_by=actor.id,
    )
    return (TaskOpened(matter=matter.key, task=task),)


def extend(state: BundleState, task: TaskState, actor: Actor, now: datetime) -> ClockExtended:
    """The approved extension: the law's limit and the promise are stretched together."""
    matter = state.matters[task.matter]
    clock = next((c for c in matter.clocks if c.kind is ClockKind.STATUTORY), None)
    if clock is None or not clock.runs:
        raise Refused(Code.DEADLINE_PAST, "法定期限已经届满，不能再延长")
    extension = Extension(
        days=task.days or 0,
        by=actor.id,
        reason=task.reasons[0].text if task.reasons else "",
        at=now,
    )
    kinds = (ClockKind.STATUTORY, ClockKind.PROMISED)
    return ClockExtended(matter=matter.key, clocks=kinds, extension=extension)


def prolong_supplement(
    state: BundleState, command: ProlongSupplement, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """More time for what the applicant owes: once, force majeure besides, never past the decision.

    The window grants it for what the window keeps; else the organ does, or a supervisor.
    """
    planned, matter = own(state, command.matter, actor, Act.PROLONG)
    if actor.role is Role.WINDOW_CLERK and command.clock is not ClockKind.HOLD:
        raise Refused(Code.FORBIDDEN, "窗口只能为容缺收件展期", role=actor.role)
    clock = matter.clock(command.clock)
    if clock is None:
        passed = any(c.kind is command.clock for c in matter.clocks)
        code = Code.SUPPLEMENT_LATE if passed else Code.NOT_EXTENDABLE
        raise Refused(code, "这个期限已经结束" if passed else "本事项没有这个期限", field="/clock")
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明展期的理由", field="/reasons")
    ordinary, extra, force_majeure = _terms(planned, command.clock)
    used = sum(not extension.force_majeure for extension in clock.extensions)
    if command.force_majeure and not force_majeure:
        raise Refused(Code.NOT_EXTENDABLE, "本事项不能因不可抗力展期", field="/force_majeure")
    if not command.force_majeure and ordinary == 0:
        raise Refused(Code.NOT_EXTENDABLE, "这个期限不能展期")
    if not command.force_majeure and used >= ordinary:
        raise Refused(Code.ALREADY_EXTENDED, "补正期限只能展期一次")
    _check_days(command.days, extra)
    extension = Extension(
        days=command.days,
        by=actor.id,
        reason=command.reasons[0].text,
        at=now,
        force_majeure=command.force_majeure,
    )
    _before_decision(state, matter, clock, extension)
    return (ClockExtended(matter=matter.key, clocks=(command.clock,), extension=extension),)


def _terms(planned: PlannedMatter, kind: ClockKind) -> tuple[int, int, bool]:
    """How often and by how much the limit may be prolonged, and whether for force majeure too."""
    terms: Terms | None
    match kind:
        case ClockKind.HOLD:
            terms = planned.hold
        case ClockKind.SUPPLEMENT:
            terms = planned.accept_pending
        case ClockKind.PROMISE:
            terms = planned.issue_then_supply
        case ClockKind.CORRECTION if planned.examine is not None:
            return 1, planned.examine.days, True
        case ClockKind.FILING if planned.filing is not None:
            extra = planned.filing.extra
            return (1 if extra else 0), max(extra, 1), False
        case _:
            terms = None
    return (terms.extensions, terms.extra, terms.force_majeure) if terms else (0, 1, False)


def _before_decision(
    state: BundleState, matter: MatterState, clock: Clock, extension: Extension
) -> None:
    """`supp_deadline < decision_deadline`, always (domain.md §2.4)."""
    promised = matter.clock(ClockKind.PROMISED)
    if clock.kind is not ClockKind.SUPPLEMENT or promised is None:
        return
    longer = clock.model_copy(update={"extensions": (*clock.extensions, extension)})
    last, decided = due(longer, state.calendar).day, due(promised, state.calendar).day
    if last is not None and decided is not None and last >= decided:
        raise Refused(
            Code.LIMIT_TOO_LONG,
            f"补正期限须早于办结期限（{decided}）",
            field="/days",
            latest=str(decided),
        )


def _check_days(days: int, most: int) -> None:
    if days < 1:
        raise Refused(Code.DEADLINE_PAST, "天数至少为 1", field="/days")
    if days > most:
        raise Refused(Code.LIMIT_TOO_LONG, f"最多 {most} 日", field="/days", most=most)


def _proposals(state: BundleState, matter: MatterState) -> int:
    return sum(
        task.kind is TaskKind.EXTENSION and task.matter == matter.key
        for task in state.tasks.values()
    )


def _pending(state: BundleState, matter: MatterState) -> bool:
    return any(
        task.kind is TaskKind.EXTENSION and task.matter == matter.key and task.is_open
        for task in state.tasks.values()
    )
