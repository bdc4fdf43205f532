"""一键预查: what the registers know that rules a service out, before a single question is asked.

Answers are not there yet. Where one stands beside a register's word (`any`), it is the applicant's
way of saying the same, and does not count; where it narrows a blocker (`all`), it says which course
the blocker is for.
"""

from collections.abc import Iterator
from enum import StrEnum

from definitions.language.base import Basis, Value
from definitions.language.conditions import All, AnyOf, Compare, Condition, Not
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.service import Blocker, ServiceDefinition
from definitions.rules.conditions import Facts, facts_in, holds


class Found(StrEnum):
    """What the registers say of a blocker. `UNKNOWN`: at least one of them did not say."""

    BLOCKS = "blocks"
    UNKNOWN = "unknown"
    CLEAR = "clear"


class Missing(Value):
    """A fact that nobody told, and whose it is."""

    fact: str
    label: str
    owner: str


class Obstacle(Value):
    """One blocker of the service, with whom to see and what mends it.

    `courses` are the answers it is for (简易注销); empty: whatever is answered.
    """

    found: Found
    reason: str
    owner: str
    remedy: str
    basis: Basis
    courses: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


class _Skipped:
    """An answer nobody has given: it neither holds nor fails here."""


_SKIPPED = _Skipped()
_Truth = bool | None | _Skipped


def obstacles(definition: ServiceDefinition, facts: Facts) -> tuple[Obstacle, ...]:
    """Every blocker that registers can judge: first what blocks, then what is not known."""
    judged = [found for each in definition.blockers if (found := _judged(definition, each, facts))]
    order = list(Found)
    return tuple(sorted(judged, key=lambda obstacle: order.index(obstacle.found)))


def _judged(definition: ServiceDefinition, blocker: Blocker, facts: Facts) -> Obstacle | None:
    truth = _by_registers(blocker.when, facts)
    if isinstance(truth, _Skipped):
        return None
    missing = tuple(_missing(blocker.when, facts)) if truth is None else ()
    found = Found.UNKNOWN if truth is None else Found.BLOCKS if truth else Found.CLEAR
    return Obstacle(
        found=found,
        reason=blocker.reason,
        owner=blocker.owner,
        remedy=blocker.remedy,
        basis=blocker.basis,
        courses=tuple(dict.fromkeys(_courses(definition, blocker.when, facts))),
        missing=missing,
    )


def _by_registers(condition: Condition, facts: Facts) -> _Truth:
    match condition:
        case All(all=parts):
            return _joined([_by_registers(part, facts) for part in parts], decisive=False)
        case AnyOf(any=parts):
            return _joined([_by_registers(part, facts) for part in parts], decisive=True)
        case Not(not_=part):
            truth = _by_registers(part, facts)
            return (not truth) if isinstance(truth, bool) else truth
        case Compare(fact=fact) if not fact.startswith("firm.") and fact not in facts:
            return _SKIPPED
        case _:
            return holds(condition, facts)


def _joined(truths: list[_Truth], *, decisive: bool) -> _Truth:
    """Kleene's logic over what is not skipped; `decisive` settles it alone."""
    said = [truth for truth in truths if not isinstance(truth, _Skipped)]
    if not said:
        return _SKIPPED
    if decisive in said:
        return decisive
    return None if None in said else not decisive


def _missing(condition: Condition, facts: Facts) -> Iterator[Missing]:
    for fact in dict.fromkeys(facts_in(condition)):
        known = FACTS_BY_NAME.get(fact.removeprefix("firm."))
        if known is not None and fact not in facts:
            yield Missing(fact=fact, label=known.label, owner=known.owner)


def _courses(definition: ServiceDefinition, condition: Condition, facts: Facts) -> Iterator[str]:
    """The labels of the answers that an `all` narrows the blocker to."""
    if not isinstance(condition, All):
        return
    for part in condition.all:
        if isinstance(_by_registers(part, facts), _Skipped):
            yield from _labels(definition, part)
        else:
            yield from _courses(definition, part, facts)


def _labels(definition: ServiceDefinition, condition: Condition) -> Iterator[str]:
    match condition:
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _labels(definition, part)
        case Compare(fact=fact):
            wanted = {condition.is_, condition.has, *(condition.one_of or ())}
            questions = {f"answer.{each.id}": each for each in definition.questions}
            question = questions.get(fact)
            for option in question.options if question else ():
                if option.value in wanted:
                    yield option.label
        case _:
            return
