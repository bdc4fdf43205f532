"""Papers ready to sign: the sentences that apply, with what is known in their gaps."""

import pytest
from pydantic import ValidationError

from definitions.language.prepared import PreparedPaper
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact
from definitions.rules.drafting import BLANK, FormRow, papers
from tests.support.services import SERVICE

RESOLUTION = {
    "code": "M02",
    "title": "{firm.name}股东会决议",
    "when": {"fact": "answer.changes", "has": "name"},
    "opening": [{"says": "于 {form.decided_on} 决议："}],
    "clauses": [
        {"says": "名称由“{firm.name}”改为“{form.new_name}”。"},
        {"says": "期限改为十年。", "when": {"fact": "answer.changes", "has": "term"}},
        {"says": "变更事项：{answer.changes}；类型：{firm.kind}；冻结：{firm.listed}。"},
    ],
    "signed": [{"says": "股东："}],
}
FORM = [
    {"id": "decided_on", "label": "决议日期", "kind": "date"},
    {"id": "new_name", "label": "新名称", "kind": "text", "group": "名称"},
    {
        "id": "old_name",
        "label": "名称",
        "kind": "text",
        "prefilled_from": "firm.name",
        "editable": False,
    },
    {"id": "capital", "label": "注册资本", "kind": "money", "unit": "元", "required": False},
]
CHOICE = {
    "id": "way",
    "label": "方式",
    "kind": "choice",
    "required": False,
    "options": [{"value": "post", "label": "邮寄"}, {"value": "desk", "label": "窗口"}],
}
ANNOUNCED = {"id": "announced_on", "text": "哪天公告的？", "why": "期限", "kind": "date"}


def service(**paper: object) -> ServiceDefinition:
    body = SERVICE.model_dump(mode="json", by_alias=True)
    return ServiceDefinition.model_validate(body | {"prepared": [RESOLUTION | paper], "form": FORM})


FACTS: dict[str, Fact] = {
    "answer.changes": ("name",),
    "firm.name": "甲公司",
    "firm.kind": "limited_company",
    "firm.listed": False,
    "form.decided_on": "2026-11-05",
    "form.capital": 1_000_000,
}


def test_the_gaps_are_filled_with_words() -> None:
    (paper,) = papers(service(), {**FACTS, "form.new_name": "乙公司"})
    assert paper.title == "甲公司股东会决议"
    assert paper.opening == ("于 2026年11月5日 决议：",)
    assert paper.clauses == (
        "名称由“甲公司”改为“乙公司”。",
        "变更事项：名称；类型：有限责任公司；冻结：否。",
    )
    assert paper.blanks == 0


@pytest.mark.parametrize("missing", [{}, {"form.new_name": ""}])
def test_what_is_not_known_is_left_to_the_pen(missing: dict[str, str]) -> None:
    (paper,) = papers(service(), {**FACTS, **missing})
    assert paper.clauses[0] == f"名称由“甲公司”改为“{BLANK}”。"
    assert paper.blanks == 1


def test_a_paper_that_is_not_called_for_is_not_there() -> None:
    assert papers(service(), {**FACTS, "answer.changes": ("term",)}) == ()


def test_the_application_form_carries_every_field_that_was_asked() -> None:
    (paper,) = papers(service(form=True), FACTS)
    assert paper.rows == (
        FormRow(group="申请事项", label="决议日期", value="2026年11月5日"),
        FormRow(group="名称", label="新名称", value=""),
        FormRow(group="申请事项", label="名称", value="甲公司"),
        FormRow(group="申请事项", label="注册资本", value="1,000,000 元"),
    )


@pytest.mark.parametrize("gap", ["{name}", "{firm.Name}", "{firm.name!r}", "{0}", "{}"])
def test_a_gap_names_a_fact_and_nothing_else(gap: str) -> None:
    with pytest.raises(ValidationError, match="a gap names a fact"):
        PreparedPaper.model_validate(RESOLUTION | {"title": gap})


