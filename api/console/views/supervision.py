"""View models of 督办: what is late and why, what stands still, what was promised, credit."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.shared import (
    DeadlineView,
    Filters,
    Frame,
    Link,
    Pager,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number that opens its list; nothing to open where it is 0."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department's matters: all in hand, then by the nearest limit, then those suspended."""

    name: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class SupervisionPage:
    """How every department stands. `heads` are the columns of the table."""

    frame: Frame
    tabs: tuple[Tab, ...]
    totals: tuple[Count, ...]
    heads: tuple[str, ...]
    rows: tuple[DepartmentRow, ...]


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """A matter: its limit, where it is stuck, since when, and what a supervisor may do."""

    url: str
    matter: str
    applicant: str
    number: str
    organ: str
    status: StatusView
    deadline: DeadlineView | None
    limit: str
    stuck: str
    since: date | None
    notes: tuple[str, ...]
    acts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class WatchPage:
    """One list of matters. `note` says what is in it, `empty` why nothing is."""

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    note: str
    rows: tuple[WatchedRow, ...]
    pager: Pager
    empty: str


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A broken promise and what it costs, until it is repaired."""

    id: str
    firm: str
    uscc: str
    bundle: Link
    matter: str
    organ: str
    mode: str
    grade: str
    recorded_at: datetime
    repaired: str
    repair: Submission | None
    typed: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class CreditsPage:
    """信用: records of broken promises, and repairing one with a reason."""

    frame: Frame
    tabs: tuple[Tab, ...]
    rows: tuple[CreditRow, ...]
    pager: Pager
