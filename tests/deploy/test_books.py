"""`yijianshi benefits books` against a register and a treasury that are really there."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from activities.benefits.paying import Paying
from activities.store.benefits.budgets import BudgetKey, shift
from activities.store.engine import Store
from deploy import books
from deploy.settings import Settings
from deploy.trouble import Trouble
from tests.support.benefits import NOW
from tests.support.payments import (
    CATALOGUE,
    FEN,
    award,
    firms,
    know,
    pay_all,
    paying,
    publish,
)
from tests.support.treasury import TOKEN, Place, treasury_place

pytestmark = pytest.mark.stack
AWARD = award(budget={"fen": 5 * FEN})
FINE = [
    "✓ some_award 2026：2 笔",
    "  预算 5,000.00 元，占用 1,000.00 元，拨付 2,000.00 元，退回 0.00 元，剩余 2,000.00 元",
    "  国库实付 2,000.00 元，抵扣 0.00 元",
]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with treasury_place(tmp_path) as running:
        yield running


@pytest.fixture
def settings(database_url: str, place: Place, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        database_url=SecretStr(database_url.replace("+psycopg", "", 1)),
        treasury_url=place.url,
        treasury_token=SecretStr(TOKEN),
    )


async def checked(
    settings: Settings, policy: str | None = None, period: str | None = None
) -> tuple[int, str]:
    """The exit code and what was printed; the command has a loop of its own."""
    said = io.StringIO()
    console = Console(file=said, width=200, highlight=False, color_system=None)
    code = await asyncio.to_thread(books.check, settings, policy, period, console)
    return code, said.getvalue()


class TestBooks:
    async def test_what_agrees_is_said_in_figures(
        self, store: Store, place: Place, settings: Settings
    ) -> None:
        assert await checked(settings) == (0, "还没有预算。\n")
        await publish(store, AWARD)
        subjects = await firms(store, 3, bad=(3,))
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        outside = place.treasury()
        await pay_all(Paying(store, outside, CATALOGUE, now=lambda: NOW), run.id)
        await outside.close()
        code, said = await checked(settings, "some_award", "2026")
        assert (code, said.splitlines()) == (0, FINE)
        place.behaves(fail=1000)
        code, said = await checked(settings)
        assert (code, "国库没有应答" in said) == (0, True)
        async with store.begin() as session:
            await shift(session, BudgetKey.of(AWARD, "2026"), paid=-1)
        code, said = await checked(settings)
        assert (code, "不符 拨付：预算与台账" in said) == (1, True)

    @pytest.mark.usefixtures("store")
    async def test_an_unknown_budget_is_refused(self, settings: Settings) -> None:
        with pytest.raises(Trouble, match="没有 no_such 2026 的预算"):
            await checked(settings, "no_such", "2026")
