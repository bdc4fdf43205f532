"""复核、四眼: what one proposes another looks at; who examined does not decide; two go on site."""

from collections.abc import Callable

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code
from definitions.matter.tasks import Outcome, TaskStatus
from tests.support.at_work import (
    RECEIPT,
    REVIEW,
    SYSTEM_OF_FOOD,
    accepted,
    refused,
    reviewed,
    said,
    taken_in,
    task,
)
from tests.support.legal import APPLICANT, CLERK, HEAD, OFFICER, SECOND, TEXT, WHY
from tests.support.lives import Folded
from tests.support.services import NUMBER

PROPOSED = c.ProposeCompletion(task=RECEIPT, completion=said(Outcome.ACCEPT))


def proposed() -> Folded:
    """The officer has said that he would accept."""
    one = taken_in()
    one.act(OFFICER, PROPOSED)
    return one


class TestReview:
    def test_what_was_proposed_is_what_is_done_and_both_have_examined_it(self) -> None:
        one = accepted()
        advice = said(Outcome.ADVISE_REFUSAL, companions=("second",))
        one.act(OFFICER, c.ProposeCompletion(task=REVIEW, completion=advice, to="head"))
        assert refused(one, SECOND, c.ApproveProposal(task=REVIEW)) is Code.TASK_TAKEN
        assert refused(one, SECOND, c.SendBackTask(task=REVIEW, reasons=(WHY,))) is Code.TASK_TAKEN
        one.act(HEAD, c.ApproveProposal(task=REVIEW))
        done = task(one, REVIEW)
        assert (done.status, done.outcome) == ("completed", "advise_refusal")
        assert {"officer", "second", "head"} <= set(one.state.matters["PERMIT"].reviewed_by)

    def test_sent_back_it_is_changed_and_proposed_again(self) -> None:
        one = proposed()
        one.act(HEAD, c.SendBackTask(task=RECEIPT, reasons=(WHY,)))
        sent = task(one, RECEIPT)
        assert (sent.status, sent.assignee, sent.proposal) == ("in_progress", "officer", None)
        assert sent.sent_back == (WHY,)
        one.act(OFFICER, PROPOSED)
        one.act(HEAD, c.ApproveProposal(task=RECEIPT))
        assert one.status("PERMIT") == "accepted"

    def test_what_the_task_is_about_stays_what_it_was(self) -> None:
        """The words of a complaint are not lost behind those of a review."""
        one = accepted()
        one.act(APPLICANT, c.Complain(matter="PERMIT", complaint=TEXT))
        name = f"{NUMBER}.PERMIT.complaint-1"
        explained = said(Outcome.EXPLAINED)
        one.act(CLERK, c.ProposeCompletion(task=name, completion=explained))
        another = CLERK.model_copy(update={"id": "clerk_2"})
        one.act(another, c.SendBackTask(task=name, reasons=(WHY,)))
        assert (task(one, name).reasons, task(one, name).sent_back) == ((TEXT,), (WHY,))
        one.act(CLERK, c.ProposeCompletion(task=name, completion=explained))
        assert task(one, name).sent_back == ()

    def test_what_is_to_be_changed_is_said(self) -> None:
        one = proposed()
        assert refused(one, HEAD, c.SendBackTask(task=RECEIPT, reasons=())) is Code.REASONS_MISSING

    def test_what_could_not_be_completed_cannot_be_proposed(self) -> None:
        one = taken_in()
        granted = c.ProposeCompletion(task=RECEIPT, completion=said(Outcome.GRANT))
        assert refused(one, OFFICER, granted) is Code.OUTCOME_NOT_POSSIBLE

    def test_nobody_looks_at_his_own_nor_does_who_must_keep_away(self) -> None:
        one = taken_in()
        own = c.ProposeCompletion(task=RECEIPT, completion=said(Outcome.ACCEPT), to="officer")
        assert refused(one, OFFICER, own) is Code.FOUR_EYES
        one.act(SECOND, c.RecuseOfficer(officer="second", reasons=(WHY,)))
        away = own.model_copy(update={"to": "second"})
        assert refused(one, OFFICER, away) is Code.RECUSED


