"""Periods of a policy, and the names that follow from them: what is paid once is named once."""

import calendar
from datetime import date

from definitions.language.benefits import Begins, Every, PolicyDefinition

ONCE = "once"


def period_of(policy: PolicyDefinition, on: date) -> str:
    """The period in which that day lies: `2026`, `2026-09`, or `once`."""
    match policy.every:
        case Every.YEAR:
            return f"{on:%Y}"
        case Every.MONTH:
            return f"{on:%Y-%m}"
        case Every.ONCE:
            return ONCE


def budget_period(policy: PolicyDefinition, period: str) -> str:
    """Under which period money is set aside: each its own, or one for the whole policy."""
    return period if policy.budget.per == "period" else "policy"


def run_id(policy: str, period: str, turn: int) -> str:
    """The first run of a policy for a period is its 1st; what comes late has runs of its own."""
    return f"{policy}:{period}:{turn}"


def entitlement_id(policy: str, period: str, subject: int, item: str) -> str:
    """The key that is paid once (domain.md §5.3); `subject` is the register's number of it."""
    return f"{policy}:{period}:{subject}:{item}"


def begins_on(begins: Begins | None, day: date) -> bool:
    """Whether a run begins by itself on that day. A day past the month's end is its last."""
    if begins is None or begins.day is None:
        return False
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day == min(begins.day, last) and begins.month in {None, day.month}
