"""The API with the shipped services, a policy in force, and who is concerned by it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.store.engine import Store
from tests.support import benefits
from tests.support.api import World, world
from tests.support.benefit_world import Hall
from tests.support.benefit_world import hall as opened
from tests.support.services import CALENDAR
from tests.support.shipped import shipped


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API on a Wednesday in September; people stay signed in for as long as a run lasts."""
    there = world(store, tmp_path, benefits.NOW, library=shipped(), calendar=CALENDAR)
    async with there as made:
        made.staying = timedelta(days=365)
        yield made


@pytest.fixture
async def hall(desk: World) -> Hall:
    """Three firms entitled to an award of the science department."""
    return await opened(desk)
