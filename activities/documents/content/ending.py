"""What ended without the decision that was asked for: why, and what is handed back."""

from dataclasses import dataclass
from datetime import datetime

from activities.documents.content.common import Case, Day, Owed, Paper
from definitions.language.pending import Credit
from definitions.language.pending import Lapse as Consequence
from definitions.rules.clocks import ClockKind


@dataclass(frozen=True, slots=True)
class Lapse:
    """退件告知书: which limit passed, what was missing then, what follows, what is handed back.

    `credit` is None where no promise was broken.
    """

    case: Case
    clock: ClockKind
    due: Day
    lapse: Consequence
    missing: tuple[Owed, ...]
    returned: tuple[Paper, ...]
    credit: Credit | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """退件通知书: everything that was wrong, told at once (登记管理条例实施细则 18(3))."""

    case: Case
    reasons: tuple[str, ...]
    returned: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Termination:
    """终止办理告知书: for which cause it cannot be handled any more, and by which facts."""

    case: Case
    cause: str
    reasons: tuple[str, ...]
    returned: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """撤回申请确认书: that the applicant withdrew, and when."""

    case: Case
    withdrawn_at: datetime
    reasons: tuple[str, ...]
    returned: tuple[Paper, ...]
