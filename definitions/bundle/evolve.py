"""Folding events into the state of an application.

Total and pure; the only place where state is made.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from definitions.bundle.events import Recorded
from definitions.bundle.evolve_task import evolve_task
from definitions.bundle.state import BundleState, BundleStatus
from definitions.language.base import Value
from definitions.matter.changes import Change
from definitions.matter.events import (
    REMINDING,
    BundleClosed,
    BundleFollowed,
    BundleReopened,
    BundleStarted,
    CalendarReplaced,
    DocumentDelivered,
    DocumentIssued,
    MaterialAccepted,
    MaterialProduced,
    MaterialRejected,
    MaterialReplaced,
    MaterialSupplied,
    OfficerRecused,
    OfMatter,
    OfTask,
    TaskOpened,
)
from definitions.matter.evolve import evolve_matter
from definitions.matter.state import MaterialState, MaterialStatus, MatterState
from definitions.rules.calendar import end_of_day
from definitions.rules.clocks import Clock

V = TypeVar("V", bound=Value)


def evolve(state: BundleState | None, recorded: Recorded) -> BundleState:
    """The application after one more event. Only `BundleStarted` may come to no state at all."""
    event = recorded.event
    if isinstance(event, BundleStarted):
        return _started(event, recorded)
    if state is None:
        msg = f"{event.kind} before the application was started"
        raise ValueError(msg)
    change = _shared(state, recorded)
    # Being reminded changes nothing that anybody decides on: a form that is open stays good.
    if isinstance(event, OfMatter) and not isinstance(event, REMINDING):
        matter = evolve_matter(
            state.matters[event.matter],
            event,
            seq=recorded.seq,
            at=recorded.at,
            by=recorded.actor,
        )
        change["matters"] = {**state.matters, matter.key: matter}
    return state.model_copy(update={**change, "version": recorded.seq})


def replay(events: Iterable[Recorded]) -> BundleState:
    """The state that a whole history comes to."""
    state: BundleState | None = None
    for recorded in events:
        state = evolve(state, recorded)
    if state is None:
        msg = "no events"
        raise ValueError(msg)
    return state


def _started(event: BundleStarted, recorded: Recorded) -> BundleState:
    return BundleState(
        number=event.number,
        application=event.application,
        plan=event.plan,
        calendar=event.calendar,
        started_at=recorded.at,
        committed=event.committed,
        dates=event.dates,
        recused=event.recused,
        version=recorded.seq,
        matters={
            matter.key: MatterState(key=matter.key, version=recorded.seq)
            for matter in event.plan.matters
        },
        materials={
            taken.code: MaterialState(
                code=taken.code,
                status=taken.status,
                files=taken.files,
                version=recorded.seq,
                changed_at=recorded.at,
            )
            for taken in event.materials
        },
    )


def _shared(state: BundleState, recorded: Recorded) -> Change:
    """What the event changes outside its own matter: tasks, materials, documents, the whole."""
    event = recorded.event
    match event:
        case TaskOpened(task=task):
            return {"tasks": {**state.tasks, task.id: _seen(task, recorded)}}
        case OfTask(task=name):
            return {"tasks": {**state.tasks, name: evolve_task(state.tasks[name], recorded)}}
        case (
            MaterialSupplied()
            | MaterialAccepted()
            | MaterialRejected()
            | MaterialReplaced()
            | MaterialProduced()
        ):
            material = _material(state.materials[event.material], recorded)
            return {"materials": {**state.materials, material.code: material}}
        case DocumentIssued(document=document):
            return {"documents": {**state.documents, document.id: _seen(document, recorded)}}
        case DocumentDelivered(document=name):
            delivered = state.documents[name].model_copy(
                update={"delivered_at": recorded.at, "delivered_by": recorded.actor.id}
            )
            return {"documents": {**state.documents, name: _seen(delivered, recorded)}}
        case _:
            return _whole(state, recorded)


def _whole(state: BundleState, recorded: Recorded) -> Change:
    event = recorded.event
    match event:
        case CalendarReplaced():
            return _reckoned(state, event, recorded.at)
        case OfficerRecused(officer=officer):
            return {"recused": (*state.recused, officer)}
        case BundleFollowed():
            return {"status": BundleStatus.FOLLOWED}
        case BundleReopened():
            return {"status": BundleStatus.FOLLOWED, "closed_at": None}
        case BundleClosed():
            return {"status": BundleStatus.CLOSED, "closed_at": recorded.at}
        case _:
            return {}


def _seen(value: V, recorded: Recorded) -> V:
    return value.model_copy(update={"version": recorded.seq})


def _material(material: MaterialState, recorded: Recorded) -> MaterialState:
    change: Change
    match recorded.event:
        case MaterialSupplied(files=files, checked=checked):
            status = MaterialStatus.SATISFIED if checked else MaterialStatus.SUPPLIED
            change = {
                "status": status,
                "files": files,
                "supplies": material.supplies + 1,
                "supplied_at": recorded.at,
            }
        case MaterialReplaced(files=files):
            change = {"files": files}
        case MaterialProduced() | MaterialAccepted():
            change = {"status": MaterialStatus.SATISFIED, "reasons": ()}
        case MaterialRejected(reasons=reasons):
            change = {"status": MaterialStatus.REFUSED, "reasons": reasons}
        case _:
            change = {}
    return material.model_copy(
        update={**change, "version": recorded.seq, "changed_at": recorded.at}
    )


def _reckoned(state: BundleState, event: CalendarReplaced, at: datetime) -> Change:
    """The new calendar.

    Where it shortens what an applicant was told, what was told stands; a limit that had passed by
    the old calendar and has not by the new one runs again.
    """
    moved = {(each.matter, each.clock): each for each in event.moved}

    def reckoned(key: str, clock: Clock) -> Clock:
        found = moved.get((key, clock.kind))
        if found is None or clock.stopped_at is not None:
            return clock
        change: Change = {"told": found.was} if found.stands else {}
        if clock.expired and (found.becomes is None or end_of_day(found.becomes) > at):
            change["expired"] = False
        return clock.model_copy(update=change) if change else clock

    matters = {
        key: matter.model_copy(
            update={"clocks": tuple(reckoned(key, clock) for clock in matter.clocks)}
        )
        if any(name == key for name, _ in moved)
        else matter
        for key, matter in state.matters.items()
    }
    return {"calendar": event.calendar, "matters": matters}
