"""Live events: what one may see, in order, and from where one left off."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from activities.store.reading.feed import Place, place_of
from activities.store.reading.scope import EVERYTHING, Scope
from api.events import Hub
from api.routes.events import lines
from tests.support.api import Person, World, application
from tests.support.listening import followed


@pytest.fixture
async def hub(desk: World) -> AsyncIterator[Hub]:
    await desk.services.hub.start()
    yield desk.services.hub
    await desk.services.hub.close()


async def _start(clerk: Person) -> str:
    return str((await clerk.post("bundles", await application(clerk))).json()["number"])


async def _until(stream: AsyncIterator[str], kind: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    async for line in stream:
        if not line.startswith("id: "):
            continue
        name, data = line.strip().split("\ndata: ")
        found.append((name.removeprefix("id: "), json.loads(data)))
        if found[-1][1]["kind"] == kind:
            break
    return found


class TestStream:
    async def test_tells_what_is_recorded_from_now_on(self, hub: Hub, clerk: Person) -> None:
        before = await _start(clerk)
        stream = lines(hub, EVERYTHING, None)
        assert await anext(stream) == "retry: 3000\n\n"
        following = asyncio.create_task(_until(stream, "document_delivered"))
        await followed(hub)
        number = await _start(clerk)
        found = await following
        assert {event["topic"] for _, event in found} == {number}
        assert before != number
        assert [event["seq"] for _, event in found] == list(range(1, len(found) + 1))
        await stream.aclose()

    async def test_goes_on_from_where_it_was_left(self, hub: Hub, clerk: Person) -> None:
        number = await _start(clerk)
        stream = lines(hub, EVERYTHING, Place())
        everything = await _until(stream, "document_delivered")
        await stream.aclose()
        token, event = everything[2]
        again = lines(hub, EVERYTHING, place_of(token))
        rest = await _until(again, "document_delivered")
        await again.aclose()
        assert rest == everything[3:]
        assert event["topic"] == number

    async def test_a_department_hears_of_its_own_only(self, hub: Hub, clerk: Person) -> None:
        await _start(clerk)
        stream = lines(hub, Scope(department="registrar"), Place())
        found = await _until(stream, "task_opened")
        assert {event["department"] for _, event in found} == {"registrar"}
        await stream.aclose()

    async def test_an_event_committed_late_is_not_skipped(
        self, desk: World, hub: Hub, clerk: Person
    ) -> None:
        """A transaction begun before another, and committed after it, is waited for."""
        await _start(clerk)
        stream = lines(hub, EVERYTHING, None)
        await anext(stream)
        following = asyncio.create_task(_until(stream, "late"))
        await followed(hub)
        async with desk.services.store.begin() as session:
            await session.execute(
                text(
                    "INSERT INTO event (bundle, seq, kind, at, act, actor, body, chain) "
                    "VALUES ('late', 1, 'late', now(), 'x', '{}', '{}', 'x')"
                )
            )
            await _start(clerk)
            await asyncio.sleep(0.3)
            assert not following.done()
        found = await following
        assert found[0][1]["kind"] == "late"
        await stream.aclose()

    async def test_ends_when_the_hub_does(self, hub: Hub) -> None:
        stream = lines(hub, EVERYTHING, None)
        await anext(stream)
        ended = asyncio.create_task(_until(stream, "never"))
        await followed(hub)
        hub.end_streams()
        assert await ended == []

    @pytest.mark.parametrize("token", ["x", "1", "1-", "-1", "1-2-3", "1-２", "9" * 30 + "-1"])
    async def test_a_place_that_is_none_is_refused(self, clerk: Person, token: str) -> None:
        answer = await clerk.client.get("/api/v1/events", params={"after": token})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
