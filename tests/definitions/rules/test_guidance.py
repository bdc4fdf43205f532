"""Guided questions: what is still asked, what blocks, and which situation it comes to."""

import pytest

from definitions.errors import Code, Refused
from definitions.language.questions import Question
from definitions.rules.conditions import Fact
from definitions.rules.guidance import Answers, facts_of, guide
from tests.support.services import SERVICE

CONFIRMED = SERVICE.questions[1].model_copy(update={"answered_by": "firm.seal"})
ANSWERED = SERVICE.model_copy(update={"questions": (SERVICE.questions[0], CONFIRMED)})


def asked(facts: dict[str, Fact]) -> list[str]:
    """The open questions."""
    return [question.id for question in guide(SERVICE, facts).asked]


def refusal(answers: Answers) -> Refused:
    """What the answers are refused with."""
    with pytest.raises(Refused) as refused:
        facts_of(SERVICE, answers, {})
    return refused.value


class TestFactsOf:
    def test_everything_stands_under_its_own_name(self) -> None:
        facts = facts_of(
            SERVICE, {"changes": ("name",), "seal_kept": "yes"}, {"frozen": False}, {"form.x": "y"}
        )
        assert facts == {
            "firm.frozen": False,
            "form.x": "y",
            "answer.changes": ("name",),
            "answer.seal_kept": "yes",
        }

    def test_several_answers_come_in_the_order_of_the_options(self) -> None:
        """The same answers give the same facts, in whatever order they were ticked."""
        facts = facts_of(SERVICE, {"changes": ("term", "name")}, {})
        assert facts["answer.changes"] == ("name", "term")

    def test_a_single_tick_of_many_is_still_a_list(self) -> None:
        assert facts_of(SERVICE, {"changes": "term"}, {})["answer.changes"] == ("term",)

    def test_the_register_stands_before_the_applicant(self) -> None:
        """Never ask for what is known (DESIGN.md §7 rule 3)."""
        facts = facts_of(ANSWERED, {"seal_kept": "yes"}, {"seal": "no"})
        assert facts["answer.seal_kept"] == "no"

    def test_where_the_register_is_silent_the_applicant_counts(self) -> None:
        assert facts_of(ANSWERED, {"seal_kept": "yes"}, {})["answer.seal_kept"] == "yes"

    @pytest.mark.parametrize(
        ("answers", "field", "word"),
        [
            ({"nothing": "x"}, "/answers/nothing", "没有这个问题"),
            ({"changes": ("name", "colour")}, "/answers/changes", "没有选项 colour"),
            ({"changes": ()}, "/answers/changes", "至少选一项"),
            ({"seal_kept": ("yes", "no")}, "/answers/seal_kept", "只能选一项"),
            ({"seal_kept": ()}, "/answers/seal_kept", "只能选一项"),
            ({"seal_kept": "perhaps"}, "/answers/seal_kept", "没有选项 perhaps"),
        ],
    )
    def test_a_wrong_answer_is_refused_with_its_place(
        self, answers: Answers, field: str, word: str
    ) -> None:
        refused = refusal(answers)
        assert (refused.code, refused.field) == (Code.INVALID, field)
        assert word in refused.message


class TestGuide:
    def test_a_question_is_asked_only_once_it_is_known_to_matter(self) -> None:
        assert asked({}) == ["changes"]
        assert asked({"answer.changes": ("name",)}) == ["seal_kept"]
        assert asked({"answer.changes": ("term",)}) == []

    def test_what_a_register_answers_is_not_asked(self) -> None:
        facts = facts_of(ANSWERED, {"changes": ("name",)}, {"seal": "yes"})
        assert guide(ANSWERED, facts).asked == ()

    def test_there_is_no_situation_while_a_question_is_open(self) -> None:
        assert guide(SERVICE, {"answer.changes": ("name",)}).situation is None

    def test_one_leaf_is_the_situation(self) -> None:
        situation = guide(SERVICE, {"answer.changes": ("term",)}).situation
        assert situation is not None
        assert (situation.code, situation.name, situation.parts) == ("BG-02", "期限变更", ())

    def test_several_leaves_make_the_combined_one(self) -> None:
        facts = facts_of(SERVICE, {"changes": ("name", "term"), "seal_kept": "no"}, {})
        situation = guide(SERVICE, facts).situation
        assert situation is not None
        assert (situation.code, situation.parts) == ("BG-09", ("BG-01", "BG-02"))

    def test_without_a_combined_one_the_first_leaf_counts(self) -> None:
        plain = SERVICE.model_copy(update={"combined": ()})
        facts = facts_of(plain, {"changes": ("name", "term"), "seal_kept": "no"}, {})
        situation = guide(plain, facts).situation
        assert situation is not None
        assert situation.code == "BG-01"

    def test_no_leaf_is_no_situation(self) -> None:
        elsewhere = SERVICE.model_copy(update={"situations": SERVICE.situations[:1]})
        assert guide(elsewhere, {"answer.changes": ("term",)}).situation is None

    @pytest.mark.parametrize(("frozen", "count"), [(True, 1), (False, 0), (None, 0)])
    def test_only_what_is_known_to_block_blocks(self, *, frozen: bool | None, count: int) -> None:
        facts: dict[str, Fact] = {"answer.changes": ("term",)}
        if frozen is not None:
            facts["firm.equity_frozen_or_pledged"] = frozen
        guidance = guide(SERVICE, facts)
        assert len(guidance.blockers) == count
        assert (guidance.situation is None) is bool(count)

    def test_questions_keep_the_order_written(self) -> None:
        free = tuple(
            Question.model_validate(q.model_dump() | {"when": None}) for q in SERVICE.questions
        )
        turned = SERVICE.model_copy(update={"questions": free[::-1]})
        assert [question.id for question in guide(turned, {}).asked] == ["seal_kept", "changes"]
