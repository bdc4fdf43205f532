"""A recalculation's activities on a real register: given once, skipped, failed, halted, noted."""

from datetime import date

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.calendars import TRIES, Calendars, NotTaken, Took, act_of
from activities.contracts.calendars import Chunk, Given, PageAsked, Progress
from activities.contracts.record import Entry
from activities.record import Recorder
from activities.store.desk.calendars import set_state
from activities.store.engine import Store
from activities.store.reading.calendars import moved_limits, recalculation
from definitions.bundle.commands import UseCalendar
from definitions.bundle.decide import Asked, decide
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import replay
from definitions.bundle.state import BundleState
from definitions.bundle.view import changes
from definitions.language.roles import SYSTEM
from definitions.rules.calendar import Calendar
from tests.support.calendars import FAIR, put, shipped
from tests.support.lives import Folded
from tests.support.services import NOW, planned, started

pytestmark = pytest.mark.stack

NAME, VERSION = "310117:CN-1+310117-1", "CN-1+310117-1"


class Running:
    """Applications in memory, recorded as their workflows would; some behave badly."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.states: dict[str, BundleState] = {}
        self.asked: list[str] = []
        self.stubborn: set[str] = set()
        self.closed: set[str] = set()
        self.lame: dict[str, int] = {}
        self._events: dict[str, tuple[Recorded, ...]] = {}

    async def begin(self, count: int) -> tuple[str, ...]:
        """So many open applications on a calendar of before."""
        first = Folded(started(planned()))
        opening = first.events[0].event
        numbers = tuple(f"SJ-YJS-310117-20261120-{n + 1:06d}" for n in range(count))
        for n, number in enumerate(numbers):
            event = opening.model_copy(update={"number": number, "application": f"a{n}"})
            await self._record(number, None, (first.events[0].model_copy(update={"event": event}),))
            await self._record(number, self.states[number], first.events[1:])
        return numbers

    async def use_calendar(self, number: str, calendar: Calendar) -> Took:
        """As `Applications.use_calendar`."""
        self.asked.append(number)
        if number in self.closed:
            return Took.CLOSED
        self.lame[number] = self.lame.get(number, 0) - 1
        if number in self.stubborn or self.lame[number] >= 0:
            raise NotTaken("not-recorded")
        state = self.states[number]
        asked = Asked(
            key=act_of(calendar.version), actor=SYSTEM, command=UseCalendar(calendar=calendar)
        )
        await self._record(number, state, decide(state, asked, NOW))
        return Took.REPLACED

    async def _record(
        self, number: str, before: BundleState | None, events: tuple[Recorded, ...]
    ) -> None:
        if not events:
            return
        history = (*(self._events.get(number, ())), *events)
        self._events[number] = history
        self.states[number] = replay(history)
        entry = Entry.model_validate(
            {"bundle": number, "events": events, "rows": changes(before, self.states[number])}
        )
        await Recorder(self._store).record(entry)


@pytest.fixture
async def running(store: Store) -> Running:
    """Three open applications, and a calendar published that gives two days off."""
    made = Running(store)
    await shipped(store)
    await made.begin(3)
    await put(store, FAIR)
    return made


def chunk(*bundles: str) -> Chunk:
    """These applications."""
    return Chunk(recalculation=NAME, region="310117", calendar=VERSION, bundles=bundles)


async def give(store: Store, running: Running, *bundles: str) -> Given:
    """Run the activity once."""
    activities = Calendars(store, running, pause=0)
    found = await ActivityEnvironment().run(activities.give_calendar, chunk(*bundles))
    assert isinstance(found, Given)
    return found


async def left(store: Store) -> tuple[str, ...]:
    """Who is not on the calendar."""
    asked = PageAsked(calendar=VERSION, after="", limit=10)
    return await Calendars(store, Running(store)).open_bundles(asked)


class TestGiveCalendar:
    async def test_every_application_is_on_it_and_what_moved_is_told(
        self, store: Store, running: Running
    ) -> None:
        numbers = await left(store)
        assert len(numbers) == 3
        assert await give(store, running, *numbers) == Given()
        assert await left(store) == ()
        async with store.reading() as session:
            moved = await moved_limits(session, NAME, after=None, limit=100)
        assert {each.bundle for each in moved} == set(numbers)
        # Twenty working days from Friday 20 November, and two fewer of them are worked.
        days = {(each.was, each.becomes) for each in moved if each.matter == "REG"}
        assert (date(2026, 12, 18), date(2026, 12, 22)) in days

    async def test_twice_is_as_once(self, store: Store, running: Running) -> None:
        numbers = await left(store)
        await give(store, running, *numbers)
        await give(store, running, *numbers)
        async with store.reading() as session:
            counted = await session.scalar(
                text("SELECT count(*) FROM event WHERE kind = 'calendar_replaced'")
            )
        assert counted == 3

    async def test_one_that_fails_now_and_then_is_tried_again(
        self, store: Store, running: Running
    ) -> None:
        (first, *_) = await left(store)
        running.lame[first] = TRIES - 1
        assert await give(store, running, first) == Given()

    async def test_one_that_always_fails_does_not_stop_the_others(
        self, store: Store, running: Running
    ) -> None:
        numbers = await left(store)
        running.stubborn = {numbers[1]}
        assert await give(store, running, *numbers) == Given(failed=(numbers[1],))
        assert await left(store) == (numbers[1],)

    async def test_one_that_was_closed_meanwhile_is_skipped(
        self, store: Store, running: Running
    ) -> None:
        numbers = await left(store)
        running.closed = {numbers[0]}
        assert await give(store, running, *numbers) == Given(skipped=1)

    async def test_a_pause_is_felt_at_once(self, store: Store, running: Running) -> None:
        async with store.begin() as session:
            await set_state(session, NAME, paused=True)
        assert (await give(store, running, *await left(store))).halted
        assert running.asked == []

    async def test_a_superseded_calendar_is_given_to_nobody(
        self, store: Store, running: Running
    ) -> None:
        numbers = await left(store)
        await put(store, FAIR.replace("11-25", "11-26"))
        assert (await give(store, running, *numbers)).halted
        assert running.asked == []

    async def test_a_calendar_that_was_never_published_ends_it(
        self, store: Store, running: Running
    ) -> None:
        activities = Calendars(store, running, pause=0)
        never = chunk().model_copy(update={"calendar": "CN-9"})
        with pytest.raises(ApplicationError) as raised:
            await ActivityEnvironment().run(activities.give_calendar, never)
        assert raised.value.non_retryable


class TestNoteProgress:
    async def _note(self, store: Store, running: Running, **more: object) -> str:
        progress = Progress.model_validate(
            {"recalculation": NAME, "skipped": 0, "failed": (), **more}
        )
        return await Calendars(store, running).note_progress(progress)

    async def test_figures_are_counted_anew(self, store: Store, running: Running) -> None:
        numbers = await left(store)
        await give(store, running, *numbers[:2])
        for _ in range(2):
            assert await self._note(store, running, failed=[numbers[2]]) == "running"
        async with store.reading() as session:
            view = await recalculation(session, NAME)
            moved = await moved_limits(session, NAME, after=None, limit=100)
        assert view is not None
        assert (view.total, view.done, view.failures) == (3, 2, (numbers[2],))
        assert view.moved == len(moved) > 0

    async def test_the_end_is_noted_once(self, store: Store, running: Running) -> None:
        assert await self._note(store, running, finished=True) == "done"
        async with store.reading() as session:
            first = await recalculation(session, NAME)
        await self._note(store, running, finished=True)
        async with store.reading() as session:
            assert await recalculation(session, NAME) == first

    async def test_a_row_that_is_gone_says_so(self, store: Store, running: Running) -> None:
        assert await self._note(store, running, recalculation="none") == "gone"
