"""What follows by itself: one test a rule, each against the smallest application that meets it."""

from datetime import date, datetime, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.bundle.settle import next_due
from definitions.bundle.state import BundleStatus
from definitions.matter.events import MaterialProduced, MatterHeld, MatterLapsed
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome, TaskStatus
from definitions.rules.calendar import SHANGHAI
from definitions.rules.clocks import ClockKind
from definitions.rules.plan import Plan
from tests.support.lives import (
    LISTED,
    TERM,
    altered,
    at,
    clock,
    complete,
    grant_reg,
    issue,
    life,
    pass_to,
    supply,
)
from tests.support.services import (
    APPLICANT,
    APPROVER,
    CLERK,
    FOODER,
    NUMBER,
    REVIEWER,
    TAXER,
    planned,
)

FOOD = f"{NUMBER}.FOOD.handle"
CHECK = f"{NUMBER}.FOOD.check-M03"


class TestOpening:
    def test_what_is_not_needed_ends_at_once_and_says_why(self) -> None:
        matter = life().state.matters["PUB"]
        assert (matter.status, matter.result, matter.reason) == (
            "not_needed",
            "not_needed",
            "不需公示",
        )

    @pytest.mark.law("浙江最多跑一次规定 5(3)")
    def test_who_waits_for_a_result_starts_with_its_document(self) -> None:
        """The result is out when it is issued.

        Nobody waits for its handing out (domain.md §2.4).
        """
        one = life()
        assert one.status("TAX") == "planned"
        complete(one, REVIEWER, "REG.review", Outcome.PASS)
        assert one.status("TAX") == "planned"
        complete(one, APPROVER, "REG.decide", Outcome.GRANT)
        assert (one.status("REG"), one.status("TAX")) == ("issued", "accepted")

    @pytest.mark.law("容缺 2.4(4)")
    def test_who_waits_for_acceptance_starts_with_it(self) -> None:
        one = life(lacking=("M01",))
        assert (one.status("REG"), one.status("FOOD")) == ("holding", "planned")
        supply(one, CLERK, "M01")
        assert (one.status("REG"), one.status("FOOD")) == ("accepted", "accepted")

    def test_a_refused_matter_terminates_who_waits_for_its_result(self) -> None:
        one = life()
        complete(one, REVIEWER, "REG.review", Outcome.PASS)
        complete(one, APPROVER, "REG.decide", Outcome.REFUSE)
        tax = one.state.matters["TAX"]
        assert (tax.status, tax.reason) == ("terminated", "前置事项“事项REG”没有办成")
        assert one.status("FOOD") == "accepted"

    def test_a_lapsed_matter_terminates_who_waits_for_its_acceptance(self) -> None:
        one = life(lacking=("M01",))
        pass_to(one, one.now + timedelta(days=40))
        assert [one.status(key) for key in ("REG", "TAX", "FOOD")] == [
            "lapsed",
            "terminated",
            "terminated",
        ]
        assert one.state.status is BundleStatus.CLOSED


