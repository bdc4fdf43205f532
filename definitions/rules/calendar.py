"""Working-day arithmetic over a calendar value.

The day of the event is never counted (民法典 201).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone

from definitions.language.base import Value

# One offset all year since 1991; a fixed zone keeps file reads out of workflow code.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
SATURDAY = 5


class Calendar(Value):
    """Which days are worked in a region: weekends rest, but for `exceptions` (True: worked).

    Days after `published_until` are reckoned by weekends and the exceptions known so far;
    whatever is computed from them is provisional and says so (domain.md §9).
    """

    region: str
    version: str
    exceptions: Mapping[date, bool]
    published_until: date

    def is_worked(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)


def local_day(moment: datetime) -> date:
    """The day in Shanghai on which a moment falls."""
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 of the day in Shanghai: when an office's duty ends."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it, where `count` is negative)."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_worked(day)
    return day


def add_calendar_days(day: date, count: int, calendar: Calendar) -> date:
    """`count` days after `day`.

    A last day that is a rest day moves to the next working day (民法典 203).
    """
    last = day + timedelta(days=count)
    while not calendar.is_worked(last):
        last += timedelta(days=1)
    return last


def working_days_between(day: date, last: date, calendar: Calendar) -> int:
    """Working days after `day` up to and including `last`.

    Negative where `last` lies before `day`.
    """
    if last < day:
        return -working_days_between(last, day, calendar)
    span = (last - day).days
    return sum(calendar.is_worked(day + timedelta(days=n)) for n in range(1, span + 1))
