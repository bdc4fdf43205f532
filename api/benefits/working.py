"""The working of a verdict, recomputable by hand: each condition, each fact, its source and day."""

from collections.abc import Sequence
from datetime import date

from activities.benefits.matching import sample_of
from activities.store.benefits.frozen import FrozenFacts, frozen_facts
from activities.store.benefits.own_facts import OWN
from activities.store.benefits.policies import policy_at
from activities.store.benefits.reading import MatchLine, matches_of
from activities.store.benefits.runs import run_view
from activities.store.engine import ReadSession
from api.services import Services
from definitions.benefits.run import RunState
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, Verdict
from definitions.language.roles import Actor
from definitions.policy_loading import FactCatalogue
from definitions.rules import permissions
from definitions.rules.conditions import Fact
from definitions.rules.matching import Finding, match, needed_facts
from definitions.rules.permissions import Act


class FactSaid(Value):
    """One fact that was looked at; without a value, nobody had said it."""

    fact: str
    label: str
    value: Fact | None
    unit: str | None
    source: str
    as_of: date | None


class FigureSaid(Value):
    """A named figure of the policy, and what it came to."""

    name: str
    label: str
    unit: str
    value: int | None


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


async def sample(services: Services, actor: Actor, run: str) -> tuple[SampleView, ...]:
    """The results of a trial that a person looks through, each with its working.

    Raises `unknown-run`, `forbidden`.
    """
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        state = (await run_view(session, run)).state
        permissions.require_for(actor, Act.READ_BENEFITS, state.terms.organ)
        drawn = [each.subject for each in await sample_of(session, run)]
        lines = {line.subject: line for line in await matches_of(session, run, drawn)}
        workings = await _workings(services, session, state, drawn)
    return tuple(
        SampleView(line=lines[subject], working=workings[subject])
        for subject in drawn
        if subject in workings
    )


async def match_working(services: Services, actor: Actor, run: str, subject: int) -> SampleView:
    """One subject's working in a run. Raises `unknown-run`, `unknown-subject`, `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        state = (await run_view(session, run)).state
        permissions.require_for(actor, Act.READ_BENEFITS, state.terms.organ)
        lines = await matches_of(session, run, [subject])
        workings = await _workings(services, session, state, [subject])
    if not lines or subject not in workings:
        raise Refused(Code.UNKNOWN_SUBJECT, "这个批次没有留下这一户（人）的比对结果")
    return SampleView(line=lines[0], working=workings[subject])


async def _workings(
    services: Services, session: ReadSession, state: RunState, subjects: Sequence[int]
) -> dict[int, Working]:
    if state.snapshot is None:
        return {}
    policy = (await policy_at(session, state.policy, state.version)).definition
    facts = await frozen_facts(session, services.facts, policy.subject, state.snapshot, subjects)
    return {
        subject: working_of(policy, services.facts, known, state.on)
        for subject, known in facts.items()
    }
