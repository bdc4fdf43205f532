"""Payments that come late: looked at again, to the account of today, and none holds up another."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from temporalio.testing import ActivityEnvironment

from activities.benefits.paying import Paying
from activities.contracts.benefits import Chunk
from activities.outside.payments.treasury import (
    Payment,
    PaymentRefused,
    Receipt,
    Treasury,
    TreasuryAway,
)
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitNotice, PaymentInstruction
from tests.support.benefits import NOW, ON
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
from tests.support.treasury import Place, payment

pytestmark = pytest.mark.stack
AWARD = award()
TOMORROW = NOW + timedelta(days=1)
# By then what the market register said is too old.
LATER = NOW + timedelta(days=30)


class Refuses:
    """A treasury that will not take one of the payments, however often it is told."""

    def __init__(self, inner: Treasury, key: str) -> None:
        self._inner, self._key = inner, key
        self.receipts = inner.receipts
        self.statement = inner.statement
        self.close = inner.close

    async def pay(self, payments: Sequence[Payment]) -> Mapping[str, Receipt]:
        """The others are in order."""
        if any(payment.key == self._key for payment in payments):
            raise PaymentRefused
        return await self._inner.pay(payments)


class NoPay:
    """Of a treasury only its receipts answer."""

    def __init__(self, inner: Treasury) -> None:
        self.receipts = inner.receipts
        self.statement = inner.statement
        self.close = inner.close

    async def pay(self, _payments: Sequence[Payment]) -> Mapping[str, Receipt]:
        """Nobody answers."""
        raise TreasuryAway


@pytest.fixture
async def outside(place: Place) -> AsyncIterator[Treasury]:
    made = place.treasury()
    yield made
    await made.close()


def payer(store: Store, outside: Treasury, at: datetime = NOW) -> Paying:
    return Paying(store, outside, CATALOGUE, now=lambda: at)


async def reserved(store: Store, outside: Treasury, count: int) -> tuple[str, list[int]]:
    """A run of which everybody's money is set aside, and nothing sent."""
    await publish(store, AWARD)
    subjects = await firms(store, count)
    await know(store, subjects, active=True)
    run = (await paying(store, AWARD, subjects)).id
    await through(payer(store, outside).reserve_chunk, run)
    async with store.begin() as session:
        await session.execute(update(PaymentInstruction).values(made_at=NOW))
    return run, subjects


async def lost(store: Store, outside: Treasury, count: int) -> tuple[str, list[int]]:
    """A run of which everything is sent, and the treasury has heard of nothing."""
    run, subjects = await reserved(store, outside, count)
    await through(payer(store, NoPay(outside)).send_chunk, run)
    assert await statuses(store) == ["sent"] * count
    return run, subjects


class TestAccount:
    async def test_one_that_was_put_right_before_sending_is_paid(
        self, store: Store, place: Place, outside: Treasury
    ) -> None:
        run, subjects = await reserved(store, outside, 2)
        await new_account(store, subjects[0], "62220000999999")
        await pay_all(payer(store, outside), run)
        assert await statuses(store) == ["paid"] * 2
        first, second = await instructions(store)
        assert (first.account_number, first.account_version) == ("62220000999999", 1)
        assert (second.account_number[-4:], second.account_version) == ("1111", 0)
        # As the treasury has it: the same key for another account would be refused.
        said = payment(
            first.id,
            account_name=first.account_name,
            account_number="62220000999999",
            purpose="x",
        )
        assert (await outside.pay([said]))[first.id].fen == FEN
        assert len(place.moved()) == 2


class TestLastLook:
    async def test_what_never_arrived_is_looked_at_again_the_next_day(
        self, store: Store, place: Place, outside: Treasury
    ) -> None:
        run, subjects = await lost(store, outside, 3)
        await know(store, subjects[:1], on=ON + timedelta(days=1), active=False)
        await through(payer(store, NoPay(outside), TOMORROW).collect_chunk, run)
        assert await statuses(store) == ["stopped", "sent", "sent"]
        (first, *_) = await instructions(store)
        assert (first.status, first.reason) == ("failed", "never_arrived")
        await through(payer(store, outside, TOMORROW).collect_chunk, run)
        assert await statuses(store) == ["stopped", "paid", "paid"]
        found = await books(store, AWARD, place.moved())
        assert (found.differences, found.balance.reserved, found.payments) == ((), 0, 2)
        async with store.reading() as session:
            told = select(BenefitNotice.kind).order_by(BenefitNotice.id)
            assert list(await session.scalars(told)) == ["stopped", "paid", "paid"]

    async def test_what_may_still_be_on_its_way_is_not_taken_back(
        self, store: Store, place: Place, outside: Treasury
    ) -> None:
        run, subjects = await lost(store, outside, 1)
        await know(store, subjects, on=ON + timedelta(days=1), active=False)
        # In Shanghai.
        midnight = TOMORROW.replace(hour=16, minute=0, second=0)
        async with store.begin() as session:
            told = midnight - timedelta(minutes=1)
            await session.execute(update(PaymentInstruction).values(sent_at=told))
        await through(payer(store, outside, midnight + timedelta(minutes=1)).collect_chunk, run)
        assert (await statuses(store), place.moved()) == (["sent"], [])
        await through(payer(store, outside, midnight + timedelta(minutes=20)).collect_chunk, run)
        assert (await statuses(store), place.moved()) == (["stopped"], [])

    async def test_who_waits_for_facts_overnight_is_held_until_they_come(
        self, store: Store, place: Place, outside: Treasury
    ) -> None:
        run, subjects = await reserved(store, outside, 2)
        late = payer(store, outside, LATER)
        await through(late.send_chunk, run)
        assert await statuses(store) == ["held"] * 2
        found = await books(store, AWARD, [])
        assert (found.differences, found.balance.reserved) == ((), 0)
        await know(store, subjects, on=LATER.date(), active=True)
        await pay_all(late, run)
        assert await statuses(store) == ["paid"] * 2
        assert (await books(store, AWARD, place.moved())).differences == ()

    async def test_a_corrected_account_without_facts_is_held_and_does_not_keep_the_run_open(
        self, store: Store, place: Place, outside: Treasury
    ) -> None:
        place.behaves(refused=("1111",))
        run, subjects = await reserved(store, outside, 1)
        await pay_all(payer(store, outside), run)
        assert await statuses(store) == ["failed"]
        await new_account(store, subjects[0], "62220000999999")
        late = payer(store, outside, LATER)
        await pay_all(late, run)
        assert await statuses(store) == ["held"]
        await know(store, subjects, on=LATER.date(), active=True)
        await pay_all(late, run)
        assert await statuses(store) == ["paid"]
        found = await books(store, AWARD, place.moved())
        assert (found.differences, found.balance.reserved) == ((), 0)


