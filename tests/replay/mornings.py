"""The history of a morning's digest."""

from uuid import uuid4

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.contracts.digests import DigestAsked, DigestMade
from workflows.digest import DigestInput, DigestWorkflow
from workflows.sandbox import runner

QUEUE = "mornings"


class Composer:
    """Stands for the activity; no history needs anything to have been written."""

    @activity.defn(name="compose_digests")
    async def compose_digests(self, asked: DigestAsked) -> DigestMade:
        """As the activity."""
        return DigestMade(worked=asked.day.day > 0, composed=3)


async def morning(env: WorkflowEnvironment) -> WorkflowHandle[DigestWorkflow, DigestMade]:
    """The digest of the day on which it was started."""
    async with Worker(
        env.client,
        task_queue=QUEUE,
        workflows=[DigestWorkflow],
        activities=[Composer().compose_digests],
        workflow_runner=runner(strict=True),
    ):
        handle = await env.client.start_workflow(
            DigestWorkflow.run, DigestInput(), id=f"digest:{uuid4().hex}", task_queue=QUEUE
        )
        await handle.result()
    return handle
