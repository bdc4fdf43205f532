"""The made-up treasury over a real socket, for tests that pay."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import uvicorn

from activities.outside.payments.http import HttpTreasury
from activities.outside.payments.sandbox.app import create_app
from activities.outside.payments.sandbox.book import Book
from activities.outside.payments.treasury import Line, Payment

TOKEN = "a token of the treasury"  # noqa: S105 - a test's
PROJECT = "some_award:2026"


@dataclass
class Clock:
    """The treasury's time, in seconds."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Place:
    """A running treasury, and how to make trouble in it."""

    url: str
    book: Book
    clock: Clock

    def treasury(self, **more: object) -> HttpTreasury:
        """A client with the right token that does not wait between two tries."""
        given = {"token": TOKEN, "sleep": _at_once, **more}
        return HttpTreasury(self.url, **given)  # type: ignore[arg-type]

    def behaves(self, **how: object) -> None:
        """From now on."""
        before = self.book.behaviour().model_dump()
        self.book.behave(type(self.book.behaviour()).model_validate(before | how))

    def moved(self, project: str = PROJECT) -> list[Line]:
        """All the money that has left for a budget."""
        lines: list[Line] = []
        while page := self.book.statement(project, lines[-1].ref if lines else "", self.clock()):
            lines += page
        return lines


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


def payment(key: str = "a#1", **more: object) -> Payment:
    """A payment that is in order."""
    said: dict[str, object] = {
        "key": key,
        "project": PROJECT,
        "fen": 100_000,
        "account_name": "上海某某有限公司",
        "account_number": "6222000011112222",
        "purpose": "某项奖励 2026",
    }
    return Payment.model_validate(said | more)


@asynccontextmanager
async def treasury_place(folder: Path) -> AsyncIterator[Place]:
    """The treasury on a port of its own."""
    clock, book = Clock(), Book(folder / "treasury" / "book.sqlite")
    app = create_app(book, token=TOKEN, now=clock, seed=1)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
    # It listens already, so that whoever is early waits in line.
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    # It answers before it is told to end, or it would not hear of it.
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as http:
        assert (await http.get("/healthz")).status_code == 200
        yield Place(url=url, book=book, clock=clock)
    server.should_exit = server.force_exit = True
    await serving
    book.close()
