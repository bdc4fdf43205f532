"""Registers and applications: merged, away, kept, corrected, overridden."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.outside.registers.answers import Register
from activities.store.desk.applications import application_of
from activities.store.desk.firms import firm as kept_firm
from activities.store.desk.sharing import From
from activities.store.desk.texts import digest_of, texts
from activities.store.engine import Store
from api.firms import known_firm
from definitions.language.roles import Role
from tests.support.api import PDF, Person, World
from tests.support.exchange import Exchange, exchange
from tests.support.services import NOW
from tests.support.shared import sharing


@pytest.fixture
async def outside() -> AsyncIterator[Exchange]:
    async with exchange() as running:
        yield running


@pytest.fixture
async def desk(store: Store, tmp_path: Path, outside: Exchange) -> AsyncIterator[World]:
    async with sharing(store, tmp_path, outside) as made:
        yield made


@pytest.fixture
async def clerk(desk: World) -> Person:
    return await desk.person("clerk", Role.WINDOW_CLERK)


def entered(outside: Exchange, **changed: object) -> dict[str, object]:
    number, name = next(iter(outside.data.people.items()))
    return {
        "service": "small_change",
        "firm_code": outside.firm().code,
        "answers": {"changes": ["name"], "seal_kept": "yes"},
        "form": {"address": "松江区新路1号", "credit": "松江", "holder": name, "holder_id": number},
        **changed,
    }


class TestKnownFirm:
    async def test_registers_stand_before_what_is_declared(
        self, desk: World, outside: Exchange
    ) -> None:
        firm = outside.firm()
        declared = {"address": "别处", "equity_tax_paid": True}
        known = await known_firm(desk.services, firm.code, name="别名", declared=declared)
        assert (known.name, known.registered) == (firm.name, True)
        assert dict(known.facts) == {**declared, **firm.facts}
        origin = known.origins["address"]
        assert (origin.source, origin.kind) == ("市场主体登记库", From.REGISTER)
        assert origin.fetched_at == NOW
        assert known.sources["address"] == "市场主体登记库（2026-11-24）"

    async def test_what_was_said_stays_known_while_its_register_is_away(
        self, desk: World, outside: Exchange
    ) -> None:
        firm = outside.firm()
        await known_firm(desk.services, firm.code)
        await outside.trouble("away", "tax")
        desk.now.at = NOW + timedelta(days=2)
        known = await known_firm(desk.services, firm.code)
        assert set(known.away) == {Register.TAX}
        assert known.facts["tax_arrears"] is firm.facts["tax_arrears"]
        tax, name = known.origins["tax_arrears"], known.origins["name"]
        assert (tax.kind, tax.fetched_at) == (From.KEPT, NOW)
        assert (name.kind, name.fetched_at) == (From.REGISTER, desk.now.at)
        assert "共享失败，为 2026-11-20 10:00 所取" in known.sources["tax_arrears"]

    async def test_what_was_never_said_is_unknown(self, desk: World, outside: Exchange) -> None:
        await outside.trouble("fail", "tax")
        await outside.trouble("fail", "customs")
        known = await known_firm(desk.services, outside.firm().code)
        assert "tax_arrears" not in known.facts
        assert "registrations" not in known.facts

    async def test_a_moment_later_nobody_is_asked_again(
        self, desk: World, outside: Exchange
    ) -> None:
        code = outside.firm().code
        first = await known_firm(desk.services, code)
        await outside.trouble("away")
        desk.now.at = NOW + timedelta(seconds=30)
        again = await known_firm(desk.services, code)
        assert (again.away, again.facts) == ({}, first.facts)

    async def test_of_a_firm_nobody_knows_nothing_is_kept(self, desk: World) -> None:
        code = "91310117MA1J00001G"
        known = await known_firm(desk.services, code)
        assert (known.registered, known.facts) == (False, {"uscc": code})
        async with desk.services.store.reading() as session:
            assert await kept_firm(session, code) is None


class TestApplication:
    async def test_whoever_looks_a_firm_up_gets_no_personal_numbers(
        self, clerk: Person, outside: Exchange
    ) -> None:
        found = (await clerk.get(f"firms/{outside.firm().code}")).json()
        assert found["source"] == "市场主体登记库"
        assert found["facts"]["legal_representative"]
        assert "legal_representative_id" not in found["facts"]
        assert (await clerk.get("firms/91310117MA1J00001G")).status_code == 404

    async def test_a_draft_says_of_each_fact_where_it_is_from(
        self, clerk: Person, outside: Exchange
    ) -> None:
        draft = (await clerk.post("drafts", entered(outside))).json()
        sharing = draft["sharing"]
        assert sharing["origins"]["scope"]["source"] == "市场主体登记库"
        assert sharing["persons"]["holder_id"]["verdict"] == "verified"
        assert sharing["corrected"]["address"] == {
            "value": outside.firm().facts["address"],
            "source": "市场主体登记库",
        }

    async def test_another_name_is_asked_for_again_and_the_same_is_not(
        self, clerk: Person, outside: Exchange
    ) -> None:
        draft = (await clerk.post("drafts", entered(outside))).json()
        await outside.trouble("away", "population")
        body = entered(outside)
        kept = await clerk.client.put(
            f"/api/v1/drafts/{draft['id']}", json=body, headers={"If-Match": '"1"'}
        )
        assert kept.json()["sharing"]["persons"]["holder_id"]["verdict"] == "verified"
        form = {**draft["form"], "holder": "别人"}
        other = await clerk.client.put(
            f"/api/v1/drafts/{draft['id']}",
            json=entered(outside, form=form),
            headers={"If-Match": '"2"'},
        )
        assert other.json()["sharing"]["persons"]["holder_id"]["verdict"] == "away"

    async def test_only_a_register_fills_in_a_closed_field(
        self, desk: World, clerk: Person, outside: Exchange
    ) -> None:
        file = (await clerk.upload()).json()["id"]
        body = entered(outside, materials={"M01": {"files": [file]}})
        form = body["form"]
        assert isinstance(form, dict)
        wrong = await clerk.post("bundles", {**body, "form": {**form, "scope": "自己写的"}})
        (fault,) = wrong.json()["errors"]
        assert (fault["pointer"], fault["rule"]) == ("/form/scope", "closed")
        number = (await clerk.post("bundles", body)).json()["number"]
        async with desk.services.store.reading() as session:
            found = await application_of(session, number)
        assert found is not None
        assert found.form["scope"] == outside.firm().facts["scope"]
        assert found.form["address"] == "松江区新路1号"
        assert found.firm["address"] == outside.firm().facts["address"]


class TestOverride:
    async def test_what_sharing_brings_is_not_asked_for_even_when_it_fails(
        self, clerk: Person, outside: Exchange
    ) -> None:
        await outside.trouble("away", "real_estate")
        guided = (await clerk.post("guidance", entered(outside))).json()
        assert "property_registered" not in guided["firm"]["facts"]
        file = (await clerk.upload()).json()["id"]
        body = entered(outside, materials={"M01": {"files": [file]}})
        number = (await clerk.post("bundles", body)).json()["number"]
        bundle = (await clerk.get(f"bundles/{number}")).json()
        (deed,) = [m for m in bundle["materials"] if m["code"] == "M02"]
        assert (deed["status"], deed["waived_by"]) == ("waived", "不动产登记库")

    async def test_a_clerk_asks_for_it_with_a_reason_that_is_kept(
        self, desk: World, clerk: Person, outside: Exchange
    ) -> None:
        await outside.trouble("away", "real_estate")
        first, second = [(await clerk.upload(PDF, n)).json()["id"] for n in ("a.pdf", "b.pdf")]
        materials = {"M01": {"files": [first]}, "M02": {"files": [second]}}
        body = entered(outside, materials=materials)
        refused = await clerk.post("bundles", body | {"overrides": {"M40": "无关"}})
        assert refused.json()["errors"][0]["pointer"] == "/overrides/M40"
        reason = "不动产登记库今天不可用，房屋刚过户"
        number = (await clerk.post("bundles", body | {"overrides": {"M02": reason}})).json()[
            "number"
        ]
        bundle = (await clerk.get(f"bundles/{number}")).json()
        (deed,) = [m for m in bundle["materials"] if m["code"] == "M02"]
        assert (deed["status"], deed["waived_by"]) == ("satisfied", None)
        assert bundle["application"]["sharing"]["overrides"]["M02"]["reason"] == reason
        async with desk.services.store.reading() as session:
            found = await application_of(session, number)
            assert await texts(session, [digest_of(reason)]) == {digest_of(reason): reason}
        assert found is not None
        kept = found.sharing.overrides["M02"]
        assert (kept.reason, kept.by, kept.at) == (reason, clerk.actor.id, NOW)

    async def test_where_sharing_works_nobody_may(self, clerk: Person, outside: Exchange) -> None:
        refused = await clerk.post("drafts", entered(outside, overrides={"M02": "想看看"}))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["rule"] == "shared"

    async def test_an_agent_may_not(self, desk: World, outside: Exchange) -> None:
        await outside.trouble("away", "real_estate")
        agent = await desk.person("agent", Role.VIRTUAL_WINDOW_AGENT)
        refused = await agent.post("drafts", entered(outside, overrides={"M02": "想看看"}))
        assert refused.status_code == 403
