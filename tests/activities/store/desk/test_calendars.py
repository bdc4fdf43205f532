"""Publishing on a real PostgreSQL: versions, turns, what is recalculated, what is left as it is."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text

from activities.contracts.record import Entry
from activities.record import Recorder
from activities.store.desk.calendars import (
    SEED,
    Asked,
    calendar_at,
    published,
    put_calendar,
    put_shipped,
    set_state,
    state_of,
    unfinished,
    versions,
)
from activities.store.engine import Store
from activities.store.reading.calendars import calendar_versions, recalculation
from definitions.bundle.view import changes
from definitions.errors import Code, Refused
from definitions.loading import load_calendars, load_years
from tests.support.calendars import FAIR, NOTICE, put, shipped, year
from tests.support.lives import Folded
from tests.support.services import planned, started

pytestmark = pytest.mark.stack


async def running(store: Store) -> str:
    """An application that is open; the calendar it is reckoned by."""
    one = Folded(started(planned()))
    entry = Entry(bundle=one.state.number, events=one.events, rows=changes(None, one.state))
    await Recorder(store).record(entry)
    return one.state.number


class TestSeed:
    async def test_publishes_the_files_once(self, store: Store) -> None:
        (made,) = await shipped(store)
        assert (made.region, made.version, made.recalculation) == ("CN", 1, None)
        assert await shipped(store) == []
        async with store.reading() as session:
            stands = await published(session)
        assert stands.years == load_years()
        calendar = stands.calendar("310117")
        assert calendar is not None
        assert calendar.version == "CN-1"
        assert calendar.exceptions == load_calendars().exceptions

    async def test_a_release_with_other_years_is_a_new_version(self, store: Store) -> None:
        await shipped(store)
        changed = {"CN": (*load_years()["CN"][:-1], year())}
        async with store.begin() as session:
            (made,) = await put_shipped(session, changed)
        assert made.version == 2

    async def test_but_not_over_what_an_administrator_published(self, store: Store) -> None:
        await shipped(store)
        await put(store)
        assert await shipped(store) == []
        async with store.reading() as session:
            assert await versions(session) == {"CN": 2}

    async def test_open_applications_of_before_are_recalculated(self, store: Store) -> None:
        await running(store)
        (made,) = await shipped(store)
        assert made.recalculation == "310117:CN-1"


class TestPublishing:
    async def test_a_year_makes_a_version_and_a_recalculation(self, store: Store) -> None:
        await shipped(store)
        await running(store)
        made = await put(store)
        assert (made.version, made.changed) == (2, True)
        assert made.recalculation == "310117:CN-2"
        async with store.reading() as session:
            assert await unfinished(session) == [("310117:CN-2", "310117", "CN-2")]
            view = await recalculation(session, "310117:CN-2")
        assert view is not None
        assert (view.total, view.done, view.state) == (1, 0, "running")

    async def test_the_same_again_changes_nothing(self, store: Store) -> None:
        await shipped(store)
        first, second = await put(store), await put(store)
        assert (second.version, second.changed) == (first.version, False)
        async with store.reading() as session:
            assert len(await unfinished(session)) == 1

    async def test_a_newer_one_supersedes(self, store: Store) -> None:
        await shipped(store)
        await put(store)
        made = await put(store, FAIR)
        assert made.recalculation == "310117:CN-2+310117-1"
        async with store.reading() as session:
            assert await state_of(session, "310117:CN-2") == "superseded"
            assert [name for name, _, _ in await unfinished(session)] == [made.recalculation]

    async def test_another_region_s_is_none_of_ours(self, store: Store) -> None:
        await shipped(store)
        made = await put(store, FAIR.replace("310117", "320500"))
        assert (made.changed, made.recalculation) == (True, None)

    async def test_many_at_once_take_turns(self, store: Store) -> None:
        await shipped(store)
        texts = [NOTICE.replace("2027-10-09", f"2027-10-{day}") for day in (10, 16, 17, 23, 24)]
        made = await asyncio.gather(*(put(store, each) for each in texts))
        assert sorted(each.version for each in made) == [2, 3, 4, 5, 6]

    async def test_a_key_is_used_for_one_content(self, store: Store) -> None:
        await shipped(store)
        asked = Asked(by="admin", key="key-1", payload="a")
        async with store.begin() as session:
            first = await put_calendar(session, [year()], asked)
        async with store.begin() as session:
            assert await put_calendar(session, [year()], asked) == first
        other = asked.model_copy(update={"payload": "b"})
        async with store.begin() as session:
            with pytest.raises(Refused) as raised:
                await put_calendar(session, [year(FAIR)], other)
        assert raised.value.code is Code.KEY_REUSED

    async def test_what_is_refused_leaves_nothing(self, store: Store) -> None:
        await shipped(store)
        with pytest.raises(Refused):
            await put(store, NOTICE.replace("2027", "2029").partition("work:")[0])
        async with store.reading() as session:
            assert await versions(session) == {"CN": 1}
            assert await unfinished(session) == []

    async def test_a_start_that_waits_takes_the_new_calendar(self, store: Store) -> None:
        """What was submitted and not started yet is in no list of open applications."""
        await shipped(store)
        async with store.begin() as session:
            await session.execute(
                text(
                    "INSERT INTO account (id, login, name, role, password) "
                    "VALUES ('a', 'a', 'a', 'window_clerk', 'x')"
                )
            )
            await session.execute(
                text(
                    "INSERT INTO application (id, state, service, owner, channel, firm_code, "
                    "firm_name, firm, firm_source, answers, form, materials, committed, start) "
                    "VALUES ('x', 'submitted', 's', 'a', 'window', 'c', 'n', '{}', '{}', '{}', "
                    "'{}', '{}', '[]', '{\"started\": {\"calendar\": {\"version\": \"CN-1\"}}}')"
                )
            )
        await put(store)
        async with store.reading() as session:
            found = await session.scalar(
                text("SELECT start #>> '{started,calendar,version}' FROM application")
            )
        assert found == "CN-2"


class TestCalendarAt:
    async def test_finds_what_stood(self, store: Store) -> None:
        await shipped(store)
        await put(store)
        await put(store, FAIR)
        async with store.reading() as session:
            first = await calendar_at(session, "310117", "CN-1")
            last = await calendar_at(session, "310117", "CN-2+310117-1")
            never = await calendar_at(session, "310117", "CN-9")
        assert first is not None
        assert last is not None
        assert never is None
        assert first.published_until == date(2026, 12, 31)
        assert last.published_until == date(2027, 12, 31)
        assert first.is_worked(date(2026, 11, 24))
        assert not last.is_worked(date(2026, 11, 24))

    @pytest.mark.parametrize("version", ["", "2026-abcdef012345", "CN-1+", "CN-x"])
    async def test_an_unknown_text_is_none(self, store: Store, version: str) -> None:
        await shipped(store)
        async with store.reading() as session:
            assert await calendar_at(session, "310117", version) is None


class TestState:
    async def test_pauses_and_goes_on(self, store: Store) -> None:
        await shipped(store)
        name = (await put(store)).recalculation or ""
        async with store.begin() as session:
            assert await set_state(session, name, paused=True) == "paused"
            assert await unfinished(session) == []
            assert await set_state(session, name, paused=False) == "running"
            assert await set_state(session, "none", paused=True) is None


class TestReading:
    async def test_versions_are_paged_newest_first(self, store: Store) -> None:
        await shipped(store)
        await put(store)
        await put(store, FAIR)
        async with store.reading() as session:
            first = await calendar_versions(session, region=None, after=None, limit=2)
            rest = await calendar_versions(session, region=None, after=("310117", 1), limit=5)
        assert [(v.region, v.version) for v in first] == [("310117", 1), ("CN", 2)]
        assert [(v.region, v.version, v.published_by) for v in rest] == [
            ("CN", 2, "admin"),
            ("CN", 1, SEED),
        ]
        assert rest[0].years == (2024, 2025, 2026, 2027)
