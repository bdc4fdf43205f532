"""常用筛选: the queries that people keep for their inbox, each their own."""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import delete, func, select

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.inbox import SavedView
from definitions.language.base import Value

MOST = 30


class ViewKept(Value):
    """A query of the inbox under a name."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    name: str
    query: Mapping[str, Any]
    position: int


async def views_of(session: ReadSession, account: str) -> tuple[ViewKept, ...]:
    """Those of this person, in the order he put them."""
    found = await session.scalars(
        select(SavedView)
        .where(SavedView.account == account)
        .order_by(SavedView.position, SavedView.id)
    )
    return tuple(ViewKept.model_validate(row) for row in found)


async def keep_view(
    session: WriteSession, account: str, view: str, *, name: str, query: Mapping[str, Any]
) -> ViewKept | None:
    """A new one, at the end; the same id again finds it. None where there are too many already."""
    turn = func.hashtextextended(f"views {account}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(turn)))
    there = await _of(session, account, view)
    if there is not None:
        return ViewKept.model_validate(there)
    count, last = (
        await session.execute(
            select(func.count(), func.coalesce(func.max(SavedView.position), 0)).where(
                SavedView.account == account
            )
        )
    ).one()
    if count >= MOST:
        return None
    row = SavedView(id=view, account=account, name=name, query=dict(query), position=last + 1)
    session.add(row)
    await session.flush()
    return ViewKept.model_validate(row)


async def change_view(
    session: WriteSession,
    account: str,
    view: str,
    *,
    name: str,
    query: Mapping[str, Any],
    position: int | None,
) -> ViewKept | None:
    """Changed; where `position` is none, it stays in its place. None where there is none such."""
    row = await _of(session, account, view)
    if row is None:
        return None
    row.name, row.query = name, dict(query)
    row.position = row.position if position is None else position
    await session.flush()
    return ViewKept.model_validate(row)


async def drop_view(session: WriteSession, account: str, view: str) -> bool:
    """Gone; False where there was none such."""
    gone = await session.scalar(
        delete(SavedView)
        .where(SavedView.id == view, SavedView.account == account)
        .returning(SavedView.id)
    )
    return gone is not None


async def _of(session: ReadSession, account: str, view: str) -> SavedView | None:
    return await session.scalar(
        select(SavedView).where(SavedView.id == view, SavedView.account == account)
    )
