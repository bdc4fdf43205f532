"""Tasks given to a department's own system: what it is told, what comes of it, who does what.

References only: nothing here says who applied, what was written or why. Whoever is given a task
reads the rest through the API, with its own token.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from nexusrpc import Operation, service
from pydantic import Field
from temporalio import activity

from definitions.language.base import Value
from definitions.matter.tasks import Outcome, TaskKind


class Way(StrEnum):
    """How a department's system takes its tasks.

    `WORKER`: an activity on its queue. `NEXUS`: an operation in its own namespace. `WEBHOOK`: a
    signed request. `AUTOMATIC`: no system, the task is completed when nothing speaks against it.
    """

    WORKER = "worker"
    NEXUS = "nexus"
    WEBHOOK = "webhook"
    AUTOMATIC = "automatic"


class AssignmentStatus(StrEnum):
    """What became of a task that was given to a department's system.

    `OVERTAKEN`: somebody else had completed it. `WITHDRAWN`: the task is over for other reasons.
    `DEAD`: given up, until an operator sends it again. `DECLINED`: left to people.
    """

    SENDING = "sending"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"
    DEAD = "dead"
    DECLINED = "declined"


class Over(StrEnum):
    """Why a task is no longer the system's: it completed it itself, somebody else did, or other."""

    ANSWERED = "answered"
    OVERTAKEN = "overtaken"
    CANCELLED = "cancelled"
    OBSOLETE = "obsolete"
    RETURNED = "returned"
    TRANSFERRED = "transferred"


class AssignmentInput(Value):
    """A task to be given to a system: by which connection, and where that system listens.

    `workflow` is the id of the workflow that sees to it; the row of the assignment names it, so
    that what an earlier one still has to say of the same task is told apart.
    """

    workflow: str
    task: str
    bundle: str
    department: str
    connection: str
    way: Way
    queue: str | None = None
    endpoint: str | None = None


class Assignment(Value):
    """What a department's system is told of a task; `version` is what it answers to (If-Match)."""

    task: str
    bundle: str
    matter: str
    matter_number: str
    item: str
    service: str
    situation: str
    kind: TaskKind
    name: str
    department: str
    opened_at: datetime
    due_at: datetime | None = None
    outcomes: tuple[Outcome, ...]
    version: int


class Described(Value):
    """What the register says of the task: what its system is told, or why there is nothing to."""

    assignment: Assignment | None = None
    over: Over | None = None


class Handled(Value):
    """The system completed the task through the API; the task is at this version now."""

    kind: Literal["handled"] = "handled"
    version: int


class Declined(Value):
    """The system does not take the task, for a reason it has a code for; people will.

    A business answer and no failure: it is never tried again.
    """

    kind: Literal["declined"] = "declined"
    reason: str = Field(min_length=1, max_length=100)


Answer = Handled | Declined


class Sent(Value):
    """How one attempt to reach a webhook ended.

    Neither a system that is away nor one that refuses is a failure of ours: `error` is the code of
    what went wrong, None where the message was taken. `final`: trying again will not help.
    `retry_after` is how many seconds the system asks for.
    """

    error: str | None = None
    final: bool = False
    retry_after: int | None = None


class Delivery(Value):
    """The n-th attempt to tell a webhook of a task; the message's id is the same at each."""

    given: AssignmentInput
    assignment: Assignment
    attempt: int


class Withdrawal(Value):
    """Telling a webhook that a task it was sent is over."""

    given: AssignmentInput
    why: Over
    attempt: int


class Reconciled(Value):
    """What the other side believes of a task. `taken`: its answer was missed, and is taken now.

    `unknown`: it never heard of the task, which is sent once more. `away`: it did not answer.
    """

    believes: Literal["open", "completed", "declined", "withdrawn", "unknown", "away"]
    taken: bool = False
    reason: str | None = None


class Note(Value):
    """The row of an assignment, as its workflow sees it."""

    given: AssignmentInput
    status: AssignmentStatus
    attempts: int = 0
    error: str | None = None


@activity.defn(name="describe_assignment")
async def describe_assignment(given: AssignmentInput) -> Described:
    """Look the task up: it is the department's and open, or over."""
    raise NotImplementedError


@activity.defn(name="note_assignment")
async def note_assignment(note: Note) -> None:
    """Write the assignment's row, if it is still about this workflow. Idempotent."""
    raise NotImplementedError


@activity.defn(name="handle_task")
async def handle_task(assignment: Assignment) -> Answer:
    """Run by the department's own worker, at least once: complete the task through the API."""
    raise NotImplementedError


@activity.defn(name="handle_automatically")
async def handle_automatically(given: AssignmentInput) -> Answer:
    """Complete the task in the name of the connection's account if nothing speaks against it."""
    raise NotImplementedError


@activity.defn(name="deliver_webhook")
async def deliver_webhook(delivery: Delivery) -> Sent:
    """Send the task to the department's system, signed; one attempt."""
    raise NotImplementedError


@activity.defn(name="withdraw_webhook")
async def withdraw_webhook(withdrawal: Withdrawal) -> Sent:
    """Tell the department's system that the task is over; one attempt."""
    raise NotImplementedError


@activity.defn(name="reconcile")
async def reconcile(given: AssignmentInput) -> Reconciled:
    """Ask the department's system what it believes, and take a completion that was missed."""
    raise NotImplementedError


@service
class DepartmentTasks:
    """What a department with a namespace of its own offers there."""

    handle_task: Operation[Assignment, Answer]
