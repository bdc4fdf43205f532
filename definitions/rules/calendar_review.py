"""What a written year of a calendar must fulfil before anything is reckoned by it.

`review_year` judges one year, `review_years` how years stand together. One problem each, with its
place in the year as written.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from definitions.language.calendars import NATION, CalendarYear
from definitions.rules.calendar import CLOSES, OPENS, SATURDAY
from definitions.rules.review_problem import Path, Problem

DAY_TWICE = "day_twice"
YEAR_MISSING = "year_missing"
YEAR_TWICE = "year_twice"
UNPUBLISHED = "unpublished"
# 全国年节及纪念日放假办法（2024年11月10日修订）第二条
STATUTORY_DAYS = 13
STATUTORY = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")


def review_year(year: CalendarYear) -> tuple[Problem, ...]:
    """Every problem of one year at once; empty where it may be published."""
    found = [*_off(year), *_work(year)]
    if not found:
        found = [*_twice(year), *_hours(year), *_content(year)]
    return tuple(found)


def review_years(years: Sequence[CalendarYear]) -> tuple[Problem, ...]:
    """Problems between years, each at the year (its place in `years`) that shows it."""
    found: list[Problem] = []
    seen: set[tuple[str, int]] = set()
    for place, year in enumerate(years):
        if (year.region, year.year) in seen:
            found.append(Problem((place, "year"), YEAR_TWICE, f"{year.year} 年写了两次"))
        seen.add((year.region, year.year))
    nation = {year.year for year in years if year.region == NATION}
    for place, year in enumerate(years):
        found += [Problem((place, "year"), YEAR_MISSING, said) for said in _missing(year, nation)]
    first = min(nation, default=None)
    if not any(y.region == NATION and y.status == "published" and y.year == first for y in years):
        found.append(Problem((), UNPUBLISHED, "没有任何已公布的年份，或者最早的一年只是暂定"))
    return tuple(found)


def _missing(year: CalendarYear, nation: set[int]) -> Iterator[str]:
    if year.region != NATION:
        if year.year not in nation:
            yield f"全国没有 {year.year} 年的日历，{year.region} 的无从叠加"
    elif year.year - 1 not in nation and year.year != min(nation):
        gap = max(each for each in nation if each < year.year) + 1
        yield f"缺少 {gap} 年：{gap - 1} 年与 {year.year} 年之间不能有空缺"


def _off(year: CalendarYear) -> Iterator[Problem]:
    for place, run in enumerate(year.off):
        path: Path = ("off", place)
        if run.until < run.since:
            said = f"假期结束早于开始（{run.since} – {run.until}）"
            yield Problem((*path, "until"), "order", said)
        elif {run.since.year, run.until.year} != {year.year}:
            key = "from" if run.since.year != year.year else "until"
            said = f"假期不在本年（{run.since} – {run.until}）"
            yield Problem((*path, key), "outside_year", said)


def _work(year: CalendarYear) -> Iterator[Problem]:
    for place, day in enumerate(year.work):
        if day.year != year.year:
            yield Problem(("work", place), "outside_year", f"调休上班日不在本年（{day}）")
        elif day.weekday() < SATURDAY:
            yield Problem(("work", place), "weekday", f"调休上班日本来就是工作日（{day}）")


def _twice(year: CalendarYear) -> Iterator[Problem]:
    seen: set[date] = set()
    every: list[tuple[Path, list[date]]] = [
        (("off", place, "from"), list(run.days())) for place, run in enumerate(year.off)
    ]
    every += [(("work", place), [day]) for place, day in enumerate(year.work)]
    for path, days in every:
        again = next((day for day in days if day in seen), None)
        if again is not None:
            yield Problem(path, DAY_TWICE, f"同一天写了两次（{again}）")
        seen.update(days)


def _hours(year: CalendarYear) -> Iterator[Problem]:
    for key, moment in (("opens", year.opens), ("closes", year.closes)):
        if moment is not None and moment.tzinfo is not None:
            yield Problem((key,), "hours", "办公时间不写时区，一律为北京时间")
            return
    if (year.opens or OPENS) >= (year.closes or CLOSES):
        key = "closes" if year.closes is not None else "opens"
        yield Problem((key,), "hours", "下班时间须晚于上班时间")


def _content(year: CalendarYear) -> Iterator[Problem]:
    if year.region != NATION:
        if not (year.off or year.work or year.opens or year.closes):
            yield Problem(("year",), "empty", "这一年没有写任何不同之处")
        return
    if not year.off:
        yield Problem(("off",), "missing", "缺少这一项")
        return
    if year.status != "published":
        return
    names = " ".join(run.name for run in year.off)
    lacking = [name for name in STATUTORY if name not in names]
    if lacking:
        said = f"已公布的年份须写全法定节日，缺少：{'、'.join(lacking)}"
        yield Problem(("off",), "statutory", said)
        return
    count = sum(1 for run in year.off for _ in run.days())
    if count < STATUTORY_DAYS:
        said = f"法定节假日共 {STATUTORY_DAYS} 天，这里只有 {count} 天放假"
        yield Problem(("off",), "statutory", said)
