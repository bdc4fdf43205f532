"""The API over the store, and the people who use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.desk.firms import FirmView, put_firm
from activities.store.engine import Store
from definitions.language.roles import Role
from definitions.loading import Library, load_catalogue
from tests.support.api import USCC, Person, World, world
from tests.support.services import NOW, TODAY


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API, with one firm in the register."""
    known = FirmView(
        code=USCC,
        name="上海松江样品有限公司",
        facts={"licences": ("food",), "equity_frozen_or_pledged": False},
        source="样品登记库",
        as_of=TODAY,
    )
    async with store.begin() as session:
        await put_firm(session, known)
    async with world(store, tmp_path, NOW) as made:
        yield made


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The house's catalogue; no service, no policy yet."""
    library = Library(catalogue=load_catalogue(), services=())
    async with world(store, tmp_path, NOW, library=library) as made:
        yield made


@pytest.fixture
async def author(house: World) -> Person:
    """Who writes definitions and policies."""
    return await house.person("author", Role.POLICY_OFFICER)


@pytest.fixture
async def other(house: World) -> Person:
    """Who looks a second time."""
    return await house.person("second", Role.POLICY_OFFICER)


@pytest.fixture
async def clerk(desk: World) -> Person:
    """A window clerk."""
    return await desk.person("clerk", Role.WINDOW_CLERK)


@pytest.fixture
async def agent(desk: World) -> Person:
    """A remote virtual-window agent."""
    return await desk.person("agent", Role.VIRTUAL_WINDOW_AGENT)


@pytest.fixture
async def reviewer(desk: World) -> Person:
    """An officer of the registrar."""
    return await desk.person("reviewer", Role.OFFICER, "registrar")


@pytest.fixture
async def approver(desk: World) -> Person:
    """An approver of the registrar."""
    return await desk.person("approver", Role.APPROVER, "registrar")


@pytest.fixture
async def taxer(desk: World) -> Person:
    """An officer of the tax office."""
    return await desk.person("taxer", Role.OFFICER, "tax")


@pytest.fixture
async def fooder(desk: World) -> Person:
    """An officer of the food office."""
    return await desk.person("fooder", Role.OFFICER, "food")


@pytest.fixture
async def supervisor(desk: World) -> Person:
    """A supervisor."""
    return await desk.person("supervisor", Role.SUPERVISOR)
