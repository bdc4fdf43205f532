"""Papers ready to sign: every sentence that applies, with what is known in its gaps."""

from collections.abc import Iterable, Iterator
from datetime import date

from definitions.language.base import Value
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.prepared import GAP, Clause, PreparedPaper
from definitions.language.questions import FieldKind
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact, Facts, holds
from definitions.rules.forms import fields_asked

# Wide enough to write a name in by hand.
BLANK = "＿＿＿＿＿＿＿＿"
OTHER_FIELDS = "申请事项"


class FormRow(Value):
    """One field of the application form as it stands in the paper."""

    group: str
    label: str
    value: str


class Paper(Value):
    """One paper as it will be signed. `clauses` are numbered where there are several."""

    code: str
    title: str
    addressed: str | None
    opening: tuple[str, ...]
    clauses: tuple[str, ...]
    rows: tuple[FormRow, ...]
    closing: tuple[str, ...]
    signed: tuple[str, ...]

    @property
    def blanks(self) -> int:
        """How many gaps are left to fill in by hand."""
        said = (self.title, *self.opening, *self.clauses, *self.closing, *self.signed)
        return sum(each.count(BLANK) for each in said)


def papers(definition: ServiceDefinition, facts: Facts) -> tuple[Paper, ...]:
    """Every paper these facts call for, in the definition's order."""
    return tuple(
        _paper(definition, written, facts)
        for written in definition.prepared
        if holds(written.when, facts) is True
    )


def _paper(definition: ServiceDefinition, written: PreparedPaper, facts: Facts) -> Paper:
    words = _Words(definition, facts)
    return Paper(
        code=written.code,
        title=next(iter(words.said(written.title)), ""),
        addressed=written.addressed,
        opening=words.said(written.opening),
        clauses=words.said(written.clauses),
        rows=tuple(_rows(definition, facts, words)) if written.form else (),
        closing=words.said(written.closing),
        signed=words.said(written.signed),
    )


def _rows(definition: ServiceDefinition, facts: Facts, words: "_Words") -> Iterator[FormRow]:
    for field in fields_asked(definition, facts):
        name = f"form.{field.id}"
        known = name if name in facts else field.prefilled_from or name
        unit = f" {field.unit}" if field.unit and known in facts else ""
        yield FormRow(
            group=field.group or OTHER_FIELDS,
            label=field.label,
            value=f"{words.of(known)}{unit}" if known in facts else "",
        )


class _Words:
    """Facts by the words people know them by."""

    def __init__(self, definition: ServiceDefinition, facts: Facts) -> None:
        self._facts = facts
        self._labels = {
            f"answer.{question.id}": {each.value: each.label for each in question.options}
            for question in definition.questions
        }
        self._labels |= {
            f"form.{field.id}": {each.value: each.label for each in field.options}
            for field in definition.form
        }
        self._dates = {
            f"form.{field.id}" for field in definition.form if field.kind is FieldKind.DATE
        }
        self._dates |= {f"answer.{q.id}" for q in definition.questions if q.kind == "date"}

    def said(self, clauses: Iterable[Clause]) -> tuple[str, ...]:
        """The sentences that apply."""
        return tuple(
            self.filled(clause.says)
            for clause in clauses
            if holds(clause.when, self._facts) is True
        )

    def filled(self, says: str) -> str:
        """The sentence with its gaps filled."""
        return GAP.sub(lambda gap: self.of(gap[1]), says)

    def of(self, name: str) -> str:
        """A fact in words; a blank where it is not known."""
        fact = self._facts.get(name)
        if fact is None or fact in {"", ()}:
            return BLANK
        if name in self._dates:
            return _day(str(fact))
        labels = self._labels.get(name) or _register_labels(name)
        many = fact if isinstance(fact, tuple) else (fact,)
        return "、".join(labels.get(str(each), _plain(each)) for each in many)


def _register_labels(name: str) -> dict[str, str]:
    known = FACTS_BY_NAME.get(name.removeprefix("firm."))
    return {each.value: each.label for each in known.values} if known else {}


def _plain(fact: Fact) -> str:
    if isinstance(fact, bool):
        return "是" if fact else "否"
    return f"{fact:,}" if isinstance(fact, int) else str(fact)


def _day(said: str) -> str:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return said
    return f"{day.year}年{day.month}月{day.day}日"
