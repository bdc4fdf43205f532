"""Office hours: counted as a clerk with a watch would count them, minute by minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.language.base import SHANGHAI
from definitions.language.supervision import OfficeHours
from definitions.loading import load_calendars
from definitions.rules.calendar import Calendar
from definitions.rules.hours import shift
from tests.support.shipped import shipped

REAL = load_calendars()
MINUTE = timedelta(minutes=1)
_WATCHED = shipped().catalogue.supervision
assert _WATCHED is not None
OFFICE = _WATCHED.office_hours


def at(day: str, hour: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), SHANGHAI)


def is_office(moment: datetime) -> bool:
    """Whether the office is open in the minute that begins now."""
    local = moment.astimezone(SHANGHAI)
    open_now = any(hours.since <= local.time() < hours.until for hours in OFFICE)
    return open_now and REAL.is_worked(local.date())


def by_the_watch(moment: datetime, hours: int) -> datetime:
    """The same, one minute after the other."""
    left = abs(hours) * 60
    if hours == 0:
        while not is_office(moment):
            moment += MINUTE
        return moment
    while left:
        ticking = moment if hours > 0 else moment - MINUTE
        left -= is_office(ticking)
        moment += MINUTE if hours > 0 else -MINUTE
    return moment


# 2026: the spring festival (15–23 February) with its make-up days 14 and 28 February among them.
BEGUN = at("2026-01-20", "00:00")
MOMENTS = st.integers(0, 60 * 24 * 60).map(lambda minutes: BEGUN + minutes * MINUTE)
HOURS = st.integers(-20, 20)


class TestShift:
    @pytest.mark.parametrize(
        ("moment", "hours", "becomes"),
        [
            (at("2026-03-02", "10:00"), 1, at("2026-03-02", "11:00")),
            # Nobody works over lunch.
            (at("2026-03-02", "11:00"), 1, at("2026-03-02", "14:00")),
            (at("2026-03-02", "14:00"), -1, at("2026-03-02", "11:00")),
            (at("2026-03-02", "12:00"), 0, at("2026-03-02", "13:30")),
            # A day has six hours; the next one goes on where this one ended.
            (at("2026-03-02", "10:00"), 6, at("2026-03-03", "10:00")),
            (at("2026-03-03", "10:00"), -6, at("2026-03-02", "10:00")),
            # A weekend is nothing, and the end of a day is the next morning.
            (at("2026-03-06", "16:00"), 2, at("2026-03-09", "10:00")),
            (at("2026-03-07", "00:00"), 0, at("2026-03-09", "09:00")),
            (at("2026-03-07", "00:00"), -3, at("2026-03-06", "14:00")),
            # A Saturday that is worked for a longer holiday is worked.
            (at("2026-02-27", "16:00"), 2, at("2026-02-28", "10:00")),
            (at("2026-02-28", "00:00"), 0, at("2026-02-28", "09:00")),
            # Its holiday is not.
            (at("2026-02-14", "17:00"), 0, at("2026-02-24", "09:00")),
        ],
    )
    def test_as_people_count(self, moment: datetime, hours: int, becomes: datetime) -> None:
        assert shift(moment, hours, OFFICE, REAL) == becomes

    def test_whatever_zone_the_moment_is_written_in(self) -> None:
        moment = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
        assert shift(moment, 1, OFFICE, REAL) == at("2026-03-02", "11:00")

    def test_the_year_has_no_summer_time(self) -> None:
        """Shanghai has had none since 1991; a night in March and in October has its full hours."""
        for moment in (at("2026-03-29", "00:00"), at("2026-10-25", "00:00")):
            found = shift(moment, 0, OFFICE, REAL)
            assert found is not None
            assert found.utcoffset() == timedelta(hours=8)

    def test_beyond_what_the_calendar_knows_nothing_is_guessed(self) -> None:
        bare = Calendar(
            region="x",
            version="x",
            exceptions={},
            published_from=date(2026, 3, 2),
            published_until=date(2026, 3, 3),
            known_until=date(2026, 3, 3),
        )
        assert shift(at("2026-03-03", "16:00"), 1, OFFICE, bare) == at("2026-03-03", "17:00")
        assert shift(at("2026-03-03", "16:00"), 2, OFFICE, bare) is None
        assert shift(at("2026-03-02", "10:00"), -1, OFFICE, bare) == at("2026-03-02", "09:00")
        assert shift(at("2026-03-02", "10:00"), -2, OFFICE, bare) is None

    @given(MOMENTS, HOURS)
    def test_it_agrees_with_the_watch(self, moment: datetime, hours: int) -> None:
        assert shift(moment, hours, OFFICE, REAL) == by_the_watch(moment, hours)

    @given(MOMENTS, st.integers(0, 30))
    def test_there_and_back_again(self, moment: datetime, hours: int) -> None:
        begun = shift(moment, 0, OFFICE, REAL)
        assert begun is not None
        later = shift(begun, hours, OFFICE, REAL)
        assert later is not None
        # No hours back from the opening is the moment itself: nothing to go back to.
        assert (shift(later, -hours, OFFICE, REAL) if hours else later) == begun

    @given(MOMENTS, MOMENTS, HOURS)
    def test_who_begins_later_is_not_done_earlier(
        self, one: datetime, other: datetime, hours: int
    ) -> None:
        first, last = sorted((one, other))
        ends = shift(first, hours, OFFICE, REAL), shift(last, hours, OFFICE, REAL)
        assert ends[0] is not None
        assert ends[1] is not None
        assert ends[0] <= ends[1]

    @given(MOMENTS, HOURS, HOURS)
    def test_more_hours_are_not_over_earlier(self, moment: datetime, one: int, other: int) -> None:
        first, last = sorted((one, other))
        ends = shift(moment, first, OFFICE, REAL), shift(moment, last, OFFICE, REAL)
        assert ends[0] is not None
        assert ends[1] is not None
        assert ends[0] <= ends[1]

    @given(MOMENTS, HOURS)
    def test_it_is_always_while_the_office_is_open(self, moment: datetime, hours: int) -> None:
        found = shift(moment, hours, OFFICE, REAL)
        assert found is not None
        assert is_office(found) or is_office(found - MINUTE)


def test_hours_of_a_day_are_not_written_backwards() -> None:
    with pytest.raises(ValueError, match="`from` lies before `until`"):
        OfficeHours.model_validate({"from": "17:00", "until": "09:00"})
