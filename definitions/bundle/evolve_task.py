"""How one task changes with each of its events. Total: every event of a task is taken."""

from definitions.bundle.events import Recorded
from definitions.matter.changes import Change
from definitions.matter.events import (
    REMINDING,
    ConsentDeemed,
    TaskBegun,
    TaskCancelled,
    TaskClaimed,
    TaskCompleted,
    TaskEscalated,
    TaskHandedOver,
    TaskProposed,
    TaskReleased,
    TaskResumed,
    TaskReturned,
    TaskSentBack,
    TaskTakenBack,
    TaskTransferred,
    TaskUrged,
    TaskWaits,
)
from definitions.matter.tasks import HandOver, Outcome, TaskState, TaskStatus, Urge


def evolve_task(task: TaskState, recorded: Recorded) -> TaskState:
    """The task after the event."""
    change = _held(task, recorded) or _worked(task, recorded) or _ended(recorded)
    version = task.version if isinstance(recorded.event, REMINDING) else recorded.seq
    return task.model_copy(update={**change, "version": version})


def _held(task: TaskState, recorded: Recorded) -> Change:
    """Who has it."""
    event, by = recorded.event, recorded.actor.id
    match event:
        case TaskClaimed():
            return {"status": TaskStatus.CLAIMED, "assignee": by, "handed": None}
        case TaskReleased():
            return {
                "status": TaskStatus.READY,
                "assignee": None,
                "handed": None,
                "waiting": None,
                "proposal": None,
            }
        case TaskHandedOver(to=to):
            return {
                "status": TaskStatus.CLAIMED,
                "assignee": to,
                "handed": HandOver(by=by, at=recorded.at, before=task.assignee),
                "waiting": None,
                "proposal": None,
            }
        case TaskTakenBack():
            before = task.handed.before if task.handed else None
            status = TaskStatus.READY if before is None else TaskStatus.CLAIMED
            return {"status": status, "assignee": before, "handed": None}
        case TaskTransferred(department=department, role=role, back=back):
            way = task.came_from[:-1] if back else (*task.came_from, task.department)
            return {
                "status": TaskStatus.READY,
                "department": department,
                "role": role,
                "assignee": None,
                "handed": None,
                "waiting": None,
                "proposal": None,
                "came_from": way,
            }
        case _:
            return {}


def _worked(task: TaskState, recorded: Recorded) -> Change:
    """How it goes on."""
    match recorded.event:
        case TaskBegun() | TaskResumed():
            return {"status": TaskStatus.IN_PROGRESS, "waiting": None}
        case TaskWaits(waiting=waiting):
            return {"status": TaskStatus.WAITING, "waiting": waiting}
        case TaskProposed(proposal=proposal):
            return {
                "status": TaskStatus.IN_REVIEW,
                "proposal": proposal,
                "waiting": None,
                "sent_back": (),
            }
        case TaskSentBack(reasons=reasons):
            return {"status": TaskStatus.IN_PROGRESS, "proposal": None, "sent_back": reasons}
        case TaskEscalated(rung=rung):
            return {"escalated": (*task.escalated, rung), "escalated_at": recorded.at}
        case TaskUrged(reasons=reasons):
            return {"urged": Urge(by=recorded.actor.id, at=recorded.at, reasons=reasons)}
        case _:
            return {}


def _ended(recorded: Recorded) -> Change:
    """How it ended."""
    match recorded.event:
        case TaskCompleted(outcome=outcome, answer=answer):
            return {
                "status": TaskStatus.COMPLETED,
                "outcome": outcome,
                "assignee": recorded.actor.id,
                "stood_for": recorded.actor.stands_for,
                "completed_at": recorded.at,
                "answer": answer,
            }
        case ConsentDeemed():
            return {
                "status": TaskStatus.COMPLETED,
                "outcome": Outcome.TACIT,
                "completed_at": recorded.at,
            }
        case TaskReturned(points=points):
            return {
                "status": TaskStatus.RETURNED,
                "assignee": recorded.actor.id,
                "completed_at": recorded.at,
                "returned": points,
            }
        case TaskCancelled(obsolete=obsolete):
            status = TaskStatus.OBSOLETE if obsolete else TaskStatus.CANCELLED
            return {"status": status}
        case _:
            return {}
