"""Working-day arithmetic, held equal to walking day by day over any calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.loading import load_calendars
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    Certainty,
    add_calendar_days,
    add_working_days,
    close_of_business,
    end_of_day,
    local_day,
    reach,
    working_days_between,
)

START = date(2026, 1, 1)
# Wide enough that most counts stay within, narrow enough that some do not.
FIRST, LAST = date(2025, 10, 1), date(2027, 3, 31)
DAYS = st.dates(START, date(2026, 12, 31))
HALF = st.dates(START, date(2026, 6, 30))
CALENDARS = st.dictionaries(st.dates(FIRST, LAST), st.booleans(), max_size=60).map(
    lambda exceptions: Calendar(
        region="test",
        version="1",
        exceptions=exceptions,
        published_from=FIRST,
        published_until=date(2026, 12, 31),
        known_until=LAST,
    )
)
PLAIN = Calendar(region="test", version="1", exceptions={}, published_until=date(2026, 12, 31))
CHINA = load_calendars()
# domain.md §9: the day of the event, and the 1st, 3rd, 5th, 10th, 20th working day after it.
VECTORS = {
    date(2025, 1, 24): ("2025-01-26", "2025-02-05", "2025-02-07", "2025-02-13", "2025-02-27"),
    date(2026, 1, 30): ("2026-02-02", "2026-02-04", "2026-02-06", "2026-02-13", "2026-03-05"),
    date(2026, 2, 13): ("2026-02-14", "2026-02-25", "2026-02-27", "2026-03-05", "2026-03-19"),
    date(2026, 9, 30): ("2026-10-08", "2026-10-10", "2026-10-13", "2026-10-20", "2026-11-03"),
}
OLD_FIELDS = {"region", "version", "exceptions", "published_until"}
AT_FIVE = "2026-11-24T17:00:00+08:00"
PLACES = (1, 3, 5, 10, 20)
MONTHS_OF_2026 = (21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23)


def worked(calendar: Calendar, day: date) -> bool:
    """The oracle's own reading of the calendar."""
    return calendar.exceptions[day] if day in calendar.exceptions else day.isoweekday() <= 5


def known(day: date) -> bool:
    """The oracle's own reading of how far the calendar goes."""
    return date(2025, 10, 1) <= day <= date(2027, 3, 31)


def walked(day: date, count: int, calendar: Calendar) -> date | None:
    """The oracle: list every known working day on that side of `day`, and take the `count`-th."""
    forward = [day + timedelta(days=n) for n in range(1, 600)]
    backward = [day - timedelta(days=n) for n in range(1, 600)]
    side = [d for d in (forward if count > 0 else backward) if known(d) and worked(calendar, d)]
    return side[abs(count) - 1] if len(side) >= abs(count) else None


def first_worked(day: date, step: int, calendar: Calendar) -> date | None:
    """The oracle for rolling: the first known working day from `day` on."""
    days = (day + timedelta(days=step * n) for n in range(600))
    return next((d for d in days if known(d) and worked(calendar, d)), None) if known(day) else None


def found_or_beyond(count: Callable[[], date]) -> date | None:
    """What the count comes to; None where it leaves the calendar."""
    try:
        return count()
    except BeyondCalendar:
        return None


class TestIsWorked:
    @given(DAYS)
    def test_without_exceptions_only_weekends_rest(self, day: date) -> None:
        assert PLAIN.is_worked(day) is (day.isoweekday() <= 5)

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 2, 14), True),  # a Saturday that is worked (调休)
            (date(2026, 2, 16), False),  # a Monday of the Spring Festival
            (date(2026, 11, 20), True),
            (date(2026, 11, 21), False),
        ],
    )
    def test_an_exception_stands_before_the_weekday(self, day: date, *, expected: bool) -> None:
        assert CHINA.is_worked(day) is expected

    def test_every_month_of_2026_has_the_days_of_the_notice(self) -> None:
        """domain.md §9: 248 days, month by month."""
        year = [START + timedelta(days=n) for n in range(365)]
        months = tuple(sum(CHINA.is_worked(d) for d in year if d.month == m) for m in range(1, 13))
        assert months == MONTHS_OF_2026
        assert sum(months) == 248