class TestFourEyes:
    GRANT: Callable[..., c.CompleteTask] = staticmethod(
        lambda **more: c.CompleteTask(
            task=REVIEW.replace("review", "decide"), outcome=Outcome.GRANT, **more
        )
    )

    @pytest.mark.parametrize("examiner", ["officer", "second"])
    def test_who_examined_or_went_along_does_not_decide(self, examiner: str) -> None:
        head = HEAD.model_copy(update={"id": examiner})
        assert refused(reviewed(), head, self.GRANT()) is Code.FOUR_EYES

    def test_nor_does_who_stands_in_for_him(self) -> None:
        head = HEAD.model_copy(update={"stands_for": "officer"})
        assert refused(reviewed(), head, self.GRANT()) is Code.FOUR_EYES

    def test_a_system_names_the_people_and_the_last_of_them_decides(self) -> None:
        one = reviewed()
        assert refused(one, SYSTEM_OF_FOOD, self.GRANT()) is Code.OFFICERS_MISSING
        alone = self.GRANT(handled_by=("7001", "7001"))
        assert refused(one, SYSTEM_OF_FOOD, alone) is Code.FOUR_EYES
        known = self.GRANT(handled_by=("7001", "officer"))
        assert refused(one, SYSTEM_OF_FOOD, known) is Code.FOUR_EYES
        one.act(SYSTEM_OF_FOOD, self.GRANT(handled_by=("7001", "7002")))
        assert one.state.matters["PERMIT"].decision is not None

    def test_whom_a_system_named_as_examiner_does_not_decide_at_the_portal(self) -> None:
        one = accepted()
        done = said(Outcome.PASS, handled_by=("head", "7002"))
        one.act(SYSTEM_OF_FOOD, c.CompleteTask(task=REVIEW, **dict(done)))
        assert refused(one, HEAD, self.GRANT()) is Code.FOUR_EYES

    def test_people_cannot_say_that_others_did_it(self) -> None:
        one = accepted()
        done = said(Outcome.PASS, handled_by=("7001", "7002"))
        code = refused(one, OFFICER, c.CompleteTask(task=REVIEW, **dict(done)))
        assert code is Code.INVALID

    def test_who_went_along_must_not_be_concerned_himself(self) -> None:
        one = accepted()
        one.act(SECOND, c.RecuseOfficer(officer="second", reasons=(WHY,)))
        done = said(Outcome.PASS, companions=("second",))
        code = refused(one, OFFICER, c.CompleteTask(task=REVIEW, **dict(done)))
        assert code is Code.RECUSED


@pytest.mark.law("行政许可法 34(3)")
class TestOnSite:
    def test_one_alone_does_not_check_on_site(self) -> None:
        alone = c.CompleteTask(task=REVIEW, outcome=Outcome.PASS)
        assert refused(accepted(), OFFICER, alone) is Code.OFFICERS_MISSING
        himself = alone.model_copy(update={"companions": ("officer",)})
        assert refused(accepted(), OFFICER, himself) is Code.OFFICERS_MISSING

    def test_who_looks_at_the_report_afterwards_was_not_there(self) -> None:
        one = accepted()
        went = said(Outcome.PASS, companions=("second",))
        one.act(OFFICER, c.ProposeCompletion(task=REVIEW, completion=went))
        alone = c.CompleteTask(task=REVIEW, outcome=Outcome.PASS)
        assert refused(one, HEAD, alone) is Code.OFFICERS_MISSING
        one.act(SECOND, c.ApproveProposal(task=REVIEW))
        assert task(one, REVIEW).status is TaskStatus.COMPLETED

    def test_two_of_a_department_s_own_system_are_two(self) -> None:
        one = accepted()
        done = said(Outcome.PASS, handled_by=("7001", "7002"))
        one.act(SYSTEM_OF_FOOD, c.CompleteTask(task=REVIEW, **dict(done)))
        assert {"7001", "7002"} <= set(one.state.matters["PERMIT"].reviewed_by)
