"""领取下一件: urgent first, what one is good at, nobody's applications in a row; not too many."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.rules.calendar import end_of_day
from definitions.rules.pulling import (
    Band,
    Puller,
    Unwilling,
    Waiting,
    band,
    ranked,
    remaining,
    unwilling,
)
from tests.support.services import CALENDAR, NOW, SHIPPED, TODAY

WATCHED = SHIPPED.supervision
FREE = Puller(held=0, at_most=20)


def waits(task: str, *, applicant: str = "", days: int = 9, kind: str = "review") -> Waiting:
    """A task that was opened so many days ago; its id is its applicant unless one is named."""
    return Waiting(
        task=task,
        kind=kind,
        item=f"item-{task}",
        applicant=applicant or task,
        opened_at=NOW - timedelta(days=days),
    )


def names(order: tuple[Waiting, ...]) -> list[str]:
    return [each.task for each in order]


class TestBand:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 11, 19), Band.OVERDUE),
            (date(2026, 11, 20), Band.RED),
            (date(2026, 11, 23), Band.RED),
            (date(2026, 11, 24), Band.AMBER),
            (date(2026, 11, 25), Band.AMBER),
            (date(2026, 11, 26), Band.GREEN),
        ],
    )
    def test_counts_working_days_and_not_the_weekend(self, day: date, expected: Band) -> None:
        assert WATCHED is not None
        assert band(end_of_day(day), NOW, CALENDAR, WATCHED) is expected

    def test_of_a_task_without_a_limit_comes_last(self) -> None:
        assert WATCHED is not None
        assert band(None, NOW, CALENDAR, WATCHED) is Band.UNLIMITED
        assert max(Band) is Band.UNLIMITED

    def test_beyond_the_calendar_days_are_just_days(self) -> None:
        far = end_of_day(TODAY + timedelta(days=3000))
        assert remaining(far, NOW, CALENDAR) == 3000


class TestUnwilling:
    def test_gives_nothing_to_who_has_enough(self) -> None:
        assert unwilling(Puller(held=20, at_most=20), NOW) is Unwilling.FULL
        assert unwilling(Puller(held=19, at_most=20), NOW) is None

    @pytest.mark.parametrize(
        ("since", "until", "hour", "expected"),
        [
            (time(9), time(17), 9, None),
            (time(9), time(17), 17, Unwilling.OFF_SHIFT),
            (time(9), time(17), 8, Unwilling.OFF_SHIFT),
            (time(22), time(6), 23, None),
            (time(22), time(6), 5, None),
            (time(22), time(6), 12, Unwilling.OFF_SHIFT),
        ],
    )
    def test_gives_nothing_outside_of_the_shift_in_shanghai(
        self, since: time, until: time, hour: int, expected: Unwilling | None
    ) -> None:
        at = datetime(2026, 11, 20, hour, 0, tzinfo=UTC) - timedelta(hours=8)
        puller = Puller(held=0, at_most=1, shift_from=since, shift_until=until)
        assert unwilling(puller, at) is expected


class TestRanked:
    def test_urgency_goes_before_skill(self) -> None:
        skilled, urgent = waits("skilled", kind="hearing"), waits("urgent")
        puller = FREE.model_copy(update={"skills": frozenset({"hearing"})})
        order = ranked([(skilled, Band.AMBER), (urgent, Band.RED)], puller)
        assert names(order) == ["urgent", "skilled"]

    @pytest.mark.parametrize("skill", ["hearing", "item-skilled"])
    def test_skill_goes_before_the_limit_within_a_band(self, skill: str) -> None:
        skilled, older = waits("skilled", kind="hearing", days=1), waits("older", days=9)
        puller = FREE.model_copy(update={"skills": frozenset({skill})})
        order = ranked([(older, Band.GREEN), (skilled, Band.GREEN)], puller)
        assert names(order) == ["skilled", "older"]

    def test_one_applicant_does_not_come_twice_while_another_waits_longer(self) -> None:
        puller = FREE.model_copy(update={"last": ("agent",)})
        sooner = waits("a", applicant="agent", days=2).model_copy(update={"due_at": NOW})
        order = ranked([(sooner, Band.GREEN), (waits("b", days=5), Band.GREEN)], puller)
        assert names(order) == ["b", "a"]

    def test_one_applicant_comes_twice_where_nobody_waits_longer(self) -> None:
        puller = FREE.model_copy(update={"last": ("agent",)})
        sooner = waits("a", applicant="agent", days=9).model_copy(update={"due_at": NOW})
        order = ranked([(sooner, Band.GREEN), (waits("b", days=5), Band.GREEN)], puller)
        assert names(order) == ["a", "b"]

    @given(
        st.lists(
            st.tuples(
                st.sampled_from("abc"),
                st.integers(0, 30),
                st.sampled_from(list(Band)),
                st.none() | st.integers(-5, 5),
            ),
            max_size=12,
        ),
        st.sampled_from(["", "a", "b"]),
    )
    def test_loses_none_and_never_puts_a_less_urgent_band_first(
        self, drawn: list[tuple[str, int, Band, int | None]], last: str
    ) -> None:
        some = [
            (
                waits(str(n), applicant=who, days=days).model_copy(
                    update={"due_at": None if due is None else NOW + timedelta(days=due)}
                ),
                its,
            )
            for n, (who, days, its, due) in enumerate(drawn)
        ]
        order = ranked(some, FREE.model_copy(update={"last": (last,) if last else ()}))
        assert sorted(names(order)) == sorted(each.task for each, _ in some)
        bands = {each.task: its for each, its in some}
        assert [bands[name] for name in names(order)] == sorted(bands[n] for n in names(order))
        for before, after in pairwise(order):
            if before.applicant != after.applicant:
                continue
            rest = order[order.index(after) + 1 :]
            assert not any(
                bands[each.task] is bands[after.task]
                and each.applicant != after.applicant
                and each.opened_at < after.opened_at
                for each in rest
            )
