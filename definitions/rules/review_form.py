"""Whether the form fits: what fills a field, who belongs to a number, which date is meant.

A date is one fact (`since.…`) wherever it comes from; two of one name would be taken for each
other.
"""

from collections.abc import Iterator, Mapping

from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.language.matters import Publicity
from definitions.language.questions import FieldKind, FormField
from definitions.language.service import ServiceDefinition
from definitions.rules.review_conditions import conditions_of
from definitions.rules.review_problem import Path, Problem
from definitions.rules.satisfiable import compares_in

_FIELDS: Mapping[FieldKind, str] = {
    FieldKind.TEXT: "文字",
    FieldKind.LONG_TEXT: "长文字",
    FieldKind.PERSON_NAME: "姓名",
    FieldKind.PERSON_ID: "身份证号",
    FieldKind.MOBILE: "手机号",
    FieldKind.DATE: "日期",
    FieldKind.CHOICE: "选项",
    FieldKind.NUMBER: "数",
    FieldKind.MONEY: "金额",
    FieldKind.USCC: "统一社会信用代码",
}
_WORDS = frozenset({FactKind.TEXT})
# What a register says can stand in a field of that kind as it is.
_FILLS: Mapping[FieldKind, frozenset[FactKind]] = {
    FieldKind.TEXT: frozenset({FactKind.TEXT, FactKind.DATE, FactKind.NUMBER, FactKind.ONE}),
    FieldKind.LONG_TEXT: _WORDS,
    FieldKind.PERSON_NAME: _WORDS,
    FieldKind.PERSON_ID: _WORDS,
    FieldKind.MOBILE: _WORDS,
    FieldKind.USCC: _WORDS,
    FieldKind.DATE: frozenset({FactKind.DATE}),
    FieldKind.CHOICE: frozenset({FactKind.ONE}),
    FieldKind.NUMBER: frozenset({FactKind.NUMBER}),
    FieldKind.MONEY: frozenset({FactKind.NUMBER}),
}


def form_problems(definition: ServiceDefinition) -> Iterator[Problem]:
    """Every problem of the fields and of the dates."""
    fields = {field.id: field for field in definition.form}
    for n, field in enumerate(definition.form):
        path = ("form", n)
        yield from _filled(field, (*path, "prefilled_from"))
        if field.person is not None:
            yield from _of_kind(fields, field.person, FieldKind.PERSON_NAME, (*path, "person"))
    yield from _same_dates(definition)
    yield from _running(definition, fields)


def _filled(field: FormField, path: Path) -> Iterator[Problem]:
    if field.prefilled_from is None:
        return
    fact = FACTS_BY_NAME.get(field.prefilled_from.removeprefix("firm."))
    if fact is None:
        yield Problem(path, "unknown_fact", f"没有这个企业事实：{field.prefilled_from}")
    elif fact.kind not in _FILLS[field.kind]:
        message = f"{field.prefilled_from}（{fact.label}）填不进这样的字段：{_FIELDS[field.kind]}"
        yield Problem(path, "prefill_kind", message)
    elif field.kind is FieldKind.CHOICE:
        options = {option.value for option in field.options}
        lacking = [value.value for value in fact.values if value.value not in options]
        if lacking:
            message = f"选项缺少 {field.prefilled_from} 的值：{'、'.join(lacking)}"
            yield Problem((*path[:-1], "options"), "unknown_value", message)


def _of_kind(
    fields: Mapping[str, FormField], name: str, kind: FieldKind, path: Path
) -> Iterator[Problem]:
    if name not in fields:
        yield Problem(path, "unknown_field", f"表单里没有字段 {name}")
    elif fields[name].kind is not kind:
        message = f"字段 {name} 应为{_FIELDS[kind]}（kind: {kind.value}）"
        yield Problem(path, "field_kind", message)


def _same_dates(definition: ServiceDefinition) -> Iterator[Problem]:
    """Dates of one name come from one source; a register's counts where somebody looks at it."""
    looked_at = {
        compare.fact.removeprefix("since.")
        for _, condition in conditions_of(definition)
        for compare in compares_in(condition)
        if compare.fact.startswith("since.")
    }
    seen: dict[str, str | None] = {
        name: f"firm.{name}"
        for name, fact in FACTS_BY_NAME.items()
        if fact.kind is FactKind.DATE and name in looked_at
    }
    for n, field in enumerate(definition.form):
        if field.kind is FieldKind.DATE:
            yield from _meant(field.id, field.prefilled_from, seen, ("form", n, "id"))
    for n, question in enumerate(definition.questions):
        if question.kind == "date":
            yield from _meant(question.id, question.answered_by, seen, ("questions", n, "id"))


def _meant(
    name: str, source: str | None, seen: dict[str, str | None], path: Path
) -> Iterator[Problem]:
    if name in seen and (source is None or source != seen[name]):
        message = f"日期 {name} 有两个来源，since.{name} 分不清指哪一个；请改名，或者由登记库填入"
        yield Problem(path, "date_twice", message)
    seen.setdefault(name, source)


def _running(definition: ServiceDefinition, fields: Mapping[str, FormField]) -> Iterator[Problem]:
    """A period that has been running since a date asks for that date."""
    questions = {question.id for question in definition.questions if question.kind == "date"}
    for n, matter in enumerate(definition.matters):
        for s, step in enumerate(matter.steps):
            if isinstance(step, Publicity) and step.dated and step.dated not in questions:
                place = ("matters", n, "steps", s, "dated")
                yield from _of_kind(fields, step.dated, FieldKind.DATE, place)
