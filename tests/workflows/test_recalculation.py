"""A recalculation on a real server, in the strict sandbox: the window, passes, pauses, new runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from tests.support.sweep import Sweep
from tests.support.waiting import until
from workflows.recalculation import (
    LAST_PASS,
    RecalculationInput,
    RecalculationWorkflow,
    Window,
)
from workflows.sandbox import runner

pytestmark = pytest.mark.stack


@asynccontextmanager
async def sweeping(
    client: Client, sweep: Sweep, window: Window
) -> AsyncIterator[WorkflowHandle[RecalculationWorkflow, str]]:
    """A recalculation under way on a worker of its own."""
    queue = f"test-{uuid4().hex}"
    given = RecalculationInput(id="310117:CN-2", region="310117", calendar="CN-2", window=window)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[RecalculationWorkflow],
        activities=[sweep.open_bundles, sweep.give_calendar, sweep.note_progress],
        workflow_runner=runner(strict=True),
    ):
        yield await client.start_workflow(
            RecalculationWorkflow.run, given, id=f"recalculation:{queue}", task_queue=queue
        )


SMALL = Window(chunk=3, lanes=2, page=2, run=1000, settling=timedelta(milliseconds=10))


class TestRecalculation:
    async def test_everybody_is_given_it_once(self, env: WorkflowEnvironment) -> None:
        sweep = Sweep(20)
        everybody = set(sweep.left)
        async with sweeping(env.client, sweep, SMALL) as handle:
            assert await handle.result() == "done"
        assert sorted(sweep.given) == sorted(everybody)
        assert sweep.most <= SMALL.lanes
        assert [note.finished for note in sweep.notes].count(True) == 1

    async def test_nobody_left_is_soon_done(self, env: WorkflowEnvironment) -> None:
        sweep = Sweep(0)
        async with sweeping(env.client, sweep, SMALL) as handle:
            assert await handle.result() == "done"
        assert len(sweep.notes) == 1

    async def test_who_came_late_is_found_by_going_through_again(
        self, env: WorkflowEnvironment
    ) -> None:
        """Started on the calendar of before, behind the window's back."""
        sweep = Sweep(5)
        sweep.late = ["SJ-0000-late"]
        days = SMALL.model_copy(update={"settling": timedelta(days=1)})
        async with sweeping(env.client, sweep, days) as handle:
            await until(lambda: len(sweep.given) == 5)
            for _ in range(3):
                await env.fast_forward(handle, timedelta(days=1))
            assert await handle.result() == "done"
        assert "SJ-0000-late" in sweep.given

    async def test_one_that_never_takes_it_is_listed_and_stops_nobody(
        self, env: WorkflowEnvironment
    ) -> None:
        sweep = Sweep(10)
        sweep.stubborn = {"SJ-0004"}
        async with sweeping(env.client, sweep, SMALL) as handle:
            assert await handle.result() == "done"
            standing = await handle.query(RecalculationWorkflow.standing)
        assert sweep.left == {"SJ-0004"}
        assert sweep.notes[-1].failed == ("SJ-0004",)
        assert standing.turn == LAST_PASS

    async def test_a_long_one_goes_on_in_new_runs(self, env: WorkflowEnvironment) -> None:
        sweep = Sweep(30)
        everybody = set(sweep.left)
        async with sweeping(env.client, sweep, SMALL.model_copy(update={"run": 2})) as handle:
            assert await handle.result() == "done"
            last = await env.client.get_workflow_handle(handle.id).describe()
        assert sorted(sweep.given) == sorted(everybody)
        assert last.run_id != handle.first_execution_run_id

    async def test_stands_still_when_told_and_goes_on(self, env: WorkflowEnvironment) -> None:
        sweep = Sweep(20)
        sweep.hold.clear()
        async with sweeping(env.client, sweep, SMALL) as handle:
            await until(lambda: sweep.together == SMALL.lanes)
            sweep.state = "paused"
            await handle.signal(RecalculationWorkflow.steer, args=[True])
            sweep.hold.set()
            await until(lambda: len(sweep.notes) == SMALL.lanes)
            assert (await handle.query(RecalculationWorkflow.standing)).paused
            assert sweep.given == []
            sweep.state = "running"
            await handle.signal(RecalculationWorkflow.steer, args=[False])
            assert await handle.result() == "done"
        assert len(sweep.given) == 20

    async def test_a_newer_publication_ends_it(self, env: WorkflowEnvironment) -> None:
        sweep = Sweep(20)
        sweep.state = "superseded"
        async with sweeping(env.client, sweep, SMALL) as handle:
            assert await handle.result() == "superseded"
        assert sweep.given == []
