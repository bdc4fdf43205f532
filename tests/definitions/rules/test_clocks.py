"""Clocks: when a limit runs out, on whose calendar, and what still runs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.language.clocks import ClockRule
from definitions.language.limits import Limit, Unit
from definitions.loading import load_calendars, load_catalogue
from definitions.rules.calendar import SHANGHAI, BeyondCalendar, local_day
from definitions.rules.clocks import Clock, ClockKind, Pause, due, used, walk

CHINA = load_calendars()
MORNING = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)  # Wednesday 09:00 in Shanghai
MOMENTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2026, 6, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def clock(started_at: datetime, days: int, unit: Unit = Unit.WORKING_DAY) -> Clock:
    """A running clock."""
    limit = Limit(days=days, unit=unit)
    return Clock(kind=ClockKind.PROMISED, limit=limit, started_at=started_at)


class TestDue:
    @pytest.mark.parametrize(
        ("days", "day"), [(1, date(2026, 10, 8)), (3, date(2026, 10, 10)), (20, date(2026, 11, 3))]
    )
    def test_working_days_skip_the_holiday(self, days: int, day: date) -> None:
        """domain.md §9: the row of 2026-09-30."""
        found = due(clock(MORNING, days), CHINA)
        assert found.day == day
        assert found.at == datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(1)

    def test_a_calendar_limit_rolls_over_the_holiday(self) -> None:
        """民法典 203: 2026-10-05 lies in the holiday."""
        assert due(clock(MORNING, 5, Unit.CALENDAR_DAY), CHINA).day == date(2026, 10, 8)

    def test_the_day_begins_in_shanghai_not_in_greenwich(self) -> None:
        late = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)  # already Friday in Shanghai
        assert due(clock(late, 1), CHINA).day == date(2026, 11, 23)

    @given(MOMENTS, st.integers(1, 60), st.sampled_from(Unit))
    def test_the_hour_of_the_start_does_not_matter(
        self, moment: datetime, days: int, unit: Unit
    ) -> None:
        """民法典 201: counting begins on the next day, whenever the event was."""
        opened = datetime.combine(local_day(moment), datetime.min.time(), SHANGHAI)
        assert due(clock(moment, days, unit), CHINA) == due(clock(opened, days, unit), CHINA)

    @given(MOMENTS, st.integers(1, 60), st.sampled_from(Unit))
    def test_a_longer_limit_is_never_due_earlier(
        self, moment: datetime, days: int, unit: Unit
    ) -> None:
        shorter = due(clock(moment, days, unit), CHINA)
        longer = due(clock(moment, days + 1, unit), CHINA)
        assert shorter.at <= longer.at
        assert CHINA.is_worked(shorter.day)
        assert shorter.at > moment

    @pytest.mark.parametrize(("days", "provisional"), [(8, False), (9, True)])
    def test_beyond_the_published_calendar_it_says_provisional(
        self, days: int, *, provisional: bool
    ) -> None:
        """2026-12-31 is the last day published."""
        found = due(clock(datetime(2026, 12, 21, 2, tzinfo=UTC), days), CHINA)
        assert (found.day <= date(2026, 12, 31)) is not provisional
        assert found.provisional is provisional


class TestRuns:
    @pytest.mark.parametrize(
        ("change", "runs"),
        [
            ({}, True),
            ({"stopped_at": MORNING}, False),
            ({"expired": True}, False),
            ({"stopped_at": MORNING, "expired": True}, False),
        ],
    )
    def test_a_stopped_or_expired_clock_has_no_effect_any_more(
        self, change: dict[str, object], *, runs: bool
    ) -> None:
        assert clock(MORNING, 1).model_copy(update=change).runs is runs


class TestOf:
    @pytest.mark.parametrize("rule", load_catalogue().clocks, ids=lambda rule: rule.id)
    def test_a_clock_is_as_its_rule_says_and_shows_the_rule_s_basis(self, rule: ClockRule) -> None:
        running = Clock.of(rule, MORNING)
        assert (running.rule, running.name, running.kind) == (rule.id, rule.name, rule.kind)
        assert running.started_at == MORNING
        for name in ("days", "unit", "rolls"):
            assert getattr(running.limit, name) == getattr(rule.limit, name)
        assert running.limit.basis == rule.basis
        for name in ("expiry", "pausable", "extension"):
            assert getattr(running, name) == getattr(rule, name)
        assert running.runs
        assert running.open_pause is None


class TestWalk:
    """Each day says by name why it counts or does not."""

    def told(self, days: int, unit: Unit = Unit.WORKING_DAY) -> list[tuple[str, str, str]]:
        found = walk(clock(MORNING, days, unit), CHINA)
        return [(tick.day.isoformat()[5:], tick.why, tick.note) for tick in found]

    def test_working_days_name_the_holiday_and_the_day_made_up(self) -> None:
        assert self.told(3) == [
            ("09-30", "start", ""),
            *((f"10-0{n}", "holiday", "国庆节") for n in range(1, 8)),
            ("10-08", "counted", ""),
            ("10-09", "counted", ""),
            ("10-10", "made_up", "调休上班"),
        ]

    def test_a_plain_weekend_has_no_name(self) -> None:
        assert self.told(4)[-2:] == [("10-11", "rest_day", ""), ("10-12", "counted", "")]

    def test_calendar_days_count_through_the_holiday_and_roll_out_of_it(self) -> None:
        assert self.told(5, Unit.CALENDAR_DAY)[-4:] == [
            ("10-05", "counted", "国庆节"),
            ("10-06", "rolled", "国庆节"),
            ("10-07", "rolled", "国庆节"),
            ("10-08", "rolled", ""),
        ]

    def test_a_calendar_day_without_a_name_has_no_note(self) -> None:
        friday = clock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), 2, Unit.CALENDAR_DAY)
        assert [(tick.day.day, tick.why, tick.note) for tick in walk(friday, CHINA)] == [
            *((20, "start", ""), (21, "counted", ""), (22, "counted", "")),
            (23, "rolled", ""),
        ]

    def test_that_very_day_is_not_moved_in_working_days(self) -> None:
        """当场: a limit of no days ends on a Saturday that began on one."""
        saturday = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
        assert [tick.day.day for tick in walk(clock(saturday, 0), CHINA)] == [21]
        assert due(clock(saturday, 0), CHINA).day == date(2026, 11, 21)

    def test_rolling_out_of_what_is_known_tells_the_last_day_that_is(self) -> None:
        """Nobody knows whether Sunday is worked, nor Monday."""
        saturday = date(2026, 11, 21)
        short = CHINA.model_copy(update={"published_until": saturday, "known_until": saturday})
        friday = clock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), 1, Unit.CALENDAR_DAY)
        with pytest.raises(BeyondCalendar) as beyond:
            list(walk(friday, short))
        assert beyond.value.until == saturday

    def test_a_day_that_was_told_and_is_the_last_anyway_is_not_told_again(self) -> None:
        monday = clock(datetime(2026, 11, 16, 2, 0, tzinfo=UTC), 1)
        for told, why in ((17, "counted"), (18, "told"), (16, "counted")):
            kept = monday.model_copy(update={"told": date(2026, 11, told)})
            last = list(walk(kept, CHINA))[-1]
            assert (last.day.day, last.why) == (max(17, told), why)

    @pytest.mark.parametrize("turned", [False, True])
    def test_a_day_in_two_procedures_is_told_by_the_one_that_began_first(
        self, *, turned: bool
    ) -> None:
        """行政许可法 45. From the day after each begins to the day it ends, itself included."""
        start = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # a Monday
        first, second = (
            Pause(
                procedure=cause,
                cause=cause,
                since=start + timedelta(days=begins),
                until=start + timedelta(days=ends),
            )
            for cause, begins, ends in (("检验", 0, 2), ("鉴定", 1, 3))
        )
        pauses = (second, first) if turned else (first, second)
        running = clock(start, 1).model_copy(update={"pauses": pauses})
        found = [(tick.day.day, tick.why, tick.note) for tick in walk(running, CHINA)]
        assert found == [
            *((16, "start", ""), (17, "paused", "检验"), (18, "paused", "检验")),
            *((19, "paused", "鉴定"), (20, "counted", "")),
        ]

    def test_a_procedure_that_goes_on_stops_the_clock_and_is_named(self) -> None:
        start = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
        ended = Pause(procedure="a", cause="检验", since=start, until=start + timedelta(days=3))
        open_ = Pause(procedure="b", cause="专家评审", since=start + timedelta(days=1))
        running = clock(start, 5).model_copy(update={"pauses": (ended, open_)})
        found = [(tick.day.day, tick.why, tick.note) for tick in walk(running, CHINA)]
        assert found == [
            *((16, "start", ""), (17, "paused", "检验")),
            (18, "stopped", "专家评审"),
        ]
        assert running.open_pause == open_
        assert due(running, CHINA).stopped

    def test_only_a_limit_of_no_days_counts_its_own_day(self) -> None:
        assert [tick.nth for tick in walk(clock(MORNING, 0), CHINA)] == [0]
        assert next(walk(clock(MORNING, 1), CHINA)).nth is None

    def test_days_used_stop_with_the_day_asked_for(self) -> None:
        running = clock(MORNING, 5)
        assert [used(running, CHINA, date(2026, 10, day)) for day in (7, 8, 10, 31)] == [0, 1, 3, 5]
