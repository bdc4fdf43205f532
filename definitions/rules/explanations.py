"""A clock explains itself: every day it counted, every day it did not, and why.

Whoever follows the lines with a pencil comes to the same last day; nothing else is needed.
"""

from datetime import date, datetime

from definitions.language.base import Basis, Value
from definitions.language.clocks import ClockKind
from definitions.language.limits import Unit
from definitions.rules.calendar import BeyondCalendar, Calendar
from definitions.rules.clocks import Clock, Due, Extension, Pause, Why, due, walk


class Line(Value):
    """One day of the ledger; `nth` where it counts, else why it does not."""

    day: date
    nth: int | None
    why: Why
    note: str = ""


class Explanation(Value):
    """Everything needed to recompute one clock by hand.

    `beyond`: the last day of which a calendar knows, where the count had to stop there.
    """

    kind: ClockKind
    rule: str | None
    name: str | None
    unit: Unit
    days: int
    extended: int
    basis: Basis | None
    calendar: str
    started_at: datetime
    stopped_at: datetime | None
    expired: bool
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    lines: tuple[Line, ...]
    due: Due
    beyond: date | None = None


def explain(clock: Clock, calendar: Calendar) -> Explanation:
    """The clock's ledger, day by day."""
    lines: list[Line] = []
    beyond: date | None = None
    try:
        lines.extend(
            Line(day=tick.day, nth=tick.nth, why=tick.why, note=tick.note)
            for tick in walk(clock, calendar)
        )
    except BeyondCalendar as past:
        beyond = past.until
    return Explanation(
        kind=clock.kind,
        rule=clock.rule,
        name=clock.name,
        unit=clock.limit.unit,
        days=clock.limit.days,
        extended=clock.days - clock.limit.days,
        basis=clock.limit.basis,
        calendar=calendar.version,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        expired=clock.expired,
        pauses=clock.pauses,
        extensions=clock.extensions,
        lines=tuple(lines),
        due=due(clock, calendar),
        beyond=beyond,
    )
