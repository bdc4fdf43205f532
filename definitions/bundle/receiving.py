"""Before acceptance: opening a matter, holding papers, accepting, or not (domain.md §1.3)."""

from collections.abc import Iterator
from datetime import datetime, time

from definitions.bundle.gaps import Gaps, applicants, missing, still_owed, tolerated
from definitions.bundle.state import BundleState
from definitions.language.base import SHANGHAI
from definitions.language.clocks import ClockRule, Starts
from definitions.language.limits import Limit, Unit
from definitions.language.matters import Edge, EdgeKind
from definitions.language.pending import Mode
from definitions.language.roles import WINDOW, Role
from definitions.matter.events import (
    Event,
    FilingOpened,
    MatterAccepted,
    MatterAcceptedPending,
    MatterHeld,
    MatterNotAccepted,
    MatterNotNeeded,
    MatterReceived,
    MatterTerminated,
    SupplementArrived,
    SupplementNoticed,
    TaskOpened,
)
from definitions.matter.state import MatterState, MatterStatus, Result
from definitions.matter.tasks import TaskKind, TaskState
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.plan import PlannedMatter


def opening(state: BundleState, planned: PlannedMatter, now: datetime) -> Iterator[Event]:
    """A planned matter: not needed, not possible any more, or received when its turn has come."""
    key = planned.key
    if planned.not_needed is not None:
        yield MatterNotNeeded(matter=key, reason=planned.not_needed)
        return
    for edge in planned.needs:
        if _failed(edge, state.matters[edge.matter]):
            yield MatterTerminated(matter=key, reason=_not_done(state, edge.matter))
            return
    if not all(_open(edge, state.matters[edge.matter]) for edge in planned.needs):
        return
    if planned.filing is None:
        yield MatterReceived(matter=key, clocks=at_receipt(state, planned, now))
    else:
        clock = Clock(
            kind=ClockKind.FILING,
            limit=planned.filing.limit.model_copy(update={"basis": planned.filing.basis}),
            started_at=now,
            name=planned.filing.name,
        )
        yield FilingOpened(matter=key, clock=clock)


