"""From a limit's plain facts to its chip. Days are counted by the core's calendar."""

from datetime import date, datetime, timedelta

from api.console.views.shared import DeadlineKind, DeadlineView
from definitions.language.limits import Unit
from definitions.matter.state import Procedure
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    local_day,
    working_days_between,
)

_SOON = 3
"""At three working days or fewer the chip turns to "wait" (ui.md §4)."""
_INSTANT = timedelta(microseconds=1)


def running(
    *,
    due_on: date,
    today: date,
    left: int,
    unit: Unit = Unit.WORKING_DAY,
    closes_at: datetime | None = None,
    provisional: bool = False,
) -> DeadlineView:
    """A clock that runs; `left` counts days of `unit` from today to `due_on`, below 0 when over."""
    if due_on < today:
        kind = DeadlineKind.OVERDUE
    elif due_on == today:
        kind = DeadlineKind.TODAY
    elif left <= _SOON:
        kind = DeadlineKind.SOON
    else:
        kind = DeadlineKind.RUNNING
    return DeadlineView(
        kind=kind,
        due_on=due_on,
        closes_at=closes_at,
        days=abs(left),
        unit=unit,
        provisional=provisional,
    )


def ticking(
    *,
    due_at: datetime,
    now: datetime,
    unit: Unit,
    calendar: Calendar,
    provisional: bool = False,
) -> DeadlineView:
    """A clock as the register has it: `due_at` is 24:00 of the last day, shown as that day."""
    last, today = local_day(due_at - _INSTANT), local_day(now)
    return running(
        due_on=last,
        today=today,
        left=between(today, last, unit, calendar),
        unit=unit,
        provisional=provisional,
    )


def between(first: date, last: date, unit: Unit, calendar: Calendar) -> int:
    """Days of that kind after `first` up to `last`; below 0 when `last` has passed.

    Where no calendar reaches, plain days: a page must not fail for want of an announcement.
    """
    if unit is Unit.WORKING_DAY:
        try:
            return working_days_between(first, last, calendar)
        except BeyondCalendar:
            pass
    return (last - first).days


def paused(note: str) -> DeadlineView:
    """A clock that stands still, and why."""
    return DeadlineView(kind=DeadlineKind.PAUSED, note=note)


def suspended(procedure: Procedure) -> DeadlineView:
    """The office's limits while a special procedure goes on: why, and how long it was told."""
    return paused(f"{procedure.name}，预计 {procedure.days} 个工作日")


def not_started(note: str = "") -> DeadlineView:
    """A clock that has not begun, and what it waits for."""
    return DeadlineView(kind=DeadlineKind.NOT_STARTED, note=note)


def met(due_on: date) -> DeadlineView:
    """A limit that was kept."""
    return DeadlineView(kind=DeadlineKind.MET, due_on=due_on)
