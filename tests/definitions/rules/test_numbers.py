"""Case numbers: what they look like, and that no two are the same."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.rules.numbers import (
    bundle_number,
    bundle_of_task,
    document_number,
    is_bundle_number,
    matter_number,
)

ITEM = "12441500196720244T3442199806003"  # 实施编码, domain.md §8.3
DAYS = st.dates(date(2000, 1, 1), date(2999, 12, 31))
SERIALS = st.integers(1, 10**7)


class TestBundleNumber:
    def test_as_written_in_the_specification(self) -> None:
        """domain.md §8.3."""
        assert bundle_number(date(2026, 11, 22), 123) == "SJ-YJS-310117-20261122-000123"

    @given(DAYS, SERIALS)
    def test_it_is_one(self, day: date, serial: int) -> None:
        assert is_bundle_number(bundle_number(day, serial))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "SJ-YJS-310117-20261122-00123",
            "SJ-YJS-310118-20261122-000123",
            " SJ-YJS-310117-20261122-000123",
            "SJ-YJS-310117-20261122-000123\n",
            "SJ-YJS-310117-20261122-000123.REG",
            "SJ-YJS-310117-２０２６1122-000123",
        ],
    )
    def test_nothing_else_is_one(self, text: str) -> None:
        assert not is_bundle_number(text)


class TestMatterNumber:
    def test_it_has_forty_three_signs(self) -> None:
        """办件编号: 31 + 8 + 4 (domain.md §8.3)."""
        number = matter_number(bundle_number(date(2026, 11, 22), 123), ITEM)
        assert number == f"{ITEM}202611220123"
        assert len(number) == 43

    @given(DAYS, SERIALS, DAYS, SERIALS)
    def test_two_applications_have_two_numbers(
        self, day: date, serial: int, other_day: date, other_serial: int
    ) -> None:
        one = matter_number(bundle_number(day, serial), ITEM)
        two = matter_number(bundle_number(other_day, other_serial), ITEM)
        assert (one == two) is ((day, serial) == (other_day, other_serial))

    def test_the_ten_thousandth_of_a_day_has_a_number_of_its_own(self) -> None:
        day = date(2026, 11, 22)
        late = matter_number(bundle_number(day, 10_123), ITEM)
        assert late == f"{ITEM}2026112210123"
        assert late != matter_number(bundle_number(day, 123), ITEM)

    def test_a_foreign_number_is_kept_whole(self) -> None:
        assert matter_number("X-1", ITEM) == f"{ITEM}-X-1"


class TestDocumentNumber:
    NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # already 2027 in Shanghai

    def test_series_year_of_issue_and_the_application_s_own(self) -> None:
        bundle = bundle_number(date(2026, 11, 22), 123)
        first = document_number(bundle, "松市监", self.NEW_YEAR, before=0)
        assert first == "松市监〔2027〕261122000123号"
        assert document_number(bundle, "松市监", self.NEW_YEAR, before=1).endswith("000123-2号")

    def test_that_of_a_foreign_application_is_kept_whole(self) -> None:
        assert document_number("X-1", "松", self.NEW_YEAR, before=0) == "松〔2027〕X-1号"

    @given(DAYS.filter(lambda day: day.year < 2100), SERIALS, st.integers(0, 5))
    def test_two_documents_of_a_series_have_two_numbers(
        self, day: date, serial: int, before: int
    ) -> None:
        bundle = bundle_number(day, serial)
        others = [(bundle, before + 1), (bundle_number(day, serial + 1), before)]
        one = document_number(bundle, "松", self.NEW_YEAR, before=before)
        assert one not in {
            document_number(each, "松", self.NEW_YEAR, before=count) for each, count in others
        }


class TestBundleOfTask:
    @pytest.mark.parametrize("rest", ["", ".REG.review", ".BUNDLE.intake", ".FOOD.check-M03-1"])
    def test_it_is_what_stands_before_the_first_dot(self, rest: str) -> None:
        number = bundle_number(date(2026, 11, 22), 123)
        assert bundle_of_task(number + rest) == number
