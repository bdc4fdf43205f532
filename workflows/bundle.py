"""One application as a durable workflow: it holds every matter, takes acts, waits for one instant.

All law is in `definitions`; here is only what must be deterministic: when an act is taken, when the
register is written, and what the next run gets.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from definitions.bundle.commands import PassTime
from definitions.bundle.decide import Asked, decide, start, target_version
from definitions.bundle.events import Recorded
from definitions.bundle.settle import next_due
from definitions.bundle.state import BundleState, BundleStatus
from definitions.errors import Refused
from definitions.language.roles import SYSTEM
from workflows.details import describe, stage
from workflows.ledger import Ledger, Overtaken
from workflows.messages import NEXT_DUE, STAGE, Act, BundleInput, Carried, Done, Receipt


@workflow.defn(name="Bundle")
class BundleWorkflow:
    """One 一件事 application."""

    @workflow.init
    def __init__(self, given: BundleInput) -> None:
        self._given = given
        self._awake = False
        self._due: datetime | None = None
        self._shown: tuple[str, datetime | None] | None = None
        carried = given.carried
        if carried is None:
            self._ledger = Ledger(None, recorded=0)
            self._ledger.take(
                start(given.started, key=given.key, actor=given.actor, now=workflow.now())
            )
        else:
            self._ledger = Ledger(carried.state, recorded=carried.recorded, acts=carried.acts)

    @workflow.run
    async def run(self, _given: BundleInput) -> str:
        """Run until nothing is awaited any more; a promise behind a result is awaited too.

        Returns the bundle's status. An act may reopen it while its last handlers finish.
        """
        while True:
            while self._ledger.recorded < self._state.version:
                await self._stands(self._state.version)
            self._show()
            if not self._is_closed():
                await self._continue_if_long()
                await self._wait()
                continue
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._is_closed() and self._ledger.is_flushed:
                return self._state.status

    @workflow.update
    async def act(self, act: Act) -> Receipt:
        """Take one command.

        Returns when it is recorded; the same key again returns the same receipt.
        """
        while True:
            done = self._done(act)
            if await self._stands(done.seq):
                return Receipt(number=self._state.number, version=done.version, seq=done.seq)

    @act.validator
    def _validate_act(self, act: Act) -> None:
        done = self._ledger.acts.get(act.asked.key)
        if done is None:
            self._decided(act.asked)
        elif done.payload not in {"", act.payload}:
            raise ApplicationError(
                "该幂等键已用于另一内容的请求", type="idempotency-key-reused", non_retryable=True
            )

    @workflow.update
    async def started(self, payload: str) -> Receipt:  # noqa: ARG002 - the validator's
        """Return when the application's start is recorded; a differing `payload` is refused."""
        while not await self._stands(1):
            pass
        return Receipt(number=self._state.number, version=1, seq=1)

    @started.validator
    def _validate_started(self, payload: str) -> None:
        if payload != self._given.payload:
            raise ApplicationError(
                "该幂等键已用于另一内容的请求", type="idempotency-key-reused", non_retryable=True
            )

    @workflow.update
    async def catch_up(self) -> int:
        """Take over what the register knows and this run does not; returns the version it is at."""
        if await self._ledger.catch_up():
            self._awake = True
        return self._state.version

    @workflow.query
    def state(self) -> BundleState:
        """The whole state, for operators and tests; lists read the register."""
        return self._state

    @property
    def _state(self) -> BundleState:
        return self._ledger.state

    def _done(self, act: Act) -> Done:
        """What the act came to, taken now or before."""
        key = act.asked.key
        found = self._ledger.acts.get(key)
        if found is None:
            self._take(act.asked)
        elif found.payload:
            return found
        done = Done(
            payload=act.payload,
            version=target_version(self._state, act.asked.command),
            seq=found.seq if found else self._state.version,
        )
        self._ledger.acts[key] = done
        return done

    async def _stands(self, seq: int) -> bool:
        """Once it is recorded up to `seq`; False where other events stand, and are now our own."""
        try:
            await self._ledger.flush(seq)
        except Overtaken:
            self._awake = True
            return False
        return True

    def _take(self, asked: Asked) -> None:
        """Decide and fold in without awaiting; wake the loop only if something is left for it."""
        self._ledger.take(self._decided(asked))
        state = self._state
        self._awake = (
            self._is_closed()
            or self._is_long()
            or next_due(state) != self._due
            or (self._shown is not None and stage(state) != self._shown[0])
        )

    def _decided(self, asked: Asked) -> tuple[Recorded, ...]:
        try:
            return decide(self._state, asked, workflow.now())
        except Refused as refused:
            raise ApplicationError(
                refused.message,
                {"field": refused.field, **refused.details},
                type=refused.code,
                non_retryable=True,
            ) from refused

    def _pass_time(self) -> None:
        key = f"time:{self._state.version}"
        self._take(Asked(key=key, actor=SYSTEM, command=PassTime()))

    async def _wait(self) -> None:
        """Sleep until an act leaves something to do, or until the earliest limit runs out."""
        self._due, self._awake = next_due(self._state), False
        left = None if self._due is None else self._due - workflow.now()
        if left is not None and left <= timedelta(0):
            self._pass_time()
            return
        try:
            await workflow.wait_condition(
                lambda: self._awake, timeout=left, timeout_summary="next limit"
            )
        except TimeoutError:
            self._pass_time()

    def _show(self) -> None:
        """What operators see in Temporal's own pages.

        Nothing personal, and no event unless it changed.
        """
        workflow.set_current_details(describe(self._state))
        now = stage(self._state), next_due(self._state)
        if now != self._shown:
            self._shown = now
            due = NEXT_DUE.value_unset() if now[1] is None else NEXT_DUE.value_set(now[1])
            workflow.upsert_search_attributes([STAGE.value_set(now[0]), due])

    def _is_closed(self) -> bool:
        return self._state.status is BundleStatus.CLOSED

    def _is_long(self) -> bool:
        """Whether the history has grown enough for a fresh run."""
        info = workflow.info()
        limit = self._given.continue_after
        return info.is_continue_as_new_suggested() or 0 < limit < info.get_current_history_length()

    async def _continue_if_long(self) -> None:
        """Hand over to a fresh run.

        No act is lost: handlers finish first, then nothing awaits in between.
        """
        if not self._is_long():
            return
        await workflow.wait_condition(
            lambda: workflow.all_handlers_finished() and self._ledger.is_flushed
        )
        carried = Carried(state=self._state, acts=self._ledger.acts, recorded=self._ledger.recorded)
        workflow.continue_as_new(self._given.model_copy(update={"carried": carried}))
