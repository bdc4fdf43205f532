"""An application's events just as its workflow made them: what its state is replayed from."""

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.tables.register import Event
from definitions.bundle.events import Recorded


async def events_after(session: ReadSession, number: str, seq: int) -> tuple[Recorded, ...]:
    """An application's events beyond `seq`, in order."""
    found = await session.scalars(
        select(Event).where(Event.bundle == number, Event.seq > seq).order_by(Event.seq)
    )
    return tuple(recorded_of(row) for row in found)


def recorded_of(row: Event) -> Recorded:
    """The event as the workflow made it."""
    return Recorded.model_validate(
        {"seq": row.seq, "at": row.at, "act": row.act, "actor": row.actor, "event": row.body}
    )
