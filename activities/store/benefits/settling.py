"""What becomes of an instruction: sent, paid, failed, or given up.

With it everything changes at once: the instruction, the entitlement, the ledger, the budget, and
what the beneficiary is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from activities.store.benefits.budgets import BudgetKey
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.instructions import (
    FAILED,
    PAID,
    READY,
    REFUSED,
    SENT,
    Instruction,
    by_id,
    last_of,
    lock,
    mark_sent,
)
from activities.store.benefits.ledger import Booking, book, books_of, came_back
from activities.store.benefits.notices import Notice, NoticeKind, tell_all
from activities.store.benefits.recoveries import close_returned
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import Entitlement, LedgerEntry, PaymentInstruction
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Entry, EntryKind
from definitions.language.base import Value
from definitions.language.roles import SYSTEM, Actor
from definitions.rules.money import yuan

_SET_ASIDE = frozenset({Status.RESERVED, Status.FAILED})
GIVEN_UP = "given_up"
"""Why an instruction failed that never left."""
NEVER_ARRIVED = "never_arrived"
"""Why one failed that was sent, but the treasury has never heard of."""


class Answer(Value):
    """The treasury's last word on an instruction: paid, or failed for good."""

    id: str
    paid: bool
    ref: str | None = None
    reason: str | None = None


class Settled(Value):
    """How many were paid and failed now, and what was paid out, offsets included."""

    paid: int = 0
    failed: int = 0
    fen: int = 0


async def send(session: WriteSession, ready: Sequence[Instruction], now: datetime) -> None:
    """They are handed out now. Once this is committed, nobody can know that they were not sent."""
    await mark_sent(session, [each.id for each in ready], now)
    await _moved(session, ready, Status.SENT, "send", now=now)


async def settle(
    session: WriteSession, key: BudgetKey, name: str, answers: Sequence[Answer], now: datetime
) -> Settled:
    """Each instruction once: an answer that came before changes nothing.

    `name` is how the beneficiary knows the benefit.
    """
    by_key = {answer.id: answer for answer in answers}
    sent = await by_id(session, list(by_key), status=SENT)
    paid = [each for each in sent if by_key[each.id].paid]
    failed = [each for each in sent if not by_key[each.id].paid]
    await _moved(session, paid, Status.PAID, "paid", now=now)
    reasons = {each.entitlement: by_key[each.id].reason for each in failed}
    await _moved(session, failed, Status.FAILED, "failed", now=now, why=reasons)
    await _answered(session, sent, by_key, now)
    await _book_paid(session, key, paid, now)
    await _tell(session, name, paid, failed)
    whole = sum(each.whole for each in paid)
    return Settled(paid=len(paid), failed=len(failed), fen=whole)


async def take_back(
    session: WriteSession, lost: Sequence[Instruction], now: datetime, why: str = NEVER_ARRIVED
) -> None:
    """They were handed out and have not arrived. They are never told again, so nothing is paid."""
    reasons = {each.entitlement: why for each in lost}
    await _moved(session, lost, Status.FAILED, "lost", now=now, why=reasons)
    never = {each.id: Answer(id=each.id, paid=False, reason=why) for each in lost}
    await _answered(session, lost, never, now)


async def fail_refused(
    session: WriteSession, name: str, refused: Sequence[Instruction], now: datetime
) -> None:
    """The treasury has refused them for good and has none of them: they failed, and are told so."""
    await take_back(session, refused, now, REFUSED)
    await _tell(session, name, (), refused)


async def give_up(
    session: WriteSession,
    entitlements: Mapping[str, str],
    *,
    actor: Actor,
    act: str,
    now: datetime,
) -> tuple[str, ...]:
    """Those that failed, or were never sent, are not paid any more, and their money is free again.

    `entitlements` says why, by id. What is on its way to the treasury is passed over.
    """
    last = await last_of(session, list(entitlements))
    idle = [each for each in last.values() if each.status in (READY, FAILED)]
    moves = [
        Move(
            entitlement=each.entitlement,
            to=Status.STOPPED,
            why=entitlements[each.entitlement],
            only_from=_SET_ASIDE,
        )
        for each in idle
    ]
    moved = set(await move(session, moves, actor=actor, act=act, now=now, lenient=True))
    stopped = [each for each in idle if each.entitlement in moved]
    never = {each.id: Answer(id=each.id, paid=False, reason=GIVEN_UP) for each in stopped}
    await _answered(session, [each for each in stopped if each.status == READY], never, now)
    await release(session, stopped, by=actor.id)
    return tuple(each.entitlement for each in stopped)


async def release(session: WriteSession, attempts: Sequence[Instruction], *, by: str) -> None:
    """What was set aside for these attempts is free again."""
    if not attempts:
        return
    keys = await _reserved_in(session, [each.entitlement for each in attempts])
    bookings = [
        _booking(keys[each.entitlement], each, EntryKind.RELEASE, each.whole) for each in attempts
    ]
    await book(session, bookings, by=by)


