"""Conditions in words, and what is left of one where part is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from definitions.language.conditions import Condition
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact, Facts, holds
from definitions.rules.phrases import negated, phrase, residual
from tests.support.services import SERVICE

READ: TypeAdapter[Condition] = TypeAdapter(Condition)
FORM = [
    {"id": "new_capital", "label": "新注册资本", "kind": "money"},
    {"id": "agent_name", "label": "经办人姓名", "kind": "text"},
    {"id": "agent_id", "label": "经办人身份证号", "kind": "person_id", "person": "agent_name"},
]
ASKED = ServiceDefinition.model_validate(
    {
        **SERVICE.model_dump(mode="json", by_alias=True),
        "form": FORM,
        "questions": [
            *SERVICE.model_dump(mode="json", by_alias=True)["questions"],
            {"id": "announced_on", "text": "哪天公告的？没有就不填", "why": "期限", "kind": "date"},
        ],
    }
)
FACTS = ("answer.a", "answer.b", "firm.kind", "form.c")
DAYS = "since.d"
VALUES = ("x", "y", "z")


def said(written: object) -> str:
    """A condition of the sample service in words."""
    return phrase(READ.validate_python(written), ASKED)


def compares() -> st.SearchStrategy[dict[str, object]]:
    """One comparison of one fact, as YAML would have it."""
    single = st.sampled_from(["is", "is_not", "has", "lacks"])
    of = st.sampled_from(FACTS)
    value = st.sampled_from(VALUES)
    return st.one_of(
        st.builds(lambda f, c, v: {"fact": f, c: v}, of, single, value),
        st.builds(lambda f, k: {"fact": f, "known": k}, of, st.booleans()),
        st.builds(lambda n: {"fact": DAYS, "at_least": n}, st.integers(-3, 3)),
        st.builds(lambda n: {"fact": DAYS, "at_most": n}, st.integers(-3, 3)),
        st.builds(lambda f, v: {"fact": f, "one_of": v}, of, st.lists(value, min_size=1)),
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Any condition."""
    parts = st.recursive(
        compares(),
        lambda inner: st.one_of(
            st.builds(lambda p: {"all": p}, st.lists(inner, min_size=1, max_size=2)),
            st.builds(lambda p: {"any": p}, st.lists(inner, min_size=1, max_size=2)),
            st.builds(lambda p: {"not": p}, inner),
        ),
        max_leaves=5,
    )
    return parts.map(READ.validate_python)


@st.composite
def facts(draw: st.DrawFn, names: tuple[str, ...] = FACTS) -> dict[str, Fact]:
    """Some of the facts, each with some value; days are numbers and nothing else is."""
    value = st.one_of(st.sampled_from(VALUES), st.tuples(st.sampled_from(VALUES)))
    found: dict[str, Fact] = draw(st.dictionaries(st.sampled_from(names), value))
    if draw(st.booleans()):
        found[DAYS] = draw(st.integers(-3, 3))
    return found


def settled(left: object, more: Facts) -> bool | None:
    """What a residual comes to with further facts."""
    if isinstance(left, bool) or left is None:
        return left
    return holds(READ.validate_python(left), more)


class TestResidual:
    @given(conditions(), facts(), facts())
    def test_with_the_rest_of_the_facts_it_says_what_the_whole_says(
        self, condition: Condition, known: dict[str, Fact], more: dict[str, Fact]
    ) -> None:
        every = {**more, **known}
        found = settled(residual(condition, known), every)
        assert (found is True) == (holds(condition, every) is True)

    @given(conditions(), facts(FACTS[:2]), facts(FACTS[2:]))
    def test_what_never_comes_changes_nothing_about_the_rest(
        self, condition: Condition, known: dict[str, Fact], more: dict[str, Fact]
    ) -> None:
        """Of two facts nothing more will be known; what of the others comes in, counts."""
        every = {**more, **known}
        found = settled(residual(condition, known, FACTS[:2]), every)
        assert (found is True) == (holds(condition, every) is True)

    @given(conditions(), facts(FACTS[:2]))
    def test_where_the_rest_never_comes_it_holds_just_as_without_it(
        self, condition: Condition, known: dict[str, Fact]
    ) -> None:
        left = residual(condition, known, (*FACTS, DAYS))
        assert left is True or left is False or left is None
        assert (left is True) == (holds(condition, known) is True)

    def test_no_condition_always_holds(self) -> None:
        assert residual(None, {}) is True

    def test_what_is_known_is_left_out(self) -> None:
        both = READ.validate_python(
            {"all": [{"fact": "answer.a", "is": "x"}, {"fact": "answer.b", "is": "y"}]}
        )
        left = residual(both, {"answer.a": "x"})
        assert left == READ.validate_python({"fact": "answer.b", "is": "y"})
        assert residual(both, {"answer.a": "y"}) is False

    @given(conditions(), facts())
    def test_the_opposite_of_a_condition_is_its_opposite(
        self, condition: Condition, known: dict[str, Fact]
    ) -> None:
        found, plain = holds(negated(condition), known), holds(condition, known)
        assert found == (None if plain is None else not plain)

    @pytest.mark.parametrize("bound", [-1, 0, 1, 30])
    def test_the_opposite_of_a_bound_begins_with_the_next_number(self, bound: int) -> None:
        most, least = (
            READ.validate_python({"fact": "since.d", name: number})
            for name, number in (("at_most", bound), ("at_least", bound + 1))
        )
        assert negated(most) == least
        assert negated(least) == most


