"""Chunks of one phase in lanes, each with its own rows; all of them stop at a chunk's border."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

from activities.contracts.benefits import Chunk, ChunkDone
from definitions.benefits.run import Pace, RunState
from definitions.language.base import Value

_LANES = {Pace.FULL: 4, Pace.GENTLE: 1, Pace.CRAWL: 1}
# Between two chunks of a run that is to be hardly felt.
CRAWLING = timedelta(seconds=10)
# Without a word from anybody, the register is looked at this often all the same.
STALE = timedelta(minutes=1)


class Pass(Value):
    """Rows being gone through: each lane's last row, None where it has come to its end.

    `key` says of what; other rows begin anew.
    """

    key: str
    after: tuple[str | None, ...]
    done: int = 0
    moved: int = 0

    @property
    def is_over(self) -> bool:
        """Whether every lane has come to its end."""
        return all(after is None for after in self.after)


def lanes_of(pace: Pace) -> int:
    """How many chunks are worked on at the same time."""
    return _LANES[pace]


class Lanes:
    """Where the chunks of a phase have come, across pauses and fresh runs."""

    def __init__(self, going: Pass | None, limit: int) -> None:
        self.going = going
        self._limit = limit

    @property
    def moved(self) -> int:
        """How many rows the last pass has moved."""
        return self.going.moved if self.going else 0

    def begins(self, name: str, state: RunState) -> bool:
        """Whether a pass of this name would begin now, and not go on."""
        return self.going is None or self.going.key != _key(name, state) or self.going.is_over

    async def through(
        self,
        name: str,
        do: Callable[[Chunk], Awaitable[ChunkDone]],
        state: RunState,
        *,
        lanes: int,
        stops: Callable[[], bool],
    ) -> bool:
        """Whether all rows were gone through; a pass that was cut short goes on where it was.

        With another number of lanes it begins anew, because each row may be in another lane.
        """
        if self.begins(name, state) or self.going is None or len(self.going.after) != lanes:
            self.going = Pass(key=_key(name, state), after=("",) * lanes)
        looked = workflow.now()

        def at_border() -> bool:
            return stops() or workflow.now() - looked > STALE

        ended = await asyncio.gather(
            *(self._lane(n, do, state, at_border) for n in range(lanes)), return_exceptions=True
        )
        # Only when no lane is at work any more, or it would go on behind the next look.
        for error in ended:
            if error is not None:
                raise error
        return self.going.is_over

    async def _lane(
        self,
        lane: int,
        do: Callable[[Chunk], Awaitable[ChunkDone]],
        state: RunState,
        stops: Callable[[], bool],
    ) -> None:
        """One chunk at least: however often it is woken, it gets on."""
        while self.going is not None and (after := self.going.after[lane]) is not None:
            chunk = Chunk(
                run=state.id,
                after=after,
                limit=self._limit,
                lane=lane,
                lanes=len(self.going.after),
                done=self.going.done,
            )
            done = await do(chunk)
            self._take(lane, done)
            if stops():
                return
            if state.pace is Pace.CRAWL and done.after is not None:
                await workflow.sleep(CRAWLING)

    def _take(self, lane: int, done: ChunkDone) -> None:
        going = self.going
        assert going is not None
        after = tuple(done.after if n == lane else each for n, each in enumerate(going.after))
        self.going = going.model_copy(
            update={
                "after": after,
                "done": going.done + done.seen,
                "moved": going.moved + done.moved,
            }
        )


def _key(name: str, state: RunState) -> str:
    return f"{name}:{state.phase}:{state.turn}"
