"""Which tasks a list shows: their ids and places, out of the indexes alone.

A list of a department is merged from one run of `ix_task_inbox` for each item that the reader is
trusted with: each run gives no more rows than the page has, whatever lies behind it. Where that is
every item, those of which there are tasks are found by skipping from one to the next.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from activities.store.reading.scope import Scope, covered, own_tasks, unconcerned
from activities.store.tables.register import Bundle, Task
from definitions.language.base import Value
from definitions.language.roles import Role
from definitions.matter.tasks import HELD, TaskKind, TaskStatus

Place = tuple[datetime, str]
# Written out: with a parameter in its place no plan could rely on the partial indexes.
IS_OPEN: ColumnElement[bool] = and_(true(), Task.open)
IN_REVIEW: ColumnElement[bool] = Task.status == literal_column(f"'{TaskStatus.IN_REVIEW}'")


class TaskFilter(StrEnum):
    """Which tasks of an inbox. `reviewing`: those that wait for the reader's second look."""

    OPEN = "open"
    READY = "ready"
    HELD = "held"
    WAITING = "waiting"
    REVIEWING = "reviewing"
    DONE = "done"


class TaskQuery(Value):
    """What an inbox shows. `roles` are the roles whose tasks the reader may work; None: all.

    `assignee` with those he `stands_for` today. `due_by`: to be done by then, overdue ones
    included. `asked`: what the reader's department asked of others. `now` is when a task is late;
    the database's clock where it is not given.
    """

    status: TaskFilter = TaskFilter.OPEN
    roles: tuple[Role, ...] | None = None
    assignee: str | None = None
    stands_for: tuple[str, ...] = ()
    bundle: str | None = None
    kinds: tuple[TaskKind, ...] = ()
    items: tuple[str, ...] = ()
    service: str | None = None
    due_by: datetime | None = None
    level: int = 0
    asked: bool = False
    now: datetime | None = None


