"""对账: whether the ledger, the budget, the entitlements, the instructions and the treasury agree.

Nothing is mended here. What the treasury has paid and has not told us yet is on its way, and no
difference; everything else that does not agree is one.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, true

from activities.outside.payments.treasury import Line
from activities.store.benefits.budget_changes import changes_of
from activities.store.benefits.budgets import BudgetKey, balance_of
from activities.store.benefits.instructions import PAID, SENT
from activities.store.engine import ReadSession
from activities.store.tables.benefits import (
    BenefitBudget,
    Entitlement,
    LedgerEntry,
    PaymentInstruction,
)
from definitions.benefits.entitlement import HAD, Status
from definitions.benefits.ledger import Balance, EntryKind
from definitions.language.base import Value

_SET_ASIDE = (Status.RESERVED, Status.SENT, Status.FAILED)
_WHOLE = "policy"


class Difference(Value):
    """Two sides that ought to be equal, in fen or in numbers of payments."""

    what: str
    ours: int
    theirs: int


class Books(Value):
    """One budget's books. `paid_out` is what the treasury moved, `kept_back` what was set off.

    `on_the_way` was paid over there, and is not known here yet. `statement` is False where the
    treasury was not asked.
    """

    key: BudgetKey
    balance: Balance
    payments: int
    paid_out: int
    kept_back: int
    on_the_way: int = 0
    statement: bool = False
    differences: tuple[Difference, ...] = ()


async def kept_books(session: ReadSession) -> tuple[BudgetKey, ...]:
    """Every budget that there is."""
    rows = await session.execute(
        select(BenefitBudget.policy, BenefitBudget.period).order_by(
            BenefitBudget.policy, BenefitBudget.period
        )
    )
    return tuple(BudgetKey(policy=policy, period=period) for policy, period in rows)


async def books_balance(
    session: ReadSession, key: BudgetKey, statement: Sequence[Line] | None = None
) -> Books | None:
    """How the books of one budget stand; None where there are none."""
    balance = await balance_of(session, key)
    if balance is None:
        return None
    changes = await changes_of(session, key.policy, key.period)
    sums = await _ledger(session, key)
    aside, given = await _entitlements(session, key)
    paid = await _paid(session, key)
    paid_out = sum(fen for fen, _ in paid.values())
    whole = paid_out + sum(kept for _, kept in paid.values())
    reserved = sums[EntryKind.RESERVE] - sums[EntryKind.RELEASE] - sums[EntryKind.PAY]
    pairs = [
        ("占用：预算与台账", balance.reserved, reserved),
        ("占用：台账与应享", reserved, aside),
        ("拨付：预算与台账", balance.paid, sums[EntryKind.PAY]),
        ("拨付：台账与应享", sums[EntryKind.PAY], given),
        ("拨付：台账与指令", sums[EntryKind.PAY], whole),
        (
            "退回：预算与台账",
            balance.returned,
            sums[EntryKind.RETURN] + sums[EntryKind.OFFSET],
        ),
        ("一笔应享拨付多次", 0, await _doubled(session, key)),
        ("预算变更记录有缺损", 0, int(not changes.holds)),
        ("超出预算", 0, max(0, balance.reserved + balance.paid - balance.total)),
    ]
    on_the_way = 0
    if statement is not None:
        on_the_way, found = await _held_against(session, key, paid, statement)
        pairs += found
    return Books(
        key=key,
        balance=balance,
        payments=len(paid),
        paid_out=paid_out,
        kept_back=whole - paid_out,
        on_the_way=on_the_way,
        statement=statement is not None,
        differences=tuple(
            Difference(what=what, ours=ours, theirs=theirs)
            for what, ours, theirs in pairs
            if ours != theirs
        ),
    )


async def _held_against(
    session: ReadSession,
    key: BudgetKey,
    paid: dict[str, tuple[int, int]],
    statement: Sequence[Line],
) -> tuple[int, list[tuple[str, int, int]]]:
    """What is on its way, and each way in which the treasury's statement may differ."""
    sent = set(
        await session.scalars(
            select(PaymentInstruction.id)
            .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
            .where(_of(key), PaymentInstruction.status == SENT)
        )
    )
    times = Counter(line.key for line in statement)
    theirs = {line.key: line.fen for line in statement}
    ours = {name: fen for name, (fen, _) in paid.items() if fen}
    on_the_way = sum(fen for name, fen in theirs.items() if name in sent)
    entitlements = Counter(name.rpartition("#")[0] for name in times)
    return on_the_way, [
        ("国库重复拨付的指令", 0, sum(n > 1 for n in times.values())),
        ("国库对一笔应享拨付多次", 0, sum(n > 1 for n in entitlements.values())),
        ("国库没有的拨付", 0, len(ours.keys() - theirs.keys())),
        ("我方没有的拨付", 0, len(theirs.keys() - ours.keys() - sent)),
        ("金额不同的拨付", 0, sum(theirs.get(name, fen) != fen for name, fen in ours.items())),
        ("拨付：我方与国库", sum(ours.values()), sum(theirs.values()) - on_the_way),
    ]


async def _ledger(session: ReadSession, key: BudgetKey) -> Counter[EntryKind]:
    rows = await session.execute(
        select(LedgerEntry.kind, func.sum(LedgerEntry.fen))
        .where(LedgerEntry.policy == key.policy, LedgerEntry.period == key.period)
        .group_by(LedgerEntry.kind)
    )
    return Counter({EntryKind(kind): int(fen) for kind, fen in rows})


async def _entitlements(session: ReadSession, key: BudgetKey) -> tuple[int, int]:
    """What money is set aside for, and what was given, as the entitlements say."""
    sums = func.sum(Entitlement.fen)
    row = (
        await session.execute(
            select(
                sums.filter(Entitlement.status.in_(_SET_ASIDE)),
                sums.filter(Entitlement.status.in_(HAD)),
            ).where(_of(key))
        )
    ).one()
    return int(row[0] or 0), int(row[1] or 0)


async def _paid(session: ReadSession, key: BudgetKey) -> dict[str, tuple[int, int]]:
    """What each instruction paid, and what was kept back of it."""
    rows = await session.execute(
        select(PaymentInstruction.id, PaymentInstruction.fen, PaymentInstruction.offsets)
        .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
        .where(_of(key), PaymentInstruction.status == PAID)
    )
    return {name: (fen, sum(each["fen"] for each in offsets)) for name, fen, offsets in rows}


async def _doubled(session: ReadSession, key: BudgetKey) -> int:
    doubled = (
        select(PaymentInstruction.entitlement)
        .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
        .where(_of(key), PaymentInstruction.status == PAID)
        .group_by(PaymentInstruction.entitlement)
        .having(func.count() > 1)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(doubled)) or 0


def _of(key: BudgetKey) -> ColumnElement[bool]:
    """The entitlements that are paid from this budget."""
    period = true() if key.period == _WHOLE else Entitlement.period == key.period
    return (Entitlement.policy == key.policy) & period
