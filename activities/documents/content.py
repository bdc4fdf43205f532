"""What each kind of document says, as plain frozen values: the whole of what a template may show.

Nothing here knows tables, templates or numbers; `compose` fills these, `render` prints them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from definitions.rules.clocks import ClockKind


@dataclass(frozen=True, slots=True)
class Citation:
    """A legal basis as it is printed: the law's full title and the article."""

    law: str
    article: str
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Whom the document is for; `agent` is who applied in the firm's name."""

    name: str
    code: str
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What every document says: whose it is, about what, by which organ, on what basis."""

    bundle: str
    service: str
    situation: str
    subject: str
    number: str | None
    organ: str
    phone: str
    applicant: Party
    received_at: datetime
    accepted_at: datetime | None = None
    wording: str = ""
    counter: bool = False
    bases: tuple[Citation, ...] = ()
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of a list of materials."""

    name: str
    source: str
    files: int
    state: str


@dataclass(frozen=True, slots=True)
class Linked:
    """One linked matter and by when it is promised."""

    name: str
    organ: str
    limit: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A last day; provisional where its holidays are not published yet."""

    on: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A missing paper and what it must be like when it comes."""

    name: str
    standard: str


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
class Intake:
    """收件凭证: what was taken in, by whom, and by when acceptance is told."""

    case: Case
    receiver: str
    query_code: str | None
    papers: tuple[Paper, ...]
    linked: tuple[Linked, ...]
    told_by: Day


@dataclass(frozen=True, slots=True)
class Pending:
    """容缺受理通知书: each gap, how and until when to close it, and what follows if not."""

    case: Case
    gaps: tuple[Gap, ...]
    due: Day
    decided_by: Day
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Lapse:
    """退件告知书: which limit passed, what was missing, what is handed back."""

    case: Case
    clock: ClockKind
    due: Day
    withdrawn: bool
    missing: tuple[str, ...]
    returned: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A grant told in a letter (登记通知书 and the like)."""

    case: Case
    changes: tuple[Change, ...]


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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Without reasons, bases and remedies (in `case`) it cannot be printed (行政许可法 38)."""

    case: Case
    reasons: tuple[str, ...]


Content = Intake | Pending | Lapse | Notice | Receipt | Licence | Refusal
