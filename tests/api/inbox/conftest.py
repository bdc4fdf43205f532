"""The API over the small service as an inbox shows it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.desk.firms import FirmView, put_firm
from activities.store.engine import Store
from definitions.language.roles import Confidentiality
from tests.support.api import USCC, World, world
from tests.support.inbox import library
from tests.support.services import NOW, TODAY


async def _known(store: Store) -> None:
    firm = FirmView(
        code=USCC,
        name="上海松江样品有限公司",
        facts={"licences": ("food",), "equity_frozen_or_pledged": False},
        source="样品登记库",
        as_of=TODAY,
    )
    async with store.begin() as session:
        await put_firm(session, firm)


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API, FOOD being ordinary."""
    await _known(store)
    async with world(store, tmp_path, NOW, library=library()) as made:
        yield made


@pytest.fixture
async def guarded(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API, FOOD being secret."""
    await _known(store)
    async with world(store, tmp_path, NOW, library=library(Confidentiality.SECRET)) as made:
        yield made
