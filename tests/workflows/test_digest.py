"""The morning's digest on a real server: one schedule however many workers start, of that day."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from itertools import pairwise
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleDescription,
)
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.contracts.digests import DigestAsked, DigestMade
from definitions.language.base import SHANGHAI
from deploy.schedules import BENEFITS, DIGEST, ensure_schedules
from deploy.settings import Settings
from tests.support.waiting import until
from workflows.digest import DigestWorkflow
from workflows.sandbox import runner

pytestmark = pytest.mark.stack


class Composer:
    """Stands for the activity: remembers of which days it was asked."""

    def __init__(self) -> None:
        self.days: list[date] = []

    @activity.defn(name="compose_digests")
    async def compose_digests(self, asked: DigestAsked) -> DigestMade:
        """As the activity."""
        self.days.append(asked.day)
        return DigestMade(worked=True, composed=1)


@pytest.fixture
async def client(env: WorkflowEnvironment) -> AsyncIterator[Client]:
    """The server's, without the schedule before and after."""
    yield env.client
    for name in (DIGEST, BENEFITS):
        await env.client.get_schedule_handle(name).delete()


async def fired(client: Client) -> str:
    """The workflow that the schedule has started."""
    handle = client.get_schedule_handle(DIGEST)

    async def has_acted() -> bool:
        return bool((await handle.describe()).info.recent_actions)

    await until(has_acted)
    action = (await handle.describe()).info.recent_actions[-1].action
    assert isinstance(action, ScheduleActionExecutionStartWorkflow)
    return action.workflow_id


async def described(client: Client) -> ScheduleDescription:
    return await client.get_schedule_handle(DIGEST).describe()


class TestSchedule:
    async def test_is_one_and_the_latest_however_often_a_worker_starts(
        self, client: Client
    ) -> None:
        await ensure_schedules(client, Settings(task_queue="before"))
        await client.get_schedule_handle(DIGEST).pause(note="an operator's")
        await asyncio.gather(
            *(ensure_schedules(client, Settings(task_queue="after")) for _ in range(3))
        )
        schedule = (await described(client)).schedule
        assert isinstance(schedule.action, ScheduleActionStartWorkflow)
        assert schedule.action.task_queue == "after"
        assert schedule.state.paused
        assert schedule.state.note == "an operator's"

    async def test_runs_of_policies_begin_on_the_batch_workers_queue(self, client: Client) -> None:
        settings = Settings(task_queue="people")
        await ensure_schedules(client, settings)
        schedule = (await client.get_schedule_handle(BENEFITS).describe()).schedule
        assert isinstance(schedule.action, ScheduleActionStartWorkflow)
        assert schedule.action.task_queue == settings.batch_queue != settings.task_queue

    async def test_is_of_every_morning_in_shanghai(self, client: Client) -> None:
        await ensure_schedules(client, Settings(task_queue="q"))
        upcoming = (await described(client)).info.next_action_times
        local = [each.astimezone(SHANGHAI) for each in upcoming]
        assert {f"{each:%H:%M}" for each in local} == {"08:30"}
        assert {(after.date() - day.date()).days for day, after in pairwise(local)} == {1}

    async def test_has_the_day_composed_on_which_it_fired(self, client: Client) -> None:
        queue, composer = f"test-{uuid4().hex}", Composer()
        async with Worker(
            client,
            task_queue=queue,
            workflows=[DigestWorkflow],
            activities=[composer.compose_digests],
            workflow_runner=runner(strict=True),
        ):
            await ensure_schedules(client, Settings(task_queue=queue))
            await client.get_schedule_handle(DIGEST).trigger()
            handle = client.get_workflow_handle_for(DigestWorkflow.run, await fired(client))
            assert await handle.result() == DigestMade(worked=True, composed=1)
            started = (await handle.describe()).start_time
        assert composer.days == [started.astimezone(SHANGHAI).date()]
