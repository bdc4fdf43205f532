"""What a granted change does to what policies come to, for the page of the application."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from activities.store.engine import Store
from activities.store.reading.bundles import bundle
from activities.store.reading.scope import EVERYTHING
from api.console.fill.checkups import change_said
from api.policy_impact import Impact, impact_of
from definitions.language.roles import Role
from definitions.matter.state import MatterStatus, Result
from tests.support.api import Person, World, world
from tests.support.checkups import GOOD, applied, known, shipped
from tests.support.services import NOW
from tests.support.shipped import shipped as services_shipped

ELSEWHERE = dict(GOOD) | {"firm.registered_here": False}
MOVED_HERE = {"changes": ["name", "address"], "address_place": "other_district"}


@pytest.fixture
async def hall(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The console over the shipped catalogue and policies."""
    await shipped(store)
    async with world(store, tmp_path, NOW, library=services_shipped()) as made:
        yield made


@pytest.fixture
async def clerk(hall: World) -> Person:
    """A window clerk."""
    return await hall.person("clerk", Role.WINDOW_CLERK)


async def impact(hall: World, who: Person, number: str) -> Impact | None:
    """What is said of the application."""
    async with hall.services.store.reading() as session:
        found = await bundle(session, number, EVERYTHING)
    assert found is not None
    return await impact_of(hall.services, who.actor, found)


async def moved(
    clerk: Person, hall: World, answers: Mapping[str, object], result: Result | None
) -> str:
    """A change of the firm."""
    status = MatterStatus.CLOSED if result else MatterStatus.REVIEWING
    return await applied(
        clerk, hall.services.store, status, result, "company_change", key="REG", answers=answers
    )


async def test_a_move_into_the_district_opens_its_policies(hall: World, clerk: Person) -> None:
    await known(hall.services.store, ELSEWHERE)
    number = await moved(clerk, hall, MOVED_HERE, Result.GRANTED)
    found = await impact(hall, clerk, number)
    assert found is not None
    assert found.facts == ("在松江区登记：是",)
    said = [change_said(each) for each in found.changes]
    assert "失业保险稳岗返还：差一点 → 可享 6,000.00 元" in said
    officer = await hall.person("science", Role.OFFICER, "science")
    theirs = await impact(hall, officer, number)
    assert theirs is not None
    assert len(theirs.changes) < len(found.changes)


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        (MOVED_HERE, None),
        (MOVED_HERE, Result.REFUSED),
        ({"changes": ["name"]}, Result.GRANTED),
    ],
)
async def test_nothing_is_said_of_what_touches_no_policy(
    hall: World, clerk: Person, answers: Mapping[str, object], result: Result | None
) -> None:
    await known(hall.services.store, ELSEWHERE)
    number = await moved(clerk, hall, answers, result)
    assert await impact(hall, clerk, number) is None


async def test_nothing_is_said_of_a_firm_that_nobody_knows(hall: World, clerk: Person) -> None:
    number = await moved(clerk, hall, MOVED_HERE, Result.GRANTED)
    assert await impact(hall, clerk, number) is None
