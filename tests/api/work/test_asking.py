"""主办、协办: what others are asked, what they answer, what waits for it; 办不成事."""

from datetime import date, timedelta

import pytest

from activities.store.desk.applications import application_of
from api import commands
from api.applicant import admitted
from api.sent import Sent
from definitions.language.roles import Role
from definitions.rules.calendar import end_of_day
from tests.support import legal
from tests.support.legal_api import ok, pointer, refused
from tests.support.work_api import WHY, Work, trusted

ASK = {"what": "consultation", "departments": ["tax"], "question": "是否欠税？"}
DAYS = ["2026-03-05", "2026-03-06"]
SURVEY = {"what": "survey", "departments": ["tax"], "question": "请约现场踏勘", "dates": DAYS}
EXPERT = {"what": "expert", "departments": ["tax"], "question": "税法上怎样认定？"}


@pytest.fixture
async def asked(case: Work) -> Work:
    """PERMIT is accepted and reviewed: only the decision is left."""
    await case.accept()
    ok(await case.complete(case.officer, "PERMIT.review", "pass", companions=["second"]))
    return case


class TestConsultation:
    TASK = "PERMIT.consultation-1-tax"

    async def test_is_a_task_of_the_other_organ_with_a_limit_of_its_own(self, asked: Work) -> None:
        limits = await asked.limits()
        own = (await asked.officer.upload()).json()["id"]
        ok(await asked.officer.post(asked.path("ask"), {**ASK, "days": 2, "files": [own]}))
        row = await asked.row(self.TASK)
        assert (row.department, row.kind, row.asked_by) == ("tax", "consultation", "food")
        assert row.due_at == end_of_day(date(2026, 3, 4))
        assert row.more["request"]["files"][0]["id"] == own
        assert "是否欠税" not in str(row.more)
        assert await asked.limits() == limits

    async def test_is_waited_for_before_the_decision(self, asked: Work) -> None:
        ok(await asked.officer.post(asked.path("ask"), ASK))
        early = await asked.complete(asked.head, "PERMIT.decide", "grant")
        assert refused(early) == (409, "requests-open")
        silent = await asked.complete(asked.taxer, self.TASK, "object")
        assert (refused(silent), pointer(silent)) == ((422, "reasons-missing"), "/reasons")
        ok(await asked.complete(asked.taxer, self.TASK, "agree"))
        ok(await asked.complete(asked.head, "PERMIT.decide", "grant"))

    async def test_is_called_off_and_then_waited_for_no_longer(self, asked: Work) -> None:
        ok(await asked.officer.post(asked.path("ask"), ASK))
        place = f"bundles/{asked.number}/requests/PERMIT-consultation-1/withdraw"
        theirs = await asked.taxer.post(place, WHY)
        assert refused(theirs) == (404, "unknown-request")
        first = ok(await asked.officer.post(place, WHY, key="call-it-off"))
        again = ok(await asked.officer.post(place, WHY, key="call-it-off"))
        assert again.json() == first.json()
        assert await asked.standing(self.TASK) == ("cancelled", None)
        assert refused(await asked.officer.post(place, WHY)) == (409, "task-not-open")
        ok(await asked.complete(asked.head, "PERMIT.decide", "grant"))

    async def test_unanswered_in_time_is_agreement_where_it_was_asked_so(self, asked: Work) -> None:
        ok(await asked.officer.post(asked.path("ask"), {**ASK, "tacit": True, "days": 1}))
        await asked.until(legal.NOW + timedelta(days=2))
        row = await asked.row(self.TASK)
        assert (row.status, row.outcome) == ("completed", "tacit")
        late = await asked.complete(asked.taxer, self.TASK, "agree")
        assert refused(late) == (409, "task-not-open")

    @pytest.mark.parametrize(
        ("changed", "code", "place"),
        [
            ({"departments": []}, "unknown-department", "/departments"),
            ({"departments": ["food"]}, "unknown-department", "/departments"),
            ({"departments": ["tax", "moon"]}, "unknown-department", "/departments/1"),
            ({"departments": ["window"]}, "unknown-department", "/departments/0"),
            ({"departments": ["tax", "tax"]}, "unknown-department", "/departments"),
            ({"question": " "}, "invalid", "/question"),
            ({"days": 0}, "deadline-past", "/days"),
            ({"days": 99}, "limit-too-long", "/days"),
            ({"to": "taxer"}, "invalid", "/to"),
            ({"dates": DAYS}, "invalid", "/dates"),
            ({"what": "assistance", "tacit": True}, "outcome-not-possible", "/tacit"),
            ({"what": "survey"}, "invalid", "/dates"),
            ({"what": "gossip"}, "invalid", "/what"),
            ({"files": ["f-none"]}, "invalid", "/files/0"),
        ],
    )
    async def test_asked_wrongly_changes_nothing(
        self, case: Work, changed: dict[str, object], code: str, place: str
    ) -> None:
        await case.accept()
        before = await case.events()
        answer = await case.officer.post(case.path("ask"), {**ASK, **changed})
        assert (refused(answer), pointer(answer)) == ((422, code), place)
        assert await case.events() == before

    async def test_is_asked_by_the_lead_while_the_matter_is_in_hand(self, case: Work) -> None:
        early = await case.officer.post(case.path("ask"), ASK)
        assert refused(early) == (409, "not-in-hand")
        await case.accept()
        foreign = await case.taxer.post(case.path("ask"), ASK)
        assert refused(foreign) == (403, "forbidden")
        assert refused(await case.clerk.post(case.path("ask"), ASK)) == (403, "forbidden")
        none = await case.officer.post(case.path("ask", "NONE"), ASK)
        assert refused(none) == (404, "unknown-matter")
        stranger = await case.world.person("stranger", Role.OFFICER, "district_government")
        hidden = await stranger.post(case.path("ask"), ASK)
        assert refused(hidden) == (404, "unknown-bundle")

    async def test_repeated_asks_once(self, case: Work) -> None:
        await case.accept()
        first = ok(await case.officer.post(case.path("ask"), ASK, key="ask-them-once"))
        again = ok(await case.officer.post(case.path("ask"), ASK, key="ask-them-once"))
        assert again.json() == first.json()
        other = await case.officer.post(case.path("ask"), {**ASK, "days": 1}, key="ask-them-once")
        assert refused(other) == (422, "idempotency-key-reused")


