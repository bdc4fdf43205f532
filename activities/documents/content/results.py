"""What a matter comes to: grants told, handed out, refused, and taken back."""

from dataclasses import dataclass
from datetime import datetime

from activities.documents.content.common import Case


@dataclass(frozen=True, slots=True)
class Change:
    """One registered field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Field:
    """One line on the face of a licence."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A grant told in a letter (登记通知书 and the like). `deemed`: nobody decided in time (50)."""

    case: Case
    changes: tuple[Change, ...]
    deemed: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """回执: the matter was handled."""

    case: Case


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence with what its face says after the change. `business` is the 营业执照 itself."""

    case: Case
    business: bool
    code: str
    fields: tuple[Field, ...]
    deemed: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Without reasons, bases and remedies (in `case`) it cannot be printed (行政许可法 38)."""

    case: Case
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """A document that a revocation takes back."""

    name: str
    number: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """撤销决定书: which decision is undone, why, on what basis; remedies as with any refusal."""

    case: Case
    decided_at: datetime | None
    undone: tuple[Undone, ...]
    reasons: tuple[str, ...]
