"""The state of one matter, of the tasks, materials and documents it lives with. Values only."""

from datetime import datetime
from enum import StrEnum

from definitions.language.base import Basis, Value
from definitions.language.matters import Template
from definitions.language.roles import Role
from definitions.rules.clocks import Clock, ClockKind


class MatterStatus(StrEnum):
    """Canonical states (domain.md §8.4); the Chinese terms stand in the glossary."""

    PLANNED = "planned"
    TO_FILE = "to_file"
    RECEIVED = "received"
    HOLDING = "holding"
    ACCEPTED = "accepted"
    ACCEPTED_PENDING = "accepted_pending"
    REVIEWING = "reviewing"
    REVIEWED_AWAITING_SUPPLEMENT = "reviewed_awaiting_supplement"
    GRANTED = "granted"
    REFUSED = "refused"
    ISSUED = "issued"
    CLOSED = "closed"
    NOT_NEEDED = "not_needed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


TERMINAL = frozenset(
    {
        MatterStatus.CLOSED,
        MatterStatus.NOT_NEEDED,
        MatterStatus.LAPSED,
        MatterStatus.WITHDRAWN,
        MatterStatus.TERMINATED,
    }
)
DECIDED = frozenset({MatterStatus.GRANTED, MatterStatus.REFUSED, MatterStatus.ISSUED})
IN_HAND = frozenset(
    {
        MatterStatus.ACCEPTED,
        MatterStatus.ACCEPTED_PENDING,
        MatterStatus.REVIEWING,
        MatterStatus.REVIEWED_AWAITING_SUPPLEMENT,
    }
)


class Result(StrEnum):
    """How a matter ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    NOT_NEEDED = "not_needed"


class Reason(Value):
    """A reason given by a person.

    Its text lies in the register under `text` (a digest), never here.
    """

    text: str


class Decision(Value):
    """What was decided, by whom.

    A refusal carries reasons, bases and remedies or does not exist.
    """

    result: Result
    by: str
    at: datetime
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()


class MatterState(Value):
    """One matter as it stands. `step` counts the steps that are done."""

    key: str
    status: MatterStatus = MatterStatus.PLANNED
    version: int = 0
    result: Result | None = None
    reason: str | None = None
    step: int = 0
    reviewed_by: str | None = None
    decision: Decision | None = None
    clocks: tuple[Clock, ...] = ()
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    objections: int = 0

    @property
    def is_terminal(self) -> bool:
        """Nothing more can happen to it."""
        return self.status in TERMINAL

    @property
    def succeeded(self) -> bool:
        """Its result is out, so that matters waiting for the result may start."""
        return self.result is Result.GRANTED and self.status in {
            MatterStatus.ISSUED,
            MatterStatus.CLOSED,
        }

    def clock(self, kind: ClockKind) -> Clock | None:
        """The running clock of that kind."""
        return next((clock for clock in self.clocks if clock.kind is kind and clock.runs), None)


class TaskStatus(StrEnum):
    """Where a task stands."""

    READY = "ready"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What the task asks for; each kind has its own outcomes."""

    REVIEW = "review"
    DECIDE = "decide"
    CHECK = "check"
    OBJECTION = "objection"


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


class TaskState(Value):
    """Work assigned to a department. `material` names the paper a check is about."""

    id: str
    matter: str
    kind: TaskKind
    name: str
    department: str
    role: Role
    opened_at: datetime
    material: str | None = None
    status: TaskStatus = TaskStatus.READY
    version: int = 0
    assignee: str | None = None
    outcome: Outcome | None = None
    completed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Someone still has to act."""
        return self.status in {TaskStatus.READY, TaskStatus.CLAIMED}


class MaterialStatus(StrEnum):
    """Exactly one of these at any time."""

    PENDING = "pending"
    SUPPLIED = "supplied"
    SATISFIED = "satisfied"
    WAIVED = "waived"
    REFUSED = "refused"


class FileRef(Value):
    """A stored file: by digest, never by content or name."""

    id: str
    sha256: str
    size: int
    media_type: str


class MaterialState(Value):
    """One material of the application. `supplies` counts how often it came in."""

    code: str
    status: MaterialStatus
    version: int = 0
    files: tuple[FileRef, ...] = ()
    reasons: tuple[Reason, ...] = ()
    supplies: int = 0
    changed_at: datetime

    @property
    def is_ready(self) -> bool:
        """A decision may rest on it."""
        return self.status in {MaterialStatus.SATISFIED, MaterialStatus.WAIVED}


class DocumentState(Value):
    """A document that leaves the house.

    `number` is its 文号, `template` and `wording` how it is made.
    """

    id: str
    matter: str | None
    kind: str
    name: str
    number: str
    series: str
    template: Template
    wording: str
    counter: bool
    issued_at: datetime
    version: int = 0
    delivered_at: datetime | None = None
    delivered_by: str | None = None
