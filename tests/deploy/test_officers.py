"""Officers who work at once never complete a task twice, lose one, or see what is not theirs.

The small form of `bench/officers.py`: ten of them for ten seconds on real servers.
"""

from dataclasses import dataclass

import pytest

from bench.officers import measure
from bench.officers_checks import Findings
from deploy.people import Json
from tests.support.survival import standing

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

OFFICERS = 10
BUNDLES = 12
SECONDS = 10.0
THINK = 0.2


@dataclass(frozen=True, slots=True)
class Worked:
    """What the officers were told, and what the register says of it."""

    told: Json
    findings: Findings


@pytest.fixture(scope="module")
async def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """What the benchmark found."""
    with standing(tmp_path_factory.mktemp("officers") / "data") as home:
        told, findings = await measure(
            home, officers=OFFICERS, bundles=BUNDLES, seconds=SECONDS, think=THINK
        )
    return Worked(told, findings)


class TestOfficers:
    def test_they_worked_in_every_way(self, worked: Worked) -> None:
        """Whatever follows would also be true of officers who did nothing."""
        assert worked.findings.completed > 0
        assert worked.findings.rows_looked_at > 0
        ways = ("list", "pull", "claim", "complete", "bulk_claim", "bulk_complete")
        assert [way for way in ways if f"{way}_p50_ms" not in worked.told] == []

    def test_nobody_was_answered_by_a_fault_of_ours(self, worked: Worked) -> None:
        assert "internal" not in worked.told["refused"]

    def test_whoever_reached_for_what_is_not_theirs_was_refused(self, worked: Worked) -> None:
        """It does not even exist for them, or is forbidden."""
        assert worked.told["refused"]["unknown-task"] > 0

    def test_no_task_was_completed_or_held_twice(self, worked: Worked) -> None:
        assert worked.findings.doubled == []

    def test_no_act_that_was_answered_is_lost(self, worked: Worked) -> None:
        assert worked.findings.lost == []

    def test_nobody_saw_or_worked_a_foreign_task(self, worked: Worked) -> None:
        """By organ, item, confidentiality and what concerns the officer."""
        assert worked.findings.foreign == []

    def test_the_chain_of_evidence_holds_and_gives_the_same_register(self, worked: Worked) -> None:
        assert worked.findings.differences == []
