"""Tasks that somebody has to be told of: escalated, urged, overdue; each with where it is stuck.

Two queries a page, however long it is, and one for the texts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased, defer

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope, own_tasks
from activities.store.tables.desk import Account, Application
from activities.store.tables.inbox import Absence
from activities.store.tables.register import Bundle, Matter, Task
from definitions.bundle.rows import TaskMore
from definitions.language.base import Value
from definitions.language.roles import Role
from definitions.matter.tasks import TaskStatus

Place = tuple[datetime, str]

# A matter has few open tasks of its own at a time.
_MOST = 20
_URGER = aliased(Account)


class Told(StrEnum):
    """Where on the ladder a reader stands."""

    HOLDER = "holder"
    HEAD = "head"
    SUPERVISOR = "supervisor"


class AlertReader(Value):
    """Whose alerts. `roles` are those whose unclaimed tasks the reader may take."""

    told: Told
    scope: Scope
    account: str
    roles: tuple[Role, ...] = ()
    today: date


class Unanswered(Read):
    """A request to another organ that has not been answered."""

    task: str
    name: str
    department: str
    due_at: datetime | None
    overdue: bool


class Awaited(Read):
    """What the task waits for, in the words of who holds it; it stops no limit."""

    cause: str
    since: datetime
    until: date | None
    reasons: tuple[str, ...]


class Urged(Read):
    """The last 催办: by whom, when, in which words."""

    by: str
    at: datetime
    reasons: tuple[str, ...]


class PressingClock(Read):
    """The limit that presses on the task; none where it is the task's own (a request)."""

    kind: str
    name: str | None
    days: int
    unit: str


class WatchedTask(Read):
    """A task as whoever watches it reads it: who has it, since when, under which limit, and why.

    `level` counts the rungs that were climbed; `alerted` is who stands on the last one.
    """

    id: str
    bundle: str
    matter: str
    matter_name: str
    matter_number: str
    kind: str
    name: str
    department: str
    role: str
    status: str
    version: int
    assignee: str | None
    assignee_name: str | None
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    level: int
    alerted: str | None
    alerted_at: datetime | None
    clock: PressingClock | None
    waiting: Awaited | None
    urged: Urged | None
    unanswered: tuple[Unanswered, ...]
    service_name: str
    firm_name: str


class Stuck(Read):
    """Where a matter stands still."""

    task: WatchedTask | None
    unanswered: tuple[Unanswered, ...]


async def alerts(
    session: ReadSession, reader: AlertReader, now: datetime, *, after: Place | None, limit: int
) -> tuple[list[WatchedTask], Place | None]:
    """What this reader is to be told of, the most pressing first."""
    first = (
        select(Task.id)
        .where(where, own_tasks(reader.scope), _behind(after))
        .order_by(Task.sort_at, Task.id)
        .limit(limit)
        for where in _meant_for(reader)
    )
    meant = Task.id.in_(select(union(*first).subquery().c.id))
    return await _page(session, meant, now, after=after, limit=limit)


async def alert_count(session: ReadSession, reader: AlertReader, *, at_most: int = 99) -> int:
    """How many alerts the reader has; counted no further than `at_most`."""
    few = (
        select(Task.id).where(where, own_tasks(reader.scope)).limit(at_most)
        for where in _meant_for(reader)
    )
    found = await session.scalar(select(func.count()).select_from(union(*few).subquery()))
    return min(found or 0, at_most)


async def overdue_tasks(
    session: ReadSession,
    scope: Scope,
    now: datetime,
    *,
    level: int = 0,
    after: Place | None,
    limit: int,
) -> tuple[list[WatchedTask], Place | None]:
    """Open tasks whose limit is past, the longest first; `level`: at least so many rungs up."""
    where = and_(Task.open, Task.sort_at <= now, Task.level >= level, own_tasks(scope))
    return await _page(session, where, now, after=after, limit=limit)


async def watched_task(
    session: ReadSession, name: str, scope: Scope, now: datetime
) -> WatchedTask | None:
    """One open task, where it is within the scope."""
    where = and_(Task.open, Task.id == name, own_tasks(scope))
    found, _ = await _page(session, where, now, after=None, limit=1)
    return found[0] if found else None


async def stuck_at(
    session: ReadSession, keys: Collection[tuple[str, str]], now: datetime
) -> Mapping[tuple[str, str], Stuck]:
    """Of each of these matters: its own most pressing open task, and what others have not answered.

    Whoever asks may see the matters.
    """
    wanted = sorted(set(keys))
    own = and_(Task.open, Task.asked_by.is_(None), _of_matters(wanted))
    tasks, _ = await _page(session, own, now, after=None, limit=_MOST * len(wanted))
    asked = await _unanswered(session, set(wanted), now)
    first = {(task.bundle, task.matter): task for task in reversed(tasks)}
    return {key: Stuck(task=first.get(key), unanswered=asked.get(key, ())) for key in wanted}


