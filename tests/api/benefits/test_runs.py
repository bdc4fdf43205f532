"""A run over HTTP: who may do what when, each once, and what is told of it."""

from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.reports import report_of
from activities.store.benefits.runs import run_view
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.roles import SYSTEM
from tests.support.benefit_world import Hall, ok
from tests.support.benefits import policy


class TestBeginning:
    async def test_is_of_today_and_its_period(self, hall: Hall) -> None:
        found = ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))
        state = found["state"]
        assert (state["id"], state["on"]) == ("some_award:2026:1", "2026-09-30")
        assert (state["phase"], state["begun_by"]) == ("snapshot", hall.officer.actor.id)

    async def test_the_same_request_begins_one_run(self, hall: Hall) -> None:
        for _ in range(2):
            await hall.officer.post("benefits/runs", {"policy": "some_award"}, key="begin-once")
        page = ok(await hall.officer.get("benefits/runs"))
        assert [each["state"]["id"] for each in page["items"]] == ["some_award:2026:1"]

    async def test_the_key_is_not_for_another_request(self, hall: Hall) -> None:
        await hall.officer.post("benefits/runs", {"policy": "some_award"}, key="begin-once")
        again = {"policy": "some_award", "on": "2026-09-01"}
        answer = await hall.officer.post("benefits/runs", again, key="begin-once")
        assert answer.json()["code"] == "idempotency-key-reused"

    async def test_another_one_of_the_period_has_the_next_number(self, hall: Hall) -> None:
        ids = [
            ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))["state"]["id"]
            for _ in range(2)
        ]
        assert ids == ["some_award:2026:1", "some_award:2026:2"]

    async def test_not_by_another_department(self, hall: Hall) -> None:
        answer = await hall.stranger.post("benefits/runs", {"policy": "some_award"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    async def test_not_of_tomorrow_nor_for_a_period_to_come(self, hall: Hall) -> None:
        for more in ({"on": "2026-10-01"}, {"period": "2027"}, {"period": "2026-09"}):
            answer = await hall.officer.post("benefits/runs", {"policy": "some_award", **more})
            assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(more))}"

    async def test_an_earlier_period_may_still_be_had(self, hall: Hall) -> None:
        asked = {"policy": "some_award", "period": "2025"}
        found = ok(await hall.officer.post("benefits/runs", asked))
        assert found["state"]["id"] == "some_award:2025:1"

    async def test_of_no_policy(self, hall: Hall) -> None:
        answer = await hall.officer.post("benefits/runs", {"policy": "none"})
        assert answer.json()["code"] == "unknown-policy"


