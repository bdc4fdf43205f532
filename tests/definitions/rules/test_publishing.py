"""Publishing a year: what it may replace, which calendar comes of it, which days change."""

from datetime import date, time

import pytest

from definitions.errors import Code, Refused
from definitions.language.calendars import NATION, CalendarYear
from definitions.loading import load_years
from definitions.rules.publishing import (
    ChangedDay,
    DayKind,
    Years,
    calendar_of,
    chain,
    changed_days,
    code_for,
    days_of,
    kind_of,
    publish,
    version_of,
)

SHIPPED = load_years()
CITY = "310000"


def year(number: int = 2027, **changed: object) -> CalendarYear:
    """The notice for 2027, as it may come: provisional days with make-up days."""
    off = [
        ("01-01", "01-03", "元旦"),
        ("02-05", "02-11", "春节"),
        ("04-03", "04-05", "清明节"),
        ("05-01", "05-05", "劳动节"),
        ("06-09", "06-09", "端午节"),
        ("09-15", "09-15", "中秋节"),
        ("10-01", "10-07", "国庆节"),
    ]
    return CalendarYear.model_validate(
        {
            "year": number,
            "status": "published",
            "source": "通知",
            "off": [
                {"from": f"{number}-{a}", "until": f"{number}-{b}", "name": name}
                for a, b, name in off
            ],
            "work": [f"{number}-02-20", f"{number}-10-09"] if number == 2027 else [],
            **changed,
        }
    )


def merged(*uploaded: CalendarYear) -> dict[str, Years]:
    """Every region's years after publishing."""
    return {**SHIPPED, uploaded[0].region: publish(SHIPPED, uploaded)}


def refusal(*uploaded: CalendarYear) -> Refused:
    """Why it is not published."""
    with pytest.raises(Refused) as raised:
        publish(SHIPPED, uploaded)
    return raised.value


class TestPublish:
    def test_a_year_replaces_what_was_provisional(self) -> None:
        before = calendar_of(SHIPPED, NATION, "CN-1")
        after = calendar_of(merged(year()), NATION, "CN-2")
        assert before.published_until == date(2026, 12, 31)
        assert after.published_until == after.known_until == date(2027, 12, 31)
        assert after.is_worked(date(2027, 2, 20))
        assert not before.is_worked(date(2027, 2, 20))

    def test_the_same_again_gives_what_stands(self) -> None:
        assert publish(SHIPPED, [SHIPPED[NATION][2]]) == SHIPPED[NATION]

    def test_a_following_year_prolongs_it(self) -> None:
        following = year(2028, status="provisional", work=[])
        calendar = calendar_of(merged(following), NATION, "CN-2")
        assert calendar.known_until == date(2028, 12, 31)
        assert calendar.published_until == date(2026, 12, 31)

    def test_no_year_may_be_left_out(self) -> None:
        refused = refusal(year(2029, status="provisional", work=[]))
        assert refused.code is Code.CALENDAR_YEAR_MISSING
        assert refused.message == "缺少 2028 年：2027 年与 2029 年之间不能有空缺"
        assert refused.field == "/year"

    def test_a_day_may_stand_once(self) -> None:
        refused = refusal(year(work=["2027-02-06"]))
        assert refused.code is Code.CALENDAR_DAY_TWICE
        assert refused.message == "2027 年：同一天写了两次（2027-02-06）"

    def test_what_is_published_is_not_provisional_again(self) -> None:
        published = SHIPPED[NATION][2]
        refused = refusal(published.model_copy(update={"status": "provisional"}))
        assert (refused.code, refused.field) == (Code.CALENDAR_INVALID, "/status")
        assert refused.message == "2026 年已经公布，不能改回暂定"

    def test_a_region_has_its_own(self) -> None:
        own = CalendarYear.model_validate(
            {
                "year": 2026,
                "region": CITY,
                "status": "published",
                "source": "通知",
                "off": [{"from": "2026-11-05", "until": "2026-11-05", "name": "进博会"}],
            }
        )
        years = merged(own)
        assert years[NATION] == SHIPPED[NATION]
        assert years[CITY] == (own,)
        assert not calendar_of(years, "310117", "x").is_worked(date(2026, 11, 5))


