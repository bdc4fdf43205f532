"""After the decision: delivery, publication, revocation, termination, renewal, a new calendar."""

from datetime import date, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.bundle.decide import RULES
from definitions.bundle.settle import next_due
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.language.roles import SYSTEM
from definitions.matter.events import CalendarReplaced, MatterGranted
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import Calendar, end_of_day
from definitions.rules.clocks import due
from tests.support.legal import (
    BASES,
    CALENDAR,
    CLERK,
    HEAD,
    NOW,
    OFFICER,
    TAX_HEAD,
    WHY,
    accept,
    complete,
    grant,
    life,
    planned,
    review,
)
from tests.support.lives import Folded, pass_to


def refused(one: Folded, actor: object, command: object) -> Refused:
    """What refuses the command; nothing changes by it."""
    before = one.events
    with pytest.raises(Refused) as caught:
        one.act(actor, command)  # type: ignore[arg-type]
    assert one.events == before
    return caught.value


def revoke(matter: str = "PERMIT", **more: object) -> c.RevokeDecision:
    """Undo a grant."""
    return c.RevokeDecision.model_validate(
        {"matter": matter, "reasons": (WHY,), "bases": BASES, **more}
    )


class TestDelivery:
    @pytest.mark.law("行政许可法 44", "时限 DEL10")
    def test_ten_days_to_deliver(self) -> None:
        one = life()
        grant(one)
        clock = one.state.matters["PERMIT"].clock(ClockKind.DELIVERY)
        assert clock is not None
        assert due(clock, CALENDAR).day == date(2026, 3, 16)
        pass_to(one, end_of_day(date(2026, 3, 16)))
        assert one.events[-1].event.kind == "clock_expired"
        one.act(CLERK, c.DeliverDocument(document=f"{one.state.number}.PERMIT.licence"))
        assert one.status("PERMIT") == "closed"

    @pytest.mark.law("行政许可法 40", "时限 PUB7")
    def test_a_grant_is_published(self) -> None:
        one = life()
        grant(one)
        assert "decision_disclosed" in {r.event.kind for r in one.events}
        assert one.state.matters["PERMIT"].clock(ClockKind.DISCLOSURE) is None


class TestRevocation:
    @pytest.fixture
    def one(self) -> Folded:
        """PERMIT is granted, JOINT rests on it and is in hand."""
        found = life(planned("joint"))
        grant(found)
        return found

    @pytest.mark.law("行政许可法 69")
    def test_with_reasons_bases_and_a_document(self, one: Folded) -> None:
        for change in ({"reasons": ()}, {"bases": ()}):
            assert refused(one, HEAD, revoke(**change)).code is Code.REASONS_MISSING
        one.act(HEAD, revoke())
        assert one.status("PERMIT") == "revoked"
        assert f"{one.state.number}.PERMIT.revocation" in one.state.documents

    def test_what_rests_on_it_and_is_in_hand_ends(self, one: Folded) -> None:
        assert one.status("JOINT") == "accepted"
        one.act(HEAD, revoke())
        assert one.status("JOINT") == "terminated"
        assert "已被撤销" in (one.state.matters["JOINT"].reason or "")

    def test_what_rests_on_it_and_is_decided_is_examined(self, one: Folded) -> None:
        complete(one, HEAD, "JOINT.decide", Outcome.GRANT)
        one.act(HEAD, revoke())
        (task,) = (t for t in one.state.open_tasks if t.kind == "revocation")
        assert task.matter == "JOINT"
        complete(one, HEAD, "JOINT.revocation-PERMIT", Outcome.REVOKE)
        assert one.status("JOINT") == "revoked"

    def test_it_is_possible_after_everything_is_closed(self, one: Folded) -> None:
        complete(one, HEAD, "JOINT.decide", Outcome.GRANT)
        one.act(CLERK, c.DeliverDocument(document=f"{one.state.number}.PERMIT.licence"))
        assert one.state.status == "closed"
        one.act(HEAD, revoke())
        assert one.state.status == "followed"
        complete(one, HEAD, "JOINT.revocation-PERMIT", Outcome.KEEP)
        assert one.state.status == "closed"

    def test_only_a_grant_that_is_out_and_only_by_who_decides(self, one: Folded) -> None:
        assert refused(one, HEAD, revoke("JOINT")).code is Code.NOT_REVOCABLE
        for actor in (OFFICER, TAX_HEAD, CLERK):
            assert refused(one, actor, revoke()).code is Code.FORBIDDEN


class TestTermination:
    def test_for_a_cause_of_the_list_and_with_facts(self) -> None:
        one = life()
        accept(one)
        cause = one.state.plan.terminations[0].id

        def end(cause: str, *reasons: object) -> c.TerminateMatter:
            said = {"matter": "PERMIT", "cause": cause, "reasons": reasons}
            return c.TerminateMatter.model_validate(said)

        assert refused(one, HEAD, end("tired", WHY)).code is Code.CAUSE_UNKNOWN
        assert refused(one, HEAD, end(cause)).code is Code.REASONS_MISSING
        assert refused(one, OFFICER, end(cause, WHY)).code is Code.FORBIDDEN
        one.act(HEAD, end(cause, WHY))
        assert one.status("PERMIT") == "terminated"
        assert f"{one.state.number}.PERMIT.termination" in one.state.documents


