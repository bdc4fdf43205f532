"""Periods: what is paid once is named once, and a run begins on its day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.benefits.periods import (
    begins_on,
    budget_period,
    entitlement_id,
    period_of,
    run_id,
)
from definitions.language.benefits import Begins
from tests.support.benefits import ON, policy

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def next_beginning(begins: Begins | None, after: date) -> date | None:
    """The first day after `after` on which a run begins by itself; None: never by the calendar."""
    days = (after + timedelta(days=n) for n in range(1, 367))
    return next((day for day in days if begins_on(begins, day)), None)


@pytest.mark.parametrize(
    ("every", "period"), [("year", "2026"), ("month", "2026-09"), ("once", "once")]
)
def test_the_period_of_a_day(every: str, period: str) -> None:
    assert period_of(policy(every=every), ON) == period


def test_a_budget_is_for_each_period_or_for_all() -> None:
    assert budget_period(policy(), "2026") == "2026"
    assert budget_period(policy(budget={"fen": 1, "per": "policy"}), "2026") == "policy"


def test_names() -> None:
    assert run_id("some", "2026", 2) == "some:2026:2"
    assert entitlement_id("some", "2026", 7, "award") == "some:2026:7:award"


class TestBeginning:
    """By the calendar, or only when facts come in."""

    def test_monthly_a_day_past_the_end_is_the_last(self) -> None:
        begins = Begins(day=31)
        assert begins_on(begins, date(2026, 2, 28))
        assert not begins_on(begins, date(2028, 2, 28))
        assert next_beginning(begins, date(2026, 4, 1)) == date(2026, 4, 30)

    def test_yearly_on_its_day_only(self) -> None:
        begins = Begins(month=6, day=1)
        assert begins_on(begins, date(2026, 6, 1))
        assert not begins_on(begins, date(2026, 7, 1))
        assert next_beginning(begins, date(2026, 6, 1)) == date(2027, 6, 1)

    def test_by_facts_never_by_the_calendar(self) -> None:
        begins = Begins(facts=("firm.certificates",))
        assert not begins_on(begins, ON)
        assert next_beginning(begins, ON) is None
        assert next_beginning(None, ON) is None


@given(DAYS, st.integers(1, 31), st.none() | st.integers(1, 12))
def test_the_next_beginning_is_the_first_day_that_begins(
    day: date, number: int, month: int | None
) -> None:
    begins = Begins(day=number, month=month)
    found = next_beginning(begins, day)
    assert found is not None
    between = range(1, (found - day).days)
    assert begins_on(begins, found)
    assert not any(begins_on(begins, day + timedelta(days=n)) for n in between)


@given(st.sampled_from(["year", "month"]), DAYS, DAYS)
def test_two_days_of_a_period_are_one_period(every: str, one: date, other: date) -> None:
    of = policy(every=every)
    same = (one.year, every == "year" or one.month) == (other.year, every == "year" or other.month)
    assert (period_of(of, one) == period_of(of, other)) is same
