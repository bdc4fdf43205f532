"""How moments lie to office hours: whether one is outside of them, how much of a stretch is in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from definitions.language.base import SHANGHAI
from definitions.language.supervision import OfficeHours
from definitions.rules.calendar import Calendar, local_day

_DAY = timedelta(days=1)


class OddTime(StrEnum):
    """When work that is not expected then was entered."""

    DAY_OFF = "day_off"
    NIGHT = "night"
    BREAK = "break"


def odd_time(moment: datetime, office: Sequence[OfficeHours], calendar: Calendar) -> OddTime | None:
    """None in office hours, both ends included. Between two parts of the day: the break."""
    if not calendar.is_worked(local_day(moment)):
        return OddTime.DAY_OFF
    clock = moment.astimezone(SHANGHAI).time()
    if any(hours.since <= clock <= hours.until for hours in office):
        return None
    return OddTime.BREAK if office[0].since < clock < office[-1].until else OddTime.NIGHT


def worked_days(since: datetime, until: datetime, calendar: Calendar) -> tuple[date, ...]:
    """The days of the period, Shanghai time, on which offices work."""
    first, last = local_day(since), local_day(until)
    days = (first + n * _DAY for n in range((last - first).days + 1))
    return tuple(day for day in days if calendar.is_worked(day))


def worked_time(
    since: datetime, until: datetime, office: Sequence[OfficeHours], calendar: Calendar
) -> timedelta:
    """How much of the period lies in office hours."""
    total = timedelta(0)
    for day in worked_days(since, until, calendar):
        for hours in office:
            opens = datetime.combine(day, hours.since, SHANGHAI)
            closes = datetime.combine(day, hours.until, SHANGHAI)
            total += max(timedelta(0), min(closes, until) - max(opens, since))
    return total
