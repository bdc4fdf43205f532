"""One entitlement whole, and all that is a beneficiary's own."""

from datetime import datetime

from sqlalchemy import select

from activities.store.benefits.opting import noes_of
from activities.store.benefits.reading import (
    EntryLine,
    EventLine,
    entry_query,
)
from activities.store.benefits.reading_cases import CaseLine, case_lines
from activities.store.benefits.reading_money import LedgerLine, PaymentLine, ledger, payments_of
from activities.store.chains import unbroken
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.base import Json
from activities.store.tables.benefits import BenefitNotice, Entitlement, EntitlementEvent
from activities.store.tables.desk import Account
from definitions.errors import Code, Refused

_MOST = 200


class NoticeLine(Read):
    """结果告知."""

    id: int
    entitlement: str | None
    kind: str
    text: str
    at: datetime
    read_at: datetime | None


class OptOutLine(Read):
    """A no: `policy` is empty for all of them; `kind` is benefit or automated."""

    policy: str
    kind: str
    at: datetime


class EntitlementView(Read):
    """An entitlement with everything that belongs to it.

    `evidence` are facts and figures by which it was decided, as they were then.
    """

    line: EntryLine
    version: int
    item: str
    evidence: Json
    chain_holds: bool
    events: tuple[EventLine, ...]
    payments: tuple[PaymentLine, ...]
    ledger: tuple[LedgerLine, ...]
    cases: tuple[CaseLine, ...]
    notices: tuple[NoticeLine, ...]


async def entitlement_line(session: ReadSession, name: str) -> EntryLine:
    """One entitlement. Raises `Refused(UNKNOWN_ENTITLEMENT)`."""
    row = (await session.execute(entry_query().where(Entitlement.id == name))).one_or_none()
    if row is None:
        raise Refused(Code.UNKNOWN_ENTITLEMENT, "没有这笔应享")
    return EntryLine.model_validate(row)


async def entitlement_view(session: ReadSession, name: str) -> EntitlementView:
    """One entitlement whole. Raises `Refused(UNKNOWN_ENTITLEMENT)`."""
    line = await entitlement_line(session, name)
    row = (
        await session.execute(
            select(
                Entitlement.version,
                Entitlement.item,
                Entitlement.evidence,
                Entitlement.seq,
                Entitlement.chain,
            ).where(Entitlement.id == name)
        )
    ).one()
    events, holds = await _events(session, name)
    return EntitlementView(
        line=line,
        version=row.version,
        item=row.item,
        evidence=row.evidence,
        chain_holds=holds and len(events) == row.seq,
        events=events,
        payments=await payments_of(session, name),
        ledger=await ledger(session, entitlement=name, limit=_MOST),
        cases=await case_lines(session, entitlement=name, limit=_MOST),
        notices=await _notices(session, line.subject, entitlement=name),
    )


async def entries_of(session: ReadSession, subject: int) -> tuple[EntryLine, ...]:
    """All that a subject has had, the latest change first; a no must reach the oldest too."""
    query = entry_query().where(Entitlement.subject == subject)
    found = await session.execute(query.order_by(Entitlement.changed_at.desc()))
    return tuple(EntryLine.model_validate(row) for row in found)


async def notices_of(session: ReadSession, subject: int) -> tuple[NoticeLine, ...]:
    """What a subject was told, newest first."""
    return await _notices(session, subject)


async def opt_outs_of(session: ReadSession, subject: int) -> tuple[OptOutLine, ...]:
    """What a subject said no to."""
    return tuple(OptOutLine.model_validate(row) for row in await noes_of(session, [subject]))


async def _events(session: ReadSession, name: str) -> tuple[tuple[EventLine, ...], bool]:
    """The history in order, and whether its chain holds."""
    found = await session.execute(
        select(EntitlementEvent, Account.name)
        .outerjoin(Account, Account.id == EntitlementEvent.actor["id"].astext)
        .where(EntitlementEvent.entitlement == name)
        .order_by(EntitlementEvent.seq)
    )
    rows = found.all()
    lines = tuple(
        EventLine(
            seq=row.seq,
            at=row.at,
            kind=row.status,
            act=row.act,
            actor=row.actor["id"],
            actor_role=row.actor["role"],
            actor_name=actor_name,
            body=row.body,
        )
        for row, actor_name in rows
    )
    last = unbroken((row.seq, row.chain, _told(row)) for row, _ in rows)
    return lines, last is not None


def _told(row: EntitlementEvent) -> Json:
    told = {"seq": row.seq, "act": row.act, "status": row.status, "actor": row.actor}
    of = {"entitlement": row.entitlement, "at": row.at.isoformat()}
    return {**told, "body": row.body, **of}


async def _notices(
    session: ReadSession, subject: int, *, entitlement: str | None = None
) -> tuple[NoticeLine, ...]:
    query = select(BenefitNotice).where(BenefitNotice.subject == subject)
    if entitlement is not None:
        query = query.where(BenefitNotice.entitlement == entitlement)
    found = await session.scalars(query.order_by(BenefitNotice.id.desc()).limit(_MOST))
    return tuple(NoticeLine.model_validate(row) for row in found)
