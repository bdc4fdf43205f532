"""Nothing about a person leaves the register: not to Temporal, not to logs, spans or metrics.

The texts of a whole life (form, file names, reasons, mistaken requests) are searched for in
everything else the stack writes or sends, at its most talkative log level.
"""

import json
from collections.abc import AsyncIterator, Iterable

import pytest
from sqlalchemy import text
from temporalio.client import Client

from activities.store.engine import Store
from tests.deploy.conftest import MARKERS, MOBILE, TEXTS, Watched
from tests.support.stack import until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]


def found(haystack: bytes, markers: Iterable[str] = MARKERS) -> set[str]:
    """The markers in there, plainly or as JSON or a web address would write them."""
    return {
        marker
        for marker in markers
        if marker.encode() in haystack
        or json.dumps(marker)[1:-1].encode() in haystack
        or "".join(f"%{byte:02X}" for byte in marker.encode()).encode() in haystack
    }


@pytest.fixture
async def temporal(watched: Watched) -> Client:
    return await Client.connect(watched.running.temporal_address)


async def histories(client: Client) -> AsyncIterator[bytes]:
    """Every execution: its events with their payloads as they are, memo and search attributes."""
    async for execution in client.list_workflows():
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        described = await handle.describe()
        yield described.raw_description.SerializeToString()
        async for event in handle.fetch_history_events():
            yield event.SerializeToString()


class TestNoPersonalData:
    async def test_the_register_has_what_is_searched_for(self, watched: Watched) -> None:
        """Otherwise finding nothing elsewhere would prove nothing."""
        store = Store(watched.running.database_url, name="test", size=1)
        async with store.reading() as session:
            forms = (await session.scalars(text("SELECT form::text FROM application"))).all()
            remarks = (await session.scalars(text("SELECT body FROM remark"))).all()
        await store.close()
        assert found(" ".join([*forms, *remarks]).encode(), TEXTS) == set(TEXTS)

    async def test_none_in_histories(self, watched: Watched, temporal: Client) -> None:
        events = [each async for each in histories(temporal)]
        everything = b"\n".join(events)
        assert watched.granted.encode() in everything
        assert watched.refused.encode() in everything
        assert found(everything) == set()

    async def test_none_in_temporals_own_file(self, watched: Watched) -> None:
        """Everything it keeps, visibility and queues included."""
        files = list((watched.home / "temporal").glob("temporal.db*"))
        everything = b"".join(file.read_bytes() for file in files)
        assert watched.granted.encode() in everything
        assert found(everything) == set()

    @pytest.mark.parametrize(
        "name",
        ["server", "worker", "batch", "temporal", "postgres", "registers", "departments"],
    )
    async def test_none_in_logs(self, watched: Watched, name: str) -> None:
        log = (watched.home / "log" / f"{name}.log").read_bytes()
        assert found(log) == set()
        if name == "server":
            assert b'"sign_in_failed"' in log
            assert b'"refused"' in log

    async def test_none_in_spans(self, watched: Watched) -> None:
        seen = watched.collector
        until(lambda: {"yijianshi-server", "yijianshi-worker"} <= {s.service for s in seen.spans})
        until(lambda: any(span.name.startswith("GET /api/v1/progress") for span in seen.spans))
        everything = "\n".join(span.text for span in seen.spans).encode()
        assert found(everything) == set()
        assert b"?q=" not in everything
        assert b"code=" + MOBILE.encode() not in everything

    async def test_none_in_metrics(self, watched: Watched) -> None:
        metrics = watched.metrics()
        assert "yijianshi_http_request_seconds_count" in metrics
        assert "temporal_workflow_task_execution_latency_seconds_count" in metrics
        assert found(metrics.encode()) == set()
