"""Idempotency of people's acts: the caller's key and the digest of what was sent make the act.

The same again changes nothing; another request under the same key is refused.
"""

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.tables.benefits import BenefitEvent, EntitlementEvent
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
    return _same(await session.scalar(found.limit(1)), key)


async def acted_on_entitlement(session: ReadSession, entitlement: str, key: ActKey) -> bool:
    """Whether this was done already. Raises `Refused(KEY_REUSED)`."""
    found = select(EntitlementEvent.act).where(
        EntitlementEvent.entitlement == entitlement,
        EntitlementEvent.act.startswith(key.stem, autoescape=True),
    )
    return _same(await session.scalar(found.limit(1)), key)


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
    return row.run if row is not None and _same(row.act, key) else None


def _same(act: str | None, key: ActKey) -> bool:
    if act is not None and act != key.act:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return act is not None
