"""协同: what is asked of others is answered or taken as agreed before the decision; 回避."""

from datetime import date, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code
from definitions.language.roles import Actor, Role
from definitions.matter.tasks import Outcome, TaskKind, TaskStatus
from tests.support import legal
from tests.support.at_work import (
    DECIDE,
    LINE,
    REVIEW,
    accepted,
    ask,
    clocks,
    pass_review,
    refused,
    reviewed,
    said,
    send_back,
    taken_in,
    task,
    watched,
)
from tests.support.legal import (
    APPLICANT,
    CLERK,
    HEAD,
    NOW,
    OFFICER,
    OTHER,
    SECOND,
    SUPERVISOR,
    TAX_HEAD,
    WHY,
    complete,
)
from tests.support.lives import Folded, at, pass_to
from tests.support.services import NUMBER

CONSULTED = f"{NUMBER}.PERMIT.consultation-1-tax"
GRANT = c.CompleteTask(task=DECIDE, outcome=Outcome.GRANT)
TENTH, ELEVENTH = date(2026, 3, 10), date(2026, 3, 11)
DATES = (ELEVENTH, TENTH)
EXPERT = Actor(id="expert", role=Role.OFFICER, department="line")
# Asked on Monday 2 March with three working days to answer.
LAST = at(date(2026, 3, 5))


def answer(one: Folded, actor: Actor, name: str, outcome: Outcome, **more: object) -> None:
    """What was asked is answered."""
    one.act(actor, c.CompleteTask(task=name, **dict(said(outcome, **more))))


class TestAsking:
    def test_each_department_has_a_task_with_a_clock_of_its_own(self) -> None:
        one = accepted()
        before = clocks(one)
        one.act(OFFICER, ask("assistance", "tax", "line", days=5))
        asked = [each for each in one.state.open_tasks if each.request]
        assert [(each.department, each.kind) for each in asked] == [
            ("tax", TaskKind.ASSISTANCE),
            ("line", TaskKind.ASSISTANCE),
        ]
        for each in asked:
            assert each.clock is not None
            assert each.request is not None
            assert (each.clock.days, each.request.id) == (5, "PERMIT-assistance-1")
            assert (each.request.department, each.request.by) == ("food", "officer")
        assert clocks(one) == before

    def test_the_days_are_the_catalogue_s_where_none_are_given(self) -> None:
        one = accepted()
        one.act(OFFICER, ask())
        clock = task(one, CONSULTED).clock
        assert clock is not None
        assert clock.days == 3

    def test_requests_are_counted_and_never_mixed(self) -> None:
        one = accepted()
        one.act(OFFICER, ask())
        one.act(OFFICER, ask())
        assert task(one, "consultation-2-tax").request != task(one, CONSULTED).request

    def test_an_expert_has_it_at_once(self) -> None:
        one = accepted()
        one.act(OFFICER, ask("expert", "line", to="expert"))
        asked = task(one, "expert-1-line")
        assert (asked.status, asked.assignee) == ("claimed", "expert")
        answer(one, EXPERT, asked.id, Outcome.OBJECT)
        assert task(one, "expert-1-line").outcome == "object"

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (ask(days=0), Code.DEADLINE_PAST),
            (ask(days=11), Code.LIMIT_TOO_LONG),
            (ask("assistance", tacit=True), Code.OUTCOME_NOT_POSSIBLE),
            (ask("consultation", "tax", "tax"), Code.UNKNOWN_DEPARTMENT),
            (ask("consultation", "food"), Code.UNKNOWN_DEPARTMENT),
            (ask("consultation", "window"), Code.UNKNOWN_DEPARTMENT),
            (ask().model_copy(update={"departments": ()}), Code.UNKNOWN_DEPARTMENT),
            (ask("expert", "line"), Code.INVALID),
            (ask("consultation", "tax", to="expert"), Code.INVALID),
            (ask("expert", "line", "tax", to="expert"), Code.INVALID),
            (ask("survey", "tax"), Code.INVALID),
            (ask("consultation", "tax", dates=DATES), Code.INVALID),
            (ask("survey", "tax", dates=(date(2026, 3, 2),)), Code.DEADLINE_PAST),
            (ask().model_copy(update={"matter": "NO"}), Code.UNKNOWN_MATTER),
        ],
    )
    def test_what_cannot_be_asked(self, command: c.AskColleagues, code: Code) -> None:
        assert refused(accepted(), OFFICER, command) is code

    def test_only_the_lead_asks_and_only_of_what_it_has_in_hand(self) -> None:
        assert refused(accepted(), OTHER, ask()) is Code.FORBIDDEN
        assert refused(taken_in(), OFFICER, ask()) is Code.NOT_IN_HAND
        one = reviewed()
        one.act(HEAD, GRANT)
        assert refused(one, OFFICER, ask()) is Code.NOT_IN_HAND

    def test_an_old_plan_knows_no_requests(self) -> None:
        one = legal.life()
        legal.accept(one)
        assert refused(one, OFFICER, ask()) is Code.CAUSE_UNKNOWN


