"""Subjects and what is known of them: of one, of many, and of everybody as they counted on a day.

What a source said last by its as-of day counts, and of one day what came in last. Older than the
source's `fresh_days`, it counts as missing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Select,
    Subquery,
    Table,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on, insert
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from activities.store.benefits.overlaying import OWN_COLUMN, overlay_own_facts
from activities.store.engine import ReadSession, Store, WriteSession
from activities.store.tables.subjects import Snapshot, Subject, SubjectFacts
from definitions.language.base import Value
from definitions.language.benefits import FactType, SourceDefinition, SubjectFact, SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact

SCHEMA = "snapshot"
_SOME = 10_000
_TYPES: Mapping[FactType, TypeEngine[Any]] = {
    FactType.NUMBER: Numeric(),
    FactType.FLAG: Boolean(),
    FactType.DATE: Date(),
    FactType.TEXT: Text(),
    FactType.MANY: ARRAY(Text),
}


class KnownFact(Value):
    """A fact and where it comes from. `fresh`: not too old for the source on the day asked for."""

    value: Fact
    source: str
    as_of: date
    fresh: bool


class SubjectRow(Value):
    """A firm or a person as a file names them. An account that is not said leaves what stands."""

    kind: SubjectKind
    code: str
    name: str
    account_name: str | None = Field(default=None, repr=False)
    account_number: str | None = Field(default=None, repr=False)


class SubjectView(SubjectRow):
    """A subject."""

    id: int
    account_version: int
    query_code: str = Field(repr=False)
    added_at: datetime


class SourceSeen(Value):
    """What a snapshot has of one source: the latest day, and of how many subjects."""

    as_of: date | None
    subjects: int


class SnapshotView(Value):
    """A snapshot. `away`: sources of which nothing was fresh enough to count for anybody."""

    id: str
    kind: SubjectKind
    on: date
    relation: str
    rows: int
    sha256: str
    sources: dict[str, SourceSeen]
    away: tuple[str, ...]


async def facts_of(
    session: ReadSession,
    catalogue: FactCatalogue,
    kind: SubjectKind,
    subjects: Sequence[int],
    on: date,
) -> dict[int, dict[str, KnownFact]]:
    """Of each subject what is known as of that day, stale facts included and marked."""
    fresh = {source.id: source.fresh_days for source in catalogue.sources}
    known = {fact.fact: fact for fact in catalogue.facts if fact.kind is kind}
    rows = await session.execute(_last_said(subjects, {fact.source for fact in known.values()}, on))
    found: dict[int, dict[str, KnownFact]] = {subject: {} for subject in subjects}
    for row in rows:
        for name, value in row.facts.items():
            fact = known.get(name)
            if fact is None or fact.source != row.source:
                continue
            found[row.subject][name] = KnownFact(
                value=tuple(value) if fact.type is FactType.MANY else value,
                source=row.source,
                as_of=row.as_of,
                fresh=(on - row.as_of).days <= fresh[row.source],
            )
    return found


def _last_said(subjects: Sequence[int], sources: Iterable[str], on: date) -> Select[Any]:
    """One look at the primary key each, however long a source has been repeating itself."""
    of = func.unnest(cast(list(subjects), ARRAY(BigInteger))).table_valued("id", name="of")
    by = func.unnest(cast(sorted(sources), ARRAY(Text))).table_valued("id", name="by")
    of, by = of.render_derived(), by.render_derived()
    last = (
        select(SubjectFacts.as_of, SubjectFacts.facts)
        .where(
            SubjectFacts.source == by.c.id,
            SubjectFacts.subject == of.c.id,
            SubjectFacts.as_of <= on,
        )
        .order_by(SubjectFacts.as_of.desc(), SubjectFacts.batch.desc())
        .limit(1)
        .correlate(of, by)
        .lateral("last")
    )
    columns = (of.c.id.label("subject"), by.c.id.label("source"), last.c.as_of, last.c.facts)
    return select(*columns).select_from(of.join(by, true()).join(last, true()))


def usable(known: Mapping[str, KnownFact]) -> dict[str, Fact]:
    """The fresh ones only: what is stale is missing."""
    return {name: fact.value for name, fact in known.items() if fact.fresh}


async def subject_by_code(session: ReadSession, kind: SubjectKind, code: str) -> SubjectView | None:
    """The firm with this credit code, or the person with this ID number."""
    found = select(Subject).where(Subject.kind == kind, Subject.code == code)
    return _viewed(await session.scalar(found))


async def subject_of_code(session: ReadSession, code: str) -> SubjectView | None:
    """Whoever has this code, a firm or a person."""
    for kind in SubjectKind:
        found = await subject_by_code(session, kind, code)
        if found is not None:
            return found
    return None


async def subject_view(session: ReadSession, subject: int) -> SubjectView | None:
    """One subject."""
    return _viewed(await session.scalar(select(Subject).where(Subject.id == subject)))


async def put_subjects(session: WriteSession, rows: Iterable[SubjectRow]) -> dict[str, int]:
    """Add them or put their names and accounts right; their ids by code.

    All of one kind, each code once. Another account makes another `account_version`.
    """
    values = sorted((row.model_dump() for row in rows), key=lambda row: str(row["code"]))
    if not values:
        return {}
    put = insert(Subject).values(values)
    said = put.excluded
    number = func.coalesce(said.account_number, Subject.account_number)
    holder = func.coalesce(said.account_name, Subject.account_name)
    changed = number.is_distinct_from(Subject.account_number) | holder.is_distinct_from(
        Subject.account_name
    )
    version = Subject.account_version + cast(changed, Integer)
    done = put.on_conflict_do_update(
        index_elements=[Subject.kind, Subject.code],
        set_={
            "name": said.name,
            "account_name": holder,
            "account_number": number,
            "account_version": version,
        },
    ).returning(Subject.code, Subject.id)
    return {row.code: row.id for row in await session.execute(done)}


async def take_snapshot(
    store: Store,
    snapshot: str,
    kind: SubjectKind,
    on: date,
    catalogue: FactCatalogue,
    *,
    today: date | None = None,
) -> SnapshotView:
    """Freeze the facts of everybody of one kind as they counted on that day.

    A snapshot of this name that was taken before is given back as it is. What our own register
    knows is known as of `today` alone: an earlier day does not see it.
    """
    current = on == (today or local_day(datetime.now(UTC)))
    relation = f"s_{hashlib.sha256(snapshot.encode()).hexdigest()[:24]}"
    async with store.begin() as session:
        # What was taken in a moment ago is not in the planner's figures: it would join by hand.
        await session.execute(text("SET LOCAL statement_timeout = '5min'"))
        await session.execute(text("ANALYZE subject, subject_facts"))
    async with store.begin() as session:
        await session.execute(text("SET LOCAL statement_timeout = '30min'"))
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(relation))))
        before = await session.scalar(select(Snapshot).where(Snapshot.id == snapshot))
        if before is not None:
            return _snapshot_view(before)
        table, sources = _table(relation, catalogue, kind)
        await session.execute(CreateTable(table))
        await session.execute(table.insert().from_select(*_everybody(table, sources, kind, on)))
        if current and kind is SubjectKind.FIRM:
            await overlay_own_facts(session, table, catalogue.facts)
        await session.execute(text(f'ALTER TABLE {SCHEMA}."{relation}" ADD PRIMARY KEY (subject)'))
        await session.execute(text(f'ANALYZE {SCHEMA}."{relation}"'))
        rows, seen = await _counted(session, table, sources)
        row = Snapshot(
            id=snapshot,
            kind=kind,
            on_day=on,
            relation=relation,
            rows=rows,
            sha256=await _digest(session, table),
            sources={name: each.model_dump(mode="json") for name, each in seen.items()},
        )
        session.add(row)
        return _snapshot_view(row)


async def drop_snapshot(session: WriteSession, snapshot: str, now: datetime) -> None:
    """Its rows are not needed any more; that it was, and its hash, stay."""
    row = await session.scalar(select(Snapshot).where(Snapshot.id == snapshot).with_for_update())
    if row is not None and row.dropped_at is None:
        await session.execute(text(f'DROP TABLE {SCHEMA}."{row.relation}"'))
        row.dropped_at = now


def snapshot_table(
    relation: str, catalogue: FactCatalogue, kind: SubjectKind
) -> tuple[FromClause, dict[str, ColumnElement[Any]], ColumnElement[int]]:
    """A snapshot's table, its columns by the names of facts, and its key, for `compiled`.

    Beside them stands the day of each source's facts, `as_of_<source>`, empty where it had none,
    and in `own` the names of those facts that our own register said.
    """
    table, _ = _table(relation, catalogue, kind)
    facts = (fact.fact for fact in catalogue.facts if fact.kind is kind)
    return table, {fact: table.c[fact.partition(".")[2]] for fact in facts}, table.c.subject


def _table(
    relation: str, catalogue: FactCatalogue, kind: SubjectKind
) -> tuple[Table, dict[SourceDefinition, list[SubjectFact]]]:
    ours = [fact for fact in catalogue.facts if fact.kind is kind]
    sources = {
        source: facts
        for source in catalogue.sources
        if (facts := [fact for fact in ours if fact.source == source.id])
    }
    table = Table(
        relation,
        MetaData(schema=SCHEMA),
        Column("subject", BigInteger(), nullable=False),
        *(Column(fact.fact.partition(".")[2], _TYPES[fact.type]) for fact in ours),
        *(Column(_day_of(source), Date()) for source in sources),
        Column(OWN_COLUMN, ARRAY(Text)),
    )
    return table, sources


def _everybody(
    table: Table,
    sources: Mapping[SourceDefinition, Sequence[SubjectFact]],
    kind: SubjectKind,
    on: date,
) -> tuple[list[str], Any]:
    wanted: list[ColumnElement[Any]] = [Subject.id.label("subject")]
    joined: Any = Subject.__table__
    for source, facts in sources.items():
        latest = _latest(source, on)
        joined = joined.outerjoin(latest, latest.c.subject == Subject.id)
        wanted += [_typed(latest.c.facts, fact).label(_column(fact)) for fact in facts]
        wanted.append(latest.c.as_of.label(_day_of(source)))
    wanted.append(cast(null(), ARRAY(Text)).label(OWN_COLUMN))
    rows = select(*wanted).select_from(joined).where(Subject.kind == kind).order_by(Subject.id)
    names = [column.name for column in rows.selected_columns]
    assert set(names) == set(table.c.keys())
    return names, rows


def _latest(source: SourceDefinition, on: date) -> Subquery:
    """What the source said last of each subject, if that is fresh."""
    oldest = on - timedelta(days=source.fresh_days)
    return (
        select(SubjectFacts.subject, SubjectFacts.as_of, SubjectFacts.facts)
        .where(SubjectFacts.source == source.id, SubjectFacts.as_of.between(oldest, on))
        .ext(distinct_on(SubjectFacts.subject))
        # Backwards all through: the primary key is read as it stands, nothing is sorted.
        .order_by(SubjectFacts.subject.desc(), SubjectFacts.as_of.desc(), SubjectFacts.batch.desc())
        .subquery(f"of_{source.id}")
    )


def _typed(facts: ColumnElement[Any], fact: SubjectFact) -> ColumnElement[Any]:
    if fact.type is FactType.MANY:
        entries = func.jsonb_array_elements_text(facts[fact.fact]).column_valued("entry")
        listed = func.array(select(entries).scalar_subquery(), type_=ARRAY(Text))
        return case((facts.op("?")(fact.fact), listed))
    return cast(facts[fact.fact].astext, _TYPES[fact.type])


async def _counted(
    session: WriteSession, table: Table, sources: Iterable[SourceDefinition]
) -> tuple[int, dict[str, SourceSeen]]:
    days = {source.id: table.c[_day_of(source)] for source in sources}
    wanted = [each for day in days.values() for each in (func.max(day), func.count(day))]
    rows, *told = (await session.execute(select(func.count(), *wanted).select_from(table))).one()
    pairs = zip(told[::2], told[1::2], strict=True)
    return rows, {
        name: SourceSeen(as_of=as_of, subjects=subjects)
        for name, (as_of, subjects) in zip(days, pairs, strict=True)
    }


async def _digest(session: WriteSession, table: Table) -> str:
    """Of all rows in the order of subjects, some ten thousand at a time."""
    row = cast(literal_column(table.name), Text)
    lines = func.string_agg(row, aggregate_order_by(literal("\n"), table.c.subject))
    bucket = func.div(table.c.subject, _SOME).label("bucket")
    parts = (
        select(bucket, func.sha256(func.convert_to(lines, "UTF8")).label("part"))
        .group_by(bucket)
        .subquery("parts")
    )
    nothing = cast(literal(""), LargeBinary)
    whole = func.string_agg(parts.c.part, aggregate_order_by(nothing, parts.c.bucket))
    found = await session.scalar(
        select(func.encode(func.sha256(func.coalesce(whole, nothing)), "hex"))
    )
    assert isinstance(found, str)
    return found


def _column(fact: SubjectFact) -> str:
    return fact.fact.partition(".")[2]


def _day_of(source: SourceDefinition) -> str:
    return f"as_of_{source.id}"


def _viewed(row: Subject | None) -> SubjectView | None:
    return None if row is None else SubjectView.model_validate(row, from_attributes=True)


def _snapshot_view(row: Snapshot) -> SnapshotView:
    sources = {name: SourceSeen.model_validate(each) for name, each in row.sources.items()}
    return SnapshotView(
        id=row.id,
        kind=SubjectKind(row.kind),
        on=row.on_day,
        relation=row.relation,
        rows=row.rows,
        sha256=row.sha256,
        sources=sources,
        away=tuple(sorted(name for name, each in sources.items() if not each.subjects)),
    )
