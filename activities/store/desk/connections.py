"""对接 as rows: connections, and what was given to systems; their calls are in `callbacks`.

Secrets are in no view: `keys_of` gives them to whoever signs or verifies, and to nobody else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, SecretStr
from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from activities.contracts.assignments import AssignmentInput, AssignmentStatus, Note, Way
from activities.store.desk.accounts import AccountView
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.connections import Assignment, Connection
from activities.store.tables.desk import Account
from definitions.language.base import Value

ACTIVE_SECRETS = 2
# Something may still come of these.
UNDER_WAY = (AssignmentStatus.SENDING, AssignmentStatus.DELIVERED, AssignmentStatus.DEAD)
Place = tuple[datetime, str]


class Row(Value):
    """Base of what is read here: frozen, made from rows."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class ConnectionView(Row):
    """A connection, without its secrets: only how many there are."""

    id: str
    department: str
    items: tuple[str, ...]
    way: Way
    active: bool
    queue: str | None
    endpoint: str | None
    url: str | None
    algorithm: str
    secrets: int
    account: str
    changed_by: str
    changed_at: datetime


class ConnectionGiven(Value):
    """What an administrator says of a connection. No `items` means all of the department's."""

    department: str
    way: Way
    account: str
    items: tuple[str, ...] = ()
    queue: str | None = None
    endpoint: str | None = None
    url: str | None = None
    algorithm: str = "hmac-sha256"


class Keys(Value):
    """Where a webhook is and how its messages are signed, the newest secret first."""

    connection: str
    department: str
    active: bool
    way: Way
    url: str | None
    algorithm: str
    secrets: tuple[SecretStr, ...]


class AssignmentView(Row):
    """A task given to a system, and what became of it."""

    task: str
    workflow: str
    bundle: str
    department: str
    connection: str
    way: Way
    status: AssignmentStatus
    attempts: int
    error: str | None
    believes: Json | None
    created_at: datetime
    changed_at: datetime
    delivered_at: datetime | None
    closed_at: datetime | None
    checked_at: datetime | None


class AssignmentFilter(Value):
    """Which assignments; None is any."""

    status: AssignmentStatus | None = None
    department: str | None = None
    connection: str | None = None
    bundle: str | None = None


async def connections(session: ReadSession) -> tuple[ConnectionView, ...]:
    """Every connection, by department."""
    return await _connections(session)


async def by_department(session: ReadSession, department: str) -> tuple[ConnectionView, ...]:
    """The department's connections."""
    return await _connections(session, Connection.department == department)


async def connection_of(session: ReadSession, name: str) -> ConnectionView | None:
    """One connection."""
    found = await _connections(session, Connection.id == name)
    return found[0] if found else None


async def active_connections(
    session: ReadSession,
) -> tuple[tuple[ConnectionView, AccountView], ...]:
    """The connections that take tasks, each with the account it acts by; none of closed ones."""
    found = await session.execute(
        select(Connection, Account)
        .join(Account, Account.id == Connection.account)
        .where(Connection.active, Account.active)
        .order_by(Connection.department, Connection.id)
    )
    return tuple((_view(row.Connection), AccountView.model_validate(row.Account)) for row in found)


async def account_of(session: ReadSession, connection: str) -> AccountView | None:
    """Who acts here for the connection; None where that account was closed."""
    found = await session.scalar(
        select(Account)
        .join(Connection, Connection.account == Account.id)
        .where(Connection.id == connection, Account.active)
    )
    return AccountView.model_validate(found) if found else None


async def put_connection(
    session: WriteSession, name: str, given: ConnectionGiven, *, by: str
) -> ConnectionView:
    """Write what was given; whether it is active and its secrets stay as they are.

    A new one is inactive.
    """
    values = {**given.model_dump(mode="json"), "changed_by": by}
    statement = insert(Connection).values(id=name, **values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={**values, "changed_at": func.clock_timestamp()}
        )
    )
    found = await connection_of(session, name)
    assert found is not None
    return found


async def set_active(session: WriteSession, name: str, *, active: bool, by: str) -> bool:
    """Let tasks go to it from now on, or to people again; False where there is no such one."""
    return await _changed(session, name, {"active": active}, by=by)


async def add_secret(session: WriteSession, name: str, secret: str, *, by: str) -> bool:
    """A new secret beside the one of before; the one before that is valid no more.

    False where there is no such connection.
    """
    found = await session.get(Connection, name, with_for_update=True)
    if found is None:
        return False
    kept = [secret, *(each for each in found.secrets if each != secret)][:ACTIVE_SECRETS]
    return await _changed(session, name, {"secrets": kept}, by=by)


async def drop_old_secrets(session: WriteSession, name: str, *, by: str) -> bool:
    """Only the newest is valid any more; False where there is no such connection."""
    found = await session.get(Connection, name, with_for_update=True)
    return found is not None and await _changed(
        session, name, {"secrets": found.secrets[:1]}, by=by
    )


