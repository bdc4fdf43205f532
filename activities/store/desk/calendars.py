"""Working calendars: publishing them, and which one a region reckons by.

A publication and the recalculation it sets off are written in one transaction, so that none is
published without the open applications hearing of it; who starts the work looks here
(`unfinished`).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter
from sqlalchemy import func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, array, insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.calendars import PublishedCalendar, Recalculation
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.calendars import NATION, CalendarYear
from definitions.rules.calendar import Calendar
from definitions.rules.numbers import DIVISION
from definitions.rules.publishing import Years, calendar_of, chain, publish, version_of

# Publications take turns, each judged on top of the one before.
_TURN = 0x59494A43
SEED = "seed"
_YEARS: TypeAdapter[Years] = TypeAdapter(Years)
_PART = re.compile(r"(CN|[1-9][0-9]{5})-([1-9][0-9]{0,8})")
_OVER = "closed"


class Published(Value):
    """What stands for every region: its latest version and years."""

    versions: Mapping[str, int]
    years: Mapping[str, Years]

    def calendar(self, region: str) -> Calendar | None:
        """The region's calendar; None where nothing is published yet."""
        if NATION not in self.years:
            return None
        return calendar_of(self.years, region, version_of(region, self.versions))


class Publication(Value):
    """What a publication came to. `changed` is False where the very same stands already."""

    region: str
    version: int
    changed: bool
    recalculation: str | None


class Asked(Value):
    """Who publishes, under which idempotency key, and why."""

    by: str
    note: str = ""
    key: str | None = None
    payload: str | None = None


async def versions(session: ReadSession) -> dict[str, int]:
    """The latest version of every region: one small indexed query."""
    found = await session.execute(
        select(PublishedCalendar.region, func.max(PublishedCalendar.version)).group_by(
            PublishedCalendar.region
        )
    )
    return {region: latest or 0 for region, latest in found}


async def published(session: ReadSession, at: Mapping[str, int] | None = None) -> Published:
    """What stands, or stood `at` these versions."""
    wanted = await versions(session) if at is None else dict(at)
    found = await session.execute(
        select(PublishedCalendar.region, PublishedCalendar.version, PublishedCalendar.years).where(
            tuple_(PublishedCalendar.region, PublishedCalendar.version).in_(list(wanted.items()))
        )
    )
    rows = [(region, version, _YEARS.validate_python(years)) for region, version, years in found]
    return Published(
        versions={region: version for region, version, _ in rows},
        years={region: years for region, _, years in rows},
    )


async def calendar_at(session: ReadSession, region: str, version: str) -> Calendar | None:
    """The region's calendar as of a version's text; None where no such was ever published."""
    parts = [_PART.fullmatch(part) for part in version.split("+")]
    wanted = {part[1]: int(part[2]) for part in parts if part}
    stood = await published(session, wanted)
    if stood.versions != wanted or len(wanted) < len(parts):
        return None
    return stood.calendar(region)


async def put_calendar(
    session: WriteSession, uploaded: Sequence[CalendarYear], asked: Asked
) -> Publication:
    """Publish years of one region. Raises `Refused`. The same again changes nothing."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    before = await _under_key(session, asked)
    if before is not None:
        return before
    stands = await published(session)
    region = uploaded[0].region
    years = publish(stands.years, uploaded)
    version = stands.versions.get(region, 0)
    if years == stands.years.get(region):
        return Publication(region=region, version=version, changed=False, recalculation=None)
    return await _insert(session, stands, years, asked)


async def put_shipped(session: WriteSession, shipped: Mapping[str, Years]) -> list[Publication]:
    """What a release brings, for regions where nobody but a release has published yet."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    made = []
    for region in sorted(shipped, key=lambda region: (region != NATION, region)):
        stands = await published(session)
        latest = await session.get(PublishedCalendar, (region, stands.versions.get(region, 0)))
        if latest is not None and latest.published_by != SEED:
            continue
        if stands.years.get(region) != shipped[region]:
            made.append(await _insert(session, stands, shipped[region], Asked(by=SEED)))
    return made


