"""推演: a policy tried on everybody as they were known on an earlier day. Nothing follows from it.

Both versions are matched on one snapshot by the batch's own SQL, so that what differs comes from
the texts alone. Of an exclusion group, what goes to the policies in force that go before, and what
one subject uses up before another, is not counted (`definitions.benefits.excluding`, as for a run);
what was claimed in earlier runs is not known of that day and left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    MetaData,
    Select,
    SelectBase,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import array

from activities.benefits.compiling import Columns, compiled
from activities.store.benefits.facts import (
    SnapshotView,
    drop_snapshot,
    snapshot_table,
    take_snapshot,
)
from activities.store.benefits.frozen import frozen_facts
from activities.store.benefits.simulations import (
    SHOWN,
    Moved,
    Outcome,
    ReasonCount,
    Shift,
    SimulationResult,
)
from activities.store.engine import ReadSession, Store, WriteSession
from activities.store.tables.subjects import Snapshot
from definitions.benefits.excluding import Kept, better, kept, tokens_of
from definitions.errors import Code, Refused
from definitions.language.benefits import PolicyDefinition, Verdict
from definitions.policy_loading import FactCatalogue, LoadedPolicy

_HIT = Verdict.HIT.value
_LONG = text("SET LOCAL statement_timeout = '30min'")
# One at a time: each reads everybody.
TURN = 0x59494A55
# Whoever has the turn does nothing else in that transaction, for as long as all of it takes.
_IDLE = text("SET LOCAL idle_in_transaction_session_timeout = 0")
# So many hits at once beside their rivals: whoever else is served in this process waits as long.
_CHUNK = 50
# No run is called so: a policy has no such name.
SNAPSHOTS = "simulation/"
_RIVAL = "rival:"
"""Before the name of the policy that goes before, among reasons."""


async def simulated(
    store: Store,
    catalogue: FactCatalogue,
    draft: LoadedPolicy,
    in_force: Sequence[LoadedPolicy],
    on: date,
) -> SimulationResult:
    """What the draft comes to on the facts of that day, beside the version it would replace.

    The snapshot is taken for this alone and dropped afterwards. Raises `Refused(SIMULATION_BUSY)`
    while another one is made.
    """
    definition = draft.definition
    name = f"{SNAPSHOTS}{definition.policy}:{on.isoformat()}:{uuid4().hex}"
    async with store.begin() as turn:
        await turn.execute(_IDLE)
        if not await turn.scalar(select(func.pg_try_advisory_xact_lock(TURN))):
            raise Refused(Code.SIMULATION_BUSY, "正在推演另一份政策，请过一会儿再试")
        await _drop_left_over(store)
        snapshot = await take_snapshot(store, name, definition.subject, on, catalogue)
        trial = _Trial(catalogue, snapshot, [each.definition for each in in_force])
        try:
            async with store.begin() as session:
                await session.execute(_LONG)
                return await trial.compared(session, definition, _replaced(draft, in_force))
        finally:
            await _drop_left_over(store)


def _replaced(draft: LoadedPolicy, in_force: Sequence[LoadedPolicy]) -> PolicyDefinition | None:
    """The version in force that the draft would replace, where it says something else."""
    return next(
        (
            each.definition
            for each in in_force
            if each.definition.policy == draft.definition.policy
            and each.definition.subject is draft.definition.subject
            and each.sha256 != draft.sha256
        ),
        None,
    )


async def _drop_left_over(store: Store) -> None:
    """Drop what one that was killed left behind, too: only one is made at a time."""
    async with store.begin() as session:
        now = await session.scalar(select(func.clock_timestamp()))
        assert now is not None
        left = select(Snapshot.id).where(
            Snapshot.id.startswith(SNAPSHOTS), Snapshot.dropped_at.is_(None)
        )
        for name in (await session.scalars(left)).all():
            await drop_snapshot(session, name, now)


@dataclass(frozen=True, slots=True)
class _Trial:
    """On which facts, beside which policies."""

    catalogue: FactCatalogue
    snapshot: SnapshotView
    in_force: Sequence[PolicyDefinition]

    async def compared(
        self, session: WriteSession, draft: PolicyDefinition, before: PolicyDefinition | None
    ) -> SimulationResult:
        after = await self._matched(session, draft)
        rivals = self._rivals(draft)
        result = SimulationResult(
            policy=draft.policy,
            version=draft.version,
            organ=draft.organ,
            name=draft.name,
            kind=draft.subject,
            on=self.snapshot.on,
            snapshot=self.snapshot.sha256,
            subjects=self.snapshot.rows,
            away=self.snapshot.away,
            budget=draft.budget.fen,
            rivals=tuple(rival.name for rival in rivals),
            draft=await _outcome(session, draft, rivals, after),
        )
        if before is None:
            return result
        was = await self._matched(session, before)
        shifts = {
            name: await _shift(session, was, after, where) for name, where in _ways(was, after)
        }
        outcome = await _outcome(session, before, self._rivals(before), was)
        return result.model_copy(update={"before": outcome, **shifts})

    def _rivals(self, policy: PolicyDefinition) -> list[PolicyDefinition]:
        return better(policy, (each for each in self.in_force if each.policy != policy.policy))

    async def _matched(self, session: WriteSession, policy: PolicyDefinition) -> Table:
        """The verdict on everybody, in a table that ends with the transaction."""
        table = Table(
            f"tried_{uuid4().hex[:12]}",
            MetaData(),
            Column("key", BigInteger, primary_key=True),
            Column("verdict", Text, nullable=False),
            Column("amount", BigInteger),
            Column("reasons", ARRAY(Text), nullable=False),
            Column("near", Boolean, nullable=False),
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
        connection = await session.connection()
        await connection.run_sync(table.metadata.create_all, checkfirst=False)
        facts, columns, key = self._facts(policy)
        found = compiled(policy, facts, columns, self.snapshot.on, key=key)
        await session.execute(table.insert().from_select(table.columns.keys(), found))
        await session.execute(text(f"ANALYZE {table.name}"))
        await self._excluded(session, policy, table)
        return table

    async def _excluded(
        self, session: WriteSession, policy: PolicyDefinition, found: Table
    ) -> None:
        """Take from the hits what goes to others of their group, in the order of a run's list."""
        rivals = self._rivals(policy)
        if policy.exclusion is None or (policy.exclusion.by is None and not rivals):
            return
        used = await self._taken(session, rivals)
        contested = found.c.key.in_(self._contested(policy, rivals, found))
        hits = select(found.c.key, found.c.amount).where(found.c.verdict == _HIT, contested)
        every = (await session.execute(hits.order_by(found.c.key))).all()
        for n in range(0, len(every), _CHUNK):
            amounts = {row.key: row.amount for row in every[n : n + _CHUNK]}
            left = await self._left(session, policy, rivals, list(amounts), used)
            otherwise = [
                {
                    "subject": key,
                    "verdict": _HIT if each.amount is not None else Verdict.EXCLUDED.value,
                    "amount": each.amount,
                    "reasons": [] if each.amount is not None else [f"{_RIVAL}{each.rival}"],
                }
                for key, each in left.items()
                if each.amount != amounts[key]
            ]
            if otherwise:
                connection = await session.connection()
                changed = update(found).where(found.c.key == bindparam("subject"))
                await connection.execute(changed, otherwise)

    def _contested(
        self, policy: PolicyDefinition, rivals: Sequence[PolicyDefinition], found: Table
    ) -> SelectBase:
        """The hits whom a rival grants something too, or who share an entry with others."""
        if policy.exclusion is None or policy.exclusion.by is None:
            tried = [self._tried(rival) for rival in rivals]
            return union_all(*(select(each.c.key).where(each.c.verdict == _HIT) for each in tried))
        mine = self._entries(policy, found).cte("mine")
        twice = select(mine.c.entry).group_by(mine.c.entry).having(func.count() > 1)
        theirs = (self._entries(rival, self._tried(rival)).subquery() for rival in rivals)
        taken = union_all(twice, *(select(each.c.entry) for each in theirs))
        return select(mine.c.key).where(mine.c.entry.in_(taken))

    async def _taken(
        self, session: ReadSession, rivals: Sequence[PolicyDefinition]
    ) -> dict[str, str]:
        """The entries that the rivals' hits use up, whoever they are, each by the first of them."""
        taken: dict[str, str] = {}
        for rival in rivals:
            for row in await session.execute(self._entries(rival, self._tried(rival))):
                taken.setdefault(row.entry, rival.policy)
        return taken

    def _tried(self, policy: PolicyDefinition) -> Subquery:
        facts, columns, key = self._facts(policy)
        return compiled(policy, facts, columns, self.snapshot.on, key=key).subquery()

    def _entries(
        self, policy: PolicyDefinition, found: FromClause
    ) -> Select[tuple[int, str | None]]:
        """Of each hit `found`, the entries that it uses up; none where the group goes by none."""
        facts, columns, key = self._facts(policy)
        by = policy.exclusion.by if policy.exclusion else None
        listed = columns[by] if by else cast(array([]), ARRAY(Text))
        entries = select(key.label("key"), func.unnest(listed).label("entry"))
        return entries.join_from(facts, found, found.c.key == key).where(found.c.verdict == _HIT)

    def _facts(self, policy: PolicyDefinition) -> tuple[FromClause, Columns, ColumnElement[int]]:
        return snapshot_table(self.snapshot.relation, self.catalogue, policy.subject)

    async def _left(
        self,
        session: ReadSession,
        policy: PolicyDefinition,
        rivals: Sequence[PolicyDefinition],
        subjects: Sequence[int],
        used: dict[str, str],
    ) -> dict[int, Kept]:
        """What each keeps; what it uses up is added to `used`."""
        kind, snapshot = policy.subject, self.snapshot
        known = await frozen_facts(session, self.catalogue, kind, snapshot.id, subjects)
        facts = {fact.fact: fact for fact in self.catalogue.facts}
        found: dict[int, Kept] = {}
        for subject in subjects:
            own, said = f"{policy.policy}:{subject}", known[subject].facts
            tokens = tokens_of(policy, subject, said)
            found[subject] = kept(
                policy,
                said,
                snapshot.on,
                subject=subject,
                known=facts,
                rivals=rivals,
                own=own,
                claimed={token: used[token] for token in tokens if token in used},
            )
            used |= dict.fromkeys(found[subject].tokens, own)
        return found


