"""View models of the policy check-up: at the window and one's own."""

from dataclasses import dataclass, field
from datetime import date, datetime

from api.console.views.benefits import ActForm
from api.console.views.shared import FieldView, Frame, Link, StatusView, Submission, Tab


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One policy. `amount` for the entitled; `has` is what stands in the register already."""

    name: str
    number: str
    organ: str
    status: StatusView
    amount: str
    has: StatusView | None
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """Policies that come to the same."""

    title: str
    rows: tuple[CheckedRow, ...]


@dataclass(frozen=True, slots=True)
class UsedFact:
    """A fact that was looked at; `stale`: it is too old and did not count."""

    label: str
    value: str
    source: str
    as_of: date | None
    stale: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change that a subscriber is told."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CheckUpView:
    """A check-up; `followed` since when changes are noted, if they are."""

    who: str
    code: str
    on: date
    summary: str
    groups: tuple[CheckGroup, ...]
    facts: tuple[UsedFact, ...]
    changes: tuple[ChangeRow, ...]
    followed: datetime | None


@dataclass(frozen=True, slots=True)
class CheckUpEntryPage:
    """Whose check-up; without `kind`, firms' only."""

    frame: Frame
    tabs: tuple[Tab, ...]
    submission: Submission
    kind: FieldView | None
    code: FieldView


@dataclass(frozen=True, slots=True)
class AccountDue:
    """A benefit that no account has taken yet, and the form that puts the account right."""

    name: str
    period: str
    fen: int
    status: StatusView
    act: ActForm


@dataclass(frozen=True, slots=True)
class QueryCode:
    """What opens the subject's own page, and where a new one is asked for."""

    code: str = field(repr=False)
    renew: Submission


@dataclass(frozen=True, slots=True)
class CheckUpPage:
    """The check-up at the window: on paper, with what is declared, subscribed to."""

    frame: Frame
    found: CheckUpView
    report_url: str
    again_url: str
    follow: ActForm | None
    declare: ActForm | None
    accounts: tuple[AccountDue, ...]
    query_code: QueryCode | None


@dataclass(frozen=True, slots=True)
class OwnCheckUpPage:
    """The same for oneself."""

    frame: Frame
    found: CheckUpView
    report_url: str
    own: Link
    follow: ActForm | None
    declare: ActForm | None