class TestRefused:
    async def test_receipts_are_booked_while_nobody_takes_payments(
        self, store: Store, outside: Treasury
    ) -> None:
        run, _ = await lost(store, outside, 6)
        # Of two in three the answer only was lost.
        known = [each.id for n, each in enumerate(await instructions(store)) if n % 3]
        await outside.pay([payment(key) for key in known])
        await through(payer(store, NoPay(outside)).collect_chunk, run, limit=2)
        assert sorted(await statuses(store)) == ["paid"] * 4 + ["sent"] * 2

    @pytest.mark.parametrize("limit", [2, 500])
    async def test_only_the_one_that_is_refused_stays_open(
        self, store: Store, outside: Treasury, limit: int
    ) -> None:
        run, _ = await reserved(store, outside, 7)
        wrong = (await instructions(store))[3].id
        # Under its key stands something else.
        await outside.pay([payment(wrong, fen=1)])
        await through(payer(store, outside).send_chunk, run, limit=limit)
        await through(payer(store, outside).collect_chunk, run, limit=limit)
        assert await statuses(store) == ["paid"] * 3 + ["sent"] + ["paid"] * 3
        # The treasury has something there: it is no refusal after which another may be paid.
        assert {each.reason for each in await instructions(store)} == {None}

    async def test_what_is_refused_for_good_fails_when_the_days_promised_are_over(
        self, store: Store, place: Place, outside: Treasury
    ) -> None:
        run, subjects = await reserved(store, outside, 3)
        refuses = Refuses(outside, (await instructions(store))[1].id)
        at = NOW

        async def collected(*, late: bool) -> list[str]:
            collect = payer(store, refuses, at).collect_chunk
            await ActivityEnvironment().run(collect, Chunk(run=run, late=late))
            return await statuses(store)

        await through(payer(store, refuses).send_chunk, run)
        assert [each.reason for each in await instructions(store)] == [None, "refused", None]
        at += timedelta(minutes=20)
        # It may be put right at the treasury, so it is told again for as long as was promised.
        assert await collected(late=False) == ["paid", "sent", "paid"]
        # The call that told it just now may still be under way.
        assert await collected(late=True) == ["paid", "sent", "paid"]
        at += timedelta(minutes=20)
        assert await collected(late=True) == ["paid", "failed", "paid"]
        found = await books(store, AWARD, place.moved())
        assert (found.differences, found.payments, found.balance.reserved) == ((), 2, FEN)
        async with store.reading() as session:
            told = select(BenefitNotice.kind).where(BenefitNotice.subject == subjects[1])
            assert list(await session.scalars(told)) == ["failed"]
        await new_account(store, subjects[1], "62220000999999")
        await pay_all(payer(store, refuses, at), run)
        assert await statuses(store) == ["paid"] * 3
        assert (await books(store, AWARD, place.moved())).differences == ()

    async def test_what_was_refused_once_and_got_lost_since_is_told_again(
        self, store: Store, outside: Treasury
    ) -> None:
        run, _ = await reserved(store, outside, 1)
        refuses = Refuses(outside, (await instructions(store))[0].id)
        await through(payer(store, refuses).send_chunk, run)
        at = NOW + timedelta(minutes=20)
        await through(payer(store, NoPay(outside), at).collect_chunk, run)
        late = payer(store, outside, at + timedelta(minutes=20)).collect_chunk
        await ActivityEnvironment().run(late, Chunk(run=run, late=True))
        assert await statuses(store) == ["paid"]

    async def test_what_only_nobody_has_answered_is_told_again_however_late(
        self, store: Store, outside: Treasury
    ) -> None:
        run, _ = await lost(store, outside, 2)
        late = payer(store, outside, NOW + timedelta(hours=1)).collect_chunk
        await ActivityEnvironment().run(late, Chunk(run=run, late=True))
        assert await statuses(store) == ["paid"] * 2
