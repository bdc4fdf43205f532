"""Clocks: a ledger of facts. When one runs out is always recomputed from them, never kept.

`walk` goes through the ledger day by day and says of each whether it counts and why; `due` is where
it ends. An auditor who follows the same list comes to the same day.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from definitions.language.base import Value
from definitions.language.clocks import ClockKind, ClockRule, Expiry, ExtensionRule
from definitions.language.limits import Limit, Unit
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    Certainty,
    add_calendar_days,
    add_working_days,
    close_of_business,
    end_of_day,
    local_day,
    reach,
)

__all__ = ["Clock", "ClockKind", "Due", "Extension", "Pause", "Tick", "Why", "due", "walk"]


class Pause(Value):
    """Time that is not counted, and for which of the closed list of causes (行政许可法 45).

    `document` is the notice that told the applicant how long it was to last.
    """

    procedure: str
    cause: str
    since: datetime
    until: datetime | None = None
    document: str | None = None


class Extension(Value):
    """Days added, by whose approval; the reason's text lies in the register."""

    days: int
    by: str
    reason: str
    at: datetime
    force_majeure: bool = False


class Clock(Value):
    """One clock of a matter: what started it, its limit, what stopped or stretched it.

    `expired` is set once its passing has been acted upon, so that nothing fires twice; `reminded`
    counts the reminders given. `told` is a later day that the applicant was told before a new
    calendar made the limit shorter: what was told stands.
    """

    kind: ClockKind
    limit: Limit
    started_at: datetime
    rule: str | None = None
    name: str | None = None
    expiry: Expiry = Expiry.ALARM
    pausable: bool = False
    extension: ExtensionRule | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    reminders: tuple[int, ...] = ()
    reminded: int = 0
    told: date | None = None
    stopped_at: datetime | None = None
    expired: bool = False

    @property
    def runs(self) -> bool:
        """Whether its passing can still have an effect."""
        return self.stopped_at is None and not self.expired

    @property
    def days(self) -> int:
        """The limit with every extension."""
        return self.limit.days + sum(extension.days for extension in self.extensions)

    @property
    def open_pause(self) -> Pause | None:
        """The special procedure that stops it now."""
        return next((pause for pause in self.pauses if pause.until is None), None)

    @classmethod
    def of(cls, rule: ClockRule, started_at: datetime) -> "Clock":
        """A clock of the catalogue, running from that moment."""
        return cls(
            kind=rule.kind,
            limit=rule.limit.model_copy(update={"basis": rule.basis}),
            started_at=started_at,
            rule=rule.id,
            name=rule.name,
            expiry=rule.expiry,
            pausable=rule.pausable,
            extension=rule.extension,
        )


class Due(Value):
    """When a clock runs out: the last day, its 24:00, and the window's closing hour that day.

    All three are None while a special procedure stops the clock, and where the limit reaches past
    the last year for which anything is published: then nobody guesses.
    """

    day: date | None
    at: datetime | None
    window_until: datetime | None
    certainty: Certainty
    stopped: bool = False

    @property
    def provisional(self) -> bool:
        """Whether a calendar yet to be published may move it."""
        return self.certainty is not Certainty.PUBLISHED


class Why(StrEnum):
    """Why a day counts or does not."""

    START = "start"
    COUNTED = "counted"
    MADE_UP = "made_up"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    STOPPED = "stopped"
    ROLLED = "rolled"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Tick:
    """One day of the ledger: the how-manieth counted day it is, or why it is none."""

    day: date
    nth: int | None
    why: Why
    note: str = ""


def due(clock: Clock, calendar: Calendar) -> Due:
    """The instant after which the clock is overdue."""
    try:
        day = _last_day(clock, calendar)
    except BeyondCalendar:
        return Due(day=None, at=None, window_until=None, certainty=Certainty.UNKNOWN)
    if day is None:
        certainty = Certainty.PUBLISHED
        return Due(day=None, at=None, window_until=None, certainty=certainty, stopped=True)
    return Due(
        day=day,
        at=end_of_day(day),
        window_until=close_of_business(day, calendar),
        certainty=reach(day, calendar),
    )


