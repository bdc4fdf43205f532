"""推演: a policy tried on everybody as they were known on an earlier day. Nothing follows from it.

Both versions are matched on one snapshot by the batch's own SQL, so that what differs comes from
the texts alone. Exclusion groups and what is used up of them are not taken into account: that needs
the other policies' runs.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    func,
    select,
    text,
)

from activities.benefits.compiling import compiled
from activities.store.benefits.facts import (
    SnapshotView,
    drop_snapshot,
    snapshot_table,
    take_snapshot,
)
from activities.store.benefits.simulations import (
    SHOWN,
    Moved,
    Outcome,
    ReasonCount,
    Shift,
    SimulationResult,
)
from activities.store.engine import ReadSession, Store
from definitions.language.benefits import PolicyDefinition, Verdict
from definitions.policy_loading import FactCatalogue

_HIT = Verdict.HIT.value
_LONG = text("SET LOCAL statement_timeout = '30min'")


async def simulated(
    store: Store,
    catalogue: FactCatalogue,
    draft: PolicyDefinition,
    before: PolicyDefinition | None,
    on: date,
) -> SimulationResult:
    """What the draft comes to on the facts of that day, and beside it the version before.

    The snapshot is taken for this alone and dropped afterwards.
    """
    name = f"simulation:{draft.policy}:{on.isoformat()}:{uuid4().hex}"
    snapshot = await take_snapshot(store, name, draft.subject, on, catalogue)
    try:
        return await _compared(store, catalogue, draft, before, snapshot)
    finally:
        async with store.begin() as session:
            now = await session.scalar(select(func.clock_timestamp()))
            assert now is not None
            await drop_snapshot(session, name, now)


async def _compared(
    store: Store,
    catalogue: FactCatalogue,
    draft: PolicyDefinition,
    before: PolicyDefinition | None,
    snapshot: SnapshotView,
) -> SimulationResult:
    async with store.begin() as session:
        await session.execute(_LONG)
        after = await _matched(session, catalogue, draft, snapshot)
        result = SimulationResult(
            policy=draft.policy,
            version=draft.version,
            organ=draft.organ,
            name=draft.name,
            kind=draft.subject,
            on=snapshot.on,
            snapshot=snapshot.sha256,
            subjects=snapshot.rows,
            away=snapshot.away,
            budget=draft.budget.fen,
            draft=await _outcome(session, draft, after),
        )
        if before is None:
            return result
        was = await _matched(session, catalogue, before, snapshot)
        shifts = {
            name: await _shift(session, was, after, where) for name, where in _ways(was, after)
        }
        return result.model_copy(update={"before": await _outcome(session, before, was), **shifts})


async def _matched(
    session: ReadSession, catalogue: FactCatalogue, policy: PolicyDefinition, seen: SnapshotView
) -> Table:
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
    facts, columns, key = snapshot_table(seen.relation, catalogue, policy.subject)
    found = compiled(policy, facts, columns, seen.on, key=key)
    await session.execute(table.insert().from_select(table.columns.keys(), found))
    await session.execute(text(f"ANALYZE {table.name}"))
    return table


async def _outcome(session: ReadSession, policy: PolicyDefinition, found: Table) -> Outcome:
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
        reasons=await _reasons(session, policy, found),
    )


async def _reasons(
    session: ReadSession, policy: PolicyDefinition, found: Table
) -> tuple[ReasonCount, ...]:
    reason = func.unnest(found.c.reasons).label("reason")
    each = select(found.c.verdict, reason).subquery()
    rows = await session.execute(
        select(each.c.verdict, each.c.reason, func.count()).group_by(each.c.verdict, each.c.reason)
    )
    numbers = {(verdict, name): number for verdict, name, number in rows}
    return tuple(
        ReasonCount(
            condition=condition.id,
            says=condition.says,
            verdict=verdict,
            subjects=numbers[verdict.value, condition.id],
        )
        for verdict in (Verdict.MISS, Verdict.UNKNOWN, Verdict.EXCLUDED)
        for condition in policy.conditions
        if (verdict.value, condition.id) in numbers
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
