"""正在查看: who has a task open. A lease that its page renews; others hear of changes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import WriteSession
from activities.store.tables.inbox import Presence

LEASE = timedelta(seconds=60)
CHANNEL = "presence"


async def look(session: WriteSession, task: str, account: str, now: datetime) -> None:
    """Look at the task for another minute. Others hear of it when somebody begins to."""
    gone = await session.execute(
        delete(Presence)
        .where(Presence.task == task, Presence.until <= now)
        .returning(Presence.account)
    )
    lapsed = set(gone.scalars())
    looks = insert(Presence).values(task=task, account=account, until=now + LEASE)
    looked = select(Presence.until).where(Presence.task == task, Presence.account == account)
    before = await session.scalar(looked)
    await session.execute(
        looks.on_conflict_do_update(index_elements=["task", "account"], set_={"until": now + LEASE})
    )
    if before is None or lapsed - {account}:
        await _tell(session, task)


async def leave(session: WriteSession, task: str, account: str) -> None:
    """Look away."""
    gone = await session.scalar(
        delete(Presence)
        .where(Presence.task == task, Presence.account == account)
        .returning(Presence.account)
    )
    if gone is not None:
        await _tell(session, task)


async def _tell(session: WriteSession, task: str) -> None:
    await session.execute(select(func.pg_notify(CHANNEL, task)))
