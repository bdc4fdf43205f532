"""What needs a human: an application like any other, and what follows from its end."""

from typing import Any

import pytest

from activities.contracts.benefits import Chunk, RunRef
from activities.store.benefits.cases import CaseKind, open_case
from activities.store.benefits.facts import SubjectRow, put_subjects
from activities.store.benefits.reading_cases import case_lines
from activities.store.desk.applications import application_of
from api.benefits.cases import recover_cases
from definitions.benefits.run import Phase
from definitions.language.benefits import SubjectKind
from tests.api.benefits.test_money import PAID, brought
from tests.api.benefits.test_rights import entry, key, say
from tests.support import benefits
from tests.support.api import World
from tests.support.benefit_world import Hall, ok
from tests.support.benefit_world import hall as opened

ALIVE = benefits.policy(
    sample=1,
    subject="person",
    conditions=[{"id": "alive", "says": "在世", "when": {"fact": "person.alive", "is": True}}],
)
OBJECTION = {"name": "某公司", "contact": "13900001111", "reason": "这一户已经迁出松江"}


async def public(hall: Hall) -> str:
    """A run whose list is public."""
    run = await hall.begun()
    await hall.approved(run)
    assert await hall.driver.phase(run) is Phase.PUBLICITY
    return run


async def decided(hall: Hall, number: str, outcome: str) -> None:
    """Both officers of the organ see to it, as they see to every application."""
    matter = ok(await hall.officer.get(f"bundles/{number}"))["matters"]
    own = next(each for each in matter if each["department"] == "science")["key"]
    review = f"tasks/{number}.{own}.review"
    ok(await hall.officer.post(f"{review}/claim"))
    advice = {"pass": "pass", "refuse": "advise_refusal"}
    bases = [{"law": "上海优化营商环境条例", "article": "第二十四条第三款"}]
    why = {"reasons": ["核实无误"], "bases": bases}
    ok(
        await hall.officer.post(
            f"{review}/complete",
            {"outcome": advice["pass" if outcome == "grant" else "refuse"], **why},
        )
    )
    decide = f"tasks/{number}.{own}.decide"
    ok(await hall.approver.post(f"{decide}/claim"))
    ok(await hall.approver.post(f"{decide}/complete", {"outcome": outcome, **why}))


class TestPublicity:
    async def test_shows_what_the_policy_shows_and_masks_it(self, hall: Hall) -> None:
        run = await public(hall)
        client = hall.world.client()
        lists = ok(await client.get("/api/v1/public/benefits/lists"))
        assert [(each["run"], each["until"]) for each in lists] == [(run, "2026-10-07")]
        page = ok(await client.get(f"/api/v1/public/benefits/lists/{run}"))
        first = page["items"][0]
        assert (first["name"], first["fen"]) == ("上海******有限公司", 100_000)
        assert (first["code"], first["reason"]) == (None, None)

    async def test_no_list_before_or_after(self, hall: Hall) -> None:
        run = await hall.begun()
        answer = await hall.world.client().get(f"/api/v1/public/benefits/lists/{run}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-run")


class TestObjection:
    async def test_becomes_an_application_and_the_entry_waits(self, hall: Hall) -> None:
        run = await public(hall)
        body = {**OBJECTION, "entitlement": entry(hall.firms[0])}
        case = ok(await say(hall, f"lists/{run}/objections", body))
        assert case["number"].startswith("SJ-YJS-")
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "objected"
        progress = ok(
            await hall.world.client().get(
                f"/api/v1/progress/{case['number']}?code={case['query_code']}"
            )
        )
        assert progress["name"] == "惠企利民政策兑现复核"
        tasks = ok(await hall.officer.get("tasks"))["items"]
        assert [each["bundle"] for each in tasks] == [case["number"]]

    async def test_the_same_request_is_one_case(self, hall: Hall) -> None:
        run = await public(hall)
        body = {**OBJECTION, "entitlement": entry(hall.firms[0])}
        numbers = {ok(await say(hall, f"lists/{run}/objections", body))["number"] for _ in range(2)}
        assert len(numbers) == 1

    @pytest.mark.parametrize(("outcome", "status"), [("grant", "stopped"), ("refuse", "listed")])
    async def test_what_is_decided_is_carried_out(
        self, hall: Hall, outcome: str, status: str
    ) -> None:
        run = await public(hall)
        body = {**OBJECTION, "entitlement": entry(hall.firms[0])}
        case = ok(await say(hall, f"lists/{run}/objections", body))
        await decided(hall, case["number"], outcome)
        await hall.driver.settle(run)
        assert (await hall.entries(run))[hall.firms[0]]["status"] == status
        page = ok(await hall.officer.get(f"benefits/runs/{run}/cases"))
        assert page["items"][0]["outcome"] == ("upheld" if outcome == "grant" else "rejected")

    async def test_who_is_objected_to_is_not_told_by_whom(self, hall: Hall) -> None:
        run = await public(hall)
        body = {**OBJECTION, "entitlement": entry(hall.firms[0])}
        number = ok(await say(hall, f"lists/{run}/objections", body))["number"]
        who = await key(hall, hall.firms[0])
        for act, more in (("mine", {}), ("explain", {"entitlement": entry(hall.firms[0])})):
            answer = await say(hall, act, {**who, **more})
            assert ok(answer)["cases"] == []
            assert number not in answer.text

    async def test_says_who_and_why(self, hall: Hall) -> None:
        run = await public(hall)
        for gap in OBJECTION:
            answer = await say(hall, f"lists/{run}/objections", {**OBJECTION, gap: " "})
            assert answer.status_code == 422

    async def test_not_when_it_is_over(self, hall: Hall) -> None:
        run = await public(hall)
        hall.world.now.at = hall.world.now.at.replace(month=11)
        answer = await say(hall, f"lists/{run}/objections", OBJECTION)
        assert answer.json()["code"] == "not-in-publicity"

    async def test_are_not_without_end_from_one_address(self, hall: Hall) -> None:
        run = await public(hall)
        answers: list[Any] = []
        for n in range(21):
            body = {**OBJECTION, "reason": f"理由{n}"}
            answers.append(await say(hall, f"lists/{run}/objections", body))
        assert [each.status_code for each in answers].count(201) == 20
        assert answers[-1].json()["code"] == "too-many-requests"


