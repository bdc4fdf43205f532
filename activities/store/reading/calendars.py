"""Published calendars and recalculations as people read them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, tuple_

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.calendars import MovedLimit, PublishedCalendar, Recalculation
from activities.store.tables.desk import Account
from activities.store.tables.register import Bundle, Matter

_OVER = "closed"


class CalendarVersion(Read):
    """One publication."""

    region: str
    version: int
    sha256: str
    published_at: datetime
    published_by: str
    published_by_name: str | None
    note: str
    years: tuple[int, ...]
    recalculation: str | None


class RecalculationView(Read):
    """How far open applications are on a published calendar."""

    id: str
    region: str
    calendar: str
    total: int
    done: int
    skipped: int
    moved: int
    failed: int
    failures: tuple[str, ...]
    state: str
    started_at: datetime
    finished_at: datetime | None


class MovedLimitView(Read):
    """One limit that falls on another day; None where nothing is known of the day."""

    bundle: str
    matter: str
    matter_name: str
    department_name: str
    clock: str
    was: date | None
    becomes: date | None
    stands: bool


async def calendar_versions(
    session: ReadSession, *, region: str | None, after: tuple[str, int] | None, limit: int
) -> Sequence[CalendarVersion]:
    """Publications, the newest of each region first."""
    query = select(PublishedCalendar, Account.name).outerjoin(
        Account, Account.id == PublishedCalendar.published_by
    )
    if region is not None:
        query = query.where(PublishedCalendar.region == region)
    if after is not None:
        query = query.where(
            tuple_(PublishedCalendar.region, -PublishedCalendar.version) > (after[0], -after[1])
        )
    query = query.order_by(PublishedCalendar.region, -PublishedCalendar.version).limit(limit)
    return [
        CalendarVersion(
            region=row.region,
            version=row.version,
            sha256=row.sha256,
            published_at=row.published_at,
            published_by=row.published_by,
            published_by_name=name,
            note=row.note,
            years=tuple(year["year"] for year in row.years),
            recalculation=row.recalculation,
        )
        for row, name in await session.execute(query)
    ]


async def recalculations(session: ReadSession, limit: int) -> Sequence[RecalculationView]:
    """The latest first."""
    found = await session.scalars(
        select(Recalculation)
        .order_by(Recalculation.started_at.desc(), Recalculation.id.desc())
        .limit(limit)
    )
    return [RecalculationView.model_validate(row) for row in found]


async def recalculation(session: ReadSession, name: str) -> RecalculationView | None:
    """One recalculation."""
    row = await session.get(Recalculation, name)
    return RecalculationView.model_validate(row) if row else None


async def moved_limits(
    session: ReadSession, name: str, *, after: tuple[str, str, str] | None, limit: int
) -> Sequence[MovedLimitView]:
    """Limits that the recalculation moved, by application, matter and limit."""
    key = (MovedLimit.bundle, MovedLimit.matter, MovedLimit.clock)
    query = (
        select(MovedLimit, Matter.name, Matter.department_name)
        .join(Matter, (Matter.bundle == MovedLimit.bundle) & (Matter.key == MovedLimit.matter))
        .where(MovedLimit.recalculation == name)
    )
    if after is not None:
        query = query.where(tuple_(*key) > after)
    found = await session.execute(query.order_by(*key).limit(limit))
    return [
        MovedLimitView(
            bundle=row.bundle,
            matter=row.matter,
            matter_name=matter,
            department_name=department,
            clock=row.clock,
            was=row.was,
            becomes=row.becomes,
            stands=row.stands,
        )
        for row, matter, department in found
    ]


async def open_bundles(
    session: ReadSession, *, calendar: str, after: str, limit: int
) -> Sequence[str]:
    """Numbers of open applications that are reckoned by another calendar, in order."""
    found = await session.scalars(
        select(Bundle.number)
        .where(Bundle.status != _OVER, Bundle.calendar != calendar, Bundle.number > after)
        .order_by(Bundle.number)
        .limit(limit)
    )
    return found.all()


async def count_open(session: ReadSession) -> int:
    """How many applications a publication would have to recalculate."""
    found = await session.scalar(
        select(func.count()).select_from(Bundle).where(Bundle.status != _OVER)
    )
    return found or 0
