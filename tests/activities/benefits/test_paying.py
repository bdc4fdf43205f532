"""Money: set aside within the budget, sent once, booked twice over, and never unaccounted for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from temporalio.exceptions import ApplicationError

from activities.benefits.paying import Paying
from activities.outside.payments.treasury import Line, NoTreasury
from activities.store.benefits.budgets import BudgetKey, opened, put_budget, shift
from activities.store.benefits.ledger import Booking, book
from activities.store.benefits.settling import give_up
from activities.store.engine import Store
from activities.store.tables.benefits import (
    BenefitNotice,
    BenefitRun,
    Entitlement,
    LedgerEntry,
    PaymentInstruction,
)
from definitions.benefits.ledger import Entry, EntryKind
from definitions.benefits.run import Phase
from definitions.errors import Code, Refused
from definitions.language.roles import SYSTEM
from tests.support.benefits import NOW, ON
from tests.support.payments import (
    CATALOGUE,
    FEN,
    award,
    books,
    firms,
    instructions,
    know,
    listed,
    new_account,
    pay_all,
    paying,
    publish,
    statuses,
    through,
)
from tests.support.treasury import Place, treasury_place

pytestmark = pytest.mark.stack
AWARD = award()
KEY = BudgetKey.of(AWARD, "2026")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with treasury_place(tmp_path) as running:
        yield running


@pytest.fixture
async def payer(store: Store, place: Place) -> AsyncIterator[Paying]:
    outside = place.treasury()
    yield Paying(store, outside, CATALOGUE, now=lambda: NOW)
    await outside.close()


async def reasons(store: Store) -> list[str | None]:
    async with store.reading() as session:
        return list(await session.scalars(select(Entitlement.why).order_by(Entitlement.id)))


async def booked(store: Store) -> dict[str, int]:
    """What of each kind stands in the ledger, in fen."""
    async with store.reading() as session:
        rows = await session.execute(
            select(LedgerEntry.kind, func.sum(LedgerEntry.fen)).group_by(LedgerEntry.kind)
        )
        return {kind: int(fen) for kind, fen in rows}


class TestPaying:
    async def test_everybody_gets_it_once_and_hears_of_it(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 7)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        for _ in range(2):
            await pay_all(payer, run.id, limit=3)
        assert await statuses(store) == ["paid"] * 7
        assert [line.fen for line in place.moved()] == [FEN] * 7
        found = await books(store, AWARD, place.moved())
        assert (found.differences, found.paid_out, found.on_the_way) == ((), 7 * FEN, 0)
        assert (found.balance.reserved, found.balance.paid) == (0, 7 * FEN)
        assert await booked(store) == {"reserve": 7 * FEN, "pay": 7 * FEN}
        async with store.reading() as session:
            told = list(await session.scalars(select(BenefitNotice.text)))
        assert told == ["某项奖励：1,000.00 元 已拨付到登记的收款账户。"] * 7

    async def test_nothing_is_paid_in_another_phase(self, store: Store, payer: Paying) -> None:
        await publish(store, AWARD)
        run = await paying(store, AWARD, await firms(store, 1))
        async with store.begin() as session:
            state = run.model_copy(update={"phase": Phase.REVIEW}).model_dump(mode="json")
            await session.execute(update(BenefitRun).values(state=state))
        for work in (payer.reserve_chunk, payer.send_chunk, payer.collect_chunk):
            with pytest.raises(ApplicationError) as refused:
                await through(work, run.id)
            assert refused.value.non_retryable
        assert await instructions(store) == []

    async def test_several_lanes_at_once_pay_each_once(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 40)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        await asyncio.gather(*(pay_all(payer, run.id, limit=7) for _ in range(3)))
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid"] * 40
        assert (await books(store, AWARD, place.moved())).differences == ()
        assert len(place.moved()) == 40


class TestLastLook:
    async def test_who_is_dissolved_is_stopped_and_told(self, store: Store, payer: Paying) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 3)
        await know(store, subjects[:1], active=True)
        await know(store, subjects[1:2], active=False)
        run = await paying(store, AWARD, subjects)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid", "stopped", "held"]
        assert await reasons(store) == [None, "active", "active"]
        assert (await books(store, AWARD)).balance.paid == FEN
        # The facts have come.
        await know(store, subjects[2:], active=True)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid", "stopped", "paid"]
        async with store.reading() as session:
            kinds = set(await session.scalars(select(BenefitNotice.kind)))
        assert kinds == {"paid", "stopped", "held"}

    async def test_what_was_not_sent_is_looked_at_again_the_next_day(
        self, store: Store, place: Place
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 2)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        outside = place.treasury()
        await through(Paying(store, outside, CATALOGUE, now=lambda: NOW).reserve_chunk, run.id)
        async with store.begin() as session:
            await session.execute(update(PaymentInstruction).values(made_at=NOW))
        later = NOW + timedelta(days=1)
        await know(store, subjects[:1], on=ON + timedelta(days=1), active=False)
        payer = Paying(store, outside, CATALOGUE, now=lambda: later)
        await through(payer.send_chunk, run.id)
        await outside.close()
        assert await statuses(store) == ["stopped", "paid"]
        found = await books(store, AWARD, place.moved())
        assert (found.differences, found.balance.reserved, found.payments) == ((), 0, 1)

    async def test_who_has_no_account_waits_for_one(self, store: Store, payer: Paying) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 1)
        await know(store, subjects, active=True)
        await new_account(store, subjects[0], "")
        run = await paying(store, AWARD, subjects)
        await pay_all(payer, run.id)
        assert (await statuses(store), await reasons(store)) == (["held"], ["no_account"])
        await new_account(store, subjects[0], "62220000999999")
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid"]


class TestBudget:
    async def test_it_is_never_exceeded_and_nobody_is_passed_over(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        small = award(budget={"fen": 250_000})
        await publish(store, small)
        subjects = await firms(store, 4)
        await know(store, subjects, active=True)
        # The fourth would fit where the third does not.
        run = await paying(store, small, subjects, fens=[100_000, 100_000, 100_000, 50_000])
        await pay_all(payer, run.id, limit=3)
        await pay_all(payer, run.id, limit=3)
        assert await statuses(store) == ["paid", "paid", "short", "short"]
        async with store.begin() as session:
            await put_budget(session, KEY, small, 350_000, actor=SYSTEM, now=NOW)
        await pay_all(payer, run.id, limit=3)
        assert await statuses(store) == ["paid"] * 4
        found = await books(store, small, place.moved())
        assert (found.differences, found.balance.left) == ((), 0)

    async def test_runs_that_share_it_do_not_exceed_it_together(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        small = award(budget={"fen": 5 * FEN, "per": "policy"})
        await publish(store, small)
        subjects = await firms(store, 12)
        await know(store, subjects, active=True)
        one = await paying(store, small, subjects[:6])
        two = await paying(store, small, subjects[6:], turn=2)
        await asyncio.gather(
            *(pay_all(payer, run.id, limit=1) for run in (one, two)),
        )
        found = sorted(await statuses(store))
        assert found == ["paid"] * 5 + ["short"] * 7
        assert sum(line.fen for line in place.moved("some_award:policy")) == 5 * FEN

    async def test_it_cannot_be_cut_below_what_is_spent(self, store: Store) -> None:
        async with store.begin() as session:
            await opened(session, KEY, AWARD)
            await shift(session, KEY, reserved=30, paid=40)
            with pytest.raises(Refused) as refused:
                await put_budget(session, KEY, AWARD, 69, actor=SYSTEM, now=NOW)
            assert refused.value.code is Code.BUDGET_TOO_SMALL
            cut = await put_budget(session, KEY, AWARD, 70, actor=SYSTEM, now=NOW)
            assert cut.left == 0

    async def test_the_database_keeps_it_as_well(self, store: Store) -> None:
        async with store.begin() as session:
            await opened(session, KEY, AWARD)
        with pytest.raises(IntegrityError, match="kept"):
            async with store.begin() as session:
                await shift(session, KEY, reserved=AWARD.budget.fen + 1)

    async def test_the_same_entry_is_not_booked_twice(self, store: Store) -> None:
        await publish(store, AWARD)
        run = await paying(store, AWARD, await firms(store, 1))
        entry = Entry(
            entitlement=f"{run.policy}:2026:1:award", kind=EntryKind.RESERVE, attempt=1, fen=FEN
        )
        booking = Booking(key=KEY, entry=entry, act="a")
        async with store.begin() as session:
            await opened(session, KEY, AWARD)
            await book(session, (booking,), by="test")
        with pytest.raises(IntegrityError, match="kind_attempt"):
            async with store.begin() as session:
                await book(session, (booking,), by="test")


class TestAccount:
    async def test_a_wrong_one_is_tried_again_only_after_another_was_named(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 2, bad=(2,))
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        for _ in range(3):
            await pay_all(payer, run.id)
        assert await statuses(store) == ["paid", "failed"]
        assert await reasons(store) == [None, "account_refused"]
        assert len(await instructions(store)) == 2
        # The money stays set aside for it.
        assert (await books(store, AWARD, place.moved())).balance.reserved == FEN
        await new_account(store, subjects[1], "62220000123456")
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid", "paid"]
        found = await books(store, AWARD, place.moved())
        assert (found.differences, found.balance.reserved, found.payments) == ((), 0, 2)
        assert [each.id.rpartition("#")[2] for each in await instructions(store)] == ["1", "1", "2"]
        assert await booked(store) == {"reserve": 3 * FEN, "release": FEN, "pay": 2 * FEN}

    async def test_the_money_of_who_failed_is_kept_from_others(
        self, store: Store, payer: Paying
    ) -> None:
        small = award(budget={"fen": 2 * FEN})
        await publish(store, small)
        subjects = await firms(store, 3, bad=(1,))
        await know(store, subjects, active=True)
        run = await paying(store, small, subjects)
        await pay_all(payer, run.id)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["failed", "paid", "short"]
        async with store.begin() as session:
            name = f"{run.policy}:2026:{subjects[0]}:award"
            await give_up(session, {name: "gone"}, actor=SYSTEM, act="a", now=NOW)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["stopped", "paid", "paid"]
        assert (await books(store, small)).differences == ()

    async def test_what_is_on_its_way_is_not_given_up(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 1)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        place.behaves(paid_after=60)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["sent"]
        async with store.begin() as session:
            name = f"{run.policy}:2026:{subjects[0]}:award"
            given = await give_up(session, {name: "gone"}, actor=SYSTEM, act="a", now=NOW)
        assert given == ()
        place.clock.seconds = 60
        on_the_way = await books(store, AWARD, place.moved())
        assert (on_the_way.differences, on_the_way.on_the_way) == ((), FEN)
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid"]


class TestTrouble:
    async def test_without_a_treasury_everything_waits(self, store: Store, place: Place) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 5)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        nobody = Paying(store, NoTreasury(), CATALOGUE, now=lambda: NOW)
        await pay_all(nobody, run.id, limit=2)
        # Nothing was handed out: the last look would have been spent on it.
        assert await statuses(store) == ["reserved"] * 5
        assert (await books(store, AWARD, [])).differences == ()
        outside = place.treasury()
        await pay_all(Paying(store, outside, CATALOGUE, now=lambda: NOW), run.id)
        await outside.close()
        assert await statuses(store) == ["paid"] * 5
        assert len(place.moved()) == 5

    @pytest.mark.parametrize("how", ["lose_next", "cut_next", "fail_next"])
    async def test_a_lost_answer_is_asked_for(self, store: Store, place: Place, how: str) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 6)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)

        async def trouble(where: str) -> None:
            if where == "sent":
                place.behaves(**{how: 4})

        outside = place.treasury()
        payer = Paying(store, outside, CATALOGUE, now=lambda: NOW, between=trouble)
        await through(payer.reserve_chunk, run.id)
        await through(payer.send_chunk, run.id)
        assert await statuses(store) == ["sent"] * 6
        await through(payer.collect_chunk, run.id)
        await outside.close()
        assert await statuses(store) == ["paid"] * 6
        assert (await books(store, AWARD, place.moved())).differences == ()


class TestBooks:
    async def test_each_way_to_differ_is_seen(
        self, store: Store, place: Place, payer: Paying
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 3)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects)
        await pay_all(payer, run.id)
        lines = place.moved()
        first, *others = lines

        async def seen(said: list[Line] | None) -> set[str]:
            return {each.what for each in (await books(store, AWARD, said)).differences}

        assert await seen(lines) == set()
        assert await seen(others) == {"国库没有的拨付", "拨付：我方与国库"}
        assert "国库重复拨付的指令" in await seen([first, *lines])
        stranger = Line(ref="GK9", key="x#1", fen=1)
        assert await seen([*lines, stranger]) == {"我方没有的拨付", "拨付：我方与国库"}
        again = Line(ref="GK9", key=first.key.replace("#1", "#2"), fen=FEN)
        assert "国库对一笔应享拨付多次" in await seen([*lines, again])
        less = first.model_copy(update={"fen": 1})
        assert await seen([less, *others]) == {"金额不同的拨付", "拨付：我方与国库"}
        async with store.begin() as session:
            await shift(session, KEY, paid=-1)
            await session.execute(
                update(PaymentInstruction)
                .where(PaymentInstruction.id == first.key)
                .values(status="failed")
            )
        assert await seen(None) == {"拨付：预算与台账", "拨付：台账与指令"}

    async def test_of_no_budget_there_are_none(self, store: Store) -> None:
        with pytest.raises(AssertionError):
            await books(store, AWARD)

    async def test_who_comes_late_is_paid_from_the_same_budget(
        self, store: Store, payer: Paying
    ) -> None:
        await publish(store, AWARD)
        subjects = await firms(store, 3)
        await know(store, subjects, active=True)
        run = await paying(store, AWARD, subjects[:2])
        await pay_all(payer, run.id)
        await listed(store, AWARD, run, subjects[2:])
        await pay_all(payer, run.id)
        assert await statuses(store) == ["paid"] * 3
        assert (await books(store, AWARD)).differences == ()
