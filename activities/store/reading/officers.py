"""How much each officer of a department has: held, late, waiting, and done this week."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select, tuple_

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope, of_department
from activities.store.tables.desk import Account
from activities.store.tables.register import Task
from definitions.language.roles import Role
from definitions.matter.tasks import TaskStatus

Place = tuple[str, str, str]


class OfficerLoad(Read):
    """One officer, in figures. A task under second look is still held by its author."""

    department: str
    account: str
    name: str
    role: Role
    held: int
    overdue: int
    waiting: int
    completed: int


async def officer_loads(
    session: ReadSession,
    scope: Scope,
    *,
    since: datetime,
    now: datetime,
    after: Place | None,
    limit: int,
) -> tuple[list[OfficerLoad], Place | None]:
    """Everybody who handles tasks, by department; `since` is when the week began."""
    held = _held(scope, now)
    done = _done(scope, since)
    place = tuple_(Account.department, Account.name, Account.id)
    query = (
        select(
            Account.department,
            Account.id.label("account"),
            Account.name,
            Account.role,
            *(_or_none(held.c[name]) for name in ("held", "overdue", "waiting")),
            _or_none(done.c.completed),
        )
        .outerjoin(held, held.c.assignee == Account.id)
        .outerjoin(done, done.c.assignee == Account.id)
        .where(
            Account.active,
            Account.department.is_not(None),
            Account.role.in_((Role.OFFICER, Role.APPROVER)),
            of_department(scope, Account.department),
        )
    )
    if after is not None:
        query = query.where(place > after)
    rows = (await session.execute(query.order_by(*place.clauses).limit(limit))).all()
    found = [OfficerLoad.model_validate(row) for row in rows]
    last = found[-1] if len(found) == limit else None
    more = (last.department, last.name, last.account) if last else None
    return found, more


def _held(scope: Scope, now: datetime) -> Subquery:
    return (
        select(
            Task.assignee,
            func.count().label("held"),
            func.count().filter(Task.due_at <= now).label("overdue"),
            func.count().filter(Task.status == TaskStatus.WAITING).label("waiting"),
        )
        .where(Task.open, Task.assignee.is_not(None), of_department(scope, Task.department))
        .group_by(Task.assignee)
        .subquery()
    )


def _done(scope: Scope, since: datetime) -> Subquery:
    return (
        select(Task.assignee, func.count().label("completed"))
        .where(
            and_(Task.status == TaskStatus.COMPLETED, Task.completed_at >= since),
            of_department(scope, Task.department),
        )
        .group_by(Task.assignee)
        .subquery()
    )


def _or_none(column: ColumnElement[Any]) -> ColumnElement[int]:
    """0 where somebody has nothing."""
    return func.coalesce(column, 0).label(str(column.key))
