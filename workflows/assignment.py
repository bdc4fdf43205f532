"""A task given to a department's own system: sent, waited for, and called back when it is over.

The task itself stands in the application and is completed there, by whoever comes first. Here is
only the errand: what was sent where, how often, and whether anything came back.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, NexusOperationError

from activities.contracts.assignments import (
    Answer,
    Assignment,
    AssignmentInput,
    AssignmentStatus,
    Declined,
    Delivery,
    DepartmentTasks,
    Note,
    Over,
    Way,
    Withdrawal,
    deliver_webhook,
    describe_assignment,
    handle_automatically,
    handle_task,
    note_assignment,
    reconcile,
    withdraw_webhook,
)
from activities.contracts.profiles import DEPARTMENT, LOOKUP, REQUEST
from definitions.errors import Code
from definitions.language.base import Value

# How long a system that is away is tried, and with which pauses.
PATIENCE = timedelta(hours=24)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GROWTH = 3
# A system that was told and says nothing is asked, each time after a longer while.
FIRST_LOOK = timedelta(hours=1)
LONGEST_LOOK = timedelta(hours=24)
# The answer of a system and the news that the task is over come by two ways, in either order.
SOON = timedelta(minutes=10)
_NOT_COMPLETED = "not-completed"

_ENDS = {
    Over.ANSWERED: AssignmentStatus.ANSWERED,
    Over.OVERTAKEN: AssignmentStatus.OVERTAKEN,
}


class Standing(Value):
    """What an operator asks."""

    status: AssignmentStatus
    attempts: int
    error: str | None
    over: Over | None


@workflow.defn(name="Assignment")
class AssignmentWorkflow:
    """One task, given to one system.

    A day adds a handful of events to its history, so one run is enough however long a task takes.
    """

    @workflow.init
    def __init__(self, given: AssignmentInput) -> None:
        self._given = given
        self._status = AssignmentStatus.SENDING
        self._attempts = 0
        self._error: str | None = None
        self._over: Over | None = None
        self._again = False
        self._noted: Note | None = None

    @workflow.run
    async def run(self, _given: AssignmentInput) -> str:
        """Until the task is over or the system leaves it to people; returns the last status."""
        while (assignment := await self._described()) is not None:
            await self._give(assignment)
            if self._status is AssignmentStatus.DECLINED:
                return self._status
            await self._until(lambda: self._again)
            self._again = False
        assert self._over is not None
        await self._note(_ENDS.get(self._over, AssignmentStatus.WITHDRAWN), self._error)
        await self._call_back(self._over)
        return self._status

    @workflow.signal
    def over(self, why: Over) -> None:
        """The task is no longer the system's."""
        self._end(why)

    @workflow.signal
    def send_again(self) -> None:
        """Send it once more: an operator knows that the system is there now."""
        self._again = True

    @workflow.query
    def standing(self) -> Standing:
        """Where it is; what it has come to stands in the register."""
        return Standing(
            status=self._status, attempts=self._attempts, error=self._error, over=self._over
        )

    def _end(self, why: Over) -> None:
        """What was first is what counts."""
        self._over = self._over or why

    def _is_over(self) -> bool:
        return self._over is not None

    async def _described(self) -> Assignment | None:
        """The task as it is now; None where it is over."""
        if self._is_over():
            return None
        found = await workflow.execute_activity(describe_assignment, self._given, **LOOKUP)
        if found.assignment is None:
            self._end(found.over or Over.CANCELLED)
        return None if self._is_over() else found.assignment

    async def _give(self, assignment: Assignment) -> None:
        """Give it to the system; returns when there is nothing left to wait for but an operator."""
        match self._given.way:
            case Way.WEBHOOK:
                await self._deliver(assignment)
            case Way.AUTOMATIC:
                answer = await workflow.execute_activity(
                    handle_automatically, self._given, **LOOKUP
                )
                await self._take(answer)
            case Way.WORKER | Way.NEXUS:
                await self._ask(assignment)

    async def _ask(self, assignment: Assignment) -> None:
        """Let the department's worker handle it, and call it off when somebody else has."""
        self._attempts += 1
        await self._note(AssignmentStatus.DELIVERED)
        asking = asyncio.create_task(self._asked(assignment))
        await self._until(asking.done)
        if self._over is Over.ANSWERED:
            # It has completed the task and is about to say so.
            await self._within(asking.done, SOON)
        if self._over is not None and not asking.done():
            await self._note(_ENDS.get(self._over, AssignmentStatus.WITHDRAWN), self._error)
            asking.cancel()
        try:
            answer = await asking
        except asyncio.CancelledError:
            if self._over is None:
                raise
            return
        except (ActivityError, NexusOperationError) as failure:
            if self._over is None:
                await self._note(AssignmentStatus.DEAD, _code(failure))
            return
        await self._take(answer)

    async def _asked(self, assignment: Assignment) -> Answer:
        if self._given.way is Way.NEXUS:
            client = workflow.create_nexus_client(
                service=DepartmentTasks, endpoint=self._given.endpoint or ""
            )
            return await client.execute_operation(
                DepartmentTasks.handle_task, assignment, summary=assignment.task
            )
        return await workflow.execute_activity(
            handle_task,
            assignment,
            task_queue=self._given.queue,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=assignment.task,
            **DEPARTMENT,
        )

    async def _take(self, answer: Answer) -> None:
        """A refusal leaves the task to people. A completion is believed when the register knows."""
        if isinstance(answer, Declined) and answer.reason != Code.TASK_NOT_OPEN:
            if self._over is None:
                await self._note(AssignmentStatus.DECLINED, answer.reason)
            return
        await self._within(lambda: self._over is not None, SOON)
        if await self._described() is not None:
            await self._note(AssignmentStatus.DEAD, _NOT_COMPLETED)

    async def _deliver(self, assignment: Assignment) -> None:
        """Tell the webhook, and wait for what comes of it."""
        while await self._sent(assignment):
            self._again = False
            look = FIRST_LOOK
            while not await self._within(lambda: self._is_awake, look):
                if await self._described() is None:
                    return
                match await self._believed():
                    case "unknown":
                        self._again = True
                    case "declined":
                        return
                    case _:
                        look = min(look * 2, LONGEST_LOOK)
            if self._over is not None:
                return

    @property
    def _is_awake(self) -> bool:
        return self._again or self._over is not None

    async def _believed(self) -> Literal["open", "declined", "unknown"]:
        """What the system says it knows of the task, and what that means here."""
        found = await workflow.execute_activity(reconcile, self._given, **REQUEST)
        if self._over is not None or found.taken:
            return "open"
        if found.believes == "declined":
            await self._note(AssignmentStatus.DECLINED, found.reason)
            return "declined"
        return "unknown" if found.believes == "unknown" else "open"

    async def _sent(self, assignment: Assignment) -> bool:
        """Whether the system took the message; False when it was given up, or the task is over."""
        begun, pause = workflow.now(), FIRST_PAUSE
        while self._over is None:
            self._again = False
            self._attempts += 1
            sent = await workflow.execute_activity(
                deliver_webhook,
                Delivery(given=self._given, assignment=assignment, attempt=self._attempts),
                **REQUEST,
            )
            if sent.error is None:
                await self._note(AssignmentStatus.DELIVERED)
                return True
            wait = self._pause(pause, sent.retry_after)
            if sent.final or workflow.now() + wait > begun + PATIENCE:
                await self._note(AssignmentStatus.DEAD, sent.error)
                return False
            await self._note(AssignmentStatus.SENDING, sent.error)
            await self._within(lambda: self._is_awake, wait)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
        return False

    async def _call_back(self, why: Over) -> None:
        """Tell a webhook that was told of the task that it is over, unless it knows best itself."""
        if self._given.way is not Way.WEBHOOK or not self._attempts or why is Over.ANSWERED:
            return
        begun, pause, attempt = workflow.now(), FIRST_PAUSE, 0
        while True:
            attempt += 1
            sent = await workflow.execute_activity(
                withdraw_webhook,
                Withdrawal(given=self._given, why=why, attempt=attempt),
                **REQUEST,
            )
            wait = self._pause(pause, sent.retry_after)
            if sent.error is None or sent.final or workflow.now() + wait > begun + PATIENCE:
                return
            await workflow.sleep(wait)
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    def _pause(self, pause: timedelta, asked: int | None) -> timedelta:
        """Not all at the same moment, when a system that was away comes back."""
        spread = pause * workflow.random().uniform(0.8, 1.2)
        return max(spread, min(timedelta(seconds=asked or 0), LONGEST_PAUSE))

    async def _within(self, condition: Callable[[], bool], limit: timedelta) -> bool:
        """Whether it comes to that in time."""
        try:
            await workflow.wait_condition(condition, timeout=limit)
        except TimeoutError:
            return False
        return True

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds or the task is over, looking now and then in case nobody told."""
        while not await self._within(
            lambda: condition() or self._over is not None, limit=LONGEST_LOOK
        ):
            await self._described()

    async def _note(self, status: AssignmentStatus, error: str | None = None) -> None:
        self._status, self._error = status, error
        if status is AssignmentStatus.DEAD:
            # What an operator asked for before does not bring it back to life.
            self._again = False
        note = Note(given=self._given, status=status, attempts=self._attempts, error=error)
        if note != self._noted:
            self._noted = note
            await workflow.execute_activity(note_assignment, note, **LOOKUP)


def _code(failure: ActivityError | NexusOperationError) -> str:
    """What a department's own program failed with, by its type and never its words."""
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, ApplicationError):
            return cause.type or _NOT_COMPLETED
        cause = cause.__cause__
    return type(failure.__cause__ or failure).__name__
