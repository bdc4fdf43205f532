"""The merged form: every fault at once, each with its field and its rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Facts
from definitions.rules.forms import faults, fields_asked
from tests.support.services import SERVICE

NAMED: Facts = {"answer.changes": ("name",)}
FIELDS: tuple[dict[str, object], ...] = (
    {"id": "note", "label": "说明", "kind": "text", "min_length": 2, "max_length": 4},
    {"id": "person", "label": "身份证号", "kind": "person_id"},
    {"id": "mobile", "label": "手机", "kind": "mobile"},
    {"id": "day", "label": "日期", "kind": "date"},
    {
        "id": "way",
        "label": "方式",
        "kind": "choice",
        "options": [{"value": "post", "label": "邮寄"}, {"value": "desk", "label": "窗口"}],
    },
    {"id": "votes", "label": "票数", "kind": "number", "least": 1, "most": 100, "unit": "票"},
    {"id": "capital", "label": "注册资本", "kind": "money", "least": 30000},
    {"id": "code", "label": "代码", "kind": "uscc"},
    {"id": "free", "label": "备注", "kind": "long_text", "required": False},
    {
        "id": "new_name",
        "label": "新名称",
        "kind": "text",
        "when": {"fact": "answer.changes", "has": "name"},
    },
)
RIGHT = {
    "note": "说明书",
    "person": "310227195801010011",
    "mobile": "13812345678",
    "day": "2026-11-24",
    "way": "post",
    "votes": "67",
    "capital": "1,000,000.50",
    "code": "91310117MA1J0T5T4W",
    "new_name": "新",
}


def definition() -> ServiceDefinition:
    """The small service with a field of every kind."""
    dumped = SERVICE.model_dump(by_alias=True, exclude_none=True)
    return ServiceDefinition.model_validate({**dumped, "form": FIELDS})


DEFINITION = definition()


def rules(form: dict[str, str], facts: Facts = NAMED) -> dict[str, str]:
    """What is wrong, by field."""
    return {fault.field: fault.rule for fault in faults(DEFINITION, form, facts)}


class TestFieldsAsked:
    def test_a_field_is_asked_only_where_it_matters(self) -> None:
        names = [field.id for field in fields_asked(DEFINITION, NAMED)]
        assert names == [field["id"] for field in FIELDS]

    @pytest.mark.parametrize("facts", [{}, {"answer.changes": ("term",)}])
    def test_a_field_whose_condition_is_not_known_to_hold_is_not_asked(self, facts: Facts) -> None:
        assert "new_name" not in [field.id for field in fields_asked(DEFINITION, facts)]


class TestFaults:
    def test_a_form_in_order_has_none(self) -> None:
        assert rules(RIGHT) == {}

    def test_everything_missing_is_told_at_once(self) -> None:
        """DESIGN.md §7 rule 9: nothing is asked for piecemeal."""
        expected = {f"/form/{name}": "required" for name in RIGHT}
        assert rules({}) == expected
        assert rules(dict.fromkeys(RIGHT, " \t ")) == expected

    @pytest.mark.parametrize(
        ("field", "value", "rule"),
        [
            ("note", "说", "min_length"),
            ("note", "说明", None),
            ("note", "说明说明", None),
            ("note", "说明说明说", "max_length"),
            ("person", "310117199003071232", "person_id"),
            ("person", "31011719900307123", "person_id"),
            ("mobile", "23812345678", "mobile"),
            ("mobile", "1381234567", "mobile"),
            ("mobile", "138123456789", "mobile"),
            ("mobile", "1381234567８", "mobile"),
            ("day", "2026-02-29", "date"),
            ("day", "2028-02-29", None),
            ("day", "20261124", "date"),
            ("day", "2026-W48-2", "date"),
            ("day", "2026/11/24", "date"),
            ("way", "fax", "choice"),
            ("way", "desk", None),
            ("free", "", None),
            ("votes", "1", None),
            ("votes", "100", None),
            ("votes", "0", "least"),
            ("votes", "101", "most"),
            ("votes", "66.5", "number"),
            ("votes", "６７", "number"),
            ("votes", "1,00", "number"),
            ("capital", "30000", None),
            ("capital", "30,000.00", None),
            ("capital", "29999.99", "least"),
            ("capital", "-50000", "least"),
            ("capital", "50000.001", "money"),
            ("capital", "5万", "money"),
            ("capital", "1e6", "money"),
            ("code", "91310117MA1J0T5T4X", "uscc"),
            ("code", "91310117MA1J0T5T4", "uscc"),
            ("note", "  说明  ", None),
        ],
    )
    def test_each_kind_has_its_check(self, field: str, value: str, rule: str | None) -> None:
        assert rules({**RIGHT, field: value}) == ({f"/form/{field}": rule} if rule else {})

    def test_a_field_nobody_asked_for_is_strange(self) -> None:
        assert rules({**RIGHT, "other": "x"}) == {"/form/other": "unknown"}
        assert rules(RIGHT, {"answer.changes": ("term",)}) == {"/form/new_name": "unknown"}

    def test_the_message_names_the_label(self) -> None:
        (fault,) = faults(DEFINITION, {**RIGHT, "note": "说"}, NAMED)
        assert fault.message == "说明至少 2 个字，现为 1 个"

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("votes", "0", "票数不得小于 1 票，现为 0"),
            ("votes", "101", "票数不得大于 100 票，现为 101"),
            ("votes", "半数", "票数应为整数，现为“半数”"),
            ("capital", "2", "注册资本不得小于 30000 元，现为 2"),
            ("capital", "多", "注册资本应为金额，单位元，至多两位小数，现为“多”"),
        ],
    )
    def test_a_bound_is_told_with_its_unit(self, field: str, value: str, message: str) -> None:
        (fault,) = faults(DEFINITION, {**RIGHT, field: value}, NAMED)
        assert fault.message == message

    @given(st.dictionaries(st.sampled_from([*RIGHT, "free", "x"]), st.text(max_size=30)))
    def test_any_text_is_judged_and_each_field_once(self, form: dict[str, str]) -> None:
        found = [fault.field for fault in faults(DEFINITION, form, NAMED)]
        assert len(found) == len(set(found))
        assert {f"/form/{name}" for name in RIGHT if not form.get(name, "").strip()} <= set(found)


def test_a_number_without_a_unit_is_told_without_one() -> None:
    """Not every number is money."""
    dumped = SERVICE.model_dump(by_alias=True, exclude_none=True)
    field = {"id": "staff", "label": "职工人数", "kind": "number", "least": 1, "most": 9}
    service = ServiceDefinition.model_validate({**dumped, "form": [field]})
    for value, told in (("0", "不得小于 1，现为 0"), ("10", "不得大于 9，现为 10")):
        (fault,) = faults(service, {"staff": value}, NAMED)
        assert fault.message == f"职工人数{told}"