async def _outcome(
    session: ReadSession,
    policy: PolicyDefinition,
    rivals: Sequence[PolicyDefinition],
    found: Table,
) -> Outcome:
    counted = select(
        found.c.verdict, func.count().label("n"), func.coalesce(func.sum(found.c.amount), 0)
    ).group_by(found.c.verdict)
    rows = (await session.execute(counted)).all()
    numbers = {verdict: number for verdict, number, _ in rows}
    near = await session.scalar(select(func.count()).where(found.c.near))
    return Outcome(
        version=policy.version,
        counts={verdict: numbers.get(verdict.value, 0) for verdict in Verdict},
        near=near or 0,
        fen=sum(int(fen) for _, _, fen in rows),
        reasons=await _reasons(session, _sayings(policy, rivals), found),
    )


def _sayings(policy: PolicyDefinition, rivals: Sequence[PolicyDefinition]) -> Mapping[str, str]:
    """What each reason says, in the order in which they are shown."""
    return {
        **{condition.id: condition.says for condition in policy.conditions},
        **{f"{_RIVAL}{each.policy}": f"同组的“{each.name}”在先" for each in rivals},
        f"{_RIVAL}{policy.policy}": "名单里的已由在前的对象用掉",
    }


async def _reasons(
    session: ReadSession, sayings: Mapping[str, str], found: Table
) -> tuple[ReasonCount, ...]:
    reason = func.unnest(found.c.reasons).label("reason")
    each = select(found.c.verdict, reason).subquery()
    rows = await session.execute(
        select(each.c.verdict, each.c.reason, func.count()).group_by(each.c.verdict, each.c.reason)
    )
    numbers = {(verdict, name): number for verdict, name, number in rows}
    return tuple(
        ReasonCount(
            condition=name,
            says=says,
            verdict=verdict,
            subjects=numbers[verdict.value, name],
        )
        for verdict in (Verdict.MISS, Verdict.UNKNOWN, Verdict.EXCLUDED)
        for name, says in sayings.items()
        if (verdict.value, name) in numbers
    )


