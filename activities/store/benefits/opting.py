"""What a beneficiary says no to: a benefit, all of them, or being decided by machine."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.subjects import OptOut

EVERY = ""


class OptOutKind(StrEnum):
    """Of what: the benefit itself, or its being decided without a person."""

    BENEFIT = "benefit"
    AUTOMATED = "automated"


async def opt_out(
    session: WriteSession, subject: int, kind: OptOutKind, *, policy: str, by: str, now: datetime
) -> bool:
    """Note the no; `policy` is empty for all. Whether it is new."""
    row = {"subject": subject, "policy": policy, "kind": kind.value, "by": by, "at": now}
    put = insert(OptOut).values(row).on_conflict_do_nothing().returning(OptOut.subject)
    return await session.scalar(put) is not None


async def opt_in(session: WriteSession, subject: int, kind: OptOutKind, *, policy: str) -> bool:
    """Take the no back. Whether there was one."""
    gone = delete(OptOut).where(
        OptOut.subject == subject, OptOut.kind == kind.value, OptOut.policy == policy
    )
    return await session.scalar(gone.returning(OptOut.subject)) is not None


async def opted_out(
    session: ReadSession, subjects: Sequence[int], kind: OptOutKind, *, policy: str
) -> frozenset[int]:
    """Which of them said no to this policy, or to all."""
    found = select(OptOut.subject).where(
        OptOut.subject.in_(subjects), OptOut.kind == kind.value, OptOut.policy.in_((policy, EVERY))
    )
    return frozenset(await session.scalars(found))


async def has_opted_out(
    session: ReadSession, subject: int, kind: OptOutKind, *, policy: str
) -> bool:
    """Whether the subject said no to this policy, or to all."""
    found = select(OptOut.subject).where(
        OptOut.subject == subject, OptOut.kind == kind.value, OptOut.policy.in_((policy, EVERY))
    )
    return await session.scalar(found.limit(1)) is not None
