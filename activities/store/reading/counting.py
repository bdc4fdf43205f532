"""The figures beside the navigation: work to do, counted no further than anybody would read."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Label,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import aliased

from activities.store.engine import ReadSession
from activities.store.reading.scope import (
    Scope,
    covered,
    own_tasks,
    unconcerned,
)
from activities.store.reading.selecting import IS_OPEN, areas, of_area, reviewable
from activities.store.tables.desk import Application
from activities.store.tables.register import Document, Material, Matter, Task
from definitions.language.base import Value
from definitions.language.roles import Role
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import TaskStatus

MOST = 1000
"""A figure of so many is read as 999+."""
# How long an answer stays news while the matter that it was asked for goes on.
_LATELY = timedelta(days=14)
_HEAD, _SUPERVISOR = "head", "supervisor"
# What a promise stands for is the applicant's to bring only where the promise is to be put right.
_OWED = or_(Material.status != MaterialStatus.PROMISED, Material.due_at.is_not(None))


class Counts(Value):
    """Work to do, as the navigation tells it.

    `waiting` are one's own that wait, `answered` what the department asked and others answered
    lately, `alerted` what one is told of on the ladder. `capped` names the figures that stopped at
    1000 and mean 999+.
    """

    ready: int
    mine: int
    overdue: int
    awaited: int
    to_deliver: int
    handed_over: int
    reviewing: int = 0
    waiting: int = 0
    answered: int = 0
    alerted: int = 0
    capped: tuple[str, ...] = ()


async def counts(
    session: ReadSession,
    scope: Scope,
    *,
    department: Scope,
    account: str,
    roles: tuple[Role, ...],
    now: datetime,
    stands_for: tuple[str, ...] = (),
) -> Counts:
    """How much this person has to do. `department`, `roles`: whose tasks they work.

    Who works none is told of everybody's that are late or were escalated to the supervisor.
    """
    people = (account, *stands_for)
    mine = and_(own_tasks(department), IS_OPEN, Task.assignee.in_(people))
    workable = Task.role.in_(roles) if roles else true()
    area = areas(department)
    nothing = select(literal(1)).where(literal(0) == 1)
    counted = {
        "ready": _runs(department, area, workable, Task.status == TaskStatus.READY)
        if roles
        else nothing,
        "mine": _of(mine),
        "overdue": _runs(department, area, workable, Task.sort_at <= now),
        "reviewing": _of(own_tasks(department), workable, reviewable(account, stands_for))
        if roles
        else nothing,
        "waiting": _of(mine, Task.status == TaskStatus.WAITING),
        "answered": _answered(department, now),
        "alerted": _alerted(department, mine, roles),
    }
    if scope.department is None:
        counted |= _of_the_window(scope)
    found = (
        await session.execute(select(*(_capped(name, each) for name, each in counted.items())))
    ).one()
    values = dict(zip(counted, found, strict=True))
    capped = tuple(name for name, value in values.items() if value >= MOST)
    return Counts(**{"awaited": 0, "to_deliver": 0, "handed_over": 0, **values}, capped=capped)


def _capped(name: str, rows: Select[Any]) -> Label[int]:
    few = rows.limit(MOST).subquery()
    return select(func.count()).select_from(few).scalar_subquery().label(name)


def _of(*where: ColumnElement[bool]) -> Select[Any]:
    return select(literal(1)).select_from(Task).where(*where)


def _runs(department: Scope, area: FromClause, *where: ColumnElement[bool]) -> Select[Any]:
    """Tasks out of the runs of the inbox: one after another, until there are enough."""
    run = _of(IS_OPEN, of_area(department, area), *where).limit(MOST).lateral("run")
    return select(literal(1)).select_from(area.join(run, true()))


def _answered(department: Scope, now: datetime) -> Select[Any]:
    """What came back lately for matters that are not decided yet."""
    matter = aliased(Matter)
    undecided = exists().where(
        matter.bundle == Task.bundle, matter.key == Task.matter, matter.decided_at.is_(None)
    )
    asked: ColumnElement[bool] = Task.asked_by.is_not(None)
    if department.department is not None:
        asked = and_(asked, Task.asked_by == department.department)
    return _of(
        asked,
        Task.completed_at.is_not(None),
        Task.completed_at > now - _LATELY,
        Task.status == TaskStatus.COMPLETED,
        covered(department, Task.item, Task.confidentiality),
        unconcerned(department, Task.bundle),
        undecided,
    )


def _alerted(department: Scope, mine: ColumnElement[bool], roles: tuple[Role, ...]) -> Select[Any]:
    """Who was told on a rung goes on being told: the holder, the head, the supervisor."""
    risen = and_(IS_OPEN, Task.level > 0)
    if not roles:
        told = select(Task.id).where(own_tasks(department), risen, Task.alerted == _SUPERVISOR)
        return select(literal(1)).select_from(told.limit(MOST).subquery())
    free = and_(Task.status == TaskStatus.READY, Task.role.in_(roles))
    if Role.APPROVER in roles:
        free = or_(free, Task.alerted.in_((_HEAD, _SUPERVISOR)))
    theirs = select(Task.id).where(own_tasks(department), risen, free).limit(MOST)
    # Few have much in hand: read first, so that nothing is searched among all that has risen.
    held = select(Task.id, Task.level).where(mine).offset(0).subquery()
    own = select(held.c.id).where(held.c.level > 0).limit(MOST)
    both = union(
        select(theirs.subquery().c.id),
        select(own.subquery().c.id),
    ).subquery()
    return select(literal(1)).select_from(both)


def _of_the_window(scope: Scope) -> dict[str, Select[Any]]:
    """What lies at the counters of the hall."""
    gating = exists().where(
        Matter.bundle == Material.bundle,
        func.jsonb_exists(Material.gates, Matter.key),
        covered(scope, Matter.item, Matter.confidentiality),
    )
    awaited = select(literal(1)).select_from(Material)
    return {
        "awaited": awaited.where(
            Material.mode.is_not(None),
            _OWED,
            unconcerned(scope, Material.bundle),
            gating if scope.is_bounded else true(),
        ),
        "to_deliver": select(literal(1))
        .select_from(Document)
        .where(
            Document.counter,
            Document.delivered_at.is_(None),
            unconcerned(scope, Document.bundle),
        ),
        "handed_over": select(literal(1))
        .select_from(Application)
        .where(Application.state == "handed_over"),
    }
