"""The activity of the morning's digest: reading how everything stands, and keeping it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import structlog
from temporalio import activity

from activities.contracts.digests import DigestAsked, DigestMade
from activities.store.desk.calendars import published
from activities.store.engine import Store
from activities.store.reading.digests import ALL, Horizon, composed, done_times
from activities.store.writing.digests import put_digests
from definitions.language.base import SHANGHAI
from definitions.language.supervision import Supervision
from definitions.rules.calendar import BeyondCalendar, Calendar, add_working_days, end_of_day
from definitions.rules.numbers import DIVISION
from definitions.rules.worktime import worked_time

log = structlog.get_logger(__name__)

SOON_DAYS = 3

Times = Sequence[tuple[str, datetime, datetime]]


def _now() -> datetime:
    return datetime.now(UTC)


class Digests:
    """Holds what the activity needs. `shipped` is the calendar until one is published."""

    def __init__(
        self,
        store: Store,
        watched: Supervision,
        shipped: Calendar,
        *,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._watched = watched
        self._shipped = shipped
        self._now = now

    @activity.defn(name="compose_digests")
    async def compose_digests(self, asked: DigestAsked) -> DigestMade:
        """See `activities.contracts.digests.compose_digests`."""
        async with self._store.reading() as session:
            calendar = (await published(session)).calendar(DIVISION) or self._shipped
        if not calendar.is_worked(asked.day):
            return DigestMade(worked=False, composed=0)
        at = horizon(asked.day, self._now(), calendar)
        async with self._store.reading() as session:
            made = await composed(session, at)
            times = await done_times(session, at)
        average = await asyncio.to_thread(self._averages, times, calendar)
        timed = {
            department: body.model_copy(
                update={
                    "figures": body.figures.model_copy(
                        update={"average_minutes": average.get(department)}
                    )
                }
            )
            for department, body in made.items()
        }
        async with self._store.begin() as session:
            written = await put_digests(session, asked.day, timed)
        log.info("digests_composed", day=asked.day.isoformat(), written=written)
        return DigestMade(worked=True, composed=written)

    def _averages(self, times: Times, calendar: Calendar) -> Mapping[str, int]:
        """Minutes of office time from opening to completion, by department and of all."""
        spent: dict[str, list[timedelta]] = {}
        for department, opened, done in times:
            each = worked_time(opened, done, self._watched.office_hours, calendar)
            spent.setdefault(department, []).append(each)
            spent.setdefault(ALL, []).append(each)
        return {
            department: round(sum(all_, timedelta(0)) / len(all_) / timedelta(minutes=1))
            for department, all_ in spent.items()
        }


def horizon(day: date, now: datetime, calendar: Calendar) -> Horizon:
    """What counts as today, as soon, and as done: since the last working day began."""
    begins = datetime.combine(day, time(), SHANGHAI)
    return Horizon(
        now=now,
        today=end_of_day(day),
        soon=end_of_day(_shifted(day, SOON_DAYS, calendar)),
        done_since=datetime.combine(_shifted(day, -1, calendar), time(), SHANGHAI),
        done_until=begins,
    )


def _shifted(day: date, count: int, calendar: Calendar) -> date:
    try:
        return add_working_days(day, count, calendar)
    except BeyondCalendar:
        return day + timedelta(days=count)
