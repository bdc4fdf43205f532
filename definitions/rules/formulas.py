"""Computing formulas over facts: whole numbers; unknown where a fact that is needed is missing."""

from collections.abc import Mapping, Sequence
from datetime import date

from definitions.language.formulas import (
    Band,
    Bands,
    Choice,
    Formula,
    Greatest,
    Least,
    Minus,
    MonthsSince,
    Named,
    OfFact,
    Percent,
    Sum,
    Times,
)
from definitions.rules.conditions import Facts


class Figures:
    """The facts of one subject and the figures of one policy, on the day of a run.

    `days` are the date facts as days; each figure is computed once.
    """

    def __init__(
        self,
        facts: Facts,
        days: Mapping[str, date],
        formulas: Mapping[str, Formula],
        on: date,
    ) -> None:
        self._facts = facts
        self._days = days
        self._formulas = formulas
        self._on = on
        self._known: dict[str, int | None] = {}

    def value(self, formula: Formula) -> int | None:
        """The value; None where it is unknown."""
        match formula:
            case int():
                return formula
            case OfFact(fact=fact):
                return self._number(fact)
            case MonthsSince(months_since=fact):
                since = self._days.get(fact)
                return None if since is None else months(since, self._on)
            case Named(figure=name):
                return self._figure(name)
            case Choice():
                return self._chosen(formula)
            case Percent(percent=percent, of=of):
                value = self.value(of)
                return None if value is None else cut(value * percent, 100)
            case Bands(bands=bands, of=of):
                value = self.value(of)
                return None if value is None else banded(bands, value)
            case _:
                return self._of_parts(formula)

    def _of_parts(self, formula: Sum | Minus | Times | Least | Greatest) -> int | None:
        values = [self.value(part) for part in parts_of(formula)]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        match formula:
            case Sum():
                return sum(known)
            case Minus():
                return known[0] - known[1]
            case Times():
                return known[0] * known[1]
            case Least():
                return min(known)
            case Greatest():
                return max(known)

    def _number(self, fact: str) -> int | None:
        value = self._facts.get(fact)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _figure(self, name: str) -> int | None:
        if name not in self._known:
            self._known[name] = self.value(self._formulas[name])
        return self._known[name]

    def _chosen(self, formula: Choice) -> int | None:
        value = self._facts.get(formula.choose)
        if value is None:
            return None
        return self.value(formula.by.get(str(value), formula.otherwise))


def facts_in_formula(formula: Formula) -> tuple[str, ...]:
    """The facts a formula looks at, in the order written; figures are looked into by the caller."""
    match formula:
        case int() | Named():
            return ()
        case OfFact(fact=fact) | MonthsSince(months_since=fact):
            return (fact,)
        case Choice(choose=fact, by=by, otherwise=otherwise):
            return (
                fact,
                *(f for part in (*by.values(), otherwise) for f in facts_in_formula(part)),
            )
        case Percent(of=of) | Bands(of=of):
            return facts_in_formula(of)
        case _:
            return tuple(fact for part in parts_of(formula) for fact in facts_in_formula(part))


def figures_in_formula(formula: Formula) -> tuple[str, ...]:
    """The figures a formula names."""
    match formula:
        case Named(figure=name):
            return (name,)
        case int() | OfFact() | MonthsSince():
            return ()
        case _:
            return tuple(name for part in parts_of(formula) for name in figures_in_formula(part))


def parts_of(formula: Formula) -> tuple[Formula, ...]:
    """The formulas inside a formula."""
    match formula:
        case Sum(sum=parts) | Least(least=parts) | Greatest(greatest=parts):
            return parts
        case Minus(minus=pair) | Times(times=pair):
            return pair
        case Percent(of=of) | Bands(of=of):
            return (of,)
        case Choice(by=by, otherwise=otherwise):
            return (*by.values(), otherwise)
        case _:
            return ()


def cut(value: int, by: int) -> int:
    """The whole part, towards zero: what PostgreSQL's `div` does."""
    return -(-value // by) if value < 0 else value // by


def banded(bands: Sequence[Band], value: int) -> int:
    """By the last band that begins at or below the value; 0 below the first."""
    return next((band.then for band in reversed(bands) if band.since <= value), 0)


def months(since: date, on: date) -> int:
    """Whole months between two days, not less than 0. A month is full on the same day of the next.

    Born on the 31st, a month without one is full with its last day's end, so on the 1st after it.
    """
    whole = (on.year - since.year) * 12 + on.month - since.month
    return max(0, whole - (on.day < since.day))
