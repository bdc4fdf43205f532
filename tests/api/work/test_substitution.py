"""Somebody is away and somebody else does the work: who may, and both names are on record."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from api.acting import substitution, tasks
from definitions.language.roles import Confidentiality, Role
from tests.support.api import Person
from tests.support.legal_api import ok, pointer, refused
from tests.support.work_api import ITEM, WHY, Work, trusted

TASK = "PERMIT.receipt"
# The legal service's quiet Monday is 2026-03-02.
PLAN = {"substitute": "second", "since": "2026-03-02", "until": "2026-03-03", "reason": "年休假"}


async def away(person: Person, **changed: object) -> httpx2.Response:
    """Plan an absence."""
    answer = await person.post("absences", {**PLAN, **changed})
    assert answer.status_code == 201, answer.text
    return answer


def rule(answer: httpx2.Response) -> tuple[str, str]:
    """The place and rule a refusal names."""
    assert refused(answer) == (422, "invalid"), answer.text
    fault = answer.json()["errors"][0]
    return fault["pointer"], fault["rule"]


class TestActing:
    async def test_the_substitute_goes_on_with_it_and_both_names_are_recorded(
        self, case: Work
    ) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        held = await case.do(case.second, TASK, "complete", {"outcome": "accept"})
        assert refused(held) == (409, "task-taken")
        await away(case.officer)
        ok(await case.do(case.second, TASK, "complete", {"outcome": "accept"}))
        (done,) = await case.recorded("task_completed")
        assert done.actor["id"] == case.second.actor.id
        assert done.actor["stands_for"] == case.officer.actor.id
        assert (await case.row(TASK)).more["stood_for"] == case.officer.actor.id

    async def test_the_timeline_tells_both_names(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        await away(case.officer)
        ok(await case.do(case.second, TASK, "wait", {"cause": "expert"}))
        entries = (await case.clerk.get(f"bundles/{case.number}/timeline")).json()["items"]
        (waits,) = [entry for entry in entries if entry["kind"] == "task_waits"]
        assert (waits["actor_name"], waits["stands_for_name"]) == ("second姓名", "officer姓名")

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            ("2026-03-01T15:59:59Z", "task-taken"),
            ("2026-03-01T16:00:00Z", "task-not-held"),
            ("2026-03-03T15:59:59Z", "task-not-held"),
            ("2026-03-03T16:00:00Z", "task-taken"),
        ],
    )
    async def test_counts_by_the_day_in_shanghai_with_both_ends(
        self, case: Work, moment: str, code: str
    ) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        await away(case.officer)
        case.world.now.at = datetime.fromisoformat(moment).astimezone(UTC)
        answer = await case.do(case.second, TASK, "resume")
        # Held by whom he stands for, it is only not waiting; else it is somebody else's.
        assert refused(answer) == (409, code)

    async def test_ended_early_it_is_over_at_once(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        name = (await away(case.officer)).json()["id"]
        ended = ok(await case.officer.post(f"absences/{name}/end"))
        again = ok(await case.officer.post(f"absences/{name}/end"))
        assert ended.json()["ended_at"] == again.json()["ended_at"] is not None
        answer = await case.do(case.second, TASK, "complete", {"outcome": "accept"})
        assert refused(answer) == (409, "task-taken")

    async def test_in_place_of_the_reviewer_who_was_named(self, case: Work) -> None:
        proposal = {"outcome": "accept", "to": "head"}
        ok(await case.do(case.officer, TASK, "propose", proposal))
        deputy = await case.world.person("deputy", Role.APPROVER, "food")
        await away(case.head, substitute="deputy")
        ok(await case.do(deputy, TASK, "approve"))
        (done,) = await case.recorded("task_completed")
        assert done.actor["stands_for"] == case.head.actor.id

    async def test_nobody_approves_what_is_proposed_by_whom_he_stands_for(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "propose", {"outcome": "accept", "to": "second"}))
        deputy = await case.world.person("deputy", Role.OFFICER, "food")
        await away(case.second, substitute="officer")
        # The author stands in for the one he had asked: still his own proposal.
        own = await case.do(case.officer, TASK, "approve")
        assert refused(own) == (403, "four-eyes")
        other = await case.do(deputy, TASK, "approve")
        assert refused(other) == (409, "task-taken")

    async def test_takes_back_what_the_absent_had_handed_over(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "claim"))
        ok(await case.do(case.officer, TASK, "hand-over", {"to": "head"}))
        await away(case.officer)
        ok(await case.do(case.second, TASK, "take-back"))
        assert await case.standing(TASK) == ("claimed", "officer")

    async def test_who_concerns_himself_stands_in_for_nobody(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        await away(case.officer)
        ok(await case.second.post(f"bundles/{case.number}/recuse", WHY))
        answer = await case.do(case.second, TASK, "complete", {"outcome": "accept"})
        assert refused(answer)[1] in {"recused", "unknown-task"}


class TestPlanning:
    async def test_of_ones_own_is_listed_for_both_and_for_the_head(self, around: Work) -> None:
        made = (await away(around.officer)).json()
        assert (made["account_name"], made["substitute_name"]) == ("officer姓名", "second姓名")
        for person in (around.officer, around.second, around.head):
            listed = (await person.get("absences")).json()["items"]
            assert [each["id"] for each in listed] == [made["id"]], person.login
        assert (await around.taxer.get("absences")).json()["items"] == []

    async def test_that_is_over_is_listed_when_asked_for(self, around: Work) -> None:
        await away(around.officer)
        around.world.now.at += timedelta(days=5)
        assert (await around.officer.get("absences")).json()["items"] == []
        past = (await around.officer.get("absences?past=true")).json()["items"]
        assert len(past) == 1

    async def test_pages_from_the_latest_on(self, around: Work) -> None:
        for day in ("10", "12", "16"):
            await away(around.officer, since=f"2026-03-{day}", until=f"2026-03-{day}")
        first = (await around.officer.get("absences?limit=2")).json()
        rest = (await around.officer.get(f"absences?limit=2&after={first['next']}")).json()
        days = [each["since"][-2:] for each in (*first["items"], *rest["items"])]
        assert days == ["16", "12", "10"]
        broken = await around.officer.get("absences?after=W10")
        assert refused(broken) == (422, "invalid")

    async def test_for_a_colleague_is_the_heads(self, around: Work) -> None:
        made = (await away(around.head, account="officer")).json()
        assert (made["account"], made["set_by"]) == (around.officer.actor.id, around.head.actor.id)
        other = await around.second.post("absences", {**PLAN, "account": "head"})
        assert refused(other) == (403, "forbidden")
        foreign = await around.head.post("absences", {**PLAN, "account": "taxer"})
        assert rule(foreign) == ("/account", "colleague")
        nobody = await around.supervisor.post("absences", PLAN)
        assert refused(nobody) == (403, "forbidden")

    async def test_is_ended_by_oneself_or_the_head_and_is_not_there_for_others(
        self, around: Work
    ) -> None:
        name = (await away(around.officer)).json()["id"]
        for person in (around.second, around.taxer):
            answer = await person.post(f"absences/{name}/end")
            assert refused(answer) == (404, "unknown-absence"), person.login
        ok(await around.head.post(f"absences/{name}/end"))
        none = await around.head.post("absences/ab-none/end")
        assert refused(none) == (404, "unknown-absence")

    async def test_under_one_key_is_made_once(self, around: Work) -> None:
        first = await around.officer.post("absences", PLAN, key="away-for-days")
        again = await around.officer.post("absences", PLAN, key="away-for-days")
        assert (again.status_code, again.json()) == (201, first.json())
        other = await around.officer.post(
            "absences", {**PLAN, "until": "2026-03-04"}, key="away-for-days"
        )
        assert refused(other) == (422, "idempotency-key-reused")

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"substitute": "officer"}, ("/substitute", "self")),
            ({"substitute": "taxer"}, ("/substitute", "colleague")),
            ({"substitute": "machine"}, ("/substitute", "colleague")),
            ({"substitute": "narrow"}, ("/substitute", "authority")),
            ({"until": "2026-03-01"}, ("/until", "order")),
            ({"since": "2026-02-01", "until": "2026-02-27"}, ("/until", "past")),
            ({"since": "tomorrow"}, ("/since", "date_from_datetime_parsing")),
        ],
    )
    async def test_of_the_wrong_people_or_days_is_refused_at_its_place(
        self, around: Work, changed: dict[str, object], expected: tuple[str, str]
    ) -> None:
        await around.world.person("machine", Role.DEPARTMENT_SYSTEM, "food")
        await trusted(around.world, "narrow", Role.OFFICER, "food", items=[ITEM])
        answer = await around.officer.post("absences", {**PLAN, **changed})
        assert rule(answer) == expected

    async def test_needs_a_reason(self, around: Work) -> None:
        answer = await around.officer.post("absences", {**PLAN, "reason": " "})
        assert pointer(answer) == "/reason"

    async def test_needs_a_substitute_who_may_do_all_of_it(self, around: Work) -> None:
        head = await around.head.post("absences", {**PLAN, "substitute": "officer"})
        assert rule(head) == ("/substitute", "post")
        secret = await trusted(
            around.world, "secret", Role.OFFICER, "food", clearance=Confidentiality.SECRET
        )
        answer = await secret.post("absences", {**PLAN, "substitute": "second"})
        assert rule(answer) == ("/substitute", "authority")
        narrow = await trusted(around.world, "narrow", Role.OFFICER, "food", items=[ITEM])
        await away(narrow, substitute="second")

    async def test_does_not_overlap_and_makes_no_circles(self, around: Work) -> None:
        await away(around.officer)
        twice = await around.officer.post("absences", {**PLAN, "since": "2026-03-03"})
        assert rule(twice) == ("/since", "overlap")
        circle = await around.second.post("absences", {**PLAN, "substitute": "officer"})
        assert circle.status_code == 422
        third = await around.head.post(
            "absences", {**PLAN, "account": "second", "substitute": "head"}
        )
        assert rule(third) == ("/since", "standing-in")
        later = {"since": "2026-03-04", "until": "2026-03-05", "substitute": "officer"}
        await away(around.second, **later)

    async def test_has_no_substitute_who_is_away_himself(self, around: Work) -> None:
        await away(around.second, substitute="head", since="2026-03-03")
        answer = await around.officer.post("absences", PLAN)
        assert rule(answer) == ("/substitute", "absent")


class TestWithoutTheRegister:
    async def test_people_act_for_themselves_and_nothing_taken_is_told_as_failed(
        self, case: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def away_from(*_: object) -> None:
            raise OperationalError("SELECT", {}, Exception())

        monkeypatch.setattr(substitution, "stand_in", away_from)
        monkeypatch.setattr(tasks, "forget_task_drafts", away_from)
        ok(await case.do(case.officer, TASK, "claim"))
        answer = await case.do(case.officer, TASK, "complete", {"outcome": "accept"})
        assert answer.status_code == 200
        (done,) = await case.recorded("task_completed")
        assert done.actor["stands_for"] is None
