"""A real Temporal server for tests.

With time skipping per workflow (experimental, so kept in one place).
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker

from activities.contracts.record import OVERTAKEN, Entry, Place
from definitions.bundle.decide import Asked
from definitions.bundle.events import Recorded
from definitions.language.roles import Actor
from definitions.matter.events import BundleStarted
from tests.support import waiting
from workflows.bundle import BundleWorkflow
from workflows.messages import SEARCH_ATTRIBUTES, Act, BundleInput, Receipt
from workflows.registry import WORKFLOWS
from workflows.sandbox import runner

SERVER_ARGS = [
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="10ms"',
]


@asynccontextmanager
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose workflows start with skipping off and are driven with `fast_forward`."""
    env = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_log_level="error",
        dev_server_extra_args=SERVER_ARGS,
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,
        search_attributes=list(SEARCH_ATTRIBUTES),
    )
    async with env:
        yield env


class Register:
    """Stands for the register: remembers what was recorded, and can be told to be away."""

    def __init__(self) -> None:
        self.events: dict[str, list[Recorded]] = {}
        self.flushes = 0
        self.away = False

    @activity.defn(name="record")
    async def record(self, entry: Entry) -> None:
        """Append, once."""
        if self.away:
            msg = "the register is away"
            raise ConnectionError(msg)
        kept = self.events.setdefault(entry.bundle, [])
        stands = kept[entry.events[0].seq - 1 :][: len(entry.events)]
        if tuple(stands) != entry.events[: len(stands)]:
            raise ApplicationError("overtaken", type=OVERTAKEN, non_retryable=True)
        kept.extend(recorded for recorded in entry.events if recorded.seq > len(kept))
        self.flushes += 1

    @activity.defn(name="recorded_after")
    async def recorded_after(self, place: Place) -> tuple[Recorded, ...]:
        """As the register."""
        return tuple(self.events.get(place.bundle, [])[place.seq :])

    def kinds(self, bundle: str) -> list[str]:
        """The kinds of events recorded, in order."""
        return [recorded.event.kind for recorded in self.events.get(bundle, [])]


async def until(register: Register, number: str, kind: str) -> None:
    """Wait for an event to be recorded."""
    await waiting.until(lambda: kind in register.kinds(number))


class Desk:
    """Starts applications on a worker of its own and acts on them."""

    def __init__(self, client: Client, queue: str) -> None:
        self.client = client
        self.queue = queue

    async def start(
        self, event: BundleStarted, actor: Actor, *, continue_after: int = 0
    ) -> WorkflowHandle[BundleWorkflow, str]:
        """Start an application under its own number."""
        return await self.client.start_workflow(
            BundleWorkflow.run,
            BundleInput(
                key="start",
                payload="p",
                actor=actor,
                started=event,
                continue_after=continue_after,
            ),
            id=event.number,
            task_queue=self.queue,
        )

    async def act(
        self,
        number: str,
        actor: Actor,
        command: object,
        *,
        key: str | None = None,
        payload: str = "p",
        expected: int | None = None,
    ) -> Receipt:
        """Take one command by update, under a fresh key unless one is given."""
        key = key or uuid4().hex
        asked = Asked.model_validate(
            {"key": key, "actor": actor, "command": command, "expected": expected}
        )
        handle = self.client.get_workflow_handle_for(BundleWorkflow.run, number)
        return await handle.execute_update(
            BundleWorkflow.act, Act(payload=payload, asked=asked), id=key
        )


@asynccontextmanager
async def working(client: Client, register: Register, *, cached: int = 100) -> AsyncIterator[Desk]:
    """A worker in the strict sandbox on a queue of its own."""
    queue = f"test-{uuid4().hex}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=list(WORKFLOWS),
        activities=[register.record, register.recorded_after],
        workflow_runner=runner(strict=True),
        max_cached_workflows=cached,
    ):
        yield Desk(client, queue)
