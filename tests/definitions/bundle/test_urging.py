"""督办: the ladder is climbed in office hours, a rung once each, and not after the task is done.

PERMIT is promised in ten working days: accepted on Monday 2 March it is due on Monday 16 March. The
ladder says 12 and 3 hours before, the first office hour after, and 6 hours after that.
"""

from datetime import date, datetime, time, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.bundle.settle import next_due
from definitions.bundle.urging import alerted, task_due
from definitions.bundle.view import changes
from definitions.errors import Code
from definitions.language.base import SHANGHAI
from definitions.language.roles import SYSTEM
from definitions.matter.events import TaskEscalated
from definitions.matter.tasks import Outcome, TaskKind
from definitions.rules.calendar import add_working_days, local_day
from tests.support.at_work import (
    DECIDE,
    REVIEW,
    accepted,
    ask,
    pass_review,
    refused,
    said,
    send_back,
    task,
)
from tests.support.legal import (
    APPLICANT,
    CALENDAR,
    CLERK,
    HEAD,
    OFFICER,
    OTHER,
    SECOND,
    SUPERVISOR,
    WHY,
    complete,
)
from tests.support.lives import Folded, at, pass_to
from tests.support.services import NUMBER

Climbed = tuple[str, str]
CONSULTED = f"{NUMBER}.PERMIT.consultation-1-tax"


