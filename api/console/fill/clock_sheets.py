"""A limit's whole reckoning as a page shows it: facts in words, then every day.

Whoever reads the page needs nothing else to come to the same day: the facts name start, length,
what was not counted and what was added; the days say which of them the calendar rests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from api.console import formats, words
from api.console.fill.clocks import STARTED_BY, standing
from api.console.views.clocks import ClockSheet, DayLine
from api.console.views.shared import BasisView, Pair
from definitions.language.base import Basis
from definitions.language.limits import Unit
from definitions.rules.calendar import SATURDAY, Calendar, Certainty, close_of_business, local_day
from definitions.rules.clocks import Clock, Extension, Pause, Why
from definitions.rules.explanations import Explanation, Line, explain

_STILL = {
    Why.START: "起算当日，不计",
    Why.ROLLED: "末日是休息日，顺延",
    Why.TOLD: "以已告知的日期为准",
}
Cite = Callable[[Basis], BasisView]
"""A citation with the law's title instead of its key."""


@dataclass(frozen=True, slots=True)
class Told:
    """Names of people and texts of reasons that a limit's facts refer to."""

    people: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def sheet(
    clock: Clock,
    calendar: Calendar,
    now: datetime,
    cite: Cite,
    *,
    matter: str,
    told: Told | None = None,
) -> ClockSheet:
    """The limit, reckoned by the calendar its application is under; `told` is for staff only."""
    found = explain(clock, calendar)
    return ClockSheet(
        name=clock.name or words.CLOCK[clock.kind],
        matter=matter,
        deadline=standing(clock, found.due, now, calendar),
        facts=tuple(_facts(cite, clock, found, calendar, told)),
        lines=tuple(_lines(clock, found, calendar)),
    )


def _facts(
    cite: Cite, clock: Clock, found: Explanation, calendar: Calendar, told: Told | None
) -> Iterator[Pair]:
    basis = cite(found.basis) if found.basis else None
    says = f"：{basis.says}" if basis and basis.says else ""
    yield Pair("依据", f"《{basis.law}》{basis.article}{says}" if basis else "本机关承诺")
    yield Pair("期限", f"{found.days} 个{formats.unit(found.unit)}{_rolls(clock)}")
    started = formats.iso_day(found.started_at)
    yield Pair("起算", f"{started} {STARTED_BY[clock.kind]}，当日不计")
    for pause in found.pauses:
        yield Pair("暂停", _paused(pause, found))
    for extension in found.extensions:
        yield Pair("延长", _extended(extension, found.unit, told))
    if clock.told is not None:
        yield Pair("已告知", f"{formats.iso_day(clock.told)}，日历调整后变短的，以已告知的日期为准")
    yield Pair("工作日历", f"{calendar.version}，国务院通知已公布到 {calendar.published_until}")
    yield Pair("到期日", _due(found, calendar))
    if found.due.at is not None and found.due.window_until is not None:
        closes = formats.clock(found.due.window_until)
        yield Pair("截止", f"到窗口交到 {closes} 止，网上交到 24:00 止；机关办到 24:00 止")
    if found.stopped_at is not None:
        at = f"{formats.iso_day(found.stopped_at)} {formats.clock(found.stopped_at)}"
        yield Pair("停止", f"{at} 停止计时{'，已超过期限' if found.expired else ''}")
    elif found.expired:
        yield Pair("停止", "已超过期限")


def _rolls(clock: Clock) -> str:
    if clock.limit.unit is Unit.WORKING_DAY:
        return ""
    return "，末日是休息日的顺延" if clock.limit.rolls else "，末日是休息日的不顺延"


def _paused(pause: Pause, found: Explanation) -> str:
    since = local_day(pause.since)
    if pause.until is None:
        return f"{pause.cause}：{since} 开始，尚未结束"
    until = local_day(pause.until)
    days = sum(line.why is Why.PAUSED and since < line.day <= until for line in found.lines)
    return f"{pause.cause}：{since} 开始，{until} 结束，其间 {days} 个工作日不计"


def _extended(extension: Extension, unit: Unit, told: Told | None) -> str:
    said = f"{extension.days} 个{formats.unit(unit)}，{formats.iso_day(extension.at)} 批准"
    if extension.force_majeure:
        said += "，不可抗力"
    if told is None:
        return said
    who = told.people.get(extension.by, extension.by)
    why = told.texts.get(extension.reason, "")
    return f"{said}，批准人 {who}{f'，理由：{why}' if why else ''}"


def _due(found: Explanation, calendar: Calendar) -> str:
    if found.due.stopped:
        return "计时已停，特别程序结束后重新计算"
    if found.due.day is None:
        return f"未定：超出已知的工作日历（算到 {found.beyond or calendar.last_known}）"
    day = f"{found.due.day}（{formats.weekday(found.due.day)}）"
    if found.due.certainty is Certainty.PROVISIONAL:
        return f"{day}，暂定：其中有未公布放假安排的年份，公布后重新计算"
    return day


def _lines(clock: Clock, found: Explanation, calendar: Calendar) -> Iterator[DayLine]:
    last = found.lines[-1].day if found.lines and found.due.day is not None else None
    for index, line in enumerate(found.lines):
        # A due day of a limit of no days is its first line; a told day may follow the reckoned one.
        is_last = line.day == last and index == len(found.lines) - 1
        notes = [_note(line, clock, calendar)]
        if is_last:
            closes = formats.clock(close_of_business(line.day, calendar))
            notes.append(f"到期日，24:00 止，窗口 {closes} 止")
        note = "；".join(part for part in notes if part)
        yield DayLine(line.day, day_kind(line.day, calendar), line.nth, note, last=is_last)


def _note(line: Line, clock: Clock, calendar: Calendar) -> str:
    match line.why:
        case Why.START if not clock.days:
            return "当日为限"
        case Why.PAUSED:
            return f"特别程序：{line.note}，不计"
        case Why.STOPPED:
            return f"特别程序：{line.note}，计时已停"
        case Why.ROLLED if calendar.is_worked(line.day):
            return "顺延到这一日"
        case Why.REST_DAY | Why.HOLIDAY:
            return "不计"
        case _:
            return _STILL.get(line.why, "")


def day_kind(day: date, calendar: Calendar) -> str:
    """What the calendar says of the day, in a word."""
    if calendar.is_worked(day):
        return "调休上班" if day.weekday() >= SATURDAY else "工作日"
    return calendar.names.get(day) or ("周末" if day.weekday() >= SATURDAY else "放假")
