"""HOLD, ISSUE_THEN_SUPPLY and INFORM_COMMIT (domain.md §2.1): what is kept, owed, promised."""

from datetime import date, timedelta

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.language.pending import Credit
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import end_of_day
from definitions.rules.clocks import due
from tests.support.legal import (
    CLERK,
    OTHER,
    TAX_HEAD,
    complete,
    life,
    planned,
    rewritten,
    supply,
)
from tests.support.lives import Folded, pass_to


def last_day(one: Folded, key: str, kind: ClockKind) -> date | None:
    """The last day of the running clock."""
    clock = one.state.matters[key].clock(kind)
    assert clock is not None
    return due(clock, one.state.calendar).day


class TestHold:
    @pytest.mark.law("登记管理条例实施细则 18(3)")
    def test_no_legal_clock_runs(self) -> None:
        one = life(planned("register"), lacking=("M07",), committed=("REG",))
        matter = one.state.matters["REG"]
        assert (matter.status, [x.kind for x in matter.clocks]) == ("holding", [ClockKind.HOLD])
        supply(one, "M07", CLERK)
        assert one.status("REG") == "accepted"


class TestIssueThenSupply:
    @pytest.fixture
    def one(self) -> Folded:
        """CLEAR was issued at once; M06 is owed within 15 working days."""
        one = life(planned("clear"), lacking=("M06",), committed=("CLEAR",))
        complete(one, TAX_HEAD, "CLEAR.decide", Outcome.GRANT)
        return one

    def test_the_result_goes_out_and_the_promise_stays(self, one: Folded) -> None:
        assert one.status("CLEAR") == "closed"
        assert one.state.matters["CLEAR"].is_followed
        assert last_day(one, "CLEAR", ClockKind.PROMISE) == date(2026, 3, 23)

    def test_a_kept_promise_leaves_nothing_behind(self, one: Folded) -> None:
        one.now += timedelta(days=1)
        supply(one, "M06")
        complete(one, OTHER, "CLEAR.check-M06-1", Outcome.ACCEPT)
        matter = one.state.matters["CLEAR"]
        assert matter.promise is not None
        assert (matter.promise.status, matter.credit) == ("kept", "none")

    def test_a_broken_one_is_recorded_and_examined(self, one: Folded) -> None:
        pass_to(one, end_of_day(date(2026, 3, 23)))
        matter = one.state.matters["CLEAR"]
        assert matter.promise is not None
        assert (matter.promise.status, matter.credit) == ("broken", "public_record")
        (task,) = (t for t in one.state.open_tasks if t.kind == "revocation")
        complete(one, TAX_HEAD, task.id.removeprefix(f"{one.state.number}."), Outcome.KEEP)
        assert one.status("CLEAR") == "closed"

    def test_without_the_choice_it_is_held(self) -> None:
        one = life(planned("clear"), lacking=("M06",))
        assert one.status("CLEAR") == "holding"


class TestInformCommit:
    @pytest.fixture
    def one(self) -> Folded:
        """SIGN was granted on a promise; it is to be checked within 60 working days."""
        one = life(planned("sign"), promised=("M05",), committed=("SIGN",))
        complete(one, TAX_HEAD, "SIGN.decide", Outcome.GRANT)
        return one

    @pytest.mark.law("上海优化营商环境条例 27")
    def test_it_is_decided_at_once_and_checked_after(self, one: Folded) -> None:
        assert one.status("SIGN") == "closed"
        assert [t.kind for t in one.state.open_tasks if t.matter == "SIGN"] == ["verification"]
        assert last_day(one, "SIGN", ClockKind.VERIFICATION) == date(2026, 5, 28)

    @pytest.mark.law("上海优化营商环境条例 27")
    def test_true(self, one: Folded) -> None:
        complete(one, OTHER, "SIGN.verify", Outcome.CONFIRM)
        assert not one.state.matters["SIGN"].is_followed

    @pytest.mark.law("上海优化营商环境条例 27")
    def test_put_right_in_time(self, one: Folded) -> None:
        complete(one, OTHER, "SIGN.verify", Outcome.RECTIFY)
        assert last_day(one, "SIGN", ClockKind.RECTIFICATION) == date(2026, 3, 16)
        supply(one, "M05")
        complete(one, OTHER, "SIGN.verify-2", Outcome.CONFIRM)
        assert not one.state.matters["SIGN"].is_followed

    @pytest.mark.law("上海优化营商环境条例 27")
    @pytest.mark.parametrize("untrue", [True, False])
    def test_untrue_or_not_put_right_is_recorded_and_may_be_revoked(
        self, one: Folded, *, untrue: bool
    ) -> None:
        if untrue:
            complete(one, OTHER, "SIGN.verify", Outcome.UNTRUE)
        else:
            complete(one, OTHER, "SIGN.verify", Outcome.RECTIFY)
            pass_to(one, end_of_day(date(2026, 3, 16)))
        assert one.state.matters["SIGN"].credit is Credit.PUBLIC_RECORD
        complete(one, TAX_HEAD, "SIGN.revocation", Outcome.REVOKE)
        assert one.status("SIGN") == "revoked"

    def test_put_right_once_only(self, one: Folded) -> None:
        complete(one, OTHER, "SIGN.verify", Outcome.RECTIFY)
        supply(one, "M05")
        with pytest.raises(Refused) as caught:
            complete(one, OTHER, "SIGN.verify-2", Outcome.RECTIFY)
        assert caught.value.code is Code.OUTCOME_NOT_POSSIBLE

    @pytest.mark.law("上海优化营商环境条例 27")
    def test_not_where_safety_is_at_stake(self) -> None:
        with pytest.raises(ValueError, match="not open"):
            rewritten("SIGN", domains=["public_safety"])


def test_all_of_it_is_followed_until_the_last_promise_is_settled() -> None:
    """The application is closed when nothing is awaited of anybody any more."""
    one = life(planned("sign"), promised=("M05",), committed=("SIGN",))
    one.act(CLERK, c.WithdrawBundle(matters=("PERMIT",)))
    complete(one, TAX_HEAD, "SIGN.decide", Outcome.GRANT)
    assert one.state.status == "followed"
    complete(one, OTHER, "SIGN.verify", Outcome.CONFIRM)
    assert one.state.status == "closed"
