"""The only module that speaks to Temporal: starting applications, and acting on them.

Every call is bounded in time and safe to repeat, because each act carries its idempotency key.
Refusals come back as the core raised them; an engine that cannot answer now is `EngineAway`.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import (
    Priority,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts.profiles import BEHIND_PEOPLE
from activities.store.desk.applications import application_of
from activities.store.engine import Store
from activities.store.reading.bundles import bundle_head
from activities.store.reading.recorded import events_after
from activities.store.reading.scope import EVERYTHING
from activities.store.reading.timeline import acted, lately_changed
from definitions.bundle.commands import AFTERWARDS
from definitions.bundle.decide import decide
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import replay
from definitions.bundle.state import BundleStatus
from definitions.errors import Code, Refused
from definitions.matter.events import BundleStarted
from workflows.bundle import BundleWorkflow
from workflows.messages import SERVICE, SITUATION, Act, BundleInput, Carried, Done, Receipt
from workflows.recalculation import RecalculationInput, RecalculationWorkflow

log = structlog.get_logger(__name__)

# People before batches: Temporal dispatches smaller keys first.
PEOPLE = Priority(priority_key=1)
ANSWER = 5.0
# More than are recorded within a workflow task's timeout on a busy day.
LATELY = 2000
RECALCULATION = "recalculation"
HEALTH = 2.0
_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
    # A workflow task failed just then; the next one takes the act.
    RPCStatusCode.FAILED_PRECONDITION,
}
_CODES = frozenset(Code)


class EngineAway(Exception):
    """The engine did not answer, and may have taken the act: send the same key again."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The act was taken and is durable; the register does not show it yet."""

    number: str


class Engine(Protocol):
    """What the API needs of the engine."""

    async def start(self, given: BundleInput) -> Receipt | Accepted:
        """Start an application, or find it started. Raises `Refused`, `EngineAway`."""
        ...

    async def act(self, number: str, act: Act) -> Receipt | Accepted:
        """Act on an application. Raises `Refused`, `EngineAway`."""
        ...

    async def settle(self) -> None:
        """After a crash: let applications take over what only the register knows.

        Nothing to do where all went well since the last time.
        """
        ...

    async def recalculate(self, given: RecalculationInput) -> None:
        """Let open applications take a calendar; one that is at it is told to go on.

        Raises `EngineAway`.
        """
        ...

    async def pause_recalculation(self, name: str) -> None:
        """Let it stand still after what is in hand. Raises `EngineAway`."""
        ...

    async def is_healthy(self) -> bool:
        """Whether the engine answers."""
        ...


