"""The SDK for departments, against a real Temporal server and an API over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.contracts.assignments import Answer, AssignmentStatus, Over, Way
from activities.outside.departments.desk import (
    Desk,
    Hall,
    Overtaken,
    Refused,
    Unreachable,
    fixed,
    signing_in,
)
from activities.outside.departments.sdk import DepartmentWorker, Mode
from deploy.temporal_setup import give_endpoint, give_namespace
from tests.support.errands import DEPARTMENT, TASK, Systems, assignment, errand
from tests.support.hall import ACCOUNT, TOKEN, Window
from tests.support.serving import serving
from tests.support.temporal import time_skipping
from tests.support.waiting import until
from workflows.assignment import AssignmentWorkflow

S = AssignmentStatus


@pytest.fixture(scope="module")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """One server for all."""
    async with time_skipping() as environment:
        yield environment


@pytest.fixture
async def window() -> Window:
    """A hall of this test alone."""
    return Window()


@asynccontextmanager
async def desk_at(window: Window, *, patience: float = 5.0) -> AsyncIterator[Desk]:
    """The desk with the one task, over HTTP."""
    async with serving(window.app) as api, Hall(api, fixed(TOKEN), patience=patience) as hall:
        yield Desk(assignment(), hall)


class TestDesk:
    async def test_completes_and_reads_everything_that_is_known(self, window: Window) -> None:
        async with desk_at(window) as desk:
            assert (await desk.package())["task"] == TASK
            assert (await desk.complete("grant", handled_by=["001", "002"])).version == 9
        assert window.body is not None
        assert window.body["handled_by"] == ["001", "002"]

    async def test_run_twice_it_completes_once(self, window: Window) -> None:
        async with desk_at(window) as desk:
            await desk.complete("grant")
            await desk.complete("grant")
        assert window.effects == 1

    async def test_a_second_run_that_says_it_otherwise_finds_it_done(self, window: Window) -> None:
        async with desk_at(window) as desk:
            await desk.complete("grant", reasons=["一"])
            assert (await desk.complete("grant", reasons=["二"])).version == 9
        assert window.effects == 1

    async def test_whoever_comes_second_is_told(self, window: Window) -> None:
        window.completed_by = "a-officer"
        async with desk_at(window) as desk:
            with pytest.raises(Overtaken, match="task-not-open"):
                await desk.complete("grant")
        window.completed_by, window.taken_by = None, "a-officer"
        async with desk_at(window) as desk:
            with pytest.raises(Overtaken, match="task-taken"):
                await desk.complete("grant")

    async def test_an_outage_is_waited_out_under_one_key(self, window: Window) -> None:
        window.outages = [503, 202]
        async with desk_at(window) as desk:
            await desk.complete("grant")
        assert window.keys == [f"{TASK}@3"]

    async def test_a_longer_outage_is_left_to_temporal(self, window: Window) -> None:
        window.outages = [503] * 3
        async with desk_at(window, patience=0.1) as desk:
            with pytest.raises(Unreachable):
                await desk.complete("grant")

    async def test_a_refusal_says_why(self, window: Window) -> None:
        async with desk_at(window) as desk:
            with pytest.raises(Refused) as refused:
                await desk.complete("impossible")
        assert refused.value.code == "outcome-not-possible"

    async def test_a_session_that_ended_is_opened_again(self, window: Window) -> None:
        async with serving(window.app) as api:
            token = signing_in(api, "tax-system", "a long password")
            async with Hall(api, token) as hall:
                desk = Desk(assignment(), hall)
                await desk.package()
                window.tokens.append("revoked")
                await desk.complete("grant")
        assert window.completed_by == ACCOUNT

    async def test_the_token_goes_to_the_hall_alone(self, window: Window) -> None:
        async with desk_at(window) as desk:
            with pytest.raises(ValueError, match="address"):
                await desk.file("http://elsewhere/api/v1/x")


@asynccontextmanager
async def department(
    env: WorkflowEnvironment, window: Window, handle: object, *, name: str, mode: Mode
) -> AsyncIterator[str | None]:
    """A department at work; gives its endpoint, where it has a namespace of its own."""
    namespace, endpoint = env.client.namespace, None
    if mode is Mode.NEXUS:
        namespace, endpoint = f"dept-{name}", f"dept-{name}"
        await give_namespace(env.client, namespace)
        await give_endpoint(env.client, endpoint, namespace=namespace, queue=f"dept-{name}")
    async with serving(window.app) as api:
        worker = DepartmentWorker(
            address=env.client.service_client.config.target_host,
            namespace=namespace,
            department=DEPARTMENT,
            queue=f"dept-{name}",
            handle=handle,  # type: ignore[arg-type]
            api=api,
            token=fixed(TOKEN),
            mode=mode,
        )
        async with worker.running():
            yield endpoint


@pytest.mark.stack
@pytest.mark.parametrize("mode", list(Mode))
class TestDepartmentWorker:
    async def test_a_task_goes_there_and_comes_back_completed_once(
        self, env: WorkflowEnvironment, window: Window, mode: Mode
    ) -> None:
        async def handle(desk: Desk) -> Answer:
            return await desk.complete("grant")

        systems, name = Systems(), uuid4().hex
        async with (
            department(env, window, handle, name=name, mode=mode) as endpoint,
            errand(env.client, systems, Way(_way(mode)), endpoint=endpoint, name=name) as workflow,
        ):
            await until(window.on_complete.is_set)
            systems.over = Over.ANSWERED
            await workflow.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await workflow.result() == S.ANSWERED
        assert window.effects == 1

    async def test_a_business_refusal_is_a_result(
        self, env: WorkflowEnvironment, window: Window, mode: Mode
    ) -> None:
        runs = 0

        async def handle(desk: Desk) -> Answer:
            nonlocal runs
            runs += 1
            return desk.decline("not-our-district")

        systems, name = Systems(), uuid4().hex
        async with (
            department(env, window, handle, name=name, mode=mode) as endpoint,
            errand(env.client, systems, Way(_way(mode)), endpoint=endpoint, name=name) as workflow,
        ):
            assert await workflow.result() == S.DECLINED
        assert systems.notes[-1].error == "not-our-district"
        assert runs == 1

    async def test_cancelled_in_the_handler_when_the_portal_was_first(
        self, env: WorkflowEnvironment, window: Window, mode: Mode
    ) -> None:
        began, cancelled = asyncio.Event(), asyncio.Event()

        async def handle(desk: Desk) -> Answer:
            began.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.set()
                raise
            return desk.decline("never")

        systems, name = Systems(), uuid4().hex
        async with (
            department(env, window, handle, name=name, mode=mode) as endpoint,
            errand(env.client, systems, Way(_way(mode)), endpoint=endpoint, name=name) as workflow,
        ):
            await until(began.is_set)
            await workflow.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
            assert await workflow.result() == S.OVERTAKEN
            await until(cancelled.is_set)
        assert window.effects == 0

    async def test_a_refusal_of_the_hall_is_dead_with_its_code(
        self, env: WorkflowEnvironment, window: Window, mode: Mode
    ) -> None:
        async def handle(desk: Desk) -> Answer:
            return await desk.complete("impossible")

        systems, name = Systems(), uuid4().hex
        async with (
            department(env, window, handle, name=name, mode=mode) as endpoint,
            errand(env.client, systems, Way(_way(mode)), endpoint=endpoint, name=name) as workflow,
        ):
            await until(lambda: systems.statuses[-1:] == [S.DEAD])
            assert systems.notes[-1].error == "outcome-not-possible"
            await workflow.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
            await workflow.result()


def _way(mode: Mode) -> str:
    return "nexus" if mode is Mode.NEXUS else "worker"
