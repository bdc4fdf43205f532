"""The made-up sources of facts over a real socket, for tests that fetch them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import httpx2

from activities.outside.facts.http import HttpFeeds
from activities.outside.registers.sandbox.app import create_app
from activities.outside.registers.sandbox.facts import FactDesk, MadeSubject
from definitions.rules.calendar import local_day
from tests.support.exchange import MADE, ON, TOKEN
from tests.support.serving import serving
from tests.support.waiting import PATIENCE


@dataclass
class Feeds:
    """Running sources and how to make trouble with them."""

    url: str
    http: httpx2.AsyncClient

    def client(self, **more: object) -> HttpFeeds:
        """A client with the right token."""
        given: dict[str, object] = {"token": TOKEN, "pause": 0.01, "timeout": PATIENCE, **more}
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
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        serving(app) as url,
        httpx2.AsyncClient(
            base_url=url, headers=headers, timeout=PATIENCE, trust_env=False
        ) as http,
    ):
        yield Feeds(url=url, http=http)
