"""View models of 督办: what is late and why, what stands still, what was promised, credit."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.shared import (
    DeadlineView,
    FieldView,
    Filters,
    Frame,
    Link,
    Pager,
    Pair,
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


@dataclass(frozen=True, slots=True)
class TaskWatchRow:
    """A task: its limit, who has it since when, why it stands still, and who was told of it."""

    url: str
    task: str
    matter: str
    applicant: str
    number: str
    organ: str
    status: StatusView
    holder: str
    since: datetime
    deadline: DeadlineView | None
    limit: str
    notes: tuple[str, ...]
    told: str
    acts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TaskWatchPage:
    """One list of tasks: 提醒, or 超期待办. `note` says what is in it, `empty` why nothing is."""

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    note: str
    rows: tuple[TaskWatchRow, ...]
    pager: Pager
    empty: str


@dataclass(frozen=True, slots=True)
class TaskActPage:
    """催办 or 改派: the task as it stands, and what is asked."""

    frame: Frame
    task: Link
    applicant: str
    facts: tuple[Pair, ...]
    notes: tuple[str, ...]
    submission: Submission
    fields: tuple[FieldView, ...]
    button: str


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One officer in figures."""

    organ: str
    name: str
    role: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class OfficersPage:
    """人员: who has how much."""

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    heads: tuple[str, ...]
    rows: tuple[OfficerRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """What a department, or one of its people, completed, and how much of it is conspicuous."""

    organ: str
    name: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One thing to look into: when, who, what is conspicuous about it."""

    at: datetime
    organ: str
    name: str
    sign: str
    says: str
    matter: Link | None
    applicant: str


@dataclass(frozen=True, slots=True)
class OutsidePage:
    """体外循环线索. `warning` says what it is not; `measures` by what it is reckoned."""

    frame: Frame
    tabs: tuple[Tab, ...]
    warning: str
    measures: tuple[str, ...]
    filters: Filters
    heads: tuple[str, ...]
    figures: tuple[OutsideRow, ...]
    leads: tuple[LeadRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A task of the digest. `says` is why it is listed."""

    url: str
    task: str
    number: str
    organ: str
    holder: str
    due: str
    says: str


@dataclass(frozen=True, slots=True)
class DigestSection:
    """One list of the digest; `count` is of all, of which the most pressing are listed."""

    title: str
    count: int
    rows: tuple[DigestRow, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class DigestPage:
    """每日督办摘要 on A4. Without `sections` there is none of that day, and `missing` says why."""

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    whose: str
    day: date | None
    made_at: datetime | None
    figures: tuple[Pair, ...]
    sections: tuple[DigestSection, ...]
    missing: str
