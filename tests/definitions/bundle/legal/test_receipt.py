"""Receipt (行政许可法 32, domain.md §1.3): always taken in, told once, accepted or not."""

from datetime import date, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.matter.events import MatterAccepted, MatterDeemedAccepted, MatterNotAccepted
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import end_of_day, local_day
from definitions.rules.clocks import due
from tests.support.legal import (
    CALENDAR,
    CLERK,
    FILE,
    HEAD,
    NOW,
    OFFICER,
    OTHER,
    SUPERVISOR,
    TEXT,
    WHY,
    accept,
    complete,
    life,
    notice,
    planned,
    review,
    rewritten,
    supply,
)
from tests.support.lives import Folded, pass_to


def refused(one: Folded, *said: object, **more: object) -> Refused:
    """What refuses the completion of a task; nothing changes by it."""
    before = one.events
    with pytest.raises(Refused) as caught:
        complete(one, *said, **more)  # type: ignore[arg-type]
    assert one.events == before
    return caught.value


def documents(one: Folded) -> set[str]:
    """What was issued for PERMIT."""
    return {d.kind for d in one.state.documents.values() if d.matter == "PERMIT"}


def ask(one: Folded, *codes: str, **more: object) -> tuple[str, ...]:
    """The supplement notice."""
    return complete(
        one, OFFICER, "PERMIT.receipt", Outcome.ASK_SUPPLEMENT, **notice(*codes), **more
    )


def check(one: Folded, code: str, outcome: Outcome = Outcome.ACCEPT) -> tuple[str, ...]:
    """The organ looks at what came in."""
    supplies = one.state.materials[code].supplies
    return complete(one, OFFICER, f"PERMIT.check-{code}-{supplies}", outcome)


class TestOutcomes:
    @pytest.mark.law("行政许可法 32(1)(5)", "行政许可法 32(2)")
    def test_complete_is_accepted_in_writing(self) -> None:
        one = life()
        assert one.status("PERMIT") == "received"
        accept(one)
        assert one.status("PERMIT") == "accepted"
        assert documents(one) == {"acceptance"}

    @pytest.mark.law("行政许可法 32(1)(1)", "行政许可法 32(2)")
    def test_no_permission_needed_is_told_at_once(self) -> None:
        one = life(planned(kind="exempt"))
        assert one.status("PERMIT") == "not_accepted"
        assert one.state.matters["PERMIT"].not_accepted == "not_required"
        assert documents(one) == {"not_accepted"}

    @pytest.mark.law("行政许可法 32(1)(2)", "登记管理条例实施细则 4")
    def test_what_is_another_s_is_told_at_once_with_who_is_competent(self) -> None:
        one = life(planned(kind="joint_stock"))
        (event,) = (r.event for r in one.events if isinstance(r.event, MatterNotAccepted))
        assert (event.why, event.organ) == ("not_competent", "上海市市场监督管理局")
        assert one.status("PERMIT") == "not_accepted"

    @pytest.mark.law("行政许可法 32(1)(2)")
    def test_an_officer_who_finds_it_is_another_s_names_the_organ(self) -> None:
        one = life()
        found = refused(one, OFFICER, "PERMIT.receipt", Outcome.NOT_COMPETENT)
        assert (found.code, found.field) == (Code.REASONS_MISSING, "/organ")
        complete(one, OFFICER, "PERMIT.receipt", Outcome.NOT_COMPETENT, organ="上海市商务委员会")
        assert one.state.matters["PERMIT"].competent == "上海市商务委员会"

    @pytest.mark.law("行政许可法 78", "行政许可法 79")
    def test_a_barred_applicant_is_not_accepted(self) -> None:
        one = life(planned(firm={"licence_bar_one_year": True}))
        assert one.state.matters["PERMIT"].not_accepted == "barred"

    @pytest.mark.law("上海优化营商环境条例 25(4)")
    def test_whatever_is_missing_it_is_taken_in_with_a_receipt(self) -> None:
        """不得不予收件: no command refuses to take in, and none could."""
        for lacking in ((), ("M01",), ("M01", "M03", "M04")):
            one = life(lacking=lacking)
            assert one.status("PERMIT") == "received"
            assert "intake" in {d.kind for d in one.state.documents.values()}

    def test_an_item_that_is_not_in_force_cannot_be_started(self) -> None:
        later = rewritten(valid={"since": date(2026, 3, 3)})
        with pytest.raises(Refused) as caught:
            planned(service=later)
        assert caught.value.code is Code.ITEM_NOT_IN_FORCE

    def test_what_is_incomplete_is_not_accepted_by_mistake(self) -> None:
        one = life(lacking=("M01",))
        assert refused(one, OFFICER, "PERMIT.receipt", Outcome.ACCEPT).code is Code.MATERIAL_MISSING


