"""From acceptance to decision: steps, supplements, and what holds the decision back."""

from collections.abc import Iterator
from datetime import datetime, time

from definitions.bundle.gaps import gating, missing
from definitions.bundle.receiving import awaits_result, reworked, task_name, undone_need
from definitions.bundle.state import BundleState
from definitions.language.base import SHANGHAI
from definitions.language.clocks import Starts
from definitions.language.matters import Decide, Publicity, Review
from definitions.language.roles import Role
from definitions.matter.events import (
    Event,
    MatterAwaitsSupplement,
    MatterGranted,
    MatterRefused,
    MatterTerminated,
    PublicityOpened,
    SupplementCompleted,
    TaskOpened,
)
from definitions.matter.state import MatterState, MatterStatus, Result
from definitions.matter.tasks import TaskKind, TaskState
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.plan import PlannedMatter


def handling(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """An accepted matter: its next step, or its decision when all steps are done."""
    undone = undone_need(state, planned)
    if undone is not None:
        yield MatterTerminated(matter=planned.key, reason=undone)
        return
    if not missing(state, planned) and matter.clock(ClockKind.SUPPLEMENT) is not None:
        yield SupplementCompleted(matter=planned.key)
    # A special procedure stops the office; what the applicant owes goes on (domain.md §2.4).
    if matter.procedure is not None:
        return
    if matter.step < len(planned.steps):
        yield from _stepping(state, planned, matter, now)
        return
    gaps = gating(state, planned, matter)
    if matter.decision is not None and matter.decision.result is Result.REFUSED:
        yield MatterRefused(matter=planned.key)
    elif not gaps:
        clocks = tuple(Clock.of(rule, now) for rule in planned.starting(Starts.GRANTED))
        yield MatterGranted(matter=planned.key, clocks=clocks)
    elif matter.status is not MatterStatus.REVIEWED_AWAITING_SUPPLEMENT:
        codes = tuple(gate.code for gate in gaps)
        yield MatterAwaitsSupplement(matter=planned.key, missing=codes)


def _stepping(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    step = planned.steps[matter.step]
    name = task_name(state, matter, step.key)
    match step:
        case Publicity(limit=limit):
            if matter.clock(ClockKind.PUBLICITY) is None:
                since = _since(state, step, now)
                clock = Clock(
                    kind=ClockKind.PUBLICITY, limit=limit, started_at=since, name=step.name
                )
                yield PublicityOpened(matter=planned.key, clock=clock)
        case Review() | Decide() if awaits_result(state, planned) or reworked(state, matter):
            pass
        case Review() | Decide() if name not in state.tasks:
            task = TaskState(
                id=name,
                matter=planned.key,
                kind=TaskKind(step.kind),
                name=step.name,
                department=_department(planned, step),
                role=Role(step.by) if isinstance(step, Decide) else Role.OFFICER,
                opened_at=now,
                limit=step.limit,
            )
            yield TaskOpened(matter=planned.key, task=task)
        case _:
            pass


def _since(state: BundleState, step: Publicity, now: datetime) -> datetime:
    """A notice that the applicant has given already runs from its own day, not from ours."""
    on = state.dates.get(step.dated or "")
    return now if on is None else min(now, datetime.combine(on, time(12), SHANGHAI))


def _department(planned: PlannedMatter, step: Review | Decide) -> str:
    """A lower organ may have to examine first (行政许可法 35); deciding is the matter's own."""
    lower = step.department if isinstance(step, Review) else None
    return lower or planned.department
