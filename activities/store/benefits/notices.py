"""结果告知: what beneficiaries are told, each thing once, shown on their own page."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import BenefitNotice
from definitions.language.base import Value


class NoticeKind(StrEnum):
    """What a notice is about."""

    LISTED = "listed"
    ASKED = "asked"
    REMINDED = "reminded"
    SILENT = "silent"
    INVITED = "invited"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    HELD = "held"
    STOPPED = "stopped"
    PAID = "paid"
    FAILED = "failed"
    CASE = "case"
    RECOVERY = "recovery"
    RECOVERED = "recovered"
    ACCOUNT = "account"


class Notice(Value):
    """One notice. `key`: what is told is told once under it."""

    subject: int
    entitlement: str | None
    kind: NoticeKind
    key: str
    text: str


async def tell(  # noqa: PLR0917 - one notice, in the order it is read
    session: WriteSession,
    subject: int,
    entitlement: str | None,
    kind: NoticeKind,
    key: str,
    text: str,
) -> bool:
    """Whether it was told just now, or had been under this key."""
    notice = Notice(subject=subject, entitlement=entitlement, kind=kind, key=key, text=text)
    return await tell_all(session, (notice,)) > 0


async def tell_all(session: WriteSession, notices: Sequence[Notice]) -> int:
    """How many were told just now; those told before under their keys are passed over."""
    if not notices:
        return 0
    rows = [notice.model_dump() for notice in notices]
    put = insert(BenefitNotice).values(rows)
    told = put.on_conflict_do_nothing(index_elements=["key"]).returning(BenefitNotice.id)
    return len((await session.execute(told)).all())


async def note_read(session: WriteSession, notices: Sequence[int], now: datetime) -> None:
    """Whom they tell has seen them; the first time counts."""
    unread = update(BenefitNotice).where(
        BenefitNotice.id.in_(notices), BenefitNotice.read_at.is_(None)
    )
    await session.execute(unread.values(read_at=now))


async def notices_of(
    session: ReadSession, subject: int, *, limit: int = 100
) -> tuple[BenefitNotice, ...]:
    """What a subject was told, the latest first."""
    found = select(BenefitNotice).where(BenefitNotice.subject == subject)
    latest = found.order_by(BenefitNotice.at.desc(), BenefitNotice.id.desc()).limit(limit)
    return tuple(await session.scalars(latest))