class TestDecision:
    def test_it_waits_for_every_answer(self) -> None:
        one = reviewed()
        one.act(OFFICER, ask("consultation", "tax", "line"))
        assert refused(one, HEAD, GRANT) is Code.REQUESTS_OPEN
        answer(one, OTHER, CONSULTED, Outcome.AGREE)
        assert refused(one, HEAD, GRANT) is Code.REQUESTS_OPEN
        answer(one, LINE, CONSULTED.replace("tax", "line"), Outcome.OBJECT)
        one.act(HEAD, GRANT)
        assert one.state.matters["PERMIT"].result == "granted"

    def test_what_is_withdrawn_or_returned_is_not_waited_for(self) -> None:
        one = reviewed()
        one.act(OFFICER, ask("consultation", "tax", "line"))
        send_back(one, OTHER, CONSULTED)
        withdraw = c.WithdrawRequest(request="PERMIT-consultation-1", reasons=(WHY,))
        assert refused(one, OTHER, withdraw) is Code.UNKNOWN_REQUEST
        one.act(OFFICER, withdraw)
        assert task(one, CONSULTED).status is TaskStatus.RETURNED
        assert task(one, CONSULTED.replace("tax", "line")).status is TaskStatus.CANCELLED
        assert refused(one, OFFICER, withdraw) is Code.TASK_NOT_OPEN
        one.act(HEAD, GRANT)

    def test_one_nobody_made_is_not_withdrawn(self) -> None:
        withdraw = c.WithdrawRequest(request="PERMIT-consultation-1")
        assert refused(reviewed(), OFFICER, withdraw) is Code.UNKNOWN_REQUEST

    def test_where_the_law_decides_by_itself_nobody_is_asked_any_more(self) -> None:
        """视为准予延续 (行政许可法 50) does not wait for anybody."""
        until = date(2026, 3, 10)
        one = legal.life(watched(legal.planned("renew")), dates={"valid_until": until})
        one.act(OFFICER, ask().model_copy(update={"matter": "RENEW"}))
        pass_to(one, at(until))
        assert one.state.matters["RENEW"].result == "granted"
        theirs = [each for each in one.state.tasks.values() if each.matter == "RENEW"]
        assert {each.status for each in theirs} <= {TaskStatus.OBSOLETE}
        assert len(theirs) == 2


class TestTacitConsent:
    def test_it_comes_at_the_end_of_the_last_day_and_not_before(self) -> None:
        one = reviewed()
        one.act(OFFICER, ask(tacit=True))
        assert "consent_deemed" not in pass_to(one, LAST - timedelta(seconds=1))
        assert refused(one, HEAD, GRANT) is Code.REQUESTS_OPEN
        assert "consent_deemed" in pass_to(one, LAST)
        done = task(one, CONSULTED)
        assert (done.status, done.outcome, done.completed_at) == ("completed", "tacit", LAST)
        assert done.assignee is None
        one.act(HEAD, GRANT)

    def test_an_answer_in_time_stands_and_one_too_late_is_none(self) -> None:
        one = reviewed()
        one.act(OFFICER, ask("consultation", "tax", "line", tacit=True))
        one.now = LAST - timedelta(minutes=1)
        answer(one, OTHER, CONSULTED, Outcome.OBJECT)
        one.now = LAST
        late = c.CompleteTask(task=CONSULTED.replace("tax", "line"), **dict(said(Outcome.OBJECT)))
        assert refused(one, LINE, late) is Code.TASK_NOT_OPEN
        pass_to(one, LAST)
        assert task(one, CONSULTED).outcome == "object"

    def test_where_it_was_not_said_silence_is_no_answer(self) -> None:
        one = reviewed()
        one.act(OFFICER, ask())
        assert "consent_deemed" not in pass_to(one, LAST + timedelta(days=3))
        assert refused(one, HEAD, GRANT) is Code.REQUESTS_OPEN


