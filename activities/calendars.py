"""The activities of a recalculation: reading who is left, giving them the calendar, noting it."""

import asyncio
from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from activities.contracts.calendars import Chunk, Given, PageAsked, Progress
from activities.store.desk.calendars import calendar_at, state_of
from activities.store.engine import Store
from activities.store.reading.calendars import open_bundles
from activities.store.writing.calendars import copy_moved, note_progress
from definitions.rules.calendar import Calendar

log = structlog.get_logger(__name__)

# Applications that take a calendar at the same time, of one chunk. Temporal serves their workflow
# tasks with those of people, so it is few: people at windows go before.
TOGETHER = 2
TRIES = 3
PAUSE = 0.5
RUNNING = "running"


class Took(StrEnum):
    """What an application did with a calendar it was given."""

    REPLACED = "replaced"
    CLOSED = "closed"


class NotTaken(Exception):
    """The application would not take it, or nobody answered: worth another try."""


class Applications(Protocol):
    """The running applications, wherever they run."""

    async def use_calendar(self, number: str, calendar: Calendar) -> Took:
        """Let the application reckon by this calendar. Idempotent. Raises `NotTaken`."""
        ...


def act_of(calendar: str) -> str:
    """The idempotency key under which an application takes a calendar."""
    return f"calendar:{calendar}"


class Calendars:
    """Holds what the activities need."""

    def __init__(self, store: Store, applications: Applications, *, pause: float = PAUSE) -> None:
        self._store = store
        self._applications = applications
        self._pause = pause
        self._calendar: Calendar | None = None

    @activity.defn(name="open_bundles")
    async def open_bundles(self, asked: PageAsked) -> tuple[str, ...]:
        """See `activities.contracts.calendars.open_bundles`."""
        async with self._store.reading() as session:
            return tuple(
                await open_bundles(
                    session, calendar=asked.calendar, after=asked.after, limit=asked.limit
                )
            )

    @activity.defn(name="give_calendar")
    async def give_calendar(self, chunk: Chunk) -> Given:
        """See `activities.contracts.calendars.give_calendar`."""
        calendar = await self._published(chunk)
        left, failed, skipped, halted = iter(chunk.bundles), [], 0, False

        async def lane() -> None:
            nonlocal skipped, halted
            for number in left:
                if halted or await self._halts(chunk):
                    halted = True
                    return
                took = await self._give(number, calendar)
                skipped += took is Took.CLOSED
                failed.extend([number] if took is None else [])

        async with beating():
            await asyncio.gather(*(lane() for _ in range(TOGETHER)))
        async with self._store.begin() as session:
            await copy_moved(
                session, chunk.recalculation, chunk.bundles, act=act_of(chunk.calendar)
            )
        return Given(skipped=skipped, failed=tuple(sorted(failed)), halted=halted)

    @activity.defn(name="note_progress")
    async def note_progress(self, progress: Progress) -> str:
        """See `activities.contracts.calendars.note_progress`."""
        async with self._store.begin() as session:
            state = await note_progress(
                session,
                progress.recalculation,
                skipped=progress.skipped,
                failures=progress.failed,
                finished=progress.finished,
            )
        return state or "gone"

    async def _give(self, number: str, calendar: Calendar) -> Took | None:
        """None where it failed however often it was tried."""
        for pause in _pauses(self._pause):
            try:
                return await self._applications.use_calendar(number, calendar)
            except NotTaken as error:
                log.info("calendar_not_taken", bundle=number, error=str(error))
            await asyncio.sleep(pause)
        log.warning("calendar_failed", bundle=number, calendar=calendar.version)
        return None

    async def _halts(self, chunk: Chunk) -> bool:
        """Looked up before each application, so that a pause is felt at once."""
        async with self._store.reading() as session:
            return await state_of(session, chunk.recalculation) != RUNNING

    async def _published(self, chunk: Chunk) -> Calendar:
        if self._calendar is None or self._calendar.version != chunk.calendar:
            async with self._store.reading() as session:
                found = await calendar_at(session, chunk.region, chunk.calendar)
            if found is None:
                msg = f"calendar {chunk.calendar} was never published"
                raise ApplicationError(msg, non_retryable=True)
            self._calendar = found
        return self._calendar


def _pauses(first: float) -> Iterator[float]:
    return (first * 2**n for n in range(TRIES))
