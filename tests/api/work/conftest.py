"""The API over the legal service, with people of two organs and whoever supervises them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support import legal
from tests.support.api import World, world
from tests.support.legal_api import started
from tests.support.work_api import LIBRARY, Work


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API with the legal service, its ladder and its ways to ask others."""
    opened = world(store, tmp_path, legal.NOW, library=LIBRARY, calendar=legal.CALENDAR)
    async with opened as made:
        made.staying = timedelta(days=365)
        yield made


@pytest.fixture
async def around(desk: World) -> Work:
    """Nothing taken in yet; the people are there."""
    return Work(
        world=desk,
        clerk=await desk.person("clerk", Role.WINDOW_CLERK),
        officer=await desk.person("officer", Role.OFFICER, "food"),
        second=await desk.person("second", Role.OFFICER, "food"),
        head=await desk.person("head", Role.APPROVER, "food"),
        taxer=await desk.person("taxer", Role.OFFICER, "tax"),
        tax_head=await desk.person("tax_head", Role.APPROVER, "tax"),
        supervisor=await desk.person("supervisor", Role.SUPERVISOR),
    )


@pytest.fixture
async def case(around: Work) -> Work:
    """PERMIT of the food office beside SIGN of the tax office, just taken in."""
    await started(around, "sign")
    return around
