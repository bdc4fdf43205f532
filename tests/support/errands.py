"""The activities of an assignment, standing for the register and for departments' systems."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.contracts.assignments import (
    Answer,
    Assignment,
    AssignmentInput,
    AssignmentStatus,
    Delivery,
    Described,
    Handled,
    Note,
    Over,
    Reconciled,
    Sent,
    Way,
    Withdrawal,
)
from definitions.matter.tasks import Outcome, TaskKind
from workflows.assignment import AssignmentWorkflow
from workflows.sandbox import runner

BUNDLE = "SJ-YJS-310117-20261120-000007"
TASK = f"{BUNDLE}.TAX.handle"
DEPARTMENT = "tax"
T = TypeVar("T")


def assignment(version: int = 3) -> Assignment:
    """What a system is told of the one task."""
    return Assignment(
        task=TASK,
        bundle=BUNDLE,
        matter="TAX",
        matter_number=f"{BUNDLE}-TAX",
        item="310117001",
        service="company_change",
        situation="NAME",
        kind=TaskKind.DECIDE,
        name="办理",
        department=DEPARTMENT,
        opened_at=datetime(2026, 11, 20, tzinfo=UTC),
        outcomes=(Outcome.GRANT, Outcome.REFUSE),
        version=version,
    )


class Systems:
    """What the register says, what systems answer, and everything that was asked of them.

    `over` is why the task is over, None while it is open. `sending` are the answers to attempts, in
    order; the last one is repeated.
    """

    def __init__(self) -> None:
        self.over: Over | None = None
        self.notes: list[Note] = []
        self.sending: list[Sent] = [Sent()]
        self.beliefs: list[Reconciled] = [Reconciled(believes="open")]
        self.automatic: Answer = Handled(version=9)
        self.automated = asyncio.Event()
        self.deliveries: list[Delivery] = []
        self.withdrawals: list[Withdrawal] = []
        self.asked = self.looked = 0

    @activity.defn(name="describe_assignment")
    async def describe(self, _given: AssignmentInput) -> Described:
        """As the register."""
        self.looked += 1
        if self.over is not None:
            return Described(over=self.over)
        return Described(assignment=assignment())

    @activity.defn(name="note_assignment")
    async def note(self, said: Note) -> None:
        """As the row."""
        self.notes.append(said)

    @activity.defn(name="deliver_webhook")
    async def deliver(self, delivery: Delivery) -> Sent:
        """As a system that listens."""
        self.deliveries.append(delivery)
        return self._next(self.sending)

    @activity.defn(name="withdraw_webhook")
    async def withdraw(self, withdrawal: Withdrawal) -> Sent:
        """The same."""
        self.withdrawals.append(withdrawal)
        return self._next(self.sending)

    @activity.defn(name="reconcile")
    async def reconcile(self, _given: AssignmentInput) -> Reconciled:
        """As a system that is asked."""
        self.asked += 1
        return self._next(self.beliefs)

    @activity.defn(name="handle_automatically")
    async def automatically(self, _given: AssignmentInput) -> Answer:
        """As the rule would."""
        self.automated.set()
        return self.automatic

    @property
    def statuses(self) -> list[AssignmentStatus]:
        """What was noted, without repetitions."""
        found: list[AssignmentStatus] = []
        for each in self.notes:
            if not found or found[-1] is not each.status:
                found.append(each.status)
        return found

    def _next(self, answers: list[T]) -> T:
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Clerk:
    """A department's worker: takes one task, and does what the test says."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.cancelled = asyncio.Event()
        self.runs = 0

    @activity.defn(name="handle_task")
    async def handle_task(self, _assignment: Assignment) -> Answer:
        """As the department's own program."""
        self.runs += 1
        self.began.set()
        try:
            while True:
                activity.heartbeat()
                done, _ = await asyncio.wait([self.answer], timeout=0.1)
                if done:
                    return self.answer.result()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


@asynccontextmanager
async def errand(
    client: Client,
    systems: Systems,
    way: Way,
    *,
    clerk: Clerk | None = None,
    endpoint: str | None = None,
    name: str | None = None,
) -> AsyncIterator[WorkflowHandle[AssignmentWorkflow, str]]:
    """An errand under way on a worker of its own, in the strict sandbox."""
    name = name or uuid4().hex
    given = AssignmentInput(
        workflow=f"assignment:{name}",
        task=TASK,
        bundle=BUNDLE,
        department=DEPARTMENT,
        connection="tax-system",
        way=way,
        queue=f"dept-{name}",
        endpoint=endpoint,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_ours(client, systems, f"errands-{name}"))
        if clerk is not None:
            await stack.enter_async_context(_theirs(client, clerk, f"dept-{name}"))
        yield await client.start_workflow(
            AssignmentWorkflow.run, given, id=given.workflow, task_queue=f"errands-{name}"
        )


def _ours(client: Client, systems: Systems, queue: str) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=[AssignmentWorkflow],
        activities=[
            systems.describe,
            systems.note,
            systems.deliver,
            systems.withdraw,
            systems.reconcile,
            systems.automatically,
        ],
        workflow_runner=runner(strict=True),
    )


def _theirs(client: Client, clerk: Clerk, queue: str) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        activities=[clerk.handle_task],
        # That it is called off, it hears when it beats.
        max_heartbeat_throttle_interval=timedelta(seconds=0.1),
    )
