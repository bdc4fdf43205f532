"""Keeping the morning's digests: each day and department once, whoever comes second finds it."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import WriteSession
from activities.store.reading.digests import DigestBody
from activities.store.tables.inbox import Digest


async def put_digests(session: WriteSession, day: date, made: Mapping[str, DigestBody]) -> int:
    """How many were written: those that stand already are left as they are."""
    rows = [
        {"day": day, "department": department, "body": body.model_dump(mode="json")}
        for department, body in made.items()
    ]
    written = await session.execute(
        insert(Digest).values(rows).on_conflict_do_nothing().returning(Digest.department)
    )
    return len(written.all())