def page(
    scope: Scope,
    asked: TaskQuery,
    *,
    after: Place | None,
    limit: int,
    also: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Id and place of the tasks of one page, in order; `also` is one condition more."""
    filters = [*_filters(scope, asked), *(() if also is None else (also,))]
    if asked.bundle is None and asked.assignee is None and not asked.asked:
        if asked.status is TaskFilter.REVIEWING:
            query = _few(asked).where(own_tasks(scope), *filters)
        else:
            return _merged(scope, asked, filters, after=after, limit=limit)
    else:
        whose = _asked(scope) if asked.asked else own_tasks(scope)
        query = _few(asked).where(whose, *filters)
    return _cut(query, asked, after=after, limit=limit)


def areas(scope: Scope, *, items: tuple[str, ...] = (), done: bool = False) -> FromClause:
    """Department and item of the index runs that the reader's list is merged from."""
    chosen = _chosen(scope, items)
    if scope.department is not None and chosen is not None:
        return select(
            literal(scope.department, Text).label("department"),
            func.unnest(literal(chosen, ARRAY(Text))).label("item"),
        ).subquery("area")
    found = _skipping(scope.department, Task.completed_at.is_not(None) if done else IS_OPEN)
    if chosen is None:
        return found
    return select(found.c.department, found.c.item).where(found.c.item.in_(chosen)).subquery()


def of_area(scope: Scope, area: FromClause) -> ColumnElement[bool]:
    """The tasks of one run: within the clearance, and not the reader's own affair."""
    return and_(
        Task.department == area.c.department,
        Task.item == area.c.item,
        covered(scope, Task.item, Task.confidentiality),
        unconcerned(scope, Task.bundle),
    )


def _chosen(scope: Scope, items: tuple[str, ...]) -> list[str] | None:
    """The only items to look at, and what is asked for, which has none; None: all there are."""
    if not items:
        return ["", *sorted(scope.items)] if scope.items else None
    return sorted(set(items) & set(scope.items) if scope.items else set(items))


def _skipping(department: str | None, standing: ColumnElement[bool]) -> FromClause:
    """Every department and item of which there are such tasks: a step of the index for each."""
    bounds = [standing] if department is None else [standing, Task.department == department]
    order = (Task.department, Task.item)
    # Of one department the item alone goes on: beside an equal department, the planner would not
    # begin at the pair.
    first = select(*order).where(*bounds).order_by(*order).limit(1).subquery("first")
    area = select(first.c.department, first.c.item).cte("area", recursive=True)
    following = (
        select(*order)
        .where(
            *bounds,
            tuple_(*order) > tuple_(area.c.department, area.c.item)
            if department is None
            else Task.item > area.c.item,
        )
        .order_by(*order)
        .limit(1)
        .lateral("following")
    )
    return area.union_all(
        select(following.c.department, following.c.item).select_from(area.join(following, true()))
    )


def _merged(
    scope: Scope,
    asked: TaskQuery,
    filters: Sequence[ColumnElement[bool]],
    *,
    after: Place | None,
    limit: int,
) -> Select[Any]:
    """A page of each run, and of these the page."""
    done = asked.status is TaskFilter.DONE
    area = areas(scope, items=asked.items, done=done)
    run = _few(asked).where(of_area(scope, area), *filters)
    each = _cut(run, asked, after=after, limit=limit).lateral("run")
    place, name = each.c.place, each.c.id
    order = (place.desc(), name.desc()) if done else (place, name)
    return select(name, place).select_from(area.join(each, true())).order_by(*order).limit(limit)


def _few(asked: TaskQuery) -> Select[Any]:
    return select(Task.id, _place(asked).label("place"))


def _place(asked: TaskQuery) -> Any:  # noqa: ANN401 - a nullable or a computed column
    return Task.completed_at if asked.status is TaskFilter.DONE else Task.sort_at


def _cut(query: Select[Any], asked: TaskQuery, *, after: Place | None, limit: int) -> Select[Any]:
    place = _place(asked)
    if asked.status is TaskFilter.DONE:
        if after is not None:
            query = query.where(tuple_(place, Task.id) < after)
        return query.order_by(place.desc(), Task.id.desc()).limit(limit)
    if after is not None:
        query = query.where(tuple_(place, Task.id) > after)
    return query.order_by(place, Task.id).limit(limit)


def _asked(scope: Scope) -> ColumnElement[bool]:
    """What the reader's department asked of others; whoever sees all departments, of any."""
    theirs: ColumnElement[bool] = Task.asked_by.is_not(None)
    if scope.department is not None:
        theirs = and_(theirs, Task.asked_by == scope.department)
    return and_(
        theirs,
        covered(scope, Task.item, Task.confidentiality),
        unconcerned(scope, Task.bundle),
    )


def _filters(scope: Scope, asked: TaskQuery) -> list[ColumnElement[bool]]:
    filters = [_standing(scope, asked)]
    if asked.roles is not None and not asked.asked:
        filters.append(Task.role.in_(asked.roles))
    if asked.assignee is not None:
        filters.append(Task.assignee.in_((asked.assignee, *asked.stands_for)))
    if asked.bundle is not None:
        filters.append(Task.bundle == asked.bundle)
    if asked.kinds:
        filters.append(Task.kind.in_(asked.kinds))
    if asked.items:
        filters.append(Task.item.in_(asked.items))
    if asked.due_by is not None:
        filters.append(Task.sort_at <= asked.due_by)
    if asked.level:
        filters.append(Task.level >= asked.level)
    if asked.service is not None:
        of = aliased(Bundle)
        filters.append(exists().where(of.number == Task.bundle, of.service == asked.service))
    return filters


def _standing(scope: Scope, asked: TaskQuery) -> ColumnElement[bool]:
    """Named as the partial indexes name it, which the planner would not use for a status alone."""
    match asked.status:
        case TaskFilter.OPEN:
            return IS_OPEN
        case TaskFilter.READY:
            return and_(IS_OPEN, Task.status == TaskStatus.READY)
        case TaskFilter.HELD:
            return and_(IS_OPEN, Task.status.in_(HELD))
        case TaskFilter.WAITING:
            return and_(IS_OPEN, Task.status == TaskStatus.WAITING)
        case TaskFilter.REVIEWING:
            return reviewable(scope.account, asked.stands_for)
        case TaskFilter.DONE:
            done = (TaskStatus.COMPLETED, TaskStatus.RETURNED)
            past = and_(Task.completed_at.is_not(None), Task.status.in_(done))
            return past if asked.assignee is None else and_(past, ~Task.open)


def reviewable(account: str | None, stands_for: tuple[str, ...]) -> ColumnElement[bool]:
    """What waits for this person's second look: his by name, or anybody's but the author's."""
    me = account or ""
    named = Task.reviewer.in_((me, *stands_for))
    return and_(IN_REVIEW, Task.drafted_by != me, or_(Task.reviewer.is_(None), named))
