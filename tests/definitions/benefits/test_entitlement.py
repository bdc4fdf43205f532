"""An entitlement's statuses: which may follow which, and what can never happen."""

import pytest

from definitions.benefits.entitlement import (
    CANCELLABLE,
    DECLINABLE,
    FOLLOWS,
    OBJECTABLE,
    OPEN,
    Status,
    require_move,
)
from definitions.errors import Code, Refused

MONEY_OUT = {Status.SENT, Status.PAID, Status.RECOVERING, Status.RECOVERED}


def reached(start: Status, without: Status | None = None) -> set[Status]:
    """Everything that can follow, not passing through one of them."""
    found, left = {start}, [start]
    while left:
        for status in FOLLOWS[left.pop()]:
            if status not in found and status is not without:
                found.add(status)
                left.append(status)
    return found


def test_every_status_says_what_may_follow() -> None:
    assert set(FOLLOWS) == set(Status)
    assert reached(Status.LISTED) == set(Status)


@pytest.mark.parametrize("gate", [Status.CLEARED, Status.RESERVED, Status.SENT])
def test_nothing_is_paid_past_the_list_the_budget_and_the_instruction(gate: Status) -> None:
    assert Status.PAID not in reached(Status.LISTED, without=gate)


def test_what_is_on_its_way_is_neither_stopped_nor_cancelled() -> None:
    assert FOLLOWS[Status.SENT] == {Status.PAID, Status.FAILED}
    assert FOLLOWS[Status.PAID] == {Status.RECOVERING}
    assert not MONEY_OUT & (CANCELLABLE | DECLINABLE | OBJECTABLE)


def test_a_second_attempt_follows_a_failed_one_only() -> None:
    before = {status for status, after in FOLLOWS.items() if Status.SENT in after}
    assert before == {Status.RESERVED}
    assert Status.RESERVED not in FOLLOWS[Status.SENT]


def test_what_a_run_sees_to_is_not_over() -> None:
    assert all(FOLLOWS[status] for status in OPEN)
    assert not OPEN & {Status.PAID, Status.RECOVERED, Status.STRUCK, Status.CANCELLED}


def test_what_may_not_follow_is_refused() -> None:
    require_move(Status.LISTED, Status.STRUCK)
    with pytest.raises(Refused) as refused:
        require_move(Status.PAID, Status.LISTED)
    assert refused.value.code is Code.ENTITLEMENT_NOT_OPEN


def test_what_was_chosen_by_another_status_is_refused() -> None:
    require_move(Status.LISTED, Status.CLEARED, {Status.LISTED})
    with pytest.raises(Refused) as refused:
        require_move(Status.DECLINED, Status.CLEARED, {Status.LISTED})
    assert refused.value.code is Code.ENTITLEMENT_NOT_OPEN


def test_what_waits_for_a_case_is_let_go_with_its_run_and_not_objected_to_anew() -> None:
    assert Status.OBJECTED in CANCELLABLE
    assert Status.OBJECTED not in OBJECTABLE
