"""Entitlements as they stand: the one way in which their status changes, in whole chunks."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert

from activities.store.chains import GENESIS, chained
from activities.store.engine import WriteSession
from activities.store.tables.base import Json
from activities.store.tables.benefits import Entitlement, EntitlementEvent
from definitions.benefits.entitlement import Status, may_move, require_move
from definitions.benefits.periods import entitlement_id
from definitions.benefits.run import RunState
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor


class Move(Value):
    """One entitlement to its next status, and why (a short code or a person's words).

    `said` is what the event keeps beside it. The rest are columns that change with it; None leaves
    them. `only_from`: the statuses it was chosen by, for what another has changed meanwhile may go
    there from elsewhere too, but not by this.
    """

    entitlement: str
    to: Status
    only_from: frozenset[Status] | None = None
    why: str | None = None
    said: Mapping[str, Any] = Field(default_factory=dict)
    run: str | None = None
    fen: int | None = None
    evidence: Mapping[str, Any] | None = None
    attempt: int | None = None
    back_by: date | None = None
    back_fen: int | None = None


class NewEntitlement(Value):
    """Somebody who comes onto a run's list for the first time."""

    subject: int
    fen: int
    evidence: Mapping[str, Any]


_UPDATE = text(
    "UPDATE entitlement e SET status = n.status, why = n.why, seq = n.seq, chain = n.chain, "
    "changed_at = :now, run = coalesce(n.run, e.run), fen = coalesce(n.fen, e.fen), "
    "evidence = coalesce(n.evidence, e.evidence), attempt = coalesce(n.attempt, e.attempt), "
    "back_by = coalesce(n.back_by, e.back_by), back_fen = coalesce(n.back_fen, e.back_fen) "
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (id text, status text, why text, seq int, "
    "chain text, run text, fen bigint, evidence jsonb, attempt int, back_by date, back_fen bigint) "
    "WHERE e.id = n.id"
)

_NO_COLUMNS = {"entitlement", "to", "only_from", "said"}


async def move(
    session: WriteSession,
    moves: Sequence[Move],
    *,
    actor: Actor,
    act: str,
    now: datetime,
    lenient: bool = False,
) -> tuple[str, ...]:
    """Which of them moved now. Rows are locked in the order of their ids.

    What moved under this `act` before is passed over: every chunk may be tried again. `lenient`
    passes over what may not go there any more; otherwise that raises `ENTITLEMENT_NOT_OPEN`.
    """
    if not moves:
        return ()
    wanted = {each.entitlement: each for each in moves}
    stands = await _locked(session, sorted(wanted))
    done = await _done(session, wanted, act)
    rows: list[Json] = []
    events: list[Json] = []
    for key, each in wanted.items():
        if key in done:
            continue
        row = stands.get(key)
        if row is None:
            raise Refused(Code.UNKNOWN_ENTITLEMENT, "没有这笔应享")
        before = Status(row.status)
        if lenient and not may_move(before, each.to, each.only_from):
            continue
        require_move(before, each.to, each.only_from)
        seq = row.seq + 1
        event = event_row(each, seq=seq, before=row.chain, actor=actor, act=act, now=now)
        events.append(event)
        kept = each.model_dump(mode="json", exclude=_NO_COLUMNS)
        chain = event["chain"]
        rows.append({**kept, "id": key, "status": each.to.value, "seq": seq, "chain": chain})
    if rows:
        await session.execute(insert(EntitlementEvent), events)
        await session.execute(_UPDATE, {"now": now, "rows": json.dumps(rows)})
    return tuple(row["id"] for row in rows)


async def put_entitlements(
    session: WriteSession,
    run: RunState,
    new: Sequence[NewEntitlement],
    *,
    actor: Actor,
    act: str,
    now: datetime,
) -> tuple[str, ...]:
    """Which ids were listed just now; who is on a list already is passed over."""
    rows, events = [], dict[str, Json]()
    for each in new:
        key = entitlement_id(run.policy, run.period, each.subject, run.terms.item)
        listed = Move(entitlement=key, to=Status.LISTED, fen=each.fen)
        event = event_row(listed, seq=1, before=GENESIS, actor=actor, act=act, now=now)
        events[key] = event
        rows.append(
            {
                "id": key,
                "run": run.id,
                "policy": run.policy,
                "version": run.version,
                "period": run.period,
                "subject": each.subject,
                "item": run.terms.item,
                "organ": run.terms.organ,
                "fen": each.fen,
                "status": Status.LISTED.value,
                "evidence": dict(each.evidence),
                "seq": 1,
                "chain": event["chain"],
                "changed_at": now,
            }
        )
    if not rows:
        return ()
    put = pg_insert(Entitlement).on_conflict_do_nothing().returning(Entitlement.id)
    done = tuple(await session.scalars(put, rows))
    if done:
        await session.execute(insert(EntitlementEvent), [events[key] for key in done])
    return done


def event_row(each: Move, *, seq: int, before: str, actor: Actor, act: str, now: datetime) -> Json:
    """The event's row, chained to the one before it."""
    who = actor.model_dump(mode="json")
    body = {"why": each.why, **each.said}
    if each.fen is not None:
        body["fen"] = each.fen
    told = {"seq": seq, "act": act, "status": each.to.value, "actor": who, "body": body}
    chain = chained(before, {**told, "entitlement": each.entitlement, "at": now.isoformat()})
    return {**told, "entitlement": each.entitlement, "at": now, "chain": chain}


async def _locked(session: WriteSession, ids: Sequence[str]) -> dict[str, Any]:
    found = await session.execute(
        select(Entitlement.id, Entitlement.status, Entitlement.seq, Entitlement.chain)
        .where(Entitlement.id.in_(ids))
        .order_by(Entitlement.id)
        .with_for_update()
    )
    return {row.id: row for row in found}


async def _done(session: WriteSession, ids: Mapping[str, Move], act: str) -> set[str]:
    done = select(EntitlementEvent.entitlement).where(
        EntitlementEvent.entitlement.in_(list(ids)), EntitlementEvent.act == act
    )
    return set(await session.scalars(done))
