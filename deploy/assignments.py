"""What goes to departments' own systems, wired: errands as workflows, acts through the one engine.

Activities know neither workflows nor the API; all three meet here.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.assignments.automatic import Automatic, NotTaken
from activities.assignments.following import Away, follow_forever
from activities.assignments.rows import Rows
from activities.assignments.webhooks import Webhooks
from activities.contracts.assignments import AssignmentInput, Over
from activities.contracts.profiles import BEHIND_PEOPLE
from activities.documents.issue import Printer
from activities.files import LocalFiles
from activities.outside.departments.webhooks import Answered, HttpDepartments
from activities.store.engine import Store
from api.callbacks import take_missed
from api.engine import Accepted, BundleEngine, EngineAway
from api.services import Services
from definitions.bundle.decide import Asked
from definitions.loading import Library, load_calendars
from deploy.settings import Settings
from workflows.assignment import AssignmentWorkflow
from workflows.messages import Act

ANSWER = 5.0
_UNREACHABLE = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)


class Errands:
    """`activities.assignments.following.Errands` as workflows, each with an id of its own."""

    def __init__(self, client: Client, *, task_queue: str) -> None:
        self._client = client
        self._queue = task_queue

    async def begin(self, given: AssignmentInput) -> None:
        """See the protocol: whatever was started under the id before, running or over, stands."""
        with contextlib.suppress(WorkflowAlreadyStartedError), _away():
            async with asyncio.timeout(ANSWER):
                await self._client.start_workflow(
                    AssignmentWorkflow.run,
                    given,
                    id=given.workflow,
                    task_queue=self._queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    static_summary=f"{given.way} {given.department}",
                    priority=BEHIND_PEOPLE,
                )

    async def end(self, workflow: str, why: Over) -> None:
        """See the protocol."""
        handle = self._client.get_workflow_handle(workflow)
        try:
            with _away():
                async with asyncio.timeout(ANSWER):
                    await handle.signal(AssignmentWorkflow.over, why)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


class Acting:
    """`activities.assignments.automatic.Applications` over the engine that people's acts use."""

    def __init__(self, engine: BundleEngine) -> None:
        self._engine = engine

    async def act(self, number: str, asked: Asked, *, payload: str) -> int:
        """See the protocol."""
        try:
            answer = await self._engine.act(number, Act(payload=payload, asked=asked))
        except EngineAway as away:
            raise NotTaken("engine-away") from away
        if isinstance(answer, Accepted):
            # Durable but not in the register yet: the next try is told when it is.
            raise NotTaken("not-recorded")
        return answer.version


class Answers:
    """`activities.assignments.webhooks.Answers`: taken just as the callback would have been."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def take(self, connection: str, answered: Answered) -> str | None:
        """See the protocol."""
        return await take_missed(self._services, connection, answered.id, answered.body.encode())


def activities(
    client: Client, store: Store, settings: Settings, library: Library
) -> tuple[Callable[..., object], ...]:
    """Everything that errands ask for."""
    files = LocalFiles(settings.home / "files")
    engine = BundleEngine(client, store, task_queue=settings.task_queue)
    services = Services(
        store=store,
        files=files,
        printer=Printer(store, files, catalogue=library.catalogue),
        engine=engine,
        shipped_library=library,
        shipped=load_calendars(),
    )
    rows, automatic = Rows(store), Automatic(store, Acting(engine))
    webhooks = Webhooks(store, HttpDepartments(sandbox=settings.departments_url), Answers(services))
    return (
        rows.describe_assignment,
        rows.note_assignment,
        automatic.handle_automatically,
        webhooks.deliver_webhook,
        webhooks.withdraw_webhook,
        webhooks.reconcile,
    )


@contextlib.asynccontextmanager
async def following(client: Client, store: Store, settings: Settings) -> AsyncIterator[None]:
    """Follow the outbox beside the workflows; what is cut short is taken by the next worker."""
    errands = Errands(client, task_queue=settings.task_queue)
    task = asyncio.create_task(follow_forever(store, errands), name="assignments")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def _away() -> Iterator[None]:
    """A server that does not answer now, as `Away`."""
    try:
        yield
    except TimeoutError as error:
        raise Away from error
    except RPCError as error:
        if error.status not in _UNREACHABLE:
            raise
        raise Away from error
