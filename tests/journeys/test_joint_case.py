"""A joint case of 45 working days on the whole stack, as people would handle it.

Two special procedures, an extension by the government, a calendar published midway; then the page
that explains the limit is printed, and a script that knows nothing of the engine counts again.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import httpx2
import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities.store.engine import Store
from definitions.language.roles import Role
from definitions.rules.calendar import local_day
from deploy import temporal_setup
from deploy.database import url
from deploy.embedded.stack import attached_to
from deploy.people import Json, People, gathered
from deploy.settings import Settings, load
from tests.support.recompute import Verdict, check
from tests.support.scans import pdf
from tests.support.survival import standing
from tests.support.waiting import until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

SCAN = pdf()
APPLICATION = {
    "service": "restaurant_opening",
    "firm_code": "91310117MA1J0T5T4W",
    "answers": {
        "premises": "songjiang",
        "catering": "light_food",
        "area": "under_300",
        "chain": "none",
        "signboard": "none",
        "drainage": "shared",
        "filed_by": "legal_representative",
    },
    "form": {
        "shop_name": "云间小馆",
        "shop_address": "上海市松江区人民北路100号",
        "open_on": "2027-05-01",
        "food_manager_name": "李明",
        "contact_mobile": "13800000000",
    },
}

WHY = {"reasons": ["须由专业机构检测"]}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A stack of this module alone."""
    with standing(tmp_path_factory.mktemp("joint") / "data") as home:
        running = attached_to(load(home=home))
        assert running is not None
        yield running


class Case:
    """One joint case, and the people who handle it."""

    def __init__(self, people: People, client: Client, number: str) -> None:
        self.people, self.client, self.number = people, client, number

    async def officer(self, act: str, body: Json) -> None:
        """The lead's officer does something to the joint matter."""
        person = self.people.post(Role.OFFICER, "market_regulation")
        await person.act(f"/bundles/{self.number}/matters/CERT/{act}", body)

    async def wait(self, days: int) -> None:
        """So many days later, for this application alone."""
        skipper = TimeSkipper(self.client, config=TimeSkippingConfig(enabled=False))
        handle = self.client.get_workflow_handle(self.number)
        await skipper.fast_forward(handle, timedelta(days=days))

    async def limit(self) -> Json:
        """The statutory limit, as the API explains it."""
        clerk = self.people.post(Role.WINDOW_CLERK)
        said = await clerk.read(f"/bundles/{self.number}/matters/CERT/clocks")
        found: Json = next(each for each in said["clocks"] if each["kind"] == "statutory")
        return found

    async def printed(self) -> Verdict:
        """What a stranger reckons from the printed page alone."""
        html = await self.people.post(Role.WINDOW_CLERK).page(
            f"/console/bundles/{self.number}/matters/CERT/clocks"
        )
        return next(each for each in check(html) if "联合办理" in each.name)


@asynccontextmanager
async def taken_in(settings: Settings) -> AsyncIterator[Case]:
    """The application, with everything it needs."""
    store = Store(url(settings), name="journey", size=1)
    client = await temporal_setup.connect(settings, lazy=True)
    try:
        async with httpx2.AsyncClient(base_url=settings.server_url, timeout=30) as http:
            people = await gathered(store, http)
            clerk = people.post(Role.WINDOW_CLERK)
            guided = await clerk.act("/guidance", {**APPLICATION, "materials": {}})
            given = {
                each["code"]: {"files": [await clerk.upload(f"{each['code']}.pdf", SCAN)]}
                for each in guided["plan"]["materials"]
                if not each["waived_by"] and not each["produced_by"]
            }
            done = await clerk.act("/bundles", {**APPLICATION, "materials": given})
            yield Case(people, client, done["number"])
    finally:
        await store.close()


async def extended(case: Case) -> None:
    """Fifteen days by the head of the government (行政许可法 42(2))."""
    await case.officer("extension", {"days": 15, **WHY})
    mayor = case.people.post(Role.APPROVER, "district_government")
    task = f"{case.number}.CERT.extension-1"
    await mayor.act(f"/tasks/{task}/complete", {"outcome": "approve"})


async def published(case: Case, off: date) -> None:
    """The region rests on one day more; every open application is reckoned anew."""
    year = (
        f'region: "310117"\nyear: {off.year}\nstatus: published\nsource: 测试用\n'
        f"off:\n  - {{from: {off}, until: {off}, name: 特别放假}}\n"
    )
    before = (await case.limit())["calendar"]
    await case.people.post(Role.ADMINISTRATOR).act("/calendars", {"yaml": year, "note": "测试"})

    async def has_another() -> bool:
        return bool((await case.limit())["calendar"] != before)

    await until(has_another)


@pytest.mark.law("行政许可法 42(2)", "行政许可法 45", "时限 D45")
async def test_its_printed_page_can_be_reckoned_again(settings: Settings) -> None:
    async with taken_in(settings) as case:
        first = await case.limit()
        assert (first["rule"], first["days"]) == ("D45", 45)
        for cause, days, later in (("testing", 8, 6), ("expert_review", 10, 9)):
            await case.wait(later)
            await case.officer("procedures", {"cause": cause, "days": days, **WHY})
            assert (await case.printed()).reckoned == "计时已停"
            await case.wait(days)
            await case.officer("procedures/end", {})
        await extended(case)
        lines = (await case.limit())["lines"]
        last = [date.fromisoformat(line["day"]) for line in lines if line["nth"]][-1]
        await published(case, last)
        after, verdict = await case.limit(), await case.printed()
        assert verdict.agrees, verdict.faults
        assert verdict.reckoned == after["due"]["day"]
        assert date.fromisoformat(after["due"]["day"]) > last
        assert (after["extended"], len(after["pauses"])) == (15, 2)
        started = local_day(datetime.fromisoformat(after["started_at"]))
        assert (last - started).days > 60
