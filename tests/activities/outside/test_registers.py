"""The registers' adapter against the made-up exchange, over a real socket."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from activities.outside.registers.answers import (
    KEPT_BY,
    SHARED,
    Answer,
    Reach,
    Register,
    Verdict,
)
from activities.outside.registers.assembling import assembled
from activities.outside.registers.http import HttpRegisters
from definitions.language.facts import FIRM_FACTS
from tests.support.exchange import ON, Exchange, exchange
from tests.support.waiting import until

UNKNOWN = "91310117MA1J00001G"


@pytest.fixture
async def outside() -> AsyncIterator[Exchange]:
    async with exchange() as running:
        yield running


@pytest.fixture
async def registers(outside: Exchange) -> AsyncIterator[HttpRegisters]:
    made = outside.registers()
    yield made
    await made.close()


class TestFirm:
    async def test_all_registers_together_say_what_was_made(
        self, outside: Exchange, registers: HttpRegisters
    ) -> None:
        firm = outside.firm()
        answers = await registers.firm(firm.code)
        assert set(answers) == set(Register)
        assert {name: known.value for name, known in assembled(answers).items()} == firm.facts
        assert all(answer.as_of == ON for answer in answers.values())
        assert all(answer.fetched_at is not None for answer in answers.values())

    async def test_only_those_asked_answer(
        self, outside: Exchange, registers: HttpRegisters
    ) -> None:
        answers = await registers.firm(outside.firm().code, asked=frozenset({Register.TAX}))
        assert set(answers) == {Register.TAX}
        assert "tax_arrears" in answers[Register.TAX].facts
        assert "name" not in answers[Register.TAX].facts

    async def test_an_unknown_firm_is_an_answer(self, registers: HttpRegisters) -> None:
        answers = await registers.firm(UNKNOWN)
        assert {answer.reach for answer in answers.values()} == {Reach.ABSENT}
        assert assembled(answers) == {}

    @pytest.mark.parametrize(
        ("mode", "reach"),
        [
            ("fail", Reach.AWAY),
            ("away", Reach.AWAY),
            ("refuse", Reach.REFUSED),
        ],
    )
    async def test_one_in_trouble_leaves_the_others(
        self, outside: Exchange, registers: HttpRegisters, mode: str, reach: Reach
    ) -> None:
        await outside.trouble(mode, "tax")
        answers = await registers.firm(outside.firm().code)
        assert answers[Register.TAX] == Answer(reach=reach)
        others = {answer.reach for name, answer in answers.items() if name is not Register.TAX}
        assert others == {Reach.ANSWERED}
        await outside.trouble("fine")
        again = await registers.firm(outside.firm().code)
        assert again[Register.TAX].reach is Reach.ANSWERED

    async def test_one_too_slow_is_away_and_holds_up_nobody(self, outside: Exchange) -> None:
        """As little patience serves for all, others may be late now and then, and not for ever."""
        await outside.trouble("slow", "tax")
        hasty = outside.registers(timeout=0.5)

        async def others_answer() -> bool:
            answers = dict(await hasty.firm(outside.firm().code))
            assert answers.pop(Register.TAX) == Answer(reach=Reach.AWAY)
            return {answer.reach for answer in answers.values()} == {Reach.ANSWERED}

        await until(others_answer)
        await hasty.close()

    async def test_one_that_keeps_failing_rests(self, outside: Exchange) -> None:
        now = [0.0]
        registers = outside.registers(clock=lambda: now[0])
        asked = frozenset({Register.BANK})
        await outside.trouble("fail", "bank")
        for _ in range(3):
            await registers.firm(UNKNOWN, asked=asked)
        await outside.trouble("fine")
        assert (await registers.firm(UNKNOWN, asked=asked))[Register.BANK].reach is Reach.AWAY
        now[0] = 11
        assert (await registers.firm(UNKNOWN, asked=asked))[Register.BANK].reach is Reach.ABSENT
        await registers.close()

    async def test_nobody_there_is_away(self) -> None:
        registers = HttpRegisters("http://127.0.0.1:9")
        answers = await registers.firm(UNKNOWN)
        assert {answer.reach for answer in answers.values()} == {Reach.AWAY}
        assert await registers.person("310117199003071231", "陆一鸣") is Verdict.AWAY
        assert (await registers.property("上海市松江区")).reach is Reach.AWAY
        await registers.close()

    async def test_a_wrong_token_is_refused(self, outside: Exchange) -> None:
        registers = HttpRegisters(outside.url, token="another")  # noqa: S106 - a test's
        answers = await registers.firm(UNKNOWN)
        assert {answer.reach for answer in answers.values()} == {Reach.REFUSED}
        await registers.close()

    async def test_what_cannot_be_understood_is_left_out(
        self, outside: Exchange, registers: HttpRegisters
    ) -> None:
        facts = {
            "tax_arrears": "maybe",
            "tax_credit": "A",
            "name": "上海新名",
            "announced_on": "24.11.2026",
            "capital_yuan": True,
            SHARED: ["customs", "moon"],
        }
        body = {"name": "上海新名", "facts": facts}
        assert (await outside.http.put(f"/sandbox/firms/{UNKNOWN}", json=body)).status_code == 204
        known = assembled(await registers.firm(UNKNOWN))
        said = {name: each.value for name, each in known.items()}
        assert said == {
            "uscc": UNKNOWN,
            "name": "上海新名",
            "tax_credit": "A",
            SHARED: ("customs",),
        }


class TestPersons:
    async def test_name_and_number_belong_together(
        self, outside: Exchange, registers: HttpRegisters
    ) -> None:
        number, name = next(iter(outside.data.people.items()))
        assert await registers.person(number, name) is Verdict.VERIFIED
        assert await registers.person(number, "别人") is Verdict.MISMATCH

    async def test_whoever_is_disqualified_is_barred(
        self, outside: Exchange, registers: HttpRegisters
    ) -> None:
        number = min(outside.data.barred)
        name = outside.data.people[number]
        assert await registers.person(number, name) is Verdict.BARRED
        await outside.trouble("away", "population")
        assert await registers.person(number, name) is Verdict.BARRED
        await outside.trouble("away", "enterprise")
        assert await registers.person(number, name) is Verdict.AWAY

    async def test_premises(self, outside: Exchange, registers: HttpRegisters) -> None:
        firm = outside.firm()
        found = await registers.property(str(firm.facts["address"]))
        assert (found.reach, found.owner) == (Reach.ANSWERED, firm.facts["property_owner"])
        assert (await registers.property("月球")).reach is Reach.ABSENT


class TestAssembling:
    def test_a_fact_in_parts_waits_for_all(self) -> None:
        at = datetime(2026, 11, 24, tzinfo=UTC)
        said = Answer(reach=Reach.ANSWERED, facts={SHARED: ("social_insurance",)}, fetched_at=at)
        none = Answer(reach=Reach.ABSENT, fetched_at=at)
        away = Answer(reach=Reach.AWAY)
        answers = {Register.SOCIAL_INSURANCE: said, Register.HOUSING_FUND: none}
        assert SHARED not in assembled(answers)
        assert SHARED not in assembled({**answers, Register.CUSTOMS: away})
        known = assembled({**answers, Register.CUSTOMS: none})[SHARED]
        assert known.value == ("social_insurance",)
        assert known.fetched_at == at

    def test_every_fact_has_a_register(self) -> None:
        assert {fact.name for fact in FIRM_FACTS} - set(KEPT_BY) == {SHARED}
