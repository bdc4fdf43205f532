"""The working calendar as loaded: the golden vectors, and years that cannot be."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from definitions.loading import CALENDARS, load_calendars
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
        ("old", "new", "message"),
        [
            ("2026-01-04, ", "2026-01-04, 2026-01-05, ", "调休上班日本来就是工作日（2026-01-05）"),
            ("2026-01-04, ", "2026-01-04, 2026-01-04, ", "同一天写了两次（2026-01-04）"),
            ("2026-01-04, ", "2026-01-03, ", "同一天写了两次（2026-01-03）"),
            ("2026-01-04, ", "2025-01-04, ", "调休上班日不在本年（2025-01-04）"),
            ("until: 2026-01-03", "until: 2027-01-03", None),
            ("until: 2026-10-07", "until: 2026-09-30", None),
        ],
    )
    def test_an_impossible_year_is_refused(
        self, years: Path, old: str, new: str, message: str | None
    ) -> None:
        _replace(years / "2026.yaml", old, new)
        error = _error(years)
        assert (error.file, error.rule) == ("calendars/2026.yaml", "value_error")
        assert message is None or error.message == message

    def test_a_year_lies_under_its_name(self, years: Path) -> None:
        (years / "2026.yaml").rename(years / "2028.yaml")
        error = _error(years)
        assert error.message == "文件名应为 2026.yaml"