def _last_day(clock: Clock, calendar: Calendar) -> date | None:
    """As `walk` ends; None where it is stopped.

    Most clocks are never paused, and this is asked several times an act: they need no walk.
    """
    if clock.pauses:
        (last,) = deque(walk(clock, calendar), maxlen=1)
        return None if last.why is Why.STOPPED else last.day
    start, days = local_day(clock.started_at), clock.days
    if clock.limit.unit is Unit.WORKING_DAY:
        day = add_working_days(start, days, calendar)
    else:
        day = add_calendar_days(start, days, calendar, rolls=clock.limit.rolls)
        if days and reach(day, calendar) is Certainty.UNKNOWN:
            raise BeyondCalendar(calendar.last_known)
    return max(day, clock.told) if clock.told else day


def used(clock: Clock, calendar: Calendar, on: date) -> int:
    """How many days had been counted by the end of `on`."""
    nth = 0
    try:
        for tick in walk(clock, calendar):
            if tick.day > on:
                break
            nth = tick.nth or nth
    except BeyondCalendar:
        pass
    return nth


def walk(clock: Clock, calendar: Calendar) -> Iterator[Tick]:
    """Every day from the start to the last, in order; the last tick is the day it runs out.

    A pause that has not ended yields `STOPPED` and nothing more. Raises `BeyondCalendar` where the
    next day is of a year for which nothing is known.
    """
    day = local_day(clock.started_at)
    last = day
    yield Tick(day, None if clock.days else 0, Why.START)
    pauses = sorted(clock.pauses, key=lambda pause: pause.since)
    nth = 0
    total = clock.days
    while nth < total:
        day += timedelta(days=1)
        if reach(day, calendar) is Certainty.UNKNOWN:
            raise BeyondCalendar(day - timedelta(days=1))
        pause = _paused(pauses, day)
        if pause is not None and pause.until is None:
            yield Tick(day, None, Why.STOPPED, pause.cause)
            return
        why, note = _why(clock, calendar, day, pause)
        counts = why in {Why.COUNTED, Why.MADE_UP}
        nth += counts
        last = day
        yield Tick(day, nth if counts else None, why, note)
    if clock.limit.unit is Unit.CALENDAR_DAY and clock.limit.rolls:
        while not calendar.is_worked(last):
            last += timedelta(days=1)
            if reach(last, calendar) is Certainty.UNKNOWN:
                raise BeyondCalendar(last - timedelta(days=1))
            yield Tick(last, None, Why.ROLLED, calendar.names.get(last, ""))
    if clock.told is not None and clock.told > last:
        yield Tick(clock.told, None, Why.TOLD)


def _paused(pauses: list[Pause], day: date) -> Pause | None:
    """The pause a day falls in. The day on which it begins still counts, the day it ends does not.

    (民法典 201: the day of the event is not counted.)
    """
    found = None
    for pause in pauses:
        if local_day(pause.since) < day and (pause.until is None or day <= local_day(pause.until)):
            if pause.until is None:
                return pause
            found = found or pause
    return found


def _why(clock: Clock, calendar: Calendar, day: date, pause: Pause | None) -> tuple[Why, str]:
    if clock.limit.unit is Unit.CALENDAR_DAY:
        # An announced period runs through rest days; the calendar must still reach its last day.
        return Why.COUNTED, calendar.names.get(day, "")
    if not calendar.is_worked(day):
        name = calendar.names.get(day, "")
        return (Why.HOLIDAY if name else Why.REST_DAY), name
    if pause is not None:
        return Why.PAUSED, pause.cause
    made_up = calendar.exceptions.get(day) is True
    return (Why.MADE_UP if made_up else Why.COUNTED), calendar.names.get(day, "")
