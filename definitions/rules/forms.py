"""Checking the merged form: each field once, each fault with its field and the rule broken."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from definitions.language.base import Value
from definitions.language.questions import FieldKind, FormField
from definitions.language.service import ServiceDefinition
from definitions.rules.codes import person_id_fault, uscc_fault
from definitions.rules.conditions import Facts, holds

_MOBILE = re.compile(r"1[0-9]{10}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Commas may stand between thousands; anything else people write is asked for again.
_WHOLE = re.compile(r"-?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})")
_MONEY = re.compile(r"-?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,2})?")


class Fault(Value):
    """One fault: where (JSON pointer), which rule, and what to do about it."""

    field: str
    rule: str
    message: str


def fields_asked(definition: ServiceDefinition, facts: Facts) -> tuple[FormField, ...]:
    """The fields that matter for these facts, in the order written."""
    return tuple(field for field in definition.form if holds(field.when, facts) is True)


def faults(
    definition: ServiceDefinition, form: Mapping[str, str], facts: Facts
) -> tuple[Fault, ...]:
    """Every fault of the form at once; empty where it is in order."""
    asked = fields_asked(definition, facts)
    names = {field.id for field in asked}
    strange = tuple(
        Fault(field=f"/form/{name}", rule="unknown", message=f"表单没有“{name}”这一项")
        for name in form
        if name not in names
    )
    found = (_fault(field, form.get(field.id, "").strip()) for field in asked)
    return strange + tuple(fault for fault in found if fault)


def _fault(field: FormField, value: str) -> Fault | None:
    rule, message = _judge(field, value) or (None, None)
    if rule is None or message is None:
        return None
    return Fault(field=f"/form/{field.id}", rule=rule, message=message)


def _judge(field: FormField, value: str) -> tuple[str, str] | None:
    if not value:
        return ("required", f"请填写{field.label}") if field.required else None
    if len(value) < field.min_length:
        return "min_length", f"{field.label}至少 {field.min_length} 个字，现为 {len(value)} 个"
    if len(value) > field.max_length:
        return "max_length", f"{field.label}至多 {field.max_length} 个字，现为 {len(value)} 个"
    return _judge_kind(field, value)


def _judge_kind(field: FormField, value: str) -> tuple[str, str] | None:
    match field.kind:
        case FieldKind.PERSON_ID:
            fault = person_id_fault(value)
            return ("person_id", fault) if fault else None
        case FieldKind.USCC:
            fault = uscc_fault(value)
            return ("uscc", fault) if fault else None
        case FieldKind.NUMBER | FieldKind.MONEY:
            return _judge_number(field, value)
        case FieldKind.MOBILE if not _MOBILE.fullmatch(value):
            return "mobile", f"{field.label}应为 11 位数字，以 1 开头"
        case FieldKind.DATE if not _is_date(value):
            return "date", f"{field.label}应写成 2026-11-24 这样的日期"
        case FieldKind.CHOICE if value not in {option.value for option in field.options}:
            return "choice", f"{field.label}没有选项“{value}”"
        case _:
            return None


def _judge_number(field: FormField, value: str) -> tuple[str, str] | None:
    is_money = field.kind is FieldKind.MONEY
    if (_MONEY if is_money else _WHOLE).fullmatch(value) is None:
        form = "金额，单位元，至多两位小数" if is_money else "整数"
        return field.kind.value, f"{field.label}应为{form}，现为“{value}”"
    number, unit = Decimal(value.replace(",", "")), field.unit or ("元" if is_money else "")
    if field.least is not None and number < field.least:
        return "least", f"{field.label}不得小于 {_counted(field.least, unit)}，现为 {value}"
    if field.most is not None and number > field.most:
        return "most", f"{field.label}不得大于 {_counted(field.most, unit)}，现为 {value}"
    return None


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}".rstrip()


def _is_date(value: str) -> bool:
    """A day as asked for: Python reads 20261124 and 2026-W48-2 as well, the register does not."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return _DATE.fullmatch(value) is not None