class TestReview:
    async def test_of_an_entry_and_of_having_none(self, hall: Hall) -> None:
        run = await public(hall)
        who = await key(hall, hall.firms[0])
        body = {**who, "reason": "金额不对", "entitlement": entry(hall.firms[0])}
        of_entry = ok(await say(hall, "review", body))
        of_run = ok(await say(hall, "review", {**who, "reason": "应当有第二笔", "run": run}))
        assert of_entry["number"] != of_run["number"]
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "objected"

    async def test_names_what_it_is_of(self, hall: Hall) -> None:
        who = await key(hall, hall.firms[0])
        answer = await say(hall, "review", {**who, "reason": "不对"})
        assert answer.json()["errors"][0]["pointer"] == "/run"
        answer = await say(hall, "review", {**who, "reason": "不对", "run": "none"})
        assert answer.json()["code"] == "unknown-run"


class TestTheSameAgain:
    async def test_is_one_case_while_it_is_open_and_a_new_one_afterwards(self, hall: Hall) -> None:
        run = await public(hall)
        body = {
            **await key(hall, hall.firms[0]),
            "reason": "金额不对",
            "entitlement": entry(hall.firms[0]),
        }
        first = ok(await say(hall, "review", body, "key-first-1"))["number"]
        for twice in ("key-first-1", "key-again-1"):
            assert ok(await say(hall, "review", body, twice))["number"] == first
        await decided(hall, first, "refuse")
        await hall.driver.settle(run)
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "stopped"
        assert ok(await say(hall, "review", body, "key-first-1"))["number"] == first
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "stopped"
        second = ok(await say(hall, "review", body, "key-second-1"))["number"]
        assert second not in {None, first}

    async def test_under_the_same_key_something_else_is_refused(self, hall: Hall) -> None:
        run = await public(hall)
        who = await key(hall, hall.firms[0])
        one = {**who, "reason": "金额不对", "entitlement": entry(hall.firms[0])}
        ok(await say(hall, "review", one, "key-reused-1"))
        answer = await say(hall, "review", {**one, "reason": "另一个理由"}, "key-reused-1")
        assert answer.json()["code"] == "idempotency-key-reused"
        path = f"lists/{run}/objections"
        ok(await say(hall, path, OBJECTION, "key-reused-2"))
        answer = await say(hall, path, {**OBJECTION, "reason": "另一个理由"}, "key-reused-2")
        assert answer.json()["code"] == "idempotency-key-reused"


class TestConcern:
    async def test_only_facts_that_the_policy_looks_at(self, hall: Hall) -> None:
        run = await public(hall)
        body = {
            **await key(hall, hall.firms[0]),
            "reason": "登记信息有误",
            "run": run,
            "facts": {"firm.active": True},
        }
        for act in ("correction", "facts"):
            answer = await say(hall, act, body)
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["pointer"] == "/facts/firm.active"

    async def test_only_runs_for_its_kind_that_came_to_something(self, desk: World) -> None:
        hall = await opened(desk, ALIVE, benefits.policy("for_firms", sample=2))
        body = {**await key(hall, hall.firms[0]), "reason": "应当有"}
        for policy, rule in ((ALIVE.policy, "subject"), ("for_firms", "phase")):
            begun = await hall.officer.post("benefits/runs", {"policy": policy})
            answer = await say(hall, "review", {**body, "run": ok(begun)["state"]["id"]})
            fault = answer.json()["errors"][0]
            assert (fault["pointer"], fault["rule"]) == ("/run", rule)

    async def test_a_reason_is_read_whole_or_not_taken(self, hall: Hall) -> None:
        await public(hall)
        who = {**await key(hall, hall.firms[0]), "entitlement": entry(hall.firms[0])}
        case = ok(await say(hall, "review", {**who, "reason": "长" * 2000}))
        async with hall.world.services.store.reading() as session:
            found = await application_of(session, case["number"])
        assert found is not None
        assert "长" * 2000 in found.model_dump_json()
        answer = await say(hall, "review", {**who, "reason": "长" * 2001})
        assert answer.status_code == 422


