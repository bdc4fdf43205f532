"""Recording an application's events and rows in the register."""

from temporalio import activity

from definitions.bundle.events import Recorded
from definitions.bundle.view import Rows
from definitions.language.base import Value


class Entry(Value):
    """Everything not recorded yet, in order, and the rows that differ because of it."""

    bundle: str
    events: tuple[Recorded, ...]
    rows: Rows


@activity.defn(name="record")
async def record(entry: Entry) -> None:
    """Write the entry in one transaction.

    Idempotent on (application, sequence): a retry or a second worker writes nothing twice, and an
    older entry never overwrites newer rows.
    """
    raise NotImplementedError
