"""信用修复: a supervisor lifts what a broken promise did to the applicant's standing.

The register writes the record; whether and why it was repaired is the desk's.
"""

from datetime import datetime

from sqlalchemy import select

from activities.store.engine import WriteSession
from activities.store.tables.register import Credit


async def repair(
    session: WriteSession, bundle: str, matter: str, *, by: str, reason: str, now: datetime
) -> bool | None:
    """Whether it was repaired now; None where there is no such record.

    `reason` is a text's digest. A record that is repaired stays as it was repaired first.
    """
    row = await session.scalar(
        select(Credit).where(Credit.bundle == bundle, Credit.matter == matter).with_for_update()
    )
    if row is None:
        return None
    if row.repaired_at is not None:
        return row.repaired_by == by and row.repair_reason == reason
    row.repaired_at, row.repaired_by, row.repair_reason = now, by, reason
    await session.flush()
    return True
