"""Who looks at a task now (正在查看), and who may hear of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.reading.feed import Heard
from activities.store.reading.scope import Read
from activities.store.tables.desk import Account
from activities.store.tables.inbox import Presence
from activities.store.tables.register import Recusal, Task
from definitions.language.roles import Confidentiality


class Looker(Read):
    """A colleague who has the task open."""

    account: str
    name: str


class Looked(Heard):
    """Somebody began to look at a task or stopped: who looks at it now."""

    task: str
    bundle: str
    department: str
    people: tuple[Looker, ...]


async def lookers(session: ReadSession, task: str, now: datetime) -> tuple[Looker, ...]:
    """Who looks at the task now, by name."""
    found = await session.execute(
        select(Presence.account, Account.name)
        .join(Account, Account.id == Presence.account)
        .where(Presence.task == task, Presence.until > now)
        .order_by(Account.name, Account.id)
    )
    return tuple(Looker(account=account, name=name) for account, name in found)


async def lookers_of(
    session: ReadSession, tasks: Sequence[str], now: datetime
) -> Mapping[str, tuple[Looker, ...]]:
    """The same of several tasks; those at which nobody looks are left out."""
    found = await session.execute(
        select(Presence.task, Presence.account, Account.name)
        .join(Account, Account.id == Presence.account)
        .where(Presence.task.in_(tasks), Presence.until > now)
        .order_by(Account.name, Account.id)
    )
    looking: dict[str, tuple[Looker, ...]] = {}
    for task, account, name in found:
        looking[task] = (*looking.get(task, ()), Looker(account=account, name=name))
    return looking


async def looked(session: ReadSession, task: str, now: datetime) -> Looked | None:
    """The news that goes to colleagues of the task's department; None of a task that is none."""
    row = (
        await session.execute(
            select(Task.bundle, Task.department, Task.item, Task.confidentiality).where(
                Task.id == task
            )
        )
    ).first()
    if row is None:
        return None
    kept = await session.scalars(select(Recusal.account).where(Recusal.bundle == row.bundle))
    return Looked(
        task=task,
        bundle=row.bundle,
        department=row.department,
        people=await lookers(session, task, now),
        told=frozenset({row.department}),
        areas=((row.item, Confidentiality(row.confidentiality)),),
        kept_from=frozenset(kept),
    )
