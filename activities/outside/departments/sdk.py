"""For departments that work in their own systems: a worker that takes its tasks, in a few lines.

The department writes one function, `handle(desk)`. It is run for each task at least once, is
cancelled when somebody else completes the task, and may take days. What it decides goes through the
API in the department's own name, so that no content ever enters a Temporal history.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from nexusrpc.handler import service_handler
from temporalio import activity, nexus
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.service import TLSConfig
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.contracts.assignments import Answer, Assignment, Declined, DepartmentTasks
from activities.outside.departments.desk import Desk, Hall, Overtaken, Refused, Token
from activities.outside.departments.task import DepartmentTask

# Often enough to be missed within the half minute, and to hear soon that the task is over.
BEAT = 2.0
GRACE = timedelta(seconds=20)
_PASSED = ("pydantic", "pydantic_core", "annotated_types", "typing_inspection", "definitions")

Handle = Callable[[Desk], Awaitable[Answer]]


class Mode(StrEnum):
    """`QUEUE`: activities on `dept-<code>` in the hall's namespace. `NEXUS`: one's own."""

    QUEUE = "queue"
    NEXUS = "nexus"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentWorker:
    """What a department says of itself.

    `address`, `namespace`, `tls` and `api_key` are where its Temporal is and who it is there; `api`
    and `token` the same of the hall (see `desk.fixed`, `desk.signing_in`). `queue` is `dept-<code>`
    where none is given. `at_once` bounds how many tasks are handled at the same time.
    """

    address: str
    namespace: str
    department: str
    handle: Handle
    api: str
    token: Token
    mode: Mode = Mode.QUEUE
    queue: str | None = None
    tls: bool | TLSConfig | None = None
    api_key: str | None = None
    at_once: int = 20

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is running then has some seconds to finish."""
        async with self.running():
            await stop.wait()
        # The process may crash where it ends right after its last call to Temporal.
        await asyncio.sleep(0.25)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The worker, polling until the end of the block."""
        client = await Client.connect(
            self.address,
            namespace=self.namespace,
            data_converter=pydantic_data_converter,
            tls=self.tls,
            api_key=self.api_key,
        )
        async with (
            Hall(self.api, self.token) as hall,
            Worker(
                client,
                task_queue=self.queue or f"dept-{self.department}",
                activities=[_Handling(self.handle, hall).handle_task],
                workflows=[DepartmentTask] if self.mode is Mode.NEXUS else [],
                nexus_service_handlers=[_Tasks()] if self.mode is Mode.NEXUS else [],
                workflow_runner=SandboxedWorkflowRunner(
                    restrictions=SandboxRestrictions.default.with_passthrough_modules(
                        *_PASSED, "activities.contracts"
                    )
                ),
                max_concurrent_activities=self.at_once,
                max_heartbeat_throttle_interval=timedelta(seconds=BEAT),
                graceful_shutdown_timeout=GRACE,
            ),
        ):
            yield


class _Handling:
    """The department's function as an activity."""

    def __init__(self, handle: Handle, hall: Hall) -> None:
        self._handle = handle
        self._hall = hall

    @activity.defn(name="handle_task")
    async def handle_task(self, assignment: Assignment) -> Answer:
        """See `activities.contracts.assignments.handle_task`."""
        beating = asyncio.create_task(_beat(), name="heartbeat")
        try:
            return await self._handle(Desk(assignment, self._hall))
        except Overtaken as overtaken:
            return Declined(reason=overtaken.code)
        except Refused as refused:
            # Said again, it would be refused again; the code alone goes into the history.
            raise ApplicationError(refused.code, type=refused.code, non_retryable=True) from None
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating


@service_handler(service=DepartmentTasks)
class _Tasks:
    """`DepartmentTasks`, each operation backed by a workflow of the department's own."""

    @nexus.workflow_run_operation
    async def handle_task(
        self, context: nexus.WorkflowRunOperationContext, assignment: Assignment
    ) -> nexus.WorkflowHandle[Answer]:
        """A task that was given before is handled by the workflow that has it."""
        return await context.start_workflow(
            DepartmentTask.run,
            assignment,
            id=f"department-task:{assignment.task}@{assignment.version}",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT)
