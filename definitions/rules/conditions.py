"""Evaluating conditions over facts, in three values.

What is not known is neither true nor false.
"""

from collections.abc import Mapping

from definitions.language.conditions import All, AnyOf, Compare, Condition, Not

Fact = str | int | bool | tuple[str, ...]
Facts = Mapping[str, Fact]


def holds(condition: Condition | None, facts: Facts) -> bool | None:
    """Whether `condition` holds.

    None where a fact that would settle it is missing (Kleene's logic).

    No condition at all holds always.
    """
    match condition:
        case None:
            return True
        case All(all=parts):
            return _all(tuple(holds(part, facts) for part in parts))
        case AnyOf(any=parts):
            return _negated(_all(tuple(_negated(holds(part, facts)) for part in parts)))
        case Not(not_=part):
            return _negated(holds(part, facts))
        case Compare():
            return _compare(condition, facts)


def facts_in(condition: Condition | None) -> tuple[str, ...]:
    """The facts a condition looks at, in the order written."""
    match condition:
        case None:
            return ()
        case All(all=parts) | AnyOf(any=parts):
            return tuple(fact for part in parts for fact in facts_in(part))
        case Not(not_=part):
            return facts_in(part)
        case Compare(fact=fact):
            return (fact,)


def _all(values: tuple[bool | None, ...]) -> bool | None:
    if any(value is False for value in values):
        return False
    return None if None in values else True


def _negated(value: bool | None) -> bool | None:  # noqa: FBT001 - a truth value is the subject here
    return None if value is None else not value


def _compare(condition: Compare, facts: Facts) -> bool | None:
    known = condition.fact in facts
    if condition.known is not None:
        return known is condition.known
    if not known:
        return None
    return _compare_known(condition, facts[condition.fact])


def _compare_known(condition: Compare, fact: Fact) -> bool:
    values = fact if isinstance(fact, tuple) else (fact,)
    match condition.comparison:
        case "is_":
            return fact == condition.is_
        case "is_not":
            return fact != condition.is_not
        case "one_of":
            return fact in (condition.one_of or ())
        case "has":
            return condition.has in values
        case "lacks":
            return condition.lacks not in values
        case "at_least":
            return isinstance(fact, int) and fact >= (condition.at_least or 0)
        case _:
            return isinstance(fact, int) and fact <= (condition.at_most or 0)