class TestTrial:
    async def test_each_sample_has_its_working(self, hall: Hall) -> None:
        run = ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))["state"]["id"]
        await hall.driver.to_trial(run)
        found = ok(await hall.officer.get(f"benefits/runs/{run}/sample"))
        assert len(found) == 2
        working = found[0]["working"]
        assert (working["verdict"], working["amount"]) == ("hit", 100_000)
        fact = working["facts"][0]
        assert (fact["label"], fact["value"]) == ("在松江区登记", True)
        assert (fact["source"], fact["as_of"]) == ("市场监管部门登记库", "2026-09-30")

    async def test_too_few_do_not_pass(self, hall: Hall) -> None:
        run = ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))["state"]["id"]
        await hall.driver.to_trial(run)
        path, drawn = f"benefits/runs/{run}/pass-trial", await hall.drawn(run)
        few = await hall.officer.post(path, {"sampled": [{"subject": drawn[0], "right": True}]})
        assert few.json()["code"] == "sample-too-small"

    async def test_what_was_not_drawn_was_not_looked_through(self, hall: Hall) -> None:
        run = ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))["state"]["id"]
        await hall.driver.to_trial(run)
        path, drawn = f"benefits/runs/{run}", await hall.drawn(run)
        (left,) = set(hall.firms) - set(drawn)
        for invented in (left, 999_999):
            said = [{"subject": n, "right": True} for n in (drawn[0], invented)]
            answer = await hall.officer.post(f"{path}/pass-trial", {"sampled": said})
            fault = answer.json()["errors"][0]
            assert (answer.status_code, fault["rule"]) == (422, "not-drawn")
            assert fault["pointer"] == "/sampled/1/subject"
        assert ok(await hall.officer.get(path))["state"]["phase"] == "trial"

    async def test_a_wrong_one_is_recorded_once_and_told_each_time(self, hall: Hall) -> None:
        run = ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))["state"]["id"]
        await hall.driver.to_trial(run)
        path, drawn = f"benefits/runs/{run}", await hall.drawn(run)
        body = {"sampled": [{"subject": n, "right": n != drawn[1]} for n in drawn]}
        for _ in range(2):
            answer = await hall.officer.post(f"{path}/pass-trial", body, key="looked-once")
            assert (answer.status_code, answer.json()["code"]) == (409, "sample-wrong")
            assert answer.json()["detail"] == (
                "抽查有 1 例不对，已记录；先改政策或者数据，再重新比对"
            )
        state = ok(await hall.officer.get(path))["state"]
        assert (state["phase"], state["samples_looked"]) == ("trial", 2)
        assert [each["subject"] for each in state["sample_failures"]] == [drawn[1]]
        story = ok(await hall.officer.get(f"{path}/timeline"))
        kinds = [each["kind"] for each in story["events"]]
        assert (kinds[0], kinds.count("sample_failed")) == ("sample_failed", 1)
        assert story["chain_holds"] is True

    async def test_what_was_wrong_in_an_earlier_turn_is_in_the_report(self, hall: Hall) -> None:
        run = ok(await hall.officer.post("benefits/runs", {"policy": "some_award"}))["state"]["id"]
        await hall.driver.to_trial(run)
        path, key, drawn = f"benefits/runs/{run}", "looked-once", await hall.drawn(run)
        body = {"sampled": [{"subject": n, "right": n != drawn[1]} for n in drawn]}
        await hall.officer.post(f"{path}/pass-trial", body, key=key)
        ok(await hall.officer.post(f"{path}/match-again", {"reason": "数据更正"}))
        await hall.driver.to_trial(run)
        again = await hall.officer.post(f"{path}/pass-trial", body, key=key)
        assert again.json()["code"] == "sample-wrong"
        await hall.pass_trial(run)
        services = hall.world.services
        async with services.store.reading() as session:
            state = (await run_view(session, run)).state
            report = await report_of(session, state, policy(), today=state.on, now=services.now())
        assert state.phase is Phase.LISTING
        assert (report.sample.looked, report.sample.wrong) == (4, 1)
        assert report.sample.wrong_permille == 250

    async def test_one_subject_is_worked_out_again(self, hall: Hall) -> None:
        run = await hall.begun()
        found = ok(await hall.officer.get(f"benefits/runs/{run}/matches/{hall.firms[0]}"))
        assert found["line"]["entitlement"] == f"some_award:2026:{hall.firms[0]}:award"
        assert found["working"]["findings"][0]["holds"] is True
        answer = await hall.officer.get(f"benefits/runs/{run}/matches/999999")
        assert answer.json()["code"] == "unknown-subject"


