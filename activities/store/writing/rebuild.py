"""The read model made anew from the events, and compared with what stands in the tables."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, union

from activities.store.chains import GENESIS, chained
from activities.store.engine import ReadSession, Store
from activities.store.reading.recorded import recorded_of
from activities.store.tables.base import Base
from activities.store.tables.register import Bundle, Document, Event, Material, Matter, Task
from activities.store.writing.register import Values, write_rows
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import replay
from definitions.bundle.rows import Rows
from definitions.bundle.view import changes
from definitions.language.base import Value

PAGE = 200
_TABLES: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (Matter, ("key",)),
    (Task, ("id",)),
    (Material, ("code",)),
    (Document, ("id",)),
)
# Computed by the database from the other columns.
_DERIVED = frozenset({"sort_at"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the tables and the events disagree."""

    bundle: str
    place: str
    stands: str
    should: str


async def numbers(store: Store) -> AsyncIterator[str]:
    """Every application there is a trace of, in order, a page at a time."""
    last = ""
    begun = select(Event.bundle).where(Event.seq == 1)
    known = union(select(Bundle.number.label("number")), begun).subquery()
    while True:
        async with store.reading() as session:
            page = (
                await session.scalars(
                    select(known.c.number)
                    .where(known.c.number > last)
                    .order_by(known.c.number)
                    .limit(PAGE)
                )
            ).all()
        for number in page:
            yield number
        if len(page) < PAGE:
            return
        last = page[-1]


async def compare(store: Store, number: str) -> list[Difference]:
    """What differs for one application: broken chain, gaps, rows missing, extra or other.

    Empty: none.
    """
    async with store.reading() as session:
        events, broken = await _events(session, number)
        found = [Difference(number, "event", reason, "unbroken chain") for reason in broken]
        if broken or not events:
            return found
        rows = changes(None, replay(events))
        found += await _bundle(session, rows)
        for (table, keys), expected in zip(_TABLES, _parts(rows), strict=True):
            found += await _table(session, number, table, keys, expected)
    return found


async def rewrite(store: Store, number: str) -> None:
    """Write one application's rows anew from its events, in one transaction.

    Where evidence was altered or is gone, nothing is touched: rows made of what is left of it would
    only hide the damage.
    """
    async with store.begin() as session:
        await session.execute(
            select(Bundle.number).where(Bundle.number == number).with_for_update()
        )
        events, broken = await _events(session, number)
        if broken or not events:
            return
        rows = changes(None, replay(events))
        for table, _keys in _TABLES:
            await session.execute(delete(table).where(table.__table__.c.bundle == number))
        await write_rows(session, rows)


async def _events(session: ReadSession, number: str) -> tuple[list[Recorded], list[str]]:
    found = await session.scalars(select(Event).where(Event.bundle == number).order_by(Event.seq))
    events: list[Recorded] = []
    broken: list[str] = []
    chain = GENESIS
    for place, row in enumerate(found, start=1):
        recorded = recorded_of(row)
        chain = chained(chain, _stored(row, recorded))
        if row.seq != place:
            broken.append(f"event {place} is missing")
            break
        if row.chain != chain:
            broken.append(f"event {place} was altered")
            break
        events.append(recorded)
    version = await session.scalar(select(Bundle.version).where(Bundle.number == number))
    if not broken and (version or 0) > len(events):
        broken.append(f"event {len(events) + 1} is missing")
    return events, broken


def _stored(row: Event, recorded: Recorded) -> Values:
    """The event as it was written, with the moment in the form it was digested in."""
    at = recorded.model_dump(mode="json", include={"at"})["at"]
    return {"seq": row.seq, "at": at, "act": row.act, "actor": row.actor, "event": row.body}


def _parts(rows: Rows) -> tuple[tuple[Value, ...], ...]:
    return (rows.matters, rows.tasks, rows.materials, rows.documents)


async def _bundle(session: ReadSession, rows: Rows) -> list[Difference]:
    number = rows.bundle.number
    row = await session.get(Bundle, number)
    should = _plain(rows.bundle)
    if row is None:
        return [Difference(number, "bundle", "missing", "there")]
    return _differing(number, "bundle", _values(row), should)


async def _table(
    session: ReadSession,
    number: str,
    table: type[Base],
    keys: tuple[str, ...],
    expected: tuple[Value, ...],
) -> list[Difference]:
    stands = {
        tuple(values[key] for key in keys): values
        for row in await session.scalars(select(table).where(table.__table__.c.bundle == number))
        if (values := _values(row))
    }
    found: list[Difference] = []
    for value in expected:
        should = _plain(value)
        key = tuple(should[name] for name in keys)
        place = f"{table.__tablename__} {'/'.join(map(str, key))}"
        row = stands.pop(key, None)
        if row is None:
            found.append(Difference(number, place, "missing", "there"))
        else:
            found += _differing(number, place, row, should)
    found += [
        Difference(number, f"{table.__tablename__} {'/'.join(map(str, key))}", "there", "none")
        for key in stands
    ]
    return found


def _plain(value: Value) -> Values:
    """As the driver reads it back: times as times, everything nested as JSON."""
    dumped = value.model_dump(mode="json")
    return dumped | {name: v for name, v in value if isinstance(v, datetime)}


def _values(row: Base) -> Values:
    return {
        column.name: getattr(row, column.name)
        for column in row.__table__.columns
        if column.name not in _DERIVED
    }


def _differing(number: str, place: str, stands: Values, should: Values) -> list[Difference]:
    return [
        Difference(number, f"{place}.{name}", str(stands.get(name)), str(value))
        for name, value in should.items()
        if stands.get(name) != value
    ]