class TestHoldOrPending:
    @pytest.mark.law("容缺 2.3(6)", "容缺 2.4(1)")
    def test_listed_and_committed_is_accepted_pending(self) -> None:
        """容缺受理 (domain.md §2.3): the clocks run and the supplement's beside them."""
        one = life(**LISTED)
        assert one.status("FOOD") == "accepted_pending"
        kinds = [found.kind for found in one.state.matters["FOOD"].clocks]
        assert kinds == ["promised", "statutory", "supplement"]
        supplement = clock(one, "FOOD", ClockKind.SUPPLEMENT)
        assert supplement is not None
        assert supplement.limit.days == 8  # the promised 10 less the margin of 2

    @pytest.mark.law("容缺 2.3(1)")
    def test_without_the_applicant_s_choice_it_is_held(self) -> None:
        """Voluntary: who does not commit goes the ordinary way (domain.md §2.3 step 1)."""
        one = life(lacking=("M03",))
        assert one.status("FOOD") == "holding"
        assert [found.kind for found in one.state.matters["FOOD"].clocks] == ["hold"]
        assert one.state.matters["FOOD"].accepted_at is None

    @pytest.mark.law("容缺 2.3(2a)")
    def test_a_gap_that_is_not_on_the_list_is_held_though_committed(self) -> None:
        one = life(lacking=("M01",), committed=("REG",))
        assert one.status("REG") == "holding"

    def test_one_unlisted_gap_among_listed_ones_holds(self) -> None:
        plan = _food_needs_both(None)
        assert life(plan, lacking=("M01", "M03"), committed=("FOOD",)).status("FOOD") == "holding"
        assert life(plan, **LISTED).status("FOOD") == "accepted_pending"

    def test_of_several_gaps_the_shortest_limit_counts(self) -> None:
        one = life(_food_needs_both(3), lacking=("M01", "M03"), committed=("FOOD",))
        supplement = clock(one, "FOOD", ClockKind.SUPPLEMENT)
        assert supplement is not None
        assert supplement.limit.days == 3

    @pytest.mark.law("容缺 2.3(2c)")
    def test_an_instant_matter_is_never_accepted_pending(self) -> None:
        """即办件 (domain.md §2.3 step 2c)."""
        assert (
            life(altered(planned(), FOOD={"instant": True}), **LISTED).status("FOOD") == "holding"
        )

    def test_a_committed_matter_without_gaps_is_simply_accepted(self) -> None:
        one = life(committed=("FOOD",))
        assert one.status("FOOD") == "accepted"
        assert clock(one, "FOOD", ClockKind.SUPPLEMENT) is None

    @pytest.mark.law("行政许可法 32(1)(5)")
    def test_the_legal_clock_of_a_held_matter_starts_with_the_paper(self) -> None:
        one = life(lacking=("M01",))
        one.now += timedelta(days=3)
        supply(one, CLERK, "M01")
        promised = clock(one, "REG", ClockKind.PROMISED)
        assert promised is not None
        assert promised.started_at == one.now
        assert clock(one, "REG", ClockKind.HOLD) is None


class TestHolding:
    @pytest.mark.law("登记管理条例实施细则 18(3)")
    def test_an_unkept_hold_is_returned_in_writing(self) -> None:
        """退件, with a notice (domain.md §2.3 step 8)."""
        one = life(lacking=("M01",))
        reminded = []
        while next_due(one.state) != at(date(2026, 12, 18)):  # 20 working days
            reminded.append(next_due(one.state))
            assert pass_to(one, reminded[-1]) == ("reminded",)
        assert [moment.astimezone(SHANGHAI) for moment in reminded] == [
            datetime(2026, 12, 15, 9, tzinfo=SHANGHAI),
            datetime(2026, 12, 17, 9, tzinfo=SHANGHAI),
        ]
        assert pass_to(one, at(date(2026, 12, 18)) - timedelta(seconds=1)) == ()
        pass_to(one, at(date(2026, 12, 18)))
        (lapse,) = (r.event for r in one.events if isinstance(r.event, MatterLapsed))
        assert (lapse.matter, lapse.lapse, lapse.clock) == ("REG", "returned", "hold")
        assert "REG.lapse" in issue(one)

    def test_a_missing_result_of_another_matter_holds_without_a_clock(self) -> None:
        """It is not the applicant's to bring, so no limit of his runs."""
        one = life(planned(TERM, {}))
        grant_reg(one)
        pass_to(one, at(date(2026, 12, 10)))
        one.act(CLERK, c.FileApplication(matter="OUT"))
        held = [r.event for r in one.events if isinstance(r.event, MatterHeld)]
        assert [(event.matter, event.missing, event.clock) for event in held] == [
            ("OUT", ("M04",), None)
        ]
        assert clock(one, "OUT", ClockKind.HOLD) is None
        assert one.status("OUT") == "holding"
        kinds = complete(one, TAXER, "TAX.handle", Outcome.GRANT)
        assert [kind for kind in kinds if kind.startswith(("matter_", "material_"))] == [
            "matter_granted",
            "matter_issued",
            "material_produced",
            "matter_closed",
            "matter_accepted",
        ]
        (produced,) = (r.event for r in one.events if isinstance(r.event, MaterialProduced))
        assert (produced.material, produced.documents) == ("M04", (f"{NUMBER}.TAX.done",))
        assert one.state.materials["M04"].status is MaterialStatus.SATISFIED
        assert one.status("OUT") == "accepted"

    def test_a_result_that_will_never_come_ends_the_wait(self) -> None:
        """Otherwise the application could never close."""
        one = life(planned(TERM, {}))
        grant_reg(one)
        pass_to(one, at(date(2026, 12, 10)))
        one.act(CLERK, c.FileApplication(matter="OUT"))
        complete(one, TAXER, "TAX.handle", Outcome.REFUSE)
        out = one.state.matters["OUT"]
        assert (out.status, out.reason) == ("terminated", "前置事项“事项TAX”没有办成")

    def test_a_paper_in_before_the_limit_and_right_after_it_is_in_time(self) -> None:
        one = life(lacking=("M01",))
        supply(one, APPLICANT, "M01")
        pass_to(one, at(date(2026, 12, 18)) + timedelta(days=2))
        assert one.status("REG") == "holding"
        complete(one, CLERK, "REG.check-M01-1", Outcome.ACCEPT)
        assert one.status("REG") == "accepted"

    def test_another_s_missing_paper_does_not_lapse_the_applicant_s_own(self) -> None:
        one = life(_out_needs_both(), lacking=("M01",))
        supply(one, APPLICANT, "M01")
        pass_to(one, at(date(2026, 12, 18)) + timedelta(days=2))
        assert one.status("OUT") == "holding"
        complete(one, CLERK, "OUT.check-M01-1", Outcome.ACCEPT)
        assert one.status("OUT") == "holding"
        assert clock(one, "OUT", ClockKind.HOLD) is None

    def test_the_hold_clock_stops_when_only_another_s_paper_is_missing(self) -> None:
        one = life(_out_needs_both(), lacking=("M01",))
        assert one.status("OUT") == "holding"
        assert clock(one, "OUT", ClockKind.HOLD) is not None
        supply(one, CLERK, "M01")
        assert one.status("OUT") == "holding"
        assert clock(one, "OUT", ClockKind.HOLD) is None


