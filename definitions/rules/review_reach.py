"""Whether somebody can come to every part of a definition, and everybody to some situation.

What nobody can come to was meant otherwise; where the questions end without a situation, the
applicant stands there without an answer.
"""

from collections.abc import Iterator
from itertools import combinations

from definitions.language.matters import MatterDefinition
from definitions.language.questions import Question
from definitions.language.service import ServiceDefinition
from definitions.rules.reach import Reach
from definitions.rules.review_conditions import conditions_of
from definitions.rules.review_problem import Problem
from definitions.rules.satisfiable import Every, Formula, Some, TooLong, compares_in

# Steps spent on a gap before it is left alone.
_CHEAP = 10_000


def reach_problems(definition: ServiceDefinition) -> Iterator[Problem]:
    """Every question, option, condition, situation, matter, material nobody can come to."""
    conditions = tuple(conditions_of(definition))
    reach = Reach(definition, [condition for _, condition in conditions])
    unreachable = tuple(_questions(definition, reach))
    if unreachable:
        yield from unreachable  # whatever depends on the answers would be told as well
        return
    for path, condition in conditions:
        if path[0] != "questions" and not reach.can(reach.true(condition)):
            yield Problem(path, "never_holds", "这个条件永远不会成立")
    yield from _situations(definition, reach)
    somewhere = Some(tuple(reach.true(situation.when) for situation in definition.situations))
    if reach.can(somewhere, reach.settled):
        yield from _gap(definition, reach)
        yield from _together(definition, reach)
        yield from _matters(definition, reach, somewhere)
        yield from _produced(definition, reach)


def _questions(definition: ServiceDefinition, reach: Reach) -> Iterator[Problem]:
    for n, question in enumerate(definition.questions):
        asked = Every((reach.true(question.when), reach.settled_before(n)))
        later = {f"{kind}.{q.id}" for q in definition.questions[n:] for kind in ("answer", "since")}
        waits = [each.fact for each in compares_in(question.when) if each.fact in later]
        if waits:
            message = f"{waits[0]} 在这个问题之后才问"
            yield Problem(("questions", n, "when"), "unreachable_question", message)
        elif not reach.can(asked):
            message = "前面的问题怎样回答都问不到这个问题"
            yield Problem(("questions", n, "when"), "unreachable_question", message)
        else:
            yield from _options(question, asked, n, reach)


def _options(question: Question, asked: Formula, n: int, reach: Reach) -> Iterator[Problem]:
    for o, option in enumerate(question.options):
        if option.when is not None and not reach.can(asked, reach.not_false(option.when)):
            message = "问到这个问题时，这个选项从不出现"
            yield Problem(("questions", n, "options", o, "when"), "unreachable_option", message)


def _situations(definition: ServiceDefinition, reach: Reach) -> Iterator[Problem]:
    for n, situation in enumerate(definition.situations):
        holds = reach.true(situation.when)
        if reach.can(holds) and not reach.can(holds, reach.settled):
            message = "问题都答完时，这个情形从不成立"
            yield Problem(("situations", n, "when"), "unreachable_situation", message)


def _gap(definition: ServiceDefinition, reach: Reach) -> Iterator[Problem]:
    """Told where it is proven, with the answers that end nowhere."""
    nowhere = [reach.not_true(situation.when) for situation in definition.situations]
    try:
        if reach.example(*nowhere, reach.bearing_on(nowhere), steps=_CHEAP) is None:
            return
        answers = reach.example(*nowhere, reach.settled, reach.free, steps=_CHEAP)
    except TooLong:
        return
    if answers is not None:
        way = "；".join(f"{text} {said}" for text, said in answers.items())
        message = f"这样回答的，没有对应的情形，也没有说明办不了的原因：{way}"
        yield Problem(("situations",), "situation_gap", message)


def _together(definition: ServiceDefinition, reach: Reach) -> Iterator[Problem]:
    """Situations that meet need a name together."""
    nameless = Every(tuple(reach.not_true(each.when) for each in definition.combined))
    if not reach.can(nameless):
        return
    holding = [reach.true(situation.when) for situation in definition.situations]
    for one, n in combinations(range(len(holding)), 2):
        both = (holding[one], holding[n], nameless)
        if reach.can(*both) and reach.can(*both, reach.settled):
            code = definition.situations[one].code
            message = f"与情形 {code} 可能同时成立，须写 combined（合并情形）"
            yield Problem(("situations", n, "when"), "combined_missing", message)


def _matters(definition: ServiceDefinition, reach: Reach, somewhere: Formula) -> Iterator[Problem]:
    for n, matter in enumerate(definition.matters):
        if matter.needed and not reach.can(_needed(matter, reach), somewhere, reach.settled):
            message = "在任何情形下都不会需要这个事项"
            yield Problem(("matters", n, "needed"), "unreachable_matter", message)


def _produced(definition: ServiceDefinition, reach: Reach) -> Iterator[Problem]:
    """A material that another matter produces: that one must be needed along, at least once."""
    matters = {matter.key: matter for matter in definition.matters}
    uses = {use.code: use for use in definition.materials if use.produced_by in matters}
    for n, matter in enumerate(definition.matters):
        for g, gate in enumerate(matter.materials):
            use = uses.get(gate.code)
            if use is None:
                continue
            due = (_needed(matter, reach), reach.true(use.when), reach.settled)
            maker = matters[str(use.produced_by)]
            if reach.can(*due) and not reach.can(*due, _needed(maker, reach)):
                message = f"要办这个事项时从不办 {maker.key}，它产生的 {gate.code} 永远取不到"
                place = ("matters", n, "materials", g, "code")
                yield Problem(place, "unsatisfiable_material", message)


def _needed(matter: MatterDefinition, reach: Reach) -> Formula:
    return Every(tuple(reach.true(requirement.when) for requirement in matter.needed))