class TestPhrase:
    @pytest.mark.parametrize(
        ("written", "told"),
        [
            ({"fact": "answer.changes", "has": "name"}, "“要变更哪些事项”选了“名称”"),
            ({"fact": "answer.changes", "lacks": "name"}, "“要变更哪些事项”没有选“名称”"),
            ({"fact": "answer.seal_kept", "is": "yes"}, "“印章还在吗”答“在”"),
            ({"fact": "answer.seal_kept", "is_not": "yes"}, "“印章还在吗”没有答“在”"),
            (
                {"fact": "answer.seal_kept", "one_of": ["yes", "no"]},
                "“印章还在吗”答“在”或者“不在”",
            ),
            (
                {"not": {"fact": "answer.seal_kept", "one_of": ["yes", "no"]}},
                "“印章还在吗”没有答“在”或者“不在”",
            ),
            ({"not": {"fact": "answer.seal_kept", "is": "no"}}, "“印章还在吗”没有答“不在”"),
            ({"fact": "answer.seal_kept", "known": False}, "不用回答“印章还在吗”"),
            ({"fact": "firm.tax_arrears", "is": True}, "登记库显示“欠缴税款、滞纳金或者罚款”"),
            ({"fact": "firm.listed", "is": False}, "登记库没有显示“上市公司”"),
            ({"fact": "firm.listed", "is_not": True}, "登记库没有显示“上市公司”"),
            ({"fact": "firm.kind", "is": "branch"}, "登记库中“主体类型”为“分公司”"),
            ({"fact": "firm.licences", "has": "other"}, "登记库中“已取得的许可证”有“其他许可证”"),
            ({"fact": "firm.bank_account", "known": False}, "登记库查不到“已开立基本存款账户”"),
            ({"fact": "form.new_capital", "at_least": 10000}, "填写的“新注册资本”不少于 10,000"),
            ({"not": {"fact": "form.new_capital", "at_least": 5}}, "填写的“新注册资本”不超过 4"),
            ({"fact": "form.agent_name", "known": True}, "填写了“经办人姓名”"),
            ({"fact": "since.announced_on", "at_least": 45}, "自“哪天公告的”起已满 45 日"),
            ({"fact": "since.announced_on", "at_most": 30}, "自“哪天公告的”起不超过 30 日"),
            ({"fact": "since.dissolved_on", "at_least": 15}, "自“解散事由公示之日”起已满 15 日"),
            ({"fact": "person.agent_id", "is": "mismatch"}, "人口库“经办人身份证号”为“核对不一致”"),
        ],
    )
    def test_says_it_with_the_words_of_the_page(self, written: object, told: str) -> None:
        assert said(written) == told

    def test_several_values_of_one_fact_are_told_in_one_breath(self) -> None:
        either = [{"fact": "answer.changes", "has": value} for value in ("name", "term")]
        assert said({"any": either}) == "“要变更哪些事项”选了“名称”或者“期限”"

    def test_alternatives_inside_are_bracketed(self) -> None:
        inner = {"any": [{"fact": "firm.listed", "is": True}, {"fact": "firm.revoked", "is": True}]}
        whole = said({"all": [{"fact": "answer.seal_kept", "is": "yes"}, inner]})
        assert whole == (
            "“印章还在吗”答“在”，并且"
            "（登记库显示“上市公司”，或者登记库显示“被吊销营业执照、责令关闭或者撤销”）"
        )

    def test_the_opposite_of_both_is_either_opposite(self) -> None:
        both = [{"fact": "firm.listed", "is": True}, {"fact": "answer.seal_kept", "is": "yes"}]
        assert (
            said({"not": {"all": both}}) == "登记库没有显示“上市公司”，或者“印章还在吗”没有答“在”"
        )

    def test_unknown_or_true_is_what_cannot_be_excluded(self) -> None:
        either = [{"fact": "firm.listed", "known": False}, {"fact": "firm.listed", "is": True}]
        assert said({"any": either}) == "不能排除“上市公司”"

    def test_no_name_of_a_fact_appears(self) -> None:
        for material in SERVICE.materials:
            if material.when is not None:
                assert "." not in phrase(material.when, SERVICE)


A, B, C = ({"fact": f"firm.{name}", "is": True} for name in ("listed", "revoked", "frozen"))


