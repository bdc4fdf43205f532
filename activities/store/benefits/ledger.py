"""台账 as it is kept: entries are only added, and with each the budget's row changes alike."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, insert, select

from activities.store.benefits.budgets import BudgetKey, shift
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import LedgerEntry
from definitions.benefits.ledger import Account, Entry, EntryKind
from definitions.language.base import Value

CAME_BACK = (EntryKind.RETURN, EntryKind.OFFSET)


class Booking(Value):
    """An entry, in which book it stands, and what it is booked for."""

    key: BudgetKey
    entry: Entry
    act: str


async def book(session: WriteSession, bookings: Sequence[Booking], *, by: str) -> None:
    """Write them down. An entry that is there already raises: nothing is booked twice."""
    if not bookings:
        return
    await session.execute(insert(LedgerEntry), [_row(booking, by=by) for booking in bookings])
    changes: dict[tuple[str, str], dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    for booking in bookings:
        sums = changes[booking.key.policy, booking.key.period]
        sums[booking.entry.taken_from] -= booking.entry.fen
        sums[booking.entry.given_to] += booking.entry.fen
    # Always in the same order, because each row stays locked to the end.
    for (policy, period), sums in sorted(changes.items()):
        back = sums[Account.RETURNED]
        await shift(
            session,
            BudgetKey(policy=policy, period=period),
            reserved=sums[Account.RESERVED],
            # What came back was paid all the same.
            paid=sums[Account.PAID] + back,
            returned=back,
        )


class CameBack(Value):
    """How much of an entitlement has come back, in how many parts."""

    fen: int = 0
    parts: int = 0


async def came_back(session: ReadSession, entitlements: Sequence[str]) -> dict[str, CameBack]:
    """Of each entitlement that is named; nothing has come back of one that is not in it."""
    found = await session.execute(
        select(LedgerEntry.entitlement, func.sum(LedgerEntry.fen), func.max(LedgerEntry.attempt))
        .where(LedgerEntry.entitlement.in_(entitlements), LedgerEntry.kind.in_(CAME_BACK))
        .group_by(LedgerEntry.entitlement)
    )
    return {name: CameBack(fen=int(fen), parts=parts) for name, fen, parts in found}


async def books_of(session: ReadSession, entitlements: Sequence[str]) -> dict[str, BudgetKey]:
    """From which budget each was paid; one that was not paid is not in it."""
    found = await session.execute(
        select(LedgerEntry.entitlement, LedgerEntry.policy, LedgerEntry.period).where(
            LedgerEntry.entitlement.in_(entitlements), LedgerEntry.kind == EntryKind.PAY
        )
    )
    return {name: BudgetKey(policy=policy, period=period) for name, policy, period in found}


def _row(booking: Booking, *, by: str) -> dict[str, object]:
    entry = booking.entry
    return {
        "policy": booking.key.policy,
        "period": booking.key.period,
        "entitlement": entry.entitlement,
        "kind": entry.kind.value,
        "attempt": entry.attempt,
        "taken_from": entry.taken_from.value,
        "given_to": entry.given_to.value,
        "fen": entry.fen,
        "act": booking.act,
        "by": by,
    }
