"""Who gets a task next: a colleague, another organ, whoever sent it, the window; no clock moves."""

from datetime import timedelta

import pytest

from definitions.language.roles import Confidentiality, Role
from tests.support.legal_api import ok, pointer, refused
from tests.support.work_api import ITEM, WHY, Work, trusted

TASK = "PERMIT.receipt"
POINT = {"fault": "missing", "says": "缺平面图", "material": "M01"}


class TestHandOver:
    async def test_gives_it_to_a_colleague_who_is_named_by_login_or_id(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        ok(await case.do(case.officer, TASK, "hand-over", {"to": "second", **WHY}))
        assert await case.standing(TASK) == ("claimed", "second")
        ok(await case.do(case.second, TASK, "hand-over", {"to": case.officer.actor.id}))
        assert await case.standing(TASK) == ("claimed", "officer")

    async def test_is_of_ones_own_or_of_any_for_who_assigns(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "claim"))
        foreign = await case.do(case.second, TASK, "hand-over", {"to": "second"})
        assert refused(foreign) == (409, "task-taken")
        ok(await case.do(case.head, TASK, "hand-over", {"to": "second"}))
        assert await case.standing(TASK) == ("claimed", "second")

    @pytest.mark.parametrize(
        ("to", "rule"),
        [("nobody", "colleague"), ("taxer", "colleague"), ("clerk", "colleague")],
    )
    async def test_is_not_to_somebody_elsewhere(self, case: Work, to: str, rule: str) -> None:
        ok(await case.do(case.officer, TASK, "claim"))
        answer = await case.do(case.officer, TASK, "hand-over", {"to": to})
        assert (refused(answer), pointer(answer)) == ((422, "invalid"), "/to")
        assert answer.json()["errors"][0]["rule"] == rule

    async def test_is_to_who_can_do_it_and_is_trusted_with_it(self, case: Work) -> None:
        await trusted(case.world, "narrow", Role.OFFICER, "food", items=["310000000000"])
        await trusted(case.world, "wide", Role.OFFICER, "food", items=[ITEM])
        ok(await case.do(case.officer, TASK, "claim"))
        narrow = await case.do(case.officer, TASK, "hand-over", {"to": "narrow"})
        assert narrow.json()["errors"][0]["rule"] == "authority"
        ok(await case.do(case.officer, TASK, "hand-over", {"to": "wide"}))

    async def test_of_a_decision_is_to_an_approver(self, case: Work) -> None:
        await case.accept()
        companions = ["second"]
        ok(await case.complete(case.officer, "PERMIT.review", "pass", companions=companions))
        answer = await case.do(case.head, "PERMIT.decide", "hand-over", {"to": "officer"})
        assert answer.json()["errors"][0]["rule"] == "post"

    async def test_is_taken_back_until_the_colleague_has_begun(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "claim"))
        ok(await case.do(case.officer, TASK, "hand-over", {"to": "second"}))
        theirs = await case.do(case.head, TASK, "take-back")
        assert refused(theirs) == (409, "task-not-held")
        ok(await case.do(case.officer, TASK, "take-back"))
        assert await case.standing(TASK) == ("claimed", "officer")
        ok(await case.do(case.officer, TASK, "hand-over", {"to": "second"}))
        ok(await case.do(case.second, TASK, "begin"))
        late = await case.do(case.officer, TASK, "take-back")
        assert refused(late) == (409, "task-not-held")

    async def test_repeated_is_answered_as_before_whatever_has_become_of_it(
        self, case: Work
    ) -> None:
        ok(await case.do(case.officer, TASK, "claim"))
        body = {"to": "second"}
        first = ok(await case.do(case.officer, TASK, "hand-over", body, key="hand-it-over"))
        ok(await case.do(case.second, TASK, "transfer", {"department": "tax", **WHY}))
        again = ok(await case.do(case.officer, TASK, "hand-over", body, key="hand-it-over"))
        assert again.json() == first.json()


class TestTransfer:
    async def test_passes_it_to_the_competent_organ_inside_parallel_matters_with_clocks_unmoved(
        self, case: Work
    ) -> None:
        permit, sign = await case.limits(), await case.limits("SIGN")
        ok(await case.do(case.officer, TASK, "begin"))
        case.world.now.at += timedelta(hours=3)
        ok(await case.do(case.officer, TASK, "transfer", {"department": "tax", **WHY}))
        assert (await case.row(TASK)).department == "tax"
        assert (await case.limits(), await case.limits("SIGN")) == (permit, sign)
        gone = await case.do(case.officer, TASK, "claim")
        assert refused(gone) == (404, "unknown-task")
        ok(await case.do(case.taxer, TASK, "claim"))
        back = {"points": [{"fault": "department", "says": "不属本局"}]}
        ok(await case.do(case.taxer, TASK, "return", back))
        row = await case.row(TASK)
        assert (row.department, row.status, row.more["came_from"]) == ("food", "ready", [])
        assert (await case.limits(), await case.limits("SIGN")) == (permit, sign)
        ok(await case.complete(case.officer, TASK, "accept"))

    async def test_is_taken_back_while_nobody_there_has_it(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "transfer", {"department": "tax", **WHY}))
        ok(await case.do(case.officer, TASK, "take-back"))
        assert (await case.row(TASK)).department == "food"
        ok(await case.do(case.officer, TASK, "transfer", {"department": "tax", **WHY}))
        ok(await case.do(case.taxer, TASK, "claim"))
        late = await case.do(case.officer, TASK, "take-back")
        assert refused(late)[0] in {404, 409}
        assert (await case.row(TASK)).department == "tax"

    async def test_is_not_of_a_decision(self, case: Work) -> None:
        await case.accept()
        ok(await case.complete(case.officer, "PERMIT.review", "pass", companions=["second"]))
        answer = await case.do(case.head, "PERMIT.decide", "transfer", {"department": "tax", **WHY})
        assert refused(answer) == (409, "not-returnable")


