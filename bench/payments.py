"""Whether each payment is made exactly once while worker, PostgreSQL and treasury are killed.

A run whose list is approved is paid by the embedded stack's batch worker, for a budget that does
not reach for the last ten, with some accounts that take no money, and by a treasury that loses
answers, does half of a batch, says things twice and takes its time. Every few seconds one of batch
worker, PostgreSQL, one of PostgreSQL's connections and the treasury gets SIGKILL. In the end the
register, the ledger, the budget and the treasury's own statement are held against each other. Ends
with 1 where anything was lost or doubled.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from activities.outside.payments.treasury import Line
from activities.store.benefits.books import Books, books_balance
from activities.store.benefits.budgets import BudgetKey
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitRun, Entitlement
from api.engine import EngineAway
from api.run_engine import RunEngine
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.benefits import PolicyDefinition
from definitions.rules.calendar import local_day
from deploy import temporal_setup, treasury
from deploy.books import statement
from deploy.embedded.stack import attached_to
from deploy.settings import Settings, load
from tests.support.payments import FEN, award, firms, know, listed, paying, publish
from tests.support.survival import BACKEND, Killer, standing

PARTS = ("batch", "treasury", BACKEND, "treasury", "postgres", BACKEND)
TROUBLE = {"lose": 20, "cut": 20, "twice": 50, "fail": 20, "paid_after": 1.0}
SHORT = 10
AT_ONCE = 2_000
LOOK = 1.0
PATIENCE = 3_600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    statuses: Counter[str]
    books: Books
    lines: Sequence[Line]
    kills: Counter[str]
    seconds: float

    def report(self, count: int, bad: int) -> dict[str, object]:
        """The figures. `lost`: paid here and not there, or not at all though it ought to be."""
        keys = Counter(line.key.rpartition("#")[0] for line in self.lines)
        wanted = count - SHORT - bad
        balance = self.books.balance
        return {
            "payments": len(self.lines),
            "kills": dict(self.kills),
            "doubled": sum(n - 1 for n in keys.values()),
            "lost": wanted - len(keys),
            "failed": self.statuses[Status.FAILED],
            "short": self.statuses[Status.SHORT],
            "sums_equal": not self.books.differences and self.books.on_the_way == 0,
            "budget_kept": balance.reserved + balance.paid <= balance.total,
            "seconds": round(self.seconds, 1),
        }


def main() -> int:
    """Print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=100_000, help="payments")
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two kills")
    parser.add_argument("--seed", type=int, help="the moments of the kills; random by default")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    load_before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="payments-") as folder,
        standing(Path(folder) / "data") as home,
    ):
        outcome = asyncio.run(_paid(home, given.scale, every=given.every, seed=seed))
    figures = outcome.report(given.scale, len(_wrong(given.scale)))
    print(*(f"{d.what}: {d.ours} / {d.theirs}" for d in outcome.books.differences), sep="\n")
    machine = {"cores": os.cpu_count(), "load_average_before": round(load_before, 2)}
    print(json.dumps({**machine, **figures, "seed": seed}))
    good = figures["sums_equal"] and figures["budget_kept"]
    return 0 if good and not figures["doubled"] and not figures["lost"] else 1


async def _paid(home: Path, count: int, *, every: float, seed: int) -> Outcome:
    settings = attached_to(load(home=home))
    assert settings is not None
    assert settings.database_url is not None
    store = Store(settings.database_url.get_secret_value(), name="bench", size=2)
    policy = award(budget={"fen": (count - SHORT) * FEN})
    run = await cleared(store, policy, count)
    await _behave(settings, TROUBLE)
    client = await temporal_setup.connect(settings)
    begun = time.monotonic()
    await woken(RunEngine(client, settings.batch_queue), run)
    over = asyncio.Event()
    killing = asyncio.create_task(_killed(home, over, every, seed), name="killing")
    await _closed(store, run)
    seconds = time.monotonic() - begun
    over.set()
    kills = await killing
    await _behave(settings, {})
    outcome = await _outcome(settings, store, policy, kills, seconds)
    await store.close()
    await asyncio.sleep(temporal_setup.LAST_BREATH)
    return outcome


async def cleared(store: Store, policy: PolicyDefinition, count: int) -> str:
    """A run that has come to paying, with so many to be paid."""
    now = datetime.now(UTC)
    await publish(store, policy)
    run = None
    for start in range(1, count + 1, AT_ONCE):
        n = min(AT_ONCE, count + 1 - start)
        subjects = await firms(store, n, start=start, bad=_wrong(count))
        await know(store, subjects, on=local_day(now), active=True)
        if run is None:
            run = await paying(store, policy, subjects, at=now)
        else:
            await listed(store, policy, run, subjects, at=now)
    assert run is not None
    return run.id


def _wrong(count: int) -> list[int]:
    """Which accounts take no money: one in a thousand."""
    return list(range(500, count + 1, 1000))


async def _killed(home: Path, over: asyncio.Event, every: float, seed: int) -> Counter[str]:
    """One part after the other, each until it is back, for as long as it goes on."""
    chance = random.Random(seed)  # noqa: S311 - a run that can be repeated
    kills: Counter[str] = Counter()
    for part in itertools.cycle(PARTS):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(every * (0.5 + chance.random())):
                await over.wait()
        if over.is_set():
            break
        moment = chance.randrange(10**6)
        await Killer(home, (part,), seed=moment, progress=lambda: 1.0).run()
        kills[part] += 1
    return kills


async def _closed(store: Store, run: str) -> None:
    """Until the run is closed, however often the register is away meanwhile."""
    begun = time.monotonic()
    wanted = select(BenefitRun.phase).where(BenefitRun.id == run)
    while time.monotonic() - begun < PATIENCE:
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with store.reading() as session:
                if await session.scalar(wanted) == Phase.CLOSED:
                    return
        await asyncio.sleep(LOOK)
    message = "the run did not close"
    raise AssertionError(message)


async def woken(engine: RunEngine, run: str) -> None:
    """Let the run be driven, however long nobody answers."""
    while True:
        try:
            await engine.wake(run)
        except EngineAway:
            await asyncio.sleep(LOOK)
        else:
            return


async def _behave(settings: Settings, how: dict[str, float]) -> None:
    headers = {"Authorization": f"Bearer {treasury.token(settings)}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False) as http:
        answer = await http.put(f"{settings.treasury_url}/sandbox/behaviour", json=how)
        answer.raise_for_status()


async def _outcome(
    settings: Settings,
    store: Store,
    policy: PolicyDefinition,
    kills: Counter[str],
    seconds: float,
) -> Outcome:
    outside, key = treasury.connected(settings), BudgetKey.of(policy, "2026")
    lines = await statement(outside, key)
    await outside.close()
    assert lines is not None
    async with store.reading() as session:
        books = await books_balance(session, key, lines)
        rows = await session.execute(
            select(Entitlement.status, func.count()).group_by(Entitlement.status)
        )
        found = Counter(dict(rows.all()))
    assert books is not None
    return Outcome(statuses=found, books=books, lines=lines, kills=kills, seconds=seconds)


if __name__ == "__main__":
    sys.exit(main())
