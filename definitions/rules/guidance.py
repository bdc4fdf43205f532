"""Guided questions (情形引导): which are still open, and which situation the answers come to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.facts import FIRM_FACTS, FactKind
from definitions.language.questions import COUNTED, FieldKind, Option, Question
from definitions.language.service import Blocker, ServiceDefinition
from definitions.rules.conditions import Fact, Facts, holds
from definitions.rules.plan import PlannedSituation

Answers = Mapping[str, str | tuple[str, ...]]


class Guidance(Value):
    """Where the questions stand.

    `asked` holds the questions that matter and have no answer yet, in order; `blockers`
    everything known to rule the service out; `situation` is there once nothing is left to ask.
    """

    asked: tuple[Question, ...]
    blockers: tuple[Blocker, ...]
    situation: PlannedSituation | None


def facts_of(
    definition: ServiceDefinition,
    answers: Answers,
    firm: Mapping[str, Fact],
    form: Facts | None = None,
    *,
    on: date | None = None,
) -> dict[str, Fact]:
    """One flat table of facts. A register's answer stands before the applicant's where both exist.

    With `on`, the days since every date that is known are among them. An answer to a question that
    no longer matters is left out. Raises `Refused(INVALID)` for an answer to no question, or one
    that is not among the options.
    """
    facts: dict[str, Fact] = {f"firm.{name}": value for name, value in firm.items()}
    facts |= _counted(definition, form or {})
    if on is not None:
        facts |= _since(_dates(definition, facts), on)
    questions = {question.id for question in definition.questions}
    for name in answers:
        if name not in questions:
            raise Refused(Code.INVALID, f"没有这个问题：{name}", field=f"/answers/{name}")
    for question in definition.questions:
        known = facts.get(question.answered_by or "")
        if known is not None:
            facts[f"answer.{question.id}"] = _as_option(question, known)
        elif question.id in answers and holds(question.when, facts) is not False:
            facts[f"answer.{question.id}"] = _checked(question, answers[question.id], facts, on)
        if on is not None and question.kind == "date" and f"answer.{question.id}" in facts:
            facts |= _since([(question.id, facts[f"answer.{question.id}"])], on)
    return facts


def options_of(question: Question, facts: Facts) -> tuple[Option, ...]:
    """The answers that are open for these facts."""
    return tuple(each for each in question.options if holds(each.when, facts) is not False)


def _counted(definition: ServiceDefinition, form: Facts) -> dict[str, Fact]:
    """The form's facts, numbers as numbers (money in whole yuan) so that they can be compared."""
    kinds = {f"form.{field.id}": field.kind for field in definition.form}
    facts = dict(form)
    for name, value in form.items():
        if kinds.get(name) in COUNTED and isinstance(value, str):
            whole = value.replace(",", "").partition(".")[0]
            if whole.removeprefix("-").isdecimal():
                facts[name] = int(whole)
    return facts


def _dates(definition: ServiceDefinition, facts: Facts) -> Iterator[tuple[str, Fact]]:
    for fact in FIRM_FACTS:
        if fact.kind is FactKind.DATE and f"firm.{fact.name}" in facts:
            yield fact.name, facts[f"firm.{fact.name}"]
    for field in definition.form:
        if field.kind is FieldKind.DATE and f"form.{field.id}" in facts:
            yield field.id, facts[f"form.{field.id}"]


def _since(dates: Iterable[tuple[str, Fact]], on: date) -> Iterator[tuple[str, Fact]]:
    for name, said in dates:
        try:
            yield f"since.{name}", (on - date.fromisoformat(str(said))).days
        except ValueError:
            continue


def _as_option(question: Question, known: Fact) -> Fact:
    """What a register says in words that the question does not have is its `other`."""
    values = {option.value for option in question.options}
    if "other" not in values:
        return known
    if isinstance(known, tuple):
        return tuple(dict.fromkeys(each if each in values else "other" for each in known))
    return known if known in values else "other"


def guide(definition: ServiceDefinition, facts: Facts, *, insisted: bool = False) -> Guidance:
    """What is still to be asked, what rules the service out, and which situation it is.

    `insisted`: the applicant applies although told what rules it out; there is a situation all the
    same, and the organ decides.
    """
    asked = tuple(
        question
        for question in definition.questions
        if f"answer.{question.id}" not in facts and holds(question.when, facts) is True
    )
    blockers = tuple(b for b in definition.blockers if holds(b.when, facts) is True)
    situation = None if asked or (blockers and not insisted) else _situation(definition, facts)
    return Guidance(asked=asked, blockers=blockers, situation=situation)


def _situation(definition: ServiceDefinition, facts: Facts) -> PlannedSituation | None:
    leaves = [leaf for leaf in definition.situations if holds(leaf.when, facts) is True]
    if not leaves:
        return None
    named = (each for each in definition.combined if holds(each.when, facts) is True)
    combined = next(named, None) if len(leaves) > 1 else None
    if combined is None:
        return PlannedSituation(code=leaves[0].code, name=leaves[0].name)
    parts = tuple(leaf.code for leaf in leaves)
    return PlannedSituation(code=combined.code, name=combined.name, parts=parts)


def _checked(
    question: Question, answer: str | tuple[str, ...], facts: Facts, on: date | None
) -> Fact:
    field = f"/answers/{question.id}"
    given = answer if isinstance(answer, tuple) else (answer,)
    if question.kind != "many" and len(given) != 1:
        raise Refused(Code.INVALID, f"“{question.text}”只能选一项", field=field)
    if not given:
        raise Refused(Code.INVALID, f"“{question.text}”至少选一项", field=field)
    if question.kind == "date":
        return _day(question, given[0], field, on)
    allowed = {option.value for option in options_of(question, facts)}
    unknown = [value for value in given if value not in allowed]
    if unknown:
        raise Refused(Code.INVALID, f"“{question.text}”没有选项 {unknown[0]}", field=field)
    if question.kind == "one":
        return given[0]
    return tuple(option.value for option in question.options if option.value in given)


def _day(question: Question, said: str, field: str, on: date | None) -> str:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        day = None
    if day is None or day.isoformat() != said:
        message = f"“{question.text}”应写成 2026-11-24 这样的日期"
        raise Refused(Code.INVALID, message, field=field)
    if on is not None and day > on:
        raise Refused(Code.INVALID, f"“{question.text}”不能晚于今天（{on}）", field=field)
    return said
