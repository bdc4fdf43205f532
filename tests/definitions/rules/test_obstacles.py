"""一键预查: what registers know is judged, what they do not is said; answers are not asked."""

import pytest

from definitions.rules.conditions import Fact
from definitions.rules.obstacles import Found, obstacles
from tests.support.written import BASIS, a_definition

WAY = {
    "id": "way",
    "text": "哪一种程序？",
    "why": "不同",
    "kind": "one",
    "options": [{"value": "simple", "label": "简易注销"}, {"value": "full", "label": "普通注销"}],
}
SIMPLE = {"fact": "answer.way", "is": "simple"}
LISTED = {"fact": "firm.abnormal_listed", "is": True}
FINES = {"fact": "firm.unpaid_fines", "is": True}


def judged(when: object, **firm: Fact) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """What becomes of a blocker: found, for which courses, what is missing."""
    blocker = {"when": when, "reason": "办不了", "owner": "局", "remedy": "改", "basis": BASIS}
    definition = a_definition(blockers=[blocker], questions=[WAY])
    facts = {f"firm.{name}": value for name, value in firm.items()}
    return [
        (each.found, each.courses, [missing.fact for missing in each.missing])
        for each in obstacles(definition, facts)
    ]


class TestOneBlocker:
    @pytest.mark.parametrize(
        ("firm", "found", "missing"),
        [
            ({"abnormal_listed": True}, Found.BLOCKS, []),
            ({"abnormal_listed": False}, Found.CLEAR, []),
            ({}, Found.UNKNOWN, ["firm.abnormal_listed"]),
        ],
    )
    def test_is_as_the_register_says(
        self, firm: dict[str, Fact], found: Found, missing: list[str]
    ) -> None:
        assert judged(LISTED, **firm) == [(found, (), missing)]

    def test_an_answer_beside_a_register_does_not_count(self) -> None:
        said = {"fact": "answer.obstacles", "has": "listed"}
        assert judged({"any": [LISTED, said]}, abnormal_listed=False) == [(Found.CLEAR, (), [])]
        assert judged({"any": [said, LISTED]}, abnormal_listed=True) == [(Found.BLOCKS, (), [])]

    def test_an_answer_in_an_all_is_the_course_it_is_for(self) -> None:
        when = {"all": [SIMPLE, LISTED]}
        assert judged(when, abnormal_listed=True) == [(Found.BLOCKS, ("简易注销",), [])]
        either = {"all": [{"any": [SIMPLE, {"fact": "answer.way", "is": "full"}]}, LISTED]}
        (found,) = judged(either, abnormal_listed=True)
        assert found[1] == ("简易注销", "普通注销")

    def test_what_only_answers_can_say_is_left_out(self) -> None:
        assert judged(SIMPLE) == []
        assert judged({"not": SIMPLE}) == []

    def test_one_unknown_of_several_leaves_it_open_unless_another_settles_it(self) -> None:
        both = {"any": [LISTED, FINES]}
        assert judged(both, abnormal_listed=False)[0][0] is Found.UNKNOWN
        assert judged(both, abnormal_listed=True)[0][0] is Found.BLOCKS
        assert judged({"all": [LISTED, FINES]}, abnormal_listed=False)[0][0] is Found.CLEAR
        assert judged({"not": LISTED}, abnormal_listed=False)[0][0] is Found.BLOCKS

    def test_only_what_nobody_told_is_missing_and_only_while_it_matters(self) -> None:
        both = {"any": [LISTED, FINES]}
        assert judged(both, abnormal_listed=False)[0][2] == ["firm.unpaid_fines"]
        assert judged(both, abnormal_listed=True)[0][2] == []
        assert judged({"all": [SIMPLE, LISTED]})[0][2] == ["firm.abnormal_listed"]

    def test_a_course_inside_of_several_conditions_is_found(self) -> None:
        when = {"all": [{"all": [SIMPLE, LISTED]}, FINES]}
        (found,) = judged(when, abnormal_listed=True, unpaid_fines=True)
        assert found == (Found.BLOCKS, ("简易注销",), [])

    def test_an_answer_to_no_question_names_no_course(self) -> None:
        strange = {"fact": "answer.elsewhere", "is": "simple"}
        assert judged({"all": [strange, LISTED]}, abnormal_listed=True) == [(Found.BLOCKS, (), [])]

    def test_a_blocker_that_asks_whether_a_fact_is_known_is_judged(self) -> None:
        assert judged({"fact": "firm.tax_matters", "known": False})[0][0] is Found.BLOCKS


def test_what_blocks_stands_first() -> None:
    def blocker(fact: str) -> dict[str, object]:
        when = {"fact": f"firm.{fact}", "is": True}
        return {"when": when, "reason": fact, "owner": "局", "remedy": "改", "basis": BASIS}

    names = ("listed", "revoked", "unpaid_fines")
    definition = a_definition(blockers=[blocker(name) for name in names])
    found = obstacles(definition, {"firm.listed": False, "firm.unpaid_fines": True})
    assert [each.reason for each in found] == ["unpaid_fines", "revoked", "listed"]
    assert found[1].missing[0].owner == "市场监管部门"
