"""What an applicant can come to: the facts of one definition, and how they hang together.

An answer is there only where its question was asked or a register knew it, with an option that was
open; what a register knows, it answers alike everywhere. So conditions that could each hold are
still never met together, if no way through the questions leads there.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from definitions.language.conditions import Condition
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.language.questions import Question
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact
from definitions.rules.satisfiable import (
    MAX_STEPS,
    NOT_FALSE,
    NOT_TRUE,
    OTHER,
    TRUE,
    Domains,
    Every,
    Formula,
    Some,
    Subject,
    TooLong,
    Truth,
    Values,
    Within,
    compares_in,
    domains_of,
    formula,
    found,
)

_UNKNOWN: Values = frozenset({None})


class Reach:
    """The facts of one definition. Formulas are made by `true` and its kin, and judged by `can`."""

    def __init__(self, definition: ServiceDefinition, conditions: Iterable[Condition]) -> None:
        self._definition = definition
        self._domains = domains_of(
            each for condition in conditions for each in compares_in(condition)
        )
        mentioned = tuple(self._domains)
        for question in definition.questions:
            self._domains |= _answers(question, self._domains)
        for subject in mentioned:
            if isinstance(subject, str) and subject.startswith("firm."):
                self._domains |= _register(subject)
        self._links = {
            f"answer.{question.id}": tuple(self._linked(question))
            for question in definition.questions
        }

    def true(self, condition: Condition | None) -> Formula:
        """That the condition holds."""
        return formula(condition, TRUE, self._domains)

    def not_true(self, condition: Condition | None) -> Formula:
        """That the condition fails, or nobody knows."""
        return formula(condition, NOT_TRUE, self._domains)

    def not_false(self, condition: Condition | None) -> Formula:
        """That the condition holds, or nobody knows."""
        return formula(condition, NOT_FALSE, self._domains)

    @cached_property
    def settled(self) -> Formula:
        """That no question is open any more."""
        return self.settled_before(len(self._definition.questions))

    def settled_before(self, number: int) -> Formula:
        """That none of the questions before that one is open any more."""
        return Every(
            tuple(
                Some((self._known(f"answer.{question.id}"), self.not_true(question.when)))
                for question in self._definition.questions[:number]
            )
        )

    @cached_property
    def free(self) -> Formula:
        """That nothing rules the service out."""
        return Every(tuple(self.not_true(each.when) for each in self._definition.blockers))

    def bearing_on(self, wanted: Iterable[Formula]) -> Formula:
        """`settled` and `free`, as far as they bear on what is wanted: much sooner searched."""
        facts = self._closed(wanted)
        near = [q for q in self._definition.questions if f"answer.{q.id}" in facts]
        settled = (
            Some((self._known(f"answer.{question.id}"), self.not_true(question.when)))
            for question in near
        )
        free = (self.not_true(blocker.when) for blocker in self._definition.blockers)
        return Every((*settled, *(each for each in free if facts.issuperset(_facts(each)))))

    def can(self, *wanted: Formula) -> bool:
        """Whether somebody can come to all of it; also where that takes too long to tell."""
        try:
            return self.example(*wanted) is not None
        except TooLong:
            return True

    def example(self, *wanted: Formula, steps: int = MAX_STEPS) -> dict[str, str] | None:
        """Answers that lead there, in words; None: nobody can come to it. Raises `TooLong`."""
        met = found([*self._linked_to(wanted), *wanted], self._domains, steps=steps)
        return None if met is None else dict(self._told(met))

    def _linked_to(self, wanted: Iterable[Formula]) -> Iterator[Formula]:
        """The links of every question that matters to what is wanted."""
        for fact in sorted(self._closed(wanted)):
            yield from self._links.get(fact, ())

    def _closed(self, wanted: Iterable[Formula]) -> set[str]:
        """The facts of what is wanted, those their questions wait for, and so on."""
        todo = list(wanted)
        seen: set[str] = set()
        while todo:
            for fact in _facts(todo.pop()):
                if fact not in seen:
                    seen.add(fact)
                    todo += self._links.get(fact, ())
        return seen

    def _known(self, subject: Subject) -> Formula:
        return Within(subject, self._domains[subject] - _UNKNOWN)

    def _linked(self, question: Question) -> Iterator[Formula]:
        name = f"answer.{question.id}"
        unknown = Within(name, _UNKNOWN)
        by = question.answered_by
        # Where nothing but the question looks at the register, it may have said anything.
        heard = () if by is None else (self._known(by) if by in self._domains else Every(()),)
        if question.when is not None:
            yield Some((unknown, self.not_false(question.when), *heard))
        for option in question.options:
            if option.when is not None:
                other = self._chosen(question, option.value, NOT_TRUE)
                yield Some((other, self.not_false(option.when), *heard))
        if question.kind == "many":
            taken = (self._chosen(question, option.value, TRUE) for option in question.options)
            yield Some((unknown, *taken, *heard))
        if question.kind == "date" and f"since.{question.id}" in self._domains:
            since = f"since.{question.id}"
            yield Some((unknown, self._known(since)))
            yield Some((Within(since, _UNKNOWN), self._known(name)))
        if by is not None and by in self._domains:
            yield from self._same(question, by)

    def _chosen(self, question: Question, value: str, wanted: frozenset[Truth]) -> Formula:
        name = f"answer.{question.id}"
        if question.kind == "many":
            return Within((name, value), wanted)
        chosen: Values = frozenset({value})
        return Within(name, chosen if True in wanted else self._domains[name] - chosen)

    def _same(self, question: Question, by: str) -> Iterator[Formula]:
        """What the register says is the answer, in the question's own words."""
        unknown = Within(by, _UNKNOWN)
        yield Some((unknown, self._known(f"answer.{question.id}")))
        options = {option.value for option in question.options}
        fact = FACTS_BY_NAME.get(by.removeprefix("firm."))
        for value in () if fact is None else (each.value for each in fact.values):
            word = value if value in options or "other" not in options else "other"
            if question.kind == "many" and (by, value) in self._domains:
                silent: Formula = Within((by, value), NOT_TRUE)
            elif question.kind == "one":
                silent = Within(by, self._domains[by] - {value})
            else:
                continue
            yield Some((silent, self._chosen(question, word, TRUE)))

    def _told(self, met: Domains) -> Iterator[tuple[str, str]]:
        for question in self._definition.questions:
            name = f"answer.{question.id}"
            if question.kind == "many":
                chosen = [o.label for o in question.options if met[name, o.value] == TRUE]
                if chosen:
                    yield question.text, "、".join(chosen)
            elif None not in met[name]:
                labels = {option.value: option.label for option in question.options}
                value = min(str(each) for each in met[name])
                yield question.text, labels.get(value, "某日")