class TestSupplement:
    @pytest.mark.law("行政许可法 32(1)(4)", "时限 SUPP")
    def test_all_points_are_told_once_with_a_day(self) -> None:
        one = life(lacking=("M03",))
        ask(one, "M03", "M04", days=10)
        matter = one.state.matters["PERMIT"]
        assert one.status("PERMIT") == "supplementing"
        assert "correction" in documents(one)
        clock = matter.clock(ClockKind.CORRECTION)
        assert clock is not None
        assert due(clock, CALENDAR).day == date(2026, 3, 16)
        # A paper that came in wrong is owed again.
        assert one.state.materials["M04"].status is MaterialStatus.REFUSED

    @pytest.mark.law("行政许可法 32(1)(4)")
    def test_a_notice_without_points_says_nothing(self) -> None:
        one = life()
        found = refused(one, OFFICER, "PERMIT.receipt", Outcome.ASK_SUPPLEMENT)
        assert (found.code, found.field) == (Code.REASONS_MISSING, "/points")

    @pytest.mark.parametrize(("days", "code"), [(0, "deadline-past"), (16, "limit-too-long")])
    def test_its_days_are_bounded(self, days: int, code: str) -> None:
        one = life()
        said = {**notice("M03"), "days": days}
        found = refused(one, OFFICER, "PERMIT.receipt", Outcome.ASK_SUPPLEMENT, **said)
        assert (found.code, found.field) == (code, "/days")

    @pytest.mark.law("行政许可法 33", "行政许可法 31")
    def test_what_is_waived_or_not_needed_may_not_be_asked(self) -> None:
        """DESIGN.md §7 rule 3."""
        one = life()
        for code, why in (("M02", Code.UNKNOWN_MATERIAL), ("M05", Code.UNKNOWN_MATERIAL)):
            said = notice(code)
            found = refused(one, OFFICER, "PERMIT.receipt", Outcome.ASK_SUPPLEMENT, **said)
            assert (found.code, found.field) == (why, "/points/0/material")

    @pytest.mark.law("行政许可法 32(1)(5)", "容缺 2.3(5)")
    def test_it_is_accepted_as_of_the_day_the_last_point_came(self) -> None:
        """However late the organ looks (domain.md §1.3)."""
        one = life(lacking=("M03", "M04"))
        ask(one, "M03", "M04")
        one.now += timedelta(days=1)
        supply(one, "M03")
        one.now += timedelta(days=1)
        came = one.now
        assert "supplement_arrived" in supply(one, "M04")
        check(one, "M03")
        one.now += timedelta(days=1)
        check(one, "M04")
        (event,) = (r.event for r in one.events if isinstance(r.event, MatterAccepted))
        assert event.since == came
        matter = one.state.matters["PERMIT"]
        assert matter.accepted_at == came
        promised = matter.clock(ClockKind.PROMISED)
        assert promised is not None
        assert promised.started_at == came

    @pytest.mark.law("行政许可法 32(1)(4)")
    def test_papers_nobody_looks_at_are_accepted_in_five_days(self) -> None:
        one = life(lacking=("M03",))
        ask(one, "M03")
        supply(one, "M03")
        pass_to(one, end_of_day(date(2026, 3, 9)))
        assert one.status("PERMIT") == "deemed_accepted"
        assert local_day(one.state.matters["PERMIT"].accepted_at or NOW) == date(2026, 3, 2)

    def test_what_is_rejected_again_is_asked_again_with_a_new_day(self) -> None:
        one = life(lacking=("M03", "M04"))
        ask(one, "M03", "M04", days=5)
        one.now += timedelta(days=2)
        supply(one, "M03")
        supply(one, "M04")
        check(one, "M03")
        check(one, "M04", Outcome.REJECT)
        matter = one.state.matters["PERMIT"]
        assert matter.notice is not None
        assert (matter.notice.count, matter.notice.materials) == (2, {"M04"})
        clock = matter.clock(ClockKind.CORRECTION)
        assert clock is not None
        assert (clock.limit.days, local_day(clock.started_at)) == (5, date(2026, 3, 4))

    @pytest.mark.law("时限 SUPP", "容缺 2.3(8)")
    def test_a_notice_not_followed_ends_it_in_writing(self) -> None:
        one = life(lacking=("M03",))
        ask(one, "M03", days=5)
        pass_to(one, end_of_day(date(2026, 3, 9)))
        assert one.status("PERMIT") == "lapsed"
        assert "lapse" in documents(one)
        with pytest.raises(Refused) as late:
            supply(one, "M03")
        assert late.value.code is Code.SUPPLEMENT_LATE


