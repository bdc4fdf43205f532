"""Nothing is lost or doubled when processes are killed while people work.

The small form of `bench/survival.py`: each process once.
"""

import pytest

from tests.support.survival import CHANGES, PARTS, Outcome, standing, survive

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

BUNDLES = 12
ENDS = {"granted", "not_needed"}


@pytest.fixture(scope="module")
async def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Twelve applications for eight clients, and four kills at the moments of a fixed seed."""
    with standing(tmp_path_factory.mktemp("survival") / "data") as home:
        samples = (*CHANGES, "simple-deregistration")
        return await survive(home, samples=samples, bundles=BUNDLES, parts=PARTS, seed=20261122)


class TestSurvival:
    def test_every_process_was_killed_and_came_back(self, outcome: Outcome) -> None:
        assert sorted(kill.part for kill in outcome.kills) == sorted(PARTS)

    def test_every_application_is_closed_with_the_results_of_its_kind(
        self, outcome: Outcome
    ) -> None:
        """As if nothing had happened: those of one sample end alike, in every matter."""
        for name, summaries in outcome.summaries.items():
            assert {summary["state"] for summary in summaries} == {"closed"}, name
            ends = {tuple((m["key"], m["result"]) for m in s["matters"]) for s in summaries}
            assert len(ends) == 1, name
            assert {result for _, result in ends.pop()} <= ENDS, name
            assert len({tuple(sorted(d["name"] for d in s["documents"])) for s in summaries}) == 1
        assert sum(map(len, outcome.summaries.values())) == BUNDLES

    def test_no_act_that_was_answered_is_lost(self, outcome: Outcome) -> None:
        """Events without a gap, every answer where it was said to be, every document a file."""
        assert outcome.findings.lost == []

    def test_nothing_is_doubled(self, outcome: Outcome) -> None:
        """No second decision, completion, number, message or application, however often asked."""
        assert outcome.findings.doubled == []

    def test_no_client_read_less_than_it_was_told(self, outcome: Outcome) -> None:
        assert outcome.heard.contradictions == []

    def test_the_rebuilt_read_model_is_the_same(self, outcome: Outcome) -> None:
        assert outcome.findings.differences == []

    def test_no_workflow_task_failed(self, outcome: Outcome) -> None:
        """A failed task would mean that a workflow met something it does not understand."""
        assert outcome.findings.failed_tasks == []
