"""Golden cases of policies held against their rules."""

from collections.abc import Iterator
from datetime import date

from definitions.language.benefits import PolicyCase, PolicyDefinition, Verdict
from definitions.rules.conditions import Facts
from definitions.rules.golden import Difference
from definitions.rules.matching import match


def policy_differences(
    policy: PolicyDefinition, usual: Facts, case: PolicyCase
) -> Iterator[Difference]:
    """Everything in which the policy does not come to what the case says; empty: it does.

    Items are `verdict`, `amount` (there is one of a hit only), and `reasons` where some are named.
    """
    facts = {**usual, **case.facts}
    known = {name: value for name, value in facts.items() if name not in case.without}
    found = match(policy, known, date.fromisoformat(case.on))
    amount = found.amount if case.expect is Verdict.HIT else None
    for item, wanted, got in (
        ("verdict", case.expect, found.verdict),
        ("amount", case.amount, amount),
        ("reasons", case.reasons, found.reasons if case.reasons else ()),
    ):
        if wanted != got:
            yield Difference(case.case, item, wanted, got)
