"""Taking applications in: questions, drafts, submission, and every way it can go wrong."""

import asyncio
from datetime import timedelta

import pytest

from api.recovery import recover
from tests.support.api import USCC, Person, World, application


def _pointers(answer: object) -> set[str]:
    return {fault["pointer"] for fault in answer.json()["errors"]}  # type: ignore[attr-defined]


class TestGuidance:
    @pytest.mark.law("行政许可法 30")
    async def test_asks_until_nothing_is_open_and_then_shows_the_plan(self, clerk: Person) -> None:
        body = {"service": "small_change", "firm_code": USCC, "answers": {"changes": ["name"]}}
        first = (await clerk.post("guidance", body)).json()
        assert [question["id"] for question in first["guidance"]["asked"]] == ["seal_kept"]
        assert first["plan"] is None
        assert (first["preview"]["settled"], first["preview"]["left"]) == (False, 1)
        body["answers"] = {"changes": ["name"], "seal_kept": "yes"}
        second = (await clerk.post("guidance", body)).json()
        assert second["guidance"]["situation"]["code"] == "BG-01"
        matters = {m["key"]: m["not_needed"] for m in second["plan"]["matters"]}
        assert matters["PUB"] == "不需公示"
        assert matters["FOOD"] is None
        ahead = second["preview"]
        assert ahead["settled"]
        needed = [key for key, reason in matters.items() if reason is None]
        assert [each["key"] for each in ahead["matters"]] == needed
        assert ahead["schedule"]["path"][-1]["until"] == ahead["schedule"]["day"]

    async def test_what_a_register_says_stands_before_what_is_declared(self, clerk: Person) -> None:
        body = {"service": "small_change", "firm_code": USCC, "firm": {"licences": ["other"]}}
        firm = (await clerk.post("guidance", body)).json()["firm"]
        assert firm["facts"]["licences"] == ["food"]
        assert firm["sources"]["licences"].startswith("样品登记库")

    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"firm_code": "91310117MA1J00001X"}, "/firm_code"),
            ({"firm": {"colour": "red"}}, "/firm/colour"),
            ({"firm": {"bank_account": "yes"}}, "/firm/bank_account"),
            ({"answers": {"changes": ["moon"]}}, "/answers/changes"),
            ({"answers": {"weather": "fine"}}, "/answers/weather"),
        ],
    )
    async def test_points_at_what_is_impossible(
        self, clerk: Person, changed: dict[str, object], pointer: str
    ) -> None:
        body = {"service": "small_change", "firm_code": USCC, **changed}
        answer = await clerk.post("guidance", body)
        assert answer.status_code == 422, answer.text
        assert _pointers(answer) == {pointer}

    async def test_an_unknown_service_is_told(self, clerk: Person) -> None:
        answer = await clerk.post("guidance", {"service": "nothing"})
        assert answer.json()["code"] == "unknown-service"


