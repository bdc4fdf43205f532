"""Tasks: work assigned to a department."""

from datetime import datetime
from enum import StrEnum

from definitions.language.base import Value
from definitions.language.limits import Limit
from definitions.language.roles import Role
from definitions.matter.values import Reason


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
    RECEIPT = "receipt"
    EXTENSION = "extension"
    HEARING = "hearing"
    VERIFICATION = "verification"
    REVOCATION = "revocation"


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


class TaskState(Value):
    """Work assigned to a department. `material` names the paper a check is about.

    `limit` is the house's own for this step; `days` and `reasons` are what an extension proposes.
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

    @property
    def is_open(self) -> bool:
        """Someone still has to act."""
        return self.status in {TaskStatus.READY, TaskStatus.CLAIMED}