async def _under_key(session: ReadSession, asked: Asked) -> Publication | None:
    """What was published under this key. Raises `Refused` where that was something else."""
    if asked.key is None:
        return None
    row = await session.scalar(
        select(PublishedCalendar).where(
            PublishedCalendar.published_by == asked.by,
            PublishedCalendar.idempotency_key == asked.key,
        )
    )
    if row is None:
        return None
    if row.payload_sha256 != asked.payload:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return Publication(
        region=row.region, version=row.version, changed=True, recalculation=row.recalculation
    )


async def _insert(
    session: WriteSession, stands: Published, years: Years, asked: Asked
) -> Publication:
    region = years[0].region
    version = stands.versions.get(region, 0) + 1
    said = [year.model_dump(mode="json", by_alias=True) for year in years]
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    after = Published(
        versions={**stands.versions, region: version}, years={**stands.years, region: years}
    )
    started = None
    if region in chain(DIVISION) and (calendar := after.calendar(DIVISION)) is not None:
        started = await _recalculate(session, calendar, by=asked.by)
    session.add(
        PublishedCalendar(
            region=region,
            version=version,
            sha256=hashlib.sha256(canonical.encode()).hexdigest(),
            years=said,
            published_by=asked.by,
            note=asked.note,
            recalculation=started,
            idempotency_key=asked.key,
            payload_sha256=asked.payload,
        )
    )
    await session.flush()
    return Publication(region=region, version=version, changed=True, recalculation=started)


async def _recalculate(session: WriteSession, calendar: Calendar, *, by: str) -> str | None:
    """Note that open applications are to take the calendar.

    What is submitted and not started yet gets the calendar with its start. Somebody may just be
    submitting on the calendar of before, so that there is work even where none is seen; but not in
    a seed, which runs before there is anybody.
    """
    waiting = await session.execute(
        update(Application)
        .where(Application.start.is_not(None))
        .values(
            start=func.jsonb_set(
                Application.start,
                array(["started", "calendar"]),
                literal(calendar.model_dump(mode="json"), JSONB()),
            )
        )
        .returning(Application.id)
    )
    late = len(waiting.all())
    total = await session.scalar(
        select(func.count())
        .select_from(Bundle)
        .where(Bundle.status != _OVER, Bundle.calendar != calendar.version)
    )
    await session.execute(
        update(Recalculation)
        .where(
            Recalculation.region == calendar.region,
            Recalculation.state.in_(("running", "paused")),
        )
        .values(state="superseded", finished_at=func.clock_timestamp())
    )
    if by == SEED and not total and not late:
        return None
    name = f"{calendar.region}:{calendar.version}"
    await session.execute(
        insert(Recalculation)
        .values(
            id=name,
            region=calendar.region,
            calendar=calendar.version,
            total=total or 0,
            state="running",
        )
        .on_conflict_do_nothing()
    )
    return name


async def unfinished(session: ReadSession) -> list[tuple[str, str, str]]:
    """Recalculations that should be going on: id, region, the calendar's version."""
    found = await session.execute(
        select(Recalculation.id, Recalculation.region, Recalculation.calendar)
        .where(Recalculation.state == "running")
        .order_by(Recalculation.started_at)
    )
    return [(name, region, calendar) for name, region, calendar in found]


async def set_state(session: WriteSession, name: str, *, paused: bool) -> str | None:
    """Note the pause or its end; returns the state, None where there is no such recalculation."""
    becomes, was = ("paused", "running") if paused else ("running", "paused")
    await session.execute(
        update(Recalculation)
        .where(Recalculation.id == name, Recalculation.state == was)
        .values(state=becomes)
    )
    return await state_of(session, name)


async def state_of(session: ReadSession, name: str) -> str | None:
    """The recalculation's state; None where there is no such one."""
    return await session.scalar(select(Recalculation.state).where(Recalculation.id == name))
