"""The applicant's duty to apply in time: told from the facts, nobody is turned away for it."""

from datetime import date

import pytest

from definitions.language.clocks import ClockKind
from tests.support.legal import life


class TestDuties:
    @pytest.mark.law("时限 CHG30")
    @pytest.mark.parametrize(("day", "late"), [(31, False), (30, False), (29, True)])
    def test_applying_late_is_told_and_hinders_nothing(self, day: int, *, late: bool) -> None:
        """It came in on Monday 2 March.

        30 calendar days from 30 January end on a Sunday, which rolls on to that Monday; from the
        29th on a Saturday that is worked.
        """
        on = date(2026, 1, day)
        one = life(dates={"decided_on": on})
        (duty,) = (x for x in one.state.matters["PERMIT"].clocks if x.kind is ClockKind.DUTY)
        assert duty.expired is late
        assert one.status("PERMIT") == "received"

    @pytest.mark.law("时限 CHG30")
    @pytest.mark.parametrize(
        ("announced", "late"),
        [(date(2026, 1, 20), False), (date(2026, 2, 27), True), (date(2020, 3, 2), True)],
    )
    def test_who_must_announce_first_is_in_time_by_announcing(
        self, announced: date, *, late: bool
    ) -> None:
        """登记管理条例实施细则 36: applying follows the 45 days, so those 30 are for announcing.

        What an earlier year's announcement was about is over; it does not count.
        """
        one = life(dates={"decided_on": date(2026, 1, 5), "announced_on": announced})
        (duty,) = (x for x in one.state.matters["PERMIT"].clocks if x.kind is ClockKind.DUTY)
        assert duty.expired is late
