"""政策体检 over HTTP: at the window, for an officer, for oneself; on paper; changes noted."""

from datetime import timedelta
from typing import Any

import pytest

from activities.store.benefits.subscriptions import refresh_subscriptions, subscription_of
from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import Person, World
from tests.support.checkups import (
    CATALOGUE,
    ELDER,
    FIRM,
    FIRM_CODE,
    GOOD,
    PERSON,
    PERSON_CODE,
    known,
    say,
    shipped,
)
from tests.support.services import TODAY

ASKED = {"kind": "firm", "code": FIRM_CODE}


@pytest.fixture
async def policies(store: Store) -> None:
    await shipped(store)


def by_policy(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its policies by name."""
    return {each["policy"]: each for each in body["policies"]}


async def asked(who: Person, **more: object) -> dict[str, Any]:
    """The check-up."""
    answer = await who.post("checkups", ASKED | more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("policies")
class TestAtTheWindow:
    async def test_all_policies_at_once_each_with_its_reasons(
        self, desk: World, clerk: Person
    ) -> None:
        await known(desk.services.store, GOOD)
        body = await asked(clerk)
        found = by_policy(body)
        refund = found["job_stabilisation_refund"]
        assert (refund["standing"], refund["fen"], refund["uncertain"]) == (
            "entitled",
            600_000,
            True,
        )
        hire = found["young_hire_subsidy"]
        assert (hire["standing"], hire["fen"]) == ("entitled", 300_000)
        graduate = found["graduate_intake_subsidy"]
        assert (graduate["standing"], graduate["rival"]) == ("excluded", "young_hire_subsidy")
        assert "与“一次性扩岗补助”只能享受一项，已由其优先" in graduate["says"]
        waiver = found["credit_fee_waiver"]
        assert (waiver["standing"], waiver["reasons"]) == ("near", ["score"])
        assert waiver["says"] == ["公共信用综合评价90分以上：现为 88 分，应不少于 90 分，差 2 分"]
        title = found["high_tech_award"]
        assert title["standing"] == "unknown"
        assert {each["owner"] for each in title["lacking"]} == {"科技、经济信息化部门认定名单"}
        assert [each["standing"] for each in body["policies"]] == sorted(
            (each["standing"] for each in body["policies"]),
            key=["entitled", "near", "unknown", "excluded", "not"].index,
        )
        assert body["fen"] == 900_000
        assert body["summary"].startswith("可享 2 项，合计 9,000.00 元；差一点 1 项")

    async def test_facts_that_are_too_old_are_unknown_and_say_of_which_day(
        self, desk: World, clerk: Person
    ) -> None:
        old = TODAY - timedelta(days=30)
        await known(desk.services.store, GOOD, as_of=old)
        waiver = by_policy(await asked(clerk))["credit_fee_waiver"]
        assert waiver["standing"] == "unknown"
        told = f"缺“公共信用综合评价”：由公共信用信息服务平台掌握，现有的截至 {old}，过期不用"
        assert told in waiver["says"]

    async def test_what_is_declared_fills_a_gap_and_never_overrules_a_source(
        self, desk: World, clerk: Person
    ) -> None:
        facts = {name: value for name, value in GOOD.items() if name != "firm.credit_score"}
        await known(desk.services.store, facts)
        declared = {"firm.credit_score": 95, "firm.tax_credit": "D"}
        body = await asked(clerk, declared=declared)
        assert by_policy(body)["credit_fee_waiver"]["standing"] == "entitled"
        sources = {each["fact"]: each["source"] for each in body["facts"]}
        assert sources["firm.credit_score"] == "本人申报，未经核对"
        assert sources["firm.tax_credit"] == "税务机关"
        assert by_policy(await asked(clerk))["credit_fee_waiver"]["standing"] == "unknown"

    async def test_of_nobody_on_record_by_what_is_declared_alone(self, clerk: Person) -> None:
        answer = await clerk.post("checkups", ASKED)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-subject")
        body = await asked(clerk, declared={"firm.registered_here": False})
        assert body["subject"] is None
        assert by_policy(body)["job_stabilisation_refund"]["standing"] == "not"

    @pytest.mark.parametrize(
        ("more", "pointer", "rule"),
        [
            ({"code": "91310117MA1J00001X"}, "/code", "code"),
            ({"declared": {"firm.nothing": 1}}, "/declared/firm.nothing", "unknown-fact"),
            ({"declared": {"person.alive": True}}, "/declared/person.alive", "unknown-fact"),
            ({"declared": {"firm.active": 1}}, "/declared/firm.active", "fact-type"),
            ({"declared": {"firm.credit_score": True}}, "/declared/firm.credit_score", "fact-type"),
            ({"declared": {"firm.founded_on": "不详"}}, "/declared/firm.founded_on", "fact-type"),
        ],
    )
    async def test_what_is_wrong_is_told_at_its_place(
        self, desk: World, clerk: Person, more: dict[str, object], pointer: str, rule: str
    ) -> None:
        await known(desk.services.store, GOOD)
        answer = await clerk.post("checkups", ASKED | more)
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["rule"]) == (pointer, rule)

    async def test_an_officer_sees_the_policies_of_the_own_organ_only(
        self, desk: World, clerk: Person
    ) -> None:
        firm = await known(desk.services.store, GOOD)
        officer = await desk.person("science", Role.OFFICER, "science")
        body = (await officer.get(f"checkups/{firm.id}")).json()
        every = (await clerk.get(f"checkups/{firm.id}")).json()
        assert {each["organ"] for each in body["policies"]} == {"science"}
        assert len(every["policies"]) > len(body["policies"])
        assert "firm.premiums_paid" not in {each["fact"] for each in body["facts"]}
        agent = await desk.person("agent2", Role.VIRTUAL_WINDOW_AGENT)
        assert (await agent.get(f"checkups/{firm.id}")).status_code == 403

    async def test_a_person_is_looked_at_by_those_only_who_serve_or_decide(
        self, desk: World, clerk: Person
    ) -> None:
        person = await known(desk.services.store, ELDER, kind=PERSON, code=PERSON_CODE)
        asked_for = {"kind": "person", "code": PERSON_CODE}
        path = f"checkups/{person.id}"
        for role in (Role.SUPERVISOR, Role.POLICY_OFFICER, Role.ADMINISTRATOR):
            reader = await desk.person(role, role)
            for answer in (
                await reader.post("checkups", asked_for),
                await reader.get(path),
                await reader.get(f"{path}/report"),
            ):
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
                assert "person.age_months" not in answer.text
        officer = await desk.person("elders", Role.OFFICER, "civil_affairs")
        body = (await officer.get(path)).json()
        assert {each["organ"] for each in body["policies"]} == {"civil_affairs"}
        assert "person.age_months" in {each["fact"] for each in body["facts"]}
        assert (await clerk.get(path)).status_code == 200

    async def test_the_report_is_a_page_for_a4_with_its_sources(
        self, desk: World, clerk: Person
    ) -> None:
        firm = await known(desk.services.store, GOOD)
        answer = await clerk.get(f"checkups/{firm.id}/report")
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"
        for said in (
            "政策体检报告",
            "上海松江样品有限公司",
            "失业保险稳岗返还",
            "约 6,000.00 元",
            "差 2 分",
            "公共信用信息服务平台（截至2026年11月20日）",
            "不是行政决定",
        ):
            assert said in answer.text
        person = await known(
            desk.services.store, ELDER, kind=PERSON, code=PERSON_CODE, name="样例老人"
        )
        answer = await clerk.get(f"checkups/{person.id}/report")
        assert "老年综合津贴" in answer.text
        assert PERSON_CODE not in answer.text


@pytest.mark.usefixtures("policies")
class TestOneself:
    async def test_the_query_code_opens_it_and_guessing_is_stopped(self, desk: World) -> None:
        person = await known(
            desk.services.store, ELDER, kind=PERSON, code=PERSON_CODE, name="样例老人"
        )
        browser = desk.client()
        own = {"kind": "person", "code": PERSON_CODE, "query_code": person.query_code}
        answer = await browser.post("/api/v1/public/checkups", json=own)
        assert answer.status_code == 200, answer.text
        elder = by_policy(answer.json())["elder_allowance"]
        assert (elder["standing"], elder["fen"], elder["period"]) == (
            "entitled",
            15_000,
            "2026-11",
        )
        wrong = own | {"query_code": "00000000"}
        seen = [
            (await browser.post("/api/v1/public/checkups", json=wrong)).status_code
            for _ in range(12)
        ]
        assert seen == [404] * 10 + [429] * 2


@pytest.mark.usefixtures("policies")
class TestSubscription:
    async def test_what_comes_out_otherwise_is_noted_once(self, desk: World, clerk: Person) -> None:
        store = desk.services.store
        firm = await known(store, GOOD)
        for _ in range(2):
            answer = await clerk.client.put(f"/api/v1/checkups/{firm.id}/subscription")
            assert answer.status_code == 200, answer.text
        async with store.begin() as session:
            same = await refresh_subscriptions(session, CATALOGUE, desk.now())
            await say(session, FIRM, firm.id, {"firm.credit_score": 93, "firm.dishonest": False})
            news = await refresh_subscriptions(session, CATALOGUE, desk.now(), subjects=[firm.id])
            again = await refresh_subscriptions(session, CATALOGUE, desk.now())
            others = await refresh_subscriptions(session, CATALOGUE, desk.now(), subjects=[0])
        assert [(each.seen, each.changed) for each in (same, news, again, others)] == [
            (1, 0),
            (1, 1),
            (1, 0),
            (0, 0),
        ]
        body = (await clerk.get(f"checkups/{firm.id}")).json()
        (noted,) = body["subscription"]["changes"]
        assert noted["change"]["policy"] == "credit_fee_waiver"
        assert noted["change"]["before"]["standing"] == "near"
        assert noted["change"]["after"]["amount"] == 30_000

    async def test_they_are_gone_through_a_number_at_a_time(
        self, desk: World, clerk: Person
    ) -> None:
        store = desk.services.store
        for code in (FIRM_CODE, "91310117MA1J00002E", "91310117MA1J00003C"):
            firm = await known(store, GOOD, code=code)
            await clerk.client.put(f"/api/v1/checkups/{firm.id}/subscription")
        seen, after = [], 0
        async with store.begin() as session:
            while True:
                done = await refresh_subscriptions(
                    session, CATALOGUE, desk.now(), after=after, limit=2
                )
                seen.append(done.seen)
                if done.after is None:
                    break
                after = done.after
        assert seen == [2, 1]

    async def test_it_can_be_taken_back(self, desk: World, clerk: Person) -> None:
        store = desk.services.store
        firm = await known(store, GOOD)
        path = f"/api/v1/checkups/{firm.id}/subscription"
        await clerk.client.put(path)
        assert (await clerk.client.delete(path)).status_code == 204
        async with store.reading() as session:
            assert await subscription_of(session, firm.id) is None
        officer = await desk.person("science", Role.OFFICER, "science")
        assert (await officer.client.put(path)).status_code == 403