class BundleEngine:
    """Applications as Temporal workflows, one each, its number being the workflow's id."""

    def __init__(self, client: Client, store: Store, *, task_queue: str) -> None:
        self._client = client
        self._store = store
        self._queue = task_queue
        # What happened before this process is not known.
        self._shaken = True

    async def start(self, given: BundleInput) -> Receipt | Accepted:
        """See `Engine.start`. One round trip: start and wait until the start is recorded."""
        number = given.started.number
        operation = self._starting(given, WorkflowIDReusePolicy.REJECT_DUPLICATE)

        async def send() -> WorkflowUpdateHandle[Receipt]:
            return await self._client.start_update_with_start_workflow(
                BundleWorkflow.started,
                given.payload,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                start_workflow_operation=operation,
                id=_update_id(given.key, given.payload),
            )

        try:
            return await self._answer(number, given.key, send)
        except WorkflowAlreadyStartedError:
            return Receipt(number=number, version=1, seq=1)

    async def act(self, number: str, act: Act) -> Receipt | Accepted:
        """See `Engine.act`. One round trip where the register answers quickly."""
        try:
            return await self._act(number, act)
        except Refused as refused:
            if refused.code is Code.BUNDLE_CLOSED and isinstance(act.asked.command, AFTERWARDS):
                return await self._reopen(number, act)
            if not self._shaken:
                raise
            # The application may lag behind what the caller has read in the register.
            await self._catch_up(number)
            return await self._act(number, act)

    async def settle(self) -> None:
        """See `Engine.settle`."""
        if not self._shaken:
            return
        async with self._store.reading() as session:
            numbers = await lately_changed(session, LATELY)
        self._shaken = False
        for number in numbers:
            await self._catch_up(number)
            if self._shaken:
                return
        log.info("settled", bundles=len(numbers))

    async def recalculate(self, given: RecalculationInput) -> None:
        """See `Engine.recalculate`. One that failed or was terminated is begun anew."""
        with away():
            async with asyncio.timeout(ANSWER):
                await self._client.start_workflow(
                    RecalculationWorkflow.run,
                    given,
                    id=f"{RECALCULATION}:{given.id}",
                    task_queue=self._queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    start_signal="steer",
                    start_signal_args=[False],
                    static_summary=given.calendar,
                    priority=BEHIND_PEOPLE,
                )

    async def pause_recalculation(self, name: str) -> None:
        """See `Engine.pause_recalculation`. One that is over or not begun yet needs no telling."""
        workflow = self._client.get_workflow_handle(f"{RECALCULATION}:{name}")
        with away():
            async with asyncio.timeout(ANSWER):
                await workflow.signal(RecalculationWorkflow.steer, args=[True])

    async def _catch_up(self, number: str) -> None:
        workflow = self._client.get_workflow_handle_for(BundleWorkflow.run, number)
        try:
            async with asyncio.timeout(ANSWER):
                await workflow.execute_update(BundleWorkflow.catch_up)
        except WorkflowUpdateFailedError:
            log.warning("catch_up_failed", bundle=number)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            self._shaken = True
        except RPCError as error:
            self._shaken |= error.status is not RPCStatusCode.NOT_FOUND
        except RuntimeError as error:
            if not _is_unconnected(error):
                raise
            self._shaken = True

    async def _reopen(self, number: str, act: Act) -> Receipt | Accepted:
        """Act on an application whose workflow has completed: its events are carried over.

        What would be refused is refused before anything is started.
        """
        async with self._store.reading() as session:
            events = await events_after(session, number, 0)
            submitted = await application_of(session, number)
        carried = reopened(events)
        decide(carried.state, act.asked, datetime.now(UTC))
        first = events[0]
        assert isinstance(first.event, BundleStarted)
        given = BundleInput(
            key=first.act,
            payload=(submitted.payload_sha256 if submitted else None) or "",
            actor=first.actor,
            started=first.event,
            carried=carried,
        )
        operation = self._starting(given, WorkflowIDReusePolicy.ALLOW_DUPLICATE)

        async def send() -> WorkflowUpdateHandle[Receipt]:
            return await self._client.start_update_with_start_workflow(
                BundleWorkflow.act,
                act,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                start_workflow_operation=operation,
                id=_update_id(act.asked.key, act.payload),
            )

        return await self._answer(number, act.asked.key, send)

    def _starting(
        self, given: BundleInput, reuse: WorkflowIDReusePolicy
    ) -> WithStartWorkflowOperation[BundleWorkflow, str]:
        plan = given.started.plan
        return WithStartWorkflowOperation(
            BundleWorkflow.run,
            given,
            id=given.started.number,
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=reuse,
            search_attributes=TypedSearchAttributes(
                [
                    SearchAttributePair(SERVICE, plan.definition.service),
                    SearchAttributePair(SITUATION, plan.situation.code),
                ]
            ),
            static_summary=f"{plan.name} {plan.situation.code}",
            priority=PEOPLE,
        )

    async def _act(self, number: str, act: Act) -> Receipt | Accepted:
        workflow = self._client.get_workflow_handle_for(BundleWorkflow.run, number)

        async def send() -> WorkflowUpdateHandle[Receipt]:
            return await workflow.start_update(
                BundleWorkflow.act,
                act,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                id=_update_id(act.asked.key, act.payload),
            )

        return await self._answer(number, act.asked.key, send)

    async def is_healthy(self) -> bool:
        """See `Engine.is_healthy`."""
        try:
            async with asyncio.timeout(HEALTH):
                return await self._client.service_client.check_health()
        except (RPCError, TimeoutError):
            return False
        except RuntimeError as error:
            if _is_unconnected(error):
                return False
            raise

    async def _answer(self, number: str, key: str, send: "_Send") -> Receipt | Accepted:
        accepted = False
        try:
            async with asyncio.timeout(ANSWER):
                handle = await send()
                accepted = True
                return await handle.result()
        except WorkflowUpdateFailedError as error:
            return await self._failed(number, key, error)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            return self._late(number, error, accepted=accepted)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return await self._gone(number, key)
            if error.status in _AWAY:
                return self._late(number, error, accepted=accepted)
            raise
        except RuntimeError as error:
            if _is_unconnected(error):
                return self._late(number, error, accepted=False)
            raise

    def _late(self, number: str, error: Exception, *, accepted: bool) -> Accepted:
        self._shaken = True
        if accepted:
            return Accepted(number)
        raise EngineAway from error

    async def _failed(
        self, number: str, key: str, error: WorkflowUpdateFailedError
    ) -> Receipt | Accepted:
        cause = error.cause
        if isinstance(cause, ApplicationError) and cause.type in _CODES:
            raise refusal(cause) from error
        # Accepted, but the run ended before it answered: the register knows.
        log.warning("update_failed", bundle=number, kind=getattr(cause, "type", None))
        return await self._gone(number, key)

    async def _gone(self, number: str, key: str) -> Receipt:
        """No running workflow: the act was its last, or came too late, or there never was one."""
        async with self._store.reading() as session:
            seq = await acted(session, number, key)
            head = await bundle_head(session, number, EVERYTHING)
        if seq is not None:
            return Receipt(number=number, version=seq, seq=seq)
        if head is None:
            raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
        if head.status == BundleStatus.CLOSED:
            raise Refused(Code.BUNDLE_CLOSED, "本件已办结")
        log.error("workflow_missing", bundle=number)
        raise EngineAway


