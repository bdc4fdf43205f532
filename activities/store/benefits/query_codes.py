"""查询码: what opens a beneficiary's own page, and a new one where it was lost or seen."""

import secrets

from sqlalchemy import update

from activities.store.engine import WriteSession
from activities.store.tables.subjects import Subject

_BYTES = 4


async def renew_query_code(session: WriteSession, subject: int, *, instead_of: str) -> bool:
    """Whether a new one was made; where the present one is not `instead_of`, nothing is."""
    new = secrets.token_hex(_BYTES)
    made = update(Subject).where(Subject.id == subject, Subject.query_code == instead_of)
    return await session.scalar(made.values(query_code=new).returning(Subject.id)) is not None