class TestSecondNotice:
    @pytest.fixture
    def one(self) -> Folded:
        """Noticed for M03; M04 turns out to be wanting too."""
        one = life(lacking=("M03",))
        ask(one, "M03")
        return one

    @pytest.mark.law("行政许可法 32(1)(4)", "行政许可法 72")
    def test_nothing_new_may_be_asked(self, one: Folded) -> None:
        said = notice("M04")
        found = refused(one, OFFICER, "PERMIT.receipt", Outcome.ASK_SUPPLEMENT, **said)
        assert found.code is Code.SECOND_NOTICE

    @pytest.mark.law("行政许可法 72")
    def test_a_supervisor_may_allow_it_and_that_is_kept_for_ever(self, one: Folded) -> None:
        one.act(SUPERVISOR, c.AllowSecondNotice(matter="PERMIT", reason=WHY))
        (event,) = (r for r in one.events if r.event.kind == "second_notice_allowed")
        assert event.actor == SUPERVISOR
        complete(one, OFFICER, "PERMIT.receipt-2", Outcome.ASK_SUPPLEMENT, **notice("M04"))
        matter = one.state.matters["PERMIT"]
        assert matter.notice is not None
        # What was owed before is still owed, and the permission is used up.
        assert (matter.notice.materials, matter.overridden) == ({"M03", "M04"}, False)
        assert "correction-2" in {name.split(".")[-1] for name in one.state.documents}
        found = refused(one, OFFICER, "PERMIT.receipt-2", Outcome.ASK_SUPPLEMENT, **notice("M01"))
        assert found.code is Code.SECOND_NOTICE

    def test_only_a_supervisor_may(self, one: Folded) -> None:
        for actor in (OFFICER, HEAD, CLERK):
            with pytest.raises(Refused) as caught:
                one.act(actor, c.AllowSecondNotice(matter="PERMIT", reason=WHY))
            assert caught.value.code is Code.FORBIDDEN


class TestDeemedAcceptance:
    @pytest.mark.law("行政许可法 32(1)(4)", "时限 ACC5")
    def test_it_counts_from_the_receipt_and_not_from_the_fifth_day(self) -> None:
        one = life()
        fifth = end_of_day(date(2026, 3, 9))
        assert pass_to(one, fifth - timedelta(seconds=1)) == ()
        pass_to(one, fifth)
        (event,) = (r.event for r in one.events if isinstance(r.event, MatterDeemedAccepted))
        assert event.since == NOW
        matter = one.state.matters["PERMIT"]
        assert (one.status("PERMIT"), matter.accepted_at) == ("deemed_accepted", NOW)
        statutory = matter.clock(ClockKind.STATUTORY)
        assert statutory is not None
        assert due(statutory, CALENDAR).day == date(2026, 3, 30)
        assert documents(one) == {"acceptance"}
        # The examination falls away; the review begins.
        assert [task.kind for task in one.state.open_tasks] == ["review"]

    @pytest.mark.law("行政许可法 32(1)(4)")
    def test_papers_that_are_missing_then_gate_the_grant_only(self) -> None:
        one = life(lacking=("M03",))
        pass_to(one, end_of_day(date(2026, 3, 9)))
        assert one.status("PERMIT") == "deemed_accepted"
        review(one)
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert one.status("PERMIT") == "reviewed_awaiting_supplement"
        supply(one, "M03")
        assert check(one, "M03")[-1]
        assert one.status("PERMIT") == "issued"


