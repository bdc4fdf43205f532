"""Serial numbers: one counter a scope and period, without gaps among what is committed."""

from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import WriteSession
from activities.store.tables.desk import Serial


async def next_serial(session: WriteSession, scope: str, period: str) -> int:
    """The next number. Its counter stays locked until the transaction ends: take it last."""
    taken = insert(Serial).values(scope=scope, period=period, value=1)
    upserted = taken.on_conflict_do_update(
        index_elements=["scope", "period"], set_={"value": Serial.value + 1}
    ).returning(Serial.value)
    value = await session.scalar(upserted)
    assert value is not None
    return value
