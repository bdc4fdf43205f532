"""Tasks: the inbox of a department, one task, and the counts beside the navigation."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.reading.counting import Counts, counts
from activities.store.reading.scope import Scope, known_tasks, own_tasks
from activities.store.reading.selecting import TaskFilter, TaskQuery, page
from activities.store.reading.task_views import TaskView, views
from activities.store.tables.inbox import Absence
from activities.store.tables.register import Task

__all__ = [
    "Counts",
    "TaskFilter",
    "TaskQuery",
    "TaskView",
    "absent_for",
    "counts",
    "open_of",
    "task",
    "tasks",
]


async def tasks(
    session: ReadSession,
    scope: Scope,
    asked: TaskQuery,
    *,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[tuple[TaskView, datetime]]:
    """An inbox with each task's place in it: open ones by limit, done ones latest first."""
    found = (await session.execute(page(scope, asked, after=after, limit=limit))).all()
    shown = await views(session, [row.id for row in found], asked.now)
    return [(shown[row.id], row.place) for row in found if row.id in shown]


async def task(
    session: ReadSession, name: str, scope: Scope, *, now: datetime | None = None
) -> TaskView | None:
    """One task that the reader's department has, had, or asked for."""
    known = await session.scalar(select(Task.id).where(Task.id == name, known_tasks(scope)))
    return (await views(session, [known], now)).get(known) if known else None


async def open_of(
    session: ReadSession, scope: Scope, bundles: Sequence[str], *, now: datetime | None = None
) -> Sequence[TaskView]:
    """The open tasks of these applications that the reader's department has, by limit."""
    if not bundles:
        return []
    found = await session.scalars(
        select(Task.id)
        .where(Task.bundle.in_(bundles), Task.open, own_tasks(scope))
        .order_by(Task.sort_at, Task.id)
    )
    names = found.all()
    shown = await views(session, names, now)
    return [shown[name] for name in names]


async def absent_for(session: ReadSession, account: str, today: date) -> tuple[str, ...]:
    """Whom this account stands in for today (代办)."""
    found = await session.scalars(
        select(Absence.account)
        .where(
            Absence.substitute == account,
            Absence.since <= today,
            Absence.until >= today,
            Absence.ended_at.is_(None),
        )
        .order_by(Absence.account)
    )
    return tuple(dict.fromkeys(found))
