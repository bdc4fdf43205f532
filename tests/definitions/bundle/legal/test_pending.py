"""The four modes (domain.md §2): what may be missing, for how long, and what follows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.bundle import commands as c
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.language.pending import Credit, Lapse
from definitions.matter.events import CreditRecorded, MatterLapsed, Reminded
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import SHANGHAI, end_of_day
from definitions.rules.clocks import due
from tests.support.legal import (
    APPLICANT,
    BASIS,
    CALENDAR,
    CATALOGUE,
    CLERK,
    HEAD,
    OFFICER,
    OTHER,
    SUPERVISOR,
    WHY,
    accept,
    complete,
    life,
    planned,
    review,
    rewritten,
    supply,
)
from tests.support.lives import Folded, pass_to

GAP = {"lacking": ("M03",), "committed": ("PERMIT",)}


def pending(**terms: object) -> Folded:
    """PERMIT, accepted with M03 pending, under these terms."""
    service = rewritten(accept_pending={"rule": "shanghai", "basis": BASIS, **terms})
    one = life(planned(service=service), **GAP)
    accept(one)
    return one


def last_day(one: Folded, key: str, kind: ClockKind) -> date | None:
    """The last day of the running clock."""
    clock = one.state.matters[key].clock(kind)
    assert clock is not None
    return due(clock, one.state.calendar).day


def refused(one: Folded, actor: object, command: object) -> Refused:
    """What refuses the command; nothing changes by it."""
    before = one.events
    with pytest.raises(Refused) as caught:
        one.act(actor, command)  # type: ignore[arg-type]
    assert one.events == before
    return caught.value


def prolong(days: int = 1, *, force_majeure: bool = False) -> c.ProlongSupplement:
    """More time for the gap of PERMIT."""
    return c.ProlongSupplement(
        matter="PERMIT",
        clock=ClockKind.SUPPLEMENT,
        days=days,
        reasons=(WHY,),
        force_majeure=force_majeure,
    )


class TestEligibility:
    @pytest.mark.law("容缺 2.3(1)")
    def test_it_is_the_applicant_s_choice(self) -> None:
        chosen = life(lacking=("M03",), committed=("PERMIT",))
        accept(chosen)
        assert chosen.status("PERMIT") == "accepted_pending"
        not_chosen = life(lacking=("M03",))
        with pytest.raises(Refused) as caught:
            accept(not_chosen)
        assert caught.value.code is Code.MATERIAL_MISSING

    @pytest.mark.law("容缺 2.3(2a)")
    def test_a_gap_that_is_not_on_the_list_is_not_borne(self) -> None:
        service = rewritten(
            materials=[{"code": "M03"}, {"code": "M04", "tolerable": {"days": 5}}, {"code": "M01"}]
        )
        one = life(planned(service=service), **GAP)
        with pytest.raises(Refused) as caught:
            accept(one)
        assert caught.value.code is Code.MATERIAL_MISSING

    @pytest.mark.law("容缺 2.3(2b)")
    def test_a_main_paper_is_never_borne_and_the_reason_is_told(self) -> None:
        service = rewritten(materials=[{"code": "M01", "tolerable": {"days": 5}}])
        gate = planned(service=service).matters[0].gates[0]
        assert gate.tolerable is None
        assert gate.why_not is not None
        assert "主审要件" in gate.why_not

    @pytest.mark.law("容缺 2.3(2c)")
    def test_an_instant_matter_cannot_have_it(self) -> None:
        with pytest.raises(ValueError, match="instant"):
            rewritten(instant=True)

    @pytest.mark.law("容缺 2.3(2d)")
    @pytest.mark.parametrize("record", ["dishonest", "broken_promise", "overdue_promise"])
    def test_a_bad_record_closes_it_and_the_reason_is_told(self, record: str) -> None:
        gates = planned(firm={record: True}).matters[0].gates
        assert [gate.tolerable for gate in gates] == [None, None, None]
        assert all(gate.why_not for gate in gates if gate.code != "M01")

    @pytest.mark.law("容缺 2.4(1)", "容缺 2.3(6)")
    @given(promised=st.integers(3, 20), listed=st.integers(1, 40), cap=st.integers(1, 20))
    def test_the_supplement_is_always_due_before_the_decision(
        self, promised: int, listed: int, cap: int
    ) -> None:
        """`min(cap, promised − 2 wd, listed)`; so always earlier by two working days at least."""
        service = rewritten(
            promised={"days": promised},
            materials=[{"code": "M03", "tolerable": {"days": listed}}],
            accept_pending={"cap": cap, "basis": BASIS},
        )
        one = life(planned(service=service), **GAP)
        accept(one)
        supplement = last_day(one, "PERMIT", ClockKind.SUPPLEMENT)
        decision = last_day(one, "PERMIT", ClockKind.PROMISED)
        assert supplement is not None
        assert decision is not None
        assert supplement < decision
        clock = one.state.matters["PERMIT"].clock(ClockKind.SUPPLEMENT)
        assert clock is not None
        assert clock.limit.days == min(cap, promised - 2, listed)

    @pytest.mark.law("容缺 2.4(1)")
    def test_a_promise_under_three_days_leaves_no_room(self) -> None:
        with pytest.raises(ValueError, match="no room"):
            rewritten(promised={"days": 2})


class TestAcceptPending:
    @pytest.mark.law("容缺 2.3(3)")
    def test_the_promise_comes_first_and_then_the_notice(self) -> None:
        one = pending()
        kinds = [document.kind for document in one.state.documents.values()]
        assert kinds.index("commitment") < kinds.index("pending")

    @pytest.mark.law("容缺 2.3(4)", "容缺 2.4(3)")
    def test_the_review_goes_on_and_the_result_waits(self) -> None:
        """DESIGN.md §7 rule 4; 审结待补."""
        one = pending()
        review(one)
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        assert one.status("PERMIT") == "reviewed_awaiting_supplement"
        assert f"{one.state.number}.PERMIT.licence" not in one.state.documents

    @pytest.mark.law("容缺 2.3(5)", "容缺 2.3(7)")
    def test_each_paper_is_checked_and_the_last_one_lets_it_go(self) -> None:
        one = life(lacking=("M03", "M04"), committed=("PERMIT",))
        accept(one)
        review(one)
        complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)
        supply(one, "M03")
        complete(one, OFFICER, "PERMIT.check-M03-1", Outcome.ACCEPT)
        assert one.status("PERMIT") == "reviewed_awaiting_supplement"
        supply(one, "M04", CLERK)
        assert one.state.materials["M04"].status is MaterialStatus.SUPPLIED
        complete(one, OFFICER, "PERMIT.check-M04-1", Outcome.REJECT)
        assert one.status("PERMIT") == "reviewed_awaiting_supplement"
        supply(one, "M04")
        complete(one, OFFICER, "PERMIT.check-M04-2", Outcome.ACCEPT)
        assert one.status("PERMIT") == "issued"

    @pytest.mark.law("容缺 2.3(5)")
    def test_arrival_is_what_counts(self) -> None:
        one = pending()
        last = last_day(one, "PERMIT", ClockKind.SUPPLEMENT)
        assert last is not None
        one.now = end_of_day(last) - timedelta(seconds=1)
        supply(one, "M03")
        pass_to(one, end_of_day(last) + timedelta(days=1))
        assert one.status("PERMIT") == "accepted_pending"
        complete(one, OFFICER, "PERMIT.check-M03-1", Outcome.ACCEPT)
        assert one.status("PERMIT") == "reviewing"

    @pytest.mark.law("容缺 2.4(1)")
    def test_the_office_s_clock_does_not_wait(self) -> None:
        with_gap, without = pending(), life()
        accept(without)
        for kind in (ClockKind.PROMISED, ClockKind.STATUTORY):
            assert last_day(with_gap, "PERMIT", kind) == last_day(without, "PERMIT", kind)

    @pytest.mark.law("容缺 2.4(2)")
    def test_a_special_procedure_does_not_stop_the_applicant_s_clock(self) -> None:
        one = pending()
        before = last_day(one, "PERMIT", ClockKind.SUPPLEMENT)
        command = c.StartProcedure(matter="PERMIT", cause="testing", days=10, reasons=(WHY,))
        one.act(OFFICER, command)
        assert last_day(one, "PERMIT", ClockKind.SUPPLEMENT) == before
        assert last_day(one, "PERMIT", ClockKind.STATUTORY) is None
        supply(one, "M03")
        complete(one, OFFICER, "PERMIT.check-M03-1", Outcome.ACCEPT)
        assert one.state.matters["PERMIT"].clock(ClockKind.SUPPLEMENT) is None
        assert one.state.matters["PERMIT"].shown == "suspended"

    @pytest.mark.law("容缺 2.4(4)")
    def test_siblings_go_on(self) -> None:
        one = life(planned("sign", "joint"), **GAP)
        accept(one)
        assert one.status("SIGN") == "accepted"
        # JOINT rests on the result, which is withheld.
        assert one.status("JOINT") == "planned"

    @pytest.mark.law("容缺 2.3(9)")
    def test_it_may_be_withdrawn_before_the_decision(self) -> None:
        one = life(planned("sign"), **GAP)
        accept(one)
        one.act(CLERK, c.WithdrawBundle(matters=("PERMIT",), reasons=(WHY,)))
        assert (one.status("PERMIT"), one.status("SIGN")) == ("withdrawn", "accepted")
        assert f"{one.state.number}.PERMIT.withdrawal" in one.state.documents

    def test_reminders_come_at_opening_time_and_once(self) -> None:
        """8 working days from 2 March end on the 12th; three and one before that."""
        one = pending()
        pass_to(one, end_of_day(date(2026, 3, 11)))
        given_at = [
            (r.event.days, r.at.astimezone(SHANGHAI).hour)
            for r in one.events
            if isinstance(r.event, Reminded)
        ]
        assert [days for days, _ in given_at] == [3, 1]


class TestLapse:
    @pytest.mark.law("容缺 2.3(8)")
    @pytest.mark.parametrize("lapse", [each for each in Lapse if each is not Lapse.REFUSED])
    def test_the_consequence_is_the_jurisdiction_s(self, lapse: Lapse) -> None:
        one = pending(lapse=lapse)
        pass_to(one, end_of_day(date(2026, 3, 12)))
        (event,) = (r.event for r in one.events if isinstance(r.event, MatterLapsed))
        assert (event.lapse, one.status("PERMIT")) == (lapse, "lapsed")
        assert f"{one.state.number}.PERMIT.lapse" in one.state.documents

    @pytest.mark.law("容缺 2.3(8)", "行政许可法 38(2)")
    def test_where_it_is_refused_there_is_a_decision_with_its_basis(self) -> None:
        one = pending(lapse="refused")
        pass_to(one, end_of_day(date(2026, 3, 12)))
        matter = one.state.matters["PERMIT"]
        assert matter.decision is not None
        assert matter.decision.says
        assert matter.decision.bases
        assert f"{one.state.number}.PERMIT.no" in one.state.documents

    @pytest.mark.law("容缺 2.3(8)")
    @pytest.mark.parametrize("grade", [Credit.NONE, Credit.NOT_ELIGIBLE, Credit.PUBLIC_RECORD])
    def test_credit_has_three_grades(self, grade: Credit) -> None:
        one = pending(credit=grade)
        pass_to(one, end_of_day(date(2026, 3, 12)))
        found = [r.event.grade for r in one.events if isinstance(r.event, CreditRecorded)]
        assert found == ([] if grade is Credit.NONE else [grade])

    def test_the_default_records_nothing_in_public_at_a_first_lapse(self) -> None:
        """domain.md §2.6."""
        shanghai = next(each for each in CATALOGUE.jurisdictions if each.id == "shanghai")
        assert shanghai.credit is not Credit.PUBLIC_RECORD

    def test_nothing_lapses_on_a_day_no_published_calendar_has_fixed(self) -> None:
        known = {"published_until": date(2026, 3, 10)}
        provisional = CALENDAR.model_copy(update=known)
        one = life(planned(), calendar=provisional, **GAP)
        accept(one)
        pass_to(one, end_of_day(date(2026, 3, 20)))
        assert one.status("PERMIT") == "accepted_pending"


class TestMoreTime:
    @pytest.mark.law("容缺 2.3(6)")
    def test_once(self) -> None:
        one = pending()
        one.act(OFFICER, prolong())
        assert last_day(one, "PERMIT", ClockKind.SUPPLEMENT) == date(2026, 3, 13)
        assert refused(one, OFFICER, prolong()).code is Code.ALREADY_EXTENDED

    @pytest.mark.law("容缺 2.3(6)")
    def test_force_majeure_besides(self) -> None:
        one = pending(cap=5)
        one.act(OFFICER, prolong())
        one.act(OFFICER, prolong(force_majeure=True))
        assert last_day(one, "PERMIT", ClockKind.SUPPLEMENT) == date(2026, 3, 11)

    @pytest.mark.law("容缺 2.4(1)")
    def test_never_up_to_the_decision(self) -> None:
        found = refused(pending(), OFFICER, prolong(2))
        assert (found.code, found.field) == (Code.LIMIT_TOO_LONG, "/days")

    def test_who_may(self) -> None:
        one = pending()
        for actor in (OTHER, CLERK, APPLICANT):
            assert refused(one, actor, prolong()).code is Code.FORBIDDEN
        one.act(SUPERVISOR, prolong())

    def test_not_after_it_has_passed(self) -> None:
        one = pending()
        pass_to(one, end_of_day(date(2026, 3, 12)))
        assert refused(one, OFFICER, prolong()).code is Code.SUPPLEMENT_LATE
        late = c.SupplyMaterial(
            material="M03", files=({"id": "f", "sha256": "0" * 64, "size": 1, "media_type": "a/b"},)
        )
        assert refused(one, APPLICANT, late).code is Code.SUPPLEMENT_LATE

    def test_the_window_gives_more_time_for_what_it_keeps(self) -> None:
        one = life(planned("register"), lacking=("M07",))
        command = c.ProlongSupplement(matter="REG", clock=ClockKind.HOLD, days=5, reasons=(WHY,))
        one.act(CLERK, command)
        assert last_day(one, "REG", ClockKind.HOLD) == date(2026, 4, 7)