async def keys_of(session: ReadSession, name: str) -> Keys | None:
    """What signing and verifying need; None where there is no such connection."""
    found = await session.get(Connection, name)
    if found is None:
        return None
    return Keys(
        connection=found.id,
        department=found.department,
        active=found.active,
        way=Way(found.way),
        url=found.url,
        algorithm=found.algorithm,
        secrets=tuple(SecretStr(each) for each in found.secrets),
    )


async def assignments(
    session: ReadSession, asked: AssignmentFilter, *, after: Place | None, limit: int
) -> Sequence[AssignmentView]:
    """Those asked for, the latest changed first; `after` is the last one's `changed_at`, `task`."""
    query = select(Assignment).where(
        *(
            getattr(Assignment, name) == value
            for name, value in asked.model_dump(exclude_none=True).items()
        )
    )
    place = tuple_(Assignment.changed_at, Assignment.task)
    query = query.where(place < after) if after else query
    query = query.order_by(Assignment.changed_at.desc(), Assignment.task.desc()).limit(limit)
    return [AssignmentView.model_validate(row) for row in await session.scalars(query)]


async def assignment_of(session: ReadSession, task: str) -> AssignmentView | None:
    """What became of the task, where it was given to a system."""
    found = await session.get(Assignment, task)
    return AssignmentView.model_validate(found) if found else None


async def under_way(
    session: ReadSession, connection: str, *, after: str = "", limit: int = 500
) -> Sequence[AssignmentView]:
    """A connection's assignments of which something may still come, by task."""
    found = await session.scalars(
        select(Assignment)
        .where(
            Assignment.connection == connection,
            Assignment.status.in_(UNDER_WAY),
            Assignment.task > after,
        )
        .order_by(Assignment.task)
        .limit(limit)
    )
    return [AssignmentView.model_validate(row) for row in found]


async def counted(session: ReadSession) -> Mapping[str, Mapping[AssignmentStatus, int]]:
    """How many assignments of each connection are in each status."""
    found = await session.execute(
        select(Assignment.connection, Assignment.status, func.count()).group_by(
            Assignment.connection, Assignment.status
        )
    )
    counts: dict[str, dict[AssignmentStatus, int]] = {}
    for connection, status, count in found:
        counts.setdefault(connection, {})[AssignmentStatus(status)] = count
    return counts


async def keep_assignment(session: WriteSession, given: AssignmentInput) -> None:
    """The row of a task that goes to a system now. Another workflow's row makes way for it."""
    values = given.model_dump(
        mode="json", include={"task", "workflow", "bundle", "department", "connection", "way"}
    )
    fresh = {
        **values,
        "status": AssignmentStatus.SENDING,
        "attempts": 0,
        "error": None,
        "believes": None,
        "created_at": func.clock_timestamp(),
        "changed_at": func.clock_timestamp(),
        "delivered_at": None,
        "closed_at": None,
        "checked_at": None,
    }
    await session.execute(
        insert(Assignment)
        .values(**values, status=AssignmentStatus.SENDING)
        .on_conflict_do_update(
            index_elements=["task"],
            set_=fresh,
            where=Assignment.workflow != given.workflow,
        )
    )


async def note(session: WriteSession, said: Note) -> bool:
    """Write what has become of an assignment; False where the row is another workflow's by now."""
    now = func.clock_timestamp()
    values: dict[str, Any] = {
        "status": said.status,
        "attempts": said.attempts,
        "error": said.error,
        "changed_at": now,
        "closed_at": None if said.status in UNDER_WAY else now,
    }
    if said.status is AssignmentStatus.DELIVERED:
        values["delivered_at"] = func.coalesce(Assignment.delivered_at, now)
    return await _touched(
        session,
        Assignment.task == said.given.task,
        Assignment.workflow == said.given.workflow,
        values=values,
    )


async def note_belief(session: WriteSession, given: AssignmentInput, believes: Json) -> bool:
    """What the other side said of it just now; False where the row is another workflow's."""
    return await _touched(
        session,
        Assignment.task == given.task,
        Assignment.workflow == given.workflow,
        values={"believes": believes, "checked_at": func.clock_timestamp()},
    )


async def _connections(
    session: ReadSession, *where: ColumnElement[bool]
) -> tuple[ConnectionView, ...]:
    found = await session.scalars(
        select(Connection).where(*where).order_by(Connection.department, Connection.id)
    )
    return tuple(_view(row) for row in found)


def _view(row: Connection) -> ConnectionView:
    columns = {
        name: getattr(row, name) for name in ConnectionView.model_fields if name != "secrets"
    }
    return ConnectionView(**columns, secrets=len(row.secrets))


async def _changed(session: WriteSession, name: str, values: dict[str, Any], *, by: str) -> bool:
    found = await session.execute(
        update(Connection)
        .where(Connection.id == name)
        .values(**values, changed_by=by, changed_at=func.clock_timestamp())
        .returning(Connection.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def _touched(
    session: WriteSession, *where: ColumnElement[bool], values: dict[str, Any]
) -> bool:
    found = await session.execute(
        update(Assignment)
        .where(*where)
        .values(**values)
        .returning(Assignment.task)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None