class TestSupplement:
    @pytest.mark.law("容缺 2.3(8)")
    def test_it_lapses_as_the_rule_says(self) -> None:
        """视为撤回 by default (domain.md §2.6)."""
        one = life(**LISTED)
        assert clock(one, "FOOD", ClockKind.SUPPLEMENT) is not None
        pass_to(one, at(date(2026, 12, 2)))
        (lapse,) = (r.event for r in one.events if isinstance(r.event, MatterLapsed))
        assert (lapse.matter, lapse.lapse) == ("FOOD", "deemed_withdrawn")
        assert lapse.clock == "supplement"
        assert one.state.tasks[FOOD].status is TaskStatus.OBSOLETE

    @pytest.mark.law("容缺 2.3(5)")
    def test_handed_in_in_time_it_does_not_lapse_unchecked(self) -> None:
        """The time that counts is arrival (domain.md §2.3 step 5)."""
        one = life(**LISTED)
        one.now = at(date(2026, 12, 2)) - timedelta(seconds=1)
        supply(one, CLERK, "M03")
        pass_to(one, at(date(2026, 12, 3)))
        assert one.status("FOOD") == "accepted_pending"
        complete(one, FOODER, f"{CHECK}-1", Outcome.ACCEPT)
        assert one.status("FOOD") == "reviewing"
        assert clock(one, "FOOD", ClockKind.SUPPLEMENT) is None

    def test_rejected_after_the_limit_it_lapses_at_once(self) -> None:
        """There is no second chance (domain.md §2.3 step 7)."""
        one = life(**LISTED)
        supply(one, CLERK, "M03")
        pass_to(one, at(date(2026, 12, 3)))
        kinds = complete(one, FOODER, f"{CHECK}-1", Outcome.REJECT)
        assert "matter_lapsed" in kinds
        assert one.status("FOOD") == "lapsed"

    def test_rejected_within_the_limit_it_may_come_again(self) -> None:
        one = life(**LISTED)
        supply(one, CLERK, "M03")
        complete(one, FOODER, f"{CHECK}-1", Outcome.REJECT)
        assert one.status("FOOD") == "accepted_pending"
        supply(one, CLERK, "M03")
        assert one.state.tasks[f"{CHECK}-2"].status is TaskStatus.READY

    def test_one_paper_in_of_two_does_not_keep_the_other_s_limit(self) -> None:
        one = life(_food_needs_both(8), lacking=("M01", "M03"), committed=("FOOD",))
        supply(one, CLERK, "M03")
        pass_to(one, at(date(2026, 12, 2)))
        assert one.status("FOOD") == "lapsed"

    @pytest.mark.law("容缺 2.3(4)", "容缺 2.3(7)", "容缺 2.4(3)")
    def test_decided_before_it_is_complete_it_waits_and_is_granted_at_once_then(self) -> None:
        """审结待补; DESIGN.md §7 rule 4: nothing leaves before its gate."""
        one = life(**LISTED)
        complete(one, FOODER, FOOD, Outcome.GRANT)
        assert one.status("FOOD") == "reviewed_awaiting_supplement"
        assert one.state.matters["FOOD"].result is None
        assert "FOOD.done" not in issue(one)
        supply(one, APPLICANT, "M03")
        assert one.status("FOOD") == "reviewed_awaiting_supplement"
        kinds = complete(one, FOODER, f"{CHECK}-1", Outcome.ACCEPT)
        assert kinds[-6:] == (
            "supplement_completed",
            "matter_granted",
            "document_issued",
            "matter_issued",
            "document_delivered",
            "matter_closed",
        )
        assert issue(one) == ("FOOD.done",)

    def test_a_refusal_does_not_wait_for_papers(self) -> None:
        one = life(**LISTED)
        issue(one)
        complete(one, FOODER, FOOD, Outcome.REFUSE)
        assert (one.state.matters["FOOD"].result, one.status("FOOD")) == ("refused", "closed")
        assert issue(one) == ("FOOD.no",)

    def test_decided_inside_it_lapses_all_the_same(self) -> None:
        one = life(**LISTED)
        complete(one, FOODER, FOOD, Outcome.GRANT)
        pass_to(one, at(date(2026, 12, 2)))
        assert (one.status("FOOD"), one.state.matters["FOOD"].result) == ("lapsed", "lapsed")

    def test_a_check_goes_to_whoever_has_the_matter_in_hand(self) -> None:
        """domain.md §2.5: the supplement lands where somebody links it."""
        plan = planned()
        gate = plan.matters[2].gates[0].model_copy(update={"tolerable": None})
        one = life(altered(plan, REG={"gates": (gate,)}, FOOD={"needs": ()}), **LISTED)
        assert (one.status("REG"), one.status("FOOD")) == ("holding", "accepted_pending")
        supply(one, CLERK, "M03")
        assert [task.id for task in one.state.open_tasks if task.material] == [f"{CHECK}-1"]


