"""A policy in whole arrays, as numpy reckons it: what OpenFisca's formulas are made of here.

A number comes with a mask of who has it, a condition as two masks: who fulfils it and who fails.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.benefits_made_up import ON
from definitions.language.benefits import Measure, PolicyCondition, PolicyDefinition, Ratio
from definitions.language.conditions import All, AnyOf, Compare, Condition, Not, Scalar
from definitions.language.formulas import (
    Bands,
    Choice,
    Formula,
    Greatest,
    Least,
    Minus,
    MonthsSince,
    Named,
    OfFact,
    Percent,
    Sum,
    Times,
)
from definitions.rules.matching import PER

Yes = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Read = Callable[[str], NDArray[Any]]


def variable_of(fact: str) -> str:
    """The variable that holds a fact."""
    return fact.replace(".", "_")


def known_of(fact: str) -> str:
    """The variable that says who has the fact."""
    return f"{variable_of(fact)}_known"


def word_of(fact: str, word: str) -> str:
    """The variable that says whose list has the word."""
    return f"{variable_of(fact)}_has_{word}"


class Reckoner:
    """Numbers with a mask of who is known; conditions as masks of who fulfils and who fails."""

    def __init__(
        self, policy: PolicyDefinition, texts: Mapping[str, list[str]], read: Read
    ) -> None:
        self._policy = policy
        self._texts = texts
        self._read = read
        self._figures = {figure.name: figure.formula for figure in policy.figures}

    def condition(self, condition: PolicyCondition) -> tuple[Yes, Yes]:
        """Who fulfils it, and who fails."""
        if condition.measure is not None:
            return self._measure(condition.measure)
        if condition.ratio is not None:
            return self._ratio(condition.ratio)
        return self._when(condition.when)

    def _measure(self, measure: Measure) -> tuple[Yes, Yes]:
        value, known = self.number(measure.number)
        holds, fails = [], []
        for bound, least in ((measure.at_least, True), (measure.at_most, False)):
            if bound is not None:
                limit, certain = self.number(bound)
                fine = value >= limit if least else value <= limit
                holds.append(known & certain & fine)
                fails.append(known & certain & ~fine)
        return every(holds), some(fails)

    def _ratio(self, ratio: Ratio) -> tuple[Yes, Yes]:
        part, known = self.number(ratio.part)
        whole, also = self.number(ratio.whole)
        least = ratio.at_least is not None
        bound, certain = self.number(ratio.at_least if least else ratio.at_most)
        told = known & also & certain & (whole > 0)
        fine = part * PER >= bound * whole if least else part * PER <= bound * whole
        return told & fine, told & ~fine

    def _when(self, condition: Condition) -> tuple[Yes, Yes]:
        match condition:
            case All(all=parts):
                pairs = [self._when(part) for part in parts]
                return every(pair[0] for pair in pairs), some(pair[1] for pair in pairs)
            case AnyOf(any=parts):
                pairs = [self._when(part) for part in parts]
                return some(pair[0] for pair in pairs), every(pair[1] for pair in pairs)
            case Not(not_=part):
                holds, fails = self._when(part)
                return fails, holds
            case Compare():
                return self._compare(condition)

    def _compare(self, compare: Compare) -> tuple[Yes, Yes]:
        fact = compare.fact
        if fact.startswith("since."):
            fact = f"{self._policy.subject}.{fact.partition('.')[2]}"
        known = self._read(known_of(fact))
        fine = self._fine(compare, fact)
        return known & fine, known & ~fine

    def _fine(self, compare: Compare, fact: str) -> Yes:
        match compare.comparison:
            case "has":
                return self._read(word_of(fact, str(compare.has)))
            case "lacks":
                return ~self._read(word_of(fact, str(compare.lacks)))
        value = self._read(variable_of(fact))
        if compare.fact.startswith("since."):
            value = (np.datetime64(ON) - value).astype(np.int64)
        match compare.comparison:
            case "is_":
                return value == self._said(fact, compare.is_)
            case "is_not":
                return value != self._said(fact, compare.is_not)
            case "one_of":
                return np.isin(value, [self._said(fact, each) for each in compare.one_of or ()])
            case "at_least":
                return value >= compare.at_least
            case "at_most":
                return value <= compare.at_most
            case other:
                raise NotImplementedError(other)

    def _said(self, fact: str, value: Scalar | None) -> Scalar:
        """A text by its number; one that nobody has is nobody's."""
        if isinstance(value, str):
            texts = self._texts[fact]
            return texts.index(value) + 1 if value in texts else -1
        assert value is not None
        return value

    def number(self, formula: Formula) -> tuple[NDArray[Any], Yes]:
        """What it comes to, and for whom."""
        match formula:
            case int():
                return np.int64(formula), np.True_  # type: ignore[return-value]
            case OfFact(fact=fact):
                return self._read(variable_of(fact)), self._read(known_of(fact))
            case MonthsSince(months_since=fact):
                return _months(self._read(variable_of(fact))), self._read(known_of(fact))
            case Named(figure=name):
                return self.number(self._figures[name])
            case Percent(percent=percent, of=of):
                value, known = self.number(of)
                product = value.astype(np.int64) * percent
                return np.sign(product) * (np.abs(product) // 100), known
            case Bands(bands=bands, of=of):
                value, known = self.number(of)
                steps = [value >= band.since for band in reversed(bands)]
                return np.select(steps, [band.then for band in reversed(bands)], 0), known
            case Choice():
                return self._chosen(formula)
            case _:
                return self._of_parts(formula)

    def _chosen(self, formula: Choice) -> tuple[NDArray[Any], Yes]:
        value = self._read(variable_of(formula.choose))
        numbers = [
            (value == self._said(formula.choose, said), *self.number(part))
            for said, part in formula.by.items()
        ]
        rest, certain = self.number(formula.otherwise)
        amount = np.select([n[0] for n in numbers], [n[1] for n in numbers], rest)
        known = np.select([n[0] for n in numbers], [n[2] for n in numbers], certain)
        return amount, known & self._read(known_of(formula.choose))

    def _of_parts(self, formula: Any) -> tuple[NDArray[Any], Yes]:  # noqa: ANN401
        match formula:
            case Sum(sum=parts):
                combine: Any = np.add
            case Minus(minus=parts):
                combine = np.subtract
            case Times(times=parts):
                combine = _product
            case Least(least=parts):
                combine = np.minimum
            case Greatest(greatest=parts):
                combine = np.maximum
            case _:
                raise NotImplementedError(formula)
        numbers = [self.number(part) for part in parts]
        return reduce(combine, [n[0] for n in numbers]), every(n[1] for n in numbers)


def _product(first: NDArray[Any], second: NDArray[Any]) -> Numbers:
    return first.astype(np.int64) * second


def _months(since: NDArray[Any]) -> Numbers:
    first = since.astype("datetime64[M]")
    day = (since - first.astype("datetime64[D]")).astype(np.int64) + 1
    whole = (np.datetime64(ON, "M") - first).astype(np.int64)
    return np.maximum(0, whole - (day > ON.day))


def every(masks: Iterable[Yes]) -> Yes:
    """Where all of them are."""
    return reduce(np.logical_and, masks)


def some(masks: Iterable[Yes]) -> Yes:
    """Where any of them is."""
    return reduce(np.logical_or, masks)
