"""Errands as workflows on a real Temporal: each begun once, whoever says it again."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.contracts.assignments import AssignmentInput, Over, Way
from activities.contracts.profiles import BEHIND_PEOPLE
from deploy.assignments import Errands
from tests.support.temporal import time_skipping

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal on which nobody works."""
    async with time_skipping() as environment:
        yield environment


@pytest.fixture
def given() -> AssignmentInput:
    """An errand of this test alone."""
    return AssignmentInput(
        workflow=f"assignment:{uuid4().hex}",
        task="SJ.TAX.handle",
        bundle="SJ",
        department="tax",
        connection="tax",
        way=Way.WEBHOOK,
    )


async def test_begun_twice_it_runs_once(env: WorkflowEnvironment, given: AssignmentInput) -> None:
    errands = Errands(env.client, task_queue="nobody")
    await errands.begin(given)
    handle = env.client.get_workflow_handle(given.workflow)
    first = await handle.describe()
    await errands.begin(given)
    second = await handle.describe()
    assert first.run_id == second.run_id
    assert second.raw_description.workflow_execution_info.priority.priority_key == (
        BEHIND_PEOPLE.priority_key
    )


async def test_what_has_ended_is_not_begun_again(
    env: WorkflowEnvironment, given: AssignmentInput
) -> None:
    errands = Errands(env.client, task_queue="nobody")
    await errands.begin(given)
    await env.client.get_workflow_handle(given.workflow).terminate()
    await errands.begin(given)
    found = await env.client.get_workflow_handle(given.workflow).describe()
    assert found.status is WorkflowExecutionStatus.TERMINATED


async def test_the_news_reaches_the_errand_and_nobody_where_there_is_none(
    env: WorkflowEnvironment, given: AssignmentInput
) -> None:
    errands = Errands(env.client, task_queue="nobody")
    await errands.end(given.workflow, Over.OVERTAKEN)
    await errands.begin(given)
    await errands.end(given.workflow, Over.OVERTAKEN)
    history = await env.client.get_workflow_handle(given.workflow).fetch_history()
    names = [
        event.workflow_execution_signaled_event_attributes.signal_name for event in history.events
    ]
    assert [name for name in names if name] == ["over"]
