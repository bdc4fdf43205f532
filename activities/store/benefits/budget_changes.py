"""Changes of a budget by people, in a chain like every other act."""

from datetime import datetime

from sqlalchemy import select

from activities.store.chains import GENESIS, chained, unbroken
from activities.store.engine import ReadSession, WriteSession
from activities.store.reading.scope import Read
from activities.store.tables.base import Json
from activities.store.tables.benefits import BenefitBudget, BudgetEvent
from activities.store.tables.desk import Account
from definitions.language.roles import Actor


class BudgetChange(Read):
    """From how much to how much, when, and by whom."""

    seq: int
    at: datetime
    actor: str
    actor_name: str | None
    before: int
    total: int


class BudgetChanges(Read):
    """All of them, in order. `holds`: as they were written, and leading to the total of now."""

    changes: tuple[BudgetChange, ...]
    holds: bool


async def note_change(
    session: WriteSession,
    policy: str,
    period: str,
    before: int,
    total: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The budget is locked by now, so that one comes after the other."""
    last = (
        select(BudgetEvent.seq, BudgetEvent.chain)
        .filter_by(policy=policy, period=period)
        .order_by(BudgetEvent.seq.desc())
        .limit(1)
    )
    found = (await session.execute(last)).one_or_none()
    seq, chain = (found.seq + 1, found.chain) if found else (1, GENESIS)
    row = BudgetEvent(
        policy=policy,
        period=period,
        seq=seq,
        at=now,
        actor=actor.model_dump(mode="json"),
        before=before,
        total=total,
    )
    row.chain = chained(chain, _told(row))
    session.add(row)
    await session.flush()


async def changes_of(session: ReadSession, policy: str, period: str) -> BudgetChanges:
    """Of one budget. Its total is read with them: it may be changed at any moment."""
    of_it = (BenefitBudget.policy == policy) & (BenefitBudget.period == period)
    query = (
        select(BudgetEvent, Account.name, BenefitBudget.total)
        .select_from(BudgetEvent)
        .join(BenefitBudget, of_it)
        .outerjoin(Account, Account.id == BudgetEvent.actor["id"].astext)
        .where(BudgetEvent.policy == policy, BudgetEvent.period == period)
        .order_by(BudgetEvent.seq)
    )
    found = (await session.execute(query)).all()
    whole = unbroken((row.seq, row.chain, _told(row)) for row, _, _ in found)
    changes = tuple(
        BudgetChange(
            seq=row.seq,
            at=row.at,
            actor=row.actor["id"],
            actor_name=name,
            before=row.before,
            total=row.total,
        )
        for row, name, _ in found
    )
    led_here = all(row.total == total for row, _, total in found[-1:])
    return BudgetChanges(changes=changes, holds=whole is not None and led_here)


def _told(row: BudgetEvent) -> Json:
    of = {"policy": row.policy, "period": row.period, "seq": row.seq, "at": row.at.isoformat()}
    return {**of, "actor": row.actor, "before": row.before, "total": row.total}
