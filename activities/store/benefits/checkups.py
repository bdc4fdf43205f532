"""政策体检 of subjects on record: their facts, what they have already, all policies in force."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from activities.store.benefits.facts import KnownFact, SubjectView, facts_of, usable
from activities.store.benefits.own_facts import OWN, with_own_facts
from activities.store.benefits.policies import policies_in_force
from activities.store.engine import ReadSession
from activities.store.tables.benefits import Claim, Entitlement
from activities.store.tables.subjects import OptOut
from definitions.benefits.checkup import Book, Checked, Known, check_up
from definitions.benefits.entitlement import OPEN, Status
from definitions.benefits.excluding import tokens_of
from definitions.benefits.periods import period_of
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules.conditions import Fact
from definitions.rules.matching import needed_facts

DECLARED = "本人申报，未经核对"
_WHOLE = "subject:"
_DUE = OPEN | {Status.INVITED, Status.SHORT}
_DONE = frozenset({Status.PAID, Status.RECOVERING, Status.RECOVERED, Status.DECLINED})


class CheckUp(Value):
    """What every policy comes to for one subject, by the facts as they are known on that day."""

    subject: int | None
    kind: SubjectKind
    on: date
    policies: tuple[Checked, ...]
    facts: tuple[Known, ...]


async def check_ups(
    session: ReadSession,
    catalogue: FactCatalogue,
    subjects: Sequence[SubjectView],
    on: date,
    *,
    declared: Mapping[str, Fact] | None = None,
    instead: Mapping[str, Fact] | None = None,
) -> dict[int, CheckUp]:
    """Of each subject. `declared` counts where nothing else is known, `instead` before anything."""
    loaded = await policies_in_force(session, on)
    policies = [each.definition for each in loaded]
    ids = [subject.id for subject in subjects]
    known: dict[int, dict[str, KnownFact]] = {}
    for kind in {subject.kind for subject in subjects}:
        known |= await facts_of(session, catalogue, kind, ids, on)
    known = await with_own_facts(session, subjects, known, on)
    standing = await _entitlements(session, ids)
    declined = await _declined(session, ids)
    found: dict[int, CheckUp] = {}
    for subject in subjects:
        told = known.get(subject.id, {})
        facts = {**(declared or {}), **usable(told), **(instead or {})}
        claimed = await _claimed(session, policies, subject, facts, on)
        book = Book(
            subject=subject.id,
            has=standing.get(subject.id, {}),
            claimed=claimed,
            declined=frozenset(declined.get(subject.id, ())),
            stale={name: fact.as_of for name, fact in told.items() if not fact.fresh},
        )
        found[subject.id] = checked(
            catalogue, policies, subject.kind, facts, on, known=told, book=book
        )
    return found


def checked(
    catalogue: FactCatalogue,
    policies: Iterable[PolicyDefinition],
    kind: SubjectKind,
    facts: Mapping[str, Fact],
    on: date,
    *,
    known: Mapping[str, KnownFact] | None = None,
    book: Book | None = None,
) -> CheckUp:
    """The same by facts that are at hand; those that nobody said (`known`) are declared."""
    every = {fact.fact: fact for fact in catalogue.facts}
    mine = [policy for policy in policies if policy.subject is kind]
    asked = dict.fromkeys(name for policy in mine for name in needed_facts(policy))
    return CheckUp(
        subject=book.subject if book else None,
        kind=kind,
        on=on,
        policies=check_up(
            mine,
            facts,
            on,
            kind=kind,
            known=every,
            sources={source.id: source for source in catalogue.sources},
            book=book,
        ),
        facts=tuple(
            _known(catalogue, name, facts[name], (known or {}).get(name))
            for name in asked
            if name in facts
        ),
    )


async def unpaid(
    session: ReadSession, catalogue: FactCatalogue, subject: SubjectView, on: date
) -> tuple[Checked, ...]:
    """What a subject has not had yet: entitlements that are open, and what it is entitled to.

    As if it went on: a deregistration in hand stops what is due, and is what is being asked about.
    """
    before = {"firm.deregistering": False} if subject.kind is SubjectKind.FIRM else None
    found = await check_ups(session, catalogue, [subject], on, instead=before)
    return tuple(
        each
        for each in found[subject.id].policies
        if not each.declined
        and (each.has in _DUE or (each.has not in _DONE and each.amount is not None))
    )


def _known(catalogue: FactCatalogue, name: str, value: Fact, told: KnownFact | None) -> Known:
    fact = next((each for each in catalogue.facts if each.fact == name), None)
    label = fact.label if fact else name
    if told is None or not told.fresh:
        return Known(fact=name, label=label, value=value, source=DECLARED, declared=True)
    names = {source.id: source.name for source in catalogue.sources}
    source = names.get(told.source, OWN)
    return Known(fact=name, label=label, value=value, source=source, as_of=told.as_of)


async def _entitlements(
    session: ReadSession, subjects: Sequence[int]
) -> dict[int, dict[str, Status]]:
    rows = await session.execute(
        select(Entitlement.subject, Entitlement.id, Entitlement.status).where(
            Entitlement.subject.in_(subjects)
        )
    )
    found: dict[int, dict[str, Status]] = {}
    for row in rows:
        found.setdefault(row.subject, {})[row.id] = Status(row.status)
    return found


async def _declined(session: ReadSession, subjects: Sequence[int]) -> dict[int, list[str]]:
    rows = await session.execute(
        select(OptOut.subject, OptOut.policy).where(
            OptOut.subject.in_(subjects), OptOut.kind == "benefit"
        )
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.subject, []).append(row.policy)
    return found


async def _claimed(
    session: ReadSession,
    policies: Iterable[PolicyDefinition],
    subject: SubjectView,
    facts: Mapping[str, Fact],
    on: date,
) -> dict[str, dict[str, str]]:
    """By the group, which tokens of this subject are used up, and by which entitlement."""
    periods = {
        (policy.exclusion.group, token): period_of(policy, on)
        for policy in policies
        if policy.exclusion is not None and policy.subject is subject.kind
        for token in tokens_of(policy, subject.id, facts)
    }
    if not periods:
        return {}
    rows = await session.execute(
        select(Claim.group, Claim.period, Claim.token, Claim.entitlement).where(
            Claim.token.in_({token for _, token in periods}),
            Claim.group.in_({group for group, _ in periods}),
        )
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        period = periods.get((row.group, row.token))
        # A subject is used up for a period; one entry of a list for good.
        if period is not None and (row.period == period or not row.token.startswith(_WHOLE)):
            found.setdefault(row.group, {})[row.token] = row.entitlement
    return found
