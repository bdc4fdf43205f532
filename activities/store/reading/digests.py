"""每日督办摘要: what a department's morning looks like, composed once and read as it was then.

Names and texts are not in what is kept; they are looked up when it is read.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, func, literal, select, text, true
from sqlalchemy.orm import InstrumentedAttribute

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.desk import Account
from activities.store.tables.inbox import Digest
from activities.store.tables.register import Matter, Task
from definitions.bundle.rows import TaskMore
from definitions.language.base import Value
from definitions.language.roles import Role
from definitions.matter.tasks import TaskStatus

ALL = ""
"""The digest of all departments stands under this name."""
# The most pressing of each kind; the figures count all of them.
LISTED = 20
# It goes through every open task once a day, while nobody waits for it.
PATIENCE_MS = 120_000
_OF_OPEN = ("overdue", "today", "soon", "waiting", "to_answer", "holder", "head", "supervisor")
_COLUMNS = ("id", "name", "department", "assignee", "due_at", "level", "asked_by", "more")


class Horizon(Value):
    """The moments a digest is reckoned by. `done_since` to `done_until`: what counts as done."""

    now: datetime
    today: datetime
    soon: datetime
    done_since: datetime
    done_until: datetime


class DigestFigures(Read):
    """How a department stands. `asked` are requests it waits for, `to_answer` those made to it."""

    overdue: int = 0
    today: int = 0
    soon: int = 0
    waiting: int = 0
    asked: int = 0
    to_answer: int = 0
    holder: int = 0
    head: int = 0
    supervisor: int = 0
    completed: int = 0
    average_minutes: int | None = None


class DigestTask(Read):
    """A task as the digest lists it."""

    id: str
    name: str
    matter_name: str
    matter_number: str
    department: str
    assignee: str | None
    due_at: datetime | None
    level: int
    asked_by: str | None
    cause: str | None = None
    since: datetime | None = None
    until: date | None = None
    reasons: tuple[str, ...] = ()


class DigestBody(Value):
    """What is kept: figures, and the most pressing tasks of each kind."""

    figures: DigestFigures = DigestFigures()
    overdue: tuple[DigestTask, ...] = ()
    today: tuple[DigestTask, ...] = ()
    soon: tuple[DigestTask, ...] = ()
    waiting: tuple[DigestTask, ...] = ()
    asked: tuple[DigestTask, ...] = ()


class DigestView(DigestBody):
    """A digest as it is read: with people's names by account, and texts by digest."""

    day: date
    department: str
    made_at: datetime
    names: Mapping[str, str]
    texts: Mapping[str, str]


async def digest(session: ReadSession, day: date, department: str) -> DigestView | None:
    """The digest of that day; None where none was made."""
    row = await session.get(Digest, (day, department))
    if row is None:
        return None
    body = DigestBody.model_validate(row.body)
    listed = (*body.overdue, *body.today, *body.soon, *body.waiting, *body.asked)
    people = {task.assignee for task in listed if task.assignee}
    found = await session.execute(select(Account.id, Account.name).where(Account.id.in_(people)))
    return DigestView(
        **dict(body),
        day=row.day,
        department=row.department,
        made_at=row.made_at,
        names={row.id: row.name for row in found},
        texts=await texts(session, (digest for task in listed for digest in task.reasons)),
    )


async def last_day(session: ReadSession, department: str, *, until: date) -> date | None:
    """The latest day up to `until` of which there is a digest."""
    return await session.scalar(
        select(func.max(Digest.day)).where(Digest.department == department, Digest.day <= until)
    )


async def composed(session: ReadSession, at: Horizon) -> dict[str, DigestBody]:
    """Every department's digest as of now, without the average time, and that of all."""
    await session.execute(text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))
    figures = await _figures(session, at)
    departments = sorted(await _departments(session) | set(figures))
    lists = {
        name: await _listed(session, where, by, departments)
        for name, (where, by) in {
            "overdue": (_due(None, at.now), Task.department),
            "today": (_due(at.now, at.today), Task.department),
            "soon": (_due(at.today, at.soon), Task.department),
            "waiting": (Task.status == TaskStatus.WAITING, Task.department),
            "asked": (Task.asked_by.is_not(None), Task.asked_by),
        }.items()
    }
    made = {
        department: DigestBody(
            figures=figures.get(department, DigestFigures()),
            **{name: tuple(tasks.get(department, ())) for name, tasks in lists.items()},
        )
        for department in departments
    }
    return {**made, ALL: _whole(made, lists)}


async def done_times(session: ReadSession, at: Horizon) -> Sequence[tuple[str, datetime, datetime]]:
    """What was done: of which department, opened and completed when."""
    rows = await session.execute(
        select(Task.department, Task.opened_at, Task.completed_at).where(_done(at))
    )
    return [(department, opened, done) for department, opened, done in rows if done is not None]