def on(day: str, hour: str = "10:00") -> datetime:
    """A moment in Shanghai."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), SHANGHAI)


def watch(one: Folded, until: datetime) -> None:
    """Time passes as timers have it: from one instant at which something follows to the next."""
    while (due := next_due(one.state)) is not None and due <= until:
        one.now = max(one.now, due)
        assert one.act(SYSTEM, c.PassTime())
    pass_to(one, until)


def climbed(one: Folded, name: str) -> list[Climbed]:
    """Each rung of the task, with when it was climbed, in Shanghai."""
    return [
        (recorded.event.rung, recorded.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"))
        for recorded in one.events
        if isinstance(recorded.event, TaskEscalated) and recorded.event.task == name
    ]


class TestLadder:
    def test_each_rung_at_its_office_hour_once(self) -> None:
        one = accepted()
        watch(one, on("2026-04-30"))
        assert climbed(one, REVIEW) == [
            ("early", "03-13 09:00"),
            ("near", "03-16 14:00"),
            ("breach", "03-17 09:00"),
            ("late", "03-17 17:00"),
        ]
        told = [r.event.to for r in one.events if isinstance(r.event, TaskEscalated)]
        assert told == ["holder", "head", "head", "supervisor"]

    def test_who_stands_on_the_last_rung_is_who_sees_it(self) -> None:
        one = accepted()
        assert alerted(one.state, task(one, REVIEW)) is None
        watch(one, on("2026-03-16", "15:00"))
        (row,) = (row for row in changes(None, one.state).tasks if row.id == REVIEW)
        assert (row.level, row.alerted, row.alerted_at) == (2, "head", on("2026-03-16", "14:00"))

    def test_a_weekend_is_no_time_to_call(self) -> None:
        """Accepted on a Friday, due on a Friday: the breach is told on Monday."""
        one = accepted(now=on("2026-03-06"))
        watch(one, on("2026-03-25"))
        assert climbed(one, REVIEW) == [
            ("early", "03-19 09:00"),
            ("near", "03-20 14:00"),
            ("breach", "03-23 09:00"),
            ("late", "03-23 17:00"),
        ]

    def test_a_saturday_that_is_worked_is(self) -> None:
        """9 May 2026 makes up for the holiday before."""
        begun = add_working_days(date(2026, 5, 8), -10, CALENDAR)
        one = accepted(now=on(begun.isoformat()))
        watch(one, on("2026-05-10"))
        assert climbed(one, REVIEW)[2:] == [("breach", "05-09 09:00"), ("late", "05-09 17:00")]

    def test_several_rungs_passed_at_once_are_all_climbed(self) -> None:
        """The clock stood still for us, not for the task: nobody is left untold."""
        one = accepted()
        pass_to(one, on("2026-03-18"))
        assert [rung for rung, _ in climbed(one, REVIEW)] == ["early", "near", "breach", "late"]

    def test_none_after_it_is_done(self) -> None:
        one = accepted()
        watch(one, on("2026-03-13"))
        pass_review(one)
        watch(one, on("2026-04-30"))
        assert [rung for rung, _ in climbed(one, REVIEW)] == ["early"]
        assert [rung for rung, _ in climbed(one, DECIDE)] == ["near", "breach", "late"]

    @pytest.mark.parametrize("way", ["withdrawn", "returned"])
    def test_none_after_it_is_over_in_another_way(self, way: str) -> None:
        one = accepted()
        watch(one, on("2026-03-13"))
        if way == "withdrawn":
            one.act(CLERK, c.WithdrawBundle())
        else:
            send_back(one, OFFICER, REVIEW)
        watch(one, on("2026-04-30"))
        assert [rung for rung, _ in climbed(one, REVIEW)] == ["early"]

    def test_a_plan_without_a_ladder_calls_nobody(self) -> None:
        one = accepted()
        plan = one.state.plan.model_copy(update={"supervision": None})
        bare = one.state.model_copy(update={"plan": plan})
        watched = next_due(one.state), next_due(bare)
        assert watched == (on("2026-03-13", "09:00"), at(date(2026, 3, 16)))


class TestOpenedLate:
    def _returned(self, moment: datetime) -> tuple[Folded, str]:
        one = accepted()
        pass_review(one)
        watch(one, moment)
        send_back(one, HEAD, DECIDE)
        return one, f"{REVIEW}-r1"

    def test_what_is_opened_after_a_warning_is_not_warned_of_it(self) -> None:
        one, again = self._returned(on("2026-03-13", "11:00"))
        watch(one, on("2026-04-30"))
        assert [rung for rung, _ in climbed(one, again)] == ["near", "breach", "late"]

    def test_what_is_opened_too_late_is_late_from_the_next_office_hour(self) -> None:
        """Opened on a Saturday, days after its limit: told on Monday morning, not at night."""
        one, again = self._returned(on("2026-03-21", "22:00"))
        assert climbed(one, again) == []
        watch(one, on("2026-04-30"))
        assert climbed(one, again) == [("breach", "03-23 09:00"), ("late", "03-23 09:00")]


class TestMovedLimits:
    def test_an_extension_moves_what_is_still_to_come(self) -> None:
        one = accepted()
        watch(one, on("2026-03-13"))
        one.act(OFFICER, c.ProposeExtension(matter="PERMIT", days=5, reasons=(WHY,)))
        complete(one, HEAD, "PERMIT.extension-1", Outcome.APPROVE)
        assert task_due(one.state, task(one, REVIEW)) == at(date(2026, 3, 23))
        watch(one, on("2026-04-30"))
        assert climbed(one, REVIEW) == [
            ("early", "03-13 09:00"),
            ("near", "03-23 14:00"),
            ("breach", "03-24 09:00"),
            ("late", "03-24 17:00"),
        ]

    def test_while_a_special_procedure_stops_the_clock_nobody_is_called(self) -> None:
        one = accepted()
        pause = c.StartProcedure(matter="PERMIT", cause="testing", days=10, reasons=(WHY,))
        one.act(OFFICER, pause)
        assert task_due(one.state, task(one, REVIEW)) is None
        watch(one, on("2026-03-31"))
        assert climbed(one, REVIEW) == []
        one.act(OFFICER, c.EndProcedure(matter="PERMIT"))
        ends = task_due(one.state, task(one, REVIEW))
        assert ends is not None
        assert local_day(ends) > date(2026, 4, 10)
        watch(one, ends)
        assert [rung for rung, _ in climbed(one, REVIEW)] == ["early", "near"]

    def test_a_new_calendar_moves_a_request_s_own_limit_and_its_row(self) -> None:
        one = accepted()
        one.act(OFFICER, ask(tacit=True))
        holiday = {date(2026, 3, 4): False}
        later = CALENDAR.model_copy(
            update={"version": "v2", "exceptions": {**CALENDAR.exceptions, **holiday}}
        )
        before = one.state
        one.act(SYSTEM, c.UseCalendar(calendar=later))
        assert task_due(one.state, task(one, CONSULTED)) == at(date(2026, 3, 6))
        moved = {row.id: row.due_at for row in changes(before, one.state).tasks}
        assert moved[CONSULTED] == at(date(2026, 3, 6))
        assert "consent_deemed" not in pass_to(one, at(date(2026, 3, 5)))
        assert "consent_deemed" in pass_to(one, at(date(2026, 3, 6)))


class TestOwnLimits:
    def test_a_request_is_urged_by_its_own_limit(self) -> None:
        one = accepted()
        one.act(OFFICER, ask())
        watch(one, on("2026-03-12"))
        assert climbed(one, CONSULTED) == [
            ("early", "03-04 09:00"),
            ("near", "03-05 14:00"),
            ("breach", "03-06 09:00"),
            ("late", "03-06 17:00"),
        ]
        assert climbed(one, REVIEW) == []

    def test_one_answered_by_silence_is_not_late(self) -> None:
        one = accepted()
        one.act(OFFICER, ask(tacit=True))
        watch(one, on("2026-03-12"))
        assert [rung for rung, _ in climbed(one, CONSULTED)] == ["early", "near"]

    def test_a_complaint_is_urged_even_when_its_matter_is_over(self) -> None:
        one = accepted()
        one.act(APPLICANT, c.Complain(matter="PERMIT", complaint=WHY))
        one.act(CLERK, c.WithdrawBundle())
        watch(one, on("2026-03-12"))
        name = f"{NUMBER}.PERMIT.complaint-1"
        assert [rung for rung, _ in climbed(one, name)] == ["early", "near", "breach", "late"]

    def test_putting_right_before_acceptance_is_pressed_by_the_five_days(self) -> None:
        one = accepted()
        assert task_due(one.state, task(one, REVIEW)) == at(date(2026, 3, 16))
        send_back(one, OFFICER, REVIEW)
        rework = next(each for each in one.state.open_tasks if each.kind is TaskKind.REWORK)
        assert task_due(one.state, rework) == at(date(2026, 3, 16))


class TestUrging:
    URGE = c.UrgeTask(task=REVIEW, reasons=(WHY,))

    def test_a_supervisor_asks_for_it_to_be_done(self) -> None:
        one = accepted()
        assert one.act(SUPERVISOR, self.URGE) == ("task_urged",)
        assert climbed(one, REVIEW) == []
        assert task(one, REVIEW).status == "ready"

    def test_with_words_and_only_what_is_open(self) -> None:
        one = accepted()
        bare = self.URGE.model_copy(update={"reasons": ()})
        assert refused(one, SUPERVISOR, bare) is Code.REASONS_MISSING
        unknown = self.URGE.model_copy(update={"task": f"{NUMBER}.PERMIT.no"})
        assert refused(one, SUPERVISOR, unknown) is Code.UNKNOWN_TASK
        pass_review(one)
        assert refused(one, SUPERVISOR, self.URGE) is Code.TASK_NOT_OPEN

    def test_nobody_else(self) -> None:
        for actor in (OFFICER, HEAD, OTHER, SECOND, CLERK):
            assert refused(accepted(), actor, self.URGE) is Code.FORBIDDEN


def test_what_is_held_handed_over_or_proposed_is_urged_all_the_same() -> None:
    """No wait, no review and no transfer stops a clock."""
    one = accepted()
    one.act(OFFICER, c.BeginTask(task=REVIEW))
    one.act(OFFICER, c.WaitTask(task=REVIEW, cause="register"))
    watch(one, on("2026-03-13"))
    one.act(OFFICER, c.ResumeTask(task=REVIEW))
    went = said(Outcome.PASS, companions=("second",))
    one.act(OFFICER, c.ProposeCompletion(task=REVIEW, completion=went))
    watch(one, on("2026-03-16", "15:00"))
    one.act(SECOND, c.SendBackTask(task=REVIEW, reasons=(WHY,)))
    one.act(OFFICER, c.TransferTask(task=REVIEW, department="tax", reasons=(WHY,)))
    watch(one, on("2026-03-16", "15:00") + timedelta(days=5))
    assert [rung for rung, _ in climbed(one, REVIEW)] == ["early", "near", "breach", "late"]
