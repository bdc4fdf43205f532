"""Everybody is matched range by range; what is kept and counted is what the core says."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.benefits.matching import Matching, sample_of
from activities.contracts.benefits import Frozen, Range, RunRef
from activities.outside.facts.protocol import FactFeed, FeedAway, NoFeeds
from activities.store.benefits.facts import facts_of, usable
from activities.store.benefits.runs import act_on_run
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitMatch
from definitions.benefits.commands import FreezeFacts, MatchAgain, ReportMatch
from definitions.benefits.run import Counts
from definitions.language.benefits import FactType, PolicyDefinition, SubjectKind, Verdict
from definitions.language.roles import SYSTEM
from definitions.loading import Library
from definitions.policy_loading import PolicyLibrary
from definitions.rules.matching import match, needed_facts
from tests.support.benefits import (
    CATALOGUE,
    NOW,
    ON,
    begin_in,
    policy,
    publish,
    say,
    say_all,
    subjects,
)
from tests.support.services import CALENDAR

SHIPPED = {
    loaded.definition.policy: loaded.definition
    for loaded in PolicyLibrary.load(Library.load().catalogue).policies
}
TAXED = policy(
    conditions=[
        {"id": "here", "says": "在松江登记", "when": {"fact": "firm.registered_here", "is": True}},
        {"id": "tax", "says": "纳税信用A级", "when": {"fact": "firm.tax_credit", "is": "A"}},
        {
            "id": "arrears",
            "says": "有欠税",
            "excludes": True,
            "when": {"fact": "firm.tax_arrears", "is": True},
        },
    ],
    sample=3,
)


class Silent(NoFeeds):
    """A source that does not answer."""

    def fetch(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - a protocol's
        raise FeedAway("no answer")


def matching(store: Store, feeds: FactFeed | None = None) -> Matching:
    """The activities."""
    return Matching(store, CATALOGUE, feeds or NoFeeds())


async def act(store: Store, run: str, command: Any, name: str) -> None:  # noqa: ANN401
    """The driver's or a person's command."""
    async with store.begin() as session:
        await act_on_run(
            session, command, run=run, actor=SYSTEM, act=name, now=NOW, calendar=CALENDAR
        )


async def freeze(store: Store, run: str, feeds: FactFeed | None = None, turn: int = 1) -> Frozen:
    """The facts of everybody, as the driver does."""
    frozen = await ActivityEnvironment().run(matching(store, feeds).freeze_facts, RunRef(run=run))
    await act(store, run, FreezeFacts(**frozen.model_dump()), f"freeze{turn}")
    return frozen


async def everybody(store: Store, run: str, limit: int = 40) -> Counts:
    """Range by range to the end."""
    counts, after = Counts(), 0
    while True:
        done = await matching(store).match_range(Range(run=run, after=after, limit=limit))
        counts = counts.plus(done.counts)
        if done.after is None:
            return counts
        after = done.after


async def kept(store: Store, run: str) -> dict[int, tuple[str, int | None, list[str], bool]]:
    """What the register keeps of the match."""
    async with store.reading() as session:
        rows = await session.scalars(select(BenefitMatch).where(BenefitMatch.run == run))
        return {row.subject: (row.verdict, row.amount, row.reasons, row.near) for row in rows}


def made_up(of: PolicyDefinition, chance: random.Random) -> dict[str, Any]:
    """Facts the policy looks at; one in ten is missing."""
    known = {fact.fact: fact for fact in CATALOGUE.facts}
    made: Mapping[FactType, Any] = {
        FactType.NUMBER: lambda: chance.randint(0, 40),
        FactType.FLAG: lambda: chance.random() < 0.8,
        FactType.DATE: lambda: str(ON - timedelta(days=chance.randint(0, 1200))),
        FactType.TEXT: lambda: chance.choice(["small", "micro", "large", "A", "mental"]),
        FactType.MANY: lambda: chance.sample(["high_tech", "iso9001", "little_giant"], 2),
    }
    return {name: made[known[name].type]() for name in needed_facts(of) if chance.random() < 0.9}


@pytest.mark.parametrize("name", sorted(SHIPPED))
async def test_of_everybody_what_the_core_says(store: Store, name: str) -> None:
    of, chance = SHIPPED[name], random.Random(name)  # noqa: S311 - the same facts each time
    await publish(store, of)
    ids = await subjects(store, 150, of.subject)
    await say_all(store, {n: made_up(of, chance) or {needed_facts(of)[0]: True} for n in ids})
    run = await begin_in(store, of)
    await freeze(store, run)
    counts, found = await everybody(store, run), await kept(store, run)
    async with store.reading() as session:
        known = await facts_of(session, CATALOGUE, of.subject, ids, ON)
    said = {n: match(of, usable(known[n]), ON) for n in ids}
    assert found == {
        n: (one.verdict, one.amount, list(one.reasons), one.is_near)
        for n, one in said.items()
        if one.verdict is not Verdict.MISS or one.is_near
    }
    verdicts = Counter(one.verdict for one in said.values())
    assert (counts.subjects, counts.hits, counts.missed, counts.unknown, counts.excluded) == (
        150,
        *(verdicts[v] for v in (Verdict.HIT, Verdict.MISS, Verdict.UNKNOWN, Verdict.EXCLUDED)),
    )
    assert counts.near == sum(one.is_near for one in said.values())
    assert counts.fen == sum(one.amount or 0 for one in said.values())
    missed = (one for one in said.values() if one.verdict is Verdict.MISS)
    assert counts.missed_by == Counter(reason for one in missed for reason in one.reasons)


async def taxed(store: Store) -> tuple[str, list[int]]:
    """Six firms of which the tax office has said nothing of the last two; the fourth owes tax."""
    await publish(store, TAXED)
    ids = await subjects(store, 6)
    await say(store, "market", {n: {"firm.registered_here": n != ids[2]} for n in ids})
    credit = {"firm.tax_credit": "A", "firm.tax_arrears": False}
    told = {n: dict(credit) for n in ids[:4]}
    told[ids[3]]["firm.tax_arrears"] = True
    await say(store, "tax", told)
    return await begin_in(store, TAXED), ids


async def test_who_is_unknown_is_counted_by_the_source_that_had_nothing(store: Store) -> None:
    run, ids = await taxed(store)
    await freeze(store, run)
    counts = await everybody(store, run)
    assert counts == Counts(
        subjects=6,
        hits=2,
        near=1,
        missed=1,
        unknown=2,
        excluded=1,
        fen=200_000,
        missed_by={"here": 1},
        unknown_by={"tax": 2},
    )
    assert (await kept(store, run))[ids[4]] == ("unknown", None, ["tax", "arrears"], False)


async def test_a_range_tried_again_comes_to_the_same(store: Store) -> None:
    run, ids = await taxed(store)
    await freeze(store, run)
    once, rows = await everybody(store, run, limit=2), await kept(store, run)
    part = await matching(store).match_range(Range(run=run, after=ids[1], limit=2))
    assert (part.after, part.counts.subjects) == (ids[3], 2)
    assert (await everybody(store, run, limit=3), await kept(store, run)) == (once, rows)


async def test_a_run_for_new_facts_looks_at_those_only(store: Store) -> None:
    _, ids = await taxed(store)
    new = {"firm.tax_credit": "A", "firm.tax_arrears": False}
    batch = await say(store, "tax", dict.fromkeys(ids[4:], new))
    run = await begin_in(store, TAXED, id="some_award:2026:2", batch=batch)
    await freeze(store, run)
    assert (await everybody(store, run, limit=1)).subjects == 2
    assert sorted(await kept(store, run)) == ids[4:]


async def test_a_source_is_away_where_it_has_nothing_fresh(store: Store) -> None:
    """Market said something today, so nobody misses its answer; of tax there is nothing at all."""
    await publish(store, TAXED)
    ids = await subjects(store, 2)
    await say(store, "market", {n: {"firm.registered_here": True} for n in ids})
    run = await begin_in(store, TAXED)
    frozen = await freeze(store, run, Silent())
    assert frozen.away == ("tax",)
    counts = await everybody(store, run)
    assert (counts.unknown, counts.unknown_by) == (2, {"tax": 2})


async def test_matched_again_the_facts_are_those_of_now(store: Store) -> None:
    run, ids = await taxed(store)
    first = await freeze(store, run)
    await act(store, run, ReportMatch(counts=await everybody(store, run)), "match1")
    await say(store, "tax", {n: {"firm.tax_credit": "A", "firm.tax_arrears": False} for n in ids})
    await act(store, run, MatchAgain(on=ON, reason="税务数据恢复"), "again")
    second = await freeze(store, run, turn=2)
    assert first.snapshot != second.snapshot
    assert (await everybody(store, run)).hits == 5


async def test_nothing_is_matched_before_the_facts_are_frozen(store: Store) -> None:
    run, _ = await taxed(store)
    with pytest.raises(ApplicationError):
        await everybody(store, run)


async def test_the_sample_is_the_same_for_everybody_and_of_hits_only(store: Store) -> None:
    of = policy(sample=5)
    await publish(store, of)
    ids = await subjects(store, 40)
    await say(store, "market", {n: {"firm.registered_here": n % 2 == 0} for n in ids})
    run = await begin_in(store, of)
    await freeze(store, run)
    await act(store, run, ReportMatch(counts=await everybody(store, run)), "match1")
    async with store.reading() as session:
        drawn = await sample_of(session, run)
        again = await sample_of(session, run)
    assert drawn == again
    assert len({each.subject for each in drawn}) == 5
    assert all(each.subject % 2 == 0 and each.amount == 100_000 for each in drawn)
    await act(store, run, MatchAgain(on=ON, reason="再抽"), "again")
    async with store.reading() as session:
        other = await sample_of(session, run)
    assert {each.subject for each in other} != {each.subject for each in drawn}


def test_every_kind_of_subject_is_tried() -> None:
    assert {of.subject for of in SHIPPED.values()} == set(SubjectKind)
