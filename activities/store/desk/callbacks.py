"""What departments' systems called back with: answers that were taken, calls that were refused."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.desk.connections import Row
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.connections import Callback, RefusedCall


class CallbackView(Row):
    """An answer that was taken."""

    connection: str
    id: str
    task: str
    payload_sha256: str
    receipt: Json
    at: datetime


class RefusedView(Row):
    """A call that was not taken."""

    id: int
    connection: str
    task: str | None
    webhook: str | None
    rule: str
    remote: str | None
    at: datetime


async def callback_of(session: ReadSession, connection: str, name: str) -> CallbackView | None:
    """The answer that was taken under this id."""
    found = await session.get(Callback, (connection, name))
    return CallbackView.model_validate(found) if found else None


async def keep_callback(
    session: WriteSession, *, connection: str, name: str, task: str, payload: str, receipt: Json
) -> bool:
    """Keep a taken answer; False where one is kept under this id already, which stays."""
    kept = await session.execute(
        insert(Callback)
        .values(connection=connection, id=name, task=task, payload_sha256=payload, receipt=receipt)
        .on_conflict_do_nothing()
        .returning(Callback.id)
    )
    return kept.first() is not None


async def refuse_call(
    session: WriteSession,
    *,
    connection: str,
    rule: str,
    task: str | None = None,
    webhook: str | None = None,
    remote: str | None = None,
) -> None:
    """Write down that a call was not taken, and why; never what it said."""
    session.add(
        RefusedCall(connection=connection, task=task, webhook=webhook, rule=rule, remote=remote)
    )
    await session.flush()


async def refused_calls(
    session: ReadSession, *, connection: str | None = None, after: int | None = None, limit: int
) -> Sequence[RefusedView]:
    """The latest first; `after` is the last one's `id`."""
    query = select(RefusedCall)
    query = query.where(RefusedCall.connection == connection) if connection else query
    query = query.where(RefusedCall.id < after) if after is not None else query
    found = await session.scalars(query.order_by(RefusedCall.id.desc()).limit(limit))
    return [RefusedView.model_validate(row) for row in found]
