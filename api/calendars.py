"""The working calendar at run time: reading it, publishing one, watching what follows from it.

Used by routes, console and command line alike. Publishing starts the recalculation of open
applications; where the engine is away just then, `api.recovery.recover` starts it later.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import structlog
from sqlalchemy.exc import IntegrityError

from activities.store.desk import calendars as kept
from activities.store.desk.calendars import Publication, Published
from activities.store.engine import Store
from activities.store.reading import calendars as reading
from activities.store.reading.calendars import RecalculationView
from api.problems import ApiCode, Fault, Problem
from api.recovery import resume_recalculations
from api.sent import Sent
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.calendars import CalendarYear
from definitions.language.roles import Actor
from definitions.loading import read_year
from definitions.rules import permissions
from definitions.rules.calendar import Calendar, Certainty, reach
from definitions.rules.permissions import Act
from definitions.rules.publishing import (
    ChangedDay,
    DayKind,
    calendar_of,
    changed_days,
    code_for,
    days_of,
    kind_of,
    publish,
)
from definitions.source import DefinitionError, DefinitionsBroken

log = structlog.get_logger(__name__)

# A year takes two kilobytes; what is larger is something else, and YAML is slow to read.
LARGEST = 64 * 1024
NOTE = 200


class Preview(Value):
    """What publishing a year would change for this division."""

    year: CalendarYear
    region: str
    version: int
    unchanged: bool
    days: tuple[ChangedDay, ...]
    status_was: Literal["published", "provisional"] | None
    open_bundles: int


class Day(Value):
    """One day of a calendar."""

    day: date
    worked: bool | None
    kind: DayKind
    name: str


class YearView(Value):
    """One year of a region's calendar, day by day."""

    region: str
    version: str
    year: int
    certainty: Certainty
    working_days: int
    published_until: date
    known_until: date
    years: tuple[int, ...]
    opens: str
    closes: str
    days: tuple[Day, ...]


def understood(raw: bytes, name: str) -> CalendarYear:
    """The uploaded year. Raises `calendar-day-twice`, `calendar-invalid`, `too-large`."""
    if len(raw) > LARGEST:
        raise Problem(ApiCode.TOO_LARGE, f"日历文件超过 {LARGEST // 1024} KiB，请只写一年")
    try:
        return read_year(raw, name)
    except DefinitionsBroken as broken:
        raise _problem(broken.errors) from None


async def put(
    services: Services, actor: Actor, raw: bytes, sent: Sent, *, name: str, note: str = ""
) -> Publication:
    """Publish one year. The same content again is the same version and changes nothing."""
    permissions.require(actor, Act.PUBLISH_CALENDAR)
    year = await asyncio.to_thread(understood, raw, name)
    asked = kept.Asked(by=actor.id, note=note[:NOTE], key=sent.key, payload=sent.payload)
    try:
        async with services.store.begin() as session:
            made = await kept.put_calendar(session, [year], asked)
    except IntegrityError:
        # Two requests under one key met: the other one was first.
        async with services.store.begin() as session:
            made = await kept.put_calendar(session, [year], asked)
    await services.in_force.current()
    if made.changed:
        log.info("calendar_published", region=made.region, version=made.version, by=actor.id)
        await resume_recalculations(services.store, services.engine)
    return made


async def preview(services: Services, actor: Actor, raw: bytes, *, name: str) -> Preview:
    """What would change. Raises what publishing would raise."""
    permissions.require(actor, Act.PUBLISH_CALENDAR)
    year = await asyncio.to_thread(understood, raw, name)
    async with services.store.reading() as session:
        stands = await kept.published(session)
        count = await reading.count_open(session)
    before = await services.in_force.current()
    merged = publish(stands.years, [year])
    unchanged = merged == stands.years.get(year.region)
    was = next((y for y in stands.years.get(year.region, ()) if y.year == year.year), None)
    after = calendar_of({**stands.years, year.region: merged}, before.region, "")
    return Preview(
        year=year,
        region=year.region,
        version=stands.versions.get(year.region, 0) + (not unchanged),
        unchanged=unchanged,
        days=changed_days(before, after),
        status_was=was.status if was else None,
        open_bundles=0 if unchanged else count,
    )


async def year_of(services: Services, region: str, year: int) -> YearView:
    """One year of a region. Raises `unknown-calendar`."""
    calendar = await _calendar_of(services, region)
    first, last = calendar.first_known.year, calendar.last_known.year
    if not first <= year <= last:
        said = f"没有 {year} 年的日历，现有 {first} 至 {last} 年"
        raise Refused(Code.UNKNOWN_CALENDAR, said, first=first, last=last)
    days = tuple(
        Day(
            day=day,
            worked=calendar.is_worked(day),
            kind=kind_of(day, calendar),
            name=calendar.names.get(day, ""),
        )
        for day in days_of(year)
    )
    return YearView(
        region=region,
        version=calendar.version,
        year=year,
        certainty=reach(date(year, 12, 31), calendar),
        working_days=sum(calendar.is_worked(each.day) for each in days),
        published_until=calendar.published_until,
        known_until=calendar.last_known,
        years=tuple(range(first, last + 1)),
        opens=f"{calendar.opens:%H:%M}",
        closes=f"{calendar.closes:%H:%M}",
        days=days,
    )


async def pause(services: Services, actor: Actor, name: str, *, paused: bool) -> RecalculationView:
    """Let a recalculation stand still, or go on. Raises `recalculation-done`."""
    permissions.require(actor, Act.PUBLISH_CALENDAR)
    found = await recalculation(services.store, name)
    if found.state not in {"running", "paused"}:
        raise Refused(Code.RECALCULATION_DONE, "重算已经结束，不能暂停或继续", state=found.state)
    async with services.store.begin() as session:
        await kept.set_state(session, name, paused=paused)
    if paused:
        await services.engine.pause_recalculation(name)
    else:
        await resume_recalculations(services.store, services.engine)
    return await recalculation(services.store, name)


async def recalculation(store: Store, name: str) -> RecalculationView:
    """One recalculation. Raises `unknown-recalculation`."""
    async with store.reading() as session:
        found = await reading.recalculation(session, name)
    if found is None:
        raise Refused(Code.UNKNOWN_RECALCULATION, "没有这次重算")
    return found


def seconds_left(view: RecalculationView, now: datetime) -> int | None:
    """How long it will still take at the pace so far; None while nothing can be said."""
    if view.state != "running" or not view.done:
        return None
    gone = (now - view.started_at).total_seconds()
    return max(0, round(gone / view.done * (view.total - view.done)))


async def _calendar_of(services: Services, region: str) -> Calendar:
    async with services.store.reading() as session:
        stands: Published = await kept.published(session)
    current = await services.in_force.current()
    found = current if region == current.region else stands.calendar(region)
    if found is None or (region not in stands.versions and region != current.region):
        raise Refused(Code.UNKNOWN_CALENDAR, f"没有 {region} 的日历")
    return found


def _problem(errors: Sequence[DefinitionError]) -> Problem:
    first = errors[0]
    code = ApiCode.TOO_LARGE if first.rule == "size" else code_for(first.rule)
    more = f"（共 {len(errors)} 处）" if len(errors) > 1 else ""
    return Problem(
        code,
        f"第 {first.line} 行第 {first.column} 列：{first.message}{more}",
        errors=[
            Fault(
                pointer="/yaml",
                rule=error.rule,
                message=error.message,
                line=error.line,
                column=error.column,
            )
            for error in errors
        ],
    )
