"""The made-up sources of facts over a real socket, for tests that fetch them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import httpx2
import uvicorn

from activities.outside.facts.http import HttpFeeds
from activities.outside.registers.sandbox.app import create_app
from activities.outside.registers.sandbox.facts import FactDesk, MadeSubject
from definitions.rules.calendar import local_day
from tests.support.exchange import MADE, ON, TOKEN


@dataclass
class Feeds:
    """Running sources and how to make trouble with them."""

    url: str
    http: httpx2.AsyncClient

    def client(self, **more: object) -> HttpFeeds:
        """A client with the right token."""
        given: dict[str, object] = {"token": TOKEN, "pause": 0.01, "timeout": 0.5, **more}
        return HttpFeeds(self.url, **given)  # type: ignore[arg-type]

    async def trouble(self, **how: object) -> None:
        """So they behave from now on."""
        answer = await self.http.post("/sandbox/facts/trouble", json=how)
        assert answer.status_code == 204, answer.text

    async def put(self, source: str, kind: str, code: str, **said: object) -> None:
        """One line says something else; names of facts with `__` for their point."""
        body = {"said": {name.replace("__", "."): value for name, value in said.items()}}
        answer = await self.http.put(f"/sandbox/facts/{source}/{kind}/{code}", json=body)
        assert answer.status_code == 204, answer.text


def today() -> date:
    """The day in Shanghai."""
    return local_day(datetime.now(UTC))


@asynccontextmanager
async def feeds(subjects: Iterable[MadeSubject]) -> AsyncIterator[Feeds]:
    """The sources on a port of their own."""
    app = create_app(MADE, on=ON, token=TOKEN, facts=FactDesk(subjects, today))
    config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    # It listens already, so that whoever is early waits in line.
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
        yield Feeds(url=url, http=http)
    server.should_exit = True
    await serving
