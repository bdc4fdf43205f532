"""Pauses, extensions, hearings, two officers, lower organs, parties (行政许可法 34–48)."""

from datetime import date, datetime, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import SHANGHAI, end_of_day
from definitions.rules.clocks import due
from tests.support.legal import (
    APPLICANT,
    CALENDAR,
    CATALOGUE,
    CLERK,
    FILE,
    HEAD,
    MAYOR,
    NOW,
    OFFICER,
    OTHER,
    SECOND,
    SUPERVISOR,
    TAX_HEAD,
    TEXT,
    WHY,
    accept,
    complete,
    grant,
    life,
    planned,
    review,
    rewritten,
)
from tests.support.lives import Folded, pass_to


def day_of(one: Folded, kind: ClockKind, key: str = "PERMIT") -> date | None:
    """The last day of the clock, running or not."""
    clock = next(x for x in reversed(one.state.matters[key].clocks) if x.kind is kind)
    return due(clock, one.state.calendar).day


def refused(one: Folded, actor: object, command: object) -> Refused:
    """What refuses the command; nothing changes by it."""
    before = one.events
    with pytest.raises(Refused) as caught:
        one.act(actor, command)  # type: ignore[arg-type]
    assert one.events == before
    return caught.value


def begin(cause: str = "testing", days: int = 10, **more: object) -> c.StartProcedure:
    """A special procedure of PERMIT."""
    said = {"matter": "PERMIT", "cause": cause, "days": days, "reasons": (WHY,), **more}
    return c.StartProcedure.model_validate(said)


END = c.EndProcedure(matter="PERMIT", result=(FILE,))


@pytest.fixture
def one() -> Folded:
    """PERMIT, just accepted: due on 16 March as promised, 30 March by law."""
    found = life()
    accept(found)
    return found


class TestProcedures:
    @pytest.mark.law("行政许可法 45", "时限 D20", "时限 PROMISE")
    def test_its_days_are_not_counted(self, one: Folded) -> None:
        """The day it begins still counts, the day it ends does not (民法典 201)."""
        one.now += timedelta(days=2)  # Wednesday 4 March
        one.act(OFFICER, begin())
        assert day_of(one, ClockKind.STATUTORY) is None
        one.now += timedelta(days=7)  # Wednesday 11 March
        one.act(OFFICER, END)
        # 5, 6, 9, 10 and 11 March are left out.
        assert day_of(one, ClockKind.PROMISED) == date(2026, 3, 23)
        assert day_of(one, ClockKind.STATUTORY) == date(2026, 4, 7)

    @pytest.mark.law("行政许可法 45")
    def test_the_applicant_is_told_how_long_and_when_it_is_over(self, one: Folded) -> None:
        one.act(OFFICER, begin())
        one.act(OFFICER, END)
        kinds = [d.kind for d in one.state.documents.values()]
        assert kinds[-2:] == ["procedure", "procedure_end"]

    @pytest.mark.law("行政许可法 45")
    @pytest.mark.parametrize("cause", ["site_survey", "holiday", ""])
    def test_only_for_the_closed_list(self, one: Folded, cause: str) -> None:
        """现场踏勘 is not on it."""
        found = refused(one, OFFICER, begin(cause))
        assert (found.code, found.field) == (Code.CAUSE_UNKNOWN, "/cause")

    @pytest.mark.law("行政许可法 45")
    def test_the_list_is_the_law_s(self) -> None:
        assert [each.name for each in CATALOGUE.procedures] == [
            "听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"
        ]  # fmt: skip

    @pytest.mark.law("行政许可法 48")
    def test_a_hearing_has_its_own_way(self, one: Folded) -> None:
        assert refused(one, OFFICER, begin("hearing")).code is Code.CAUSE_UNKNOWN

    def test_not_without_a_reason_or_a_length(self, one: Folded) -> None:
        assert refused(one, OFFICER, begin(reasons=())).code is Code.REASONS_MISSING
        assert refused(one, OFFICER, begin(days=0)).code is Code.DEADLINE_PAST
        assert refused(one, OFFICER, begin(days=366)).code is Code.LIMIT_TOO_LONG

    def test_not_twice_at_once_and_not_ended_twice(self, one: Folded) -> None:
        one.act(OFFICER, begin())
        assert refused(one, OFFICER, begin()).code is Code.SUSPENDED
        one.act(OFFICER, END)
        assert refused(one, OFFICER, END).code is Code.NOT_SUSPENDED

    def test_only_by_the_organ_and_only_in_hand(self, one: Folded) -> None:
        for actor in (OTHER, CLERK, APPLICANT, SUPERVISOR):
            assert refused(one, actor, begin()).code is Code.FORBIDDEN
        assert refused(life(), OFFICER, begin()).code is Code.NOT_IN_HAND

    def test_nothing_is_decided_meanwhile(self, one: Folded) -> None:
        review(one)
        one.act(OFFICER, begin())
        with pytest.raises(Refused) as caught:
            complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert caught.value.code is Code.SUSPENDED

    def test_longer_than_told_is_an_alarm_of_its_own(self, one: Folded) -> None:
        one.act(OFFICER, begin(days=3))
        pass_to(one, end_of_day(date(2026, 3, 5)))
        (event,) = (r.event for r in one.events if r.event.kind == "clock_expired")
        assert event.clock is ClockKind.PROCEDURE
        assert one.state.matters["PERMIT"].shown == "suspended"

    def test_what_does_not_stop_by_law_goes_on(self) -> None:
        """A registration's three days are not of the licensing law (REG3)."""
        one = life(planned("register"))
        command = c.StartProcedure(matter="REG", cause="testing", days=5, reasons=(WHY,))
        before = day_of(one, ClockKind.STATUTORY, "REG")
        one.act(OTHER, command)
        assert day_of(one, ClockKind.STATUTORY, "REG") == before


