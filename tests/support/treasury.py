"""The made-up treasury over a real socket, for tests that pay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from activities.outside.payments.http import HttpTreasury
from activities.outside.payments.sandbox.app import create_app
from activities.outside.payments.sandbox.book import Book
from activities.outside.payments.treasury import Line, Payment
from tests.support.serving import serving
from tests.support.waiting import PATIENCE

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
        given = {"token": TOKEN, "timeout": PATIENCE, "sleep": _at_once, **more}
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
    async with serving(app) as url:
        yield Place(url=url, book=book, clock=clock)
    book.close()
