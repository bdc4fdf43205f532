"""The console over the published services, real PostgreSQL and the engine in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from activities.store.desk.firms import FirmView, put_firm
from activities.store.engine import Store
from definitions.language.roles import Role
from definitions.loading import load_calendars
from tests.support.api import PASSWORD, World, world
from tests.support.console.browsing import Browser
from tests.support.shipped import shipped

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
FOOD_FIRM = "91310117MA1J0T5T4W"
BLOCKED_FIRM = "91310117MA1J00001G"
LIBRARY = shipped()
_FACTS: dict[str, str | bool | tuple[str, ...]] = {
    "kind": "limited_company",
    "registered_here": True,
    "address": "上海市松江区人民北路1289号2幢101室",
    "legal_representative": "张建国",
    "registrations": ("social_insurance",),
    "licences": ("food_business",),
    "bank_account": True,
    "property_registered": False,
    "unreachable_at_address": False,
    "legal_representative_barred": False,
    "registration_disputed": False,
}


@asynccontextmanager
async def hall(store: Store, folder: Path) -> AsyncIterator[World]:
    """A world whose services are the published ones, with two firms in the register."""
    firms = {
        FOOD_FIRM: ("上海云间餐饮管理有限公司", _FACTS),
        BLOCKED_FIRM: (
            "上海泗泾难办有限公司",
            {**_FACTS, "registered_here": False, "registration_disputed": True},
        ),
    }
    async with store.begin() as session:
        for code, (name, facts) in firms.items():
            known = FirmView(
                code=code, name=name, facts=facts, source="样例登记库", as_of=NOON.date()
            )
            await put_firm(session, known)
    async with world(store, folder, NOON) as made:
        services = replace(made.services, shipped_library=LIBRARY, shipped=load_calendars())
        yield World(services, made.engine, made.now, made.clients)


async def signed_in(world: World, login: str, role: Role, department: str | None = None) -> Browser:
    """Somebody with a new account, at a browser of their own, past the sign-in page."""
    await world.person(login, role, department)
    browser = Browser(world.client())
    await browser.sign_in(login, PASSWORD)
    return browser
