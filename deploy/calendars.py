"""`yijianshi calendar …` and `yijianshi workdays`: the working calendar from a command line.

With a database that is running (or configured) its published calendar counts, else the shipped
files; which one is always said.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console

from activities.store.desk.calendars import Asked, Publication, put_calendar
from activities.store.desk.calendars import published as read_published
from activities.store.engine import Store
from definitions.errors import Refused
from definitions.language.calendars import NATION
from definitions.loading import load_years, read_year
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    Certainty,
    add_working_days,
    reach,
)
from definitions.rules.publishing import MAKE_UP, DayKind, calendar_of, days_of, kind_of
from definitions.source import MAX_BYTES, DefinitionsBroken
from deploy.database import url
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble

BY = "cli"
_REGION = re.compile(r"CN|[1-9][0-9]{5}")
_COUNT = re.compile(r"[+-]?[0-9]{1,5}")
_WEEKDAYS = "一二三四五六日"
_ONE = timedelta(days=1)
_KINDS = {DayKind.OFF: "放假", DayKind.MAKE_UP: MAKE_UP}


@dataclass(frozen=True, slots=True)
class Source:
    """A calendar, and where it was read."""

    calendar: Calendar
    words: str


def source(settings: Settings | None, region: str) -> Source:
    """The region's calendar. `settings` None: there is no database. Raises Trouble."""
    _require_region(region)
    if settings is not None:
        found = asyncio.run(_published(settings, region))
        if found is not None:
            return found
    calendar = calendar_of(load_years(), region, "shipped")
    return Source(calendar, "随附的日历文件（没有运行中的数据库）")


def publish(settings: Settings, file: Path, *, note: str, console: Console) -> None:
    """Publish one year. Raises Trouble naming every line that is wrong."""
    try:
        raw = file.read_bytes() if file.stat().st_size <= MAX_BYTES else b" " * (MAX_BYTES + 1)
        year = read_year(raw, file.name)
    except OSError as error:
        message = f"读不到日历文件 {file}：{error.strerror}。"
        raise Trouble(message, code=Exit.INPUT) from error
    except DefinitionsBroken as broken:
        lines = "\n  ".join(str(error) for error in broken.errors)
        message = f"日历有 {len(broken.errors)} 处需要修改：\n  {lines}"
        raise Trouble(message, code=Exit.INPUT) from broken

    async def put() -> Publication:
        store = Store(url(settings), name="calendar", size=1)
        try:
            async with store.begin() as session:
                return await put_calendar(session, [year], Asked(by=BY, note=note))
        finally:
            await store.close()

    try:
        made = asyncio.run(put())
    except Refused as refused:
        message = f"没有发布：{refused.message}。"
        raise Trouble(message, code=Exit.INPUT) from refused
    if not made.changed:
        console.print(f"· 与现行的 {made.region}-{made.version} 相同，没有改动。")
        return
    console.print(f"✓ 已发布 {made.region}-{made.version}（{year.year} 年，{year.source}）。")
    if made.recalculation is not None:
        console.print(f"· 在办件的时限由运行中的服务重算，编号 {made.recalculation}。")


def show(found: Source, year: int | None, *, today: date, console: Console) -> None:
    """One year: what differs from the week. Raises Trouble where the year is not known."""
    calendar = found.calendar
    wanted = year or today.year
    first, last = calendar.first_known.year, calendar.last_known.year
    if not first <= wanted <= last:
        message = f"没有 {wanted} 年的日历，现有 {first} 至 {last} 年。"
        raise Trouble(message, code=Exit.INPUT)
    days = tuple(days_of(wanted))
    certainty = reach(days[-1], calendar)
    status = "已公布" if certainty is Certainty.PUBLISHED else "暂定，以国务院通知为准"
    worked = sum(calendar.is_worked(day) for day in days)
    console.print(f"{calendar.region} {wanted} 年：{status}，{worked} 个工作日")
    console.print(f"办公时间 {calendar.opens:%H:%M}–{calendar.closes:%H:%M}")
    for day in days:
        kind = kind_of(day, calendar)
        if kind in _KINDS:
            name = calendar.names.get(day, "")
            said = _KINDS[kind] + (f" {name}" if name and name != _KINDS[kind] else "")
            console.print(f"  {_day(day)} {said}")
    console.print(f"依据：{found.words}")


def workdays(
    found: Source, day_text: str, count_text: str, *, explain: bool, console: Console
) -> None:
    """The day so many working days after (or before) another. Raises Trouble."""
    try:
        day = date.fromisoformat(day_text)
    except ValueError as error:
        message = f"日期应写成 2026-02-13，现为 {day_text}。"
        raise Trouble(message, code=Exit.INPUT) from error
    if not _COUNT.fullmatch(count_text):
        message = f"天数应写成 +5 或 -7，现为 {count_text}。"
        raise Trouble(message, code=Exit.INPUT)
    count, calendar = int(count_text), found.calendar
    try:
        last = add_working_days(day, count, calendar)
    except BeyondCalendar as beyond:
        side = "之后" if beyond.until == calendar.last_known else "之前"
        message = f"{beyond.until} {side}的日历没有公布，算不出 {day} {count:+d} 个工作日。"
        raise Trouble(message, code=Exit.INPUT) from beyond
    console.print(f"{_day(day)} {count:+d} 个工作日 → {_day(last)}")
    if explain:
        for line in _explained(day, last, calendar):
            console.print(f"  {line}")
    if Certainty.PROVISIONAL in {reach(each, calendar) for each in (day, last)}:
        until = calendar.published_until
        console.print(f"暂定：{until} 之后的放假安排尚未公布，以国务院通知为准")
    console.print(f"依据：{found.words}")


def _explained(day: date, last: date, calendar: Calendar) -> Iterator[str]:
    """Every day that is not as its weekday says, or not counted, on the way."""
    step = _ONE if last > day else -_ONE
    while day != last:
        day += step
        if not calendar.is_worked(day):
            yield f"{_day(day)} 不计：{calendar.names.get(day) or '周末'}"
        elif kind_of(day, calendar) is DayKind.MAKE_UP:
            yield f"{_day(day)} 计入：{MAKE_UP}"


async def _published(settings: Settings, region: str) -> Source | None:
    store = Store(url(settings), name="calendar", size=1)
    try:
        async with store.reading() as session:
            stands = await read_published(session)
    finally:
        await store.close()
    if NATION not in stands.years:
        return None
    calendar = stands.calendar(region)
    assert calendar is not None
    return Source(calendar, f"已发布的日历 {calendar.version}（数据库）")


def _require_region(region: str) -> None:
    """A region without years of its own has those of the wider ones; it must only be one."""
    if _REGION.fullmatch(region) is None:
        message = f"地区应为 CN 或 6 位行政区划代码，现为 {region}。"
        raise Trouble(message, code=Exit.INPUT)


def _day(day: date) -> str:
    return f"{day}（周{_WEEKDAYS[day.weekday()]}）"