def _of_matters(keys: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    # The applications once more, for the index on them.
    return and_(
        Task.bundle.in_(sorted({bundle for bundle, _ in keys})),
        tuple_(Task.bundle, Task.matter).in_(keys),
    )


def _meant_for(reader: AlertReader) -> Iterator[ColumnElement[bool]]:
    """The ladder's audience, one condition for each index that tells some of it.

    Who was told on a lower rung goes on seeing the task.
    """
    rose, pushed = and_(Task.open, Task.level > 0), and_(Task.open, Task.urged_at.is_not(None))
    if reader.told is Told.SUPERVISOR:
        yield and_(rose, Task.alerted == Told.SUPERVISOR)
        yield pushed
        return
    yield and_(Task.open, _held(reader), or_(Task.level > 0, Task.urged_at.is_not(None)))
    if reader.roles:
        takes = and_(Task.status == TaskStatus.READY, Task.role.in_(reader.roles))
        yield and_(rose, takes)
        yield and_(pushed, takes)
    if reader.told is Told.HEAD:
        yield and_(rose, Task.alerted.in_((Told.HEAD, Told.SUPERVISOR)))
        yield pushed


def _held(reader: AlertReader) -> ColumnElement[bool]:
    """What the reader has, or stands in for."""
    absent = select(Absence.account).where(
        Absence.substitute == reader.account,
        Absence.since <= reader.today,
        Absence.until >= reader.today,
        Absence.ended_at.is_(None),
    )
    return or_(Task.assignee == reader.account, Task.assignee.in_(absent))


async def _page(
    session: ReadSession,
    where: ColumnElement[bool],
    now: datetime,
    *,
    after: Place | None,
    limit: int,
) -> tuple[list[WatchedTask], Place | None]:
    query = _joined().where(where, _behind(after))
    rows = (await session.execute(query.order_by(Task.sort_at, Task.id).limit(limit))).all()
    more = [TaskMore.model_validate(row.Task.more) for row in rows]
    said = await texts(session, (d for each in more for d in _digests(each)))
    asked = await _unanswered(session, {(r.Task.bundle, r.Task.matter) for r in rows}, now)
    found = [
        _view(row, beside, said, asked.get((row.Task.bundle, row.Task.matter), ()), now)
        for row, beside in zip(rows, more, strict=True)
    ]
    return found, (rows[-1].place, rows[-1].Task.id) if len(rows) == limit else None


def _behind(after: Place | None) -> ColumnElement[bool]:
    return true() if after is None else tuple_(Task.sort_at, Task.id) > after


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Task,
            Task.sort_at.label("place"),
            Matter.name.label("matter_name"),
            Matter.number.label("matter_number"),
            Matter.clocks,
            Bundle.name.label("service_name"),
            Application.firm_name,
            Account.name.label("assignee_name"),
            _URGER.name.label("urger_name"),
        )
        .join(Matter, (Matter.bundle == Task.bundle) & (Matter.key == Task.matter))
        .join(Bundle, Bundle.number == Task.bundle)
        .join(Application, Application.id == Bundle.application)
        .outerjoin(Account, Account.id == Task.assignee)
        .outerjoin(_URGER, _URGER.id == Task.more[("urged", "by")].astext)
        .options(defer(Task.sort_at))
    )


async def _unanswered(
    session: ReadSession, keys: set[tuple[str, str]], now: datetime
) -> Mapping[tuple[str, str], tuple[Unanswered, ...]]:
    """What these matters have asked of others and still wait for."""
    if not keys:
        return {}
    rows = await session.scalars(
        select(Task)
        .where(
            _of_matters(sorted(keys)),
            Task.open,
            Task.asked_by.is_not(None),
        )
        .order_by(Task.sort_at, Task.id)
        .options(defer(Task.sort_at))
    )
    found: dict[tuple[str, str], tuple[Unanswered, ...]] = {}
    for row in rows:
        one = Unanswered(
            task=row.id,
            name=row.name,
            department=row.department,
            due_at=row.due_at,
            overdue=row.due_at is not None and row.due_at <= now,
        )
        key = (row.bundle, row.matter)
        found[key] = (*found.get(key, ()), one)
    return found


def _digests(more: TaskMore) -> list[str]:
    waiting = more.waiting.reasons if more.waiting else ()
    urged = more.urged.reasons if more.urged else ()
    return [reason.text for reason in (*waiting, *urged)]


def _view(
    row: Any,  # noqa: ANN401 - a row of `_joined`
    more: TaskMore,
    said: Mapping[str, str],
    asked: Sequence[Unanswered],
    now: datetime,
) -> WatchedTask:
    task: Task = row.Task
    beside = ("matter_name", "matter_number", "service_name", "firm_name", "assignee_name")
    columns = Task.__table__.columns
    wait, urge = more.waiting, more.urged
    return WatchedTask(
        **{n: getattr(task, n) for n in WatchedTask.model_fields if n in columns},
        **{n: getattr(row, n) for n in beside},
        overdue=task.due_at is not None and task.due_at <= now,
        clock=None if task.asked_by else _pressing(row.clocks, task.due_at),
        waiting=wait
        and Awaited(
            cause=wait.cause,
            since=wait.since,
            until=wait.until,
            reasons=tuple(said.get(reason.text, "") for reason in wait.reasons),
        ),
        urged=urge
        and Urged(
            by=row.urger_name or "",
            at=urge.at,
            reasons=tuple(said.get(reason.text, "") for reason in urge.reasons),
        ),
        unanswered=tuple(each for each in asked if each.task != task.id),
    )


def _pressing(clocks: Sequence[Mapping[str, Any]], due_at: datetime | None) -> PressingClock | None:
    """The limit of the matter that ends when the task has to be done."""
    for clock in clocks:
        ends = clock.get("due_at")
        if due_at is not None and ends is not None and datetime.fromisoformat(ends) == due_at:
            return PressingClock.model_validate(clock, from_attributes=False)
    return None
