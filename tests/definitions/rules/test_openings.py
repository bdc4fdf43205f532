"""The ways to go on without a paper: which are open, for how long, and why the others are not."""

from typing import Any

import pytest

from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.language.pending import Mode
from definitions.rules.openings import Gap, Opening, gaps
from definitions.rules.plan import Plan
from tests.support.legal import planned
from tests.support.lives import altered

PENDING = "本项不在容缺受理清单上"
LATER = "本项不在承诺制容缺办结清单上"
NO_PROMISE = "本项不实行告知承诺"
EVERY = planned("sign", "clear", "register")


def gap(matter: str, material: str, plan: Plan = EVERY) -> Gap:
    """The gap of that paper in that matter."""
    return next(each for each in gaps(plan) if (each.matter, each.material) == (matter, material))


def way(mode: Mode, matter: str, material: str, plan: Plan = EVERY) -> Opening:
    return next(each for each in gap(matter, material, plan).openings if each.mode is mode)


def changed(matter: str, **changes: Any) -> Plan:  # noqa: ANN401 - fields of a planned matter
    return altered(EVERY, **{matter: changes})


class TestGaps:
    def test_every_paper_to_bring_stands_once_for_each_matter(self) -> None:
        assert [(each.matter, each.material) for each in gaps(EVERY)] == [
            *(("PERMIT", "M01"), ("PERMIT", "M03"), ("PERMIT", "M04")),
            *(("SIGN", "M05"), ("CLEAR", "M06"), ("REG", "M07")),
        ]

    def test_each_has_the_four_ways_in_order(self) -> None:
        for each in gaps(EVERY):
            assert [opening.mode for opening in each.openings] == list(Mode)

    def test_a_matter_that_is_not_needed_has_none(self) -> None:
        assert {each.matter for each in gaps(planned())} == {"PERMIT"}

    @pytest.mark.parametrize("spared", [{"waived_by": "电子证照库"}, {"produced_by": "REG"}])
    def test_what_nobody_brings_has_none(self, spared: dict[str, str]) -> None:
        materials = tuple(
            each.model_copy(update=spared) if each.code == "M05" else each
            for each in EVERY.materials
        )
        found = gaps(EVERY.model_copy(update={"materials": materials}))
        assert [each.material for each in found] == ["M01", "M03", "M04", "M06", "M07"]

    def test_it_is_told_by_name(self) -> None:
        assert (gap("SIGN", "M05").matter_name, gap("SIGN", "M05").material_name) == (
            EVERY.matter("SIGN").name,  # type: ignore[union-attr] # planned above
            "材料M05",
        )


class TestHold:
    def test_it_is_open_as_long_as_the_matter_says(self) -> None:
        hold = next(m for m in EVERY.matters if m.key == "REG").hold
        found = way(Mode.HOLD, "REG", "M07")
        assert (found.open, found.limit, found.basis) == (True, hold.limit, hold.basis)
        assert found.why_not is None

    def test_an_item_examined_first_asks_by_notice_instead(self) -> None:
        found = way(Mode.HOLD, "PERMIT", "M03")
        assert found == Opening(
            mode=Mode.HOLD,
            open=False,
            why_not="本项由机关先审查再受理，缺的材料一次性告知补正",
        )


