"""A published calendar reaches every open application once, though worker and register are killed.

The small form of `bench/calendar.py`.
"""

import pytest

from bench.calendar import MATTERS, measure
from deploy.people import Json
from tests.support.survival import standing

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

BUNDLES = 12
PARTS = ("worker", "postgres")


@pytest.fixture(scope="module")
async def found(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """What the benchmark found."""
    with standing(tmp_path_factory.mktemp("recalculation") / "data") as home:
        return await measure(home, BUNDLES, parts=PARTS, seed=20261123, idle_seconds=1.0)


class TestRecalculation:
    def test_worker_and_register_were_killed_meanwhile(self, found: Json) -> None:
        assert tuple(kill["part"] for kill in found["kills"]) == PARTS

    def test_every_open_application_took_the_calendar_once(self, found: Json) -> None:
        assert found["open_matters"] >= BUNDLES * MATTERS
        assert (found["left_on_another"], found["recalculated_twice"]) == (0, 0)
        assert found["each_once"]

    def test_none_was_given_up(self, found: Json) -> None:
        assert found["failed"] == 0

    def test_what_moved_is_listed(self, found: Json) -> None:
        """Two limits of each matter pass over the day that is off now."""
        assert found["moved"] >= 2 * BUNDLES * MATTERS

    def test_people_were_served_meanwhile(self, found: Json) -> None:
        assert found["during"]["reads"] > 0
        assert found["during"]["acts"] > 0