class TestSurvey:
    def _proposed(self) -> Folded:
        one = accepted()
        one.act(OFFICER, ask("survey", "tax", "line", dates=DATES))
        return one

    def _suits(self, one: Folded, actor: Actor, *dates: date) -> None:
        name = f"survey-1-{actor.department}"
        answer(one, actor, task(one, name).id, Outcome.AVAILABLE, dates=dates)

    def test_all_go_on_the_first_day_that_suits_all(self) -> None:
        one = self._proposed()
        self._suits(one, OTHER, *DATES)
        assert f"{NUMBER}.PERMIT.site-1" not in one.state.tasks
        self._suits(one, LINE, ELEVENTH, TENTH)
        site = task(one, "site-1")
        assert (site.on, site.department, site.kind) == (TENTH, "food", TaskKind.SITE)

    def test_two_go_and_the_decision_waits_for_them(self) -> None:
        one = self._proposed()
        self._suits(one, OTHER, ELEVENTH)
        self._suits(one, LINE, *DATES)
        assert task(one, "site-1").on == ELEVENTH
        pass_review(one)
        assert refused(one, HEAD, GRANT) is Code.REQUESTS_OPEN
        done = c.CompleteTask(task=f"{NUMBER}.PERMIT.site-1", outcome=Outcome.DONE)
        assert refused(one, OFFICER, done) is Code.OFFICERS_MISSING
        one.act(OFFICER, done.model_copy(update={"companions": ("second",)}))
        one.act(HEAD, GRANT)

    @pytest.mark.parametrize("dates", [(), (date(2026, 3, 12),), (TENTH, date(2026, 3, 12))])
    def test_only_proposed_days_are_an_answer(self, dates: tuple[date, ...]) -> None:
        available = said(Outcome.AVAILABLE, dates=dates)
        command = c.CompleteTask(task=f"{NUMBER}.PERMIT.survey-1-tax", **dict(available))
        assert refused(self._proposed(), OTHER, command) is Code.INVALID

    def test_no_day_that_suits_all_is_no_visit_and_nothing_waits(self) -> None:
        one = self._proposed()
        self._suits(one, OTHER, TENTH)
        self._suits(one, LINE, ELEVENTH)
        pass_review(one)
        assert {each.kind for each in one.state.open_tasks} == {TaskKind.DECIDE}
        one.act(HEAD, GRANT)

    def test_who_cannot_come_at_all_says_why(self) -> None:
        one = self._proposed()
        name = f"{NUMBER}.PERMIT.survey-1-tax"
        bare = c.CompleteTask(task=name, outcome=Outcome.UNAVAILABLE)
        assert refused(one, OTHER, bare) is Code.REASONS_MISSING
        answer(one, OTHER, name, Outcome.UNAVAILABLE)
        self._suits(one, LINE, TENTH)
        assert TaskKind.SITE not in {each.kind for each in one.state.tasks.values()}

    def test_withdrawn_whole_there_is_no_visit_either(self) -> None:
        one = self._proposed()
        self._suits(one, OTHER, TENTH)
        self._suits(one, LINE, TENTH)
        one.act(OFFICER, c.WithdrawRequest(request="PERMIT-survey-1"))
        assert task(one, "site-1").status is TaskStatus.CANCELLED