class TestCalendarOf:
    @pytest.mark.parametrize(
        ("statuses", "until"),
        [
            (["published"], 2025),
            (["published", "provisional"], 2025),
            (["published", "published"], 2026),
            (["published", "published", "provisional", "published"], 2026),
        ],
    )
    def test_it_is_published_up_to_the_first_that_is_provisional(
        self, statuses: list[str], until: int
    ) -> None:
        """Out of whatever order the years come in."""
        years = [year(2025 + n, status=status, work=[]) for n, status in enumerate(statuses)]
        calendar = calendar_of({NATION: tuple(reversed(years))}, NATION, "v7")
        assert (calendar.region, calendar.version) == (NATION, "v7")
        assert calendar.published_from == date(2025, 1, 1)
        assert calendar.published_until == date(until, 12, 31)
        assert calendar.known_until == date(2024 + len(statuses), 12, 31)

    def test_the_narrowest_region_s_hours_count_and_what_it_does_not_say_stays(self) -> None:
        """The usual is nine to five."""
        own: dict[str, object] = {"off": [], "work": []}
        layers = {
            NATION: (year(2026, work=[]),),
            CITY: (year(2026, region=CITY, opens="08:30", closes="16:30", **own),),
            "310117": (year(2026, region="310117", closes="18:00", **own),),
        }
        for region, opens, closes in (
            (NATION, time(9), time(17)),
            (CITY, time(8, 30), time(16, 30)),
            ("310117", time(8, 30), time(18)),
        ):
            calendar = calendar_of(layers, region, "x")
            assert (calendar.opens, calendar.closes) == (opens, closes)


class TestVersions:
    @pytest.mark.parametrize(
        ("region", "expected"),
        [
            ("CN", ("CN",)),
            ("310000", ("CN", "310000")),
            ("320500", ("CN", "320000", "320500")),
            ("310117", ("CN", "310000", "310100", "310117")),
        ],
    )
    def test_a_region_reckons_by_all_that_contain_it(
        self, region: str, expected: tuple[str, ...]
    ) -> None:
        assert chain(region) == expected

    def test_the_text_names_each_that_has_years(self) -> None:
        versions = {"CN": 3, "310117": 1, "320500": 7}
        assert version_of("310117", versions) == "CN-3+310117-1"
        assert version_of("310115", versions) == "CN-3"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("day_twice", Code.CALENDAR_DAY_TWICE),
        ("year_missing", Code.CALENDAR_YEAR_MISSING),
        ("weekday", Code.CALENDAR_INVALID),
        ("statutory", Code.CALENDAR_INVALID),
    ],
)
def test_every_broken_rule_has_its_code(rule: str, code: Code) -> None:
    assert code_for(rule) is code


@pytest.mark.parametrize(("number", "count"), [(2026, 365), (2028, 366), (2100, 365)])
def test_the_days_of_a_year_are_all_of_them(number: int, count: int) -> None:
    found = list(days_of(number))
    assert (found[0], found[-1]) == (date(number, 1, 1), date(number, 12, 31))
    assert len(found) == len(set(found)) == count
    assert found == sorted(found)


class TestChangedDays:
    def test_a_day_less_and_a_day_more(self) -> None:
        before = calendar_of(merged(year()), NATION, "1")
        after = calendar_of(merged(year(work=["2027-02-21", "2027-10-09"])), NATION, "2")
        assert changed_days(before, after) == (
            ChangedDay(date(2027, 2, 20), DayKind.MAKE_UP, DayKind.WEEKEND, "调休上班"),
            ChangedDay(date(2027, 2, 21), DayKind.WEEKEND, DayKind.MAKE_UP, "调休上班"),
        )

    def test_of_a_new_year_what_differs_from_the_week(self) -> None:
        before = calendar_of(SHIPPED, NATION, "1")
        after = calendar_of(merged(year(2028, status="provisional", work=[])), NATION, "2")
        found = changed_days(before, after)
        assert {each.was for each in found} == {DayKind.UNKNOWN}
        assert ChangedDay(date(2028, 5, 1), DayKind.UNKNOWN, DayKind.OFF, "劳动节") in found

    def test_a_weekend_that_becomes_part_of_a_holiday_rests_as_before(self) -> None:
        before = calendar_of({NATION: (year(work=[]),)}, NATION, "1")
        saturday = date(2027, 11, 20)
        named = before.model_copy(update={"exceptions": {**before.exceptions, saturday: False}})
        assert changed_days(before, named) == changed_days(named, before) == ()

    def test_a_day_is_told_by_its_new_name_else_by_the_old_else_by_none(self) -> None:
        bare = calendar_of({NATION: (year(work=[]),)}, NATION, "1")
        monday = date(2027, 11, 22)
        off = {"exceptions": {**bare.exceptions, monday: False}}
        old, new = (
            bare.model_copy(update={**off, "names": {**bare.names, monday: name}})
            for name in ("旧名", "新名")
        )
        unnamed = bare.model_copy(update=off)
        worked = bare.model_copy(update={"names": {**bare.names, monday: "调休"}})
        told = [
            [each.name for each in changed_days(*pair)]
            for pair in ((bare, new), (old, bare), (old, worked), (bare, unnamed))
        ]
        assert told == [["新名"], ["旧名"], ["调休"], [""]]

    def test_kinds(self) -> None:
        calendar = calendar_of(SHIPPED, NATION, "1")
        days = ("2026-02-14", "2026-02-16", "2026-02-07", "2026-02-09", "2029-01-01")
        assert [kind_of(date.fromisoformat(day), calendar) for day in days] == [
            *(DayKind.MAKE_UP, DayKind.OFF, DayKind.WEEKEND, DayKind.WORKDAY, DayKind.UNKNOWN)
        ]
