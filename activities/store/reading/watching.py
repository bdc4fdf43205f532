"""Matters as a supervisor watches them: by department and nearest limit, suspended, promised.

Only open applications are read, and of each only the limits that run.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    String,
    and_,
    cast,
    func,
    select,
    tuple_,
)

from activities.store.engine import ReadSession
from activities.store.reading.matters import MatterView, views
from activities.store.reading.scope import Read, Scope, of_department
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Matter, Task
from definitions.bundle.state import BundleStatus
from definitions.bundle.view import OFFICE
from definitions.matter.state import PromiseStatus
from definitions.matter.tasks import TaskStatus
from definitions.rules.clocks import ClockKind

_OPEN = (BundleStatus.RUNNING, BundleStatus.FOLLOWED)
_OPEN_PROMISES = (PromiseStatus.OPEN, PromiseStatus.RECTIFYING)
_OPEN_TASKS = (TaskStatus.READY, TaskStatus.CLAIMED)


class DepartmentLoad(Read):
    """How a department's matters stand: all in hand, by the nearest limit, and those suspended."""

    department: str
    department_name: str
    in_hand: int
    within: tuple[int, ...]
    suspended: int


class Holder(Read):
    """Who has the matter's most pressing open task; nobody yet where `name` is empty."""

    task: str
    step: str
    name: str
    since: datetime


class Watched(Read):
    """A matter in a supervisor's list, and whose application it is."""

    bundle: str
    service_name: str
    firm_name: str
    matter: MatterView
    holder: Holder | None


async def loads(
    session: ReadSession, scope: Scope, bounds: Sequence[tuple[datetime | None, datetime | None]]
) -> tuple[DepartmentLoad, ...]:
    """Each department's matters; `within` counts those whose nearest limit lies in each bound."""
    office = _limits(scope, OFFICE)
    due = office.c.due_at
    found = await session.execute(
        select(
            office.c.department,
            office.c.department_name,
            func.count().label("in_hand"),
            func.count().filter(office.c.suspended).label("suspended"),
            *(func.count().filter(_between(due, *bound)) for bound in bounds),
        )
        .group_by(office.c.department, office.c.department_name)
        .order_by(office.c.department_name)
    )
    return tuple(
        DepartmentLoad(
            department=row[0],
            department_name=row[1],
            in_hand=row[2],
            suspended=row[3],
            within=tuple(row[4:]),
        )
        for row in found
    )


async def limited(
    session: ReadSession,
    scope: Scope,
    kinds: Collection[ClockKind],
    *,
    bound: tuple[datetime | None, datetime | None] | None,
    after: tuple[datetime, str, str] | None,
    limit: int,
) -> tuple[list[Watched], tuple[datetime, str, str] | None]:
    """Matters by their nearest limit of these kinds, and the place to go on after."""
    office = _limits(scope, kinds)
    place = tuple_(office.c.due_at, office.c.bundle, office.c.key)
    query = select(office.c.due_at, office.c.bundle, office.c.key).where(
        office.c.due_at.is_not(None)
    )
    if bound is not None:
        query = query.where(_between(office.c.due_at, *bound))
    if after is not None:
        query = query.where(place > after)
    rows = (await session.execute(query.order_by(*place.clauses).limit(limit))).all()
    found = await _watched(session, [(row[1], row[2]) for row in rows])
    more = (rows[-1][0], rows[-1][1], rows[-1][2]) if len(rows) == limit else None
    return found, more


async def suspended(session: ReadSession, scope: Scope, *, limit: int) -> list[Watched]:
    """Matters in a special procedure, the oldest application first."""
    return await _some(session, scope, Matter.suspended.is_(True), limit)


async def promised(session: ReadSession, scope: Scope, *, limit: int) -> list[Watched]:
    """Matters whose result is out while a promise behind it is open."""
    status = Matter.special["promise"]["status"].astext
    return await _some(session, scope, status.in_(_OPEN_PROMISES), limit)


async def _some(
    session: ReadSession, scope: Scope, where: ColumnElement[bool], limit: int
) -> list[Watched]:
    rows = await session.execute(
        select(Matter.bundle, Matter.key)
        .join(Bundle, Bundle.number == Matter.bundle)
        .where(Bundle.status.in_(_OPEN), where, of_department(scope, Matter.department))
        .order_by(Bundle.started_at, Matter.bundle, Matter.position)
        .limit(limit)
    )
    return await _watched(session, [(row[0], row[1]) for row in rows])


def _limits(scope: Scope, kinds: Collection[ClockKind]) -> CTE:
    """Matters in which a limit of these kinds runs, and the nearest of them."""
    clock = func.jsonb_array_elements(Matter.clocks).column_valued("clock", joins_implicitly=True)
    at = cast(clock.op("->>")("due_at"), DateTime(timezone=True))
    rows = (
        select(
            Matter.bundle,
            Matter.key,
            Matter.department,
            Matter.department_name,
            Matter.suspended,
            func.min(at).label("due_at"),
        )
        .select_from(Matter)
        .join(Bundle, Bundle.number == Matter.bundle)
        .where(
            Bundle.status.in_(_OPEN),
            cast(clock.op("->>")("stopped_at"), String).is_(None),
            clock.op("->>")("kind").in_([str(kind) for kind in kinds]),
            of_department(scope, Matter.department),
        )
        .group_by(
            Matter.bundle,
            Matter.key,
            Matter.department,
            Matter.department_name,
            Matter.suspended,
        )
    )
    return rows.cte("limits")


def _between(
    column: ColumnElement[Any], since: datetime | None, until: datetime | None
) -> ColumnElement[bool]:
    """After `since`, up to and including `until`."""
    bounds: list[ColumnElement[bool]] = [column.is_not(None)]
    if since is not None:
        bounds.append(column > since)
    if until is not None:
        bounds.append(column <= until)
    return and_(*bounds)


async def _watched(session: ReadSession, keys: Sequence[tuple[str, str]]) -> list[Watched]:
    """These matters, in this order."""
    if not keys:
        return []
    rows = (
        await session.execute(
            select(Matter, Bundle.name, Application.firm_name)
            .join(Bundle, Bundle.number == Matter.bundle)
            .join(Application, Application.id == Bundle.application)
            .where(tuple_(Matter.bundle, Matter.key).in_(list(keys)))
        )
    ).all()
    made = await views(session, [row for row, _, _ in rows])
    holders = await _holders(session, keys)
    known = {
        (row.bundle, row.key): Watched(
            bundle=row.bundle,
            service_name=service,
            firm_name=firm,
            matter=view,
            holder=holders.get((row.bundle, row.key)),
        )
        for (row, service, firm), view in zip(rows, made, strict=True)
    }
    return [known[key] for key in keys if key in known]


async def _holders(
    session: ReadSession, keys: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], Holder]:
    rows = await session.execute(
        select(Task, Account.name)
        .outerjoin(Account, Account.id == Task.assignee)
        .where(tuple_(Task.bundle, Task.matter).in_(list(keys)), Task.status.in_(_OPEN_TASKS))
        .order_by(Task.sort_at.desc(), Task.id.desc())
    )
    # The most pressing one is read last and stays.
    return {
        (task.bundle, task.matter): Holder(
            task=task.id, step=task.name, name=name or "", since=task.opened_at
        )
        for task, name in rows
    }