class TestOverdue:
    def test_an_office_s_limit_passes_once_and_the_work_goes_on(self) -> None:
        one = life()
        assert pass_to(one, at(date(2026, 11, 23))) == ("clock_expired",)
        assert pass_to(one, at(date(2026, 11, 23)) + timedelta(hours=1)) == ()
        promised = one.state.matters["REG"].clocks[0]
        assert (promised.kind, promised.expired) == (ClockKind.PROMISED, True)
        complete(one, REVIEWER, "REG.review", Outcome.PASS)
        complete(one, APPROVER, "REG.decide", Outcome.GRANT)
        assert one.status("REG") == "issued"

    def test_a_decided_matter_is_never_overdue_later(self) -> None:
        one = life(planned(firm={}))
        grant_reg(one)
        complete(one, TAXER, "TAX.handle", Outcome.GRANT)
        issue(one)
        assert next_due(one.state) is None
        assert pass_to(one, one.now + timedelta(days=90)) == ()


def _food_needs_both(tolerable: int | None) -> Plan:
    """FOOD needs M03 and M01, the latter's gap listed or not; REG needs nothing."""
    plan = planned()
    first = plan.matters[0].gates[0].model_copy(update={"tolerable": tolerable})
    return altered(plan, REG={"gates": ()}, FOOD={"gates": (*plan.matters[2].gates, first)})


def _out_needs_both() -> Plan:
    """OUT starts at once and needs M04, which TAX produces, and M01, which the applicant brings."""
    plan = planned(TERM, {})
    gates = (*plan.matters[4].gates, plan.matters[0].gates[0])
    return altered(plan, REG={"gates": ()}, OUT={"gates": gates, "filing": None, "needs": ()})
