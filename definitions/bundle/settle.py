"""What follows by itself: opening matters, accepting, lapsing, granting, closing.

Each rule looks at one matter and says the next event, or nothing. `settle` repeats them in plan
order until nothing follows; so every consequence of a command is in the same transaction as the
command.
"""

from collections.abc import Iterator
from datetime import datetime

from definitions.bundle.documents import document_id, due_documents, expected
from definitions.bundle.state import BundleState, BundleStatus
from definitions.language.limits import Limit, Unit
from definitions.language.matters import Decide, Edge, EdgeKind, Publicity, Review
from definitions.language.roles import WINDOW, Role
from definitions.matter.events import (
    BundleClosed,
    ClockExpired,
    DocumentDelivered,
    DocumentIssued,
    Event,
    FilingOpened,
    MaterialProduced,
    MatterAccepted,
    MatterAcceptedPending,
    MatterAwaitsSupplement,
    MatterClosed,
    MatterGranted,
    MatterHeld,
    MatterIssued,
    MatterLapsed,
    MatterNotNeeded,
    MatterReceived,
    MatterRefused,
    MatterTerminated,
    PublicityEnded,
    PublicityOpened,
    SupplementCompleted,
    TaskCancelled,
    TaskOpened,
)
from definitions.matter.state import (
    IN_HAND,
    MaterialStatus,
    MatterState,
    MatterStatus,
    Result,
    TaskKind,
    TaskState,
)
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.plan import PlannedGate, PlannedMatter


def next_event(state: BundleState, now: datetime) -> Event | None:
    """The first thing that follows from the state by itself, or None when all is settled."""
    return next(_following(state, now), None)


def next_due(state: BundleState) -> datetime | None:
    """The instant at which, without any act, something will follow."""
    instants = (
        due(clock, state.calendar).at
        for planned in state.plan.matters
        for clock in state.matters[planned.key].clocks
        if clock.runs and not _postponed(state, planned, clock)
    )
    return min(instants, default=None)


def missing(state: BundleState, planned: PlannedMatter) -> tuple[PlannedGate, ...]:
    """The papers this matter's decision still needs."""
    return tuple(gate for gate in planned.gates if not state.materials[gate.code].is_ready)


def _following(state: BundleState, now: datetime) -> Iterator[Event]:
    for document in due_documents(state, now):
        yield DocumentIssued(document=document)
    for planned in state.plan.matters:
        matter = state.matters[planned.key]
        if matter.is_terminal:
            yield from _cancelled(state, matter)
        else:
            yield from _expiry(state, planned, matter, now)
            yield from _of_matter(state, planned, matter, now)
        yield from _delivered(state, matter)
    yield from _checks(state, now)
    if state.status is BundleStatus.RUNNING and all(m.is_terminal for m in state.matters.values()):
        yield BundleClosed()


