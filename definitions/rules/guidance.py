"""Guided questions (情形引导): which are still open, and which situation the answers come to."""

from collections.abc import Mapping

from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.questions import Question
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
) -> dict[str, Fact]:
    """One flat table of facts. A register's answer stands before the applicant's where both exist.

    Raises `Refused(INVALID)` for an answer to no question, or one that is not among the options.
    """
    facts: dict[str, Fact] = {f"firm.{name}": value for name, value in firm.items()}
    facts |= form or {}
    questions = {question.id: question for question in definition.questions}
    for name, answer in answers.items():
        if name not in questions:
            raise Refused(Code.INVALID, f"没有这个问题：{name}", field=f"/answers/{name}")
        facts[f"answer.{name}"] = _checked(questions[name], answer)
    for question in definition.questions:
        if question.answered_by in facts:
            facts[f"answer.{question.id}"] = facts[question.answered_by]
    return facts


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
    combined = definition.combined
    if len(leaves) == 1 or combined is None:
        return PlannedSituation(code=leaves[0].code, name=leaves[0].name)
    parts = tuple(leaf.code for leaf in leaves)
    return PlannedSituation(code=combined.code, name=combined.name, parts=parts)


def _checked(question: Question, answer: str | tuple[str, ...]) -> Fact:
    field = f"/answers/{question.id}"
    allowed = {option.value for option in question.options}
    given = answer if isinstance(answer, tuple) else (answer,)
    if question.kind == "one" and len(given) != 1:
        raise Refused(Code.INVALID, f"“{question.text}”只能选一项", field=field)
    if not given:
        raise Refused(Code.INVALID, f"“{question.text}”至少选一项", field=field)
    unknown = [value for value in given if value not in allowed]
    if unknown:
        raise Refused(Code.INVALID, f"“{question.text}”没有选项 {unknown[0]}", field=field)
    if question.kind == "one":
        return given[0]
    return tuple(option.value for option in question.options if option.value in given)
