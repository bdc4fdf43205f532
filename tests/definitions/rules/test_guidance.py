"""Guided questions: what is still asked, what blocks, and which situation it comes to."""

from datetime import date

import pytest

from definitions.errors import Code, Refused
from definitions.language.questions import Question
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact
from definitions.rules.guidance import Answers, facts_of, guide, options_of
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


OPEN_NAME: dict[str, object] = {"fact": "answer.changes", "has": "name"}
TODAY = date(2026, 11, 24)


def with_questions(*written: dict[str, object]) -> ServiceDefinition:
    """The small service with these questions behind the first."""
    first = SERVICE.questions[0].model_dump(mode="json", by_alias=True)
    body = SERVICE.model_dump(mode="json", by_alias=True) | {"questions": [first, *written]}
    return ServiceDefinition.model_validate(body)


def question(name: str, **more: object) -> dict[str, object]:
    options = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
    return {"id": name, "text": f"{name}？", "why": "因", "kind": "one", "options": options, **more}


NOTIFIED = with_questions(
    {"id": "notified_on", "text": "哪天通知的？", "why": "满30日", "kind": "date"}
)


class TestDates:
    @pytest.mark.parametrize(("said", "days"), [("2026-10-25", 30), ("2026-11-24", 0)])
    def test_the_days_since_a_date_are_a_fact(self, said: str, days: int) -> None:
        facts = facts_of(NOTIFIED, {"notified_on": said}, {}, on=TODAY)
        assert (facts["answer.notified_on"], facts["since.notified_on"]) == (said, days)

    @pytest.mark.parametrize(
        ("said", "word"),
        [
            ("2026-11-25", "不能晚于今天（2026-11-24）"),
            ("20261124", "应写成 2026-11-24"),
            ("2026-02-30", "应写成 2026-11-24"),
            (("2026-11-01", "2026-11-02"), "只能选一项"),
        ],
    )
    def test_only_a_day_that_has_come_is_taken(
        self, said: str | tuple[str, ...], word: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            facts_of(NOTIFIED, {"notified_on": said}, {}, on=TODAY)
        assert (refused.value.code, refused.value.field) == (
            Code.INVALID,
            "/answers/notified_on",
        )
        assert word in refused.value.message

    def test_a_register_may_know_the_date(self) -> None:
        known = with_questions(
            {
                "id": "announced_on",
                "text": "哪天公告的？",
                "why": "满45日",
                "kind": "date",
                "answered_by": "firm.announced_on",
            }
        )
        facts = facts_of(known, {}, {"announced_on": "2026-10-10"}, on=TODAY)
        assert (facts["answer.announced_on"], facts["since.announced_on"]) == ("2026-10-10", 45)
        assert [each.id for each in guide(known, facts).asked] == ["changes"]

    def test_a_form_s_date_counts_as_well(self) -> None:
        body = SERVICE.model_dump(mode="json", by_alias=True)
        body["form"] = [{"id": "decided_on", "label": "决议日期", "kind": "date"}]
        service = ServiceDefinition.model_validate(body)
        facts = facts_of(service, {}, {}, {"form.decided_on": "2026-11-20"}, on=TODAY)
        assert facts["since.decided_on"] == 4

    def test_what_is_no_date_is_no_fact(self) -> None:
        firm: dict[str, Fact] = {"announced_on": "去年", "liquidators_formed_on": "2026-11-04"}
        facts = facts_of(NOTIFIED, {}, firm, on=TODAY)
        assert "since.announced_on" not in facts
        assert facts["since.liquidators_formed_on"] == 20


class TestOptions:
    LIMITED = with_questions(
        question("kept"),
        question(
            "where",
            options=[
                {"value": "here", "label": "这里"},
                {"value": "there", "label": "那里", "when": OPEN_NAME},
                {"value": "nowhere", "label": "无"},
            ],
        ),
    )

    def test_an_option_is_open_only_while_it_matters(self) -> None:
        where = self.LIMITED.questions[2]
        name = facts_of(self.LIMITED, {"changes": ("name",)}, {})
        term = facts_of(self.LIMITED, {"changes": ("term",)}, {})
        assert [option.value for option in options_of(where, name)] == ["here", "there", "nowhere"]
        assert [option.value for option in options_of(where, term)] == ["here", "nowhere"]

    def test_a_closed_option_is_no_answer(self) -> None:
        answers: Answers = {"changes": ("term",), "where": "there"}
        with pytest.raises(Refused) as refused:
            facts_of(self.LIMITED, answers, {})
        assert refused.value.message == "“where？”没有选项 there"


class TestOutlived:
    def test_an_answer_whose_question_no_longer_matters_is_left_out(self) -> None:
        """Whoever unticks the name is not judged by what he said of its seal."""
        facts = facts_of(SERVICE, {"changes": ("term",), "seal_kept": "yes"}, {})
        assert "answer.seal_kept" not in facts

    def test_a_register_s_word_without_an_option_is_the_other(self) -> None:
        kind = with_questions(
            question(
                "kind",
                answered_by="firm.kind",
                options=[
                    {"value": "branch", "label": "分公司"},
                    {"value": "other", "label": "其他"},
                ],
            )
        )
        assert facts_of(kind, {}, {"kind": "partnership"})["answer.kind"] == "other"
        assert facts_of(kind, {}, {"kind": "branch"})["answer.kind"] == "branch"

    def test_of_several_words_each_without_an_option_is_the_other_once(self) -> None:
        """What the question does not list it still leaves room for."""
        licences = with_questions(
            question(
                "licences",
                kind="many",
                answered_by="firm.licences",
                options=[
                    {"value": "food_business", "label": "食品"},
                    {"value": "other", "label": "其他"},
                ],
            )
        )
        facts = facts_of(licences, {}, {"licences": ("drugs", "food_business", "hotel")})
        assert facts["answer.licences"] == ("other", "food_business")


class TestNumbers:
    @pytest.mark.parametrize(
        ("said", "fact"),
        [("1,000,000.99", 1_000_000), ("12", 12), ("-5", -5), ("很多", "很多"), ("", "")],
    )
    def test_an_amount_compares_as_whole_yuan(self, said: str, fact: object) -> None:
        body = SERVICE.model_dump(mode="json", by_alias=True)
        body["form"] = [{"id": "new_capital", "label": "注册资本", "kind": "money"}]
        service = ServiceDefinition.model_validate(body)
        assert facts_of(service, {}, {}, {"form.new_capital": said})["form.new_capital"] == fact


class TestCombined:
    def test_of_several_combined_ones_it_is_the_first_that_is_meant(self) -> None:
        """A limited company's code is not a branch's."""
        kinds = {"company": {"fact": "firm.kind", "is": "limited_company"}, "branch": None}
        body = SERVICE.model_dump(mode="json", by_alias=True)
        body["combined"] = [
            {**body["combined"][0], "code": f"BG-{kind.upper()}", "when": when}
            for kind, when in kinds.items()
        ]
        service = ServiceDefinition.model_validate(body)
        several: dict[str, Fact] = {"answer.changes": ("name", "term"), "answer.seal_kept": "no"}
        for kind, code in (("limited_company", "BG-COMPANY"), ("branch", "BG-BRANCH")):
            situation = guide(service, {**several, "firm.kind": kind}).situation
            assert situation is not None
            assert situation.code == code


def test_only_a_field_that_is_a_date_counts_days() -> None:
    """A text that happens to look like one says nothing of a limit; one not filled in neither."""
    body = SERVICE.model_dump(mode="json", by_alias=True)
    body["form"] = [
        {"id": "remark", "label": "备注", "kind": "text"},
        {"id": "decided_on", "label": "决议日期", "kind": "date"},
    ]
    service = ServiceDefinition.model_validate(body)
    facts = facts_of(service, {}, {}, {"form.remark": "2026-11-20"}, on=TODAY)
    assert [name for name in facts if name.startswith("since.")] == []


def test_figures_in_a_text_stay_a_text() -> None:
    """A telephone number is no amount."""
    body = SERVICE.model_dump(mode="json", by_alias=True)
    body["form"] = [{"id": "phone", "label": "手机", "kind": "mobile"}]
    service = ServiceDefinition.model_validate(body)
    facts = facts_of(service, {}, {}, {"form.phone": "13812345678"})
    assert facts["form.phone"] == "13812345678"