class TestAcceptPending:
    def test_a_listed_paper_has_its_own_days(self) -> None:
        found = way(Mode.ACCEPT_PENDING, "PERMIT", "M04")
        assert (found.open, found.limit) == (True, Limit(days=6))
        assert isinstance(found.basis, Basis)

    @pytest.mark.parametrize(
        ("matter", "material", "plan", "why"),
        [
            ("PERMIT", "M01", EVERY, "“材料M01”是主审要件，没有它审查无从开始"),
            (
                "PERMIT",
                "M04",
                changed("PERMIT", instant=True),
                "本项为即办件，当场办结，不能容缺",
            ),
            (
                "REG",
                "M07",
                EVERY,
                "承诺时限只有 1 个工作日，不足 3 个工作日，留不出补正的时间",
            ),
            ("REG", "M07", changed("REG", promised=Limit(days=3)), PENDING),
            (
                "REG",
                "M07",
                changed("REG", promised=Limit(days=2, unit=Unit.CALENDAR_DAY)),
                PENDING,
            ),
        ],
    )
    def test_why_it_is_not_open(self, matter: str, material: str, plan: Plan, why: str) -> None:
        found = way(Mode.ACCEPT_PENDING, matter, material, plan)
        assert found == Opening(mode=Mode.ACCEPT_PENDING, open=False, why_not=why)

    def test_a_paper_off_the_list_is_said_to_be(self) -> None:
        permit = next(m for m in EVERY.matters if m.key == "PERMIT")
        gates = tuple(
            g.model_copy(update={"tolerable": None}) if g.code == "M04" else g for g in permit.gates
        )
        found = way(Mode.ACCEPT_PENDING, "PERMIT", "M04", changed("PERMIT", gates=gates))
        assert found.why_not == "“材料M04”不在可以容缺的材料清单上"

    def test_what_bars_this_applicant_is_told_first(self) -> None:
        permit = next(m for m in EVERY.matters if m.key == "PERMIT")
        gates = tuple(
            g.model_copy(update={"tolerable": None, "why_not": "失信未修复"}) for g in permit.gates
        )
        plan = changed("PERMIT", gates=gates)
        assert way(Mode.ACCEPT_PENDING, "PERMIT", "M04", plan).why_not == "失信未修复"


class TestIssueThenSupply:
    def test_a_listed_paper_may_come_after_the_result(self) -> None:
        rule = next(m for m in EVERY.matters if m.key == "CLEAR").issue_then_supply
        found = way(Mode.ISSUE_THEN_SUPPLY, "CLEAR", "M06")
        assert rule is not None
        assert (found.open, found.limit, found.basis) == (True, rule.limit, rule.basis)

    def test_a_matter_without_it_says_so(self) -> None:
        assert way(Mode.ISSUE_THEN_SUPPLY, "SIGN", "M05").why_not == LATER
        assert way(Mode.ISSUE_THEN_SUPPLY, "PERMIT", "M03").why_not == LATER

    def test_a_paper_that_is_not_listed_says_so(self) -> None:
        clear = next(m for m in EVERY.matters if m.key == "CLEAR")
        gates = tuple(g.model_copy(update={"tolerable": None}) for g in clear.gates)
        found = way(Mode.ISSUE_THEN_SUPPLY, "CLEAR", "M06", changed("CLEAR", gates=gates))
        assert found.why_not == "“材料M06”不在可以容缺的材料清单上"


class TestInformCommit:
    def test_a_promise_is_verified_within_its_days(self) -> None:
        rule = next(m for m in EVERY.matters if m.key == "SIGN").inform_commit
        found = way(Mode.INFORM_COMMIT, "SIGN", "M05")
        assert rule is not None
        assert (found.open, found.limit, found.basis) == (True, rule.verify, rule.basis)

    def test_a_matter_without_it_says_so(self) -> None:
        assert way(Mode.INFORM_COMMIT, "PERMIT", "M03").why_not == NO_PROMISE

    def test_a_paper_that_no_promise_stands_for_says_so(self) -> None:
        sign = next(m for m in EVERY.matters if m.key == "SIGN")
        gates = tuple(g.model_copy(update={"promised": False}) for g in sign.gates)
        found = way(Mode.INFORM_COMMIT, "SIGN", "M05", changed("SIGN", gates=gates))
        assert found.why_not == "这份材料不能以承诺代替"

    def test_another_matter_that_needs_the_paper_itself_is_named(self) -> None:
        sign = next(m for m in EVERY.matters if m.key == "SIGN")
        asks = tuple(g.model_copy(update={"promised": False}) for g in sign.gates)
        found = way(Mode.INFORM_COMMIT, "SIGN", "M05", changed("REG", gates=asks))
        reg = next(m for m in EVERY.matters if m.key == "REG")
        assert found.why_not == f"事项“{reg.name}”也要这份材料，不能只作承诺"
