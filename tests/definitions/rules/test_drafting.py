"""Papers ready to sign: the sentences that apply, with what is known in their gaps."""

import pytest
from pydantic import ValidationError

from definitions.language.prepared import PreparedPaper
from definitions.language.service import ServiceDefinition
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


def service(**paper: object) -> ServiceDefinition:
    body = SERVICE.model_dump(mode="json", by_alias=True)
    return ServiceDefinition.model_validate(body | {"prepared": [RESOLUTION | paper], "form": FORM})


FACTS = {
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
