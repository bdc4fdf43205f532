"""What a written year must fulfil: each slip, told once, at the line that shows it."""

from datetime import date

import pytest

from definitions.language.calendars import CalendarYear
from definitions.loading import load_years
from definitions.rules.calendar_review import review_year, review_years

Plain = dict[str, object]
CITY = "310000"
# 放假办法（2024-11-10）第二条: thirteen days, here exactly so many.
HOLIDAYS = (
    ("2026-01-01", "2026-01-01", "元旦"),
    ("2026-02-16", "2026-02-19", "春节"),
    ("2026-04-05", "2026-04-05", "清明节"),
    ("2026-05-01", "2026-05-02", "劳动节"),
    ("2026-06-19", "2026-06-19", "端午节"),
    ("2026-09-25", "2026-09-25", "中秋节"),
    ("2026-10-01", "2026-10-03", "国庆节"),
)


def run(since: str, until: str, name: str = "假") -> Plain:
    """Days off, as they are written."""
    return {"from": since, "until": until, "name": name}


def year(**changed: object) -> CalendarYear:
    """The nation's year 2026 with the law's thirteen days."""
    said = {"year": 2026, "status": "published", "source": "通知"}
    off = [run(*each) for each in HOLIDAYS]
    return CalendarYear.model_validate({**said, "off": off, **changed})


def city(**changed: object) -> CalendarYear:
    """The city's own 2026, one day off."""
    return year(region=CITY, **{"off": [run("2026-11-05", "2026-11-05")], **changed})


def told(one: CalendarYear) -> list[tuple[tuple[object, ...], str]]:
    """Every problem: where, and by which rule."""
    found = review_year(one)
    assert all(problem.message for problem in found)
    return [(problem.path, problem.rule) for problem in found]


def of(number: int, **changed: object) -> CalendarYear:
    """Some year of the nation; how it stands beside others is all that counts here."""
    return year(year=number, off=[], **changed)


def together(*years: CalendarYear) -> list[tuple[tuple[object, ...], str, str]]:
    return [(problem.path, problem.rule, problem.message) for problem in review_years(years)]


