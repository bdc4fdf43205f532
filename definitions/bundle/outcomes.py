"""Acts that open or end a matter: applying, objecting, withdrawing, returning, ending, revoking."""

from datetime import datetime

from definitions.bundle.commands import (
    FileApplication,
    RaiseObjection,
    ReturnMatter,
    RevokeDecision,
    TerminateMatter,
    UseCalendar,
    WithdrawBundle,
)
from definitions.bundle.passing import APPLICANTS
from definitions.bundle.receiving import at_receipt
from definitions.bundle.state import BundleState, BundleStatus
from definitions.bundle.targets import in_hand, matter_of, own, planned_of
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role
from definitions.matter.events import (
    CalendarReplaced,
    Event,
    MatterFiled,
    MatterReturned,
    MatterRevoked,
    MatterTerminated,
    MatterWithdrawn,
    Moved,
    ObjectionRaised,
    TaskOpened,
)
from definitions.matter.state import BEFORE_ACCEPTANCE, DECIDED, MatterState, MatterStatus, Result
from definitions.matter.tasks import TaskKind, TaskState
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.permissions import Act, require

_OUT = frozenset({MatterStatus.ISSUED, MatterStatus.CLOSED})


def file(
    state: BundleState, command: FileApplication, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Apply within the window that is open."""
    require(actor, Act.FILE)
    matter = matter_of(state, command.matter)
    if matter.status is not MatterStatus.TO_FILE:
        raise Refused(Code.NOT_FILING, "现在不在申请期内", status=matter.status)
    clocks = at_receipt(state, planned_of(state, matter.key), now)
    return (MatterFiled(matter=matter.key, clocks=clocks),)


def object_to(
    state: BundleState, command: RaiseObjection, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Object during publicity; the period does not end before it is examined."""
    planned, matter = own(state, command.matter, actor, Act.OBJECT)
    if matter.clock(ClockKind.PUBLICITY) is None:
        raise Refused(Code.NOT_IN_PUBLICITY, "现在不在公示期内", status=matter.status)
    task = TaskState(
        id=f"{state.number}.{matter.key}.objection-{matter.objections + 1}",
        matter=matter.key,
        kind=TaskKind.OBJECTION,
        name="审查公示异议",
        department=planned.department,
        role=Role.OFFICER,
        opened_at=now,
    )
    return (
        ObjectionRaised(matter=matter.key, objection=command.objection),
        TaskOpened(matter=matter.key, task=task),
    )


def withdraw(state: BundleState, command: WithdrawBundle, actor: Actor) -> tuple[Event, ...]:
    """Withdraw the named matters, or all, where nothing is decided yet."""
    require(actor, Act.WITHDRAW)
    if state.status is not BundleStatus.RUNNING:
        raise Refused(Code.BUNDLE_CLOSED, "本件已办结，不能撤回")
    named = [matter_of(state, key) for key in command.matters] or list(state.matters.values())
    open_matters = [m for m in named if not m.is_terminal and m.status not in DECIDED]
    if not open_matters or (command.matters and len(open_matters) < len(named)):
        raise Refused(Code.NOT_WITHDRAWABLE, "已经作出决定或者办结的事项不能撤回")
    return tuple(
        MatterWithdrawn(matter=matter.key, reasons=command.reasons) for matter in open_matters
    )


def return_matter(state: BundleState, command: ReturnMatter, actor: Actor) -> tuple[Event, ...]:
    """退还申请材料 with everything that was wrong told at once (登记管理条例实施细则 18(3)).

    What an organ examines before accepting is not returned but noticed or not accepted.
    """
    planned, matter = own(state, command.matter, actor, Act.RETURN)
    if matter.status not in BEFORE_ACCEPTANCE or planned.examine is not None:
        raise Refused(Code.NOT_RETURNABLE, "只有尚未受理的登记申请可以退件", status=matter.status)
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请一次写明需要补正的全部内容", field="/reasons")
    return (MatterReturned(matter=matter.key, reasons=command.reasons),)


def terminate(state: BundleState, command: TerminateMatter, actor: Actor) -> tuple[Event, ...]:
    """终止 for a cause of the closed list, by who decides."""
    _, matter = own(state, command.matter, actor, Act.TERMINATE)
    in_hand(matter, decided=True)
    cause = next((c for c in state.plan.terminations if c.id == command.cause), None)
    if cause is None:
        allowed = "、".join(each.name for each in state.plan.terminations)
        raise Refused(Code.CAUSE_UNKNOWN, f"可以终止办理的情形：{allowed}", field="/cause")
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明终止办理的事实", field="/reasons")
    return (
        MatterTerminated(
            matter=matter.key, reason=cause.name, reasons=command.reasons, bases=(cause.basis,)
        ),
    )


def revoke(state: BundleState, command: RevokeDecision, actor: Actor) -> tuple[Event, ...]:
    """撤销 a grant that is out (行政许可法 69)."""
    _, matter = own(state, command.matter, actor, Act.REVOKE)
    if matter.result is not Result.GRANTED or matter.status not in _OUT:
        raise Refused(Code.NOT_REVOCABLE, "只有已经作出的准予决定可以撤销", status=matter.status)
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明撤销的理由", field="/reasons")
    if not command.bases:
        raise Refused(Code.REASONS_MISSING, "撤销决定应当写明法律依据", field="/bases")
    return (MatterRevoked(matter=matter.key, reasons=command.reasons, bases=command.bases),)


def use_calendar(state: BundleState, command: UseCalendar, actor: Actor) -> tuple[Event, ...]:
    """Reckon every open limit by the calendar that was published; say which ones it moves."""
    require(actor, Act.RECORD)
    if command.calendar.version == state.calendar.version:
        return ()
    moved = tuple(
        change
        for matter in state.matters.values()
        for change in _moved(matter, state.calendar, command.calendar)
    )
    return (CalendarReplaced(calendar=command.calendar, moved=moved),)


def _moved(matter: MatterState, old: Calendar, new: Calendar) -> tuple[Moved, ...]:
    found: list[Moved] = []
    for clock in matter.clocks:
        if clock.stopped_at is not None:
            continue
        was, becomes = due(clock, old).day, due(clock, new).day
        if was == becomes:
            continue
        stands = _theirs(clock) and was is not None and becomes is not None and becomes < was
        found.append(
            Moved(
                matter=matter.key,
                clock=clock.kind,
                was=was,
                becomes=was if stands else becomes,
                stands=stands,
            )
        )
    return tuple(found)


def _theirs(clock: Clock) -> bool:
    """What an applicant was told to keep is not shortened under their hands."""
    return clock.kind in APPLICANTS and not clock.expired
