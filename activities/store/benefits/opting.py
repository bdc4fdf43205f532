"""What a beneficiary says no to: a benefit, all of them, or being decided by machine.

Each word is kept, and the last one counts: a no that was taken back was said all the same.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.subjects import OptOut

EVERY = ""
OPTED_OUT = "opted-out"
"""Why an entitlement is declined or stopped: the subject has said no."""


class OptOutKind(StrEnum):
    """Of what: the benefit itself, or its being decided without a person."""

    BENEFIT = "benefit"
    AUTOMATED = "automated"


async def opt_out(
    session: WriteSession,
    subject: int,
    kind: OptOutKind,
    *,
    policy: str,
    by: str,
    act: str,
    now: datetime,
    no: bool = True,
) -> None:
    """Note the no, or (`no` false) that it is taken back; `policy` is empty for all.

    The same `act` again changes nothing.
    """
    said = {"subject": subject, "policy": policy, "kind": kind.value, "no": no}
    put = insert(OptOut).values({**said, "by": by, "act": act, "at": now})
    await session.execute(put.on_conflict_do_nothing(index_elements=["subject", "act"]))


async def noes_of(session: ReadSession, subjects: Sequence[int]) -> tuple[OptOut, ...]:
    """What these subjects say no to, by subject, kind and policy."""
    of_same = (OptOut.subject, OptOut.kind, OptOut.policy)
    last_words = (
        select(OptOut)
        .ext(distinct_on(*of_same))
        .where(OptOut.subject.in_(subjects))
        .order_by(*of_same, OptOut.id.desc())
    )
    return tuple(word for word in await session.scalars(last_words) if word.no)


async def opted_out(
    session: ReadSession, subjects: Sequence[int], kind: OptOutKind, *, policy: str
) -> frozenset[int]:
    """Which of them say no to this policy, or to all."""
    noes = await noes_of(session, subjects)
    return frozenset(
        each.subject for each in noes if each.kind == kind and each.policy in {policy, EVERY}
    )
