"""View models of the administrator's calendar pages."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.shared import (
    FieldView,
    Frame,
    Link,
    Pager,
    Pair,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One publication in the list."""

    name: str
    region: str
    years: tuple[Link, ...]
    published_at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class RecalculationRow:
    """One recalculation in the list."""

    link: Link
    status: StatusView
    done: int
    total: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarsPage:
    """What is in force, every publication, and the form for the next one."""

    frame: Frame
    facts: tuple[Pair, ...]
    rows: tuple[CalendarRow, ...]
    pager: Pager
    recalculations: tuple[RecalculationRow, ...]
    preview: Submission
    text: FieldView


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month: its number, what it is in one word, and why."""

    number: int
    kind: str
    word: str
    name: str


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month in weeks from Monday; None fills the weeks at both ends."""

    title: str
    working_days: int
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class CalendarYearPage:
    """One year of a region as twelve months."""

    frame: Frame
    status: StatusView
    facts: tuple[Pair, ...]
    years: tuple[Tab, ...]
    months: tuple[MonthView, ...]


@dataclass(frozen=True, slots=True)
class ChangedDayRow:
    """A day that will be another kind of day."""

    day: date
    was: str
    becomes: str
    name: str


@dataclass(frozen=True, slots=True)
class CalendarPreviewPage:
    """What publishing would change, and the button that does it. `text` travels with the form."""

    frame: Frame
    facts: tuple[Pair, ...]
    days: tuple[ChangedDayRow, ...]
    unchanged: bool
    publish: Submission
    text: str
    note: FieldView
    back_url: str


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A limit that falls on another day. A day is None where nothing was or is known of it."""

    bundle: Link
    matter: str
    organ: str
    clock: str
    was: date | None
    becomes: date | None
    stands: bool


@dataclass(frozen=True, slots=True)
class RecalculationPage:
    """How far it is, whom it touched, and the ways to let it stand still or go on."""

    frame: Frame
    status: StatusView
    going: bool
    done: int
    total: int
    facts: tuple[Pair, ...]
    failures: tuple[Link, ...]
    pause: Submission | None
    resume: Submission | None
    refresh_url: str
    rows: tuple[MovedRow, ...]
    pager: Pager