class TestSubmission:
    async def test_gives_a_number_and_a_query_code(self, clerk: Person) -> None:
        answer = await clerk.post("bundles", await application(clerk))
        body = answer.json()
        assert answer.status_code == 201
        assert body["number"] == "SJ-YJS-310117-20261120-000001"
        assert len(body["query_code"]) == 4
        assert body["state"] == "registered"
        assert answer.headers["location"] == f"/api/v1/bundles/{body['number']}"

    async def test_the_same_key_and_body_give_the_same_number(
        self, desk: World, clerk: Person
    ) -> None:
        body = await application(clerk)
        first = await clerk.post("bundles", body, key="one-and-the-same")
        second = await clerk.post("bundles", body, key="one-and-the-same")
        assert first.json() == second.json()
        assert desk.engine.started == [first.json()["number"]]

    async def test_the_same_key_at_the_same_time_gives_one_number(
        self, desk: World, clerk: Person
    ) -> None:
        body = await application(clerk)
        answers = await asyncio.gather(
            *(clerk.post("bundles", body, key="at-the-same-time") for _ in range(4))
        )
        assert {answer.json()["number"] for answer in answers} == set(desk.engine.started)
        assert len(desk.engine.started) == 1

    async def test_the_same_key_with_another_body_is_refused(self, clerk: Person) -> None:
        body = await application(clerk)
        await clerk.post("bundles", body, key="one-and-the-same")
        answer = await clerk.post(
            "bundles", {**body, "committed": ["FOOD"]}, key="one-and-the-same"
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")

    async def test_keys_are_each_persons_own(self, desk: World, clerk: Person) -> None:
        other = await desk.person("other", clerk.actor.role)
        body = await application(clerk)
        first = await clerk.post("bundles", body, key="one-and-the-same")
        second = await other.post("bundles", body, key="one-and-the-same")
        assert first.json()["number"] != second.json()["number"]

    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"materials": {"M99": {"received": False}}}, "/materials/M99"),
            ({"materials": {"M01": {"received": True}}}, "/materials/M01/files"),
            ({"materials": {"M01": {"files": ["f-none"]}}}, "/materials/M01/files/0"),
            ({"committed": ["REG"]}, "/committed/0"),
            ({"form": {"unasked": "x"}}, "/form/unasked"),
            ({"answers": {"changes": ["name"]}}, "/answers/seal_kept"),
        ],
    )
    async def test_points_at_every_fault_and_keeps_nothing(
        self, desk: World, clerk: Person, changed: dict[str, object], pointer: str
    ) -> None:
        answer = await clerk.post("bundles", await application(clerk, **changed))
        assert answer.status_code == 422, answer.text
        assert _pointers(answer) == {pointer}
        assert desk.engine.started == []
        assert (await clerk.get("drafts")).json()["items"] == []

    async def test_a_refused_submission_takes_no_number(self, clerk: Person) -> None:
        await clerk.post("bundles", await application(clerk, committed=["REG"]))
        answer = await clerk.post("bundles", await application(clerk))
        assert answer.json()["number"].endswith("-000001")


class TestEngineAway:
    async def test_the_application_is_taken_in_and_started_later(
        self, desk: World, clerk: Person
    ) -> None:
        desk.engine.away = True
        answer = await clerk.post("bundles", await application(clerk))
        assert (answer.status_code, answer.json()["state"]) == (202, "registering")
        number = answer.json()["number"]
        desk.engine.away = False
        desk.now.at += timedelta(minutes=1)
        assert await recover(desk.services.store, desk.engine, now=desk.now()) == 1
        assert (await clerk.get(f"bundles/{number}")).status_code == 200
        assert await recover(desk.services.store, desk.engine, now=desk.now()) == 0

    async def test_asking_again_starts_it(self, desk: World, clerk: Person) -> None:
        body = await application(clerk)
        desk.engine.away = True
        first = await clerk.post("bundles", body, key="asked-twice")
        desk.engine.away = False
        second = await clerk.post("bundles", body, key="asked-twice")
        assert second.status_code == 201
        assert first.json()["number"] == second.json()["number"]

    async def test_an_act_that_is_not_yet_shown_is_told_as_such(
        self, desk: World, clerk: Person, reviewer: Person
    ) -> None:
        number = (await clerk.post("bundles", await application(clerk))).json()["number"]
        desk.engine.slow = True
        answer = await reviewer.post(f"tasks/{number}.REG.review/claim")
        assert (answer.status_code, answer.json()["state"]) == (202, "registering")


