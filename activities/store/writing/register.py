"""Writing the register: events, read model, outbox and audit chain in one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert

from activities.contracts.record import Entry
from activities.store.engine import WriteSession
from activities.store.tables.base import Base
from activities.store.tables.register import Bundle, Document, Event, Material, Matter, Outbox, Task
from definitions.bundle.events import Recorded
from definitions.bundle.view import Rows

Values = dict[str, Any]

CHANNEL = "register"
GENESIS = "0" * 64

# What others are told about; everything else is the office's own business.
TOPICS = frozenset(
    {
        "bundle_started",
        "bundle_closed",
        "matter_received",
        "matter_held",
        "matter_accepted",
        "matter_accepted_pending",
        "matter_granted",
        "matter_refused",
        "matter_lapsed",
        "matter_terminated",
        "matter_withdrawn",
        "filing_opened",
        "material_rejected",
        "clock_expired",
        "task_opened",
        "document_delivered",
    }
)


async def write(session: WriteSession, entry: Entry) -> int:
    """Write what is new of the entry; returns how many events were. None new: nothing is touched.

    The application's row is locked first, so that two writers of one application take turns.
    """
    version, chain = await _last(session, entry.bundle)
    new = [recorded for recorded in entry.events if recorded.seq > version]
    if not new:
        return 0
    if new[0].seq != version + 1:
        msg = f"events {version + 1}..{new[0].seq - 1} of {entry.bundle} are missing"
        raise ValueError(msg)
    await _upsert(session, Bundle, [dict(entry.rows.bundle)], keys=("number",))
    await _append(session, entry, new, chain)
    await write_rows(session, entry.rows)
    await session.execute(
        text("SELECT pg_notify(:channel, :payload)"),
        {"channel": CHANNEL, "payload": f"{entry.bundle} {new[-1].seq}"},
    )
    return len(new)


async def write_rows(session: WriteSession, rows: Rows) -> None:
    """Upsert the read model's rows below the application's own."""
    for table, values, keys in (
        (Matter, rows.matters, ("bundle", "key")),
        (Task, rows.tasks, ("id",)),
        (Material, rows.materials, ("bundle", "code")),
        (Document, rows.documents, ("id",)),
    ):
        if values:
            dumped = [value.model_dump(mode="python") for value in values]
            await _upsert(session, table, [plain(value) for value in dumped], keys=keys)


def chained(previous: str, recorded: Recorded) -> str:
    """The digest of an event and everything before it."""
    body = json.dumps(
        recorded.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


async def _last(session: WriteSession, number: str) -> tuple[int, str]:
    found = (
        await session.execute(
            select(Bundle.version, Event.chain)
            .join(Event, (Event.bundle == Bundle.number) & (Event.seq == Bundle.version))
            .where(Bundle.number == number)
            .with_for_update(of=Bundle)
        )
    ).first()
    return (found[0], found[1]) if found else (0, GENESIS)


async def _append(session: WriteSession, entry: Entry, new: Sequence[Recorded], chain: str) -> None:
    matters = sorted({matter for event in new if (matter := _matter_of(event))})
    counts = await _matter_counts(session, entry.bundle, matters)
    departments = {row.key: row.department for row in entry.rows.matters}
    events: list[Values] = []
    for recorded in new:
        chain = chained(chain, recorded)
        matter = _matter_of(recorded)
        if matter:
            counts[matter] = counts.get(matter, 0) + 1
        events.append(
            {
                "bundle": entry.bundle,
                "seq": recorded.seq,
                "matter": matter,
                "matter_seq": counts[matter] if matter else None,
                "department": departments.get(matter) if matter else None,
                "kind": recorded.event.kind,
                "at": recorded.at,
                "act": recorded.act,
                "actor": recorded.actor.model_dump(mode="json"),
                "body": recorded.event.model_dump(mode="json"),
                "chain": chain,
            }
        )
    await session.execute(insert(_core(Event)), events)
    outgoing = [
        {"bundle": e["bundle"], "seq": e["seq"], "topic": e["kind"], "body": _slim(e)}
        for e in events
        if e["kind"] in TOPICS
    ]
    if outgoing:
        await session.execute(insert(_core(Outbox)), outgoing)


def _matter_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "matter", None)


async def _matter_counts(
    session: WriteSession, bundle: str, matters: Sequence[str]
) -> dict[str, int]:
    if not matters:
        return {}
    found = await session.execute(
        select(Event.matter, func.max(Event.matter_seq))
        .where(Event.bundle == bundle, Event.matter.in_(matters))
        .group_by(Event.matter)
    )
    return {matter: count for matter, count in found if matter and count}


def _slim(event: Mapping[str, Any]) -> Values:
    """What a message needs to be found again.

    The rest is read from the register when it is sent.
    """
    return {"matter": event["matter"], "department": event["department"], "kind": event["kind"]}


def plain(values: Values) -> Values:
    """Nested values as JSON-ready lists and dicts; scalars as they are."""
    return {
        name: json.loads(json.dumps(value, default=_jsonable))
        if isinstance(value, (tuple, list, dict))
        else value
        for name, value in values.items()
    }


def _jsonable(value: Any) -> str:  # noqa: ANN401 - json's own signature
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


async def _upsert(
    session: WriteSession, table: type[Base], rows: list[Values], *, keys: tuple[str, ...]
) -> None:
    statement = insert(_core(table))
    changed: dict[str, ColumnElement[Any]] = {
        name: statement.excluded[name] for name in rows[0] if name not in keys
    }
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(keys), set_=changed), rows
    )


def _core(table: type[Base]) -> Table:
    """The table, not the class: bulk inserts of classes are split by which columns are null."""
    assert isinstance(table.__table__, Table)
    return table.__table__
