"""The working of a verdict, recomputable by hand: each condition, each fact, its source and day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from activities.store.benefits.frozen import FrozenFacts, kept
from activities.store.benefits.own_facts import OWN
from activities.store.benefits.reading import MatchLine
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, Verdict
from definitions.policy_loading import FactCatalogue
from definitions.rules.conditions import Fact
from definitions.rules.matching import Finding, match, needed_facts


class FactSaid(Value):
    """One fact that was looked at; without a value, nobody had said it, or it is `hidden`."""

    fact: str
    label: str
    value: Fact | None
    unit: str | None
    source: str
    as_of: date | None
    hidden: bool = False


class FigureSaid(Value):
    """A named figure of the policy, and what it came to; `hidden` with the facts behind it."""

    name: str
    label: str
    unit: str
    value: int | None
    hidden: bool = False


class Working(Value):
    """How one subject came out. `amount` in fen; `uncertain`: the policy's figures are not sure."""

    policy: str
    version: int
    on: date
    verdict: Verdict
    amount: int | None
    at_most: int
    uncertain: bool
    note: str | None
    findings: tuple[Finding, ...]
    figures: tuple[FigureSaid, ...]
    facts: tuple[FactSaid, ...]


class SampleView(Value):
    """One result to be looked through by hand."""

    line: MatchLine
    working: Working


_UNCERTAIN = frozenset({"low", "med"})


def working_of(
    policy: PolicyDefinition,
    catalogue: FactCatalogue,
    known: FrozenFacts,
    on: date,
) -> Working:
    """The verdict by these facts, and everything it rests on."""
    found = match(policy, known.facts, on)
    return Working(
        policy=policy.policy,
        version=policy.version,
        on=on,
        verdict=found.verdict,
        amount=found.amount,
        at_most=policy.amount.at_most,
        uncertain=policy.amount.mark in _UNCERTAIN,
        note=policy.amount.note,
        findings=found.findings,
        figures=tuple(
            FigureSaid(
                name=figure.name,
                label=figure.label,
                unit=figure.unit,
                value=found.figures.get(figure.name),
            )
            for figure in policy.figures
        ),
        facts=facts_said(catalogue, needed_facts(policy), known),
    )


def facts_said(
    catalogue: FactCatalogue, names: Sequence[str], known: FrozenFacts
) -> tuple[FactSaid, ...]:
    """The facts by name, as people read them."""
    facts = {fact.fact: fact for fact in catalogue.facts}
    sources = {source.id: source.name for source in catalogue.sources}
    return tuple(
        FactSaid(
            fact=name,
            label=facts[name].label,
            value=known.facts.get(name),
            unit=facts[name].unit,
            source=OWN if name in known.own else sources[facts[name].source],
            as_of=known.days.get(OWN if name in known.own else facts[name].source),
        )
        for name in names
    )


def decided_by(
    evidence: Mapping[str, Any], policy: PolicyDefinition, catalogue: FactCatalogue
) -> Working | None:
    """The working by the evidence that was kept with an entitlement, and nothing else."""
    if not evidence.get("facts") or "on" not in evidence:
        return None
    return working_of(policy, catalogue, kept(evidence), date.fromisoformat(evidence["on"]))
