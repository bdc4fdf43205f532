"""退回 and 移送: the work goes back or to another department, and is done again. No clock moves."""

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code
from definitions.matter.tasks import Outcome, TaskKind, TaskStatus
from definitions.rules.calendar import add_working_days, local_day
from tests.support.at_work import (
    DECIDE,
    LINE,
    POINT,
    RECEIPT,
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
)
from tests.support.legal import (
    APPLICANT,
    CALENDAR,
    CLERK,
    HEAD,
    OFFICER,
    OTHER,
    WHY,
    complete,
)
from tests.support.lives import Folded, at, pass_to
from tests.support.services import NUMBER

ALONGSIDE = ("sign", "clear", "joint", "renew", "register")
REWORK = f"{NUMBER}.PERMIT.rework-1"


def rework(one: Folded, name: str = REWORK) -> tuple[str, ...]:
    """The window has put it right."""
    return one.act(CLERK, c.CompleteTask(task=name, **dict(said(Outcome.DONE))))


class TestDecision:
    def test_it_goes_back_to_the_review_and_comes_again(self) -> None:
        one = reviewed()
        before = clocks(one)
        send_back(one, HEAD, DECIDE)
        back = task(one, DECIDE)
        assert (back.status, back.returned, back.assignee) == ("returned", (POINT,), "head")
        assert [each.id for each in one.state.open_tasks] == [f"{REVIEW}-r1"]
        grant = c.CompleteTask(task=DECIDE, outcome=Outcome.GRANT)
        assert refused(one, HEAD, grant) is Code.TASK_NOT_OPEN
        pass_review(one, f"{REVIEW}-r1")
        assert [each.id for each in one.state.open_tasks] == [f"{DECIDE}-r1"]
        assert clocks(one) == before
        one.act(HEAD, grant.model_copy(update={"task": f"{DECIDE}-r1"}))
        assert one.state.matters["PERMIT"].result == "granted"

    def test_as_often_as_need_be(self) -> None:
        one = reviewed()
        send_back(one, HEAD, DECIDE)
        pass_review(one, f"{REVIEW}-r1")
        send_back(one, HEAD, f"{DECIDE}-r1")
        pass_review(one, f"{REVIEW}-r2")
        complete(one, HEAD, "PERMIT.decide-r2", Outcome.GRANT)
        statuses = {name: each.status for name, each in one.state.tasks.items()}
        assert statuses[DECIDE] == statuses[f"{DECIDE}-r1"] == TaskStatus.RETURNED
        assert statuses[f"{DECIDE}-r2"] is TaskStatus.COMPLETED

    def test_who_examined_the_first_time_does_not_decide_the_second(self) -> None:
        one = reviewed()
        send_back(one, HEAD, DECIDE)
        done = said(Outcome.PASS, companions=("third",))
        second = OFFICER.model_copy(update={"id": "fourth"})
        one.act(second, c.CompleteTask(task=f"{REVIEW}-r1", **dict(done)))
        examiner = HEAD.model_copy(update={"id": "officer"})
        grant = c.CompleteTask(task=f"{DECIDE}-r1", outcome=Outcome.GRANT)
        assert refused(one, examiner, grant) is Code.FOUR_EYES

    def test_what_was_never_examined_has_no_step_to_go_back_to(self) -> None:
        one = taken_in("sign")
        head = OTHER.model_copy(update={"role": "approver"})
        command = c.ReturnTask(task=f"{NUMBER}.SIGN.decide", points=(POINT,))
        assert refused(one, head, command) is Code.NOT_RETURNABLE

    def test_every_reason_is_written(self) -> None:
        assert refused(reviewed(), HEAD, c.ReturnTask(task=DECIDE, points=())) is (
            Code.REASONS_MISSING
        )


class TestWindow:
    @pytest.mark.parametrize("step", ["receipt", "review"])
    def test_the_window_puts_it_right_and_then_it_is_done_again(self, step: str) -> None:
        one = taken_in() if step == "receipt" else accepted()
        before = clocks(one)
        name = f"{NUMBER}.PERMIT.{step}"
        send_back(one, OFFICER, name)
        (owed,) = one.state.open_tasks
        assert (owed.id, owed.kind, owed.department) == (REWORK, TaskKind.REWORK, "window")
        assert (owed.returned, owed.reasons) == ((POINT,), (WHY,))
        rework(one)
        (again,) = one.state.open_tasks
        assert (again.id, again.kind) == (f"{name}-r1", step)
        assert clocks(one) == before
        answer = task(one, REWORK).answer
        assert answer is not None
        assert answer.reasons == (WHY,)

    def test_and_again(self) -> None:
        one = accepted()
        send_back(one, OFFICER, REVIEW)
        rework(one)
        send_back(one, OFFICER, f"{REVIEW}-r1")
        rework(one, f"{NUMBER}.PERMIT.rework-2")
        pass_review(one, f"{REVIEW}-r2")
        complete(one, HEAD, "PERMIT.decide-r2", Outcome.GRANT)
        assert one.state.matters["PERMIT"].result == "granted"

    def test_who_lets_the_five_days_pass_meanwhile_has_accepted(self) -> None:
        """A return takes no time of the applicant's (行政许可法 32(1)(4))."""
        one = taken_in()
        send_back(one, OFFICER, RECEIPT)
        pass_to(one, at(add_working_days(local_day(one.now), 5, CALENDAR)))
        assert one.status("PERMIT") == "deemed_accepted"
        assert [each.id for each in one.state.open_tasks] == [REWORK]
        rework(one)
        assert [each.id for each in one.state.open_tasks] == [f"{REVIEW}-r1"]

    def test_what_is_put_right_falls_away_with_its_matter(self) -> None:
        one = accepted()
        send_back(one, OFFICER, REVIEW)
        one.act(CLERK, c.WithdrawBundle())
        assert task(one, REWORK).status is TaskStatus.OBSOLETE
        assert one.state.status == "closed"

    @pytest.mark.parametrize("what", ["rework", "complaint"])
    def test_the_window_s_own_tasks_go_back_to_nobody(self, what: str) -> None:
        one = accepted()
        send_back(one, OFFICER, REVIEW)
        one.act(APPLICANT, c.Complain(matter="PERMIT", complaint=WHY))
        command = c.ReturnTask(task=f"{NUMBER}.PERMIT.{what}-1", points=(POINT,))
        assert refused(one, CLERK, command) is Code.NOT_RETURNABLE


