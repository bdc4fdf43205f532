"""Lists beside what others do at the same time: a no, an objection, another run, another match."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from activities.benefits.tools import Tools, batch_of
from activities.benefits.wishes import cleared, rows_of
from activities.contracts.benefits import Chunk
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.opting import EVERY, OptOutKind, opt_out
from activities.store.engine import Store
from activities.store.tables.benefits import Entitlement
from definitions.benefits.commands import Cancel, MatchAgain
from definitions.benefits.entitlement import Status
from definitions.language.roles import SYSTEM
from tests.support.batches import AWARD, HERE, Batches, known, name_of
from tests.support.benefits import CATALOGUE, ON, begin_in, officer, policy, publish, say_all
from tests.support.services import CALENDAR

PER_HIRE = policy(
    "per_hire",
    conditions=[HERE],
    amount={"formula": {"times": [{"fact": "firm.young_hires_count"}, 100]}, "at_most": 10_000},
    sample=1,
)
SECOND = "some_award:2026:2"


async def put(store: Store, batches: Batches, name: str, to: Status) -> None:
    """Somebody else's act, done and over."""
    async with store.begin() as session:
        moves = [Move(entitlement=name, to=to, why=f"to-{to}")]
        await move(session, moves, actor=SYSTEM, act=f"other:{to}", now=batches.now)


async def fen_of(store: Store, name: str) -> int:
    """What it comes to, by its row and by its evidence alike."""
    async with store.reading() as session:
        row = await session.scalar(select(Entitlement).where(Entitlement.id == name))
    assert row is not None
    assert row.evidence["facts"]["firm.young_hires_count"]["value"] * 100 == row.fen
    return row.fen


@pytest.mark.parametrize("to", [Status.DECLINED, Status.OBJECTED, Status.STOPPED])
async def test_a_no_that_comes_while_the_list_is_cleared_counts(
    store: Store, batches: Batches, to: Status
) -> None:
    no, yes = await known(store, 2)
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    await batches.to_paying(run)
    tools = Tools(store, CATALOGUE, CALENDAR, now=lambda: batches.now)
    chunk = Chunk(run=run)
    async with store.begin() as session:
        batch = await batch_of(session, chunk)
        rows = await rows_of(session, chunk, (Status.LISTED,))
        await put(store, batches, name_of(AWARD, no), to)
        assert await cleared(session, tools, batch, rows) == 1
    assert await batches.statuses(run) == {no: to, yes: Status.CLEARED}


async def test_a_hit_of_nothing_who_opted_out_does_not_hold_up_the_list(
    store: Store, batches: Batches
) -> None:
    nothing, some = await known(store, 2)
    for firm, hires in ((nothing, 0), (some, 2)):
        await say_all(
            store, {firm: {"firm.registered_here": True, "firm.young_hires_count": hires}}
        )
    await publish(store, PER_HIRE)
    async with store.begin() as session:
        for kind in OptOutKind:
            await opt_out(
                session, nothing, kind, policy=EVERY, by="self", act="no", now=batches.now
            )
    run = await begin_in(store, PER_HIRE)
    assert (await batches.to_review(run)).state.listed == 1
    assert await batches.statuses(run) == {some: Status.LISTED}


async def test_another_run_s_list_stays_as_it_is(store: Store, batches: Batches) -> None:
    (firm,) = await known(store, 1)
    await publish(store, AWARD)
    first = await begin_in(store, AWARD)
    await batches.to_review(first)
    async with store.begin() as session:
        await opt_out(
            session, firm, OptOutKind.AUTOMATED, policy=EVERY, by="self", act="no", now=batches.now
        )
    await batches.to_review(await begin_in(store, AWARD, id=SECOND))
    assert await batches.statuses(first) == {firm: Status.LISTED}


async def test_who_waits_for_an_answer_is_matched_again_with_the_others(
    store: Store, batches: Batches
) -> None:
    (firm,) = await known(store, 1)
    facts = {"firm.registered_here": True, "firm.young_hires_count": 3}
    await say_all(store, {firm: facts}, ON - timedelta(days=1))
    await publish(store, PER_HIRE)
    run = await begin_in(store, PER_HIRE)
    await batches.to_review(run)
    name = name_of(PER_HIRE, firm)
    assert await fen_of(store, name) == 300
    await put(store, batches, name, Status.OBJECTED)
    await say_all(store, {firm: {**facts, "firm.young_hires_count": 1}}, ON)
    await batches.say(run, MatchAgain(on=ON, reason="数据更正"), officer("a-again"))
    await batches.to_trial(run)
    await batches.relist(run)
    assert await fen_of(store, name) == 100
    async with store.reading() as session:
        row = await session.scalar(select(Entitlement).where(Entitlement.id == name))
    assert row is not None
    assert (row.status, row.why) == (Status.OBJECTED, "to-objected")


async def test_whoever_used_a_right_is_on_the_list_of_the_run_after(
    store: Store, batches: Batches
) -> None:
    (firm,) = await known(store, 1)
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    await batches.to_review(run)
    await put(store, batches, name_of(AWARD, firm), Status.OBJECTED)
    await batches.say(run, Cancel(reason="口径有误"), officer("a-cancels"))
    assert await batches.chunks(batches.running.cancel_chunk, run) == (1, 1)
    second = await begin_in(store, AWARD, id=SECOND)
    await batches.to_review(second)
    assert await batches.statuses(second) == {firm: Status.LISTED}


async def test_a_run_takes_up_what_a_cancelled_one_has_not_let_go_of_yet(
    store: Store, batches: Batches
) -> None:
    listed, objected = await known(store, 2)
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    await batches.to_review(run)
    await put(store, batches, name_of(AWARD, objected), Status.OBJECTED)
    await batches.say(run, Cancel(reason="口径有误"), officer("a-cancels"))
    second = await begin_in(store, AWARD, id=SECOND)
    await batches.to_review(second)
    assert await batches.chunks(batches.running.cancel_chunk, run) == (0, 0)
    assert await batches.statuses(second) == {listed: Status.LISTED, objected: Status.LISTED}


async def test_what_another_run_has_just_taken_up_is_not_cancelled_with_the_first(
    store: Store, batches: Batches
) -> None:
    (firm,) = await known(store, 1)
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    await batches.to_review(run)
    await batches.say(run, Cancel(reason="口径有误"), officer("a-cancels"))
    second, name = await begin_in(store, AWARD, id=SECOND), name_of(AWARD, firm)
    async with store.begin() as session:
        for to, of in ((Status.CANCELLED, None), (Status.LISTED, second)):
            taken = [Move(entitlement=name, to=to, run=of)]
            await move(session, taken, actor=SYSTEM, act=f"take-{to}", now=batches.now)
        letting_go = asyncio.create_task(batches.chunks(batches.running.cancel_chunk, run))
        await _waited_for(store)
    assert await letting_go == (0, 0)
    assert await batches.statuses(second) == {firm: Status.LISTED}


async def _waited_for(store: Store) -> None:
    """Until somebody waits for a lock in this database."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    waiting = 0
    while not waiting:
        # Within one transaction it would be told the same for ever.
        async with store.reading() as session:
            waiting = await session.scalar(waits) or 0
