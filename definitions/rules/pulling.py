"""领取下一件: which of the tasks that anybody could take this person takes next.

Urgency goes first, in bands of working days; within a band what the person is skilled in, then the
nearest limit; but not several of one applicant in a row while others of the band wait longer.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum

from definitions.language.base import SHANGHAI, Value
from definitions.language.supervision import Supervision
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    local_day,
    working_days_between,
)

_NEVER = datetime.max.replace(tzinfo=UTC)


class Band(IntEnum):
    """How urgent a task is, the most urgent first."""

    OVERDUE = 0
    RED = 1
    AMBER = 2
    GREEN = 3
    UNLIMITED = 4


class Unwilling(StrEnum):
    """Why a person is given nothing more now."""

    FULL = "full"
    OFF_SHIFT = "off_shift"


class Waiting(Value):
    """A task that waits for somebody: what it is, whose application, by when, since when."""

    task: str
    kind: str
    item: str
    applicant: str
    opened_at: datetime
    due_at: datetime | None = None


class Puller(Value):
    """Who takes the next one: how many he holds, and how he takes work.

    `skills` are item codes or kinds of tasks; `last` are the applicants of what he took lately, the
    latest first. Without a shift, one takes work at any time.
    """

    held: int
    at_most: int
    shift_from: time | None = None
    shift_until: time | None = None
    skills: frozenset[str] = frozenset()
    last: tuple[str, ...] = ()


def unwilling(puller: Puller, now: datetime) -> Unwilling | None:
    """Why this person is given nothing now; None where he is."""
    if not _on_shift(puller, now.astimezone(SHANGHAI).time()):
        return Unwilling.OFF_SHIFT
    return Unwilling.FULL if puller.held >= puller.at_most else None


def band(due_at: datetime | None, now: datetime, calendar: Calendar, watched: Supervision) -> Band:
    """How urgent a limit is, by the working days that are left."""
    left = remaining(due_at, now, calendar)
    if due_at is None or left is None:
        return Band.UNLIMITED
    if due_at <= now:
        return Band.OVERDUE
    if left <= watched.red:
        return Band.RED
    return Band.AMBER if left <= watched.amber else Band.GREEN


def remaining(due_at: datetime | None, now: datetime, calendar: Calendar) -> int | None:
    """Working days left up to the last day; below 0 when it is past, None without a limit.

    Where no calendar reaches, plain days.
    """
    if due_at is None:
        return None
    # A limit that ends at 24:00 belongs to the day it ends.
    last, today = local_day(due_at - timedelta(microseconds=1)), local_day(now)
    try:
        return working_days_between(today, last, calendar)
    except BeyondCalendar:
        return (last - today).days


def ranked(waiting: Sequence[tuple[Waiting, Band]], puller: Puller) -> tuple[Waiting, ...]:
    """The tasks in the order in which this person should try for them."""
    left = sorted(waiting, key=lambda each: _key(each[0], each[1], puller))
    order: list[Waiting] = []
    last = puller.last[0] if puller.last else ""
    while left:
        chosen = _next(left, last, puller)
        left.remove(chosen)
        order.append(chosen[0])
        last = chosen[0].applicant
    return tuple(order)


def _next(left: Sequence[tuple[Waiting, Band]], last: str, puller: Puller) -> tuple[Waiting, Band]:
    """The first; but not a second of one applicant while one of the same band waits longer."""
    first, urgency = left[0]
    if first.applicant != last:
        return left[0]
    longer = [
        (each, its)
        for each, its in left
        if its is urgency and each.applicant != last and each.opened_at < first.opened_at
    ]
    return min(longer, key=lambda each: _key(each[0], each[1], puller)) if longer else left[0]


def _key(
    waiting: Waiting, urgency: Band, puller: Puller
) -> tuple[Band, bool, datetime, datetime, str]:
    skilled = waiting.item in puller.skills or waiting.kind in puller.skills
    due_at = waiting.due_at or _NEVER
    return urgency, not skilled, due_at, waiting.opened_at, waiting.task


def _on_shift(puller: Puller, at: time) -> bool:
    since, until = puller.shift_from, puller.shift_until
    if since is None or until is None:
        return True
    if since <= until:
        return since <= at < until
    return at >= since or at < until
