"""From written years to the calendar a region reckons by, and what a new publication changes.

A region's calendar is the nation's years with those of its province, city and district over them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from definitions.errors import Code, Refused
from definitions.language.calendars import NATION, CalendarYear
from definitions.rules.calendar import (
    CLOSES,
    OPENS,
    SATURDAY,
    Calendar,
    Certainty,
    reach,
)
from definitions.rules.calendar_review import DAY_TWICE, YEAR_MISSING, review_year, review_years

MAKE_UP = "调休上班"
Years = tuple[CalendarYear, ...]

_CODES = {DAY_TWICE: Code.CALENDAR_DAY_TWICE, YEAR_MISSING: Code.CALENDAR_YEAR_MISSING}


class DayKind(StrEnum):
    """What a day is in a calendar."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    OFF = "off"
    MAKE_UP = "make_up"
    UNKNOWN = "unknown"


# A weekend that becomes part of a named holiday rests as before.
_RESTS = {DayKind.WEEKEND, DayKind.OFF}


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """One day that another calendar sees otherwise."""

    day: date
    was: DayKind
    becomes: DayKind
    name: str


def chain(region: str) -> tuple[str, ...]:
    """The regions whose years a region reckons by, the widest first: nation, province, city, own.

    By the digits of the division code (GB/T 2260).
    """
    if region == NATION:
        return (NATION,)
    wider = (NATION, f"{region[:2]}0000", f"{region[:4]}00", region)
    return tuple(dict.fromkeys(wider))


def version_of(region: str, versions: Mapping[str, int]) -> str:
    """`CN-3`, or `CN-3+310117-1` where the region has years of its own."""
    return "+".join(f"{each}-{versions[each]}" for each in chain(region) if each in versions)


def code_for(rule: str) -> Code:
    """The stable code under which a broken rule is told."""
    return _CODES.get(rule, Code.CALENDAR_INVALID)


def publish(
    current: Mapping[str, Sequence[CalendarYear]], uploaded: Sequence[CalendarYear]
) -> Years:
    """All years of the uploaded region once `uploaded` are among them.

    `current` has the years of every region as published. The same years again give back what
    stands, so that nothing needs to be published. Raises `Refused` with the first problem.
    """
    region = uploaded[0].region
    stands = {year.year: year for year in current.get(region, ())}
    for year in uploaded:
        for problem in review_year(year):
            raise Refused(code_for(problem.rule), f"{year.year} 年：{problem.message}")
        before = stands.get(year.year)
        if before is not None and (before.status, year.status) == ("published", "provisional"):
            said = f"{year.year} 年已经公布，不能改回暂定"
            raise Refused(Code.CALENDAR_INVALID, said, field="/status")
    merged = stands | {year.year: year for year in uploaded}
    years = tuple(merged[number] for number in sorted(merged))
    others = [year for key, found in current.items() if key != region for year in found]
    for problem in review_years([*years, *others]):
        raise Refused(code_for(problem.rule), problem.message, field="/year")
    return years


def calendar_of(
    published: Mapping[str, Sequence[CalendarYear]], region: str, version: str
) -> Calendar:
    """The calendar of a region, out of the reviewed years of every region.

    It counts as published until the end of the last year before a provisional one.
    """
    layers = [
        year
        for each in chain(region)
        for year in sorted(published.get(each, ()), key=lambda year: year.year)
    ]
    exceptions: dict[date, bool] = {}
    names: dict[date, str] = {}
    opens, closes = OPENS, CLOSES
    for year in layers:
        for run in year.off:
            exceptions |= dict.fromkeys(run.days(), False)
            names |= dict.fromkeys(run.days(), run.name)
        exceptions |= dict.fromkeys(year.work, True)
        names |= dict.fromkeys(year.work, MAKE_UP)
        opens, closes = year.opens or opens, year.closes or closes
    nation = sorted(published[NATION], key=lambda year: year.year)
    last = nation[0].year
    for year in nation[1:]:
        if year.status != "published":
            break
        last = year.year
    return Calendar(
        region=region,
        version=version,
        exceptions=exceptions,
        names=names,
        published_from=date(nation[0].year, 1, 1),
        published_until=date(last, 12, 31),
        known_until=date(nation[-1].year, 12, 31),
        opens=opens,
        closes=closes,
    )


def kind_of(day: date, calendar: Calendar) -> DayKind:
    """What the day is."""
    if reach(day, calendar) is Certainty.UNKNOWN:
        return DayKind.UNKNOWN
    if calendar.is_worked(day):
        return DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.WORKDAY
    return DayKind.OFF if day in calendar.exceptions else DayKind.WEEKEND


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


def changed_days(before: Calendar, after: Calendar) -> tuple[ChangedDay, ...]:
    """Days that are worked in one and not in the other.

    Of years that were not known before, the days that are not as their weekday says.
    """
    found = []
    for day in sorted({*before.exceptions, *after.exceptions}):
        was, becomes = kind_of(day, before), kind_of(day, after)
        if was is not becomes and not {was, becomes} <= _RESTS:
            name = after.names.get(day, before.names.get(day, ""))
            found.append(ChangedDay(day, was, becomes, name))
    return tuple(found)
