"""Working-day arithmetic over a calendar value.

The day of the event is never counted (民法典 201). Nothing here guesses: a count that leaves the
days any notice or statute speaks of raises `BeyondCalendar`.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from definitions.language.base import SHANGHAI, Value

SATURDAY = 5
OPENS, CLOSES = time(9), time(17)
_DAY = timedelta(days=1)


class BeyondCalendar(Exception):
    """The count reaches a day nobody has announced anything about. `until` is the last known one.

    Counting backwards it is the first known one.
    """

    def __init__(self, until: date) -> None:
        super().__init__(f"nothing is known beyond {until}")
        self.until = until


class Certainty(StrEnum):
    """How sure it is whether a day is worked."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"
    UNKNOWN = "unknown"


class Calendar(Value):
    """Which days are worked in a region: weekends rest, but for `exceptions` (True: worked).

    `names` says why a day differs. Days after `published_until` are reckoned by what is known so
    far; whatever is computed from them is provisional and says so (domain.md §9). Outside of
    `published_from` … `known_until` nothing is known; None is what an old recorded value has.
    """

    region: str
    version: str
    exceptions: Mapping[date, bool]
    published_until: date
    names: Mapping[date, str] = {}
    published_from: date | None = None
    known_until: date | None = None
    opens: time = OPENS
    closes: time = CLOSES

    def is_worked(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    @property
    def first_known(self) -> date:
        """The first day that may be counted."""
        if self.published_from is not None:
            return self.published_from
        return min(self.exceptions).replace(month=1, day=1) if self.exceptions else date.min

    @property
    def last_known(self) -> date:
        """The last day that may be counted, be it provisional.

        An old value does not say so; it held every day of the years it knew of.
        """
        if self.known_until is not None:
            return self.known_until
        if not self.exceptions:
            return self.published_until
        return max(self.published_until, max(self.exceptions).replace(month=12, day=31))


def reach(day: date, calendar: Calendar) -> Certainty:
    """How sure it is whether this day is worked."""
    if not calendar.first_known <= day <= calendar.last_known:
        return Certainty.UNKNOWN
    return Certainty.PUBLISHED if day <= calendar.published_until else Certainty.PROVISIONAL


def local_day(moment: datetime) -> date:
    """The day in Shanghai on which a moment falls."""
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 of the day in Shanghai: when an office's duty ends."""
    return datetime.combine(day + _DAY, time(), SHANGHAI)


def close_of_business(day: date, calendar: Calendar) -> datetime:
    """When the window closes on that day: the end of a limit for handing in (民法典 203)."""
    return datetime.combine(day, calendar.closes, SHANGHAI)


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it, where `count` is negative).

    Raises `BeyondCalendar`.
    """
    step = 1 if count >= 0 else -1
    span = _Span(calendar)
    left = abs(count)
    while left:
        day = span.moved(day, step)
        left -= calendar.is_worked(day)
    return day


def add_calendar_days(day: date, count: int, calendar: Calendar, *, rolls: bool = True) -> date:
    """`count` days after `day` (before it, where `count` is negative).

    A last day that is a rest day moves to the next working day (民法典 203); counted backwards, to
    the one before, so that nobody gets less time. Raises `BeyondCalendar`.
    """
    span = _Span(calendar)
    last = span.moved(day, count, checked=rolls)
    while rolls and not calendar.is_worked(last):
        last = span.moved(last, 1 if count >= 0 else -1)
    return last


def working_days_between(day: date, last: date, calendar: Calendar) -> int:
    """Working days after `day` up to and including `last`.

    Negative where `last` lies before `day`. Raises `BeyondCalendar`.
    """
    if last < day:
        return -working_days_between(last, day, calendar)
    if last > day:
        span = _Span(calendar)
        span.moved(day, 1)
        span.moved(last, 0)
    days = (last - day).days
    return sum(calendar.is_worked(day + n * _DAY) for n in range(1, days + 1))


class _Span:
    """The days that may be counted."""

    def __init__(self, calendar: Calendar) -> None:
        self._first = calendar.first_known
        self._last = calendar.last_known

    def moved(self, day: date, by: int, *, checked: bool = True) -> date:
        """The day moved. Raises `BeyondCalendar` outside the span, or outside of all dates."""
        ordinal = day.toordinal() + by
        first, last = (self._first, self._last) if checked else (date.min, date.max)
        if ordinal > last.toordinal():
            raise BeyondCalendar(self._last)
        if ordinal < first.toordinal():
            raise BeyondCalendar(self._first)
        return date.fromordinal(ordinal)