class TestExpert:
    async def test_is_a_person_of_the_named_department(self, case: Work) -> None:
        await case.accept()
        ok(await case.officer.post(case.path("ask"), {**EXPERT, "to": "taxer"}))
        assert await case.standing("PERMIT.expert-1-tax") == ("claimed", "taxer")
        ok(await case.complete(case.taxer, "PERMIT.expert-1-tax", "agree", reasons=["可以"]))

    @pytest.mark.parametrize("to", ["second", "nobody", "narrow"])
    async def test_is_nobody_else(self, case: Work, to: str) -> None:
        await trusted(case.world, "narrow", Role.OFFICER, "tax", items=["310000000000"])
        await case.accept()
        answer = await case.officer.post(case.path("ask"), {**EXPERT, "to": to})
        assert (refused(answer), pointer(answer)) == ((422, "invalid"), "/to")


class TestSurvey:
    TASK = "PERMIT.survey-1-tax"

    async def test_on_a_day_that_suits_becomes_a_visit_of_two(self, case: Work) -> None:
        await case.accept()
        ok(await case.officer.post(case.path("ask"), SURVEY))
        wrong = await case.complete(case.taxer, self.TASK, "available", dates=["2026-03-09"])
        assert (refused(wrong), pointer(wrong)) == ((422, "invalid"), "/dates")
        ok(await case.complete(case.taxer, self.TASK, "available", dates=[DAYS[1]]))
        site = await case.row("PERMIT.site-1")
        assert (site.department, site.kind, site.more["on"]) == ("food", "site", DAYS[1])
        alone = await case.complete(case.officer, "PERMIT.site-1", "done")
        assert (refused(alone), pointer(alone)) == ((422, "officers-missing"), "/companions")
        ok(await case.complete(case.officer, "PERMIT.site-1", "done", companions=["second"]))

    async def test_that_suits_nobody_leaves_no_visit(self, case: Work) -> None:
        await case.accept()
        ok(await case.officer.post(case.path("ask"), SURVEY))
        ok(await case.complete(case.taxer, self.TASK, "unavailable", **WHY))
        opened = {event.body["task"]["kind"] for event in await case.recorded("task_opened")}
        assert "site" not in opened

    async def test_in_the_past_is_refused(self, case: Work) -> None:
        await case.accept()
        answer = await case.officer.post(case.path("ask"), {**SURVEY, "dates": ["2026-03-02"]})
        assert (refused(answer), pointer(answer)) == ((422, "deadline-past"), "/dates")


class TestComplaint:
    async def test_by_the_clerk_is_followed_up_by_the_window(self, case: Work) -> None:
        body = {"complaint": "三次都说材料不全"}
        first = ok(await case.clerk.post(case.path("complain"), body, key="not-getting-done"))
        again = ok(await case.clerk.post(case.path("complain"), body, key="not-getting-done"))
        assert again.json() == first.json()
        row = await case.row("PERMIT.complaint-1")
        assert (row.department, row.kind) == ("window", "complaint")
        silent = await case.complete(case.clerk, "PERMIT.complaint-1", "solved")
        assert refused(silent) == (422, "reasons-missing")
        ok(await case.complete(case.clerk, "PERMIT.complaint-1", "solved", reasons=["已协调"]))

    async def test_by_the_applicant_is_admitted_by_the_query_code(self, case: Work) -> None:
        services = case.world.services
        async with services.store.reading() as session:
            application = await application_of(session, case.number)
        code = (application.query_code if application else None) or ""
        actor = await admitted(services, case.number, code, address="203.0.113.7")
        sent = Sent(key="from-the-applicant", payload="p")
        await commands.complain(services, actor, case.number, "PERMIT", sent, complaint="办不成")
        (opened,) = [
            event
            for event in await case.recorded("task_opened")
            if event.body["task"]["kind"] == "complaint"
        ]
        assert opened.actor["role"] == "applicant"
        assert "办不成" not in str(opened.body["task"]["reasons"])

    async def test_is_not_an_officers_and_must_say_what(self, case: Work) -> None:
        body = {"complaint": "不成"}
        assert refused(await case.officer.post(case.path("complain"), body)) == (403, "forbidden")
        empty = await case.clerk.post(case.path("complain"), {"complaint": "  "})
        assert (refused(empty), pointer(empty)) == ((422, "invalid"), "/complaint")
        none = await case.clerk.post(case.path("complain", "NONE"), body)
        assert refused(none) == (404, "unknown-matter")