class TestShape:
    """What is left is written as plainly as it can be."""

    def left(self, written: object, known: Facts | None = None, *never: str) -> object:
        """What is left of it, as it would be written."""
        found = residual(READ.validate_python(written), known or {}, never)
        if isinstance(found, bool) or found is None:
            return found
        return READ.dump_python(found, mode="json", by_alias=True, exclude_none=True)

    @pytest.mark.parametrize("of", ["all", "any"])
    def test_one_inside_another_of_its_kind_is_one(self, of: str) -> None:
        assert self.left({of: [A, {of: [B, C]}]}) == {of: [A, B, C]}
        assert self.left({of: [{of: [B, C]}, A, B]}) == {of: [B, C, A]}, "each part once"

    @pytest.mark.parametrize("of", ["all", "any"])
    def test_one_part_stands_by_itself(self, of: str) -> None:
        assert self.left({of: [A]}) == A
        assert self.left({of: [A, A]}) == A

    def test_of_the_other_kind_it_stays_inside(self) -> None:
        inner = {"any": [B, C]}
        assert self.left({"all": [A, inner]}) == {"all": [A, inner]}

    def test_what_never_comes_is_not_the_same_as_no(self) -> None:
        assert self.left({"all": [A, B]}, {}, "firm.listed") is None
        assert self.left({"all": [A, B]}, {"firm.revoked": False}, "firm.listed") is False
        assert self.left({"any": [A, B]}, {"firm.revoked": False}, "firm.listed") is None
        assert self.left({"any": [A, B]}, {"firm.listed": False, "firm.revoked": False}) is False

    def test_none_of_several_values_waits_for_its_fact(self) -> None:
        neither = {"not": {"fact": "firm.kind", "one_of": ["branch", "other"]}}
        assert self.left(neither) == neither
        assert self.left(neither, {"firm.kind": "branch"}) is False
        assert self.left(neither, {"firm.kind": "x"}) is True
        assert self.left(neither, {}, "firm.kind") is None


KEPT_NOT = {"fact": "answer.seal_kept", "is_not": "yes"}


class TestMoreWords:
    @pytest.mark.parametrize(
        ("written", "told"),
        [
            (
                {"not": {"fact": "firm.kind", "one_of": ["branch", "other"]}},
                "登记库中“主体类型”不是“分公司”或者“其他”",
            ),
            ({"fact": "firm.kind", "is_not": "branch"}, "登记库中“主体类型”不是“分公司”"),
            ({"fact": "firm.kind", "is": "strange"}, "登记库中“主体类型”为“strange”"),
            (
                {"fact": "firm.licences", "lacks": "other"},
                "登记库中“已取得的许可证”没有“其他许可证”",
            ),
            ({"fact": "firm.bank_account", "known": True}, "登记库查得到“已开立基本存款账户”"),
            ({"fact": "answer.seal_kept", "known": True}, "回答了“印章还在吗”"),
            ({"fact": "form.agent_name", "known": False}, "没有填写“经办人姓名”"),
            ({"fact": "since.announced_on", "at_least": 0}, "自“哪天公告的”起已满 0 日"),
            ({"fact": "since.announced_on", "at_most": 0}, "自“哪天公告的”起不超过 0 日"),
            ({"fact": "answer.gone", "is": "x"}, "“gone”答“x”"),
            ({"fact": "form.gone", "is": "x"}, "填写的“gone”为“x”"),
            (
                {"any": [{"fact": "answer.seal_kept", "is": value} for value in ("yes", "no")]},
                "“印章还在吗”答“在”或者“不在”",
            ),
            (
                {"any": [{"fact": "firm.kind", "is": value} for value in ("branch", "strange")]},
                "登记库中“主体类型”为“分公司”或者“strange”",
            ),
            (
                {"any": [{"fact": "firm.listed", "known": False}, {**A, "is": False}]},
                "登记库查不到“上市公司”，或者登记库没有显示“上市公司”",
            ),
            (
                {"any": [{"all": [A, {"fact": "answer.seal_kept", "is": "yes"}]}, KEPT_NOT]},
                "（登记库显示“上市公司”，并且“印章还在吗”答“在”），或者“印章还在吗”没有答“在”",
            ),
        ],
    )
    def test_says_it_with_the_words_of_the_page(self, written: object, told: str) -> None:
        assert said(written) == told

    @pytest.mark.parametrize(
        ("text", "called"), [("公告了吗？哪天？", "公告了吗"), ("公告之日", "公告之日")]
    )
    def test_a_question_is_called_by_its_first_sentence(self, text: str, called: str) -> None:
        body = ASKED.model_dump(mode="json", by_alias=True)
        body["questions"][-1]["text"] = text
        asked = ServiceDefinition.model_validate(body)
        written = READ.validate_python({"fact": "answer.announced_on", "known": True})
        assert phrase(written, asked) == f"回答了“{called}”"

    def test_a_choice_in_the_form_is_said_by_its_label(self) -> None:
        body = ASKED.model_dump(mode="json", by_alias=True)
        options = [{"value": "post", "label": "邮寄"}, {"value": "desk", "label": "窗口"}]
        body["form"].append({"id": "way", "label": "方式", "kind": "choice", "options": options})
        asked = ServiceDefinition.model_validate(body)
        written = READ.validate_python({"fact": "form.way", "is": "post"})
        assert phrase(written, asked) == "填写的“方式”为“邮寄”"
