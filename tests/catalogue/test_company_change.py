"""企业信息变更 from its first version to its second: what people answered stays answered."""

from datetime import date

import pytest

from definitions.language.cases import Case
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact
from definitions.rules.forms import fields_asked
from definitions.rules.golden import USUAL
from definitions.rules.guidance import facts_of, guide
from tests.support.shipped import shipped

LIBRARY = shipped()
VERSIONS = {
    loaded.definition.version: loaded
    for loaded in LIBRARY.services
    if loaded.definition.service == "company_change"
}
FIRST, SECOND = VERSIONS[1], VERSIONS[2]
GOAL = 0.7
# What the registers know of any company; the names of branches' parents and state organs are not.
ORDINARY: dict[str, Fact] = {
    "name": "上海云间食品有限公司",
    "uscc": "91310117MA1J000000",
    "address": "上海市松江区人民北路1号",
    "founded_on": "2016-05-04",
    "term": "2016-05-04至2046-05-03",
    "capital": "500万元",
    "scope": "食品销售",
    "postcode": "201600",
    "bank_name": "松江支行",
    "tax_office": "松江区税务局",
    "taxpayer_kind": "一般纳税人",
    "legal_representative": "张云",
    "investors": "张云、李间",
    "investors_count": 2,
    "paid_in_yuan": 1000000,
    "directors": "张云",
    "supervisors": "李间",
    "manager": "张云",
    "contact_mobile": "13800000000",
}
PLANNED = [pytest.param(case, id=case.case) for case in FIRST.cases if case.expect.needed]


def _facts(definition: ServiceDefinition, case: Case, on: date = USUAL) -> dict[str, Fact]:
    return facts_of(definition, case.answers, case.firm, on=on)


def _unaided(definition: ServiceDefinition, case: Case) -> set[str]:
    """The fields that a person has to fill in by hand."""
    asked = fields_asked(definition, _facts(definition, case))
    return {field.id for field in asked if field.required and field.prefilled_from is None}


@pytest.mark.parametrize("case", PLANNED)
def test_what_was_complete_stays_complete(case: Case) -> None:
    """But for why the representative changes, which has a situation of its own now."""
    guidance = guide(SECOND.definition, _facts(SECOND.definition, case))
    assert {question.id for question in guidance.asked} <= {"representative_cause"}
    assert guidance.blockers == ()


@pytest.mark.parametrize("case", PLANNED)
def test_no_more_is_to_be_filled_in_by_hand(case: Case) -> None:
    assert _unaided(SECOND.definition, case) <= _unaided(FIRST.definition, case)


def test_most_of_the_form_is_filled_in_by_registers() -> None:
    """Over 70 % of what is shown, over all the changes an ordinary company applies for."""
    shown = filled = 0
    for case in SECOND.cases:
        if case.expect.needed and case.firm.get("kind") == "limited_company":
            facts = facts_of(SECOND.definition, case.answers, ORDINARY | case.firm, on=USUAL)
            fields = fields_asked(SECOND.definition, facts)
            shown += len(fields)
            filled += sum(field.prefilled_from in facts for field in fields)
    assert shown > 0
    assert filled / shown > GOAL
