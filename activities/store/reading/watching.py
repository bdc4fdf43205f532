"""Matters as a supervisor watches them: by department and nearest limit, suspended, promised.

Only open applications are read, and of each only the limits that run.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    String,
    TextClause,
    and_,
    cast,
    func,
    select,
    text,
    tuple_,
)

from activities.store.engine import ReadSession
from activities.store.reading.escalated import Unanswered, WatchedTask, stuck_at
from activities.store.reading.matters import MatterView, views
from activities.store.reading.scope import Read, Scope, own_matters
from activities.store.tables.connections import Assignment
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter
from definitions.bundle.state import BundleStatus
from definitions.bundle.view import OFFICE
from definitions.rules.clocks import ClockKind

_OPEN = (BundleStatus.RUNNING, BundleStatus.FOLLOWED)

Place = tuple[datetime, str, str]


class DepartmentLoad(Read):
    """How a department's matters stand: all in hand, by the nearest limit, and those suspended."""

    department: str
    department_name: str
    in_hand: int
    within: tuple[int, ...]
    suspended: int


class Watched(Read):
    """A matter in a supervisor's list, and whose application it is.

    `task` is its own most pressing open one, with who has it and what it waits for; what was asked
    of other organs and is not answered stands in `unanswered`.
    """

    bundle: str
    service_name: str
    firm_name: str
    matter: MatterView
    task: WatchedTask | None
    unanswered: tuple[Unanswered, ...]


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


async def undelivered(session: ReadSession) -> int:
    """Tasks that could not be brought to a department's own system, and wait to be sent again."""
    dead = select(func.count()).where(Assignment.status == "dead")
    return await session.scalar(dead) or 0


async def limited(
    session: ReadSession,
    scope: Scope,
    kinds: Collection[ClockKind],
    now: datetime,
    *,
    bound: tuple[datetime | None, datetime | None] | None,
    after: Place | None,
    limit: int,
) -> tuple[list[Watched], Place | None]:
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
    found = await _watched(session, [(row[1], row[2]) for row in rows], now)
    more = (rows[-1][0], rows[-1][1], rows[-1][2]) if len(rows) == limit else None
    return found, more


async def suspended(
    session: ReadSession, scope: Scope, now: datetime, *, after: Place | None, limit: int
) -> tuple[list[Watched], Place | None]:
    """Matters in a special procedure, the oldest application first."""
    where = and_(Matter.suspended)
    return await _some(session, scope, where, now, after=after, limit=limit)


async def promised(
    session: ReadSession, scope: Scope, now: datetime, *, after: Place | None, limit: int
) -> tuple[list[Watched], Place | None]:
    """Matters whose result is out while a promise behind it is open."""
    # As the partial index says it.
    where = text("matter.special #>> '{promise,status}' IN ('open', 'rectifying')")
    return await _some(session, scope, where, now, after=after, limit=limit)


async def _some(
    session: ReadSession,
    scope: Scope,
    where: ColumnElement[bool] | TextClause,
    now: datetime,
    *,
    after: Place | None,
    limit: int,
) -> tuple[list[Watched], Place | None]:
    place = tuple_(Bundle.started_at, Matter.bundle, Matter.key)
    query = (
        select(Bundle.started_at, Matter.bundle, Matter.key)
        .join(Bundle, Bundle.number == Matter.bundle)
        .where(Bundle.status.in_(_OPEN), where, own_matters(scope))
    )
    if after is not None:
        query = query.where(place > after)
    rows = (await session.execute(query.order_by(*place.clauses).limit(limit))).all()
    more = (rows[-1][0], rows[-1][1], rows[-1][2]) if len(rows) == limit else None
    return await _watched(session, [(row[1], row[2]) for row in rows], now), more


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
            own_matters(scope),
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


async def _watched(
    session: ReadSession, keys: Sequence[tuple[str, str]], now: datetime
) -> list[Watched]:
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
    stuck = await stuck_at(session, keys, now)
    known = {
        (row.bundle, row.key): Watched(
            bundle=row.bundle,
            service_name=service,
            firm_name=firm,
            matter=view,
            task=stuck[row.bundle, row.key].task,
            unanswered=stuck[row.bundle, row.key].unanswered,
        )
        for (row, service, firm), view in zip(rows, made, strict=True)
    }
    return [known[key] for key in keys if key in known]
