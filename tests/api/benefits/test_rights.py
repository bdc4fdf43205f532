"""What beneficiaries may do themselves, by code and query code, or through the window."""

from typing import Any

import pytest

from activities.benefits.paying import Paying
from activities.contracts.benefits import Chunk
from activities.outside.payments.treasury import NoTreasury
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.facts import subject_view
from activities.store.benefits.runs import RunView, run_view
from activities.store.engine import WriteSession
from api.benefits import rights
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.roles import SYSTEM
from tests.support.api import World
from tests.support.benefit_world import Hall, code_of, ok
from tests.support.benefit_world import hall as opened
from tests.support.benefits import policy, retired

WISH = policy("some_award", sample=2, way="confirm", confirmation={"days": 5, "reminders": [1]})


async def key(hall: Hall, firm: int, kind: str = "firm") -> dict[str, str]:
    """What its own page asks a firm (or a person) for."""
    async with hall.world.services.store.reading() as session:
        found = await subject_view(session, firm)
    assert found is not None
    return {"kind": kind, "code": found.code, "query_code": found.query_code}


async def say(hall: Hall, act: str, body: dict[str, Any], under: str = "") -> Any:  # noqa: ANN401
    """Somebody without an account asks."""
    headers = {"Idempotency-Key": under or f"key-{act}-{hash(str(body)) & 0xFFFFFF:08d}"}
    client = hall.world.client()
    return await client.post(f"/api/v1/public/benefits/{act}", json=body, headers=headers)


def entry(firm: int) -> str:
    """The entitlement of a firm."""
    return f"some_award:2026:{firm}:award"


class TestAdmission:
    async def test_a_wrong_code_and_no_such_firm_are_told_alike(self, hall: Hall) -> None:
        right = await key(hall, hall.firms[0])
        wrong = await say(hall, "mine", {**right, "query_code": "00000000"})
        none = await say(hall, "mine", {**right, "code": code_of(99)})
        assert wrong.json()["code"] == none.json()["code"] == "unknown-subject"
        assert wrong.json()["detail"] == none.json()["detail"]

    async def test_guesses_are_bounded(self, hall: Hall) -> None:
        right = await key(hall, hall.firms[0])
        for _ in range(10):
            await say(hall, "mine", {**right, "query_code": "00000000"})
        answer = await say(hall, "mine", right)
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")

    async def test_one_address_serves_a_whole_hall(self, hall: Hall) -> None:
        """Right guesses do not count against it; the wrong ones do."""
        right = await key(hall, hall.firms[0])
        for firm in hall.firms:
            for _ in range(9):
                await say(hall, "mine", {**await key(hall, firm), "query_code": "00000000"})
        seen = {(await say(hall, "mine", right)).status_code for _ in range(61)}
        assert seen == {200}
        for n in range(33):
            body = {**right, "code": code_of(50 + n), "query_code": "00000000"}
            assert (await say(hall, "mine", body)).status_code == 404
        assert (await say(hall, "mine", right)).status_code == 429

    async def test_without_a_code_only_for_the_window(self, hall: Hall) -> None:
        body = {"kind": "firm", "code": "91310117MA1J00001G"}
        assert (await say(hall, "mine", body)).status_code == 422
        answer = await hall.officer.post("public/benefits/mine", body)
        assert answer.json()["code"] == "forbidden"

    async def test_the_window_needs_a_code_that_can_be_one(self, hall: Hall) -> None:
        body = {"kind": "firm", "code": "91310117MA1J00001X"}
        answer = await hall.clerk.post("public/benefits/mine", body)
        assert answer.json()["errors"][0]["pointer"] == "/code"

    async def test_its_account_is_masked(self, hall: Hall) -> None:
        found = ok(await say(hall, "mine", await key(hall, hall.firms[0])))
        assert found["account"].startswith("****")
        assert found["account"].endswith("0001")


