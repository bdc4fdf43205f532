"""What was paid wrongly: given back, in parts, or kept back of what comes later."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from activities.benefits.paying import Paying
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.recoveries import drop_recovery, left_to_return, note_return
from activities.store.benefits.reports import report_of
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitNotice, LedgerEntry
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.benefits.report import Recoveries, Sum
from definitions.errors import Code, Refused
from definitions.language.benefits import PolicyDefinition
from tests.support.benefits import NOW, ON, officer
from tests.support.payments import (
    CATALOGUE,
    FEN,
    award,
    books,
    firms,
    instructions,
    know,
    new_account,
    pay_all,
    paying,
    publish,
    statuses,
    through,
)
from tests.support.treasury import Place, treasury_place

pytestmark = pytest.mark.stack
OWED = award("old_award", recovery={"days": 15, "offset": True})
LATER = award("new_award")
BY = officer()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with treasury_place(tmp_path) as running:
        yield running


@pytest.fixture
async def payer(store: Store, place: Place) -> AsyncIterator[Paying]:
    outside = place.treasury()
    yield Paying(store, outside, CATALOGUE, now=lambda: NOW)
    await outside.close()


async def recovering(
    store: Store,
    payer: Paying,
    *,
    owed: PolicyDefinition = OWED,
    by: date = ON - timedelta(days=1),
    count: int = 1,
) -> tuple[list[int], str]:
    """Firms of which the first has to give back what it was paid; whose, and which."""
    await publish(store, owed)
    subjects = await firms(store, count, bad=(2,))
    await know(store, subjects, active=True)
    run = await paying(store, owed, subjects[:1])
    await pay_all(payer, run.id)
    name = entitlement_id(owed.policy, "2026", subjects[0], owed.item)
    back = Move(entitlement=name, to=Status.RECOVERING, back_by=by, back_fen=FEN)
    async with store.begin() as session:
        await move(session, (back,), actor=BY, act="recover", now=NOW)
    return subjects, name


async def returned(store: Store, name: str, fen: int, act: str) -> int:
    async with store.begin() as session:
        return await note_return(session, name, fen, actor=BY, act=act, now=NOW)


async def left(store: Store, name: str) -> int:
    async with store.reading() as session:
        return await left_to_return(session, name)


async def reported(store: Store) -> Recoveries:
    """What the report of the run says that is owed."""
    async with store.reading() as session:
        view = await run_view(session, "old_award:2026:1")
        report = await report_of(session, view.state, OWED, today=ON, now=NOW)
    return report.recoveries


class TestReturn:
    async def test_parts_add_up_and_the_last_one_ends_it(self, store: Store, payer: Paying) -> None:
        _, name = await recovering(store, payer)
        assert await returned(store, name, 40_000, "a") == 60_000
        # The same once more is the same.
        assert await returned(store, name, 40_000, "a") == 60_000
        assert await statuses(store) == ["recovering"]
        with pytest.raises(Refused) as refused:
            await returned(store, name, 60_001, "b")
        assert (refused.value.code, refused.value.details["left"]) == (
            Code.RETURN_TOO_MUCH,
            60_000,
        )
        assert await returned(store, name, 60_000, "b") == 0
        assert await statuses(store) == ["recovered"]
        found = await books(store, OWED)
        assert (found.differences, found.balance.returned, found.balance.paid) == ((), FEN, FEN)
        assert await returned(store, name, 60_000, "b") == 0
        with pytest.raises(Refused) as over:
            await returned(store, name, 1, "c")
        assert over.value.code is Code.ENTITLEMENT_NOT_OPEN
        async with store.reading() as session:
            by = await session.scalars(select(LedgerEntry.by).where(LedgerEntry.kind == "return"))
            assert list(by) == [BY.id, BY.id]

    async def test_the_report_tells_what_came_back_and_what_is_wanted(
        self, store: Store, payer: Paying
    ) -> None:
        _, name = await recovering(store, payer)
        assert (await reported(store)).back == Sum()
        await returned(store, name, 40_000, "a")
        found = await reported(store)
        assert (found.wanted, found.overdue) == (Sum(count=1, fen=FEN), Sum(count=1, fen=FEN))
        assert found.back == Sum(count=1, fen=40_000)
        await returned(store, name, 60_000, "b")
        assert await reported(store) == Recoveries(back=Sum(count=1, fen=FEN))

    @pytest.mark.parametrize("fen", [0, -1])
    async def test_nothing_is_no_return(self, store: Store, payer: Paying, fen: int) -> None:
        _, name = await recovering(store, payer)
        with pytest.raises(Refused):
            await returned(store, name, fen, "a")

    async def test_only_what_is_recovered_comes_back(self, store: Store, payer: Paying) -> None:
        with pytest.raises(Refused) as unknown:
            await returned(store, "nobody", 1, "a")
        assert unknown.value.code is Code.UNKNOWN_ENTITLEMENT
        _, name = await recovering(store, payer)
        async with store.begin() as session:
            await drop_recovery(session, name, why="right", actor=BY, act="drop", now=NOW)
        assert await statuses(store) == ["paid"]
        with pytest.raises(Refused) as refused:
            await returned(store, name, 1, "b")
        assert refused.value.code is Code.ENTITLEMENT_NOT_OPEN


class TestOffset:
    async def test_a_later_benefit_pays_for_it(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        subjects, name = await recovering(store, payer)
        await returned(store, name, 30_000, "a")
        await publish(store, LATER)
        run = await paying(store, LATER, subjects)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid", "recovered"]
        assert [(each.fen, each.status) for each in await instructions(store)] == [
            (30_000, "paid"),
            (FEN, "paid"),
        ]
        assert [line.fen for line in place.moved("new_award:2026")] == [30_000]
        assert await reported(store) == Recoveries(back=Sum(count=1, fen=FEN))
        new = await books(store, LATER, place.moved("new_award:2026"))
        old = await books(store, OWED, place.moved("old_award:2026"))
        assert (new.differences, new.paid_out, new.kept_back) == ((), 30_000, 70_000)
        assert (old.differences, old.balance.returned) == ((), FEN)
        async with store.reading() as session:
            told = list(await session.scalars(select(BenefitNotice.text)))
        assert "某项奖励：应发 1,000.00 元，抵扣应退回的 700.00 元，实际拨付 300.00 元。" in told
        assert "应退回的 1,000.00 元 已全部退回，追回办结。" in told

    async def test_what_is_kept_back_whole_is_not_sent(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        subjects, _ = await recovering(store, payer)
        await publish(store, LATER)
        run = await paying(store, LATER, subjects, fens=[60_000])
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid", "recovering"]
        assert place.moved("new_award:2026") == []
        assert (await books(store, LATER, [])).differences == ()
        assert (await books(store, OWED)).balance.returned == 60_000

    async def test_what_is_being_kept_back_is_not_asked_for_again(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        subjects, name = await recovering(store, payer)
        await publish(store, LATER)
        run = await paying(store, LATER, subjects, fens=[60_000])
        await through(payer.reserve_chunk, run.id)
        assert await left(store, name) == 40_000
        with pytest.raises(Refused) as refused:
            await returned(store, name, 40_001, "a")
        assert refused.value.code is Code.RETURN_TOO_MUCH
        async with store.begin() as session:
            with pytest.raises(Refused) as dropped:
                await drop_recovery(session, name, why="right", actor=BY, act="d", now=NOW)
        assert dropped.value.code is Code.OFFSET_OPEN
        other = award("third_award")
        await publish(store, other)
        third = await paying(store, other, subjects)
        await pay_all(payer, third.id)
        await pay_all(payer, run.id)
        assert await left(store, name) == 0
        assert sorted(await statuses(store)) == ["paid", "paid", "recovered"]
        assert (await books(store, OWED)).balance.returned == FEN
        assert [line.fen for line in place.moved("third_award:2026")] == [60_000]

    async def test_a_payment_that_failed_kept_nothing_back(
        self, store: Store, payer: Paying
    ) -> None:
        subjects, name = await recovering(store, payer)
        await publish(store, LATER)
        await new_account(store, subjects[0], "62220000990000")
        run = await paying(store, LATER, subjects, fens=[2 * FEN])
        await pay_all(payer, run.id)
        assert sorted(await statuses(store)) == ["failed", "recovering"]
        assert await left(store, name) == FEN
        await new_account(store, subjects[0], "62220000991111")
        await pay_all(payer, run.id)
        assert sorted(await statuses(store)) == ["paid", "recovered"]
        assert (await books(store, LATER)).kept_back == FEN

    @pytest.mark.parametrize(
        ("owed", "by"),
        [
            (OWED, ON),
            (award("old_award"), ON - timedelta(days=1)),
            (
                award("old_award", organ="health", recovery={"days": 15, "offset": True}),
                ON - timedelta(days=1),
            ),
        ],
        ids=["not due yet", "not allowed", "another organ's"],
    )
    async def test_otherwise_nothing_is_kept_back(
        self, store: Store, payer: Paying, owed: PolicyDefinition, by: date
    ) -> None:
        subjects, name = await recovering(store, payer, owed=owed, by=by)
        await publish(store, LATER)
        run = await paying(store, LATER, subjects)
        await pay_all(payer, run.id)
        assert sorted(await statuses(store)) == ["paid", "recovering"]
        assert await left(store, name) == FEN
        assert (await books(store, LATER)).kept_back == 0
