"""What follows by itself where matters meet: shared papers, shared time, each other's results."""

from datetime import date, timedelta

from definitions.bundle import commands as c
from definitions.bundle.settle import next_due
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome, TaskStatus
from definitions.rules.clocks import ClockKind
from tests.support.lives import (
    LISTED,
    TERM,
    altered,
    at,
    complete,
    grant_reg,
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
    REASON,
    REVIEWER,
    planned,
)

CHECK = f"{NUMBER}.{{}}.check-M01-1"


class TestNextDue:
    def test_it_is_the_earliest_of_all_limits(self) -> None:
        one = life(**LISTED)
        kinds = {clock.kind for matter in one.state.matters.values() for clock in matter.clocks}
        assert kinds == {ClockKind.PROMISED, ClockKind.STATUTORY, ClockKind.SUPPLEMENT}
        assert next_due(one.state) == at(date(2026, 11, 23))  # REG's promise of one day

    def test_a_limit_that_waits_for_somebody_is_no_reason_to_wake(self) -> None:
        """Otherwise the timer of the workflow would fire at once, for ever."""
        one = life(planned(TERM, {}))
        one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        pass_to(one, at(date(2026, 12, 25)))
        assert next_due(one.state) is None
        assert pass_to(one, one.now) == ()


class TestPublicities:
    def test_an_objection_to_one_does_not_hold_up_another(self) -> None:
        plan = planned(TERM, {})
        steps, documents = plan.matters[3].steps, ()
        other = {"steps": steps, "documents": documents, "needs": (), "gates": (), "filing": None}
        one = life(altered(plan, OUT=other))
        one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        pass_to(one, at(date(2026, 12, 10)))
        assert (one.status("PUB"), one.status("OUT")) == ("reviewing", "closed")


class TestResults:
    def test_a_refusal_still_to_be_handed_out_already_ends_what_waits(self) -> None:
        """The refusal stands when it is decided, not when it is fetched."""
        plan = planned()
        refusal = plan.matters[0].refusal
        assert refusal is not None
        paper = refusal.model_copy(update={"delivery": "counter"})
        one = life(altered(plan, REG={"refusal": paper}))
        complete(one, REVIEWER, "REG.review", Outcome.PASS)
        complete(one, APPROVER, "REG.decide", Outcome.REFUSE)
        assert (one.status("REG"), one.status("TAX")) == ("issued", "terminated")

    def test_an_office_s_limit_that_has_passed_does_not_stop_the_grant(self) -> None:
        one = life()
        pass_to(one, one.now + timedelta(days=60))
        grant_reg(one)
        assert one.status("TAX") == "accepted"


class TestSharedPapers:
    def test_a_check_goes_on_where_it_is_still_needed(self) -> None:
        """REG lapses for another paper while M01 lies there unchecked; FOOD needs M01 as well."""
        plan = planned()
        both = (plan.matters[0].gates[0], plan.matters[2].gates[0])
        one = life(
            altered(plan, REG={"gates": both}, FOOD={"gates": both[:1], "needs": ()}),
            lacking=("M01", "M03"),
        )
        supply(one, APPLICANT, "M01")
        assert one.state.tasks[CHECK.format("REG")].is_open
        pass_to(one, at(date(2026, 12, 18)))
        assert (one.status("REG"), one.status("FOOD")) == ("lapsed", "holding")
        assert one.state.tasks[CHECK.format("REG")].status is TaskStatus.OBSOLETE
        assert one.state.tasks[CHECK.format("FOOD")].is_open
        complete(one, CLERK, CHECK.format("FOOD"), Outcome.ACCEPT)
        assert one.state.materials["M01"].status is MaterialStatus.SATISFIED
        assert one.status("FOOD") == "accepted"

    def test_without_the_rule_of_pending_acceptance_a_listed_gap_is_held(self) -> None:
        one = life(altered(planned(), FOOD={"accept_pending": None}), **LISTED)
        assert one.status("FOOD") == "holding"


class TestEndings:
    def test_a_task_somebody_has_taken_falls_away_as_well(self) -> None:
        one = life()
        one.act(FOODER, c.ClaimTask(task=f"{NUMBER}.FOOD.handle"))
        one.act(CLERK, c.WithdrawBundle())
        assert one.state.tasks[f"{NUMBER}.FOOD.handle"].status is TaskStatus.OBSOLETE

    def test_a_clock_keeps_the_moment_it_stopped(self) -> None:
        """The ledger is evidence: what stopped then did not stop now."""
        one = life(lacking=("M01",))
        one.now += timedelta(days=1)
        stopped = one.now
        supply(one, CLERK, "M01")
        one.now += timedelta(days=1)
        grant_reg(one)
        kept = {clock.kind: clock.stopped_at for clock in one.state.matters["REG"].clocks}
        assert kept[ClockKind.HOLD] == stopped
        assert kept[ClockKind.STATUTORY] == one.now