class _Send(Protocol):
    async def __call__(self) -> WorkflowUpdateHandle[Receipt]: ...


def reopened(events: Sequence[Recorded]) -> Carried:
    """What a run needs that goes on where an earlier one completed, from the register alone."""
    acts = {event.act: Done(payload="", version=0, seq=event.seq) for event in events}
    return Carried(state=replay(events), acts=acts, recorded=events[-1].seq)


def refusal(error: ApplicationError) -> Refused:
    """The core's refusal, as it crossed Temporal."""
    found = error.details[0] if error.details else {}
    details: Mapping[str, Any] = found if isinstance(found, dict) else {}
    field = details.get("field")
    return Refused(
        Code(error.type or Code.INVALID),
        error.message,
        field=field if isinstance(field, str) else None,
        **{k: v for k, v in details.items() if k != "field" and isinstance(v, (str, int))},
    )


@contextmanager
def away() -> Iterator[None]:
    """What a call may end with that is no mistake of ours, as `EngineAway` or as nothing."""
    try:
        yield
    except WorkflowAlreadyStartedError:
        return
    except TimeoutError as error:
        raise EngineAway from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return
        if error.status not in _AWAY:
            raise
        raise EngineAway from error
    except RuntimeError as error:
        if not _is_unconnected(error):
            raise
        raise EngineAway from error


def _is_unconnected(error: RuntimeError) -> bool:
    """A client that never reached the server yet; the SDK has no type of its own for it."""
    return str(error).startswith("Failed client connect")


def _update_id(key: str, payload: str) -> str:
    """With the body's digest: Temporal would give the first answer to any body otherwise."""
    return f"{key}:{payload[:16]}"
