"""When everything will probably be done: the longest way through the matters, by their promises."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from api.console.taking.words import limit_words
from definitions.language.limits import Limit, Unit
from definitions.language.matters import EdgeKind, Publicity
from definitions.rules.calendar import Calendar, add_calendar_days, add_working_days
from definitions.rules.plan import PlannedMatter


@dataclass(frozen=True, slots=True)
class Schedule:
    """`day`: everything done as promised; `working_days` on the way; what the law waits for."""

    day: date
    working_days: int
    publicity: str


def schedule(needed: tuple[PlannedMatter, ...], today: date, calendar: Calendar) -> Schedule:
    """Each matter begins on the day the last one it waits for is done."""
    found: dict[str, tuple[date, int]] = {}
    known = {matter.key: matter for matter in needed}

    def done(key: str) -> tuple[date, int]:
        if key not in found:
            found[key] = _after(known[key], _begin(known[key], today, done), calendar)
        return found[key]

    ends = [done(key) for key in known] or [(today, 0)]
    waits = [step.limit for m in needed for step in m.steps if isinstance(step, Publicity)]
    return Schedule(
        day=max(day for day, _ in ends),
        working_days=max(days for _, days in ends),
        publicity=f"法定公示期：{limit_words(waits[0])}" if waits else "法定公示期：无",
    )


def _begin(
    matter: PlannedMatter, today: date, done: Callable[[str], tuple[date, int]]
) -> tuple[date, int]:
    before = [done(edge.matter) for edge in matter.needs if edge.kind is EdgeKind.RESULT]
    day = max([today, *(day for day, _ in before)])
    return day, max([0, *(days for _, days in before)])


def _after(matter: PlannedMatter, begun: tuple[date, int], calendar: Calendar) -> tuple[date, int]:
    day, days = begun
    waits = [step.limit for step in matter.steps if isinstance(step, Publicity)]
    if matter.filing is not None:
        waits.append(matter.filing.limit)
    for limit in waits:
        day = _add(day, limit, calendar)
    if len(waits) == len(matter.steps) and matter.filing is None:
        return day, days
    promised = matter.promised
    working = promised.days if promised.unit is Unit.WORKING_DAY else 0
    return _add(day, promised, calendar), days + working


def _add(day: date, limit: Limit, calendar: Calendar) -> date:
    if limit.unit is Unit.WORKING_DAY:
        return add_working_days(day, limit.days, calendar)
    return add_calendar_days(day, limit.days, calendar)
