"""An entitlement's moves: each once, in a chain that tells of all of them."""

import pytest
from sqlalchemy import select

from activities.store.benefits.entitlements import Move, NewEntitlement, move, put_entitlements
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from activities.store.tables.benefits import Entitlement, EntitlementEvent
from definitions.benefits.entitlement import Status
from definitions.errors import Code, Refused
from definitions.language.roles import SYSTEM
from tests.support.batches import AWARD, name_of
from tests.support.benefits import NOW, begin_in, publish, subjects


@pytest.fixture
async def listed(store: Store) -> str:
    """Somebody who has just come onto a list."""
    (firm,) = await subjects(store, 1)
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    async with store.begin() as session:
        state = (await run_view(session, run)).state
        new = NewEntitlement(subject=firm, fen=100_000, evidence={})
        assert await put_entitlements(session, state, [new], actor=SYSTEM, act="list", now=NOW)
    return name_of(AWARD, firm)


async def _move(store: Store, key: str, to: Status, act: str) -> tuple[str, ...]:
    async with store.begin() as session:
        wanted = [Move(entitlement=key, to=to)]
        return await move(session, wanted, actor=SYSTEM, act=act, now=NOW)


async def _stands(store: Store, key: str) -> tuple[str, int]:
    async with store.reading() as session:
        row = await session.get_one(Entitlement, key)
        seqs = await session.scalars(
            select(EntitlementEvent.seq)
            .where(EntitlementEvent.entitlement == key)
            .order_by(EntitlementEvent.seq)
        )
        assert list(seqs) == list(range(1, row.seq + 1))
        return row.status, row.seq


async def test_the_same_act_again_moves_nothing(store: Store, listed: str) -> None:
    assert await _move(store, listed, Status.CLEARED, "clear") == (listed,)
    # Meanwhile it has gone on, to where it could be moved by the same act once more.
    assert await _move(store, listed, Status.HELD, "hold") == (listed,)
    assert await _move(store, listed, Status.CLEARED, "clear") == ()
    assert await _stands(store, listed) == (Status.HELD, 3)
    assert await _move(store, listed, Status.CLEARED, "unhold") == (listed,)
    assert await _stands(store, listed) == (Status.CLEARED, 4)


async def test_where_it_may_not_go_nothing_is_written(store: Store, listed: str) -> None:
    with pytest.raises(Refused) as refused:
        await _move(store, listed, Status.PAID, "pay")
    assert refused.value.code is Code.ENTITLEMENT_NOT_OPEN
    assert await _stands(store, listed) == (Status.LISTED, 1)
