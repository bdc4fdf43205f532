"""Tasks: work assigned to a department, and how far each has come."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from definitions.language.base import Basis, Value
from definitions.language.clocks import ClockKind
from definitions.language.limits import Limit
from definitions.language.roles import Role
from definitions.matter.values import FileRef, Point, Reason
from definitions.rules.clocks import Clock


class TaskStatus(StrEnum):
    """Where a task stands. It is opened when it can be worked, so what is created is ready.

    `RETURNED` went back with reasons; `CANCELLED` was called off by whoever had asked for it;
    `OBSOLETE` fell away with its matter.
    """

    READY = "ready"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    IN_REVIEW = "in_review"
    COMPLETED = "completed"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    OBSOLETE = "obsolete"


OPEN = (
    TaskStatus.READY,
    TaskStatus.CLAIMED,
    TaskStatus.IN_PROGRESS,
    TaskStatus.WAITING,
    TaskStatus.IN_REVIEW,
)
"""Somebody still has to act."""
HELD = OPEN[1:]
"""Somebody has it."""


class TaskKind(StrEnum):
    """What the task asks for; each kind has its own outcomes."""

    REVIEW = "review"
    DECIDE = "decide"
    CHECK = "check"
    OBJECTION = "objection"
    RECEIPT = "receipt"
    EXTENSION = "extension"
    HEARING = "hearing"
    VERIFICATION = "verification"
    REVOCATION = "revocation"
    REWORK = "rework"
    CONSULTATION = "consultation"
    ASSISTANCE = "assistance"
    EXPERT = "expert"
    SURVEY = "survey"
    SITE = "site"
    COMPLAINT = "complaint"


COLLABORATION = (
    TaskKind.CONSULTATION,
    TaskKind.ASSISTANCE,
    TaskKind.EXPERT,
    TaskKind.SURVEY,
    TaskKind.SITE,
)
"""What the lead asks of others; a decision waits for it."""


class Outcome(StrEnum):
    """How a task may be completed."""

    PASS = "pass"  # noqa: S105 - not a password
    ADVISE_REFUSAL = "advise_refusal"
    GRANT = "grant"
    REFUSE = "refuse"
    ACCEPT = "accept"
    REJECT = "reject"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    ASK_SUPPLEMENT = "ask_supplement"
    NOT_REQUIRED = "not_required"
    NOT_COMPETENT = "not_competent"
    APPROVE = "approve"
    DECLINE = "decline"
    HELD = "held"
    CONFIRM = "confirm"
    RECTIFY = "rectify"
    UNTRUE = "untrue"
    REVOKE = "revoke"
    KEEP = "keep"
    DONE = "done"
    UNABLE = "unable"
    AGREE = "agree"
    OBJECT = "object"
    TACIT = "tacit"
    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    SOLVED = "solved"
    EXPLAINED = "explained"


class Completion(Value):
    """What whoever completes a task says.

    Refusals and rejections carry reasons; a refused decision carries bases. A supplement notice
    carries `points` and how many working `days` it gives; 不属本机关职权 the competent `organ`; a
    held hearing its minutes in `files`; a check on site its `companions`; a survey the `dates` that
    suit. `handled_by` are the people of a department's own system, in the order they acted in.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()
    points: tuple[Point, ...] = ()
    days: int | None = None
    organ: str | None = None
    files: tuple[FileRef, ...] = ()
    companions: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    handled_by: tuple[str, ...] = ()


class Proposal(Value):
    """拟办意见: how its author would complete the task; somebody else looks at it (复核).

    `to` names who was asked to look; None: any colleague.
    """

    by: str
    at: datetime
    completion: Completion
    to: str | None = None


class HandOver(Value):
    """转交: by whom, and who had the task before (None: nobody)."""

    by: str
    at: datetime
    before: str | None = None


WaitCause = Literal["applicant", "department", "expert", "register", "other"]
ReturnFault = Literal["unclear", "mismatch", "missing", "duplicate", "order", "department", "other"]


class Waiting(Value):
    """What the task waits for. It stops no clock: the limit of the matter goes on."""

    cause: WaitCause
    since: datetime
    until: date | None = None
    reasons: tuple[Reason, ...] = ()


class Urge(Value):
    """催办: who asked for it to be done, when, in which words; the last one counts."""

    by: str
    at: datetime
    reasons: tuple[Reason, ...]


class ReturnPoint(Value):
    """One structured reason of a return: what kind of fault, in which paper or field, in words."""

    fault: ReturnFault
    material: str | None = None
    field: str | None = None
    says: Reason


class Request(Value):
    """What one organ asks of another: `id` joins the tasks of one request (联合踏勘).

    `tacit`: no answer in time is agreement. `dates` are those proposed for a survey.
    """

    id: str
    department: str
    by: str
    question: Reason
    tacit: bool = False
    dates: tuple[date, ...] = ()
    files: tuple[FileRef, ...] = ()


class TaskState(Value):
    """Work assigned to a department. `material` names the paper a check is about.

    `limit` is the house's own for this step, `clock` one of the task's own (a request to another
    organ). `days` and `reasons` are what an extension proposes. `sent_back` is what a colleague
    wants changed in the proposal. `came_from` are the departments that passed it on, the last one
    last. `escalated` are the rungs of the ladder that were climbed. `stood_for` is who was absent
    when somebody else completed it.
    """

    id: str
    matter: str
    kind: TaskKind
    name: str
    department: str
    role: Role
    opened_at: datetime
    material: str | None = None
    limit: Limit | None = None
    days: int | None = None
    reasons: tuple[Reason, ...] = ()
    proposed_by: str | None = None
    status: TaskStatus = TaskStatus.READY
    version: int = 0
    assignee: str | None = None
    outcome: Outcome | None = None
    completed_at: datetime | None = None
    clock: Clock | None = None
    request: Request | None = None
    on: date | None = None
    handed: HandOver | None = None
    came_from: tuple[str, ...] = ()
    waiting: Waiting | None = None
    proposal: Proposal | None = None
    sent_back: tuple[Reason, ...] = ()
    returned: tuple[ReturnPoint, ...] = ()
    answer: Completion | None = None
    escalated: tuple[str, ...] = ()
    escalated_at: datetime | None = None
    urged: Urge | None = None
    stood_for: str | None = None

    @property
    def is_open(self) -> bool:
        """Someone still has to act."""
        return self.status in OPEN


# Which limits press on a task, where it has no clock of its own.
PRESSING: dict[TaskKind, tuple[ClockKind, ...]] = {
    TaskKind.RECEIPT: (ClockKind.ACCEPTANCE,),
    TaskKind.CHECK: (ClockKind.ACCEPTANCE, ClockKind.PROMISED),
    TaskKind.OBJECTION: (),
    TaskKind.EXTENSION: (ClockKind.STATUTORY,),
    TaskKind.HEARING: (ClockKind.HEARING,),
    TaskKind.VERIFICATION: (ClockKind.VERIFICATION, ClockKind.RECTIFICATION),
    TaskKind.REVOCATION: (),
    TaskKind.REWORK: (ClockKind.ACCEPTANCE, ClockKind.PROMISED),
}