class TestRefusal:
    @pytest.mark.law("行政许可法 38(2)", "行政许可法 72")
    def test_without_reasons_and_bases_it_does_not_exist(self) -> None:
        one = life()
        accept(one)
        review(one)
        for missing in ("reasons", "bases"):
            with pytest.raises(Refused) as caught:
                complete(one, HEAD, "PERMIT.decide", Outcome.REFUSE, **{missing: ()})
            assert caught.value.code is Code.REASONS_MISSING
        complete(one, HEAD, "PERMIT.decide", Outcome.REFUSE)
        assert one.status("PERMIT") == "closed"
        planned_ = one.state.plan.matter("PERMIT")
        assert planned_ is not None
        assert planned_.remedies

    @pytest.mark.law("行政许可法 38(1)", "行政许可法 34(2)")
    def test_a_grant_is_in_writing_and_may_be_given_on_the_spot(self) -> None:
        one = life()
        grant(one)
        assert one.events[-1].at == NOW
        assert f"{one.state.number}.PERMIT.licence" in one.state.documents


class TestRenewal:
    @pytest.mark.law("行政许可法 50", "时限 RENEW")
    def test_no_decision_before_the_licence_runs_out_is_a_grant(self) -> None:
        plan = planned("renew")
        dated = next(r.dated for m in plan.matters for r in m.clocks if r.id == "RENEW")
        assert dated is not None
        one = life(plan, dates={dated: date(2026, 3, 22)})  # a Sunday: it runs out that day
        pass_to(one, end_of_day(date(2026, 3, 22)) - timedelta(seconds=1))
        assert one.status("RENEW") == "accepted"
        pass_to(one, end_of_day(date(2026, 3, 22)))
        (event,) = (r.event for r in one.events if isinstance(r.event, MatterGranted))
        assert (event.matter, event.deemed) == ("RENEW", True)


def other(version: str, **exceptions: bool) -> Calendar:
    """Another calendar: days by `d0310=False`."""
    days = {date(2026, int(k[1:3]), int(k[3:])): worked for k, worked in exceptions.items()}
    return CALENDAR.model_copy(
        update={"version": version, "exceptions": {**CALENDAR.exceptions, **days}}
    )


class TestNewCalendar:
    @pytest.mark.law("行政许可法 82")
    def test_every_open_limit_is_reckoned_by_it(self) -> None:
        one = life()
        accept(one)
        one.act(SYSTEM, c.UseCalendar(calendar=other("v2", d0310=False)))
        (event,) = (r.event for r in one.events if isinstance(r.event, CalendarReplaced))
        assert [(m.clock, m.was, m.becomes) for m in event.moved] == [
            ("promised", date(2026, 3, 16), date(2026, 3, 17)),
            ("statutory", date(2026, 3, 30), date(2026, 3, 31)),
        ]
        assert next_due(one.state) == end_of_day(date(2026, 3, 17))
        assert one.act(SYSTEM, c.UseCalendar(calendar=other("v2", d0310=False))) == ()

    def test_nothing_fires_early(self) -> None:
        one = life()
        accept(one)
        one.act(SYSTEM, c.UseCalendar(calendar=other("v2", d0310=False)))
        assert pass_to(one, end_of_day(date(2026, 3, 16))) == ()
        assert pass_to(one, end_of_day(date(2026, 3, 17))) == ("clock_expired",)

    def test_a_limit_that_had_passed_and_has_not_any_more_runs_again(self) -> None:
        one = life()
        accept(one)
        pass_to(one, end_of_day(date(2026, 3, 16)))
        assert one.state.matters["PERMIT"].clock(ClockKind.PROMISED) is None
        one.act(SYSTEM, c.UseCalendar(calendar=other("v2", d0310=False)))
        assert one.state.matters["PERMIT"].clock(ClockKind.PROMISED) is not None

    def test_what_the_applicant_was_told_is_not_shortened(self) -> None:
        """A Saturday turned into a working day would bring the last day forward."""
        one = life(lacking=("M03",), committed=("PERMIT",))
        accept(one)
        one.act(SYSTEM, c.UseCalendar(calendar=other("v2", d0307=True)))
        matter = one.state.matters["PERMIT"]
        supplement, promised = (
            matter.clock(kind) for kind in (ClockKind.SUPPLEMENT, ClockKind.PROMISED)
        )
        assert supplement is not None
        assert promised is not None
        assert due(supplement, one.state.calendar).day == date(2026, 3, 12)
        assert due(promised, one.state.calendar).day == date(2026, 3, 13)

    def test_only_the_house_itself_replaces_it(self) -> None:
        one = life()
        command = c.UseCalendar(calendar=other("v2"))
        assert refused(one, OFFICER, command).code is Code.FORBIDDEN


def test_every_command_has_its_rule() -> None:
    """`decide` is total: no command falls through."""
    (union,) = (arg for arg in c.Command.__args__ if hasattr(arg, "__args__"))  # type: ignore[attr-defined]
    assert set(union.__args__) == RULES
