"""A newly published calendar for every open application: a sliding window over all of them.

Nothing is kept here that the register could not tell again: who is left are the open applications
that are not on the calendar. So a lost run is begun anew, and who was missed is found next time.
"""

import asyncio
from collections import deque
from datetime import timedelta

from temporalio import workflow

from activities.contracts.calendars import (
    Chunk,
    Given,
    PageAsked,
    Progress,
    give_calendar,
    note_progress,
    open_bundles,
)
from activities.contracts.profiles import LOOKUP, SWEEP
from definitions.language.base import Value

# The register is gone through until nobody is left, but not for ever where some never take it.
LAST_PASS = 5
_RUNNING, _PAUSED = "running", "paused"


class Window(Value):
    """How much at a time: a chunk's applications, chunks in flight, chunks a page, and a run.

    An application may be started on the calendar of before while this begins, or be slow to answer:
    so after a pass there is another, `settling` later.
    """

    chunk: int = 40
    lanes: int = 2
    page: int = 10
    run: int = 400
    settling: timedelta = timedelta(seconds=10)


class RecalculationInput(Value):
    """Which recalculation, and where an earlier run of it had come to."""

    id: str
    region: str
    calendar: str
    window: Window = Window()
    paused: bool = False
    after: str = ""
    turn: int = 1
    met: bool = False
    halted: bool = False
    chunks: int = 0
    skipped: int = 0
    failed: tuple[str, ...] = ()


class Standing(Value):
    """What an operator asks: which pass, how many chunks, whether it stands still."""

    turn: int
    chunks: int
    skipped: int
    failed: tuple[str, ...]
    paused: bool


@workflow.defn(name="Recalculation")
class RecalculationWorkflow:
    """One recalculation, from its first application to nobody left."""

    @workflow.init
    def __init__(self, given: RecalculationInput) -> None:
        self._given = given
        self._paused = given.paused
        self._after, self._turn, self._met = given.after, given.turn, given.met
        self._chunks, self._skipped, self._failed = given.chunks, given.skipped, given.failed
        self._queue: deque[tuple[str, ...]] = deque()
        self._reading = asyncio.Lock()
        self._at_end = False
        self._halted = given.halted
        self._state = _RUNNING
        self._this_run = 0

    @workflow.run
    async def run(self, _given: RecalculationInput) -> str:
        """Go through until nobody is left; returns the state the register notes."""
        while True:
            await workflow.wait_condition(lambda: not self._paused)
            if self._state == _PAUSED:
                await self._note()
            await asyncio.gather(*(self._lane() for _ in range(self._given.window.lanes)))
            if self._state == _PAUSED:
                # Noted in the register; the signal that ends it comes after the register knows.
                self._paused = True
            elif self._state != _RUNNING:
                return self._state
            elif not self._paused and not self._at_end:
                self._continue()
            elif not self._paused and await self._is_over():
                await self._note(finished=True)
                return self._state

    @workflow.signal
    def steer(self, paused: bool) -> None:  # noqa: FBT001 - a signal's arguments are positional
        """Stand still, or go on."""
        self._paused = paused

    @workflow.query
    def standing(self) -> Standing:
        """Where it is; what it has come to stands in the register."""
        return Standing(
            turn=self._turn,
            chunks=self._chunks,
            skipped=self._skipped,
            failed=self._failed,
            paused=self._paused,
        )

    async def _lane(self) -> None:
        while not self._paused and self._state == _RUNNING and (bundles := await self._next()):
            given = await workflow.execute_activity(give_calendar, self._chunk(bundles), **SWEEP)
            self._take(given)
            await self._note()

    async def _next(self) -> tuple[str, ...]:
        """The next chunk; none where this run or the whole pass ends."""
        async with self._reading:
            if not self._queue and not self._at_end and not self._is_long():
                await self._read()
        return self._queue.popleft() if self._queue else ()

    async def _read(self) -> None:
        window = self._given.window
        asked = PageAsked(
            calendar=self._given.calendar, after=self._after, limit=window.chunk * window.page
        )
        found = await workflow.execute_activity(open_bundles, asked, **LOOKUP)
        for start in range(0, len(found), window.chunk):
            self._queue.append(found[start : start + window.chunk])
        self._at_end = len(found) < asked.limit
        self._after = found[-1] if found else self._after
        self._met = self._met or bool(found)

    def _take(self, given: Given) -> None:
        self._chunks += 1
        self._this_run += 1
        self._skipped += given.skipped
        self._failed = (*self._failed, *given.failed)
        self._halted = self._halted or given.halted

    async def _note(self, *, finished: bool = False) -> None:
        progress = Progress(
            recalculation=self._given.id,
            skipped=self._skipped,
            failed=self._failed,
            finished=finished,
        )
        state = await workflow.execute_activity(note_progress, progress, **LOOKUP)
        self._state = state

    async def _is_over(self) -> bool:
        """Whether the pass that ended was the last; else the next one is made ready."""
        if not self._halted and (self._turn >= LAST_PASS or (self._turn > 1 and not self._met)):
            return True
        if not self._halted:
            await workflow.sleep(self._given.window.settling)
            self._turn += 1
        # What a pause cut short is found again by going through once more.
        self._after, self._at_end, self._met, self._halted = "", False, False, False
        self._failed = ()
        return False

    def _chunk(self, bundles: tuple[str, ...]) -> Chunk:
        given = self._given
        return Chunk(
            recalculation=given.id, region=given.region, calendar=given.calendar, bundles=bundles
        )

    def _is_long(self) -> bool:
        suggested = workflow.info().is_continue_as_new_suggested()
        return suggested or self._this_run >= self._given.window.run

    def _continue(self) -> None:
        """A fresh run: every lane has ended, so nothing is in flight."""
        workflow.continue_as_new(
            self._given.model_copy(
                update={
                    "paused": self._paused,
                    "after": self._after,
                    "turn": self._turn,
                    "met": self._met,
                    "halted": self._halted,
                    "chunks": self._chunks,
                    "skipped": self._skipped,
                    "failed": self._failed,
                }
            )
        )