class TestLocalDay:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2026, 11, 20, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 11, 20)),
            (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), date(2026, 11, 21)),
        ],
    )
    def test_the_day_changes_at_midnight_in_shanghai(self, moment: datetime, day: date) -> None:
        assert local_day(moment) == day

    @given(DAYS)
    def test_a_day_ends_where_the_next_begins(self, day: date) -> None:
        """The office's duty ends at 24:00 (domain.md §9)."""
        end = end_of_day(day)
        assert local_day(end - timedelta(microseconds=1)) == day
        assert local_day(end) == day + timedelta(days=1)
        assert end.astimezone(UTC).hour == 16


class TestAddWorkingDays:
    @given(DAYS, st.integers(-300, 300).filter(bool), CALENDARS)
    def test_it_equals_walking_or_says_that_it_cannot(
        self, day: date, count: int, calendar: Calendar
    ) -> None:
        found = found_or_beyond(lambda: add_working_days(day, count, calendar))
        assert found == walked(day, count, calendar)

    def test_past_the_last_known_day_nothing_is_guessed(self) -> None:
        with pytest.raises(BeyondCalendar) as raised:
            add_working_days(date(2027, 12, 30), 2, CHINA)
        assert raised.value.until == date(2027, 12, 31)

    def test_nor_before_the_first(self) -> None:
        with pytest.raises(BeyondCalendar) as raised:
            add_working_days(date(2024, 1, 5), -10, CHINA)
        assert raised.value.until == date(2024, 1, 1)

    def test_an_enormous_count_ends(self) -> None:
        with pytest.raises(BeyondCalendar):
            add_working_days(date(2026, 1, 1), 10**9, CHINA)
        with pytest.raises(BeyondCalendar):
            add_calendar_days(date(2026, 1, 1), 10**9, CHINA)
        with pytest.raises(BeyondCalendar):
            add_calendar_days(date(2026, 1, 1), -(10**9), CHINA, rolls=False)

    @given(DAYS, CALENDARS)
    def test_nothing_added_is_the_day_itself(self, day: date, calendar: Calendar) -> None:
        assert add_working_days(day, 0, calendar) == day

    @pytest.mark.law("民法典 201", "行政许可法 82")
    @pytest.mark.parametrize("day", VECTORS, ids=str)
    def test_golden_vectors(self, day: date) -> None:
        """domain.md §9, run with an independent calendar."""
        assert tuple(str(add_working_days(day, n, CHINA)) for n in PLACES) == VECTORS[day]

    @pytest.mark.law("行政许可法 42(2)")
    def test_the_forty_five_days_of_joint_handling(self) -> None:
        """domain.md §9."""
        assert add_working_days(date(2025, 1, 24), 45, CHINA) == date(2025, 4, 3)

    @given(HALF, st.integers(1, 20), CALENDARS)
    def test_back_from_a_working_day_comes_home(
        self, day: date, count: int, calendar: Calendar
    ) -> None:
        start = add_working_days(day, 1, calendar)
        there = add_working_days(start, count, calendar)
        assert add_working_days(there, -count, calendar) == start


class TestAddCalendarDays:
    @given(DAYS, st.integers(-400, 400), CALENDARS)
    def test_it_is_the_first_working_day_from_the_last_day_on(
        self, day: date, count: int, calendar: Calendar
    ) -> None:
        """民法典 203: a last day that is a rest day moves to the next working day.

        Counted backwards, to the one before.
        """
        last = day + timedelta(days=count)
        expected = first_worked(last, 1 if count >= 0 else -1, calendar)
        assert found_or_beyond(lambda: add_calendar_days(day, count, calendar)) == expected

    @given(DAYS, st.integers(-900, 900), CALENDARS)
    def test_without_rolling_it_needs_to_know_nothing(
        self, day: date, count: int, calendar: Calendar
    ) -> None:
        found = add_calendar_days(day, count, calendar, rolls=False)
        assert found == day + timedelta(days=count)

    @pytest.mark.law("民法典 203")
    @pytest.mark.parametrize(
        ("day", "count", "expected"),
        [
            (date(2026, 9, 11), 20, date(2026, 10, 8)),  # 1 October: the whole holiday over
            (date(2026, 11, 1), 20, date(2026, 11, 23)),  # a Saturday
            (date(2026, 1, 25), 20, date(2026, 2, 14)),  # a Saturday that is worked: not moved
            (date(2026, 10, 31), 20, date(2026, 11, 20)),
            (date(2026, 11, 21), 0, date(2026, 11, 23)),  # that very day, a Saturday
        ],
    )
    def test_rolling_over_real_holidays(self, day: date, count: int, expected: date) -> None:
        assert add_calendar_days(day, count, CHINA) == expected