class TestReview:
    async def test_two_persons_approve(self, hall: Hall) -> None:
        run = await hall.begun()
        ok(await hall.officer.post(f"benefits/runs/{run}/approve"))
        again = await hall.officer.post(f"benefits/runs/{run}/approve")
        assert (again.status_code, again.json()["code"]) == (403, "four-eyes")
        found = ok(await hall.approver.post(f"benefits/runs/{run}/approve"))
        assert found["state"]["phase"] == "publicity"

    async def test_approving_twice_by_one_key_counts_once(self, hall: Hall) -> None:
        run = await hall.begun()
        for _ in range(2):
            answer = await hall.officer.post(f"benefits/runs/{run}/approve", key="approve-1")
            assert ok(answer)["state"]["phase"] == "second_review"

    async def test_struck_and_put_back_with_a_reason(self, hall: Hall) -> None:
        run = await hall.begun()
        entry = f"some_award:2026:{hall.firms[0]}:award"
        path = f"benefits/entitlements/{entry}"
        bare = await hall.officer.post(f"{path}/strike", {"reason": ""})
        assert bare.status_code == 422
        struck = ok(await hall.officer.post(f"{path}/strike", {"reason": "已迁出"}))
        assert (struck["status"], struck["why"]) == ("struck", "已迁出")
        listed = ok(await hall.approver.post(f"{path}/restore", {"reason": "核实没有迁出"}))
        assert listed["status"] == "listed"
        one = ok(await hall.officer.get(path))
        assert [each["kind"] for each in one["events"]] == ["listed", "struck", "listed"]
        assert one["chain_holds"] is True
        assert run == one["line"]["run"]

    async def test_what_waits_for_a_person_is_not_put_back_by_hand(self, hall: Hall) -> None:
        await hall.begun()
        entry = f"some_award:2026:{hall.firms[0]}:award"
        for status in (Status.OBJECTED, Status.LISTED, Status.EXCLUDED):
            async with hall.world.services.store.begin() as session:
                moves = [Move(entitlement=entry, to=status)]
                await move(session, moves, actor=SYSTEM, act=status, now=hall.world.now())
            path = f"benefits/entitlements/{entry}/restore"
            answer = await hall.approver.post(path, {"reason": "核实符合"})
            assert (answer.status_code, answer.json()["code"]) == (409, "entitlement-not-open")

    async def test_once_one_has_approved_the_list_stays(self, hall: Hall) -> None:
        run = await hall.begun()
        ok(await hall.officer.post(f"benefits/runs/{run}/approve"))
        path = f"benefits/entitlements/some_award:2026:{hall.firms[0]}:award/strike"
        answer = await hall.approver.post(path, {"reason": "已迁出"})
        assert (answer.status_code, answer.json()["code"]) == (409, "run-phase")
        ok(await hall.approver.post(f"benefits/runs/{run}/return", {"reason": "有一户已迁出"}))
        ok(await hall.approver.post(path, {"reason": "已迁出"}))

    async def test_another_department_sees_nothing_of_it(self, hall: Hall) -> None:
        run = await hall.begun()
        for path in (
            f"benefits/runs/{run}",
            f"benefits/runs/{run}/sample",
            f"benefits/runs/{run}/entitlements",
            f"benefits/entitlements/some_award:2026:{hall.firms[0]}:award",
        ):
            assert (await hall.stranger.get(path)).json()["code"] == "forbidden"
        assert ok(await hall.stranger.get("benefits/runs"))["items"] == []

    async def test_matched_again_on_newer_facts(self, hall: Hall) -> None:
        run = await hall.begun()
        body = {"reason": "数据源恢复"}
        found = ok(await hall.officer.post(f"benefits/runs/{run}/match-again", body))
        assert (found["state"]["phase"], found["state"]["turn"]) == ("snapshot", 2)


class TestSteering:
    async def test_paused_slowed_resumed_cancelled(self, hall: Hall) -> None:
        run = await hall.begun()
        path = f"benefits/runs/{run}"
        assert ok(await hall.officer.post(f"{path}/pause", {"reason": "等数据"}))["state"]["paused"]
        assert ok(await hall.officer.post(f"{path}/pace", {"pace": "crawl"}))["state"]["pace"] == (
            "crawl"
        )
        assert not ok(await hall.officer.post(f"{path}/resume"))["state"]["paused"]
        found = ok(await hall.officer.post(f"{path}/cancel", {"reason": "政策调整"}))
        assert found["state"]["phase"] == "cancelled"
        story = ok(await hall.officer.get(f"{path}/timeline"))
        assert story["chain_holds"] is True
        assert [each["kind"] for each in story["events"]][:2] == ["run_cancelled", "run_resumed"]
        answer = await hall.officer.post(f"{path}/resume")
        assert answer.json()["code"] == "run-phase"

    async def test_pages_by_key(self, hall: Hall) -> None:
        run = await hall.begun()
        seen: list[int] = []
        after = ""
        for _ in range(3):
            path = f"benefits/runs/{run}/entitlements?limit=1{after}"
            page = ok(await hall.officer.get(path))
            seen += [each["subject"] for each in page["items"]]
            after = f"&after={page['next']}"
        assert sorted(seen) == hall.firms

    async def test_no_report_before_the_end(self, hall: Hall) -> None:
        run = await hall.begun()
        answer = await hall.officer.get(f"benefits/runs/{run}/report")
        assert answer.status_code == 404
