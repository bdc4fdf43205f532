"""督办 over HTTP: who is told of what, what is late and why, who has how much, the reports."""

from datetime import date, datetime
from typing import Any

import pytest

from activities.contracts.digests import DigestAsked
from activities.digests import Digests
from definitions.language.base import SHANGHAI
from definitions.language.roles import Role
from tests.support import legal
from tests.support.api import Person
from tests.support.legal_api import ok, refused
from tests.support.work_api import LIBRARY, WHY, Work, trusted

REVIEW = "PERMIT.review"
# PERMIT is accepted on Monday 2 March: promised within ten working days, until the end of the 16th.
EARLY, NEAR, BREACH, LATE = (
    datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)
    for day, hour, minute in ((13, 9, 0), (16, 14, 0), (17, 9, 0), (17, 17, 0))
)


@pytest.fixture
async def accepted(case: Work) -> Work:
    """PERMIT's review lies there."""
    await case.accept()
    return case


async def told(person: Person | None) -> list[str]:
    """The tasks that somebody is alerted to, without the application's number."""
    assert person is not None
    items = await alerts(person)
    return [each["id"].partition(".")[2] for each in items]


async def alerts(person: Person | None) -> list[dict[str, Any]]:
    assert person is not None
    answer = ok(await person.get("supervision/alerts"))
    return list(answer.json()["items"])


