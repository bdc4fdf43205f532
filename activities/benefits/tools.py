"""What every activity of a run works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from activities.contracts.benefits import Chunk
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.policies import policy_at
from activities.store.benefits.runs import Progress, put_progress, run_view
from activities.store.desk.calendars import published
from activities.store.engine import ReadSession, Store, WriteSession
from definitions.benefits.run import RunState
from definitions.language.roles import SYSTEM
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    add_calendar_days,
    add_working_days,
    local_day,
)
from definitions.rules.numbers import DIVISION


def utc_now() -> datetime:
    """As `now` is where nobody says otherwise."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Tools:
    """One per process. `shipped` is the calendar until one is published."""

    store: Store
    catalogue: FactCatalogue
    shipped: Calendar
    now: Callable[[], datetime] = utc_now

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return local_day(self.now())

    async def calendar(self, session: ReadSession) -> Calendar:
        """The calendar in force."""
        return (await published(session)).calendar(DIVISION) or self.shipped

    async def move(self, session: WriteSession, moves: Sequence[Move], act: str) -> tuple[str, ...]:
        """Which entitlements the system moved just now; what may not go there any more stays."""
        return await move(session, moves, actor=SYSTEM, act=act, now=self.now(), lenient=True)

    async def due(self, session: ReadSession, day: date, count: int) -> date:
        """So many working days on; beyond the published calendar, twice as many days."""
        calendar = await self.calendar(session)
        try:
            return add_working_days(day, count, calendar)
        except BeyondCalendar:
            return add_calendar_days(day, 2 * count, calendar, rolls=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """A run and its policy, for one chunk."""

    state: RunState
    policy: LoadedPolicy
    chunk: Chunk

    def act(self, what: str) -> str:
        """The key under which a chunk of this turn moves entitlements."""
        return f"{what}:{self.state.id}:{self.state.turn}"


async def batch_of(session: ReadSession, chunk: Chunk) -> Batch:
    """Read what the chunk is of. Raises `Refused`."""
    state = (await run_view(session, chunk.run)).state
    return Batch(state, await policy_at(session, state.policy, state.version), chunk)


def is_late(tools: Tools, state: RunState) -> bool:
    """Whether the last day of the wish is over: who has not answered by now is silent."""
    return state.wish is not None and tools.today > state.wish.until


async def note_seen(
    session: WriteSession, state: RunState, *, done: int, total: int | None, now: datetime
) -> None:
    """How far the phase has come, for people to see. Chunks at the same time never go back."""
    before = (await run_view(session, state.id)).progress
    if (before.phase, before.turn) != (state.phase, state.turn):
        before = Progress(phase=state.phase, turn=state.turn, total=total, since=now)
    progress = before.model_copy(update={"done": max(done, before.done), "total": total})
    await put_progress(session, state.id, progress)
