"""How much of a stretch lies in office hours."""

from datetime import datetime, time, timedelta

import pytest

from definitions.language.base import SHANGHAI
from definitions.language.supervision import OfficeHours
from definitions.rules.worktime import worked_days, worked_time
from tests.support.legal import CALENDAR

OFFICE = (
    OfficeHours.model_validate({"from": time(9), "until": time(11, 30)}),
    OfficeHours.model_validate({"from": time(13, 30), "until": time(17)}),
)


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


class TestWorkedTime:
    @pytest.mark.parametrize(
        ("since", "until", "minutes"),
        [
            (at(3, 3, 9), at(3, 3, 17), 360),
            (at(3, 3, 11), at(3, 3, 14), 60),
            (at(3, 3, 12), at(3, 3, 13), 0),
            (at(3, 3, 16, 59), at(3, 4, 9, 1), 2),
            (at(3, 6, 16), at(3, 9, 10), 120),
            (at(2, 27, 17), at(3, 1, 23), 360),
            (at(3, 3, 10), at(3, 3, 10), 0),
        ],
        ids=["a day", "lunch", "in lunch", "a night", "a weekend", "a make-up Saturday", "nothing"],
    )
    def test_leaves_out_lunch_nights_and_days_off(
        self, since: datetime, until: datetime, minutes: int
    ) -> None:
        assert worked_time(since, until, OFFICE, CALENDAR) == timedelta(minutes=minutes)

    def test_counts_the_days_of_shanghai_and_not_of_greenwich(self) -> None:
        """23:30 on Sunday in Greenwich is Monday morning here."""
        days = worked_days(at(3, 8, 23), at(3, 9, 7, 30), CALENDAR)
        assert [day.isoformat() for day in days] == ["2026-03-09"]
