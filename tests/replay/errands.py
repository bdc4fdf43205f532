"""What an errand may come to, once for each way: the histories of assignments are made of these."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.contracts.assignments import Answer, Handled, Over, Reconciled, Sent, Way
from activities.outside.departments.desk import Desk, fixed
from activities.outside.departments.sdk import DepartmentWorker, Mode
from deploy.temporal_setup import give_endpoint, give_namespace
from tests.support.errands import DEPARTMENT, Clerk, Systems, errand
from workflows.assignment import AssignmentWorkflow

Handle = WorkflowHandle[AssignmentWorkflow, str]


async def worker(env: WorkflowEnvironment) -> Handle:
    """The department's worker is called off, because somebody at the portal was first."""
    systems, clerk = Systems(), Clerk()
    async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
        await clerk.began.wait()
        await handle.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
        await handle.result()
    return handle


async def nexus(env: WorkflowEnvironment) -> Handle:
    """The same in a namespace of the department's own."""
    name, began = f"dept-{uuid4().hex}", asyncio.Event()

    async def handle_task(_desk: Desk) -> Answer:
        began.set()
        await asyncio.Event().wait()
        return Handled(version=1)

    await give_namespace(env.client, name)
    await give_endpoint(env.client, name, namespace=name, queue=f"dept-{name}")
    department = DepartmentWorker(
        address=env.client.service_client.config.target_host,
        namespace=name,
        department=DEPARTMENT,
        queue=f"dept-{name}",
        handle=handle_task,
        api="http://127.0.0.1:1",
        token=fixed("nobody's"),
        mode=Mode.NEXUS,
    )
    async with (
        department.running(),
        errand(env.client, Systems(), Way.NEXUS, endpoint=name, name=name) as handle,
    ):
        await began.wait()
        await handle.signal(AssignmentWorkflow.over, Over.TRANSFERRED)
        await handle.result()
    return handle


async def webhook(env: WorkflowEnvironment) -> Handle:
    """Away, then given up, sent again, silent, sent once more, and called back in two tries."""
    systems = Systems()
    systems.sending = [Sent(error="away"), Sent(error="http-410", final=True), Sent()]
    systems.beliefs = [Reconciled(believes="unknown"), Reconciled(believes="open")]
    async with errand(env.client, systems, Way.WEBHOOK) as handle:
        await env.fast_forward(handle, timedelta(minutes=1))
        await handle.signal(AssignmentWorkflow.send_again)
        await env.fast_forward(handle, timedelta(hours=6))
        systems.sending = [Sent(error="http-503"), Sent()]
        await handle.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
        await env.fast_forward(handle, timedelta(minutes=1))
        await handle.result()
    return handle


async def automatic(env: WorkflowEnvironment) -> Handle:
    """Completed by the rule; the register knows before anybody said so."""
    systems = Systems()
    systems.automatic = Handled(version=9)
    async with errand(env.client, systems, Way.AUTOMATIC) as handle:
        await systems.automated.wait()
        await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
        await handle.result()
    return handle
