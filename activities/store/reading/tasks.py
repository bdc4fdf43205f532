"""Tasks: the inbox of a department, one task, and the counts beside the navigation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, defer

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope, of_department
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Document, Material, Matter, Task
from definitions.bundle.tasks import OUTCOMES
from definitions.language.base import Value
from definitions.language.roles import Role
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome, TaskKind, TaskStatus
from definitions.matter.values import Reason

_OPEN = ("ready", "claimed")
# What a promise stands for is the applicant's to bring only where the promise is to be put right.
_OWED = or_(Material.status != MaterialStatus.PROMISED, Material.due_at.is_not(None))


class TaskFilter(StrEnum):
    """Which tasks of an inbox."""

    OPEN = "open"
    READY = "ready"
    CLAIMED = "claimed"
    DONE = "done"


class TaskView(Read):
    """A task with whose application it is about. `outcomes` are the ways to complete it.

    `days` and `reasons` are what an extension asks for.
    """

    id: str
    bundle: str
    bundle_version: int
    matter: str
    matter_name: str
    matter_number: str
    kind: TaskKind
    name: str
    department: str
    role: Role
    status: TaskStatus
    version: int
    assignee: str | None
    assignee_name: str | None
    outcome: str | None
    outcomes: tuple[Outcome, ...]
    material: str | None
    days: int | None
    reasons: tuple[str, ...]
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    completed_at: datetime | None
    service: str
    service_name: str
    situation_name: str
    firm_name: str
    firm_code: str


class TaskQuery(Value):
    """What an inbox shows. `roles` are the roles whose tasks the reader may work; None: all."""

    status: TaskFilter = TaskFilter.OPEN
    roles: tuple[Role, ...] | None = None
    assignee: str | None = None
    bundle: str | None = None


class Counts(Value):
    """Work to do, as the navigation tells it."""

    ready: int
    mine: int
    overdue: int
    awaited: int
    to_deliver: int
    handed_over: int


async def tasks(
    session: ReadSession,
    scope: Scope,
    asked: TaskQuery,
    *,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[tuple[TaskView, datetime]]:
    """An inbox with each task's place in it: open ones by limit, done ones latest first."""
    query = _joined(Task.completed_at if asked.status is TaskFilter.DONE else Task.sort_at)
    query = query.where(of_department(scope, Task.department), *_filters(asked))
    if asked.status is TaskFilter.DONE:
        place = tuple_(Task.completed_at, Task.id)
        query = query.where(place < after) if after else query
        query = query.order_by(Task.completed_at.desc(), Task.id.desc())
    else:
        place = tuple_(Task.sort_at, Task.id)
        query = query.where(place > after) if after else query
        query = query.order_by(Task.sort_at, Task.id)
    found = (await session.execute(query.limit(limit))).all()
    said = await texts(session, (digest for row in found for digest in _digests(row)))
    return [(_view(row, said), row.place) for row in found]


async def task(session: ReadSession, name: str, scope: Scope) -> TaskView | None:
    """One task, where it is the reader's department's."""
    query = _joined(Task.sort_at).where(Task.id == name, of_department(scope, Task.department))
    found = (await session.execute(query)).first()
    return _view(found, await texts(session, _digests(found))) if found else None


async def counts(
    session: ReadSession,
    scope: Scope,
    *,
    department: Scope,
    account: str,
    roles: tuple[Role, ...],
    now: datetime,
) -> Counts:
    """How much this person has to do. `department`, `roles`: whose tasks they work."""
    workable = (
        Task.status.in_(_OPEN),
        Task.role.in_(roles),
        of_department(department, Task.department),
    )
    counted = (
        _count(Task.id, *workable, Task.status == TaskStatus.READY),
        _count(Task.id, *workable, Task.assignee == account),
        _count(Task.id, *workable, Task.due_at <= now),
        _count(Material.code, Material.mode.is_not(None), _OWED),
        _count(Document.id, Document.counter, Document.delivered_at.is_(None)),
        _count(Application.id, Application.state == "handed_over"),
    )
    found = (await session.execute(select(*(query.scalar_subquery() for query in counted)))).one()
    window = scope.department is None
    return Counts(
        ready=found[0],
        mine=found[1],
        overdue=found[2],
        awaited=found[3] if window else 0,
        to_deliver=found[4] if window else 0,
        handed_over=found[5] if window else 0,
    )


def _count(
    column: InstrumentedAttribute[str], *where: ColumnElement[bool] | InstrumentedAttribute[bool]
) -> Select[int]:
    return select(func.count(column)).where(*where)


def _joined(place: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - a nullable or a computed column
    return (
        select(
            Task,
            place.label("place"),
            Matter.name.label("matter_name"),
            Matter.number.label("matter_number"),
            Bundle.version.label("bundle_version"),
            Bundle.service,
            Bundle.name.label("service_name"),
            Bundle.situation_name,
            Application.firm_name,
            Application.firm_code,
            Account.name.label("assignee_name"),
            (Task.due_at <= func.now()).label("overdue"),
        )
        .join(Matter, (Matter.bundle == Task.bundle) & (Matter.key == Task.matter))
        .join(Bundle, Bundle.number == Task.bundle)
        .join(Application, Application.id == Bundle.application)
        .outerjoin(Account, Account.id == Task.assignee)
        .options(defer(Task.sort_at))
    )


def _filters(asked: TaskQuery) -> list[ColumnElement[bool]]:
    match asked.status:
        case TaskFilter.OPEN:
            filters: list[ColumnElement[bool]] = [Task.status.in_(_OPEN)]
        case TaskFilter.DONE:
            filters = [Task.status == TaskStatus.COMPLETED]
        case _:
            # Named for the partial index, which the planner would not use for one status alone.
            filters = [Task.status.in_(_OPEN), Task.status == asked.status]
    if asked.roles is not None:
        filters.append(Task.role.in_(asked.roles))
    if asked.assignee is not None:
        filters.append(Task.assignee == asked.assignee)
    if asked.bundle is not None:
        filters.append(Task.bundle == asked.bundle)
    return filters


def _digests(row: Any) -> list[str]:  # noqa: ANN401 - a row of `_joined`
    return [Reason.model_validate(reason).text for reason in row.Task.reasons]


def _view(row: Any, said: Mapping[str, str]) -> TaskView:  # noqa: ANN401 - a row of `_joined`
    of_task = {
        name: getattr(row.Task, name)
        for name in TaskView.model_fields
        if name in Task.__table__.columns and name != "reasons"
    }
    beside = {
        name: getattr(row, name)
        for name in TaskView.model_fields
        if name not in of_task and name not in {"outcomes", "overdue", "reasons"}
    }
    still_open = row.Task.status in _OPEN
    return TaskView(
        **of_task,
        **beside,
        reasons=tuple(said.get(digest, "") for digest in _digests(row)),
        overdue=still_open and bool(row.overdue),
        outcomes=OUTCOMES[TaskKind(row.Task.kind)] if still_open else (),
    )
