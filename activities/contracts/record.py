"""Recording an application's events and rows in the register."""

from temporalio import activity

from definitions.bundle.events import Recorded
from definitions.bundle.rows import Rows
from definitions.language.base import Value

# The type of the failure of `record` that is not tried again.
OVERTAKEN = "overtaken"


class Entry(Value):
    """Everything not recorded yet, in order, and the rows that differ because of it."""

    bundle: str
    events: tuple[Recorded, ...]
    rows: Rows


@activity.defn(name="record")
async def record(entry: Entry) -> None:
    """Write the entry in one transaction.

    Idempotent on (application, sequence): a retry or a second worker writes nothing twice, and an
    older entry never overwrites newer rows. Fails with `OVERTAKEN` where other events stand in
    these places: a worker died after it had recorded them and before Temporal knew of it.
    """
    raise NotImplementedError


class Place(Value):
    """A place in an application's order of events."""

    bundle: str
    seq: int


@activity.defn(name="recorded_after")
async def recorded_after(place: Place) -> tuple[Recorded, ...]:
    """Every event that the register holds beyond the place, in order."""
    raise NotImplementedError
