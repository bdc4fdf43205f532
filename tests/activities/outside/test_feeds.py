"""Facts fetched from their sources, over a real socket: whole or not at all."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from activities.benefits.refreshing import refresh
from activities.outside.facts.http import HttpFeeds
from activities.outside.facts.protocol import FeedAway, NoFeeds
from activities.outside.registers.sandbox.facts import MadeSubject
from activities.store.benefits.facts import facts_of, subject_by_code, usable
from activities.store.benefits.loading import batches
from activities.store.engine import Store
from activities.store.tables.subjects import FactBatch
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import load_facts
from tests.support.feeds import Feeds, feeds, today

CATALOGUE = load_facts()
FIRM, PERSON = SubjectKind.FIRM, SubjectKind.PERSON
ONE = "91310117MA1JEF783F"


def says(source: str, **said: object) -> MadeSubject:
    """A line of a source."""
    named = {name.replace("__", "."): value for name, value in said.items()}
    return MadeSubject(source=source, kind=FIRM, code=ONE, said={"name": "松江样例", **named})


@pytest.fixture
async def place() -> AsyncIterator[Feeds]:
    lines = (
        says("market", firm__active=True),
        says("insurance", firm__insured_now=4, firm__young_hires=["a", "b"]),
    )
    async with feeds(lines) as running:
        yield running


@pytest.fixture
async def client(place: Feeds) -> AsyncIterator[HttpFeeds]:
    made = place.client()
    yield made
    await made.close()


async def known(store: Store) -> dict[str, object]:
    """What is known of the firm today."""
    async with store.reading() as session:
        one = await subject_by_code(session, FIRM, ONE)
        assert one is not None
        found = await facts_of(session, CATALOGUE, FIRM, [one.id], today())
    return dict(usable(found[one.id]))


class TestRefresh:
    async def test_what_is_new_is_taken_once(
        self, store: Store, place: Feeds, client: HttpFeeds
    ) -> None:
        assert await refresh(store, client, CATALOGUE, FIRM) == ()
        assert await refresh(store, client, CATALOGUE, FIRM) == ()
        assert await known(store) == {
            "firm.active": True,
            "firm.insured_now": 4,
            "firm.young_hires": ("a", "b"),
        }
        async with store.reading() as session:
            taken = await batches(session)
        assert {(each.source, each.as_of, each.good) for each in taken} == {
            ("market", today(), 1),
            ("insurance", today(), 1),
        }
        await place.put("market", "firm", ONE, firm__active=False)
        assert await refresh(store, client, CATALOGUE, FIRM) == ()
        assert (await known(store))["firm.active"] is False
        async with store.reading() as session:
            assert await session.scalar(select(func.count()).select_from(FactBatch)) == 3

    async def test_the_same_facts_of_a_later_day_are_news(
        self, store: Store, place: Feeds, client: HttpFeeds
    ) -> None:
        await place.trouble(days_behind=3)
        await refresh(store, client, CATALOGUE, FIRM)
        await place.trouble()
        await refresh(store, client, CATALOGUE, FIRM)
        async with store.reading() as session:
            days = sorted(each.as_of for each in await batches(session))
        assert days == sorted([today(), today() - timedelta(days=3)] * 2)

    @pytest.mark.parametrize("mode", ["fail", "away", "slow", "refuse"])
    async def test_one_away_leaves_the_others_and_what_it_said_before(
        self, store: Store, place: Feeds, client: HttpFeeds, mode: str
    ) -> None:
        await refresh(store, client, CATALOGUE, FIRM)
        asking = place.client(timeout=0.5) if mode == "slow" else client
        await place.put("insurance", "firm", ONE, firm__insured_now=9)
        await place.trouble(mode=mode, which="market", seconds=60)
        assert await refresh(store, asking, CATALOGUE, FIRM) == ("market",)
        await asking.close()
        assert await known(store) == {
            "firm.active": True,
            "firm.insured_now": 9,
            "firm.young_hires": ("a", "b"),
        }

    async def test_a_day_that_is_yet_to_come_is_not_taken(
        self, store: Store, client: HttpFeeds, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        yesterday = today() - timedelta(days=1)
        monkeypatch.setattr("activities.benefits.refreshing.local_day", lambda _: yesterday)
        assert await refresh(store, client, CATALOGUE, FIRM) == ("market", "insurance")

    async def test_without_an_exchange_nobody_is_away(self, store: Store) -> None:
        assert await refresh(store, NoFeeds(), CATALOGUE, PERSON) == ()

    async def test_a_stranger_gets_nothing_and_nothing_is_told_of_anybody(
        self, store: Store, place: Feeds, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        stranger = place.client(token="another")  # noqa: S106 - a test's
        away = await refresh(store, stranger, CATALOGUE, FIRM)
        await stranger.close()
        assert "market" in away
        said = "".join(record.getMessage() for record in caplog.records)
        assert "松江样例" not in said
        assert ONE not in said


async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promise a whole file, send the half, hang up."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(
        b"HTTP/1.1 200 OK\r\nAs-Of: 2026-11-20\r\nContent-Type: application/x-ndjson\r\n"
        b"Content-Length: 1000\r\n\r\n" + b'{"code": "x"}\n'
    )
    await writer.drain()
    writer.close()


async def without_a_day(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A whole answer that does not say as of when."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("answering", [cut_short, without_a_day])
async def test_half_an_answer_is_none(answering: object) -> None:
    server = await asyncio.start_server(answering, "127.0.0.1", 0)  # type: ignore[arg-type]
    port = server.sockets[0].getsockname()[1]
    client = HttpFeeds(f"http://127.0.0.1:{port}", pause=0.01)
    with pytest.raises(FeedAway):
        async with client.fetch("market", FIRM, date(2026, 1, 1)):
            pass
    await client.close()
    server.close()
    await server.wait_closed()


async def test_nobody_there_is_away() -> None:
    client = HttpFeeds("http://127.0.0.1:9", pause=0.01, timeout=0.5)
    with pytest.raises(FeedAway):
        async with client.fetch("market", FIRM, None):
            pass
    await client.close()
