"""Payments while processes die: the treasury, PostgreSQL's backends, the worker in the middle.

The worker's death is an exception that nobody catches before the driver: whatever the activity had
not committed is gone, as it is with the process.
"""

import asyncio
import contextlib
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psycopg
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError

from activities.benefits.paying import Paying
from activities.outside.payments.http import HttpTreasury
from activities.store.engine import Store
from deploy.embedded import ports
from tests.support.payments import pay_all, statuses
from tests.support.waiting import PATIENCE

# Only what it needs, so that it is back soon; the whole command is for `tests/deploy`.
_MAIN = """
import sys, uvicorn
from pathlib import Path
from activities.outside.payments.sandbox.app import create_app
from activities.outside.payments.sandbox.book import Book
file, port, token = sys.argv[1:]
uvicorn.run(create_app(Book(Path(file)), token=token), port=int(port), log_config=None)
"""
_ROOT = Path(__file__).parents[2]
TOKEN = "a token of the treasury"  # noqa: S105 - a test's
OPEN = {"cleared", "reserved", "sent"}
ROUNDS = 200
PAYER = "payer"


class Died(Exception):
    """The worker was killed here."""


class Deaths:
    """Kills whoever pays at each of the places, so many times a place."""

    def __init__(self, times: int, does: Callable[[], None] | None = None) -> None:
        self._left: Counter[str] = Counter()
        self._times, self._does = times, does
        self.died: Counter[str] = Counter()

    async def __call__(self, place: str) -> None:
        if self._left[place] >= self._times:
            return
        self._left[place] += 1
        self.died[place] += 1
        if self._does is None:
            raise Died(place)
        await asyncio.to_thread(self._does)


def end_backends(url: str) -> None:
    """Every connection of whoever pays is cut off by PostgreSQL."""
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = {}"
            ).format(f"yijianshi-{PAYER}")
        )


async def drive(payer: Paying, store: Store, run: str, *, limit: int) -> int:
    """Rounds until nothing is open, each as far as it comes; how many broke off."""
    broken = 0
    for _ in range(ROUNDS):
        try:
            await pay_all(payer, run, limit=limit)
        except (Died, SQLAlchemyError):
            broken += 1
        # Whoever looks has connections of its own.
        if not OPEN & set(await statuses(store, run)):
            return broken
    raise AssertionError(Counter(await statuses(store, run)))


class TreasuryProcess:
    """The treasury as a process of its own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._file = str(folder / "book.sqlite")
        # Below those that outgoing connections take, or it could be gone when it starts again.
        chance = random.SystemRandom()
        self._port = next(
            port for _ in range(100) if ports.is_free(port := chance.randrange(20000, 30000))
        )
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Until it answers."""
        self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program
            [sys.executable, "-c", _MAIN, self._file, str(self._port), TOKEN], cwd=_ROOT
        )
        async with httpx2.AsyncClient(base_url=self.url, trust_env=False) as http:
            while self._process.poll() is None:
                with contextlib.suppress(httpx2.HTTPError):
                    if (await http.get("/healthz")).is_success:
                        return
                await asyncio.sleep(0.05)
        raise AssertionError("the treasury did not start")

    async def behave(self, **how: object) -> None:
        """From now on, across its deaths."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(
            base_url=self.url, headers=headers, timeout=PATIENCE, trust_env=False
        ) as http:
            answer = await http.put("/sandbox/behaviour", json=how)
            assert answer.status_code == 204, answer.text

    def kill(self) -> None:
        """As by kill -9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def treasury(self) -> HttpTreasury:
        """A client with the right token."""
        return HttpTreasury(self.url, token=TOKEN)


@asynccontextmanager
async def treasury_process(folder: Path) -> AsyncIterator[TreasuryProcess]:
    """It runs, and is stopped at the end."""
    process = TreasuryProcess(folder)
    await process.start()
    try:
        yield process
    finally:
        process.kill()
