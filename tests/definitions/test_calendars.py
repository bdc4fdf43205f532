"""The working calendar as loaded: the golden vectors, and years that cannot be."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from definitions.loading import CALENDARS, load_calendars, read_year
from definitions.rules.calendar import add_working_days
from definitions.source import DefinitionError, DefinitionsBroken


def _error(folder: Path) -> DefinitionError:
    with pytest.raises(DefinitionsBroken) as caught:
        load_calendars(folder)
    (error,) = caught.value.errors
    return error


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# domain.md §9: the day of the event, and the 1st, 3rd, 5th, 10th, 20th working day after it.
VECTORS = {
    date(2025, 1, 24): ("01-26", "02-05", "02-07", "02-13", "02-27"),
    date(2026, 1, 30): ("02-02", "02-04", "02-06", "02-13", "03-05"),
    date(2026, 2, 13): ("02-14", "02-25", "02-27", "03-05", "03-19"),
    date(2026, 9, 30): ("10-08", "10-10", "10-13", "10-20", "11-03"),
}


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A copy of the calendars to break."""
    return Path(shutil.copytree(CALENDARS, tmp_path / "calendars"))


class TestCalendars:
    @pytest.mark.parametrize("day", VECTORS, ids=str)
    def test_golden_vectors(self, day: date) -> None:
        calendar = load_calendars()
        found = [add_working_days(day, count, calendar) for count in (1, 3, 5, 10, 20)]
        assert tuple(f"{each:%m-%d}" for each in found) == VECTORS[day]

    def test_forty_five_working_days(self) -> None:
        assert add_working_days(date(2025, 1, 24), 45, load_calendars()) == date(2025, 4, 3)

    @pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
    def test_working_days_of_the_year(self, year: int, days: int) -> None:
        calendar = load_calendars()
        whole = (date.fromordinal(date(year, 1, 1).toordinal() + n) for n in range(366))
        assert sum(calendar.is_worked(day) for day in whole if day.year == year) == days

    def test_2027_is_provisional(self) -> None:
        calendar = load_calendars()
        assert calendar.published_until == date(2026, 12, 31)
        assert not calendar.is_worked(date(2027, 2, 5))

    def test_a_changed_day_changes_the_version(self, years: Path) -> None:
        before = load_calendars(years).version
        _replace(years / "2026.yaml", ", 2026-10-10]", "]")
        assert load_calendars(years).version != before

    @pytest.mark.parametrize(
        ("old", "new", "rule", "line", "message"),
        [
            ("2026-01-04, ", "2026-01-05, ", "weekday", 13, "本来就是工作日（2026-01-05）"),
            ("2026-01-04, ", "2026-01-04, 2026-01-04, ", "day_twice", 13, "（2026-01-04）"),
            ("2026-01-04, ", "2026-01-03, ", "day_twice", 13, "同一天写了两次（2026-01-03）"),
            ("from: 2026-05-01", "from: 2026-04-05", "day_twice", 9, "（2026-04-05）"),
            ("2026-01-04, ", "2025-01-04, ", "outside_year", 13, "不在本年（2025-01-04）"),
            ("until: 2026-01-03", "until: 2027-01-03", "outside_year", 6, "假期不在本年"),
            ("until: 2026-10-07", "until: 2026-09-30", "order", 12, "假期结束早于开始"),
            ("year: 2026", "year: 2026\nopens: 18:00", "hours", 3, "下班时间须晚于上班时间"),
            ("year: 2026", "year: 2026\nopens: 9点", "time_parsing", 3, "如 09:00"),
            ("name: 清明节", "name: 春假", "statutory", 6, "缺少：清明"),
            ("year: 2026", "year: 2026\nregion: 上海", "string_pattern_mismatch", 3, "行政区划"),
        ],
    )
    def test_an_impossible_year_is_refused_where_it_is_wrong(
        self, years: Path, *, old: str, new: str, rule: str, line: int, message: str
    ) -> None:
        _replace(years / "2026.yaml", old, new)
        error = _error(years)
        assert (error.file, error.rule, error.line) == ("calendars/2026.yaml", rule, line)
        assert message in error.message

    def test_a_published_year_has_the_days_of_the_law(self, years: Path) -> None:
        """放假办法（2024-11-10）: thirteen days."""
        for name, day in (("国庆节", "2026-10-01"), ("春节", "2026-02-16")):
            text = (years / "2026.yaml").read_text(encoding="utf-8")
            kept = [
                line
                if name not in line or "name" not in line
                else f"  - {{from: {day}, until: {day}, name: {name}}}"
                for line in text.splitlines()
            ]
            (years / "2026.yaml").write_text("\n".join(kept), encoding="utf-8")
        for shorter in ("2026-01-03", "2026-04-06", "2026-05-05", "2026-06-21", "2026-09-27"):
            first = f"{shorter[:8]}{int(shorter[8:]) - (4 if '05-05' in shorter else 2):02}"
            _replace(years / "2026.yaml", f"until: {shorter}", f"until: {first}")
        error = _error(years)
        assert (error.rule, error.message) == (
            "statutory",
            "法定节假日共 13 天，这里只有 7 天放假",
        )

    def test_no_year_may_be_missing_between_others(self, years: Path) -> None:
        (years / "2025.yaml").unlink()
        error = _error(years)
        assert (error.file, error.rule) == ("calendars/2026.yaml", "year_missing")
        assert error.message == "缺少 2025 年：2024 年与 2026 年之间不能有空缺"

    def test_a_provisional_year_cannot_be_the_first(self, years: Path) -> None:
        for year in (2024, 2025, 2026):
            (years / f"{year}.yaml").unlink()
        assert _error(years).rule == "file"

    def test_a_year_lies_under_its_name(self, years: Path) -> None:
        (years / "2026.yaml").rename(years / "2028.yaml")
        error = _error(years)
        assert error.message == "文件名应为 2026.yaml"


