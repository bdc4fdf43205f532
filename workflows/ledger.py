"""The application's state inside its workflow, and the flush that brings it into the register."""

from temporalio import workflow

from activities.contracts.profiles import REGISTER
from activities.contracts.record import Entry, record
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve
from definitions.bundle.state import BundleState
from definitions.bundle.view import changes


class Ledger:
    """State, and which of its events are recorded.

    Acts that come together share one transaction.
    """

    def __init__(self, state: BundleState | None, recorded: int) -> None:
        self._state = state
        self._shown = state
        self._recorded = recorded
        self._waiting: list[Recorded] = []
        self._flushing = False

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
        """Return once everything up to `seq` is in the register."""
        while self._recorded < seq:
            if self._flushing:
                await workflow.wait_condition(lambda: not self._flushing)
                continue
            await self._flush_waiting()

    async def _flush_waiting(self) -> None:
        batch, self._waiting = tuple(self._waiting), []
        state, before = self.state, self._shown
        self._flushing = True
        try:
            entry = Entry(bundle=state.number, events=batch, rows=changes(before, state))
            await workflow.execute_local_activity(record, entry, **REGISTER)
            self._recorded, self._shown = batch[-1].seq, state
        except BaseException:
            self._waiting = [*batch, *self._waiting]
            raise
        finally:
            self._flushing = False