class TestTransfer:
    def _send(self, one: Folded, to: str = "tax") -> None:
        one.act(OFFICER, c.TransferTask(task=RECEIPT, department=to, reasons=(WHY,)))

    def test_the_competent_department_has_it_and_the_other_no_more(self) -> None:
        one = taken_in()
        before = clocks(one)
        self._send(one)
        sent = task(one, RECEIPT)
        assert (sent.department, sent.came_from, sent.status) == ("tax", ("food",), "ready")
        assert refused(one, OFFICER, c.ClaimTask(task=RECEIPT)) is Code.UNKNOWN_TASK
        complete(one, OTHER, "PERMIT.receipt", Outcome.ACCEPT)
        assert one.status("PERMIT") == "accepted"
        assert task(one, "review").department == "food"
        assert clocks(one)["PERMIT"] != before["PERMIT"]

    def test_it_goes_back_the_way_it_came(self) -> None:
        one = taken_in()
        before = clocks(one)
        self._send(one)
        one.act(OTHER, c.TransferTask(task=RECEIPT, department="line", reasons=(WHY,)))
        assert task(one, RECEIPT).came_from == ("food", "tax")
        send_back(one, LINE, RECEIPT)
        assert (task(one, RECEIPT).department, task(one, RECEIPT).came_from) == ("tax", ("food",))
        send_back(one, OTHER, RECEIPT)
        back = task(one, RECEIPT)
        assert (back.department, back.came_from, back.status) == ("food", (), "ready")
        assert clocks(one) == before
        send_back(one, OFFICER, RECEIPT)
        assert task(one, REWORK).is_open

    def test_it_is_taken_back_until_somebody_there_has_it(self) -> None:
        one = taken_in()
        self._send(one)
        one.act(OFFICER, c.TakeBackTask(task=RECEIPT))
        assert task(one, RECEIPT).department == "food"
        self._send(one)
        one.act(OTHER, c.ClaimTask(task=RECEIPT))
        assert refused(one, OFFICER, c.TakeBackTask(task=RECEIPT)) is Code.UNKNOWN_TASK

    @pytest.mark.parametrize(
        ("to", "reasons", "code"),
        [
            ("food", (WHY,), Code.UNKNOWN_DEPARTMENT),
            ("window", (WHY,), Code.UNKNOWN_DEPARTMENT),
            ("tax", (), Code.REASONS_MISSING),
        ],
    )
    def test_it_needs_another_department_and_a_reason(
        self, to: str, reasons: tuple[object, ...], code: Code
    ) -> None:
        command = c.TransferTask.model_validate(
            {"task": RECEIPT, "department": to, "reasons": reasons}
        )
        assert refused(taken_in(), OFFICER, command) is code

    def test_the_decision_stays_with_the_organ_that_the_law_names(self) -> None:
        command = c.TransferTask(task=DECIDE, department="tax", reasons=(WHY,))
        assert refused(reviewed(), HEAD, command) is Code.NOT_RETURNABLE

    def test_what_only_the_head_may_do_is_not_sent_away(self) -> None:
        one = accepted()
        one.act(OFFICER, c.ProposeExtension(matter="PERMIT", days=5, reasons=(WHY,)))
        name = f"{NUMBER}.PERMIT.extension-1"
        command = c.TransferTask(task=name, department="tax", reasons=(WHY,))
        assert refused(one, HEAD, command) is Code.NOT_RETURNABLE
        assert refused(one, HEAD, c.ReturnTask(task=name, points=(POINT,))) is Code.NOT_RETURNABLE


class TestAlongside:
    """Other matters of the same application neither wait nor move."""

    def test_nothing_of_any_matter_moves(self) -> None:
        one = reviewed(*ALONGSIDE)
        before, statuses = clocks(one), {key: one.status(key) for key in one.state.matters}
        theirs = {each.id for each in one.state.open_tasks if each.matter != "PERMIT"}
        send_back(one, HEAD, DECIDE)
        send_back(one, OFFICER, f"{REVIEW}-r1")
        rework(one, f"{NUMBER}.PERMIT.rework-2")
        one.act(OFFICER, c.BeginTask(task=f"{REVIEW}-r2"))
        one.act(OFFICER, c.WaitTask(task=f"{REVIEW}-r2", cause="expert"))
        one.act(OFFICER, ask("consultation", "tax"))
        send_back(one, OTHER, f"{NUMBER}.PERMIT.consultation-1-tax")
        pass_review(one, f"{REVIEW}-r2")
        assert clocks(one) == before
        assert {key: one.status(key) for key in one.state.matters} == statuses
        assert {e.id for e in one.state.open_tasks if e.matter != "PERMIT"} == theirs
