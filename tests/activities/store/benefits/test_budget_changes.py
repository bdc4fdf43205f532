"""A budget that is changed: who did it stays written, in a chain."""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from activities.store.benefits.budget_changes import changes_of
from activities.store.benefits.budgets import BudgetKey, put_budget
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitBudget, BudgetEvent
from definitions.language.roles import SYSTEM
from tests.support.benefits import NOW, officer
from tests.support.payments import award, books

AWARD = award()
KEY = BudgetKey.of(AWARD, "2026")


async def test_who_changes_it_is_in_a_chain(store: Store) -> None:
    for total in (500, 500, 400):
        async with store.begin() as session:
            await put_budget(session, KEY, AWARD, total, actor=officer(), now=NOW)
    async with store.reading() as session:
        found = await changes_of(session, KEY.policy, KEY.period)
    steps = [(each.seq, each.before, each.total, each.actor) for each in found.changes]
    by = officer().id
    # The same once more is no change.
    assert steps == [(1, AWARD.budget.fen, 500, by), (2, 500, 400, by)]
    assert found.holds
    assert (await books(store, AWARD)).differences == ()
    async with store.begin() as session:
        await session.execute(text("ALTER TABLE budget_event DISABLE TRIGGER stays"))
        await session.execute(update(BudgetEvent).values(total=BudgetEvent.total + 1))
        await session.execute(text("ALTER TABLE budget_event ENABLE TRIGGER stays"))
    assert [each.what for each in (await books(store, AWARD)).differences] == ["预算变更记录有缺损"]


async def test_a_total_that_nobody_has_set_is_found(store: Store) -> None:
    async with store.begin() as session:
        await put_budget(session, KEY, AWARD, 500, actor=officer(), now=NOW)
        await session.execute(update(BenefitBudget).values(total=501))
    async with store.reading() as session:
        assert not (await changes_of(session, KEY.policy, KEY.period)).holds


async def test_what_was_changed_stays_written(store: Store) -> None:
    async with store.begin() as session:
        await put_budget(session, KEY, AWARD, 500, actor=SYSTEM, now=NOW)
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with store.begin() as session:
            await session.execute(delete(BudgetEvent))
