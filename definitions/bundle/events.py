"""The envelope of an event: its place in the application's own order, when, and by whose act."""

from datetime import datetime

from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.matter.events import Event


class Recorded(Value):
    """One event as it is kept for ever.

    `seq` counts from 1 without gaps; `act` is the idempotency key.
    """

    seq: int
    at: datetime
    act: str
    actor: Actor
    event: Event
