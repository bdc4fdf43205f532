"""Whether conditions can hold together: searched for, fact by fact, not tried out.

A condition in a wanted truth becomes a formula over facts, each with the values its comparisons can
tell apart (beside them something else, and unknown); that is all a condition can see, so the search
is exact. It goes wherever the fewest ways are open; a search too long is taken to succeed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from definitions.language.conditions import All, AnyOf, Compare, Condition, Not
from definitions.rules.conditions import Fact, holds

Truth: TypeAlias = "bool | None"
Values: TypeAlias = "frozenset[Fact | None]"
# A fact, or whether a list fact holds one value; None is unknown.
Subject: TypeAlias = "str | tuple[str, Fact]"

MAX_STEPS = 2_000
OTHER = "(other)"
TRUE: frozenset[Truth] = frozenset({True})
NOT_FALSE: frozenset[Truth] = frozenset({True, None})
_UNKNOWN: Values = frozenset({None})
NOT_TRUE: frozenset[Truth] = frozenset({False, None})


@dataclass(frozen=True, slots=True)
class Within:
    """The subject has one of these values."""

    subject: Subject
    values: Values

    @property
    def subjects(self) -> frozenset[Subject]:
        """The one it is about."""
        return frozenset({self.subject})


@dataclass(frozen=True)
class Every:
    """All of the formulas."""

    parts: tuple["Formula", ...]

    @cached_property
    def subjects(self) -> frozenset[Subject]:
        """Every subject it is about."""
        return _subjects(self.parts)


@dataclass(frozen=True)
class Some:
    """At least one of the formulas; none of none."""

    parts: tuple["Formula", ...]

    @cached_property
    def subjects(self) -> frozenset[Subject]:
        """Every subject it is about."""
        return _subjects(self.parts)


Formula: TypeAlias = "Within | Every | Some"
Domains: TypeAlias = Mapping[Subject, Values]


class TooLong(Exception):
    """The search was given up."""


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
    """Whether all the conditions can hold together for some facts, be they as they may."""
    domains = domains_of(each for condition in conditions for each in compares_in(condition))
    return possible([formula(condition, TRUE, domains) for condition in conditions], domains)


def possible(formulas: Iterable[Formula], domains: Domains) -> bool:
    """Whether all the formulas can be met; also where the search is too long to tell."""
    try:
        return found(formulas, domains) is not None
    except TooLong:
        return True


def found(
    formulas: Iterable[Formula], domains: Domains, *, steps: int = MAX_STEPS
) -> Domains | None:
    """Values left to each subject when all formulas are met; None: never. Raises `TooLong`."""
    return _Search(domains, steps).met(list(formulas), dict(domains))


def domains_of(compares: Iterable[Compare]) -> dict[Subject, Values]:
    """What each fact of the comparisons may be, as far as they can tell it apart."""
    domains: dict[Subject, Values] = {}
    for compare in compares:
        there = domains.get(compare.fact, frozenset({None}))
        inside = compare.has if compare.has is not None else compare.lacks
        if inside is not None:
            domains[compare.fact] = there | {True}
            domains[compare.fact, inside] = frozenset({True, False, None})
        else:
            domains[compare.fact] = there | frozenset(_mentioned(compare))
    # What is counted anywhere is a number and nothing else.
    counted = {name for name, values in domains.items() if any(map(_is_number, values))}
    return {name: v - {OTHER} if name in counted else v for name, v in domains.items()}


def formula(condition: Condition | None, wanted: frozenset[Truth], domains: Domains) -> Formula:
    """What the facts must be for the condition to have a wanted truth (Kleene's logic)."""
    match condition:
        case None:
            return Every(()) if True in wanted else Some(())
        case All(all=parts):
            met = tuple(formula(part, wanted, domains) for part in parts)
            return Every(met) if True in wanted else Some(met)
        case AnyOf(any=parts):
            met = tuple(formula(part, wanted, domains) for part in parts)
            return Some(met) if True in wanted else Every(met)
        case Not(not_=part):
            turned = frozenset(None if truth is None else not truth for truth in wanted)
            return formula(part, turned, domains)
        case Compare():
            return _compared(condition, wanted, domains)


def _compared(compare: Compare, wanted: frozenset[Truth], domains: Domains) -> Formula:
    inside = compare.has if compare.has is not None else compare.lacks
    if inside is not None:
        turned = wanted if compare.has is not None else frozenset(_turned(wanted))
        return Within((compare.fact, inside), turned)
    fits = (
        value
        for value in domains[compare.fact]
        if holds(compare, {} if value is None else {compare.fact: value}) in wanted
    )
    return Within(compare.fact, frozenset(fits))


def _turned(wanted: frozenset[Truth]) -> Iterator[Truth]:
    return (None if truth is None else not truth for truth in wanted)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mentioned(compare: Compare) -> Iterator[Fact]:
    bound = compare.at_least if compare.at_least is not None else compare.at_most
    if bound is not None:
        yield from (bound - 1, bound, bound + 1)
        return
    single = compare.is_ if compare.is_ is not None else compare.is_not
    if isinstance(single, bool):
        yield from (True, False)
        return
    yield OTHER
    yield from compare.one_of or ()
    if single is not None:
        yield single


# The ways that are still open, and what they are all about.
_Choice: TypeAlias = "tuple[tuple[Formula, ...], frozenset[Subject]]"


class _Search:
    """One search; the facts a list is about are known together or not at all."""

    def __init__(self, domains: Domains, steps: int) -> None:
        self._steps = steps
        self._same: dict[str, list[Subject]] = {}
        for subject in domains:
            fact = subject if isinstance(subject, str) else subject[0]
            self._same.setdefault(fact, []).append(subject)

    def met(
        self,
        wanted: list[Formula],
        domains: dict[Subject, Values],
        choices: list[_Choice] | None = None,
    ) -> Domains | None:
        """The domains narrowed until all is met, or None; `wanted` and `domains` are spent."""
        standing = choices or []
        while wanted:
            changed: set[Subject] = set()
            fresh = self._spread(wanted, domains, changed)
            if fresh is None:
                return None
            left = [each for each in standing if each[1].isdisjoint(changed)]
            fresh += [each for each in standing if not each[1].isdisjoint(changed)]
            for parts, subjects in fresh:
                open_ = _open(parts, domains)
                if open_ == ():
                    return None
                if open_ is not None and len(open_) == 1:
                    wanted += open_
                elif open_ is not None:
                    left.append((open_, subjects))
            standing = left
        return self._branched(standing, domains) if standing else domains

    def _spread(
        self, wanted: list[Formula], domains: dict[Subject, Values], changed: set[Subject]
    ) -> list[_Choice] | None:
        """Do what leaves no choice, and the choices that come with it; None: it cannot be."""
        fresh: list[_Choice] = []
        while wanted:
            match wanted.pop():
                case Within(subject, values):
                    if not self._narrowed(subject, values, domains, changed):
                        return None
                case Every(parts):
                    wanted += parts
                case Some(parts) as some:
                    fresh.append((parts, some.subjects))
        return fresh

    def _branched(self, choices: list[_Choice], domains: dict[Subject, Values]) -> Domains | None:
        fewest = min(choices, key=lambda choice: len(choice[0]))
        others = [choice for choice in choices if choice is not fewest]
        for part in fewest[0]:
            if not self._steps:
                raise TooLong
            self._steps -= 1
            met = self.met([part], dict(domains), others)
            if met is not None:
                return met
        return None

    def _narrowed(
        self,
        subject: Subject,
        values: Values,
        domains: dict[Subject, Values],
        changed: set[Subject],
    ) -> bool:
        left = domains[subject] & values
        if len(left) == len(domains[subject]):
            return bool(left)
        domains[subject] = left
        changed.add(subject)
        if None in left and len(left) > 1:
            return True
        fact = subject if isinstance(subject, str) else subject[0]
        for other in self._same[fact]:
            domains[other] = (
                domains[other] & _UNKNOWN if None in left else domains[other] - _UNKNOWN
            )
            changed.add(other)
            if not domains[other]:
                return False
        return bool(left)


def _open(parts: tuple[Formula, ...], domains: Domains) -> tuple[Formula, ...] | None:
    """The ways still open; None where one of them is met already."""
    left = []
    for part in parts:
        standing = _standing(part, domains)
        if standing is True:
            return None
        if standing is None:
            left.append(part)
    return tuple(left)


def _standing(part: Formula, domains: Domains) -> bool | None:
    """Whether the formula is met whatever comes (True), cannot be (False), or is open."""
    match part:
        case Within(subject, values):
            here = domains[subject]
            return True if here <= values else (False if here.isdisjoint(values) else None)
        case Every(parts):
            all_met: bool | None = True
            for each in parts:
                standing = _standing(each, domains)
                if standing is False:
                    return False
                all_met = all_met and standing
            return all_met
        case Some(parts):
            none_met: bool | None = False
            for each in parts:
                standing = _standing(each, domains)
                if standing is True:
                    return True
                none_met = None if standing is None else none_met
            return none_met


def _subjects(parts: tuple[Formula, ...]) -> frozenset[Subject]:
    return frozenset[Subject]().union(*(part.subjects for part in parts))
