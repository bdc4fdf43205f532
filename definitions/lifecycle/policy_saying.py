"""A policy in plain Chinese: its conditions, its formulas, the values of facts.

Which numbers of a formula are money follows from the facts it multiplies: of `300 元 × 月数` the
author wrote two bare numbers.
"""

from collections.abc import Iterable, Mapping

from definitions.language.benefits import (
    Every,
    FactType,
    Measure,
    PolicyCondition,
    PolicyDefinition,
    Ratio,
    SubjectFact,
    Way,
)
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
from definitions.language.service import Catalogue
from definitions.lifecycle.saying import Words, condition_said
from definitions.rules.conditions import Fact
from definitions.rules.formulas import parts_of
from definitions.rules.money import yuan

WAYS: Mapping[Way, str] = {
    Way.DIRECT: "直接兑现，不用确认",
    Way.CONFIRM: "一键确认，逾期视为不要",
    Way.INVITE: "邀请快申快享",
}
EVERY: Mapping[Every, str] = {Every.ONCE: "一次", Every.YEAR: "每年一次", Every.MONTH: "每月一次"}
MONEY = "元"
_SIMPLE = (int, OfFact, MonthsSince, Named)


class Saying:
    """Says what stands in one policy, by the labels of facts and of the policy's own figures."""

    def __init__(self, policy: PolicyDefinition, facts: Mapping[str, SubjectFact]) -> None:
        self._facts = facts
        self._figures = {figure.name: figure for figure in policy.figures}
        self._words = words_of_facts(facts.values())

    def condition(self, condition: PolicyCondition) -> str:
        """What is compared with what; the author's own sentence is `condition.says`."""
        if condition.measure is not None:
            return self._measure(condition.measure)
        if condition.ratio is not None:
            return self._ratio(condition.ratio)
        return condition_said(condition.when, self._words)

    def formula(self, formula: Formula, *, money: bool = True) -> str:
        """A formula in words; `money`: what it comes to is in fen."""
        match formula:
            case int():
                return yuan(formula) if money else f"{formula:,}"
            case OfFact(fact=fact):
                return f"“{self._label(fact)}”"
            case MonthsSince(months_since=fact):
                return f"从“{self._label(fact)}”到比对日的满月数"
            case Named(figure=name):
                figure = self._figures.get(name)
                return f"“{figure.label if figure else name}”"
            case Percent(percent=percent, of=of):
                return f"{self._inner(of, money=money)}的 {percent}%"
            case Bands(bands=bands, of=of):
                steps = "，".join(
                    f"{self.formula(band.since, money=self.is_money(of) is True)} 起"
                    f" {self.formula(band.then, money=money)}"
                    for band in bands
                )
                return f"按{self._inner(of, money=self.is_money(of) is True)}分档：{steps}"
            case Choice(choose=fact, by=by, otherwise=otherwise):
                ways = "；".join(
                    f"“{self._label(fact)}”为{self._option(fact, value)}的，"
                    f"{self.formula(part, money=money)}"
                    for value, part in by.items()
                )
                return f"{ways}；其余的，{self.formula(otherwise, money=money)}"
            case _:
                return self._of_parts(formula, money=money)

    def is_money(self, formula: Formula) -> bool | None:
        """Whether it comes to money; None where that cannot be told from the formula alone."""
        match formula:
            case int():
                return None
            case OfFact(fact=fact):
                known = self._facts.get(fact)
                return known is not None and known.money
            case MonthsSince():
                return False
            case Named(figure=name):
                figure = self._figures.get(name)
                return figure is not None and figure.unit == MONEY
            case Times(times=parts):
                told = [self.is_money(part) for part in parts]
                return True if True in told else (None if None in told else False)
            case Bands():
                return None
            case _:
                told = [self.is_money(part) for part in parts_of(formula)]
                return next((each for each in told if each is not None), None)

    def _of_parts(self, formula: Sum | Minus | Times | Least | Greatest, *, money: bool) -> str:
        match formula:
            case Sum(sum=parts):
                return " + ".join(self._inner(part, money=money) for part in parts)
            case Minus(minus=(first, second)):
                return f"{self._inner(first, money=money)} − {self._inner(second, money=money)}"
            case Times(times=(first, second)):
                pays = money and self._pays(first, second)
                left = self._inner(first, money=pays)
                return f"{left} × {self._inner(second, money=money and not pays)}"
            case Least(least=parts):
                return f"{self._listed(parts, money=money)}中最小的"
            case Greatest(greatest=parts):
                return f"{self._listed(parts, money=money)}中最大的"

    def _pays(self, first: Formula, second: Formula) -> bool:
        """Of two factors, whether the first is the money: the other one then counts something."""
        known = self.is_money(first)
        return self.is_money(second) is not True if known is None else known

    def _listed(self, parts: Iterable[Formula], *, money: bool) -> str:
        return "、".join(self._inner(part, money=money) for part in parts)

    def _inner(self, formula: Formula, *, money: bool) -> str:
        said = self.formula(formula, money=money)
        return said if isinstance(formula, _SIMPLE) else f"（{said}）"

    def _measure(self, measure: Measure) -> str:
        money = self.is_money(measure.number) is True
        unit = "" if money else f" {measure.unit}".rstrip()
        told = [
            f"{word} {self.formula(bound, money=money)}{unit}"
            for word, bound in (("不少于", measure.at_least), ("不多于", measure.at_most))
            if bound is not None
        ]
        return f"{self.formula(measure.number, money=money)}{'，且'.join(told)}"

    def _ratio(self, ratio: Ratio) -> str:
        whole = self._inner(ratio.whole, money=False)
        told = f"{self._inner(ratio.part, money=False)}占{whole}的比例"
        if ratio.at_least is not None:
            return f"{told}不低于{self._rate(ratio.at_least)}"
        assert ratio.at_most is not None
        return f"{told}不高于{self._rate(ratio.at_most)}"

    def _rate(self, formula: Formula) -> str:
        return (
            rate_said(formula) if isinstance(formula, int) else self.formula(formula, money=False)
        )

    def _label(self, fact: str) -> str:
        known = self._facts.get(fact)
        return known.label if known else fact

    def _option(self, fact: str, value: str) -> str:
        known = self._facts.get(fact)
        return f"“{known.values.get(value, value) if known else value}”"


def words_of_facts(facts: Iterable[SubjectFact]) -> Words:
    """The labels of facts and of their values, as a condition names them."""
    labels: dict[str, str] = {}
    options: dict[tuple[str, str], str] = {}
    for fact in facts:
        labels[fact.fact] = fact.label
        if fact.type is FactType.DATE:
            labels[f"since.{fact.fact.partition('.')[2]}"] = f"{fact.label}至今天数"
        options |= {(fact.fact, value): label for value, label in fact.values.items()}
    return Words(facts=labels, options=options)


def fact_said(fact: SubjectFact, value: Fact) -> str:
    """A value as people read it."""
    match value:
        case bool():
            return "是" if value else "否"
        case int():
            return yuan(value) if fact.money else f"{value:,} {fact.unit or ''}".rstrip()
        case str():
            return fact.values.get(value, value)
        case _:
            return "、".join(fact.values.get(each, each) for each in value) or "没有"


def rate_said(thousandths: int) -> str:
    """55 → 5.5%."""
    whole, rest = divmod(abs(thousandths), 10)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}.{rest}%" if rest else f"{sign}{whole}%"


def organs_of(catalogue: Catalogue) -> Mapping[str, str]:
    """What departments are called."""
    return {department.code: department.name for department in catalogue.departments}