class TestCorrection:
    async def test_facts_are_those_of_the_catalogue(self, hall: Hall) -> None:
        run = await public(hall)
        who = {**await key(hall, hall.firms[0]), "reason": "登记信息有误", "run": run}
        for facts, pointer in (
            ({"firm.nothing": True}, "/facts/firm.nothing"),
            ({"firm.active": "是"}, "/facts/firm.active"),
            ({"person.alive": True}, "/facts/person.alive"),
            ({}, "/facts"),
        ):
            answer = await say(hall, "correction", {**who, "facts": facts})
            assert answer.json()["errors"][0]["pointer"] == pointer

    async def test_upheld_the_subject_is_matched_anew(self, hall: Hall) -> None:
        run = await public(hall)
        who = {**await key(hall, hall.firms[0]), "reason": "已经迁出，不应当发给我们"}
        body = {
            **who,
            "entitlement": entry(hall.firms[0]),
            "facts": {"firm.registered_here": False},
        }
        case = ok(await say(hall, "correction", body))
        await decided(hall, case["number"], "grant")
        await hall.driver.settle(run)
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "stopped"


class TestRecovery:
    async def test_a_case_without_an_application_is_filed_later(self, hall: Hall) -> None:
        run = await public(hall)
        services = hall.world.services
        async with services.store.begin() as session:
            await open_case(
                session,
                kind=CaseKind.REVIEW,
                run=run,
                subject=hall.firms[0],
                entitlement=None,
                said={"reason": "请人工复核"},
                key="left-behind",
                by="system",
            )
        assert await recover_cases(services) == 1
        assert await recover_cases(services) == 0
        async with services.store.reading() as session:
            line = (await case_lines(session, run=run))[0]
        assert line.bundle is not None

    async def test_an_engine_that_is_away_loses_nothing(self, hall: Hall) -> None:
        run = await public(hall)
        hall.world.engine.away = True
        case = ok(await say(hall, f"lists/{run}/objections", OBJECTION))
        assert case["number"] is not None


class TestVerification:
    async def test_what_was_found_is_asked_back_once_both_officers_have_seen_to_it(
        self, desk: World
    ) -> None:
        hall = await opened(desk, benefits.policy(sample=2, publicity=None))
        run = await hall.begun()
        await hall.approved(run)
        found = hall.firms[0]
        await brought(hall, found, *PAID)
        store = hall.world.services.store
        await hall.driver.running.close_run(RunRef(run=run))
        await benefits.say_all(store, {found: {"firm.registered_here": False}})
        ok(await hall.officer.post(f"benefits/runs/{run}/verify"))
        await hall.driver.running.verify_chunk(Chunk(run=run))
        assert await recover_cases(hall.world.services) == 1
        (case,) = ok(await hall.officer.get(f"benefits/runs/{run}/cases"))["items"]
        assert case["kind"] == "verification"
        page = await hall.officer.client.get(f"/console/bundles/{case['bundle']}")
        assert "不符合“在松江登记”。已发放 1,000.00 元，拟追回 1,000.00 元" in page.text
        # Nobody is asked for anything, nor told, before it is decided.
        mine = ok(await say(hall, "mine", await key(hall, found)))
        assert (mine["cases"], mine["entries"][0]["status"]) == ([], "paid")
        await decided(hall, case["bundle"], "grant")
        await hall.driver.settle(run)
        mine = ok(await say(hall, "mine", await key(hall, found)))
        assert mine["entries"][0]["status"] == "recovering"
        assert "recovery" in [each["kind"] for each in mine["notices"]]


class TestPersons:
    async def test_an_id_number_is_nowhere_in_the_application(self, desk: World) -> None:
        hall = await opened(desk, ALIVE)
        row = SubjectRow(kind=SubjectKind.PERSON, code="310227195801010011", name="欧阳试验甲")
        async with desk.services.store.begin() as session:
            (person,) = (await put_subjects(session, [row])).values()
        await benefits.say_all(desk.services.store, {person: {"person.alive": True}})
        run = await public(hall)
        assert set(await hall.entries(run)) == {person}
        who = await key(hall, person, "person")
        body = {**who, "reason": "金额不对", "entitlement": entry(person)}
        case = ok(await say(hall, "review", body))
        async with desk.services.store.reading() as session:
            found = await application_of(session, case["number"])
        assert found is not None
        assert who["code"] not in found.model_dump_json()
        page = await hall.officer.client.get(f"/console/bundles/{case['number']}")
        assert page.status_code == 200
        assert "政策兑现复核" in page.text