async def _departments(session: ReadSession) -> set[str]:
    """Whoever has people who handle tasks, or open tasks."""
    people = select(Account.department).where(
        Account.active,
        Account.department.is_not(None),
        Account.role.in_((Role.OFFICER, Role.APPROVER)),
    )
    found = {department for department in await session.scalars(people) if department}
    return found | set(await session.scalars(select(Task.department).where(Task.open).distinct()))


async def _figures(session: ReadSession, at: Horizon) -> dict[str, DigestFigures]:
    """One pass over the open tasks, one over what was asked, one over what was done."""
    opened = await session.execute(
        select(
            Task.department,
            _count(_due(None, at.now), "overdue"),
            _count(_due(at.now, at.today), "today"),
            _count(_due(at.today, at.soon), "soon"),
            _count(Task.status == TaskStatus.WAITING, "waiting"),
            _count(Task.asked_by.is_not(None), "to_answer"),
            *(
                _count(and_(Task.level > 0, Task.alerted == rung), rung)
                for rung in ("holder", "head", "supervisor")
            ),
        )
        .where(Task.open)
        .group_by(Task.department)
    )
    asked = await session.execute(
        select(func.coalesce(Task.asked_by, ""), func.count())
        .where(Task.open, Task.asked_by.is_not(None))
        .group_by(Task.asked_by)
    )
    done = await session.execute(
        select(Task.department, func.count()).where(_done(at)).group_by(Task.department)
    )
    found: dict[str, dict[str, int]] = {
        row.department: {name: getattr(row, name) for name in _OF_OPEN} for row in opened
    }
    for name, counted in (("asked", asked), ("completed", done)):
        for department, count in counted:
            found.setdefault(department, {})[name] = count
    return {key: DigestFigures.model_validate(each) for key, each in found.items()}


def _whole(
    made: Mapping[str, DigestBody], lists: Mapping[str, Mapping[str, Sequence[DigestTask]]]
) -> DigestBody:
    """All departments together: the first of each list are among the first of some department."""
    counts = [name for name in DigestFigures.model_fields if name != "average_minutes"]
    return DigestBody(
        figures=DigestFigures(
            **{name: sum(getattr(body.figures, name) for body in made.values()) for name in counts}
        ),
        **{
            name: tuple(
                sorted(
                    (task for found in tasks.values() for task in found),
                    key=lambda task: (task.due_at is None, task.due_at, task.id),
                )[:LISTED]
            )
            for name, tasks in lists.items()
        },
    )


async def _listed(
    session: ReadSession,
    where: ColumnElement[bool],
    by: InstrumentedAttribute[Any],
    departments: Sequence[str],
) -> dict[str, list[DigestTask]]:
    """Of each department the most pressing ones: so many are looked for in each, and no more."""
    named = select(func.unnest(literal(departments, ARRAY(Text))).label("whose")).subquery()
    each = named.c.whose
    first = (
        select(*(getattr(Task, name) for name in _COLUMNS), Task.bundle, Task.matter, Task.sort_at)
        .where(Task.open, where, by == each)
        .order_by(Task.sort_at, Task.id)
        .limit(LISTED)
        .lateral("first")
    )
    rows = await session.execute(
        select(
            each,
            *(first.c[name] for name in _COLUMNS),
            Matter.name.label("matter_name"),
            Matter.number.label("matter_number"),
        )
        .select_from(named)
        .join(first, true())
        .join(Matter, and_(Matter.bundle == first.c.bundle, Matter.key == first.c.matter))
        .order_by(each, first.c.sort_at, first.c.id)
    )
    found: dict[str, list[DigestTask]] = {}
    for row in rows:
        found.setdefault(row.whose, []).append(_task(row))
    return found


def _task(row: Any) -> DigestTask:  # noqa: ANN401 - a row of `_listed`
    waiting = TaskMore.model_validate(row.more).waiting
    return DigestTask(
        **{name: getattr(row, name) for name in _COLUMNS if name != "more"},
        matter_name=row.matter_name,
        matter_number=row.matter_number,
        cause=waiting.cause if waiting else None,
        since=waiting.since if waiting else None,
        until=waiting.until if waiting else None,
        reasons=tuple(reason.text for reason in waiting.reasons) if waiting else (),
    )


def _due(since: datetime | None, until: datetime) -> ColumnElement[bool]:
    """The limit lies after `since`, up to and including `until`."""
    before = Task.due_at <= until
    return before if since is None else and_(Task.due_at > since, before)


def _done(at: Horizon) -> ColumnElement[bool]:
    return and_(
        Task.status == TaskStatus.COMPLETED,
        Task.completed_at >= at.done_since,
        Task.completed_at < at.done_until,
    )


def _count(where: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(where).label(name)
