"""Whether the conditions of a definition make sense: facts that exist, with values they can have.

Whether they can hold is judged in `review_reach`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from definitions.language.conditions import All, AnyOf, Compare, Condition, Not, Scalar
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.language.matters import MatterDefinition, Publicity
from definitions.language.questions import FieldKind, FormField, Question
from definitions.language.service import ServiceDefinition
from definitions.rules.review_prepared import conditions_of_papers
from definitions.rules.review_problem import Path, Problem

Shape = Literal["one", "many", "flag", "text", "number"]
_ALLOWED: Mapping[Shape, frozenset[str]] = {
    "one": frozenset({"is_", "is_not", "one_of", "known"}),
    "many": frozenset({"has", "lacks", "known"}),
    "flag": frozenset({"is_", "is_not", "known"}),
    "text": frozenset({"is_", "is_not", "one_of", "known"}),
    "number": frozenset({"at_least", "at_most", "known"}),
}
_SHAPES: Mapping[FactKind, Shape] = {
    FactKind.ONE: "one",
    FactKind.MANY: "many",
    FactKind.FLAG: "flag",
    FactKind.TEXT: "text",
    FactKind.DATE: "text",
    FactKind.NUMBER: "number",
}
_ANSWERS = frozenset({FactKind.ONE, FactKind.MANY, FactKind.DATE})
_VERIFIED = frozenset({"verified", "mismatch", "barred"})


@dataclass(frozen=True)
class _Subject:
    """What a fact holds; `values` is None where anything may stand."""

    shape: Shape
    values: frozenset[str] | None = None


def condition_problems(definition: ServiceDefinition) -> Iterator[Problem]:
    """Every problem of every condition, and of what answers the questions."""
    subjects = _subjects(definition)
    for path, condition in conditions_of(definition):
        yield from _compared(condition, path, subjects)
    for n, question in enumerate(definition.questions):
        yield from _answered(question, ("questions", n))


def facts_known(definition: ServiceDefinition) -> frozenset[str]:
    """The facts that a condition, or a gap of a paper, may name."""
    return frozenset(_subjects(definition))


def _subjects(definition: ServiceDefinition) -> dict[str, _Subject]:
    subjects: dict[str, _Subject] = {}
    for name, fact in FACTS_BY_NAME.items():
        values = frozenset(option.value for option in fact.values)
        subjects[f"firm.{name}"] = _Subject(_SHAPES[fact.kind], values or None)
        if fact.kind is FactKind.DATE:
            subjects[f"since.{name}"] = _Subject("number")
    for question in definition.questions:
        if question.kind == "date":
            subjects[f"answer.{question.id}"] = _Subject("text")
            subjects[f"since.{question.id}"] = _Subject("number")
            continue
        options = frozenset(option.value for option in question.options)
        subjects[f"answer.{question.id}"] = _Subject(question.kind, options)
    for field in definition.form:
        subjects |= _field_subjects(field)
    return subjects


def _field_subjects(field: FormField) -> Iterator[tuple[str, _Subject]]:
    name = f"form.{field.id}"
    match field.kind:
        case FieldKind.CHOICE:
            yield name, _Subject("one", frozenset(option.value for option in field.options))
        case FieldKind.NUMBER | FieldKind.MONEY:
            yield name, _Subject("number")
        case FieldKind.DATE:
            yield name, _Subject("text")
            yield f"since.{field.id}", _Subject("number")
        case FieldKind.PERSON_ID:
            yield name, _Subject("text")
            yield f"person.{field.id}", _Subject("one", _VERIFIED)
        case _:
            yield name, _Subject("text")


def conditions_of(definition: ServiceDefinition) -> Iterator[tuple[Path, Condition]]:
    """Every condition of the definition, with its place."""
    for n, named in enumerate(definition.conditions):
        yield ("conditions", n, "when"), named.when
    for n, blocker in enumerate(definition.blockers):
        yield ("blockers", n, "when"), blocker.when
    yield from _guiding(definition)
    for n, check in enumerate(definition.checks):
        yield from _given(("checks", n, "when"), check.when)
        yield from _given(("checks", n, "holds"), check.holds)
    for n, field in enumerate(definition.form):
        yield from _given(("form", n, "when"), field.when)
    for n, use in enumerate(definition.materials):
        yield from _given(("materials", n, "when"), use.when)
        if use.waived is not None:
            yield from _given(("materials", n, "waived", "when"), use.waived.when)
    yield from conditions_of_papers(definition)
    for n, matter in enumerate(definition.matters):
        yield from _of_matter(matter, ("matters", n))


def _guiding(definition: ServiceDefinition) -> Iterator[tuple[Path, Condition]]:
    for n, question in enumerate(definition.questions):
        yield from _given(("questions", n, "when"), question.when)
        for o, option in enumerate(question.options):
            yield from _given(("questions", n, "options", o, "when"), option.when)
    for n, situation in enumerate(definition.situations):
        yield ("situations", n, "when"), situation.when
    for n, combined in enumerate(definition.combined):
        yield from _given(("combined", n, "when"), combined.when)


def _of_matter(matter: MatterDefinition, path: Path) -> Iterator[tuple[Path, Condition]]:
    for r, requirement in enumerate(matter.needed):
        yield (*path, "needed", r, "when"), requirement.when
    for u, refusal in enumerate(matter.unacceptable):
        yield (*path, "unacceptable", u, "when"), refusal.when
    if matter.filing is not None:
        yield from _given((*path, "filing", "when"), matter.filing.when)
    if matter.hearing is not None:
        yield from _given((*path, "hearing", "when"), matter.hearing.when)
    for s, step in enumerate(matter.steps):
        if isinstance(step, Publicity):
            yield from _given((*path, "steps", s, "when"), step.when)
    for d, document in enumerate(matter.documents):
        yield from _given((*path, "documents", d, "when"), document.when)


def _given(path: Path, condition: Condition | None) -> Iterator[tuple[Path, Condition]]:
    if condition is not None:
        yield path, condition


def _compared(
    condition: Condition, path: Path, subjects: Mapping[str, _Subject]
) -> Iterator[Problem]:
    match condition:
        case All(all=parts):
            for n, part in enumerate(parts):
                yield from _compared(part, (*path, "all", n), subjects)
        case AnyOf(any=parts):
            for n, part in enumerate(parts):
                yield from _compared(part, (*path, "any", n), subjects)
        case Not(not_=part):
            yield from _compared(part, (*path, "not"), subjects)
        case Compare(fact=fact) if fact not in subjects:
            yield Problem((*path, "fact"), "unknown_fact", _unknown(fact))
        case Compare(fact=fact):
            yield from _fitting(condition, path, subjects[fact])


def _fitting(compare: Compare, path: Path, subject: _Subject) -> Iterator[Problem]:
    written = compare.comparison.rstrip("_")
    place = (*path, written)
    if compare.comparison not in _ALLOWED[subject.shape]:
        allowed = "、".join(sorted(name.rstrip("_") for name in _ALLOWED[subject.shape]))
        yield Problem(place, "comparison", f"{compare.fact} 只能用 {allowed} 比较")
        return
    for value in _values(compare):
        if (subject.shape == "flag") is not isinstance(value, bool):
            should = "true 或者 false" if subject.shape == "flag" else "文字"
            yield Problem(place, "value_type", f"{compare.fact} 的值应为{should}")
        elif subject.values is not None and value not in subject.values:
            yield Problem(place, "unknown_value", f"{compare.fact} 没有“{value}”这个值")


def _values(compare: Compare) -> tuple[Scalar, ...]:
    if compare.one_of is not None:
        return compare.one_of
    given = (compare.is_, compare.is_not, compare.has, compare.lacks)
    return tuple(value for value in given if value is not None)


def _unknown(fact: str) -> str:
    kind, _, name = fact.partition(".")
    what = {
        "answer": "问题",
        "firm": "企业事实",
        "form": "表单字段",
        "since": "日期",
        "person": "身份证号字段",
    }[kind]
    return f"没有这个{what}：{name}"


def _answered(question: Question, path: Path) -> Iterator[Problem]:
    """A register can answer a question only if each of its values is an option."""
    if question.answered_by is None:
        return
    place = (*path, "answered_by")
    fact = FACTS_BY_NAME.get(question.answered_by.removeprefix("firm."))
    if fact is None:
        yield Problem(place, "unknown_fact", f"没有这个企业事实：{question.answered_by}")
    elif fact.kind not in _ANSWERS or fact.kind.value != question.kind:
        yield Problem(
            place, "answered_by", f"{question.answered_by} 与问题的选法（{question.kind}）不一致"
        )
    else:
        options = {option.value for option in question.options}
        lacking = [value.value for value in fact.values if value.value not in options]
        if lacking and "other" not in options:
            message = f"选项缺少 {question.answered_by} 的值：{'、'.join(lacking)}"
            yield Problem((*path, "options"), "unknown_value", message)
