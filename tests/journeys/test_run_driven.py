"""A run from its beginning to the money with nothing made up between: engine, driver, register.

People's acts are transactions; the driver is a workflow on a real server; the treasury answers over
a socket.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.benefits.matching import sample_of
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from api.run_engine import RunEngine
from definitions.benefits.commands import ApproveList, PassTrial, Verify
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, Sampled
from deploy.benefits import of_running
from tests.support.batches import Batches
from tests.support.benefits import begin_in, officer, policy, publish, say_all, subjects
from tests.support.temporal import time_skipping
from tests.support.treasury import Place, treasury_place
from tests.support.waiting import until
from workflows.benefit_run import BenefitRunWorkflow, driver_of
from workflows.sandbox import runner

AWARD = policy(sample=1, publicity=None)


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A real server."""
    async with time_skipping() as environment:
        yield environment


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A treasury."""
    async with treasury_place(tmp_path) as found:
        yield found


async def reached(store: Store, run: str, phase: Phase) -> None:
    """Wait until the register says so."""

    async def is_there() -> bool:
        async with store.reading() as session:
            return (await run_view(session, run)).state.phase is phase

    await until(is_there)


async def test_begun_driven_paid_closed_and_started_again(
    env: WorkflowEnvironment, store: Store, place: Place
) -> None:
    firms = await subjects(store, 30)
    await say_all(store, {firm: {"firm.registered_here": True} for firm in firms})
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    treasury, queue = place.treasury(), f"runs-{uuid4().hex}"
    batches = Batches(store, treasury)
    engine = RunEngine(env.client, queue)
    async with Worker(
        env.client,
        task_queue=queue,
        workflows=[BenefitRunWorkflow],
        activities=[
            batches.matching.freeze_facts,
            batches.matching.refresh_facts,
            batches.matching.match_range,
            *of_running(batches.running),
            batches.paying.reserve_chunk,
            batches.paying.send_chunk,
            batches.paying.collect_chunk,
        ],
        workflow_runner=runner(),
    ):
        await engine.wake(run)
        await reached(store, run, Phase.TRIAL)
        async with store.reading() as session:
            drawn = await sample_of(session, run)
        looked = tuple(Sampled(subject=each.subject, right=True) for each in drawn)
        await batches.say(run, PassTrial(sampled=looked), officer("a-samples"))
        await engine.wake(run)
        await reached(store, run, Phase.REVIEW)
        await batches.say(run, ApproveList(), officer("a-first"))
        await batches.say(run, ApproveList(), officer("a-second"))
        await engine.wake(run)
        driver = env.client.get_workflow_handle(driver_of(run))
        assert await driver.result() == Phase.CLOSED
        assert set((await batches.statuses(run)).values()) == {Status.PAID}
        assert len(place.moved()) == len(firms)
        first = (await driver.describe()).run_id
        # Its driver has ended; whoever wakes it begins another under the same name.
        await batches.say(run, Verify(), officer("a-verifies"))
        await engine.wake(run)
        assert await env.client.get_workflow_handle(driver_of(run)).result() == Phase.CLOSED
        assert (await driver.describe()).run_id != first
    async with store.reading() as session:
        assert (await run_view(session, run)).state.verified
    await treasury.close()
