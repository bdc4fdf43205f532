"""From calendars and recalculations as they are read to what their pages show."""

from calendar import Calendar as Weeks
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote

from activities.store.reading.calendars import (
    CalendarVersion,
    MovedLimitView,
    RecalculationView,
)
from api.calendars import Day, Preview, YearView, seconds_left
from api.console import formats, words
from api.console.views.calendars import (
    CalendarRow,
    ChangedDayRow,
    DayCell,
    MonthView,
    MovedRow,
    RecalculationRow,
)
from api.console.views.shared import Link, Pair, StatusView, Tone
from definitions.language.calendars import NATION
from definitions.rules.calendar import Calendar, Certainty
from definitions.rules.publishing import DayKind

URL = "/console/calendars"
_MINUTE = 60
_MONTHS = range(1, 13)
_KINDS = {
    DayKind.WORKDAY: "上班",
    DayKind.WEEKEND: "周末休息",
    DayKind.OFF: "放假",
    DayKind.MAKE_UP: "调休上班",
    DayKind.UNKNOWN: "尚无安排",
}
_SHORT = {DayKind.OFF: "休", DayKind.MAKE_UP: "班", DayKind.WEEKEND: "周末"}
_STATES = {
    "running": ("重算中", Tone.INFO),
    "paused": ("已暂停", Tone.PAUSE),
    "done": ("已完成", Tone.OK),
    "superseded": ("已被新日历取代", Tone.IDLE),
}
_CERTAINTY = {
    Certainty.PUBLISHED: ("已公布", Tone.OK),
    Certainty.PROVISIONAL: ("暂定", Tone.WAIT),
    Certainty.UNKNOWN: ("尚无安排", Tone.IDLE),
}


def region_name(region: str) -> str:
    """全国, else the division's code."""
    return "全国" if region == NATION else f"地区 {region}"


def year_url(region: str, year: int) -> str:
    """Where one year is shown."""
    return f"{URL}/{region}?year={year}"


def recalculation_url(name: str) -> str:
    """Where a recalculation is shown."""
    return f"{URL}/recalculations/{quote(name, safe=':+')}"


def state(view: RecalculationView) -> StatusView:
    """Where the recalculation stands."""
    label, tone = _STATES[view.state]
    return StatusView(label, words.SYMBOLS[tone], tone)


def certainty(found: Certainty) -> StatusView:
    """How sure a year is."""
    label, tone = _CERTAINTY[found]
    return StatusView(label, words.SYMBOLS[tone], tone)


def in_force(calendar: Calendar) -> tuple[Pair, ...]:
    """What this division reckons by now."""
    return (
        Pair("现行日历", calendar.version),
        Pair("已公布至", formats.long_day(calendar.published_until)),
        Pair("暂定至", formats.long_day(calendar.last_known)),
        Pair("办公时间", f"{calendar.opens:%H:%M}–{calendar.closes:%H:%M}"),
    )


def version_row(found: CalendarVersion) -> CalendarRow:
    """A publication."""
    by = found.published_by_name or {"seed": "随版本附带", "cli": "命令行"}.get(
        found.published_by, found.published_by
    )
    return CalendarRow(
        name=f"{found.region}-{found.version}",
        region=region_name(found.region),
        years=tuple(Link(str(year), year_url(found.region, year)) for year in found.years),
        published_at=found.published_at,
        by=by,
        note=found.note,
    )


def recalculation_row(found: RecalculationView) -> RecalculationRow:
    """A recalculation in the list."""
    return RecalculationRow(
        link=Link(found.calendar, recalculation_url(found.id)),
        status=state(found),
        done=found.done,
        total=found.total,
        started_at=found.started_at,
    )


def year_facts(found: YearView) -> tuple[Pair, ...]:
    """What is said of a year as a whole."""
    return (
        Pair("地区", region_name(found.region)),
        Pair("版本", found.version),
        Pair("工作日", f"{found.working_days} 天"),
        Pair("办公时间", f"{found.opens}–{found.closes}"),
    )


def months(found: YearView) -> tuple[MonthView, ...]:
    """Twelve months in weeks from Monday."""
    days = {day.day: day for day in found.days}
    return tuple(_month(found.year, month, days) for month in _MONTHS)


def _month(year: int, month: int, days: dict[date, Day]) -> MonthView:
    weeks = Weeks().monthdatescalendar(year, month)
    own = [day for day in days.values() if day.day.month == month]
    return MonthView(
        title=f"{month}月",
        working_days=sum(bool(day.worked) for day in own),
        weeks=tuple(
            tuple(_cell(days[day]) if day.month == month else None for day in week)
            for week in weeks
        ),
    )


def _cell(day: Day) -> DayCell:
    # The word of a make-up day says it all; a holiday has a name besides.
    name = day.name if day.kind is DayKind.OFF else ""
    return DayCell(day.day.day, day.kind.value, _SHORT.get(day.kind, ""), name)


def preview_facts(found: Preview) -> tuple[Pair, ...]:
    """What publishing would come to."""
    becomes = {"published": "已公布", "provisional": "暂定"}
    was = becomes.get(found.status_was or "", "没有")
    return (
        Pair("地区", region_name(found.region)),
        Pair("年份", f"{found.year.year} 年"),
        Pair("依据", found.year.source),
        Pair("状态", f"{was} → {becomes[found.year.status]}"),
        Pair("新版本", f"{found.region}-{found.version}"),
        Pair("将重算的在办件", f"{found.open_bundles} 件"),
    )


def changed_rows(found: Preview) -> tuple[ChangedDayRow, ...]:
    """The days that change."""
    return tuple(
        ChangedDayRow(
            each.day,
            _KINDS[each.was],
            _KINDS[each.becomes],
            "" if each.name == _KINDS[each.becomes] else each.name,
        )
        for each in found.days
    )


def progress_facts(found: RecalculationView, now: datetime) -> tuple[Pair, ...]:
    """The figures of a recalculation."""
    seconds = seconds_left(found, now)
    end = found.finished_at
    return (
        Pair("日历", found.calendar),
        Pair("开始", formats.moment(found.started_at, now)),
        *(() if end is None else (Pair("结束", formats.moment(end, now)),)),
        *(() if seconds is None else (Pair("预计还需", _duration(seconds)),)),
        Pair("时限有变动", f"{found.moved} 个"),
        Pair("期间已办结", f"{found.skipped} 件"),
        Pair("没有成功", f"{found.failed} 件"),
    )


def moved_rows(found: Sequence[MovedLimitView]) -> tuple[MovedRow, ...]:
    """Limits that fall on another day."""
    return tuple(
        MovedRow(
            bundle=Link(each.bundle, f"/console/bundles/{each.bundle}"),
            matter=each.matter_name,
            organ=each.department_name,
            clock=words.CLOCK.get(each.clock, each.clock),
            was=each.was,
            becomes=each.becomes,
            stands=each.stands,
        )
        for each in found
    )


def _duration(seconds: int) -> str:
    if seconds < _MINUTE:
        return "不到 1 分钟"
    return f"约 {-(-seconds // _MINUTE)} 分钟"


def bundles(numbers: Sequence[str]) -> tuple[Link, ...]:
    """Applications by number."""
    return tuple(Link(number, f"/console/bundles/{number}") for number in numbers)
