"""Sums over a run, as its pages show them beside the lists."""

from sqlalchemy import func, select

from activities.store.benefits.reading_money import INSTRUCTION_STATUSES
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.benefits import PaymentInstruction


class PaymentTotal(Read):
    """How many instructions of a run have a status, and what they come to."""

    status: str
    count: int
    fen: int


async def payment_totals(session: ReadSession, run: str) -> tuple[PaymentTotal, ...]:
    """By status, in the order in which an instruction goes through them."""
    found = await session.execute(
        select(
            PaymentInstruction.status,
            func.count().label("count"),
            func.sum(PaymentInstruction.fen).label("fen"),
        )
        .where(PaymentInstruction.run == run)
        .group_by(PaymentInstruction.status)
    )
    rows = {row.status: row for row in found}
    return tuple(
        PaymentTotal(status=status, count=rows[status].count, fen=int(rows[status].fen))
        for status in INSTRUCTION_STATUSES
        if status in rows
    )
