"""Fixtures of runs that are gone through in the register."""

from collections.abc import AsyncIterator

import pytest

from activities.store.engine import Store
from tests.support.batches import Batches
from tests.support.treasury import Place, treasury_place


@pytest.fixture
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A treasury."""
    async with treasury_place(tmp_path_factory.mktemp("treasury")) as found:
        yield found


@pytest.fixture
async def batches(store: Store, place: Place) -> AsyncIterator[Batches]:
    """Runs at a moment of the test's own."""
    treasury = place.treasury()
    yield Batches(store, treasury)
    await treasury.close()
