"""Offers of 领取下一件: for a few seconds a task is one person's to claim, and nobody else's.

200 officers who ask at once never wait for each other: who finds a task locked takes the next.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Select, Text, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import WriteSession
from activities.store.tables.inbox import Offer

LEASE = timedelta(seconds=15)
_SWEPT = 50
# Between looking and taking somebody else may have been quicker.
_TRIES = 3


async def offer_one(
    session: WriteSession, tasks: Sequence[str], account: str, now: datetime
) -> str | None:
    """The first of these tasks that nobody else is being offered; now it is this person's."""
    for _ in range(_TRIES):
        free = await session.scalar(_first_free(tasks, account, now))
        if free is None:
            return None
        offer = insert(Offer).values(task=free, account=account, until=now + LEASE)
        taken: str | None = await session.scalar(
            offer.on_conflict_do_update(
                index_elements=["task"],
                set_={"account": account, "until": now + LEASE},
                where=(Offer.until <= now) | (Offer.account == account),
            ).returning(Offer.task)
        )
        if taken is not None:
            return taken
    return None


def _first_free(tasks: Sequence[str], account: str, now: datetime) -> Select[tuple[str]]:
    """In the order given; a task that another transaction is just looking at is passed over."""
    given = (
        func.unnest(literal(list(tasks), ARRAY(Text)))
        .table_valued("task", with_ordinality="place", name="given")
        .render_derived()
    )
    # A limit keeps the order and lets the lock be tried one by one.
    each = select(given.c.task).order_by(given.c.place).limit(len(tasks)).subquery("each")
    # Counted for each, not joined: a join would lose the order.
    others = (
        select(func.count())
        .select_from(Offer)
        .where(Offer.task == each.c.task, Offer.until > now, Offer.account != account)
        .scalar_subquery()
    )
    turn = func.pg_try_advisory_xact_lock(
        func.hashtextextended(func.concat("offer ", each.c.task), 0)
    )
    return select(each.c.task).where(others == 0, turn).limit(1)


async def offered_to(session: WriteSession, account: str, now: datetime) -> str | None:
    """What this person is being offered: asked again, he gets the same."""
    return await session.scalar(
        select(Offer.task).where(Offer.account == account, Offer.until > now).limit(1)
    )


async def withdraw_offer(session: WriteSession, task: str, now: datetime) -> None:
    """The offer is taken or of no use; with it go some that have lapsed."""
    lapsed = (
        select(Offer.task).where(Offer.until <= now).limit(_SWEPT).with_for_update(skip_locked=True)
    )
    await session.execute(delete(Offer).where(Offer.task == task))
    await session.execute(delete(Offer).where(Offer.task.in_(lapsed)))