def propose(days: int, matter: str = "PERMIT") -> c.ProposeExtension:
    """Ask for more time."""
    return c.ProposeExtension(matter=matter, days=days, reasons=(WHY,))


class TestExtension:
    @pytest.mark.law("行政许可法 42(1)", "时限 D20", "时限 PROMISE")
    def test_ten_days_once_by_the_head_of_the_organ(self, one: Folded) -> None:
        one.act(OFFICER, propose(10))
        (task,) = (t for t in one.state.open_tasks if t.kind == "extension")
        assert (task.department, task.role, task.days) == ("food", "approver", 10)
        complete(one, HEAD, "PERMIT.extension-1", Outcome.APPROVE)
        assert day_of(one, ClockKind.STATUTORY) == date(2026, 4, 14)
        assert day_of(one, ClockKind.PROMISED) == date(2026, 3, 30)
        assert f"{one.state.number}.PERMIT.extension" in one.state.documents
        assert refused(one, OFFICER, propose(1)).code is Code.ALREADY_EXTENDED

    @pytest.mark.law("行政许可法 42(2)", "时限 D45")
    def test_fifteen_days_by_the_head_of_the_government(self) -> None:
        one = life(planned("joint"))
        grant(one)
        one.act(OFFICER, propose(15, "JOINT"))
        (task,) = (t for t in one.state.open_tasks if t.kind == "extension")
        assert task.department == "district_government"
        with pytest.raises(Refused):
            complete(one, HEAD, "JOINT.extension-1", Outcome.APPROVE)
        before = day_of(one, ClockKind.STATUTORY, "JOINT")
        complete(one, MAYOR, "JOINT.extension-1", Outcome.APPROVE)
        after = day_of(one, ClockKind.STATUTORY, "JOINT")
        assert (before, after) == (date(2026, 5, 8), date(2026, 5, 28))

    @pytest.mark.law("时限 REG3")
    def test_a_registration_by_three(self) -> None:
        one = life(planned("register"))
        assert day_of(one, ClockKind.STATUTORY, "REG") == date(2026, 3, 5)
        assert refused(one, OTHER, propose(4, "REG")).code is Code.LIMIT_TOO_LONG
        one.act(OTHER, propose(3, "REG"))
        complete(one, TAX_HEAD, "REG.extension-1", Outcome.APPROVE)
        assert day_of(one, ClockKind.STATUTORY, "REG") == date(2026, 3, 10)

    @pytest.mark.law("行政许可法 42(1)")
    def test_not_longer_than_the_law_allows(self, one: Folded) -> None:
        assert refused(one, OFFICER, propose(11)).code is Code.LIMIT_TOO_LONG
        assert refused(one, OFFICER, propose(0)).code is Code.DEADLINE_PAST

    @pytest.mark.law("行政许可法 42(1)")
    def test_with_its_reason(self, one: Folded) -> None:
        command = c.ProposeExtension(matter="PERMIT", days=5, reasons=())
        assert refused(one, OFFICER, command).code is Code.REASONS_MISSING

    def test_not_proposed_twice_and_not_after_it_has_passed(self, one: Folded) -> None:
        one.act(OFFICER, propose(5))
        assert refused(one, OFFICER, propose(5)).code is Code.ALREADY_EXTENDED
        complete(one, HEAD, "PERMIT.extension-1", Outcome.DECLINE)
        one.act(OFFICER, propose(4))
        pass_to(one, end_of_day(date(2026, 3, 30)))
        with pytest.raises(Refused) as caught:
            complete(one, HEAD, "PERMIT.extension-2", Outcome.APPROVE)
        assert caught.value.code is Code.DEADLINE_PAST

    def test_who_proposes_does_not_approve(self, one: Folded) -> None:
        one.act(HEAD, propose(5))
        with pytest.raises(Refused) as caught:
            complete(one, HEAD, "PERMIT.extension-1", Outcome.APPROVE)
        assert caught.value.code is Code.FOUR_EYES


