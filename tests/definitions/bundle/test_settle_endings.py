"""What follows by itself near the end: publicity, filing, documents, withdrawal, closing."""

from collections import Counter
from datetime import date, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.bundle.settle import next_due
from definitions.bundle.state import BundleStatus
from definitions.errors import Code, Refused
from definitions.matter.events import MatterLapsed
from definitions.matter.tasks import Outcome, TaskStatus
from definitions.rules.clocks import ClockKind
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
    APPROVER,
    CLERK,
    FOODER,
    NUMBER,
    REASON,
    REVIEWER,
    TAXER,
    Life,
    planned,
    started,
)

END = date(2026, 12, 10)  # 20 days after Friday 20 November
OBJECTION = f"{NUMBER}.PUB.objection-1"


def publicised() -> Life:
    """PUB lies open to the public, OUT waits for it."""
    return life(planned(TERM, {}))


def objected() -> Life:
    """Somebody has objected."""
    one = publicised()
    one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
    return one


class TestPublicity:
    def test_it_ends_by_itself_and_opens_what_waits(self) -> None:
        one = publicised()
        assert "publicity_ended" not in pass_to(one, at(END) - timedelta(seconds=1))
        kinds = pass_to(one, at(END))
        granted = ("matter_granted", "matter_issued", "matter_closed")
        assert kinds == ("publicity_ended", *granted, "filing_opened")

    def test_an_open_objection_postpones_its_end(self) -> None:
        one = objected()
        assert next_due(one.state) is not None
        assert "publicity_ended" not in pass_to(one, at(END) + timedelta(days=5))
        assert one.status("PUB") == "reviewing"
        kinds = complete(one, REVIEWER, OBJECTION, Outcome.DISMISS)
        assert "publicity_ended" in kinds

    def test_dismissed_in_time_it_changes_nothing(self) -> None:
        one = objected()
        assert "publicity_ended" not in complete(one, REVIEWER, OBJECTION, Outcome.DISMISS)
        assert "publicity_ended" in pass_to(one, at(END))

    def test_each_objection_is_examined_by_itself(self) -> None:
        one = objected()
        one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        assert one.state.matters["PUB"].objections == 2
        complete(one, REVIEWER, OBJECTION, Outcome.DISMISS)
        assert "publicity_ended" not in pass_to(one, at(END))
        complete(one, REVIEWER, f"{NUMBER}.PUB.objection-2", Outcome.DISMISS)
        assert one.status("PUB") == "closed"

    def test_an_upheld_one_terminates_the_matter_and_what_waits_for_it(self) -> None:
        one = objected()
        one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        complete(one, REVIEWER, OBJECTION, Outcome.UPHOLD)
        assert (one.status("PUB"), one.status("OUT")) == ("terminated", "terminated")
        assert one.state.tasks[f"{NUMBER}.PUB.objection-2"].status is TaskStatus.OBSOLETE
        assert clock(one, "PUB", ClockKind.PUBLICITY) is None

    def test_after_its_end_nobody_objects_any_more(self) -> None:
        one = publicised()
        one.now = at(END)
        with pytest.raises(Refused) as refused:
            one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        assert refused.value.code is Code.NOT_IN_PUBLICITY


class TestDated:
    """A notice given already runs from its own day (公司法 84, 224: 书面通知、公告之日)."""

    def opened(self, given: date) -> Life:
        plan = planned(TERM, {})
        step = plan.matters[3].steps[0].model_copy(update={"dated": "announced_on"})
        return Life(started(altered(plan, PUB={"steps": (step,)}), dates={"announced_on": given}))

    def test_it_ends_with_the_days_left(self) -> None:
        one = self.opened(date(2026, 11, 10))
        assert "publicity_ended" not in pass_to(one, at(date(2026, 11, 30)) - timedelta(seconds=1))
        assert "publicity_ended" in pass_to(one, at(date(2026, 11, 30)))

    def test_one_that_is_over_already_holds_nobody_up(self) -> None:
        one = self.opened(date(2026, 10, 1))
        assert (one.status("PUB"), one.status("OUT")) == ("closed", "to_file")

    def test_a_day_to_come_gives_no_more_than_the_whole_period(self) -> None:
        assert clock(self.opened(date(2027, 1, 1)), "PUB", ClockKind.PUBLICITY) == clock(
            publicised(), "PUB", ClockKind.PUBLICITY
        )


class TestFiling:
    def test_who_applies_in_time_is_received(self) -> None:
        one = publicised()
        pass_to(one, at(END))
        assert one.status("OUT") == "to_file"
        kinds = one.act(CLERK, c.FileApplication(matter="OUT"))
        assert kinds[0] == "matter_filed"
        assert one.state.matters["OUT"].received_at == one.now
        assert clock(one, "OUT", ClockKind.FILING) is None

    def test_who_misses_the_window_lapses(self) -> None:
        one = publicised()
        pass_to(one, at(END))
        filing = clock(one, "OUT", ClockKind.FILING)
        assert filing is not None
        assert (filing.limit.days, filing.started_at) == (20, at(END))
        last = at(date(2026, 12, 31))  # END is over as the 11th begins
        assert "matter_lapsed" not in pass_to(one, last - timedelta(seconds=1))
        pass_to(one, last)
        lapses = [r.event for r in one.events if isinstance(r.event, MatterLapsed)]
        assert [(event.matter, event.clock) for event in lapses] == [("OUT", "filing")]


