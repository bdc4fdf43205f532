"""Deregistration and benefits: what is left unpaid is told first, and the firm leaves every run."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from activities.store.benefits.own_facts import OWN, own_facts
from activities.store.desk.firms import FirmView, put_firm
from activities.store.engine import Store
from definitions.language.roles import Role
from definitions.matter.state import MatterStatus, Result
from tests.support.api import USCC, Person, World, world
from tests.support.checkups import DEREGISTRATION, GOOD, applied, known, shipped
from tests.support.console.browsing import Browser
from tests.support.services import NOW, TODAY
from tests.support.shipped import shipped as services_shipped


@pytest.fixture
async def hall(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API over the shipped catalogue and policies, with one firm."""
    firm = FirmView(
        code=USCC,
        name="上海松江样品有限公司",
        facts={"kind": "limited_company", "registered_here": True},
        source="样品登记库",
        as_of=TODAY,
    )
    async with store.begin() as session:
        await put_firm(session, firm)
    await shipped(store)
    async with world(store, tmp_path, NOW, library=services_shipped()) as made:
        yield made


@pytest.fixture
async def clerk(hall: World) -> Person:
    """A window clerk."""
    return await hall.person("clerk", Role.WINDOW_CLERK)


class TestBeforehand:
    async def test_the_precheck_names_what_would_be_left_behind(
        self, hall: World, clerk: Person
    ) -> None:
        await known(hall.services.store, GOOD)
        body = {"uscc": USCC, "service": DEREGISTRATION}
        found = (await clerk.post("precheck/deregistration", body)).json()["unpaid"]
        assert {(each["policy"], each["fen"]) for each in found} == {
            ("job_stabilisation_refund", 600_000),
            ("young_hire_subsidy", 300_000),
        }
        other = {"uscc": USCC, "service": "company_change"}
        assert (await clerk.post("precheck/deregistration", other)).json()["unpaid"] == []

    async def test_it_goes_on_being_told_while_the_deregistration_runs(
        self, hall: World, clerk: Person
    ) -> None:
        await known(hall.services.store, GOOD)
        await applied(clerk, hall.services.store, MatterStatus.REVIEWING)
        body = {"uscc": USCC, "service": DEREGISTRATION}
        found = (await clerk.post("precheck/deregistration", body)).json()["unpaid"]
        assert len(found) == 2

    async def test_a_draft_has_it_as_one_finding_that_stops_nothing(
        self, hall: World, clerk: Person
    ) -> None:
        body = {"service": DEREGISTRATION, "firm_code": USCC, "answers": {}, "form": {}}
        before = (await clerk.post("precheck", body)).json()["findings"]
        assert "BENEFITS-UNPAID" not in {each["rule"] for each in before}
        await known(hall.services.store, GOOD)
        after = (await clerk.post("precheck", body)).json()["findings"]
        (found,) = [each for each in after if each["rule"] == "BENEFITS-UNPAID"]
        assert found["severity"] == "warn"
        assert "失业保险稳岗返还，约 6,000.00 元" in found["details"][0]

    async def test_the_page_says_so(self, hall: World) -> None:
        await known(hall.services.store, GOOD)
        person = await hall.person("clerk2", Role.WINDOW_CLERK)
        page = await Browser(person.client).open(
            f"/console/precheck?uscc={USCC}&service={DEREGISTRATION}"
        )
        assert page.status == 200
        assert "还有没有兑现的惠企政策" in page.html
        assert "一次性扩岗补助，约 3,000.00 元" in page.html


class TestOwnFacts:
    async def test_a_firm_in_deregistration_is_entitled_to_nothing_that_asks(
        self, hall: World, clerk: Person
    ) -> None:
        firm = await known(hall.services.store, GOOD)
        await applied(clerk, hall.services.store, MatterStatus.REVIEWING)
        body = (await clerk.get(f"checkups/{firm.id}")).json()
        refund = next(p for p in body["policies"] if p["policy"] == "job_stabilisation_refund")
        assert (refund["standing"], refund["reasons"]) == ("near", ["active"])
        fact = next(f for f in body["facts"] if f["fact"] == "firm.deregistering")
        assert (fact["value"], fact["source"]) == (True, OWN)

    @pytest.mark.parametrize(
        ("stands", "said"),
        [
            ((MatterStatus.PLANNED,), {"firm.deregistering": True}),
            (
                (MatterStatus.CLOSED, Result.GRANTED),
                {"firm.active": False, "firm.deregistering": False},
            ),
            ((MatterStatus.REVOKED, Result.GRANTED), None),
            ((MatterStatus.WITHDRAWN, Result.WITHDRAWN), None),
            ((MatterStatus.CLOSED, Result.REFUSED), None),
            ((MatterStatus.REVIEWING, None, "operator_change"), None),
        ],
    )
    async def test_it_counts_from_the_start_and_no_longer_than_it_runs(
        self,
        hall: World,
        clerk: Person,
        stands: tuple[Any, ...],
        said: dict[str, bool] | None,
    ) -> None:
        await applied(clerk, hall.services.store, *stands)
        async with hall.services.store.reading() as session:
            found = await own_facts(session, [USCC, "91310117MA1J00002E"])
        assert found == ({USCC: said} if said else {})