def at(day: int, hour: int = 9) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def schedule(on: datetime, chair: str = "chair") -> c.ScheduleHearing:
    """Time, place and chair."""
    return c.ScheduleHearing(matter="PERMIT", on=on, place=TEXT, chair=chair)


TELL = c.TellHearingRight(matter="PERMIT", reasons=(WHY,))


class TestHearing:
    @pytest.mark.law("行政许可法 47", "时限 HEAR5")
    def test_the_right_is_told_before_the_decision(self) -> None:
        one = life(planned(heard="yes"))
        accept(one)
        review(one)
        with pytest.raises(Refused) as caught:
            complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert caught.value.code is Code.HEARING_DUE
        one.act(OFFICER, TELL)
        assert day_of(one, ClockKind.HEARING_REQUEST) == date(2026, 3, 9)
        assert f"{one.state.number}.PERMIT.hearing_right" in one.state.documents
        pass_to(one, end_of_day(date(2026, 3, 9)))
        assert one.state.matters["PERMIT"].hearing.status == "waived"  # type: ignore[union-attr]
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert one.status("PERMIT") == "issued"

    @pytest.mark.law("行政许可法 47", "时限 HEAR20", "行政许可法 45")
    def test_asked_for_it_is_held_within_twenty_days_that_do_not_count(self, one: Folded) -> None:
        one.act(OFFICER, TELL)
        one.now += timedelta(days=1)
        one.act(APPLICANT, c.AnswerHearing(matter="PERMIT", wanted=True))
        assert day_of(one, ClockKind.HEARING) == date(2026, 3, 31)
        assert one.state.matters["PERMIT"].shown == "suspended"
        assert day_of(one, ClockKind.STATUTORY) is None

    @pytest.mark.law("行政许可法 48", "时限 HEAR7")
    def test_seven_working_days_ahead(self, one: Folded) -> None:
        """Told on 2 March, the seventh working day after it is the 11th."""
        assert refused(one, OFFICER, schedule(at(10))).code is Code.LIMIT_TOO_SHORT
        one.act(OFFICER, schedule(at(11)))
        assert f"{one.state.number}.PERMIT.hearing_notice-202603110900" in one.state.documents

    @pytest.mark.law("行政许可法 46")
    def test_the_organ_may_hold_one_of_its_own_motion(self, one: Folded) -> None:
        one.act(OFFICER, schedule(at(12)))
        (event,) = (r.event for r in one.events if r.event.kind == "hearing_requested")
        assert event.own_motion

    @pytest.mark.law("行政许可法 48")
    def test_the_chair_is_not_the_examiner(self, one: Folded) -> None:
        review(one)
        for examiner in (OFFICER, SECOND):
            found = refused(one, HEAD, schedule(at(12), examiner.id))
            assert (found.code, found.field) == (Code.FOUR_EYES, "/chair")

    @pytest.mark.law("行政许可法 48")
    def test_the_decision_waits_for_the_signed_minutes(self, one: Folded) -> None:
        review(one)
        one.act(HEAD, schedule(at(12)))
        with pytest.raises(Refused) as caught:
            complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert caught.value.code is Code.HEARING_DUE
        with pytest.raises(Refused) as early:
            complete(one, OFFICER, "PERMIT.hearing", Outcome.HELD, files=(FILE,))
        assert early.value.code is Code.HEARING_NOT_OPEN
        one.now = at(12, 11)
        with pytest.raises(Refused) as unsigned:
            complete(one, OFFICER, "PERMIT.hearing", Outcome.HELD)
        assert unsigned.value.code is Code.FILES_MISSING
        complete(one, OFFICER, "PERMIT.hearing", Outcome.HELD, files=(FILE,))
        assert one.state.matters["PERMIT"].procedure is None
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert one.status("PERMIT") == "issued"

    @pytest.mark.parametrize(
        ("on", "code"),
        [
            (at(1), Code.DEADLINE_PAST),
            (at(15), Code.INVALID),  # a Sunday
            (datetime(2028, 3, 1, 9, tzinfo=SHANGHAI), Code.LIMIT_TOO_LONG),
        ],
    )
    def test_the_day_must_be_possible(self, one: Folded, on: datetime, code: Code) -> None:
        found = refused(one, OFFICER, schedule(on))
        assert (found.code, found.field) == (code, "/on")

    def test_not_after_the_twentieth_day(self, one: Folded) -> None:
        one.act(OFFICER, TELL)
        one.act(APPLICANT, c.AnswerHearing(matter="PERMIT", wanted=True))
        found = refused(one, OFFICER, schedule(datetime(2026, 3, 31, 9, tzinfo=SHANGHAI)))
        assert found.code is Code.LIMIT_TOO_LONG

    def test_given_up_or_asked_for_once(self, one: Folded) -> None:
        answer = c.AnswerHearing(matter="PERMIT", wanted=False)
        assert refused(one, APPLICANT, answer).code is Code.HEARING_NOT_OPEN
        one.act(OFFICER, TELL)
        assert refused(one, OFFICER, TELL).code is Code.HEARING_NOT_OPEN
        one.act(CLERK, answer)
        assert refused(one, APPLICANT, answer).code is Code.HEARING_NOT_OPEN

    def test_it_does_not_end_as_other_procedures_do(self, one: Folded) -> None:
        one.act(OFFICER, schedule(at(12)))
        assert refused(one, OFFICER, END).code is Code.HEARING_DUE


