"""What follows by itself: opening matters, accepting, lapsing, granting, closing.

Each rule looks at one matter and says the next event, or nothing. They are repeated in plan order
until nothing follows; so every consequence of a command is in the same transaction as the command.
The rules stand where a matter is: `receiving`, `handling`, `ending`; those of time in `passing`.
"""

from collections.abc import Iterator
from datetime import datetime

from definitions.bundle.colleagues import surveying
from definitions.bundle.documents import due_documents
from definitions.bundle.ending import cancelled, closing, delivered, following, issuing
from definitions.bundle.gaps import examines
from definitions.bundle.handling import handling
from definitions.bundle.passing import expiry, next_due
from definitions.bundle.receiving import opening, receiving
from definitions.bundle.state import BundleState, BundleStatus
from definitions.bundle.urging import overdue_tasks
from definitions.language.roles import WINDOW, Role
from definitions.matter.events import (
    BundleClosed,
    BundleFollowed,
    BundleReopened,
    DocumentIssued,
    Event,
    TaskOpened,
)
from definitions.matter.state import (
    BEFORE_ACCEPTANCE,
    IN_HAND,
    MaterialStatus,
    MatterState,
    MatterStatus,
)
from definitions.matter.tasks import TaskKind, TaskState
from definitions.rules.plan import PlannedMatter

__all__ = ["next_due", "next_event"]


def next_event(state: BundleState, now: datetime) -> Event | None:
    """The first thing that follows from the state by itself, or None when all is settled."""
    return next(_following(state, now), None)


def _following(state: BundleState, now: datetime) -> Iterator[Event]:
    for document in due_documents(state, now):
        yield DocumentIssued(document=document)
    for planned in state.plan.matters:
        matter = state.matters[planned.key]
        yield from cancelled(state, matter)
        yield from expiry(state, planned, matter, now)
        yield from overdue_tasks(state, planned.key, now)
        if not matter.is_terminal:
            yield from surveying(state, planned.key, now)
            yield from _of_matter(state, planned, matter, now)
        yield from following(state, planned, matter, now)
        yield from delivered(state, matter)
    yield from _checks(state, now)
    yield from _whole(state)


def _of_matter(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    match matter.status:
        case MatterStatus.PLANNED:
            yield from opening(state, planned, now)
        case status if status in BEFORE_ACCEPTANCE:
            yield from receiving(state, planned, matter, now)
        case status if status in IN_HAND:
            yield from handling(state, planned, matter, now)
        case MatterStatus.GRANTED | MatterStatus.REFUSED:
            yield from issuing(state, planned, matter)
        case MatterStatus.ISSUED:
            yield from closing(state, planned, matter, now)
        case _:
            pass


def _checks(state: BundleState, now: datetime) -> Iterator[Event]:
    """A supplied paper nobody has looked at yet is checked by who needs it first."""
    for material in state.materials.values():
        if material.status is not MaterialStatus.SUPPLIED:
            continue
        users = [
            p
            for p in state.plan.matters
            if any(gate.code == material.code for gate in p.gates)
            and not state.matters[p.key].is_over
            and not _rectifying(state.matters[p.key], material.code)
        ]
        if not users:
            continue
        in_hand = next((p for p in users if _looks(p, state.matters[p.key])), None)
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


def _looks(planned: PlannedMatter, matter: MatterState) -> bool:
    """Whether the organ checks what comes in, and not the window."""
    return matter.status in IN_HAND or matter.is_followed or examines(planned, matter)


def _rectifying(matter: MatterState, code: str) -> bool:
    """What is put right is looked at by the verification itself."""
    promise = matter.promise
    return promise is not None and promise.checks > 0 and code in promise.materials


def _whole(state: BundleState) -> Iterator[Event]:
    matters = state.matters.values()
    awaited = any(matter.is_followed for matter in matters) or bool(state.open_tasks)
    match state.status:
        case BundleStatus.RUNNING if all(matter.is_terminal for matter in matters):
            yield BundleFollowed() if awaited else BundleClosed()
        case BundleStatus.FOLLOWED if not awaited:
            yield BundleClosed()
        case BundleStatus.CLOSED if awaited:
            yield BundleReopened()
        case _:
            pass
