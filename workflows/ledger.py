"""The application's state inside its workflow, and the flush that brings it into the register.

A flush runs inside a workflow task, so the register may know more than Temporal: the worker can die
after the one has committed and before the other hears of it. Then the register is right, because
people have read it: what it holds is adopted, and what was taken instead is decided anew.
"""

from collections.abc import Mapping

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts.profiles import REGISTER
from activities.contracts.record import OVERTAKEN, Entry, Place, record, recorded_after
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve
from definitions.bundle.state import BundleState
from definitions.bundle.view import changes
from workflows.messages import Done


class Overtaken(Exception):
    """What was taken and not recorded is void: the register held other events."""


class Ledger:
    """State, the acts that led to it, and which of its events are recorded.

    Acts that come together share one transaction.
    """

    def __init__(
        self, state: BundleState | None, recorded: int, acts: Mapping[str, Done] | None = None
    ) -> None:
        self.acts = dict(acts or {})
        self._state = state
        self._shown = state
        self._recorded = recorded
        self._waiting: list[Recorded] = []
        self._flushing = False
        self._adopted = 0

    @property
    def state(self) -> BundleState:
        """The application as it stands."""
        if self._state is None:
            msg = "the application has not been started"
            raise RuntimeError(msg)
        return self._state

    @property
    def recorded(self) -> int:
        """The last sequence that is in the register."""
        return self._recorded

    @property
    def is_flushed(self) -> bool:
        """Nothing waits to be recorded."""
        return not self._waiting and not self._flushing

    def take(self, events: tuple[Recorded, ...]) -> None:
        """Fold events in. Never awaits, so that deciding and taking are one atomic step."""
        for event in events:
            self._state = evolve(self._state, event)
        self._waiting.extend(events)

    async def flush(self, seq: int) -> None:
        """Return once everything up to `seq` is in the register. Raises `Overtaken`."""
        adopted = self._adopted
        while self._recorded < seq:
            if self._flushing:
                await workflow.wait_condition(lambda: not self._flushing)
            else:
                await self._flush_waiting()
            if self._adopted != adopted:
                raise Overtaken

    async def catch_up(self) -> bool:
        """Adopt what the register holds beyond what is known here; whether there was anything."""
        # Others may have waited as well, and have begun in the meantime.
        while self._flushing:
            await workflow.wait_condition(lambda: not self._flushing)
        adopted = self._adopted
        self._flushing = True
        try:
            await self._adopt()
        finally:
            self._flushing = False
        return self._adopted != adopted

    async def _flush_waiting(self) -> None:
        batch, self._waiting = tuple(self._waiting), []
        state, before = self.state, self._shown
        self._flushing = True
        try:
            entry = Entry(bundle=state.number, events=batch, rows=changes(before, state))
            await workflow.execute_local_activity(record, entry, **REGISTER)
            self._recorded, self._shown = batch[-1].seq, state
        except (ActivityError, ApplicationError) as error:
            self._waiting = [*batch, *self._waiting]
            # A failure of a local activity comes as it was raised, without the usual wrapping.
            cause = error.cause if isinstance(error, ActivityError) else error
            if not isinstance(cause, ApplicationError) or cause.type != OVERTAKEN:
                raise
            await self._adopt()
        except BaseException:
            self._waiting = [*batch, *self._waiting]
            raise
        finally:
            self._flushing = False

    async def _adopt(self) -> None:
        place = Place(bundle=self.state.number, seq=self._recorded)
        stands = await workflow.execute_local_activity(recorded_after, place, **REGISTER)
        if not stands:
            return
        self.acts = {k: done for k, done in self.acts.items() if done.seq <= self._recorded}
        state = self._shown
        for event in stands:
            state = evolve(state, event)
            self.acts[event.act] = Done(payload="", version=0, seq=event.seq)
        self._state = self._shown = state
        self._recorded, self._waiting = stands[-1].seq, []
        self._adopted += 1