class TestReview:
    @pytest.mark.law("行政许可法 34(3)")
    def test_on_site_it_takes_two(self, one: Folded) -> None:
        with pytest.raises(Refused) as caught:
            complete(one, OFFICER, "PERMIT.review", Outcome.PASS, companions=("officer",))
        assert (caught.value.code, caught.value.field) == (Code.OFFICERS_MISSING, "/companions")
        review(one)
        assert one.state.matters["PERMIT"].reviewed_by == ("officer", "second")

    def test_neither_of_them_decides(self) -> None:
        one = life()
        accept(one)
        complete(one, OFFICER, "PERMIT.review", Outcome.PASS, companions=("head",))
        with pytest.raises(Refused) as caught:
            complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert caught.value.code is Code.FOUR_EYES

    @pytest.mark.law("行政许可法 35、43")
    def test_a_lower_organ_examines_first_in_its_own_time(self) -> None:
        steps = [
            {"kind": "review", "key": "first", "name": "初审", "department": "tax",
             "limit": {"days": 20}},
            {"kind": "decide", "key": "decide", "name": "决定"},
        ]  # fmt: skip
        one = life(planned(service=rewritten(steps=steps)))
        accept(one)
        (task,) = one.state.open_tasks
        assert (task.department, task.kind) == ("tax", "review")
        assert day_of(one, ClockKind.INTERNAL) == date(2026, 3, 30)
        complete(one, OTHER, "PERMIT.first", Outcome.PASS)
        assert one.state.matters["PERMIT"].clock(ClockKind.INTERNAL) is None
        # The upper organ goes on with the same papers: nothing is asked again.
        assert [t.kind for t in one.state.open_tasks] == ["decide"]

    @pytest.mark.law("行政许可法 36")
    def test_those_concerned_are_told_and_heard(self) -> None:
        steps = [
            {"kind": "publicity", "key": "parties", "name": "征求利害关系人意见",
             "limit": {"days": 5}, "parties": True},
            {"kind": "decide", "key": "decide", "name": "决定"},
        ]  # fmt: skip
        one = life(planned(service=rewritten(steps=steps)))
        accept(one)
        one.act(CLERK, c.RaiseObjection(matter="PERMIT", objection=WHY))
        pass_to(one, end_of_day(date(2026, 3, 20)))
        # Nothing is decided before what was said is examined.
        assert [t.kind for t in one.state.open_tasks] == ["objection"]
        complete(one, OFFICER, "PERMIT.objection-1", Outcome.DISMISS)
        assert [t.kind for t in one.state.open_tasks] == ["decide"]


def test_the_calendar_is_the_shipped_one() -> None:
    """The days above were counted by hand on the State Council's notice for 2026."""
    assert CALENDAR.published_until >= date(2026, 12, 31)
    assert NOW.astimezone(SHANGHAI).date() == date(2026, 3, 2)
