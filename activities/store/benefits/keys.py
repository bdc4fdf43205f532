"""Idempotency of people's acts: the caller's key and the digest of what was sent make the act.

The same again changes nothing; another request under the same key is refused.
"""

from sqlalchemy import select

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import (
    BenefitCase,
    BenefitEvent,
    Entitlement,
    EntitlementEvent,
    LedgerEntry,
)
from activities.store.tables.subjects import OptOut
from definitions.benefits.ledger import EntryKind
from definitions.errors import Code, Refused
from definitions.language.base import Value

_DIGITS = 16


class ActKey(Value):
    """Who asks, under which key, and the digest of what."""

    by: str
    key: str
    payload: str

    @property
    def act(self) -> str:
        """As it stands with the events."""
        return f"{self.stem}{self.payload[:_DIGITS]}"

    @property
    def stem(self) -> str:
        """What every request of theirs under this key begins with."""
        return f"{self.by}:{self.key}#"


async def acted_on_run(session: ReadSession, run: str, key: ActKey) -> bool:
    """Whether this was done already. Raises `Refused(KEY_REUSED)`."""
    found = select(BenefitEvent.act).where(
        BenefitEvent.run == run,
        BenefitEvent.act.startswith(key.stem, autoescape=True),
    )
    return same_act(await session.scalar(found.limit(1)), key)


async def acted_on_entitlement(session: ReadSession, entitlement: str, key: ActKey) -> bool:
    """Whether this was done already. Raises `Refused(KEY_REUSED)`."""
    found = select(EntitlementEvent.act).where(
        EntitlementEvent.entitlement == entitlement,
        EntitlementEvent.act.startswith(key.stem, autoescape=True),
    )
    return same_act(await session.scalar(found.limit(1)), key)


async def begun_under(session: ReadSession, key: ActKey) -> str | None:
    """The run that was begun under this key. Raises `Refused(KEY_REUSED)`."""
    found = await session.execute(
        select(BenefitEvent.run, BenefitEvent.act)
        .where(
            BenefitEvent.seq == 1,
            BenefitEvent.act.startswith(key.stem, autoescape=True),
        )
        .limit(1)
    )
    row = found.one_or_none()
    return row.run if row is not None and same_act(row.act, key) else None


async def opted_under(session: ReadSession, subject: int, key: ActKey) -> bool:
    """Whether the subject said this no, or took it back. Raises `Refused(KEY_REUSED)`."""
    found = select(OptOut.act).where(
        OptOut.subject == subject, OptOut.act.startswith(key.stem, autoescape=True)
    )
    return same_act(await session.scalar(found.limit(1)), key)


async def returned_under(session: WriteSession, entitlement: str, key: ActKey) -> bool:
    """Whether this return is booked already; others of the entitlement wait until this is done.

    Raises `Refused(KEY_REUSED)`.
    """
    lock = select(Entitlement.id).where(Entitlement.id == entitlement).with_for_update()
    await session.execute(lock)
    found = select(LedgerEntry.act).where(
        LedgerEntry.entitlement == entitlement,
        LedgerEntry.kind == EntryKind.RETURN,
        LedgerEntry.act.startswith(key.stem, autoescape=True),
    )
    return same_act(await session.scalar(found.limit(1)), key)


async def case_opened(session: ReadSession, before: str, key: ActKey) -> bool:
    """Whether a case was opened by this act, under a key that is `before` and the act.

    Raises `Refused(KEY_REUSED)`.
    """
    found = select(BenefitCase.key).where(
        BenefitCase.key.startswith(f"{before}{key.stem}", autoescape=True)
    )
    kept = await session.scalar(found.limit(1))
    return same_act(kept.removeprefix(before) if kept is not None else None, key)


def same_act(act: str | None, key: ActKey) -> bool:
    """Whether it is this one. Raises `Refused(KEY_REUSED)` where another has its key."""
    if act is not None and act != key.act:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return act is not None