def receiving(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """A received matter: accepted when it can be, else examined, noticed or held."""
    gaps = missing(state, planned)
    source = _failed_source(state, gaps)
    if source is not None:
        yield MatterTerminated(matter=planned.key, reason=_not_done(state, source))
    elif planned.unacceptable is not None:
        refusal = planned.unacceptable
        yield MatterNotAccepted(
            matter=planned.key,
            why=refusal.kind,
            says=refusal.says,
            organ=refusal.organ,
            bases=(refusal.basis,),
        )
    elif matter.status is MatterStatus.SUPPLEMENTING:
        yield from _supplementing(state, planned, matter, now)
    elif planned.examine is not None:
        yield from _examining(state, planned, matter, now)
    elif (event := acceptance(state, planned, now)) is not None:
        yield event
    else:
        yield from _holding(state, planned, matter, now)


def acceptance(
    state: BundleState,
    planned: PlannedMatter,
    now: datetime,
    *,
    since: datetime | None = None,
    noticed: bool = False,
) -> MatterAccepted | MatterAcceptedPending | None:
    """受理 or 容缺受理 as the papers are now; None where neither is open.

    `noticed`: what the notice did not name cannot be asked for any more, so it does not hinder
    acceptance; it still gates the grant.
    """
    gaps = missing(state, planned)
    clocks = legal_clocks(planned, since or now)
    mode = tolerated(state, planned, gaps) if gaps else None
    if mode is Mode.ACCEPT_PENDING:
        codes = tuple(gate.code for gate in gaps)
        supplement = _supplement(planned, gaps, now)
        return MatterAcceptedPending(
            matter=planned.key, missing=codes, clocks=(*clocks, supplement)
        )
    if gaps and mode is None and not noticed:
        return None
    return MatterAccepted(matter=planned.key, clocks=clocks, since=since, mode=mode)


def arrived(state: BundleState, matter: MatterState) -> datetime | None:
    """When the last paper of the notice came in; the matter counts as accepted from then."""
    asked = matter.notice.materials if matter.notice else frozenset[str]()
    came = (state.materials[code].supplied_at for code in state.materials if code in asked)
    return max((moment for moment in came if moment is not None), default=None)


def legal_clocks(planned: PlannedMatter, at: datetime) -> tuple[Clock, ...]:
    """The clocks that acceptance starts: the promise, the law's limit, and what else there is."""
    return tuple(Clock.of(rule, at) for rule in planned.starting(Starts.ACCEPTED))


def _open(edge: Edge, other: MatterState) -> bool:
    match edge.kind:
        case EdgeKind.ACCEPTED:
            return other.accepted_at is not None
        case EdgeKind.JOINT:
            return True
        case EdgeKind.RESULT:
            return other.succeeded


def _failed(edge: Edge, other: MatterState) -> bool:
    if _open(edge, other):
        return False
    return other.is_terminal or other.result is Result.REFUSED


def _not_done(state: BundleState, key: str) -> str:
    name = next(matter.name for matter in state.plan.matters if matter.key == key)
    revoked = state.matters[key].result is Result.REVOKED
    return f"前置事项“{name}”{'已被撤销' if revoked else '没有办成'}"


def undone_need(state: BundleState, planned: PlannedMatter) -> str | None:
    """Why a matter in hand cannot go on: what it rests on was revoked, or will never come."""
    for edge in planned.needs:
        other = state.matters[edge.matter]
        if edge.kind is EdgeKind.RESULT and other.result is Result.REVOKED:
            return _not_done(state, edge.matter)
        if edge.kind is EdgeKind.JOINT and _failed(Edge(matter=edge.matter), other):
            return _not_done(state, edge.matter)
    return None


def awaits_result(state: BundleState, planned: PlannedMatter) -> bool:
    """Whether it still waits for the result of a matter it was accepted together with."""
    return any(
        edge.kind is EdgeKind.JOINT and not state.matters[edge.matter].succeeded
        for edge in planned.needs
    )


def _failed_source(state: BundleState, gaps: Gaps) -> str | None:
    """The matter that was to bring a missing paper and never will."""
    codes = {gate.code for gate in gaps}
    return next(
        (
            material.produced_by
            for material in state.plan.materials
            if material.produced_by is not None
            and material.code in codes
            and _failed(Edge(matter=material.produced_by), state.matters[material.produced_by])
        ),
        None,
    )


def at_receipt(state: BundleState, planned: PlannedMatter, now: datetime) -> tuple[Clock, ...]:
    """What receipt starts, and what began on a day that the applicant gave.

    The window to apply is not among it: it was open before.
    """
    dated = (_dated(state, rule, now) for rule in planned.starting(Starts.DATED))
    started = (*planned.starting(Starts.TURN), *planned.starting(Starts.RECEIVED))
    return (
        *(clock for clock in dated if clock is not None),
        *(Clock.of(rule, now) for rule in started if rule.kind is not ClockKind.FILING),
    )


def _dated(state: BundleState, rule: ClockRule, now: datetime) -> Clock | None:
    on = state.dates.get(rule.dated or "")
    if on is None:
        return None
    clock = Clock.of(rule, datetime.combine(on, time(12), SHANGHAI))
    if rule.kind is not ClockKind.DUTY:
        return clock
    # The duty to apply in time is done by applying; late or not is told from the same facts. What
    # was done before the duty arose (an earlier year's announcement) does not fulfil it.
    kept = state.dates.get(rule.kept or "")
    done = now
    if kept is not None and kept >= on:
        done = min(now, datetime.combine(kept, time(12), SHANGHAI))
    ends = due(clock, state.calendar)
    late = ends.at is not None and ends.at <= done
    return clock.model_copy(update={"stopped_at": done, "expired": late})


def _supplement(planned: PlannedMatter, gaps: Gaps, now: datetime) -> Clock:
    terms = planned.accept_pending
    days = min(gate.tolerable or 0 for gate in gaps)
    return Clock(
        kind=ClockKind.SUPPLEMENT,
        limit=Limit(days=days, unit=Unit.WORKING_DAY, basis=terms.basis if terms else None),
        started_at=now,
        name="容缺补正期限",
        reminders=terms.reminders if terms else (),
    )


def _holding(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """Held while papers are missing.

    The hold clock runs only while some are the applicant's to bring.
    """
    gaps = missing(state, planned)
    theirs = bool(applicants(state, gaps))
    runs = matter.clock(ClockKind.HOLD) is not None
    if matter.status is MatterStatus.HOLDING and runs is theirs:
        return
    hold = planned.hold
    clock = (
        Clock(
            kind=ClockKind.HOLD,
            limit=hold.limit.model_copy(update={"basis": hold.basis}),
            started_at=now,
            name="容缺收件期限",
            reminders=hold.reminders,
        )
        if theirs
        else None
    )
    yield MatterHeld(matter=planned.key, missing=tuple(gate.code for gate in gaps), clock=clock)


def _examining(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """An organ looks before it accepts; its five days began with the receipt.

    It looks once more only where a supervisor allowed new points.
    """
    again = f"-{matter.notice.count + 1}" if matter.notice else ""
    name = task_name(state, matter, f"receipt{again}")
    examine = planned.examine
    if examine is None or name in state.tasks or reworked(state, matter):
        return
    window = examine.by == "window_clerk"
    task = TaskState(
        id=name,
        matter=matter.key,
        kind=TaskKind.RECEIPT,
        name=examine.name,
        department=WINDOW if window else planned.department,
        role=Role.WINDOW_CLERK if window else Role.OFFICER,
        opened_at=now,
    )
    yield TaskOpened(matter=matter.key, task=task)


def task_name(state: BundleState, matter: MatterState, step: str) -> str:
    """The id of a step's task; each return of the matter's work begins another round."""
    again = f"-r{matter.round}" if matter.round else ""
    return f"{state.number}.{matter.key}.{step}{again}"


def reworked(state: BundleState, matter: MatterState) -> bool:
    """Whether the window is putting right what was returned to it."""
    return any(
        task.kind is TaskKind.REWORK and task.matter == matter.key and task.is_open
        for task in state.tasks.values()
    )


def _supplementing(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """Accepted as of the day the last point came in; what was rejected again is asked again."""
    notice = matter.notice
    if notice is None:
        return
    if matter.overridden:
        yield from _examining(state, planned, matter, now)
        return
    owed = still_owed(state, notice.materials)
    named = [state.materials[code] for code in state.materials if code in notice.materials]
    correcting = matter.clock(ClockKind.CORRECTION)
    if owed and correcting is None:
        points = tuple(point for point in notice.points if point.material in owed)
        last = next(c for c in reversed(matter.clocks) if c.kind is ClockKind.CORRECTION)
        clock = last.model_copy(update={"started_at": now, "stopped_at": None, "reminded": 0})
        yield SupplementNoticed(matter=planned.key, points=points, clock=clock)
    elif not owed and all(material.is_ready for material in named):
        since = arrived(state, matter)
        event = acceptance(state, planned, now, since=since, noticed=True)
        if event is not None:
            yield event
    elif not owed and correcting is not None:
        rule = planned.rule(planned.examine.clock) if planned.examine else None
        if rule is not None:
            yield SupplementArrived(matter=planned.key, clock=Clock.of(rule, now))
