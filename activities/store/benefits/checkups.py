"""政策体检 of subjects on record: their facts, what they have already, all policies in force."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from activities.store.benefits.claims import claimed
from activities.store.benefits.facts import KnownFact, SubjectView, facts_of, usable
from activities.store.benefits.opting import OptOutKind, noes_of
from activities.store.benefits.own_facts import OWN, own_facts
from activities.store.benefits.policies import policies_in_force
from activities.store.engine import ReadSession
from activities.store.tables.benefits import Entitlement
from definitions.benefits.checkup import Book, Checked, check_up
from definitions.benefits.entitlement import HAD, OPEN, Status
from definitions.benefits.excluding import tokens_of
from definitions.benefits.periods import period_of
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules.conditions import Fact
from definitions.rules.matching import needed_facts

DECLARED = "本人申报，未经核对"
_DUE = OPEN | {Status.INVITED, Status.SHORT}
_DONE = HAD | {Status.DECLINED}


class CheckUp(Value):
    """What every policy comes to for one subject, by the facts as they are known on that day.

    `known` are the facts that policies look at. Its sources are ids of the catalogue, or words
    (`DECLARED`, `own_facts.OWN`).
    """

    subject: int | None
    kind: SubjectKind
    on: date
    policies: tuple[Checked, ...]
    known: Mapping[str, KnownFact]


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
    for kind in SubjectKind:
        mine = [subject.id for subject in subjects if subject.kind is kind]
        known |= await facts_of(session, catalogue, kind, mine, on) if mine else {}
    known = await with_own_facts(session, subjects, known, on)
    standing = await _entitlements(session, ids)
    declined = await _declined(session, ids)
    facts = {
        each.id: {**(declared or {}), **usable(known.get(each.id, {})), **(instead or {})}
        for each in subjects
    }
    used = await _claimed(session, policies, subjects, facts, on)
    found: dict[int, CheckUp] = {}
    for subject in subjects:
        told = known.get(subject.id, {})
        book = Book(
            subject=subject.id,
            has=standing.get(subject.id, {}),
            claimed=used[subject.id],
            declined=frozenset(declined.get(subject.id, ())),
            stale={name: fact.as_of for name, fact in told.items() if not fact.fresh},
        )
        found[subject.id] = checked(
            catalogue, policies, subject.kind, facts[subject.id], on, known=told, book=book
        )
    return found


async def with_own_facts(
    session: ReadSession,
    subjects: Sequence[SubjectView],
    known: Mapping[int, Mapping[str, KnownFact]],
    on: date,
) -> dict[int, dict[str, KnownFact]]:
    """What sources say, and over it what our own register knows."""
    firms = {each.code: each.id for each in subjects if each.kind is SubjectKind.FIRM}
    own = await own_facts(session, sorted(firms)) if firms else {}
    found = {subject: dict(facts) for subject, facts in known.items()}
    for code, said in own.items():
        found.setdefault(firms[code], {}).update(
            {
                name: KnownFact(value=value, source=OWN, as_of=on, fresh=True)
                for name, value in said.items()
            }
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
    mine = [policy for policy in policies if policy.subject is kind]
    asked = dict.fromkeys(name for policy in mine for name in needed_facts(policy))
    said = known or {}
    return CheckUp(
        subject=book.subject if book else None,
        kind=kind,
        on=on,
        policies=check_up(
            mine,
            facts,
            on,
            kind=kind,
            known={fact.fact: fact for fact in catalogue.facts},
            sources={source.id: source for source in catalogue.sources},
            book=book,
        ),
        known={
            name: _told(said.get(name), facts.get(name), on)
            for name in asked
            if name in said or name in facts
        },
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


def _told(said: KnownFact | None, used: Fact | None, on: date) -> KnownFact:
    """The fact that was used; the stale one where none was."""
    if used is None or (said is not None and said.fresh and said.value == used):
        assert said is not None
        return said
    return KnownFact(value=used, source=DECLARED, as_of=on, fresh=True)


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
    found: dict[int, list[str]] = {}
    for no in await noes_of(session, subjects):
        if no.kind == OptOutKind.BENEFIT:
            found.setdefault(no.subject, []).append(no.policy)
    return found


async def _claimed(
    session: ReadSession,
    policies: Iterable[PolicyDefinition],
    subjects: Sequence[SubjectView],
    facts: Mapping[int, Mapping[str, Fact]],
    on: date,
) -> dict[int, dict[str, dict[str, str]]]:
    """Of each subject by the policy, which tokens are used up, and by which entitlement."""
    found: dict[int, dict[str, dict[str, str]]] = {subject.id: {} for subject in subjects}
    for policy in policies:
        if policy.exclusion is None:
            continue
        tokens = {
            each.id: tokens_of(policy, each.id, facts[each.id])
            for each in subjects
            if policy.subject is each.kind
        }
        wanted = [token for mine in tokens.values() for token in mine]
        used = await claimed(session, policy, period_of(policy, on), wanted)
        for subject, mine in tokens.items():
            if mine:
                found[subject][policy.policy] = {name: used[name] for name in mine if name in used}
    return found
