"""Clocks: a ledger of what started and stopped them.

The due instant is always recomputed, never kept.
"""

from datetime import date, datetime
from enum import StrEnum

from definitions.language.base import Value
from definitions.language.limits import Limit, Unit
from definitions.rules.calendar import (
    Calendar,
    add_calendar_days,
    add_working_days,
    end_of_day,
    local_day,
)


class ClockKind(StrEnum):
    """What a clock measures; its expiry has one meaning each (`bundle.decide`)."""

    PROMISED = "promised"
    STATUTORY = "statutory"
    HOLD = "hold"
    SUPPLEMENT = "supplement"
    PUBLICITY = "publicity"
    FILING = "filing"


class Clock(Value):
    """One running or stopped clock of a matter.

    `expired` is set once its passing has been acted upon, so that nothing fires twice.
    """

    kind: ClockKind
    limit: Limit
    started_at: datetime
    stopped_at: datetime | None = None
    expired: bool = False

    @property
    def runs(self) -> bool:
        """Whether its passing can still have an effect."""
        return self.stopped_at is None and not self.expired


class Due(Value):
    """When a clock runs out.

    The last day, its 24:00, and whether the calendar was only provisional.
    """

    day: date
    at: datetime
    provisional: bool


def due(clock: Clock, calendar: Calendar) -> Due:
    """The instant after which the clock is overdue."""
    start = local_day(clock.started_at)
    if clock.limit.unit is Unit.WORKING_DAY:
        day = add_working_days(start, clock.limit.days, calendar)
    else:
        day = add_calendar_days(start, clock.limit.days, calendar)
    return Due(day=day, at=end_of_day(day), provisional=day > calendar.published_until)