def _of_matter(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    match matter.status:
        case MatterStatus.PLANNED:
            yield from _opening(state, planned, now)
        case MatterStatus.RECEIVED | MatterStatus.HOLDING:
            yield from _receiving(state, planned, matter, now)
        case status if status in IN_HAND:
            yield from _handling(state, planned, matter, now)
        case MatterStatus.GRANTED | MatterStatus.REFUSED:
            yield from _issuing(state, planned, matter)
        case MatterStatus.ISSUED:
            yield from _closing(state, planned, matter)
        case _:
            pass


# ── before acceptance ────────────────────────────────────────


def _opening(state: BundleState, planned: PlannedMatter, now: datetime) -> Iterator[Event]:
    key = planned.key
    if planned.not_needed is not None:
        yield MatterNotNeeded(matter=key, reason=planned.not_needed)
        return
    for edge in planned.needs:
        other = state.matters[edge.matter]
        if _failed(edge, other):
            yield MatterTerminated(matter=key, reason=_not_done(state, edge.matter))
            return
    if not all(_open(edge, state.matters[edge.matter]) for edge in planned.needs):
        return
    if planned.filing is None:
        yield MatterReceived(matter=key)
    else:
        clock = Clock(kind=ClockKind.FILING, limit=planned.filing.limit, started_at=now)
        yield FilingOpened(matter=key, clock=clock)


def _open(edge: Edge, other: MatterState) -> bool:
    if edge.kind is EdgeKind.ACCEPTED:
        return other.accepted_at is not None
    return other.succeeded


def _failed(edge: Edge, other: MatterState) -> bool:
    if _open(edge, other):
        return False
    return other.is_terminal or other.result is Result.REFUSED


def _not_done(state: BundleState, key: str) -> str:
    name = next(matter.name for matter in state.plan.matters if matter.key == key)
    return f"前置事项“{name}”没有办成"


def _failed_source(state: BundleState, gaps: tuple[PlannedGate, ...]) -> str | None:
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


def _receiving(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    gaps = missing(state, planned)
    clocks = _legal_clocks(planned, now)
    source = _failed_source(state, gaps)
    if source is not None:
        yield MatterTerminated(matter=planned.key, reason=_not_done(state, source))
    elif not gaps:
        yield MatterAccepted(matter=planned.key, clocks=clocks)
    elif _tolerated(state, planned, gaps):
        days = min(gate.tolerable or 0 for gate in gaps)
        limit = Limit(days=days, unit=Unit.WORKING_DAY)
        supplement = Clock(kind=ClockKind.SUPPLEMENT, limit=limit, started_at=now)
        codes = tuple(gate.code for gate in gaps)
        yield MatterAcceptedPending(matter=planned.key, missing=codes, clocks=(*clocks, supplement))
    else:
        yield from _holding(state, planned, matter, now)


def _holding(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """Held while papers are missing.

    The hold clock runs only while some are the applicant's to bring.
    """
    gaps = missing(state, planned)
    theirs = bool(_applicants(state, gaps))
    runs = matter.clock(ClockKind.HOLD) is not None
    if matter.status is MatterStatus.HOLDING and runs is theirs:
        return
    clock = Clock(kind=ClockKind.HOLD, limit=planned.hold.limit, started_at=now) if theirs else None
    yield MatterHeld(matter=planned.key, missing=tuple(gate.code for gate in gaps), clock=clock)


def _applicants(state: BundleState, gaps: tuple[PlannedGate, ...]) -> tuple[PlannedGate, ...]:
    """The gaps that are the applicant's to fill; the others' papers are results of matters."""
    produced = {m.code for m in state.plan.materials if m.produced_by is not None}
    return tuple(gate for gate in gaps if gate.code not in produced)


def _tolerated(state: BundleState, planned: PlannedMatter, gaps: tuple[PlannedGate, ...]) -> bool:
    """容缺受理 only where the applicant chose it and every gap is on the list (domain.md §2.3)."""
    return (
        planned.accept_pending is not None
        and not planned.instant
        and planned.key in state.committed
        and all(gate.tolerable is not None for gate in gaps)
    )


def _legal_clocks(planned: PlannedMatter, now: datetime) -> tuple[Clock, ...]:
    """The office's own limits; none where only the law is waited for (公示)."""
    if all(isinstance(step, Publicity) for step in planned.steps):
        return ()
    promised = Clock(kind=ClockKind.PROMISED, limit=planned.promised, started_at=now)
    if planned.statutory is None:
        return (promised,)
    return (promised, Clock(kind=ClockKind.STATUTORY, limit=planned.statutory, started_at=now))


# ── from acceptance to decision ────────────────────────────────────────


def _handling(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    gaps = missing(state, planned)
    if not gaps and matter.clock(ClockKind.SUPPLEMENT) is not None:
        yield SupplementCompleted(matter=planned.key)
    if matter.step < len(planned.steps):
        yield from _stepping(state, planned, matter, now)
        return
    if matter.decision is not None and matter.decision.result is Result.REFUSED:
        yield MatterRefused(matter=planned.key)
    elif not gaps:
        yield MatterGranted(matter=planned.key)
    elif matter.status is not MatterStatus.REVIEWED_AWAITING_SUPPLEMENT:
        codes = tuple(gate.code for gate in gaps)
        yield MatterAwaitsSupplement(matter=planned.key, missing=codes)


def _stepping(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    step = planned.steps[matter.step]
    name = f"{state.number}.{planned.key}.{step.key}"
    match step:
        case Publicity(limit=limit):
            if matter.clock(ClockKind.PUBLICITY) is None:
                clock = Clock(kind=ClockKind.PUBLICITY, limit=limit, started_at=now)
                yield PublicityOpened(matter=planned.key, clock=clock)
        case Review() | Decide() if name not in state.tasks:
            role = Role(step.by) if isinstance(step, Decide) else Role.OFFICER
            task = TaskState(
                id=name,
                matter=planned.key,
                kind=TaskKind(step.kind),
                name=step.name,
                department=planned.department,
                role=role,
                opened_at=now,
            )
            yield TaskOpened(matter=planned.key, task=task)
        case _:
            pass


# ── after the decision ────────────────────────────────────────


def _issuing(state: BundleState, planned: PlannedMatter, matter: MatterState) -> Iterator[Event]:
    if all(document_id(state, planned, d) in state.documents for d in expected(state, planned)):
        yield MatterIssued(matter=matter.key)


def _closing(state: BundleState, planned: PlannedMatter, matter: MatterState) -> Iterator[Event]:
    yield from _produced(state, matter)
    made = (state.documents[document_id(state, planned, d)] for d in expected(state, planned))
    if all(document.delivered_at is not None for document in made):
        yield MatterClosed(matter=matter.key)


def _produced(state: BundleState, matter: MatterState) -> Iterator[Event]:
    """One matter's result is another's material: it is never asked of the applicant again."""
    if not matter.succeeded:
        return
    documents = tuple(d.id for d in state.documents.values() if d.matter == matter.key)
    for material in state.plan.materials:
        if material.produced_by == matter.key and not state.materials[material.code].is_ready:
            yield MaterialProduced(material=material.code, documents=documents)


def _delivered(state: BundleState, matter: MatterState) -> Iterator[Event]:
    """Electronic documents reach the applicant's space the moment they are made."""
    for document in state.documents.values():
        ours = document.matter == matter.key or document.matter is None
        if ours and not document.counter and document.delivered_at is None:
            yield DocumentDelivered(document=document.id, way="electronic")


# ── clocks, checks, cancellations ────────────────────────────────────────


def _expiry(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    for clock in matter.clocks:
        if not clock.runs or now < due(clock, state.calendar).at:
            continue
        if not _postponed(state, planned, clock):
            yield _expired(planned, clock)


def _expired(planned: PlannedMatter, clock: Clock) -> Event:
    key = planned.key
    match clock.kind:
        case ClockKind.PROMISED | ClockKind.STATUTORY:
            return ClockExpired(matter=key, clock=clock.kind)
        case ClockKind.PUBLICITY:
            return PublicityEnded(matter=key)
        case ClockKind.SUPPLEMENT if planned.accept_pending is not None:
            return MatterLapsed(matter=key, lapse=planned.accept_pending.lapse, clock=clock.kind)
        case _:
            return MatterLapsed(matter=key, lapse=planned.hold.lapse, clock=clock.kind)


def _postponed(state: BundleState, planned: PlannedMatter, clock: Clock) -> bool:
    """Publicity waits for an objection's examination.

    A hand-in that arrived in time, for its check.

    For supplements the time that counts is arrival (domain.md §2.3 step 5).
    """
    if clock.kind is ClockKind.PUBLICITY:
        return any(
            task.matter == planned.key and task.kind is TaskKind.OBJECTION and task.is_open
            for task in state.tasks.values()
        )
    if clock.kind in {ClockKind.HOLD, ClockKind.SUPPLEMENT}:
        gaps = missing(state, planned)
        owed = _applicants(state, gaps) if clock.kind is ClockKind.HOLD else gaps
        # None owed: found right after the limit had passed, so nothing lapses any more.
        return all(state.materials[gate.code].status is MaterialStatus.SUPPLIED for gate in owed)
    return False


def _checks(state: BundleState, now: datetime) -> Iterator[Event]:
    """A supplied paper nobody has looked at yet is checked by who needs it first."""
    for material in state.materials.values():
        if material.status is not MaterialStatus.SUPPLIED:
            continue
        users = [
            p
            for p in state.plan.matters
            if any(gate.code == material.code for gate in p.gates)
            and not state.matters[p.key].is_terminal
        ]
        if not users:
            continue
        in_hand = next((p for p in users if state.matters[p.key].status in IN_HAND), None)
        owner = in_hand or users[0]
        name = f"{state.number}.{owner.key}.check-{material.code}-{material.supplies}"
        if name not in state.tasks:
            yield TaskOpened(
                matter=owner.key,
                task=TaskState(
                    id=name,
                    matter=owner.key,
                    kind=TaskKind.CHECK,
                    name="核对补交材料",
                    department=in_hand.department if in_hand else WINDOW,
                    role=Role.OFFICER if in_hand else Role.WINDOW_CLERK,
                    opened_at=now,
                    material=material.code,
                ),
            )


def _cancelled(state: BundleState, matter: MatterState) -> Iterator[Event]:
    for task in state.tasks.values():
        if task.matter == matter.key and task.is_open:
            yield TaskCancelled(matter=matter.key, task=task.id)
