"""Each payment exactly once, whoever dies in the middle of it.

The small form of `bench/payments.py`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.benefits.paying import Paying
from activities.outside.payments.treasury import Line
from activities.store.benefits.budgets import BudgetKey
from activities.store.engine import Store
from definitions.language.benefits import PolicyDefinition
from deploy.books import statement
from tests.support.benefits import NOW
from tests.support.payment_trouble import (
    PAYER,
    Deaths,
    drive,
    end_backends,
    treasury_process,
)
from tests.support.payments import (
    CATALOGUE,
    FEN,
    award,
    books,
    firms,
    know,
    paying,
    publish,
    statuses,
)
from tests.support.treasury import Place, treasury_place

pytestmark = pytest.mark.stack
COUNT, CHUNK = 300, 40
PLACES = {"reserving", "reserved", "sending", "sent", "asked", "answered", "settling", "settled"}
# Of whom the budget does not reach for ten, and five accounts take no money.
BAD = (3, 50, 111, 200, 250)
AWARD = award(budget={"fen": (COUNT - 10) * FEN})
ENDS = {"paid": COUNT - 15, "failed": 5, "short": 10}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with treasury_place(tmp_path) as running:
        yield running


@pytest.fixture
async def own(database_url: str) -> AsyncIterator[Store]:
    """Connections of whoever pays."""
    made = Store(database_url, name=PAYER, size=4)
    yield made
    await made.close()


async def cleared(store: Store) -> str:
    await publish(store, AWARD)
    subjects = await firms(store, COUNT, bad=BAD)
    await know(store, subjects, active=True)
    return (await paying(store, AWARD, subjects)).id


async def require_whole(store: Store, of: PolicyDefinition, lines: list[Line]) -> None:
    """Every one once, the sums equal, the budget kept."""
    assert Counter(await statuses(store)) == ENDS
    found = await books(store, of, lines)
    assert found.differences == ()
    assert (found.payments, found.on_the_way) == (ENDS["paid"], 0)
    assert len({line.key for line in lines}) == len(lines) == ENDS["paid"]
    assert sum(line.fen for line in lines) == ENDS["paid"] * FEN == found.balance.paid
    assert found.balance.reserved == ENDS["failed"] * FEN
    assert found.balance.left == 0


class TestSurvival:
    async def test_the_worker_dies_between_every_two_steps(
        self, store: Store, place: Place
    ) -> None:
        run = await cleared(store)
        place.behaves(lose=100, cut=100, twice=200, fail=100)
        outside, deaths = place.treasury(), Deaths(3)
        payer = Paying(store, outside, CATALOGUE, now=lambda: NOW, between=deaths)
        assert await drive(payer, store, run, limit=CHUNK) >= 3 * len(PLACES)
        await outside.close()
        assert deaths.died == dict.fromkeys(PLACES, 3)
        await require_whole(store, AWARD, place.moved())

    async def test_postgres_cuts_it_off_at_every_step(
        self, store: Store, own: Store, place: Place, database_url: str
    ) -> None:
        run = await cleared(store)
        outside, deaths = place.treasury(), Deaths(2, lambda: end_backends(database_url))
        payer = Paying(own, outside, CATALOGUE, now=lambda: NOW, between=deaths)
        assert await drive(payer, store, run, limit=CHUNK) > 0
        await outside.close()
        assert deaths.died == dict.fromkeys(PLACES, 2)
        await require_whole(store, AWARD, place.moved())

    @pytest.mark.timeout(180)
    async def test_the_treasury_is_killed_again_and_again(
        self, store: Store, tmp_path: Path
    ) -> None:
        run = await cleared(store)
        async with treasury_process(tmp_path) as process:
            await process.behave(lose=50, cut=50, twice=100)
            outside = process.treasury()
            payer = Paying(store, outside, CATALOGUE, now=lambda: NOW)
            driving = asyncio.create_task(drive(payer, store, run, limit=CHUNK))
            for paid in (20, 100, 200):
                await _until_paid(store, run, paid, driving)
                process.kill()
                await process.start()
            await driving
            await process.behave()
            lines = await statement(outside, BudgetKey.of(AWARD, "2026"))
            await outside.close()
        assert lines is not None
        await require_whole(store, AWARD, lines)


async def _until_paid(store: Store, run: str, paid: int, driving: asyncio.Task[int]) -> None:
    while (await statuses(store, run)).count("paid") < paid and not driving.done():  # noqa: ASYNC110 - a look is all there is
        await asyncio.sleep(0.005)
