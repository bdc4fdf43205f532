"""The API over the service of every legal act, on its own quiet Monday."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support import legal
from tests.support.api import World, world
from tests.support.legal_api import LIBRARY, Case


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API with the legal service."""
    opened = world(store, tmp_path, legal.NOW, library=LIBRARY, calendar=legal.CALENDAR)
    async with opened as made:
        made.staying = timedelta(days=365)
        yield made


@pytest.fixture
async def case(desk: World) -> Case:
    """Nothing taken in yet; the people are there."""
    return Case(
        world=desk,
        clerk=await desk.person("clerk", Role.WINDOW_CLERK),
        officer=await desk.person("officer", Role.OFFICER, "food"),
        second=await desk.person("second", Role.OFFICER, "food"),
        head=await desk.person("head", Role.APPROVER, "food"),
    )
