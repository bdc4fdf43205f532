"""The treasury's adapter against the made-up treasury, over a real socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from activities.outside.payments.http import HttpTreasury
from activities.outside.payments.sandbox.book import ACCOUNT_REFUSED, Book
from activities.outside.payments.treasury import (
    Answered,
    NoTreasury,
    PaymentRefused,
    TreasuryAway,
    TreasuryRefused,
)
from tests.support.treasury import PROJECT, Place, payment, treasury_place
from tests.support.waiting import PATIENCE


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with treasury_place(tmp_path) as running:
        yield running


@pytest.fixture
async def treasury(place: Place) -> AsyncIterator[HttpTreasury]:
    made = place.treasury()
    yield made
    await made.close()


class TestPay:
    async def test_each_is_paid_and_stands_in_the_statement(
        self, place: Place, treasury: HttpTreasury
    ) -> None:
        said = await treasury.pay([payment("a#1", fen=1), payment("b#1", fen=2)])
        assert {key: receipt.answered for key, receipt in said.items()} == {
            "a#1": Answered.PAID,
            "b#1": Answered.PAID,
        }
        lines = await treasury.statement(PROJECT)
        assert [(line.key, line.fen, line.ref) for line in lines] == [
            (key, fen, said[key].ref) for key, fen in (("a#1", 1), ("b#1", 2))
        ]
        assert await treasury.statement(PROJECT, after=lines[-1].ref) == ()
        assert place.moved("other:2026") == []

    async def test_the_same_key_again_is_the_same_payment(
        self, place: Place, treasury: HttpTreasury
    ) -> None:
        first = await treasury.pay([payment()])
        assert await treasury.pay([payment()]) == first
        assert len(place.moved()) == 1

    async def test_the_same_key_for_something_else_is_refused(
        self, place: Place, treasury: HttpTreasury
    ) -> None:
        await treasury.pay([payment()])
        for other in ({"fen": 1}, {"account_number": "6222000011113333"}):
            with pytest.raises(TreasuryRefused):
                await treasury.pay([payment("b#1"), payment(**other)])
        # All of a batch or nothing of it.
        assert [line.key for line in place.moved()] == ["a#1"]

    async def test_a_receipt_over_another_sum_is_refused(self, treasury: HttpTreasury) -> None:
        await treasury.pay([payment(fen=1)])
        assert (await treasury.receipts(["a#1"], {"a#1": 1}))["a#1"].fen == 1
        with pytest.raises(PaymentRefused):
            await treasury.receipts(["a#1"], {"a#1": 2})

    async def test_many_at_once_are_paid_once(self, place: Place, treasury: HttpTreasury) -> None:
        batch = [payment(f"{n}#1") for n in range(50)]
        await asyncio.gather(*(treasury.pay(batch) for _ in range(4)))
        assert sorted(line.key for line in place.moved()) == sorted(each.key for each in batch)

    async def test_it_takes_its_time(self, place: Place, treasury: HttpTreasury) -> None:
        place.behaves(paid_after=60)
        assert (await treasury.pay([payment()]))["a#1"].answered is Answered.TAKEN
        assert place.moved() == []
        place.clock.seconds = 60
        found = await treasury.receipts(["a#1"])
        assert found["a#1"].answered is Answered.PAID
        assert found["a#1"].ref == place.moved()[0].ref

    async def test_an_account_that_takes_no_money_fails_for_good(
        self, place: Place, treasury: HttpTreasury
    ) -> None:
        wrong = payment(account_number="6222000011110000")
        said = (await treasury.pay([wrong]))["a#1"]
        assert (said.answered, said.reason, said.ref) == (Answered.FAILED, ACCOUNT_REFUSED, None)
        place.behaves(refused=("1111",))
        assert await treasury.pay([wrong]) == {"a#1": said}
        assert place.moved() == []


class TestTrouble:
    @pytest.mark.parametrize("how", ["fail", "lose", "cut"])
    async def test_one_answer_less_is_asked_for_again(
        self, place: Place, treasury: HttpTreasury, how: str
    ) -> None:
        place.behaves(**{f"{how}_next": 2})
        said = await treasury.pay([payment("a#1"), payment("b#1")])
        assert set(said) == {"a#1", "b#1"}
        assert sorted(line.key for line in place.moved()) == ["a#1", "b#1"]

    async def test_a_lost_answer_is_no_answer_and_the_payment_is_made(
        self, place: Place, treasury: HttpTreasury
    ) -> None:
        place.behaves(lose_next=4)
        with pytest.raises(TreasuryAway):
            await treasury.pay([payment()])
        assert (await treasury.receipts(["a#1", "b#1"])).keys() == {"a#1"}
        assert len(place.moved()) == 1

    async def test_half_a_batch_may_be_done(self, place: Place, treasury: HttpTreasury) -> None:
        place.behaves(cut_next=4)
        with pytest.raises(TreasuryAway):
            await treasury.pay([payment("a#1"), payment("b#1")])
        assert (await treasury.receipts(["a#1", "b#1"])).keys() == {"a#1"}

    async def test_told_twice_is_heard_once(self, place: Place, treasury: HttpTreasury) -> None:
        place.behaves(twice=1000)
        assert (await treasury.pay([payment()])).keys() == {"a#1"}
        assert len(place.moved()) == 1

    async def test_too_slow_is_away(self, place: Place) -> None:
        place.behaves(slow_seconds=60)
        hasty = place.treasury(timeout=0.05)
        with pytest.raises(TreasuryAway):
            await hasty.pay([payment()])
        await hasty.close()

    async def test_a_stranger_is_refused(self, place: Place) -> None:
        stranger = place.treasury(token="another")  # noqa: S106 - a test's
        with pytest.raises(TreasuryRefused):
            await stranger.receipts(["a#1"])
        await stranger.close()

    async def test_neither_accounts_nor_tokens_are_logged(
        self, place: Place, treasury: HttpTreasury, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        place.behaves(lose_next=4)
        with pytest.raises(TreasuryAway):
            await treasury.pay([payment()])
        assert "6222000011112222" not in caplog.text
        assert "6222" not in repr(payment())

    async def test_none_is_always_away(self) -> None:
        nobody = NoTreasury()
        for asked in (nobody.pay([payment()]), nobody.receipts(["a"]), nobody.statement("a")):
            with pytest.raises(TreasuryAway):
                await asked
        await nobody.close()


class TestBook:
    async def test_a_kill_loses_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "book.sqlite"
        first = Book(file)
        first.take([payment()], first.behaviour(), 0.0)
        # As after kill -9: the file as it is, nobody closed it.
        second = Book(file)
        second.take([payment()], second.behaviour(), 1.0)
        assert [line.key for line in second.statement(PROJECT, "", 1.0)] == ["a#1"]
        for each in (first, second):
            each.close()

    async def test_bad_requests_are_told_so(self, place: Place) -> None:
        async with httpx2.AsyncClient(
            base_url=place.url, timeout=PATIENCE, trust_env=False
        ) as http:
            http.headers["Authorization"] = "Bearer a token of the treasury"
            good = payment().model_dump()
            bodies: list[dict[str, object]] = [
                {"payments": []},
                {"payments": [{**good, "fen": 0}]},
                {"payments": [good] * 501},
                {"payments": [good], "more": 1},
            ]
            for body in bodies:
                assert (await http.post("/instructions", json=body)).status_code == 422
        assert place.moved() == []