class TestReturn:
    async def test_goes_to_the_window_and_comes_back_with_the_same_limits(self, case: Work) -> None:
        limits = await case.limits()
        ok(await case.do(case.officer, TASK, "begin"))
        ok(await case.do(case.officer, TASK, "return", {"points": [POINT]}))
        assert await case.standing(TASK) == ("returned", "officer")
        rework = "PERMIT.rework-1"
        row = await case.row(rework)
        assert (row.department, row.kind, row.status) == ("window", "rework", "ready")
        assert row.more["returned"][0]["fault"] == "missing"
        assert await case.limits() == limits
        foreign = await case.do(case.officer, rework, "complete", {"outcome": "done"})
        assert refused(foreign) == (404, "unknown-task")
        ok(await case.do(case.clerk, rework, "complete", {"outcome": "done", **WHY}))
        assert await case.limits() == limits
        opened = [event.body["task"]["id"] for event in await case.recorded("task_opened")]
        assert opened[-1].startswith(f"{case.number}.PERMIT.receipt")
        ok(await case.complete(case.officer, opened[-1].removeprefix(f"{case.number}."), "accept"))

    async def test_of_a_decision_is_to_a_new_review(self, case: Work) -> None:
        await case.accept()
        ok(await case.complete(case.officer, "PERMIT.review", "pass", companions=["second"]))
        limits = await case.limits()
        ok(await case.do(case.head, "PERMIT.decide", "return", {"points": [POINT]}))
        opened = [event.body["task"]["id"] for event in await case.recorded("task_opened")]
        again = opened[-1].removeprefix(f"{case.number}.")
        assert again.startswith("PERMIT.review")
        assert await case.limits() == limits
        ok(await case.complete(case.officer, again, "pass", companions=["second"]))


class TestReview:
    async def test_is_a_loop_that_somebody_else_ends(self, case: Work) -> None:
        accept = {"outcome": "accept", "to": "second"}
        ok(await case.do(case.officer, TASK, "propose", accept))
        row = await case.row(TASK)
        assert (row.drafted_by, row.reviewer) == (case.officer.actor.id, case.second.actor.id)
        own = await case.do(case.officer, TASK, "approve")
        assert refused(own) == (403, "four-eyes")
        other = await case.do(case.head, TASK, "approve")
        assert refused(other) == (409, "task-taken")
        ok(await case.do(case.second, TASK, "send-back", {"reasons": ["请补充依据"]}))
        assert await case.standing(TASK) == ("in_progress", "officer")
        ok(await case.do(case.officer, TASK, "propose", accept))
        ok(await case.do(case.second, TASK, "approve"))
        (done,) = await case.recorded("task_completed")
        assert done.actor["id"] == case.second.actor.id
        assert done.body["drafted_by"] == case.officer.actor.id
        assert (await case.matter())["status"] != "received"

    async def test_is_not_ones_own_to_ask_oneself(self, case: Work) -> None:
        answer = await case.do(
            case.officer, TASK, "propose", {"outcome": "accept", "to": "officer"}
        )
        assert (refused(answer), pointer(answer)) == ((403, "four-eyes"), "/to")


class TestSecrets:
    async def test_who_is_not_trusted_with_the_item_may_not_act_on_it(self, case: Work) -> None:
        narrow = await trusted(
            case.world,
            "narrow",
            Role.OFFICER,
            "food",
            items=["310000000000"],
            clearance=Confidentiality.SECRET,
        )
        answer = await case.do(narrow, TASK, "claim")
        assert answer.status_code in {403, 404}
        assert await case.standing(TASK) == ("ready", None)


class TestDepartmentSystem:
    async def test_names_its_people_by_staff_number_and_the_last_one_decides(
        self, case: Work
    ) -> None:
        system = await case.world.person("system", Role.DEPARTMENT_SYSTEM, "food")
        await case.accept()
        named = {"outcome": "pass", "handled_by": ["欧阳试验甲", "1002"]}
        refusal = await case.do(system, "PERMIT.review", "complete", named)
        assert (refused(refusal), pointer(refusal)) == ((422, "invalid"), "/handled_by/0")
        passed = {"outcome": "pass", "handled_by": ["1001", "officer"]}
        ok(await case.do(system, "PERMIT.review", "complete", passed))
        *_, reviewed = await case.recorded("task_completed")
        # Whoever has an account here is known by it.
        assert reviewed.body["handled_by"] == ["1001", case.officer.actor.id]
        grant = {"outcome": "grant"}
        nobody = await case.do(system, "PERMIT.decide", "complete", grant)
        assert (refused(nobody), pointer(nobody)) == ((422, "officers-missing"), "/handled_by")
        same = await case.do(
            system, "PERMIT.decide", "complete", {**grant, "handled_by": ["1009", "1001"]}
        )
        assert refused(same) == (403, "four-eyes")
        ok(
            await case.do(
                system, "PERMIT.decide", "complete", {**grant, "handled_by": ["1001", "1009"]}
            )
        )
