"""Which version holds at a moment: validity, publication, retirement."""

from datetime import UTC, date, datetime

import pytest

from definitions.composing import Parts
from definitions.errors import Code, Refused
from definitions.loading import (
    CATALOGUE,
    Library,
    Loaded,
    Term,
    load_catalogue,
    read_service,
    reread,
)
from tests.support.new_service import SERVICE, changed

SHARED = load_catalogue()
FOUR = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai


def version(number: int, validity: str = "{since: 2026-01-01}") -> Loaded:
    """The new service as that version."""
    text = changed("version: 1", f"version: {number}")
    text = text.replace("{since: 2026-01-01}", validity, 1)
    loaded, errors = read_service(text.encode(), "v.yaml", SHARED, Parts(CATALOGUE))
    assert loaded is not None
    assert errors == ()
    return loaded


def library(*services: Loaded, **terms: Term) -> Library:
    """A library of these; `v2=Term(…)`."""
    named = {(SERVICE, int(name[1:])): term for name, term in terms.items()}
    return Library(catalogue=SHARED, services=services, terms=named)


def number_at(known: Library, moment: datetime | date) -> int:
    """Which version holds."""
    return known.service(SERVICE, moment).definition.version


def code_at(known: Library, moment: datetime) -> Code:
    """Why none does."""
    with pytest.raises(Refused) as refused:
        known.service(SERVICE, moment)
    return refused.value.code


class TestService:
    def test_two_versions_follow_each_other_on_one_day(self) -> None:
        known = library(version(1), version(2, '{since: "2026-12-01T14:00"}'))
        assert number_at(known, FOUR.replace(hour=5, minute=59)) == 1
        assert number_at(known, FOUR) == 2

    def test_nobody_was_handled_under_it_before_it_was_published(self) -> None:
        known = library(version(1), version(2), v2=Term(published=FOUR))
        assert number_at(known, FOUR.replace(hour=5)) == 1
        assert number_at(known, FOUR) == 2

    def test_what_was_retired_brings_nothing_back(self) -> None:
        known = library(version(1), version(2), v2=Term(retired=FOUR))
        assert number_at(known, FOUR.replace(hour=5)) == 2
        assert code_at(known, FOUR) is Code.SERVICE_RETIRED

    def test_a_later_one_holds_after_a_retired_one(self) -> None:
        known = library(version(1), version(2), version(3), v2=Term(retired=FOUR))
        assert number_at(known, FOUR) == 3

    def test_one_that_is_not_valid_yet_does_not_count(self) -> None:
        known = library(version(1, "{since: 2027-01-01}"))
        assert code_at(known, FOUR) is Code.UNKNOWN_SERVICE


class TestReread:
    def test_what_was_kept_is_the_same_definition(self) -> None:
        loaded = version(1)
        assert reread(loaded.body, loaded.sha256).definition == loaded.definition

    def test_what_was_tampered_with_is_not_read(self) -> None:
        loaded = version(1)
        with pytest.raises(ValueError, match="digest"):
            reread(version(2).body, loaded.sha256)
