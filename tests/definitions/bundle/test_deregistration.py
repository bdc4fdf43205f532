"""企业注销 as it ships: an upheld objection and what comes after it, notices that ran already."""

from datetime import date, timedelta
from functools import cache

from definitions.bundle import commands as c
from definitions.bundle.state import BundleStatus
from definitions.language.roles import Actor, Role
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.conditions import Fact
from definitions.rules.guidance import Answers, facts_of
from definitions.rules.plan import Plan
from definitions.rules.planning import plan
from tests.support.lives import at, clock, complete, pass_to
from tests.support.services import CLERK, REASON, TODAY, Life, started
from tests.support.shipped import shipped

OFFICER = Actor(id="officer", role=Role.OFFICER, department="market_regulation")
HEAD = Actor(id="head", role=Role.APPROVER, department="market_regulation")
TAXER = Actor(id="taxer", role=Role.OFFICER, department="tax")
FIRM: dict[str, Fact] = {
    "kind": "limited_company",
    "registered_here": True,
    "registrations": (),
    "licences": (),
    "bank_account": False,
    "tax_matters": False,
}
SIMPLE: Answers = {
    "way": "simple",
    "debts": "settled",
    "obstacles": ("none",),
    "investors": "all_sign",
    "paper_licence": "held",
    "filed_by": "legal_representative",
}
ORDINARY: Answers = {
    "way": "ordinary",
    "obstacles": ("none",),
    "cause": "resolution",
    "announced": "done",
    "liquidators_formed_on": "2026-08-01",
    "creditors_notified_on": "2026-09-30",
    "paper_licence": "held",
    "filed_by": "legal_representative",
}
LAST = date(2026, 12, 10)  # 20 days after the Friday on which the publicity began


@cache
def deregistration() -> tuple[ServiceDefinition, Catalogue]:
    """The definition in force, and the catalogue."""
    library = shipped()
    return library.service("company_deregistration", TODAY).definition, library.catalogue


def planned(answers: Answers) -> Plan:
    """The plan of an ordinary small firm for these answers."""
    definition, catalogue = deregistration()
    facts = facts_of(definition, answers, FIRM, on=TODAY)
    return plan(definition, catalogue, facts, sha256="s" * 64, on=TODAY)


def simple() -> Life:
    """A simple deregistration that lies open to the public."""
    return Life(started(planned(SIMPLE)))


def liquidated(notified: str, *, formed: str = "2026-08-01") -> Life:
    """An ordinary one whose creditors were notified on that day."""
    answers = {**ORDINARY, "creditors_notified_on": notified, "liquidators_formed_on": formed}
    dates = {
        "creditors_notified_on": date.fromisoformat(notified),
        "liquidators_formed_on": date.fromisoformat(formed),
    }
    return Life(started(planned(answers), dates=dates))


def registered(one: Life) -> None:
    """The registrar examines and grants."""
    complete(one, OFFICER, "REG_DEREG.review", Outcome.PASS)
    complete(one, HEAD, "REG_DEREG.decide", Outcome.GRANT)


class TestObjection:
    def upheld(self) -> Life:
        """Somebody objected, and was right."""
        one = simple()
        one.act(CLERK, c.RaiseObjection(matter="PUBLICITY", objection=REASON))
        complete(one, OFFICER, "PUBLICITY.objection-1", Outcome.UPHOLD)
        return one

    def test_upheld_it_ends_the_simple_way_and_nobody_is_deregistered(self) -> None:
        one = self.upheld()
        assert one.status("PUBLICITY") == one.status("REG_DEREG") == one.status("SEAL")
        assert one.status("PUBLICITY") == "terminated"
        assert one.state.status is BundleStatus.CLOSED
        pass_to(one, at(LAST + timedelta(days=40)))
        assert one.status("REG_DEREG") == "terminated"

    def test_upheld_it_leaves_the_tax_clearance_to_its_own_end(self) -> None:
        definition, catalogue = deregistration()
        facts = facts_of(definition, SIMPLE, {**FIRM, "tax_matters": True}, on=TODAY)
        one = Life(started(plan(definition, catalogue, facts, sha256="s" * 64, on=TODAY)))
        one.act(CLERK, c.RaiseObjection(matter="PUBLICITY", objection=REASON))
        complete(one, OFFICER, "PUBLICITY.objection-1", Outcome.UPHOLD)
        assert one.state.status is BundleStatus.RUNNING
        complete(one, TAXER, "TAX.decide", Outcome.GRANT)
        assert one.state.matters["TAX"].succeeded

    def test_the_cured_firm_applies_again_and_is_publicised_anew(self) -> None:
        self.upheld()
        one = simple()
        running = clock(one, "PUBLICITY", ClockKind.PUBLICITY)
        assert running is not None
        assert running.started_at == one.now
        assert "publicity_ended" not in pass_to(one, at(LAST) - timedelta(seconds=1))
        assert "filing_opened" in pass_to(one, at(LAST))
        one.act(CLERK, c.FileApplication(matter="REG_DEREG"))
        registered(one)
        assert one.state.matters["REG_DEREG"].succeeded

    def test_or_goes_the_ordinary_way_where_nothing_is_publicised_by_promise(self) -> None:
        one = liquidated("2026-10-05")
        assert one.status("PUBLICITY") == "not_needed"
        assert one.status("LIQ") != "not_needed"


class TestNoticeToCreditors:
    def test_one_that_ran_45_days_has_ended_when_the_application_comes(self) -> None:
        one = liquidated("2026-10-05")
        pass_to(one, one.now)
        assert one.state.matters["LIQ"].succeeded
        assert one.status("REG_DEREG") == "holding"  # for the tax clearance alone

    def test_on_its_45th_day_it_still_runs_until_midnight(self) -> None:
        one = liquidated("2026-10-06")
        pass_to(one, at(TODAY) - timedelta(seconds=1))
        assert not one.state.matters["LIQ"].succeeded
        assert one.status("REG_DEREG") == "planned"
        pass_to(one, at(TODAY))
        assert one.state.matters["LIQ"].succeeded

    def test_there_is_no_window_to_apply_in_only_the_simple_way_has_one(self) -> None:
        one = liquidated("2026-10-05")
        pass_to(one, one.now)
        assert clock(one, "REG_DEREG", ClockKind.FILING) is None
        complete(one, TAXER, "TAX.decide", Outcome.GRANT)
        assert one.state.materials["M22"].status is MaterialStatus.SATISFIED
        registered(one)
        assert one.state.matters["REG_DEREG"].succeeded

    def test_the_60_days_are_kept_by_the_notice_not_by_the_application(self) -> None:
        assert not self.duty(liquidated("2026-09-30"), "LIQ60").expired
        assert self.duty(liquidated("2026-10-01"), "LIQ60").expired

    def test_a_notice_of_today_is_too_late_after_60_days(self) -> None:
        answers = {**ORDINARY, "announced": "not_yet"}
        one = Life(started(planned(answers), dates={"liquidators_formed_on": date(2026, 9, 20)}))
        assert self.duty(one, "LIQ60").expired

    def duty(self, one: Life, rule: str) -> Clock:
        """The applicant's duty of that name."""
        return next(each for each in one.state.matters["LIQ"].clocks if each.rule == rule)