class TestDrafts:
    async def test_are_revised_with_the_version_that_was_seen(self, clerk: Person) -> None:
        body = {"service": "small_change", "firm_code": USCC}
        draft = await clerk.post("drafts", body)
        path = f"/api/v1/drafts/{draft.json()['id']}"
        without = await clerk.client.put(path, json=body)
        assert without.json()["code"] == "version-missing"
        tag = {"If-Match": draft.headers["etag"]}
        changed = await clerk.client.put(
            path, json={**body, "answers": {"changes": ["name"]}}, headers=tag
        )
        assert changed.json()["version"] == 2
        late = await clerk.client.put(path, json=body, headers=tag)
        assert (late.status_code, late.json()["details"]["current"]) == (412, 2)

    async def test_an_agent_prepares_and_hands_over_but_never_submits(
        self, desk: World, agent: Person, clerk: Person
    ) -> None:
        body = await application(agent)
        draft = (await agent.post("drafts", body)).json()["id"]
        assert (await clerk.get(f"drafts/{draft}")).json()["code"] == "unknown-draft"
        assert (await agent.post(f"drafts/{draft}/submit")).json()["code"] == "forbidden"
        await agent.post(f"drafts/{draft}/hand-over")
        assert (await agent.post(f"drafts/{draft}/submit")).json()["code"] == "forbidden"
        answer = await clerk.post(f"drafts/{draft}/submit")
        assert answer.status_code == 201, answer.text
        assert desk.engine.started == [answer.json()["number"]]

    async def test_what_was_handed_over_is_out_of_the_agents_hands(
        self, agent: Person, clerk: Person
    ) -> None:
        body = {"service": "small_change", "firm_code": USCC}
        draft = (await agent.post("drafts", body)).json()["id"]
        await agent.post(f"drafts/{draft}/hand-over")
        path = f"/api/v1/drafts/{draft}"
        late = await agent.client.put(path, json=body, headers={"If-Match": '"2"'})
        assert late.json()["code"] == "draft-closed"
        taken = await clerk.client.put(path, json=body, headers={"If-Match": '"2"'})
        assert taken.status_code == 200

    async def test_are_submitted_once(self, clerk: Person) -> None:
        draft = (await clerk.post("drafts", await application(clerk))).json()["id"]
        first = await clerk.post(f"drafts/{draft}/submit", key="submitted-once")
        again = await clerk.post(f"drafts/{draft}/submit", key="submitted-once")
        other = await clerk.post(f"drafts/{draft}/submit")
        assert first.json() == again.json()
        assert (other.status_code, other.json()["code"]) == (409, "draft-submitted")

    async def test_two_who_submit_at_once_get_one_number(self, desk: World, clerk: Person) -> None:
        draft = (await clerk.post("drafts", await application(clerk))).json()["id"]
        answers = await asyncio.gather(*(clerk.post(f"drafts/{draft}/submit") for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        assert len(desk.engine.started) == 1

    async def test_of_others_are_not_there(self, desk: World, clerk: Person) -> None:
        draft = (await clerk.post("drafts", await application(clerk))).json()["id"]
        other = await desk.person("other", clerk.actor.role)
        assert (await other.get(f"drafts/{draft}")).json()["code"] == "unknown-draft"
        assert (await other.post(f"drafts/{draft}/submit")).json()["code"] == "unknown-draft"


OTHER = "91310117MA1JXY121H"  # a firm no register knows, so that it may declare


class TestInsisting:
    @pytest.mark.law("上海优化营商环境条例 25(4)")
    async def test_a_window_may_not_refuse_to_take_in(self, clerk: Person) -> None:
        """Told what rules it out, the applicant insists: it is taken in, and the organ knows."""
        body = await application(clerk, firm_code=OTHER, firm={"equity_frozen_or_pledged": True})
        answer = await clerk.post("bundles", body)
        assert answer.json()["code"] == "blocked"
        taken = await clerk.post("bundles", {**body, "insisted": True})
        assert taken.status_code == 201, taken.text
        number = taken.json()["number"]
        events = (await clerk.get(f"bundles/{number}/timeline")).json()["items"]
        (started,) = (each for each in events if each["kind"] == "bundle_started")
        assert started["despite"] == ["股权被冻结"]
