"""The activity that brings an application's events into the register."""

from temporalio import activity

from activities.contracts.record import Entry
from activities.store.engine import Store
from activities.store.writing.register import write


class Recorder:
    """Holds the store for `record`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="record")
    async def record(self, entry: Entry) -> None:
        """See `activities.contracts.record.record`."""
        async with self._store.begin() as session:
            await write(session, entry)