class TestWish:
    async def test_one_click_no_and_silence(self, desk: World) -> None:
        hall = await opened(desk, WISH)
        run = await hall.begun()
        await hall.approved(run)
        await hall.driver.ask(run)
        assert await hall.driver.phase(run) is Phase.WISH
        first, second, third = hall.firms
        yes = {**await key(hall, first), "entitlement": entry(first)}
        for _ in range(2):
            assert ok(await say(hall, "confirm", yes))["status"] == "confirmed"
        no = {**await key(hall, second), "entitlement": entry(second)}
        assert ok(await say(hall, "decline", no))["status"] == "declined"
        late = {**await key(hall, third), "entitlement": entry(third)}
        hall.world.now.at = hall.world.now.at.replace(month=11)
        answer = await say(hall, "confirm", late)
        assert (answer.status_code, answer.json()["code"]) == (409, "entitlement-not-open")

    async def test_what_is_objected_to_meanwhile_waits_for_the_answer(
        self, desk: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hall = await opened(desk, WISH)
        run = await hall.begun()
        await hall.approved(run)
        await hall.driver.ask(run)
        first, store = hall.firms[0], hall.world.services.store

        async def objected(session: WriteSession, run: str) -> RunView:
            async with store.begin() as other:
                waits = [Move(entitlement=entry(first), to=Status.OBJECTED)]
                await move(other, waits, actor=SYSTEM, act="object", now=hall.world.now())
            return await run_view(session, run)

        monkeypatch.setattr(rights, "run_view", objected)
        yes = {**await key(hall, first), "entitlement": entry(first)}
        answer = await say(hall, "confirm", yes)
        assert (answer.status_code, answer.json()["code"]) == (409, "entitlement-not-open")
        assert (await hall.entries(run))[first]["status"] == "objected"

    async def test_nobody_confirms_for_another(self, desk: World) -> None:
        hall = await opened(desk, WISH)
        run = await hall.begun()
        await hall.approved(run)
        await hall.driver.ask(run)
        body = {**await key(hall, hall.firms[0]), "entitlement": entry(hall.firms[1])}
        for act in ("confirm", "decline", "explain"):
            assert (await say(hall, act, body)).json()["code"] == "unknown-entitlement"


class TestExplanation:
    async def test_conditions_facts_sources_and_what_may_be_done(self, hall: Hall) -> None:
        await hall.begun()
        body = {**await key(hall, hall.firms[0]), "entitlement": entry(hall.firms[0])}
        found = ok(await say(hall, "explain", body))
        assert found["conditions"] == ["在松江登记"]
        assert found["facts"][0]["source"] == "市场监管部门登记库"
        assert found["facts"][0]["value"] is True
        assert {"ask_review", "ask_correction", "decline"} <= set(found["may"])


class TestOptingOut:
    async def test_declines_what_is_not_paid_and_may_be_taken_back(self, hall: Hall) -> None:
        await hall.begun()
        who = await key(hall, hall.firms[0])
        found = ok(await say(hall, "opt-out", {**who, "policy": "some_award"}))
        assert [each["policy"] for each in found["opt_outs"]] == ["some_award"]
        assert found["entries"][0]["status"] == "declined"
        found = ok(await say(hall, "opt-in", {**who, "policy": "some_award"}))
        assert found["opt_outs"] == []

    async def test_of_one_that_is_retired_or_over_as_well(self, hall: Hall) -> None:
        await hall.begun()
        await retired(hall.world.services.store)
        who = await key(hall, hall.firms[0])
        found = ok(await say(hall, "opt-out", {**who, "policy": "some_award"}))
        assert found["entries"][0]["status"] == "declined"

    async def test_of_being_decided_by_machine_goes_to_a_person(self, hall: Hall) -> None:
        who = await key(hall, hall.firms[0])
        ok(await say(hall, "opt-out", {**who, "of": "automated"}))
        run = await hall.begun()
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "objected"
        page = ok(await hall.officer.get(f"benefits/runs/{run}/cases"))
        assert [each["kind"] for each in page["items"]] == ["review"]

    async def test_its_key_is_for_nothing_else(self, hall: Hall) -> None:
        await hall.begun()
        who = await key(hall, hall.firms[0])
        ok(await say(hall, "opt-out", {**who, "policy": "some_award"}, "key-opt-out-1"))
        answer = await say(hall, "opt-out", who, "key-opt-out-1")
        assert answer.json()["code"] == "idempotency-key-reused"

    async def test_the_same_request_again_says_it_once(self, hall: Hall) -> None:
        """Late, and when the no was taken back meanwhile: what counts is the last word."""
        await hall.begun()
        who = {**await key(hall, hall.firms[0]), "policy": "some_award"}
        ok(await say(hall, "opt-out", who, "key-opt-out-1"))
        ok(await say(hall, "opt-in", who, "key-opt-in-01"))
        assert ok(await say(hall, "opt-out", who, "key-opt-out-1"))["opt_outs"] == []
        ok(await say(hall, "opt-out", who, "key-opt-out-2"))
        found = ok(await say(hall, "opt-in", who, "key-opt-in-01"))
        assert [each["policy"] for each in found["opt_outs"]] == ["some_award"]
        reused = await say(hall, "opt-in", {**who, "of": "automated"}, "key-opt-in-01")
        assert reused.json()["code"] == "idempotency-key-reused"

    async def test_binds_at_once_what_money_is_set_aside_for(self, desk: World) -> None:
        hall = await opened(desk, policy("some_award", sample=2, publicity=None))
        run = await hall.begun()
        await hall.approved(run)
        await hall.driver.clear(run)
        store = hall.world.services.store
        paying = Paying(store, NoTreasury(), hall.world.services.facts, now=hall.world.now)
        await paying.reserve_chunk(Chunk(run=run))
        assert (await hall.entries(run))[hall.firms[0]]["status"] == "reserved"
        who = await key(hall, hall.firms[0])
        found = ok(await say(hall, "opt-out", {**who, "policy": "some_award"}))
        assert found["entries"][0]["status"] == "stopped"
        (budget,) = ok(await hall.approver.get("benefits/budgets"))["items"]
        assert budget["balance"]["reserved"] == 2 * 100_000
        entries = await hall.entries(run)
        assert [entries[firm]["status"] for firm in hall.firms[1:]] == ["reserved", "reserved"]

    async def test_of_no_policy(self, hall: Hall) -> None:
        who = await key(hall, hall.firms[0])
        answer = await say(hall, "opt-out", {**who, "policy": "none"})
        assert answer.json()["code"] == "unknown-policy"
