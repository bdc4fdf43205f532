"""追回: what is owed, what came back, and what is kept back of later benefits (抵扣).

Only after the day by which it was to be given back is anything kept back, only where the policy of
what is owed says so, and only of benefits of the same organ. What is planned on an instruction that
is not answered yet counts as good as kept back, so that nothing is asked for twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, text

from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.ledger import Booking, book, books_of, came_back
from activities.store.benefits.notices import NoticeKind, tell
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import (
    BenefitRun,
    Entitlement,
    LedgerEntry,
    PaymentInstruction,
)
from definitions.benefits.entitlement import Status, require_move
from definitions.benefits.ledger import Entry, EntryKind
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.rules.money import yuan


class Offset(Value):
    """So much is kept back for a recovery."""

    entitlement: str
    fen: int


class Owed(Value):
    """What is still to come back of an entitlement, beside what is planned to be kept back."""

    entitlement: str
    subject: int
    fen: int


async def overdue(
    session: WriteSession, subjects: Sequence[int], *, organ: str, on: date
) -> dict[int, list[Owed]]:
    """What may be set off, by subject, the oldest names first; locked."""
    rows = await session.execute(
        select(Entitlement.id, Entitlement.subject, Entitlement.back_fen)
        .join(BenefitRun, BenefitRun.id == Entitlement.run)
        .where(
            Entitlement.subject.in_(subjects),
            Entitlement.organ == organ,
            Entitlement.status == Status.RECOVERING,
            Entitlement.back_by < on,
            BenefitRun.state["terms"]["offset"].as_boolean(),
        )
        .order_by(Entitlement.id)
        .with_for_update(of=Entitlement)
    )
    found = rows.all()
    left = await _left(session, {row.id: row.back_fen for row in found})
    owed: dict[int, list[Owed]] = defaultdict(list)
    for row in found:
        if left[row.id] > 0:
            owed[row.subject].append(
                Owed(entitlement=row.id, subject=row.subject, fen=left[row.id])
            )
    return owed


def kept_back(fen: int, owed: Sequence[Owed]) -> tuple[Offset, ...]:
    """Of a payment, what goes to which recovery; the first comes first."""
    kept: list[Offset] = []
    for each in owed:
        part = min(fen, each.fen)
        if part > 0:
            kept.append(Offset(entitlement=each.entitlement, fen=part))
            fen -= part
    return tuple(kept)


async def left_to_return(session: ReadSession, entitlement: str) -> int:
    """What is still to come back, beside what is planned to be kept back."""
    wanted = await session.scalar(select(Entitlement.back_fen).where(Entitlement.id == entitlement))
    return (await _left(session, {entitlement: wanted or 0}))[entitlement]


async def note_return(
    session: WriteSession, entitlement: str, fen: int, *, actor: Actor, act: str, now: datetime
) -> int:
    """Money came back, all of it or a part; what is left. The same `act` again changes nothing.

    Raises `Refused`: `RETURN_TOO_MUCH` beyond what is left.
    """
    row = await _recovering(session, entitlement)
    done = select(LedgerEntry.id).where(
        LedgerEntry.entitlement == entitlement,
        LedgerEntry.kind == EntryKind.RETURN,
        LedgerEntry.act == act,
    )
    if await session.scalar(done) is not None:
        return await left_to_return(session, entitlement)
    require_move(Status(row.status), Status.RECOVERED)
    left = (await _left(session, {entitlement: row.back_fen}))[entitlement]
    if not 0 < fen <= left:
        message = f"还应退回 {yuan(left)}"
        raise Refused(Code.RETURN_TOO_MUCH, message, field="/fen", left=left)
    before = (await came_back(session, (entitlement,))).get(entitlement)
    key = (await books_of(session, (entitlement,)))[entitlement]
    attempt = before.parts + 1 if before else 1
    entry = Entry(entitlement=entitlement, kind=EntryKind.RETURN, attempt=attempt, fen=fen)
    await book(session, (Booking(key=key, entry=entry, act=act),), by=actor.id)
    await close_returned(session, (entitlement,), actor=actor, act=act, now=now)
    return left - fen


async def close_returned(
    session: WriteSession, entitlements: Sequence[str], *, actor: Actor, act: str, now: datetime
) -> None:
    """Those of which everything has come back are recovered, and told so."""
    if not entitlements:
        return
    rows = await session.execute(
        select(Entitlement.id, Entitlement.subject, Entitlement.back_fen)
        .where(Entitlement.id.in_(entitlements), Entitlement.status == Status.RECOVERING)
        .order_by(Entitlement.id)
    )
    back = await came_back(session, entitlements)
    for row in rows.all():
        if row.id in back and back[row.id].fen >= row.back_fen:
            moves = (Move(entitlement=row.id, to=Status.RECOVERED),)
            await move(session, moves, actor=actor, act=act, now=now)
            said = f"应退回的 {yuan(row.back_fen)} 已全部退回，追回办结。"
            await tell(
                session, row.subject, row.id, NoticeKind.RECOVERED, f"{row.id}:recovered", said
            )


async def drop_recovery(
    session: WriteSession, entitlement: str, *, why: str, actor: Actor, act: str, now: datetime
) -> None:
    """It was paid rightly after all.

    Raises `Refused(OFFSET_OPEN)` where some of it has come back, or is being kept back: that money
    has to be given out again first.
    """
    row = await _recovering(session, entitlement)
    left = (await _left(session, {entitlement: row.back_fen}))[entitlement]
    if row.status == Status.RECOVERING and left != row.back_fen:
        message = f"已经退回或者正在抵扣 {yuan(row.back_fen - left)}，不能撤销追回"
        raise Refused(Code.OFFSET_OPEN, message, back=row.back_fen - left)
    moves = (Move(entitlement=entitlement, to=Status.PAID, why=why),)
    await move(session, moves, actor=actor, act=act, now=now)


class _Recovering(Value):
    status: str
    back_fen: int


async def _recovering(session: WriteSession, entitlement: str) -> _Recovering:
    """Locked."""
    found = await session.execute(
        select(Entitlement.status, Entitlement.back_fen)
        .where(Entitlement.id == entitlement)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise Refused(Code.UNKNOWN_ENTITLEMENT, "没有这笔应享")
    return _Recovering(status=row.status, back_fen=row.back_fen)


async def _left(session: ReadSession, wanted: dict[str, int]) -> dict[str, int]:
    if not wanted:
        return {}
    back = await came_back(session, list(wanted))
    planned = await _planned(session, list(wanted))
    return {
        name: fen - (back[name].fen if name in back else 0) - planned.get(name, 0)
        for name, fen in wanted.items()
    }


async def _planned(session: ReadSession, entitlements: Sequence[str]) -> dict[str, int]:
    """What instructions that are not answered yet keep back for them."""
    rows = await session.scalars(
        select(PaymentInstruction.offsets).where(
            PaymentInstruction.status.in_(("ready", "sent")),
            PaymentInstruction.offsets != text("'[]'::jsonb"),
        )
    )
    planned: dict[str, int] = defaultdict(int)
    for offset in (Offset.model_validate(each) for row in rows for each in row):
        if offset.entitlement in entitlements:
            planned[offset.entitlement] += offset.fen
    return planned