class TestRegions:
    FAIR = """year: 2026
region: "310000"
status: published
source: 进博会期间本市调休的通知
opens: 09:30
off:
  - {from: 2026-11-05, until: 2026-11-06, name: 进博会}
work: [2026-11-01]
"""

    def _city(self, years: Path) -> None:
        (years / "310000-2026.yaml").write_text(self.FAIR, encoding="utf-8")

    def test_a_city_stands_over_the_nation_for_its_districts(self, years: Path) -> None:
        self._city(years)
        songjiang, nation = load_calendars(years, "310117"), load_calendars(years)
        assert not songjiang.is_worked(date(2026, 11, 5))
        assert songjiang.is_worked(date(2026, 11, 1))
        assert nation.is_worked(date(2026, 11, 5))
        assert songjiang.names[date(2026, 11, 5)] == "进博会"
        assert songjiang.names[date(2026, 11, 1)] == "调休上班"
        assert (songjiang.opens.minute, nation.opens.minute) == (30, 0)
        assert songjiang.version != nation.version

    def test_not_for_other_cities(self, years: Path) -> None:
        self._city(years)
        assert load_calendars(years, "320500").is_worked(date(2026, 11, 5))

    def test_needs_a_year_of_the_nation_below(self, years: Path) -> None:
        text = self.FAIR.replace("2026", "2030").replace("[2030-11-01]", "[2030-11-03]")
        (years / "310000-2030.yaml").write_text(text, encoding="utf-8")
        assert _error(years).message == "全国没有 2030 年的日历，310000 的无从叠加"

    def test_a_year_in_which_nothing_differs_says_nothing(self, years: Path) -> None:
        text = "year: 2026\nregion: '310000'\nstatus: published\nsource: 通知\n"
        (years / "310000-2026.yaml").write_text(text, encoding="utf-8")
        assert _error(years).rule == "empty"


class TestReadYear:
    def test_every_line_that_is_wrong_is_told(self) -> None:
        text = TestRegions.FAIR.replace("2026-11-01", "2026-11-02").replace(
            "until: 2026-11-06", "until: 2026-11-04"
        )
        with pytest.raises(DefinitionsBroken) as caught:
            read_year(text.encode(), "fair.yaml")
        assert [(error.line, error.rule) for error in caught.value.errors] == [
            (7, "order"),
            (8, "weekday"),
        ]

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("a: &a [x]\nb: *a\n", "anchor"),
            ("!!python/object/apply:os.system [x]", "tag"),
            ("[" * 60, "depth"),
            ("year: 2026\n\tx: 1", "tab"),
            ("", "empty"),
            ("year: 2026\nstatus: published\nsource: 通知\nextra: 1", "extra_forbidden"),
        ],
    )
    def test_what_is_no_calendar_is_refused(self, text: str, rule: str) -> None:
        with pytest.raises(DefinitionsBroken) as caught:
            read_year(text.encode(), "x.yaml")
        assert rule in {error.rule for error in caught.value.errors}