class TestComplaint:
    NAME = f"{NUMBER}.PERMIT.complaint-1"

    def _complained(self) -> Folded:
        one = accepted()
        one.act(APPLICANT, c.Complain(matter="PERMIT", complaint=WHY))
        return one

    def test_the_window_answers_with_what_it_found(self) -> None:
        one = self._complained()
        owed = task(one, self.NAME)
        assert (owed.department, owed.role, owed.reasons) == ("window", Role.WINDOW_CLERK, (WHY,))
        bare = c.CompleteTask(task=self.NAME, outcome=Outcome.SOLVED)
        assert refused(one, CLERK, bare) is Code.REASONS_MISSING
        answer(one, CLERK, self.NAME, Outcome.EXPLAINED)
        kept = task(one, self.NAME).answer
        assert kept is not None
        assert kept.reasons == (WHY,)

    def test_it_does_not_hold_up_the_decision(self) -> None:
        one = self._complained()
        pass_review(one)
        one.act(HEAD, GRANT)
        assert one.state.matters["PERMIT"].result == "granted"
        assert task(one, self.NAME).is_open

    def test_it_outlives_its_matter_and_the_application_is_followed_until_it_is_answered(
        self,
    ) -> None:
        one = self._complained()
        one.act(CLERK, c.WithdrawBundle())
        assert (one.state.status, one.status("PERMIT")) == ("followed", "withdrawn")
        assert [each.id for each in one.state.open_tasks] == [self.NAME]
        answer(one, CLERK, self.NAME, Outcome.SOLVED)
        assert one.state.status == "closed"

    def test_one_about_what_is_closed_opens_it_again(self) -> None:
        one = accepted()
        one.act(CLERK, c.WithdrawBundle())
        assert one.state.status == "closed"
        one.act(APPLICANT, c.Complain(matter="PERMIT", complaint=WHY))
        assert one.state.status == "followed"
        assert c.Complain in c.AFTERWARDS
        answer(one, CLERK, self.NAME, Outcome.EXPLAINED)
        assert one.state.status == "closed"

    def test_it_outlives_a_revocation_too(self) -> None:
        one = reviewed()
        one.act(HEAD, GRANT)
        one.act(APPLICANT, c.Complain(matter="PERMIT", complaint=WHY))
        revoke = c.RevokeDecision(matter="PERMIT", reasons=(WHY,), bases=legal.BASES)
        one.act(HEAD, revoke)
        assert task(one, self.NAME).is_open

    def test_officers_do_not_complain(self) -> None:
        command = c.Complain(matter="PERMIT", complaint=WHY)
        assert refused(accepted(), OFFICER, command) is Code.FORBIDDEN


class TestRecusal:
    RECUSED = c.RecuseOfficer(officer="officer", reasons=(WHY,))

    def test_what_he_holds_goes_back_to_the_department(self) -> None:
        one = accepted("sign")
        one.act(OFFICER, c.BeginTask(task=REVIEW))
        assert one.act(OFFICER, self.RECUSED) == ("officer_recused", "task_released")
        assert (task(one, REVIEW).status, task(one, REVIEW).assignee) == ("ready", None)
        assert one.state.recused == ("officer",)

    def test_what_he_had_proposed_is_proposed_no_more(self) -> None:
        one = accepted()
        went = said(Outcome.PASS, companions=("second",))
        one.act(OFFICER, c.ProposeCompletion(task=REVIEW, completion=went))
        one.act(OFFICER, self.RECUSED)
        assert (task(one, REVIEW).status, task(one, REVIEW).proposal) == ("ready", None)

    def test_what_he_was_to_look_at_goes_back_to_its_author(self) -> None:
        one = accepted()
        went = said(Outcome.PASS, companions=("third",))
        one.act(SECOND, c.ProposeCompletion(task=REVIEW, completion=went, to="officer"))
        one.act(OFFICER, self.RECUSED)
        back = task(one, REVIEW)
        assert (back.status, back.assignee, back.proposal) == ("in_progress", "second", None)

    def test_the_head_declares_it_of_others_and_a_colleague_does_not(self) -> None:
        assert refused(accepted(), SECOND, self.RECUSED) is Code.FORBIDDEN
        one = accepted()
        one.act(HEAD, self.RECUSED)
        assert one.state.recused == ("officer",)
        assert one.act(HEAD, self.RECUSED) == ()

    def test_nothing_is_asked_of_or_led_by_who_must_keep_away(self) -> None:
        one = accepted()
        one.act(EXPERT, c.RecuseOfficer(officer="expert", reasons=(WHY,)))
        assert refused(one, OFFICER, ask("expert", "line", to="expert")) is Code.RECUSED
        chair = c.ScheduleHearing(
            matter="PERMIT", on=NOW + timedelta(days=15), place=WHY, chair="expert"
        )
        assert refused(one, OFFICER, chair) is Code.RECUSED

    def test_whom_the_registers_found_at_the_start_keeps_away_from_the_start(self) -> None:
        plain = taken_in()
        started = plain.events[0].event.model_copy(update={"recused": ("officer",)})
        first = plain.events[0].model_copy(update={"event": started})
        one = Folded((first, *plain.events[1:]), plain.now)
        accept = c.CompleteTask(task=f"{NUMBER}.PERMIT.receipt", outcome=Outcome.ACCEPT)
        assert refused(one, OFFICER, accept) is Code.RECUSED
        complete(one, SECOND, "PERMIT.receipt", Outcome.ACCEPT)

    def test_supervisors_and_applicants_declare_nothing(self) -> None:
        for actor in (SUPERVISOR, APPLICANT):
            assert refused(accepted(), actor, self.RECUSED) is Code.FORBIDDEN
        assert refused(accepted(), TAX_HEAD, ask()) is Code.FORBIDDEN
