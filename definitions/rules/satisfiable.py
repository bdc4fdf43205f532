"""Whether a condition can hold at all: every combination of the values it mentions is tried.

Beside the values mentioned, each fact may be something else or unknown; that is all a condition can
tell apart, so the trial is exact. Conditions too large to try are taken to hold.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from math import prod

from definitions.language.conditions import All, AnyOf, Compare, Condition, Not, Scalar
from definitions.rules.conditions import Fact, holds

MAX_TRIALS = 50_000
_OTHER = "(other)"


def compares_in(condition: Condition | None) -> Iterator[Compare]:
    """Every comparison of a condition, in the order written."""
    match condition:
        case None:
            return
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from compares_in(part)
        case Not(not_=part):
            yield from compares_in(part)
        case Compare():
            yield condition


def can_hold(*conditions: Condition | None) -> bool:
    """Whether all the conditions can hold together for some facts."""
    trials = _trials(conditions)
    return trials is None or any(
        all(holds(condition, facts) is True for condition in conditions) for facts in trials
    )


def _trials(conditions: tuple[Condition | None, ...]) -> Iterator[dict[str, Fact]] | None:
    """Every combination of facts worth trying; None where they are too many."""
    domains = _domains(conditions)
    if prod(len(values) for values in domains.values()) > MAX_TRIALS:
        return None
    return (
        {name: value for name, value in zip(domains, chosen, strict=True) if value is not None}
        for chosen in product(*domains.values())
    )


def _domains(conditions: Iterable[Condition | None]) -> dict[str, list[Fact | None]]:
    compares: dict[str, list[Compare]] = {}
    for condition in conditions:
        for compare in compares_in(condition):
            compares.setdefault(compare.fact, []).append(compare)
    return {fact: _domain(found) for fact, found in compares.items()}


def _domain(compares: list[Compare]) -> list[Fact | None]:
    """Values the comparisons can tell apart; None stands for unknown."""
    inside = [str(c.has if c.has is not None else c.lacks) for c in compares if _is_list(c)]
    if inside:
        names = list(dict.fromkeys([*inside, _OTHER]))
        sets = (chosen for size in range(len(names) + 1) for chosen in combinations(names, size))
        return [None, *sets]
    values: list[Fact | None] = [None, _OTHER]
    for compare in compares:
        values += _mentioned(compare)
    return list(dict.fromkeys(values))


def _mentioned(compare: Compare) -> list[Scalar]:
    for bound in (compare.at_least, compare.at_most):
        if bound is not None:
            return [bound - 1, bound, bound + 1]
    if compare.one_of is not None:
        return list(compare.one_of)
    single = compare.is_ if compare.is_ is not None else compare.is_not
    if isinstance(single, bool):
        return [True, False]
    return [] if single is None else [single]


def _is_list(compare: Compare) -> bool:
    return compare.has is not None or compare.lacks is not None