class TestCorrectionOnTheSpot:
    @pytest.mark.law("行政许可法 32(1)(3)")
    def test_a_field_is_put_right_and_who_did_it_is_kept(self) -> None:
        one = life()
        command = c.CorrectOnTheSpot(field="decided_on", was=WHY, becomes=TEXT)
        assert one.act(CLERK, command) == ("form_corrected",)
        assert one.events[-1].actor == CLERK

    @pytest.mark.law("行政许可法 32(1)(3)")
    def test_a_paper_is_exchanged(self) -> None:
        one = life()
        other = FILE.model_copy(update={"id": "f2"})
        one.act(CLERK, c.CorrectOnTheSpot(material="M01", files=(other,)))
        assert one.state.materials["M01"].files == (other,)

    def test_another_organ_puts_nothing_right_here(self) -> None:
        one = life()
        for command in (
            c.CorrectOnTheSpot(field="decided_on", becomes=TEXT),
            c.CorrectOnTheSpot(material="M01", files=(FILE,)),
        ):
            with pytest.raises(Refused):
                one.act(OTHER, command)

    def test_not_after_acceptance(self) -> None:
        one = life()
        accept(one)
        for command in (
            c.CorrectOnTheSpot(field="decided_on", becomes=TEXT),
            c.CorrectOnTheSpot(material="M01", files=(FILE,)),
        ):
            with pytest.raises(Refused) as caught:
                one.act(CLERK, command)
            assert caught.value.code is Code.NOT_CORRECTABLE


class TestSerialAndParallel:
    @pytest.mark.law("浙江最多跑一次规定 5(3)", "行政许可法 26")
    def test_parallel_matters_are_received_together_serial_ones_on_completion(self) -> None:
        one = life(planned("sign", "joint"))
        matters = one.state.matters
        assert matters["PERMIT"].received_at == matters["SIGN"].received_at == NOW
        assert matters["JOINT"].received_at is None
        accept(one)
        review(one)
        one.now += timedelta(days=3)
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert one.state.matters["JOINT"].received_at == one.now

    @pytest.mark.law("行政许可法 42(2)", "时限 D45")
    def test_a_joint_matter_is_accepted_with_the_others_and_handled_after_them(self) -> None:
        """Its 45 days run from the unified acceptance (domain.md §1.5)."""
        joint = rewritten("JOINT", needs=[{"matter": "PERMIT", "kind": "joint"}])
        one = life(planned("joint", service=joint))
        assert one.status("JOINT") == "accepted"
        clock = one.state.matters["JOINT"].clock(ClockKind.STATUTORY)
        assert clock is not None
        assert due(clock, CALENDAR).day == date(2026, 5, 8)
        assert [task.matter for task in one.state.open_tasks] == ["PERMIT"]
        accept(one)
        review(one)
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert [task.matter for task in one.state.open_tasks] == ["JOINT"]

    def test_a_joint_matter_ends_with_what_it_was_to_bring_together(self) -> None:
        joint = rewritten("JOINT", needs=[{"matter": "PERMIT", "kind": "joint"}])
        one = life(planned("joint", service=joint))
        accept(one)
        review(one)
        complete(one, HEAD, "PERMIT.decide", Outcome.REFUSE)
        assert one.status("JOINT") == "terminated"


class TestWhoMay:
    def test_another_department_does_not_even_see_the_task(self) -> None:
        found = refused(life(), OTHER, "PERMIT.receipt", Outcome.ACCEPT)
        assert found.code is Code.UNKNOWN_TASK

    def test_returning_is_not_a_way_around_the_examination(self) -> None:
        with pytest.raises(Refused) as caught:
            life().act(OFFICER, c.ReturnMatter(matter="PERMIT", reasons=(WHY,)))
        assert caught.value.code is Code.NOT_RETURNABLE

    @pytest.mark.law("登记管理条例实施细则 18(3)")
    def test_a_registration_is_returned_with_everything_that_was_wrong(self) -> None:
        one = life(planned("register"), lacking=("M07",))
        assert one.status("REG") == "holding"
        with pytest.raises(Refused) as caught:
            one.act(CLERK, c.ReturnMatter(matter="REG", reasons=()))
        assert caught.value.code is Code.REASONS_MISSING
        one.act(CLERK, c.ReturnMatter(matter="REG", reasons=(WHY,)))
        assert one.status("REG") == "lapsed"
        assert f"{one.state.number}.REG.returned" in one.state.documents