async def read(person: Person | None, path: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own
    assert person is not None
    return dict(ok(await person.get(f"supervision/{path}", params=params)).json())


class TestAlerts:
    async def test_climb_from_who_may_take_it_to_the_head_to_the_supervisor(
        self, accepted: Work
    ) -> None:
        case = accepted
        everybody = (case.officer, case.second, case.head, case.taxer, case.supervisor)
        audience = {}
        for name, moment in (("early", EARLY), ("near", NEAR), ("breach", BREACH), ("late", LATE)):
            await case.until(moment)
            audience[name] = [p.login for p in everybody if REVIEW in await told(p)]
        # An approver may take officers' work too.
        assert audience["early"] == ["officer", "second", "head"]
        assert audience["near"] == audience["breach"] == ["officer", "second", "head"]
        assert audience["late"] == ["officer", "second", "head", "supervisor"]

    async def test_of_a_task_that_is_held_go_to_its_holder_and_not_to_his_colleagues(
        self, accepted: Work
    ) -> None:
        case = accepted
        ok(await case.do(case.officer, REVIEW, "claim"))
        await case.until(EARLY)
        assert REVIEW in await told(case.officer)
        assert REVIEW not in await told(case.second)
        assert REVIEW not in await told(case.head)
        await case.until(NEAR)
        assert REVIEW in await told(case.head)

    async def test_end_when_the_task_is_done(self, accepted: Work) -> None:
        case = accepted
        await case.until(BREACH)
        assert case.second is not None
        done = await case.complete(case.officer, REVIEW, "pass", companions=[case.second.login])
        ok(done)
        assert REVIEW not in await told(case.head)
        assert REVIEW not in await told(case.officer)

    async def test_say_which_limit_who_has_it_and_how_far_it_rose(self, accepted: Work) -> None:
        case = accepted
        ok(await case.do(case.officer, REVIEW, "claim"))
        await case.until(LATE)
        (one,) = [each for each in await alerts(case.supervisor) if each["id"].endswith(REVIEW)]
        assert (one["clock"]["kind"], one["clock"]["days"], one["clock"]["unit"]) == (
            *("promised", 10),
            "working_day",
        )
        assert (one["assignee_name"], one["overdue"]) == ("officer姓名", True)
        assert (one["level"], one["alerted"]) == (4, "supervisor")

    async def test_are_those_of_an_urged_task_too_with_the_words_and_who_said_them(
        self, accepted: Work
    ) -> None:
        case = accepted
        ok(await case.do(case.officer, REVIEW, "claim"))
        assert await told(case.officer) == []
        ok(await case.do(case.supervisor, REVIEW, "urge", {"reasons": ["请在周五前办结"]}))
        for person in (case.officer, case.head, case.supervisor):
            (one,) = await alerts(person)
            assert one["urged"]["reasons"] == ["请在周五前办结"]
            assert one["urged"]["by"] == "supervisor姓名"
        assert REVIEW not in await told(case.second)
        ok(await case.do(case.supervisor, REVIEW, "urge", {"reasons": ["今天必须办结"]}))
        assert (await alerts(case.officer))[0]["urged"]["reasons"] == ["今天必须办结"]

    async def test_of_somebody_absent_go_to_the_substitute(self, accepted: Work) -> None:
        case = accepted
        ok(await case.do(case.officer, REVIEW, "claim"))
        absence = {
            "account": case.officer.actor.id,
            "substitute": case.second.actor.id,
            "since": "2026-03-13",
            "until": "2026-03-13",
            "reason": "出差",
        }
        assert (await case.head.post("absences", absence)).status_code in {200, 201}
        await case.until(EARLY)
        assert REVIEW in await told(case.second)
        await case.until(NEAR)
        assert REVIEW not in await told(case.second)

    async def test_keep_to_items_and_to_what_does_not_concern_oneself(self, accepted: Work) -> None:
        case = accepted
        other = await trusted(case.world, "other", Role.OFFICER, "food", items=["x" * 31])
        await case.until(EARLY)
        assert await told(other) == []
        recuse = {"officer": case.second.actor.id, "reasons": ["是申请人的亲属"]}
        ok(await case.second.post(f"bundles/{case.number}/recuse", recuse))
        assert REVIEW not in await told(case.second)
        assert REVIEW in await told(case.officer)

    async def test_are_nobody_s_who_neither_works_nor_supervises(self, accepted: Work) -> None:
        policy = await accepted.world.person("policy", Role.POLICY_OFFICER)
        assert (await policy.get("supervision/alerts")).status_code == 403


class TestOverdue:
    async def test_says_what_it_waits_for_and_who_was_asked_and_has_not_answered(
        self, accepted: Work
    ) -> None:
        case = accepted
        ok(await case.do(case.officer, REVIEW, "claim"))
        question = {"what": "consultation", "departments": ["tax"], "question": "有无欠税？"}
        ok(await case.officer.post(case.path("ask"), question))
        wait = {"cause": "department", "until": "2026-03-20", "reasons": ["等税务意见"]}
        ok(await case.do(case.officer, REVIEW, "wait", wait))
        await case.until(LATE)
        found = (await read(case.supervisor, "tasks", department="food"))["items"]
        one = next(each for each in found if each["id"].endswith(REVIEW))
        assert one["waiting"]["cause"] == "department"
        assert one["waiting"]["reasons"] == ["等税务意见"]
        assert [(each["department"], each["overdue"]) for each in one["unanswered"]] == [
            ("tax", True)
        ]

    async def test_is_filtered_by_department_and_by_how_far_it_rose(self, accepted: Work) -> None:
        case = accepted
        await case.until(BREACH)

        async def names(**params: object) -> set[str]:
            found = await read(case.supervisor, "tasks", **params)
            return {each["id"].partition(".")[2] for each in found["items"]}

        everything = await names()
        assert {REVIEW, "SIGN.decide"} <= everything
        assert await names(department="food") == {n for n in everything if n.startswith("PERMIT")}
        assert REVIEW in await names(level=3)
        assert REVIEW not in await names(level=4)

    async def test_a_head_sees_his_own_department_s_and_no_other_s(self, accepted: Work) -> None:
        case = accepted
        await case.until(BREACH)
        own = await read(case.head, "tasks")
        assert {each["department"] for each in own["items"]} == {"food"}
        assert (await read(case.head, "tasks", department="tax"))["items"] == []
        assert (await case.officer.get("supervision/tasks")).status_code == 403

    async def test_pages_follow_each_other(self, accepted: Work) -> None:
        case = accepted
        await case.until(BREACH)
        whole = [each["id"] for each in (await read(case.supervisor, "tasks"))["items"]]
        paged, after = [], None
        while True:
            params = {"limit": 1} | ({"after": after} if after else {})
            found = await read(case.supervisor, "tasks", **params)
            paged += [each["id"] for each in found["items"]]
            after = found["next"]
            if after is None:
                break
        assert paged == whole
        assert len(whole) > 1


class TestOfficers:
    async def test_counts_what_each_has_and_did_this_week(self, accepted: Work) -> None:
        case = accepted
        ok(await case.do(case.second, REVIEW, "claim"))
        wait = {"cause": "applicant", "reasons": ["等补图"]}
        ok(await case.do(case.second, REVIEW, "wait", wait))

        async def figures() -> dict[str, tuple[int, ...]]:
            found = await read(case.head, "officers")
            names = ("held", "overdue", "waiting", "completed")
            return {o["name"]: tuple(o[n] for n in names) for o in found["items"]}

        assert await figures() == {
            "officer姓名": (0, 0, 0, 1),
            "second姓名": (1, 0, 1, 0),
            "head姓名": (0, 0, 0, 0),
        }
        await case.until(LATE)
        assert (await figures())["second姓名"] == (1, 1, 1, 0)
        assert (await figures())["officer姓名"] == (0, 0, 0, 0)

    async def test_pages_follow_each_other(self, accepted: Work) -> None:
        seen: list[str] = []
        after = None
        for _ in range(9):
            params = {"limit": 2} | ({"after": after} if after else {})
            found = await read(accepted.supervisor, "officers", **params)
            seen += [each["name"] for each in found["items"]]
            after = found["next"]
            if after is None:
                break
        assert seen == [f"{who}姓名" for who in ("head", "officer", "second", "tax_head", "taxer")]


class TestOutside:
    async def test_finds_what_was_entered_at_night_and_says_that_it_is_a_lead(
        self, accepted: Work
    ) -> None:
        case = accepted
        case.world.now.at = datetime(2026, 3, 3, 23, 5, tzinfo=SHANGHAI)
        assert case.second is not None
        ok(await case.complete(case.officer, REVIEW, "pass", companions=[case.second.login]))
        found = await read(case.supervisor, "outside")
        assert [(each["sign"], each["odd"]) for each in found["items"]] == [("odd", "night")]
        assert "线索" in found["note"]
        (figures,) = [each for each in found["figures"] if each["officer_name"] == "officer姓名"]
        assert (figures["completed"], figures["odd"]) == (2, 1)
        early = await read(case.supervisor, "outside", since="2026-03-01", until="2026-03-02")
        assert early["items"] == []
        assert early["since"].startswith("2026-03-01T00:00")

    async def test_a_decision_two_minutes_after_acceptance_is_found(self, accepted: Work) -> None:
        case = accepted
        assert case.second is not None
        ok(await case.complete(case.officer, REVIEW, "pass", companions=[case.second.login]))
        case.world.now.at = datetime(2026, 3, 2, 10, 2, tzinfo=SHANGHAI)
        ok(await case.complete(case.head, "PERMIT.decide", "grant"))
        (one,) = (await read(case.head, "outside", sign="quick"))["items"]
        assert (one["matter"], one["minutes"], one["officer_name"]) == ("PERMIT", 2, "head姓名")

    async def test_is_for_who_assigns_the_work(self, accepted: Work) -> None:
        assert (await accepted.officer.get("supervision/outside")).status_code == 403
        assert (await accepted.clerk.get("supervision/outside")).status_code == 403


class TestDigest:
    async def test_is_read_by_the_department_and_of_all_by_the_supervisor(
        self, accepted: Work
    ) -> None:
        case = accepted
        await case.until(BREACH)
        assert LIBRARY.catalogue.supervision is not None
        made = Digests(
            case.world.services.store,
            LIBRARY.catalogue.supervision,
            legal.CALENDAR,
            now=case.world.now,
        )
        await made.compose_digests(DigestAsked(day=date(2026, 3, 17)))
        whole = await read(case.supervisor, "digest", day="2026-03-17")
        food = await read(case.head, "digest")
        assert whole["department"] == ""
        assert (food["department"], food["day"]) == ("food", "2026-03-17")
        assert whole["figures"]["overdue"] > food["figures"]["overdue"] > 0
        assert [task["id"] for task in food["overdue"]] == [f"{case.number}.{REVIEW}"]
        assert (await read(case.supervisor, "digest", department="tax"))["department"] == "tax"

    async def test_of_a_day_that_has_none_is_not_found(self, accepted: Work) -> None:
        assert accepted.supervisor is not None
        answer = await accepted.supervisor.get("supervision/digest", params={"day": "2026-03-08"})
        assert refused(answer) == (404, "not-found")


class TestReassigning:
    async def test_by_a_supervisor_brings_the_task_to_a_colleague_of_the_department(
        self, accepted: Work
    ) -> None:
        case = accepted
        ok(await case.do(case.officer, REVIEW, "claim"))
        body = {"to": case.second.login, **WHY}
        ok(await case.do(case.supervisor, REVIEW, "hand-over", body))
        assert await case.standing(REVIEW) == ("claimed", "second")
