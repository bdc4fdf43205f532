"""One trace a human act: from the HTTP request through Temporal's update to the SQL statements."""

import pytest

from tests.deploy.conftest import Watched
from tests.support.collector import Seen
from tests.support.stack import until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

SERVER, WORKER = "yijianshi-server", "yijianshi-worker"
COMPLETE = "POST /api/v1/tasks/{task}/complete"


@pytest.fixture
def act(watched: Watched) -> dict[tuple[str, str], Seen]:
    """The spans of completing one task, by service and name."""
    collector = watched.collector

    def traces() -> list[tuple[Seen, ...]]:
        """Of acts whose two processes have both told their spans."""
        asked = [span.trace for span in collector.spans if span.name == COMPLETE]
        told = [collector.trace(trace) for trace in asked]
        return [spans for spans in told if (WORKER, "WITH") in {(s.service, s.name) for s in spans}]

    until(traces, seconds=20)
    return {(span.service, span.name): span for span in traces()[0]}


class TestTracing:
    def test_an_act_is_one_trace_from_request_to_statement(
        self, act: dict[tuple[str, str], Seen]
    ) -> None:
        chain = [
            (SERVER, COMPLETE),
            (SERVER, "StartWorkflowUpdate:act"),
            (WORKER, "HandleUpdate:act"),
            (WORKER, "StartActivity:record"),
            (WORKER, "RunActivity:record"),
            (WORKER, "WITH"),
        ]
        parents = ["", *(act[each].span for each in chain[:-1])]
        assert [act[each].parent for each in chain] == parents

    def test_a_statement_is_told_with_placeholders_only(
        self, act: dict[tuple[str, str], Seen]
    ) -> None:
        statement = act[WORKER, "WITH"].attributes["db.query.text"]
        assert "INSERT INTO event" in statement
        assert "%(events)s" in statement

    def test_callers_are_not_told(self, watched: Watched) -> None:
        requests = [span for span in watched.collector.spans if span.name == COMPLETE]
        assert requests
        assert all(not span.attributes.get("net.peer.ip") for span in requests)