class TestOneYear:
    def test_the_shipped_ones_are_in_order(self) -> None:
        every = [each for years in load_years().values() for each in years]
        assert every
        assert [told(each) for each in every] == [[]] * len(every)
        assert together(*every) == []

    def test_thirteen_days_are_enough_and_twelve_are_not(self) -> None:
        assert told(year()) == []
        twelve = [run(*each) for each in (*HOLIDAYS[:-1], ("2026-10-01", "2026-10-02", "国庆节"))]
        (problem,) = review_year(year(off=twelve))
        assert (problem.path, problem.rule) == (("off",), "statutory")
        assert problem.message == "法定节假日共 13 天，这里只有 12 天放假"

    @pytest.mark.parametrize("left_out", range(len(HOLIDAYS)))
    def test_each_holiday_of_the_law_must_be_there(self, left_out: int) -> None:
        off = [run(*each) for n, each in enumerate(HOLIDAYS) if n != left_out]
        # As many days as before: it is the name that is missing.
        off.append(run("2026-12-01", "2026-12-08"))
        (problem,) = review_year(year(off=off))
        assert (problem.path, problem.rule) == (("off",), "statutory")
        assert problem.message.endswith(f"缺少：{HOLIDAYS[left_out][2][:2]}")

    def test_several_that_are_missing_are_told_together(self) -> None:
        (problem,) = review_year(year(off=[run(*each) for each in HOLIDAYS[2:]]))
        assert problem.message == "已公布的年份须写全法定节日，缺少：元旦、春节"

    def test_what_is_provisional_need_not_be_whole(self) -> None:
        few = [run(*HOLIDAYS[0])]
        assert told(year(status="provisional", off=few)) == []
        assert told(year(status="provisional", off=[])) == [(("off",), "missing")]

    def test_a_region_writes_only_what_differs(self) -> None:
        assert told(city()) == []
        assert told(city(off=[])) == [(("year",), "empty")]
        for own in ({"work": ["2026-11-01"]}, {"opens": "08:30"}, {"closes": "17:30"}):
            assert told(city(off=[], **own)) == []

    @pytest.mark.parametrize(
        ("since", "until", "path", "rule"),
        [
            ("2026-11-05", "2026-11-04", ("off", 0, "until"), "order"),
            ("2025-12-31", "2026-01-01", ("off", 0, "from"), "outside_year"),
            ("2026-12-31", "2027-01-01", ("off", 0, "until"), "outside_year"),
            ("2025-11-05", "2025-11-06", ("off", 0, "from"), "outside_year"),
        ],
    )
    def test_days_off_lie_in_their_year_in_order(
        self, since: str, until: str, path: tuple[object, ...], rule: str
    ) -> None:
        assert told(city(off=[run(since, until)])) == [(path, rule)]

    def test_each_run_is_judged_at_its_own_place(self) -> None:
        runs = [run("2026-11-05", "2026-11-05"), run("2026-11-09", "2026-11-08")]
        assert told(city(off=runs)) == [(("off", 1, "until"), "order")]

    @pytest.mark.parametrize(
        ("day", "rule"),
        [("2025-11-01", "outside_year"), ("2026-11-06", "weekday"), ("2026-11-07", None)],
    )
    def test_a_made_up_day_is_a_weekend_of_the_year(self, day: str, rule: str | None) -> None:
        """A Friday is worked anyway; a Saturday may be."""
        expected = [] if rule is None else [(("work", 1), rule)]
        assert told(city(work=["2026-11-01", day])) == expected

    @pytest.mark.parametrize(
        ("off", "work", "path"),
        [
            (("2026-11-05", "2026-11-08"), ["2026-11-08"], ("work", 0)),
            (("2026-11-05", "2026-11-05"), ["2026-11-07", "2026-11-07"], ("work", 1)),
        ],
    )
    def test_no_day_is_written_twice(
        self, off: tuple[str, str], work: list[str], path: tuple[object, ...]
    ) -> None:
        (problem,) = review_year(city(off=[run(*off)], work=work))
        assert (problem.path, problem.rule) == (path, "day_twice")
        assert problem.message == f"同一天写了两次（{work[-1]}）"

    def test_runs_that_overlap_are_told_at_the_later(self) -> None:
        runs = [run("2026-11-05", "2026-11-07"), run("2026-11-07", "2026-11-09")]
        assert told(city(off=runs)) == [(("off", 1, "from"), "day_twice")]

    @pytest.mark.parametrize(
        ("hours", "path"),
        [
            ({"opens": "09:30", "closes": "16:30"}, None),
            ({"opens": "16:59"}, None),
            ({"closes": "09:01"}, None),
            ({"opens": "17:00"}, "opens"),
            ({"closes": "09:00"}, "closes"),
            ({"opens": "10:00", "closes": "10:00"}, "closes"),
            ({"opens": "12:00", "closes": "11:00"}, "closes"),
            ({"opens": "09:00+08:00"}, "opens"),
            ({"opens": "09:00", "closes": "16:00+08:00"}, "closes"),
        ],
    )
    def test_an_office_opens_before_it_closes_by_the_clock_on_the_wall(
        self, hours: dict[str, str], path: str | None
    ) -> None:
        """What is not written is 9:00 to 17:00."""
        assert told(city(**hours)) == ([] if path is None else [((path,), "hours")])

    def test_what_is_no_day_is_told_before_what_the_days_come_to(self) -> None:
        wrong = city(off=[run("2026-11-05", "2026-11-04")], opens="18:00")
        assert told(wrong) == [(("off", 0, "until"), "order")]
        both = city(off=[run("2026-11-05", "2026-11-05")] * 2, opens="18:00")
        assert told(both) == [(("off", 1, "from"), "day_twice"), (("opens",), "hours")]


class TestSeveralYears:
    def test_one_after_the_other_is_in_order(self) -> None:
        assert together(of(2026), of(2025), of(2027, status="provisional")) == []

    def test_a_year_is_written_once_for_each_region(self) -> None:
        assert together(of(2026), of(2026)) == [((1, "year"), "year_twice", "2026 年写了两次")]
        assert together(of(2026), city()) == []

    @pytest.mark.parametrize("missing", [2, 4])
    def test_a_gap_is_told_at_the_year_behind_it(self, missing: int) -> None:
        after = 2025 + missing
        assert together(of(2025), of(after)) == [
            (
                (1, "year"),
                "year_missing",
                f"缺少 2026 年：2025 年与 {after} 年之间不能有空缺",
            )
        ]

    def test_a_region_has_no_year_where_the_nation_has_none(self) -> None:
        said = "全国没有 2026 年的日历，310000 的无从叠加"
        assert together(of(2025), city()) == [((1, "year"), "year_missing", said)]

    @pytest.mark.parametrize(
        "years",
        [
            (),
            (of(2026, status="provisional"),),
            (of(2026, status="provisional"), of(2027)),
            (of(2025, status="provisional"), of(2026), city()),
        ],
    )
    def test_the_first_of_the_nation_is_published(self, years: tuple[CalendarYear, ...]) -> None:
        """Before it nothing is known, so it cannot be a guess itself."""
        ((path, rule, message),) = together(*years)
        assert (path, rule) == ((), "unpublished")
        assert "最早的一年只是暂定" in message

    def test_a_region_s_published_year_does_not_stand_for_the_nation_s(self) -> None:
        found = together(of(2026, status="provisional"), city())
        assert [rule for _, rule, _ in found] == ["unpublished"]


def test_days_of_a_run_are_all_of_them() -> None:
    (holiday,) = city(off=[run("2026-11-05", "2026-11-07")]).off
    assert list(holiday.days()) == [date(2026, 11, day) for day in (5, 6, 7)]
