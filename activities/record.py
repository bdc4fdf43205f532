"""The activities that bring an application's events into the register, and back where it must."""

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts.record import OVERTAKEN, Entry, Place
from activities.store.engine import Store
from activities.store.reading.recorded import events_after
from activities.store.writing.register import Overtaken, write
from definitions.bundle.events import Recorded

log = structlog.get_logger(__name__)


class Recorder:
    """Holds the store for `record` and `recorded_after`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="record")
    async def record(self, entry: Entry) -> None:
        """See `activities.contracts.record.record`."""
        try:
            async with self._store.begin() as session:
                await write(session, entry)
        except Overtaken as overtaken:
            log.warning("overtaken", bundle=entry.bundle, seq=entry.events[0].seq)
            raise ApplicationError(
                str(overtaken), type=OVERTAKEN, non_retryable=True
            ) from overtaken

    @activity.defn(name="recorded_after")
    async def recorded_after(self, place: Place) -> tuple[Recorded, ...]:
        """See `activities.contracts.record.recorded_after`."""
        async with self._store.reading() as session:
            return await events_after(session, place.bundle, place.seq)