class TestWorkingDaysBetween:
    @given(HALF, st.integers(0, 200), CALENDARS)
    def test_the_first_day_is_not_counted_and_the_last_is(
        self, day: date, span: int, calendar: Calendar
    ) -> None:
        """民法典 201: the day of the event is never counted."""
        days = [day + timedelta(days=n) for n in range(1, span + 1)]
        expected = sum(worked(calendar, d) for d in days)
        assert working_days_between(day, day + timedelta(days=span), calendar) == expected
        assert working_days_between(day + timedelta(days=span), day, calendar) == -expected

    @given(HALF, st.integers(1, 40), CALENDARS)
    def test_it_undoes_adding(self, day: date, count: int, calendar: Calendar) -> None:
        assert working_days_between(day, add_working_days(day, count, calendar), calendar) == count

    @pytest.mark.parametrize(
        ("day", "last"),
        [
            (date(2027, 12, 1), date(2028, 1, 1)),
            (date(2028, 1, 1), date(2027, 12, 1)),
            (date(2023, 12, 1), date(2024, 3, 1)),
        ],
    )
    def test_days_nobody_knows_are_not_counted(self, day: date, last: date) -> None:
        with pytest.raises(BeyondCalendar):
            working_days_between(day, last, CHINA)

    def test_of_the_days_themselves_only_those_counted_must_be_known(self) -> None:
        """The first is not counted, so it may lie just before all that is known."""
        assert working_days_between(date(2023, 12, 31), date(2024, 1, 2), CHINA) == 1
        with pytest.raises(BeyondCalendar):
            working_days_between(date(2023, 12, 30), date(2024, 1, 2), CHINA)
        assert working_days_between(date(2027, 12, 30), date(2027, 12, 31), CHINA) == 1
        nobody_knows = date(2030, 1, 1)
        assert working_days_between(nobody_knows, nobody_knows, CHINA) == 0


class TestReach:
    @pytest.mark.parametrize(
        ("day", "certainty"),
        [
            (date(2023, 12, 31), Certainty.UNKNOWN),
            (date(2024, 1, 1), Certainty.PUBLISHED),
            (date(2026, 12, 31), Certainty.PUBLISHED),
            (date(2027, 1, 1), Certainty.PROVISIONAL),
            (date(2027, 12, 31), Certainty.PROVISIONAL),
            (date(2028, 1, 1), Certainty.UNKNOWN),
        ],
    )
    def test_what_is_known_of_a_day(self, day: date, certainty: Certainty) -> None:
        assert reach(day, CHINA) is certainty

    def test_an_old_recorded_calendar_knows_the_years_it_has_days_of(self) -> None:
        """Before `known_until` was recorded, 2027 was there as provisional days only."""
        recorded = CHINA.model_dump(mode="json", include=OLD_FIELDS)
        old = Calendar.model_validate(recorded)
        assert (old.known_until, old.published_from, old.names) == (None, None, {})
        assert (old.first_known, old.last_known) == (date(2024, 1, 1), date(2027, 12, 31))
        assert add_working_days(date(2026, 12, 20), 20, old) == add_working_days(
            date(2026, 12, 20), 20, CHINA
        )


class TestCloseOfBusiness:
    def test_the_window_closes_when_the_calendar_says(self) -> None:
        """民法典 203: where there are business hours, their end."""
        shorter = CHINA.model_copy(update={"closes": time(16, 30)})
        assert close_of_business(date(2026, 11, 24), CHINA).isoformat() == AT_FIVE
        assert close_of_business(date(2026, 11, 24), shorter).hour == 16


class TestGoingThroughJson:
    def test_a_calendar_comes_back_as_it_was(self) -> None:
        assert Calendar.model_validate_json(CHINA.model_dump_json()) == CHINA
