"""Writing the register: events, read model, outbox and audit chain in one transaction.

Two statements and no more: one locks the application and tells how far it is recorded, one writes
everything. The rows cross as JSON, just as they came from the workflow, so that a flush costs the
worker little; this is the hot path of every act.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Computed, Identity, Table, text

from activities.contracts.record import Entry
from activities.store.chains import GENESIS, chained
from activities.store.engine import ReadSession, WriteSession
from activities.store.reading.recorded import events_after
from activities.store.tables.base import Base
from activities.store.tables.register import (
    Bundle,
    Credit,
    Document,
    Event,
    Material,
    Matter,
    Outbox,
    Recusal,
    Task,
)
from definitions.bundle.events import Recorded
from definitions.bundle.rows import Rows
from definitions.matter.events import FormCorrected

Values = dict[str, Any]

CHANNEL = "register"
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
        "matter_not_accepted",
        "matter_deemed_accepted",
        "matter_returned",
        "matter_revoked",
        "supplement_noticed",
        "procedure_started",
        "procedure_ended",
        "clock_extended",
        "hearing_told",
        "hearing_scheduled",
        "promise_broken",
        "rectification_ordered",
        "credit_recorded",
        "calendar_replaced",
        "reminded",
        "task_opened",
        "task_completed",
        "task_cancelled",
        "task_returned",
        "task_transferred",
        "task_escalated",
        "task_urged",
        "consent_deemed",
        "document_issued",
        "document_delivered",
    }
)


class Overtaken(Exception):
    """Other events stand where the entry's would; nothing was written."""


def _insert(table: type[Base], part: str, *, keys: str = "") -> str:
    """An insert of the rows under `part` of the JSON parameter; with `keys`, an upsert on them.

    Columns the database fills are left to it.
    """
    core = table.__table__
    assert isinstance(core, Table)
    names = [
        f'"{column.name}"'
        for column in core.columns
        if not isinstance(column.computed or column.identity, (Computed, Identity))
        and (column.server_default is None or column.info.get("written"))
        and column.name != "sent_at"
    ]
    listed = ", ".join(names)
    statement = (
        f"INSERT INTO {core.name} ({listed}) SELECT {listed} "  # noqa: S608 - names from the metadata
        f"FROM jsonb_populate_recordset(NULL::{core.name}, CAST(:{part} AS jsonb))"
    )
    if keys:
        changed = ", ".join(f"{name} = excluded.{name}" for name in names)
        statement += f" ON CONFLICT ({keys}) DO UPDATE SET {changed}"
    return statement


_ROWS = (
    _insert(Bundle, "bundle", keys="number"),
    _insert(Matter, "matters", keys="bundle, key"),
    _insert(Task, "tasks", keys="id"),
    _insert(Material, "materials", keys="bundle, code"),
    _insert(Document, "documents", keys="id"),
    _insert(Credit, "credits", keys="bundle, matter"),
    _insert(Recusal, "recusals", keys="account, bundle"),
)
_ENTRY = (
    *_ROWS,
    _insert(Event, "events"),
    _insert(Outbox, "outbox"),
)


def _together(statements: Sequence[str], *, last: str) -> str:
    """One statement of many: foreign keys are looked at when all of it is done."""
    parts = ", ".join(f"w{n} AS ({statement})" for n, statement in enumerate(statements))
    return f"WITH {parts} {last}"


# A field put right at the counter; what was submitted stays as it was.
_CORRECT = text(
    "UPDATE application SET corrections = corrections || jsonb_build_object(CAST(:field AS text), "
    "(SELECT body FROM remark WHERE sha256 = :becomes)) "
    "WHERE id = (SELECT application FROM bundle WHERE number = :number)"
)
_LAST = text(
    "SELECT b.version, e.chain, "
    "(SELECT jsonb_object_agg(c.matter, c.n) FROM (SELECT matter, max(matter_seq) AS n FROM event "
    "WHERE bundle = b.number AND matter IS NOT NULL GROUP BY matter) c) "
    "FROM bundle b JOIN event e ON e.bundle = b.number AND e.seq = b.version "
    "WHERE b.number = :number FOR UPDATE OF b"
)
_WRITE = text(_together(_ENTRY, last="SELECT pg_notify(:channel, :payload)"))
_REWRITE = text(_together(_ROWS, last="SELECT 1"))


async def write(session: WriteSession, entry: Entry) -> int:
    """Write what is new of the entry; returns how many events were. None new: nothing is touched.

    The application's row is locked first, so that two writers of one application take turns; of two
    that both bring its first events, the second fails on their key, and finds them when it retries.
    Raises `Overtaken` where what is not new is not what stands there.
    """
    found = (await session.execute(_LAST, {"number": entry.bundle})).first()
    if found is None and entry.events[0].seq > 1:
        # It waited for another writer, and saw the row's new version with the events of before.
        found = (await session.execute(_LAST, {"number": entry.bundle})).first()
    version, chain, counts = found or (0, GENESIS, None)
    new = [recorded for recorded in entry.events if recorded.seq > version]
    if len(new) < len(entry.events):
        await _require_same(session, entry, version)
    if not new:
        return 0
    if new[0].seq != version + 1:
        msg = f"events {version + 1}..{new[0].seq - 1} of {entry.bundle} are missing"
        raise ValueError(msg)
    events = _events(entry, new, chain, dict(counts or {}))
    await session.execute(
        _WRITE,
        {
            **_parts(entry.rows),
            "events": _json(events),
            "outbox": _json([_outgoing(event) for event in events if event["kind"] in TOPICS]),
            "channel": CHANNEL,
            "payload": f"{entry.bundle} {new[-1].seq}",
        },
    )
    for recorded in new:
        if isinstance(recorded.event, FormCorrected):
            said = {"field": recorded.event.field, "becomes": recorded.event.becomes.text}
            await session.execute(_CORRECT, {"number": entry.bundle, **said})
    return len(new)


async def write_rows(session: WriteSession, rows: Rows) -> None:
    """Upsert the read model's rows."""
    await session.execute(_REWRITE, _parts(rows))


async def _require_same(session: ReadSession, entry: Entry, version: int) -> None:
    """Of a retry, what was written is what it brings. Only then is it one."""
    before = entry.events[0].seq - 1
    stands = (await events_after(session, entry.bundle, before))[: len(entry.events)]
    if stands != entry.events[: len(stands)]:
        msg = f"other events of {entry.bundle} stand from {before + 1} to {version}"
        raise Overtaken(msg)


def _events(
    entry: Entry, new: Sequence[Recorded], chain: str, counts: dict[str, int]
) -> list[Values]:
    departments = {row.key: row.department for row in entry.rows.matters}
    events: list[Values] = []
    for recorded in new:
        dumped = recorded.model_dump(mode="json")
        chain = chained(chain, dumped)
        matter = dumped["event"].get("matter")
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
                "at": dumped["at"],
                "act": recorded.act,
                "actor": dumped["actor"],
                "body": dumped["event"],
                "chain": chain,
            }
        )
    return events


def _outgoing(event: Values) -> Values:
    """What a message needs to be found again; the rest is read when it is sent."""
    body = {name: event[name] for name in ("matter", "department", "kind")}
    if event["kind"] == "document_issued":
        body["document"] = event["body"]["document"]["id"]
    return {"bundle": event["bundle"], "seq": event["seq"], "topic": event["kind"], "body": body}


def _parts(rows: Rows) -> dict[str, str]:
    dumped = rows.model_dump(mode="json")
    return {
        part: _json(values) for part, values in (dumped | {"bundle": [dumped["bundle"]]}).items()
    }


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
