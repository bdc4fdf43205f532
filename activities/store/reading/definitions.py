"""What is handled under which version of a definition: counted where people stand now."""

from sqlalchemy import func, select

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter

_OVER = "closed"
_SUBMITTED = "submitted"


class RunningCount(Read):
    """So many open applications of a version are in this state."""

    version: int
    status: str
    count: int


class MatterCount(Read):
    """So many matters of open applications of a version are in this state."""

    version: int
    key: str
    name: str
    status: str
    count: int


class DraftCount(Read):
    """So many drafts of the service are in this state."""

    state: str
    count: int


async def running(session: ReadSession, service: str) -> tuple[RunningCount, ...]:
    """Open applications of the service, by version and state."""
    by = (Bundle.service_version, Bundle.status)
    found = await session.execute(
        select(*by, func.count())
        .where(Bundle.service == service, Bundle.status != _OVER)
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        RunningCount(version=version, status=status, count=count)
        for version, status, count in found
    )


async def matters(session: ReadSession, service: str) -> tuple[MatterCount, ...]:
    """The matters of those applications, by version, matter and state."""
    by = (Bundle.service_version, Matter.key, Matter.name, Matter.status)
    found = await session.execute(
        select(*by, func.count())
        .join(Bundle, Bundle.number == Matter.bundle)
        .where(Bundle.service == service, Bundle.status != _OVER)
        .group_by(*by)
        .order_by(Bundle.service_version, func.min(Matter.position), Matter.key, Matter.status)
    )
    return tuple(
        MatterCount(version=version, key=key, name=name, status=status, count=count)
        for version, key, name, status, count in found
    )


async def drafts(session: ReadSession, service: str) -> tuple[DraftCount, ...]:
    """What is being filled in: judged by whatever holds when it is submitted."""
    found = await session.execute(
        select(Application.state, func.count())
        .where(Application.service == service, Application.state != _SUBMITTED)
        .group_by(Application.state)
        .order_by(Application.state)
    )
    return tuple(DraftCount(state=state, count=count) for state, count in found)