async def _moved(
    session: WriteSession,
    instructions: Sequence[Instruction],
    to: Status,
    act: str,
    *,
    now: datetime,
    why: Mapping[str, str | None] | None = None,
) -> None:
    """All of them, or none: that a status had changed behind an instruction is our mistake."""
    of_attempt: dict[int, list[Move]] = defaultdict(list)
    for each in instructions:
        reason = (why or {}).get(each.entitlement)
        said = {"instruction": each.id}
        of_attempt[each.attempt].append(
            Move(entitlement=each.entitlement, to=to, why=reason, said=said)
        )
    for attempt, moves in sorted(of_attempt.items()):
        moved = await move(session, moves, actor=SYSTEM, act=f"{act}#{attempt}", now=now)
        assert len(moved) == len(moves), f"{act}#{attempt} was done before"


async def _answered(
    session: WriteSession,
    instructions: Iterable[Instruction],
    answers: Mapping[str, Answer],
    now: datetime,
) -> None:
    rows = [
        {
            "instruction": each.id,
            "to": PAID if answers[each.id].paid else FAILED,
            "ref": answers[each.id].ref,
            "because": answers[each.id].reason,
            "at": now,
        }
        for each in instructions
    ]
    if not rows:
        return
    put = (
        update(PaymentInstruction)
        .where(PaymentInstruction.id == bindparam("instruction"))
        .values(
            status=bindparam("to"),
            treasury_ref=bindparam("ref"),
            reason=bindparam("because"),
            answered_at=bindparam("at"),
        )
    )
    await (await session.connection()).execute(put, rows)


async def _book_paid(
    session: WriteSession, key: BudgetKey, paid: Sequence[Instruction], now: datetime
) -> None:
    """Paid in full, as far as the budget goes; what was kept back has come back to another one."""
    bookings = [_booking(key, each, EntryKind.PAY, each.whole) for each in paid]
    kept = [(offset, each) for each in paid for offset in each.offsets]
    names = sorted({offset.entitlement for offset, _ in kept})
    if names:
        await lock(session, names)
        back, keys = await came_back(session, names), await books_of(session, names)
        parts = {name: back[name].parts if name in back else 0 for name in names}
        for offset, each in kept:
            parts[offset.entitlement] += 1
            entry = Entry(
                entitlement=offset.entitlement,
                kind=EntryKind.OFFSET,
                attempt=parts[offset.entitlement],
                fen=offset.fen,
            )
            bookings.append(Booking(key=keys[offset.entitlement], entry=entry, act=each.id))
    await book(session, bookings, by=SYSTEM.id)
    act = paid[0].id if paid else ""
    await close_returned(session, names, actor=SYSTEM, act=f"offset:{act}", now=now)


async def _tell(
    session: WriteSession, name: str, paid: Sequence[Instruction], failed: Sequence[Instruction]
) -> None:
    subjects = await subjects_of(session, [each.entitlement for each in (*paid, *failed)])
    notices = [
        Notice(
            subject=subjects[each.entitlement],
            entitlement=each.entitlement,
            kind=kind,
            key=f"{each.id}:{kind}",
            text=_said(name, each, kind),
        )
        for kind, those in ((NoticeKind.PAID, paid), (NoticeKind.FAILED, failed))
        for each in those
    ]
    await tell_all(session, notices)


def _said(name: str, each: Instruction, kind: NoticeKind) -> str:
    if kind is NoticeKind.FAILED:
        return f"{name}：{yuan(each.fen)} 未能到账，请更正收款账户，更正后重新拨付。"
    kept = each.whole - each.fen
    if not kept:
        return f"{name}：{yuan(each.fen)} 已拨付到登记的收款账户。"
    return (
        f"{name}：应发 {yuan(each.whole)}，抵扣应退回的 {yuan(kept)}，实际拨付 {yuan(each.fen)}。"
    )


def _booking(key: BudgetKey, each: Instruction, kind: EntryKind, fen: int) -> Booking:
    entry = Entry(entitlement=each.entitlement, kind=kind, attempt=each.attempt, fen=fen)
    return Booking(key=key, entry=entry, act=each.id)


async def _reserved_in(session: WriteSession, entitlements: Sequence[str]) -> dict[str, BudgetKey]:
    found = await session.execute(
        select(LedgerEntry.entitlement, LedgerEntry.policy, LedgerEntry.period).where(
            LedgerEntry.entitlement.in_(entitlements), LedgerEntry.kind == EntryKind.RESERVE
        )
    )
    return {name: BudgetKey(policy=policy, period=period) for name, policy, period in found}


async def subjects_of(session: ReadSession, entitlements: Sequence[str]) -> dict[str, int]:
    """Whose each of them is."""
    if not entitlements:
        return {}
    found = await session.execute(
        select(Entitlement.id, Entitlement.subject).where(Entitlement.id.in_(entitlements))
    )
    return dict(found.all())