def drafted(says: str, facts: dict[str, Fact], **paper: object) -> str:
    """One sentence as it stands in the paper, among these facts."""
    body = service().model_dump(mode="json", by_alias=True)
    body["form"].append(CHOICE)
    body["questions"].append(ANNOUNCED)
    body["prepared"][0] |= {"clauses": [{"says": says}], **paper}
    (found,) = papers(ServiceDefinition.model_validate(body), {**FACTS, **facts})
    return found.clauses[0]


class TestWords:
    @pytest.mark.parametrize(
        ("fact", "said", "words"),
        [
            ("firm.licences", ("food_business", "other"), "食品经营许可证、其他许可证"),
            ("firm.licences", (), BLANK),
            ("firm.listed", True, "是"),
            ("firm.name", "甲", "甲"),
            ("form.capital", -1_234_567, "-1,234,567"),
            ("form.capital", 0, "0"),
            ("form.decided_on", "2026-01-09", "2026年1月9日"),
            ("form.decided_on", "尽快", "尽快"),
            ("form.way", "post", "邮寄"),
            ("form.way", "fax", "fax"),
            ("answer.seal_kept", "no", "不在"),
            ("answer.announced_on", "2026-10-30", "2026年10月30日"),
            ("form.new_name", "2026-10-30", "2026-10-30"),
            ("answer.nothing", "x", "x"),
        ],
    )
    def test_a_fact_is_said_by_the_words_of_who_keeps_it(
        self, fact: str, said: Fact, words: str
    ) -> None:
        """Options by their labels, registers by theirs; only what is a date is written as one."""
        assert drafted(f"（{{{fact}}}）", {fact: said}) == f"（{words}）"

    def test_every_part_of_a_paper_has_its_gaps_counted(self) -> None:
        """So whoever signs it knows how many there are to fill in."""
        gap = [{"says": "{form.new_name}"}]
        parts: dict[str, object] = dict.fromkeys(("opening", "clauses", "closing", "signed"), gap)
        (paper,) = papers(service(title=gap, **parts), FACTS)
        assert paper.blanks == 5
        assert paper.title == BLANK
        for name in ("opening", "clauses", "closing", "signed"):
            assert getattr(paper, name) == (BLANK,)


class TestPaper:
    def test_it_keeps_its_code_and_to_whom_it_goes(self) -> None:
        (paper,) = papers(service(addressed="松江区市场监督管理局"), FACTS)
        assert (paper.code, paper.addressed) == ("M02", "松江区市场监督管理局")
        assert paper.signed == ("股东：",)
        assert paper.rows == (), "it is no application form"

    def test_of_several_titles_the_first_that_applies_counts(self) -> None:
        titles = [
            {"says": "股东决定", "when": {"fact": "firm.kind", "is": "one_person_company"}},
            {"says": "股东会决议", "when": {"fact": "firm.kind", "is": "limited_company"}},
            {"says": "决议"},
        ]
        for kind, title in (
            ("one_person_company", "股东决定"),
            ("limited_company", "股东会决议"),
            ("branch", "决议"),
        ):
            (paper,) = papers(service(title=titles), {**FACTS, "firm.kind": kind})
            assert paper.title == title
        (untitled,) = papers(service(title=titles[:1]), FACTS)
        assert untitled.title == ""

    def test_a_unit_stands_only_behind_what_is_known(self) -> None:
        left = {name: value for name, value in FACTS.items() if name != "form.capital"}
        (paper,) = papers(service(form=True), left)
        assert paper.rows[-1] == FormRow(group="申请事项", label="注册资本", value="")

    def test_what_was_filled_in_stands_before_what_the_register_knew(self) -> None:
        (paper,) = papers(service(form=True), {**FACTS, "form.old_name": "丙公司"})
        assert paper.rows[2].value == "丙公司"

    def test_a_field_that_was_not_asked_is_not_in_it(self) -> None:
        body = service(form=True).model_dump(mode="json", by_alias=True)
        body["form"][0]["when"] = {"fact": "answer.changes", "has": "term"}
        definition = ServiceDefinition.model_validate(body)
        for changes, first in ((("name",), "新名称"), (("name", "term"), "决议日期")):
            (paper,) = papers(definition, {**FACTS, "answer.changes": changes})
            assert paper.rows[0].label == first