class TestDocuments:
    def test_each_is_issued_once_and_at_once_when_it_is_due(self) -> None:
        one = life(**LISTED)
        assert issue(one) == ("BUNDLE.intake", "FOOD.commitment", "FOOD.pending")
        assert issue(one) == ()
        complete(one, REVIEWER, "REG.review", Outcome.PASS)
        assert issue(one) == ()
        complete(one, APPROVER, "REG.decide", Outcome.GRANT)
        assert issue(one) == ("REG.notice", "REG.licence")
        assert issue(one) == ()

    def test_each_has_a_number_of_its_own(self) -> None:
        """Numbers come from the application's own; a second of one series is told apart."""
        one = life(**LISTED)
        grant_reg(one)
        numbers = [document.number for document in one.state.documents.values()]
        assert len(set(numbers)) == len(numbers)
        assert all("〔2026〕261120000001" in number for number in numbers)

    def test_a_refusal_has_its_own_and_nothing_else(self) -> None:
        one = life()
        issue(one)
        complete(one, REVIEWER, "REG.review", Outcome.PASS)
        complete(one, APPROVER, "REG.decide", Outcome.REFUSE)
        assert issue(one) == ("REG.no",)
        assert one.status("REG") == "closed"

    @pytest.mark.law("上海优化营商环境条例 25(4)")
    def test_every_receipt_gives_a_voucher(self) -> None:
        """DESIGN.md §7 rule 1, 上海市优化营商环境条例 25."""
        (voucher,) = life(lacking=("M01", "M03")).state.documents.values()
        assert (voucher.id, voucher.name, voucher.counter) == (
            f"{NUMBER}.BUNDLE.intake",
            "收件凭证",
            False,
        )

    def test_electronic_ones_are_delivered_as_they_are_issued(self) -> None:
        one = life()
        grant_reg(one)
        delivered = {d.kind: d.delivered_at for d in one.state.documents.values()}
        assert delivered == {"intake": one.now, "notice": one.now, "licence": None}

    def test_a_matter_closes_when_its_paper_is_handed_out(self) -> None:
        """送达 before 办结."""
        one = life()
        grant_reg(one)
        assert one.status("REG") == "issued"
        deliver = c.DeliverDocument(document=f"{NUMBER}.REG.licence")
        kinds = one.act(CLERK, deliver)
        assert kinds == ("document_delivered", "matter_closed")
        licence = one.state.documents[f"{NUMBER}.REG.licence"]
        assert (licence.delivered_by, licence.delivered_at) == ("clerk", one.now)
        with pytest.raises(Refused) as refused:
            one.act(CLERK, deliver)
        assert refused.value.code is Code.NOT_DELIVERABLE

    def test_an_electronic_one_is_not_handed_out(self) -> None:
        one = life()
        grant_reg(one)
        with pytest.raises(Refused) as refused:
            one.act(CLERK, c.DeliverDocument(document=f"{NUMBER}.REG.notice"))
        assert refused.value.code is Code.NOT_DELIVERABLE


class TestWithdrawal:
    @pytest.mark.law("容缺 2.3(9)")
    def test_it_ends_what_is_open_and_leaves_what_is_decided(self) -> None:
        """Withdrawal at any time before the decision (domain.md §2.3 step 9)."""
        one = life()
        grant_reg(one)
        complete(one, FOODER, "FOOD.handle", Outcome.GRANT)
        kinds = one.act(CLERK, c.WithdrawBundle())
        assert Counter(kinds) == Counter(
            matter_withdrawn=1, task_cancelled=1, document_issued=1, document_delivered=1
        )
        assert [one.status(key) for key in ("REG", "TAX", "FOOD")] == [
            "issued",
            "withdrawn",
            "closed",
        ]
        assert one.state.status is BundleStatus.RUNNING

    def test_once_all_is_decided_there_is_nothing_left_to_withdraw(self) -> None:
        one = life(planned(firm={}))
        grant_reg(one)
        complete(one, TAXER, "TAX.handle", Outcome.GRANT)
        before = one.state
        with pytest.raises(Refused) as refused:
            one.act(CLERK, c.WithdrawBundle())
        assert refused.value.code is Code.NOT_WITHDRAWABLE
        assert one.state == before

    def test_withdrawn_whole_it_closes_with_no_clock_and_no_task(self) -> None:
        one = life(**LISTED)
        kinds = one.act(CLERK, c.WithdrawBundle())
        assert kinds[-1] == "bundle_closed"
        assert one.state.open_tasks == ()
        assert next_due(one.state) is None
        assert one.state.closed_at == one.now

    def test_a_paper_waiting_for_its_check_falls_away_with_its_matter(self) -> None:
        one = life(**LISTED)
        supply(one, CLERK, "M03")
        one.act(CLERK, c.WithdrawBundle())
        assert {task.status for task in one.state.tasks.values()} == {TaskStatus.OBSOLETE}


class TestClosing:
    def test_the_whole_way(self) -> None:
        one = life()
        grant_reg(one)
        complete(one, TAXER, "TAX.handle", Outcome.GRANT)
        complete(one, FOODER, "FOOD.handle", Outcome.GRANT)
        issue(one)
        assert one.state.status is BundleStatus.RUNNING
        kinds = one.act(CLERK, c.DeliverDocument(document=f"{NUMBER}.REG.licence"))
        assert kinds[-2:] == ("matter_closed", "bundle_closed")
        results = {matter.result for matter in one.state.matters.values()}
        assert results == {"granted", "not_needed"}

    def test_whoever_lapses_is_told_before_the_application_closes(self) -> None:
        """Once it is closed, nothing happens to it any more."""
        one = life(lacking=("M01",))
        kinds = pass_to(one, one.now + timedelta(days=40))
        assert kinds[:3] == ("matter_lapsed", "document_issued", "document_delivered")
        assert kinds[-1] == "bundle_closed"
        assert pass_to(one, one.now + timedelta(days=400)) == ()
