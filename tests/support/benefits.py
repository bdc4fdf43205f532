"""Policies, facts and runs for tests: valid as they stand, one thing replaced a test."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import yaml
from sqlalchemy import insert, update

from activities.store.benefits.facts import SubjectRow, put_subjects
from activities.store.benefits.policies import PUBLISHED, RETIRED
from activities.store.benefits.runs import act_on_run
from activities.store.engine import Store
from activities.store.tables.subjects import FactBatch, PolicyText, SubjectFacts
from definitions.benefits.commands import Begin, RunCommand
from definitions.benefits.decide import decide
from definitions.benefits.events import RunBegun, RunEvent
from definitions.benefits.evolve import begun, evolve
from definitions.benefits.periods import period_of, run_id
from definitions.benefits.run import RunState, Terms
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.policy_loading import load_facts
from tests.support.services import CALENDAR

CATALOGUE = load_facts()
SOME = 1_000
ON = date(2026, 9, 30)
NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)  # Wednesday 10:00 in Shanghai


def policy(name: str = "some_award", **more: Any) -> PolicyDefinition:  # noqa: ANN401 - as in YAML
    """A policy for firms registered here: 1,000 yuan each, published for five days."""
    said: dict[str, Any] = {
        "policy": name,
        "version": 1,
        "name": "某项奖励",
        "number": "某号",
        "organ": "science",
        "item": "award",
        "subject": "firm",
        "every": "year",
        "validity": {"since": date(2026, 1, 1)},
        "bases": [{"law": "行政许可法", "article": "第一条"}],
        "summary": "符合条件的，每户奖励一千元",
        "way": "direct",
        "conditions": [
            {
                "id": "here",
                "says": "在松江登记",
                "when": {"fact": "firm.registered_here", "is": True},
            }
        ],
        "amount": {"formula": 100_000, "at_most": 100_000},
        "budget": {"fen": 100_000_000},
        "publicity": {"days": 5},
        "recovery": {"days": 15},
        "promised_days": 30,
    }
    return PolicyDefinition.model_validate(said | more)


async def retired(store: Store, name: str = "some_award") -> None:
    """Let it be in force no more."""
    async with store.begin() as session:
        stopped = update(PolicyText).where(PolicyText.policy == name).values(state=RETIRED)
        await session.execute(stopped)


def begin(of: PolicyDefinition, **more: Any) -> Begin:  # noqa: ANN401 - whatever a test replaces
    """The command that begins its first run."""
    period = period_of(of, ON)
    said: dict[str, Any] = {
        "id": run_id(of.policy, period, 1),
        "policy": of.policy,
        "version": of.version,
        "sha256": "0" * 64,
        "period": period,
        "terms": Terms.of(of),
        "on": ON,
    }
    return Begin(**said | more)


def officer(name: str = "a-officer", *, stands_for: str | None = None) -> Actor:
    """Somebody of the policy's organ."""
    return Actor(id=name, role=Role.OFFICER, department="science", stands_for=stands_for)


def after(
    state: RunState | None, command: RunCommand, actor: Actor = SYSTEM, now: datetime = NOW
) -> RunState:
    """The state after the command. Raises `Refused`."""
    for event in events(state, command, actor, now):
        state = _first(event, actor) if state is None else evolve(state, event)
    assert state is not None
    return state


def events(
    state: RunState | None, command: RunCommand, actor: Actor = SYSTEM, now: datetime = NOW
) -> list[RunEvent]:
    """What follows from the command. Raises `Refused`."""
    return decide(state, command, actor, now, CALENDAR)


def _first(event: RunEvent, actor: Actor) -> RunState:
    assert isinstance(event, RunBegun)
    return begun(event, actor)


async def publish(store: Store, *policies: PolicyDefinition) -> None:
    """Put them in force, as a text like any other."""
    rows = [
        {
            "policy": of.policy,
            "version": of.version,
            "sha256": "0" * 64,
            "name": of.name,
            "organ": of.organ,
            "state": PUBLISHED,
            "since": str(of.validity.since),
            "text": yaml.safe_dump(
                of.model_dump(mode="json", exclude_unset=True), allow_unicode=True
            ),
            "cases": "cases: [{case: 无, on: '2026-01-01', expect: miss}]",
            "proposed_by": "test",
        }
        for of in policies
    ]
    async with store.begin() as session:
        await session.execute(insert(PolicyText), rows)


async def subjects(
    store: Store, count: int, kind: SubjectKind = SubjectKind.FIRM, first: int = 1
) -> list[int]:
    """So many of them with accounts, in the order of their ids."""
    made = [
        SubjectRow(
            kind=kind,
            code=f"{kind}{n:09}",
            name=f"松江样品{n}号",
            account_name=f"松江样品{n}号",
            account_number=f"6222{n:012}",
        )
        for n in range(first, first + count)
    ]
    async with store.begin() as session:
        ids = [await put_subjects(session, made[n : n + SOME]) for n in range(0, count, SOME)]
    return sorted(number for some in ids for number in some.values())


async def say(
    store: Store, source: str, facts: Mapping[int, Mapping[str, Any]], as_of: date = ON
) -> int:
    """One batch of a source about many; its number."""
    kind = next(iter(next(iter(facts.values())))).partition(".")[0]
    async with store.begin() as session:
        batch = FactBatch(
            source=source,
            kind=kind,
            as_of=as_of,
            name="样例",
            sha256=secrets.token_hex(32),
            rows=len(facts),
            good=len(facts),
            bad=0,
            facts=sorted({name for said in facts.values() for name in said}),
            loaded_by="test",
        )
        session.add(batch)
        await session.flush()
        shared = {"source": source, "as_of": as_of, "batch": batch.id}
        rows = [{**shared, "subject": of, "facts": dict(said)} for of, said in facts.items()]
        await session.execute(insert(SubjectFacts), rows)
        return batch.id


async def say_all(store: Store, facts: Mapping[int, Mapping[str, Any]], as_of: date = ON) -> None:
    """Everything known of these, each source in a batch of its own."""
    sources = {fact.fact: fact.source for fact in CATALOGUE.facts}
    names = {name for said in facts.values() for name in said}
    for source in sorted({sources[name] for name in names}):
        told = {
            of: {name: value for name, value in said.items() if sources[name] == source}
            for of, said in facts.items()
        }
        await say(store, source, {of: said for of, said in told.items() if said}, as_of)


async def begin_in(store: Store, of: PolicyDefinition, **more: Any) -> str:  # noqa: ANN401
    """Its first run, in the register."""
    command = begin(of, **more)
    async with store.begin() as session:
        await act_on_run(
            session,
            command,
            run=command.id,
            actor=officer("a-begins"),
            act="begin",
            now=NOW,
            calendar=CALENDAR,
        )
    return command.id
