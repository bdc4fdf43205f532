"""A whole policy in plain Chinese, for pages, the API and the command line alike."""

from collections.abc import Iterator, Mapping
from datetime import date

from definitions.benefits.periods import period_of
from definitions.language.base import Basis, Value
from definitions.language.benefits import PolicyCase, PolicyCondition, SubjectKind, Verdict
from definitions.lifecycle.policy_diffing import (
    begins_said,
    budget_said,
    confirmation_said,
    exclusion_said,
    publicity_said,
    recovery_said,
)
from definitions.lifecycle.policy_judging import VERDICTS, amount_said
from definitions.lifecycle.policy_saying import EVERY, MONEY, WAYS, Saying, fact_said
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.conditions import Facts
from definitions.rules.matching import looked_at

SUBJECTS = {SubjectKind.FIRM: "企业", SubjectKind.PERSON: "个人"}
UNCERTAIN = frozenset({"low", "med"})
"""Marks of amounts that are shown as uncertain."""


class PlainCondition(Value):
    """A condition: the author's sentence, what is compared, and who keeps the facts."""

    id: str
    says: str
    means: str
    excludes: bool
    again: bool
    sources: tuple[str, ...]


class PlainFigure(Value):
    """A figure in words."""

    name: str
    label: str
    unit: str
    means: str


class PlainCase(Value):
    """A golden case in words: the facts that differ from the usual, and what must come out."""

    case: str
    on: str
    facts: tuple[str, ...]
    expect: str
    amount: str
    reasons: tuple[str, ...]


class PlainPolicy(Value):
    """A policy in words. `uncertain`: its figures are to be checked against the file.

    `period` is the one in which the asking day lies.
    """

    name: str
    number: str
    summary: str
    organ: str
    subject: str
    every: str
    period: str
    way: str
    conditions: tuple[PlainCondition, ...]
    figures: tuple[PlainFigure, ...]
    formula: str
    at_most: int
    uncertain: bool
    note: str
    budget: str
    publicity: str
    confirmation: str
    exclusion: str
    recovery: str
    begins: str
    promised_days: int
    sample: int
    verified_after: int | None
    bases: tuple[Basis, ...]
    usual: tuple[str, ...]
    cases: tuple[PlainCase, ...]


def plain(
    loaded: LoadedPolicy, facts: FactCatalogue, organs: Mapping[str, str], on: date
) -> PlainPolicy:
    """The policy in words; `organs` are what departments are called."""
    definition, known = loaded.definition, {fact.fact: fact for fact in facts.facts}
    labels = {name: fact.label for name, fact in known.items()}
    saying, amount = Saying(definition, known), definition.amount
    return PlainPolicy(
        name=definition.name,
        number=definition.number,
        summary=definition.summary,
        organ=organs.get(definition.organ, definition.organ),
        subject=SUBJECTS[definition.subject],
        every=EVERY[definition.every],
        period=period_of(definition, on),
        way=WAYS[definition.way],
        conditions=tuple(_condition(loaded, each, saying, facts) for each in definition.conditions),
        figures=tuple(
            PlainFigure(
                name=figure.name,
                label=figure.label,
                unit=figure.unit,
                means=saying.formula(figure.formula, money=figure.unit == MONEY),
            )
            for figure in definition.figures
        ),
        formula=saying.formula(amount.formula),
        at_most=amount.at_most,
        uncertain=amount.mark in UNCERTAIN,
        note=amount.note or "",
        budget=budget_said(definition.budget),
        publicity=publicity_said(definition.publicity),
        confirmation=confirmation_said(definition.confirmation),
        exclusion=exclusion_said(definition.exclusion, labels),
        recovery=recovery_said(definition.recovery),
        begins=begins_said(definition, labels),
        promised_days=definition.promised_days,
        sample=definition.sample,
        verified_after=definition.verified_after,
        bases=definition.bases,
        usual=tuple(_said(loaded.usual, facts)),
        cases=tuple(_case(loaded, case, facts) for case in loaded.cases),
    )


def _condition(
    loaded: LoadedPolicy, condition: PolicyCondition, saying: Saying, facts: FactCatalogue
) -> PlainCondition:
    names = set(looked_at(loaded.definition, condition))
    keepers = {fact.source for fact in facts.facts if fact.fact in names}
    return PlainCondition(
        id=condition.id,
        says=condition.says,
        means=saying.condition(condition),
        excludes=condition.excludes,
        again=condition.again,
        sources=tuple(source.name for source in facts.sources if source.id in keepers),
    )


def _case(loaded: LoadedPolicy, case: PolicyCase, facts: FactCatalogue) -> PlainCase:
    known = {fact.fact: fact for fact in facts.facts}
    says = {each.id: each.says for each in loaded.definition.conditions}
    missing = (f"{known[name].label if name in known else name}：取不到" for name in case.without)
    return PlainCase(
        case=case.case,
        on=case.on,
        facts=(*_said(case.facts, facts), *missing),
        expect=VERDICTS[case.expect],
        amount=amount_said(case.amount) if case.expect is Verdict.HIT else "",
        reasons=tuple(says.get(each, each) for each in case.reasons),
    )


def _said(given: Facts, facts: FactCatalogue) -> Iterator[str]:
    known = {fact.fact: fact for fact in facts.facts}
    for name, value in given.items():
        fact = known.get(name)
        yield f"{fact.label}：{fact_said(fact, value)}" if fact else f"{name}：{value}"
