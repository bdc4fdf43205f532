"""Whether the rules of the pre-check speak of facts there are, of a kind their test can judge."""

from collections.abc import Iterator, Mapping

from definitions.language.checks import Precheck
from definitions.language.facts import FIRM_FACTS, FactKind
from definitions.language.questions import FieldKind
from definitions.language.service import ServiceDefinition
from definitions.rules.review_problem import Path, Problem

_FIRM: Mapping[FactKind, str] = {
    FactKind.TEXT: "text",
    FactKind.FLAG: "flag",
    FactKind.DATE: "date",
    FactKind.NUMBER: "number",
    FactKind.ONE: "one",
    FactKind.MANY: "many",
}
_FORM: Mapping[FieldKind, str] = {
    FieldKind.DATE: "date",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.CHOICE: "one",
}
# What the fact of a test must be, by the place where it is written. A text may hold a day (a
# register's founding date, a term that may be 长期); where it does not, the rule rests.
_KINDS: Mapping[str, tuple[frozenset[str], str]] = {
    "interval": (frozenset({"date", "text"}), "日期"),
    "given": (frozenset({"date", "text"}), "日期"),
    "apart": (frozenset({"text"}), "文字"),
    "share": (frozenset({"number"}), "数"),
    "amount": (frozenset({"number"}), "数"),
    "same": (frozenset({"text", "one", "date", "number", "flag"}), "单个的值"),
    "wording": (frozenset({"text"}), "文字"),
    "phrases": (frozenset({"text"}), "文字"),
    "coded": (frozenset({"text"}), "文字"),
    "age": (frozenset({"text"}), "文字"),
}
_NAMING = frozenset({"since", "until", "part", "whole", "fact", "than", "besides"})
_PLACES = ("form", "answer", "firm", "person")


def check_problems(definition: ServiceDefinition) -> Iterator[Problem]:
    """Every problem of every rule's facts and place; its conditions are judged with the others."""
    kinds = dict(_kinds(definition))
    materials = {use.code for use in definition.materials}
    for n, check in enumerate(definition.checks):
        path = ("checks", n)
        yield from _place(check.at, (*path, "at"), kinds, materials)
        for place, fact in _facts(check, path):
            allowed, called = _KINDS[str(place[2])]
            if fact not in kinds:
                yield Problem(place, "unknown_fact", f"没有这个事实：{fact}")
            elif kinds[fact] not in allowed:
                yield Problem(place, "fact_kind", f"{fact} 不是{called}，这里不能用")


def _place(at: str, path: Path, kinds: Mapping[str, str], materials: set[str]) -> Iterator[Problem]:
    prefix, dot, _ = at.partition(".")
    if not dot and at not in materials:
        yield Problem(path, "check_place", f"本服务没有材料 {at}")
    elif dot and prefix not in _PLACES:
        message = "at 只能写表单字段、问题、企业事实或者材料编号"
        yield Problem(path, "check_place", message)
    elif dot and at not in kinds:
        yield Problem(path, "unknown_fact", f"没有这个事实：{at}")


def _facts(check: Precheck, path: Path) -> Iterator[tuple[Path, str]]:
    """The facts of the one test, each with its place."""
    for name in _KINDS:
        test = getattr(check, name)
        for key in type(test).model_fields if test is not None else ():
            said = getattr(test, key)
            if key == "facts":
                yield from (((*path, name, key, n), fact) for n, fact in enumerate(said))
            elif key in _NAMING and _is_fact(said):
                yield (*path, name, key), said


def _is_fact(said: object) -> bool:
    return isinstance(said, str) and "." in said


def _kinds(definition: ServiceDefinition) -> Iterator[tuple[str, str]]:
    """Every fact there is, and what it holds."""
    for fact in FIRM_FACTS:
        yield f"firm.{fact.name}", _FIRM[fact.kind]
        if fact.kind is FactKind.DATE:
            yield f"since.{fact.name}", "number"
    for question in definition.questions:
        yield f"answer.{question.id}", question.kind
        if question.kind == "date":
            yield f"since.{question.id}", "number"
    for field in definition.form:
        yield f"form.{field.id}", _FORM.get(field.kind, "text")
        if field.kind is FieldKind.DATE:
            yield f"since.{field.id}", "number"
        if field.kind is FieldKind.PERSON_ID:
            yield f"person.{field.id}", "one"