def _ways(was: Table, after: Table) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    """In which ways one can be off otherwise."""
    had, has = was.c.verdict == _HIT, after.c.verdict == _HIT
    return (
        ("gains", and_(~had, has)),
        ("losses", and_(had, ~has)),
        ("more", and_(had, has, after.c.amount > was.c.amount)),
        ("less", and_(had, has, after.c.amount < was.c.amount)),
    )


async def _shift(
    session: ReadSession, was: Table, after: Table, where: ColumnElement[bool]
) -> Shift:
    both = was.join(after, was.c.key == after.c.key)
    change = func.coalesce(after.c.amount, 0) - func.coalesce(was.c.amount, 0)
    total = select(func.count(), func.coalesce(func.sum(change), 0))
    subjects, fen = (await session.execute(total.select_from(both).where(where))).one()
    first: Select[Any] = (
        select(
            was.c.key,
            was.c.amount.label("before"),
            after.c.amount.label("after"),
            was.c.reasons.label("lacked"),
            after.c.reasons.label("lacks"),
        )
        .select_from(both)
        .where(where)
        .order_by(func.abs(change).desc(), was.c.key)
        .limit(SHOWN)
    )
    rows = (await session.execute(first)).mappings()
    return Shift(subjects=subjects, fen=int(fen), first=tuple(_moved(row) for row in rows))


def _moved(row: Mapping[Any, Any]) -> Moved:
    return Moved(
        subject=row["key"],
        before=row["before"],
        after=row["after"],
        reasons=tuple(row["lacks"] or row["lacked"]),
    )