def _facts(part: Formula) -> tuple[str, ...]:
    """The facts a formula is about, in an order that is always the same."""
    facts = {subject if isinstance(subject, str) else subject[0] for subject in part.subjects}
    dates = {f"answer.{fact.removeprefix('since.')}" for fact in facts if fact.startswith("since.")}
    return tuple(sorted(facts | dates))


def _answers(question: Question, domains: Domains) -> Iterator[tuple[Subject, Values]]:
    """What an answer can be: the options and no more."""
    name = f"answer.{question.id}"
    options = [option.value for option in question.options]
    match question.kind:
        case "one":
            yield name, frozenset({None, *options})
        case "many":
            yield name, frozenset({None, True})
            for value in options:
                yield (name, value), frozenset({None, True, False})
        case "date":
            yield name, domains.get(name, frozenset({None, OTHER}))
            since = f"since.{question.id}"
            if since in domains:
                yield since, frozenset(_past(domains[since]))


def _past(days: Values) -> Iterator[Fact | None]:
    """A date that was answered is not in the future."""
    return (each for each in days if not isinstance(each, int) or each >= 0)


def _register(subject: str) -> Iterator[tuple[Subject, Values]]:
    """What a register can say: the values that are listed and no more."""
    fact = FACTS_BY_NAME.get(subject.removeprefix("firm."))
    if fact is not None and fact.kind is FactKind.ONE:
        yield subject, frozenset({None, *(each.value for each in fact.values)})
