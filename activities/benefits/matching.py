"""比对: facts are frozen, and everybody is matched against the policy in SQL, range by range.

Kept are hits, near misses, unknown and excluded, each with its reasons; who plainly is not entitled
is only counted, by what was in the way.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from activities.benefits.compiling import Columns, compiled
from activities.benefits.refreshing import refresh
from activities.benefits.tools import note_seen, utc_now
from activities.contracts.benefits import Frozen, MatchedRange, Range, RunRef
from activities.outside.facts.protocol import FactFeed
from activities.store.benefits.facts import snapshot_table, take_snapshot
from activities.store.benefits.policies import policy_at
from activities.store.benefits.runs import run_view
from activities.store.engine import ReadSession, Store, WriteSession
from activities.store.tables.benefits import BenefitMatch
from activities.store.tables.subjects import Snapshot, SubjectFacts
from definitions.benefits.run import Counts, RunState
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, SubjectKind, Verdict
from definitions.policy_loading import FactCatalogue
from definitions.rules.calendar import local_day
from definitions.rules.matching import looked_at, needed_facts, reckoned_from


class Drawn(Value):
    """One hit of a run's sample."""

    subject: int
    amount: int


class Matching:
    """Holds what the activities need."""

    def __init__(
        self,
        store: Store,
        catalogue: FactCatalogue,
        feeds: FactFeed,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._now = now
        self._catalogue = catalogue
        self._feeds = feeds
        self._sources = {fact.fact: fact.source for fact in catalogue.facts}

    @activity.defn(name="freeze_facts")
    async def freeze_facts(self, ref: RunRef) -> Frozen:
        """See `activities.contracts.benefits.freeze_facts`.

        A source that does not answer counts as away only if what it said before is not fresh.
        """
        state, policy = await self._run(ref.run)
        needed = {self._sources[fact] for fact in needed_facts(policy)}
        async with beating():
            today = local_day(self._now())
            await refresh(self._store, self._feeds, self._catalogue, policy.subject, today=today)
            name = f"{state.id}#{state.turn}"
            taken = await take_snapshot(
                self._store, name, policy.subject, state.on, self._catalogue, today=today
            )
        away = tuple(sorted(needed & set(taken.away)))
        return Frozen(snapshot=taken.id, sha256=taken.sha256, away=away)

    @activity.defn(name="refresh_facts")
    async def refresh_facts(self, ref: RunRef) -> None:
        """See `activities.contracts.benefits.refresh_facts`."""
        _, policy = await self._run(ref.run)
        async with beating():
            today = local_day(self._now())
            await refresh(self._store, self._feeds, self._catalogue, policy.subject, today=today)

    @activity.defn(name="match_range")
    async def match_range(self, asked: Range) -> MatchedRange:
        """See `activities.contracts.benefits.match_range`."""
        state, policy = await self._run(asked.run)
        if state.snapshot is None:
            msg = "the facts are not frozen"
            raise ApplicationError(msg, non_retryable=True)
        async with self._store.begin() as session:
            chosen, columns = await self._chosen(session, state, policy.subject, asked)
            last, counts = await _matched(session, state, policy, chosen, columns)
            if last is not None:
                until = None if counts.subjects < asked.limit else last
                by = await self._unknown_by(session, state, policy, chosen, columns)
                counts = counts.model_copy(update={"unknown_by": by})
                total = None
                if state.batch is None:
                    rows = select(Snapshot.rows).where(Snapshot.id == state.snapshot)
                    total = await session.scalar(rows)
                done = asked.done + counts.subjects
                await note_seen(session, state, done=done, total=total, now=self._now())
                return MatchedRange(after=until, counts=counts)
        return MatchedRange(after=None, counts=counts)

    async def _run(self, run: str) -> tuple[RunState, PolicyDefinition]:
        async with self._store.reading() as session:
            state = (await run_view(session, run)).state
            loaded = await policy_at(session, state.policy, state.version)
        return state, loaded.definition

    async def _chosen(
        self, session: WriteSession, state: RunState, kind: SubjectKind, asked: Range
    ) -> tuple[CTE, Columns]:
        """The range's rows of the snapshot; earlier results of the range are gone."""
        relation = await session.scalar(
            select(Snapshot.relation).where(Snapshot.id == state.snapshot)
        )
        assert relation is not None
        table, columns, key = snapshot_table(relation, self._catalogue, kind)
        rows = select(
            key.label("subject"), *(column.label(name) for name, column in columns.items())
        ).select_from(table)
        rows = rows.where(key > asked.after).order_by(key).limit(asked.limit)
        if state.batch is not None:
            new = select(SubjectFacts.subject).where(SubjectFacts.batch == state.batch)
            rows = rows.where(key.in_(new))
        chosen = rows.cte("chosen")
        last = select(func.max(chosen.c.subject)).scalar_subquery()
        await session.execute(
            delete(BenefitMatch)
            .where(BenefitMatch.run == state.id, BenefitMatch.subject > asked.after)
            .where(BenefitMatch.subject <= last)
        )
        return chosen, {name: chosen.c[name] for name in columns}

    async def _unknown_by(
        self,
        session: ReadSession,
        state: RunState,
        policy: PolicyDefinition,
        chosen: CTE,
        columns: Columns,
    ) -> dict[str, int]:
        """Of how many that are unknown each source had not said what would settle it."""
        lacking: dict[str, list[ColumnElement[bool]]] = {}
        reasons = BenefitMatch.reasons
        for condition in policy.conditions:
            for fact in looked_at(policy, condition):
                missing = and_(literal(condition.id) == func.any(reasons), columns[fact].is_(None))
                lacking.setdefault(self._sources[fact], []).append(missing)
        for fact in reckoned_from(policy):
            missing = and_(func.cardinality(reasons) == 0, columns[fact].is_(None))
            lacking.setdefault(self._sources[fact], []).append(missing)
        if not lacking:
            return {}
        found = await session.execute(
            select(
                *(func.count().filter(or_(*each)).label(source) for source, each in lacking.items())
            )
            .select_from(BenefitMatch)
            .join(chosen, chosen.c.subject == BenefitMatch.subject)
            .where(BenefitMatch.run == state.id, BenefitMatch.verdict == Verdict.UNKNOWN)
        )
        return {source: n for source, n in found.mappings().one().items() if n}


async def sample_of(session: ReadSession, run: str) -> tuple[Drawn, ...]:
    """Which hits are looked through by hand: the same ones whoever asks, others at each match."""
    state = (await run_view(session, run)).state
    lot = func.md5(func.concat(f"{run}#{state.turn}#", BenefitMatch.subject))
    rows = await session.execute(
        select(BenefitMatch.subject, BenefitMatch.amount)
        .where(BenefitMatch.run == run, BenefitMatch.verdict == Verdict.HIT)
        .order_by(lot)
        .limit(state.terms.sample)
    )
    return tuple(Drawn(subject=row.subject, amount=row.amount or 0) for row in rows)


async def _matched(
    session: WriteSession,
    state: RunState,
    policy: PolicyDefinition,
    chosen: CTE,
    columns: Columns,
) -> tuple[int | None, Counts]:
    """Match, keep what is kept, and count, in one statement; and the last subject."""
    judged = compiled(policy, chosen, columns, state.on, key=chosen.c.subject).cte("judged")
    names = ["run", "subject", "verdict", "amount", "reasons", "near"]
    kept = (
        insert(BenefitMatch)
        .from_select(
            names,
            select(literal(state.id), *(judged.c[name] for name in ("key", *names[2:]))).where(
                or_(judged.c.verdict != Verdict.MISS, judged.c.near)
            ),
        )
        .cte("kept")
    )
    groups = (judged.c.verdict, judged.c.near, judged.c.reasons)
    counted = await session.execute(
        select(
            *groups,
            func.count().label("n"),
            func.sum(judged.c.amount).label("fen"),
            func.max(judged.c.key).label("last"),
        )
        .group_by(*groups)
        .add_cte(kept)
    )
    rows = counted.mappings().all()
    return max((row["last"] for row in rows), default=None), _counts(rows)


def _counts(rows: Sequence[RowMapping]) -> Counts:
    """A subject counts under each condition that was in its way."""
    of: Counter[str] = Counter()
    missed_by: Counter[str] = Counter()
    fen, near = 0, 0
    for row in rows:
        of[row["verdict"]] += row["n"]
        fen += int(row["fen"] or 0)
        near += row["n"] if row["near"] else 0
        if row["verdict"] == Verdict.MISS:
            missed_by.update(dict.fromkeys(row["reasons"], row["n"]))
    sums: dict[str, Any] = {
        "hits": of[Verdict.HIT],
        "missed": of[Verdict.MISS],
        "unknown": of[Verdict.UNKNOWN],
        "excluded": of[Verdict.EXCLUDED],
    }
    return Counts(subjects=of.total(), near=near, fen=fen, missed_by=dict(missed_by), **sums)
