"""Office hours: so many working hours before or after a moment (督办 is told while people work)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from definitions.language.base import SHANGHAI
from definitions.language.supervision import OfficeHours
from definitions.rules.calendar import Calendar, local_day

_DAY = timedelta(days=1)


def shift(
    moment: datetime, hours: int, office: Sequence[OfficeHours], calendar: Calendar
) -> datetime | None:
    """The moment so many office hours later (earlier, where negative).

    0 hours is the first office moment not before it. None beyond what the calendar knows.
    """
    left = timedelta(hours=abs(hours))
    spans = _before(moment, office, calendar) if hours < 0 else _after(moment, office, calendar)
    for since, until in spans:
        if left <= until - since:
            return until - left if hours < 0 else since + left
        left -= until - since
    return None


def _after(
    moment: datetime, office: Sequence[OfficeHours], calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """The office hours from the moment on, each cut to what lies after it."""
    day = local_day(moment)
    while day <= calendar.last_known:
        for since, until in _of_day(day, office, calendar):
            if until > moment:
                yield max(since, moment), until
        day += _DAY


def _before(
    moment: datetime, office: Sequence[OfficeHours], calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """The office hours up to the moment, the last first."""
    day = local_day(moment)
    while day >= calendar.first_known:
        for since, until in reversed(_of_day(day, office, calendar)):
            if since < moment:
                yield since, min(until, moment)
        day -= _DAY


def _of_day(
    day: date, office: Sequence[OfficeHours], calendar: Calendar
) -> list[tuple[datetime, datetime]]:
    def at(hour: time) -> datetime:
        return datetime.combine(day, hour, SHANGHAI)

    if not calendar.is_worked(day):
        return []
    return [(at(hours.since), at(hours.until)) for hours in office]
