"""A policy as SQL: the same verdict for a million subjects at once.

PostgreSQL's three-valued logic is the core's; whole numbers are `numeric`, so nothing overflows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Numeric,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from definitions.language.benefits import (
    Measure,
    PolicyCondition,
    PolicyDefinition,
    Ratio,
    Verdict,
)
from definitions.language.conditions import All, AnyOf, Compare, Condition, Not
from definitions.language.formulas import (
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
from definitions.rules.matching import PER

Columns = Mapping[str, ColumnElement[Any]]
Number = ColumnElement[Any]
Truth = ColumnElement[bool]


def compiled(
    policy: PolicyDefinition,
    facts: FromClause,
    columns: Columns,
    on: date,
    *,
    key: ColumnElement[Any],
) -> Select[tuple[Any, str, int | None, list[str], bool]]:
    """Of each subject: `key`, verdict, amount in fen, reasons, and whether one thing alone lacks.

    `columns` are those of `facts` by fact name. Each condition is reckoned once, in a subquery that
    the planner may not fold into the verdict.
    """
    compiler = _Compiler(policy, columns, on)
    conditions = [
        compiler.holds(condition).label(f"holds_{n}")
        for n, condition in enumerate(policy.conditions)
    ]
    inner = (
        select(key.label("key"), compiler.amount().label("amount"), *conditions)
        .select_from(facts)
        .offset(0)
        .subquery("reckoned")
    )
    truths = [(condition, inner.c[f"holds_{n}"]) for n, condition in enumerate(policy.conditions)]
    return _judged(inner, truths, policy.amount.at_most)


def _judged(
    inner: Subquery, every: Sequence[tuple[PolicyCondition, Truth]], cap: int
) -> Select[tuple[Any, str, int | None, list[str], bool]]:
    wanted = [(c, truth) for c, truth in every if not c.excludes]
    barring = [(c, truth) for c, truth in every if c.excludes]
    missed = _any(truth.is_(False) for _, truth in wanted)
    unsure = _any(truth.is_(None) for _, truth in wanted)
    barred = _any(truth.is_(True) for _, truth in barring)
    unsure_barred = _any(truth.is_(None) for _, truth in barring)
    amount = inner.c.amount
    verdict = case(
        (missed, Verdict.MISS.value),
        (unsure, Verdict.UNKNOWN.value),
        (barred, Verdict.EXCLUDED.value),
        (or_(unsure_barred, amount.is_(None)), Verdict.UNKNOWN.value),
        else_=Verdict.HIT.value,
    )
    failing = _names(wanted, lambda truth: truth.is_(False))
    lacking = _names(every, lambda truth: truth.is_(None))
    reasons = case(
        (missed, failing),
        (unsure, lacking),
        (barred, _names(barring, lambda truth: truth.is_(True))),
        else_=lacking,
    )
    alone = func.coalesce(func.array_length(failing, 1), 0) == 1
    near = and_(missed, alone, *(truth.is_not(None) for _, truth in every))
    hit = verdict == Verdict.HIT.value
    return select(
        inner.c.key,
        verdict.label("verdict"),
        case((hit, func.greatest(0, func.least(amount, cap))), else_=null()).label("amount"),
        reasons.label("reasons"),
        near.label("near"),
    )


class _Compiler:
    def __init__(self, policy: PolicyDefinition, columns: Columns, on: date) -> None:
        self._policy = policy
        self._columns = columns
        self._on = literal(on, Date())
        self._figures = {figure.name: figure.formula for figure in policy.figures}

    def amount(self) -> Number:
        return self._number(self._policy.amount.formula)

    def holds(self, condition: PolicyCondition) -> Truth:
        if condition.measure is not None:
            return self._measured(condition.measure)
        if condition.ratio is not None:
            return self._rated(condition.ratio)
        assert condition.when is not None
        return self._condition(condition.when)

    def _measured(self, measure: Measure) -> Truth:
        value = self._number(measure.number)
        bounds: list[Truth] = []
        if measure.at_least is not None:
            bounds.append(value >= self._number(measure.at_least))
        if measure.at_most is not None:
            bounds.append(value <= self._number(measure.at_most))
        return and_(*bounds)

    def _rated(self, ratio: Ratio) -> Truth:
        part, whole = self._number(ratio.part), self._number(ratio.whole)
        if ratio.at_least is not None:
            fine = part * PER >= self._number(ratio.at_least) * whole
        else:
            assert ratio.at_most is not None
            fine = part * PER <= self._number(ratio.at_most) * whole
        return case((whole > 0, fine), else_=cast(null(), Boolean))

    def _condition(self, condition: Condition) -> Truth:
        match condition:
            case All(all=parts):
                return and_(*(self._condition(part) for part in parts))
            case AnyOf(any=parts):
                return or_(*(self._condition(part) for part in parts))
            case Not(not_=part):
                return not_(self._condition(part))
            case Compare():
                return self._compare(condition)

    def _compare(self, condition: Compare) -> Truth:
        column = self._fact(condition.fact)
        match condition.comparison:
            case "known":
                return column.is_not(None) if condition.known else column.is_(None)
            case "is_":
                return column == condition.is_
            case "is_not":
                return column != condition.is_not
            case "one_of":
                return column.in_(condition.one_of or ())
            case "has":
                return literal(condition.has) == func.any(column)
            case "lacks":
                return not_(literal(condition.lacks) == func.any(column))
            case "at_least":
                return column >= condition.at_least
            case _:
                return column <= condition.at_most

    def _fact(self, fact: str) -> ColumnElement[Any]:
        kind, _, name = fact.partition(".")
        if kind == "since":
            return self._on - self._columns[f"{self._policy.subject}.{name}"]
        return self._columns[fact]

    def _number(self, formula: Formula) -> Number:
        match formula:
            case int():
                return literal(formula, Numeric())
            case OfFact(fact=fact):
                return cast(self._columns[fact], Numeric())
            case MonthsSince(months_since=fact):
                return self._months(self._columns[fact])
            case Named(figure=name):
                return self._number(self._figures[name])
            case Percent(percent=percent, of=of):
                return func.div(self._number(of) * percent, 100)
            case Bands(bands=bands, of=of):
                value = self._number(of)
                steps = [(value >= band.since, band.then) for band in reversed(bands)]
                return case((value.is_(None), cast(null(), Numeric())), *steps, else_=0)
            case Choice(choose=fact, by=by, otherwise=otherwise):
                column = self._columns[fact]
                ways = [(column == value, self._number(part)) for value, part in by.items()]
                return case(
                    (column.is_(None), cast(null(), Numeric())),
                    *ways,
                    else_=self._number(otherwise),
                )
            case _:
                return self._of_parts(formula)

    def _of_parts(self, formula: Sum | Minus | Times | Least | Greatest) -> Number:
        match formula:
            case Sum(sum=parts):
                total = self._number(parts[0])
                for part in parts[1:]:
                    total = total + self._number(part)
                return total
            case Minus(minus=(first, second)):
                return self._number(first) - self._number(second)
            case Times(times=(first, second)):
                return self._number(first) * self._number(second)
            case Least(least=parts):
                return _strict(func.least, [self._number(part) for part in parts])
            case Greatest(greatest=parts):
                return _strict(func.greatest, [self._number(part) for part in parts])

    def _months(self, column: ColumnElement[Any]) -> Number:
        years = extract("year", self._on) - extract("year", column)
        whole = years * 12 + extract("month", self._on) - extract("month", column)
        short = cast(extract("day", self._on) < extract("day", column), Integer)
        return case(
            (column.is_(None), cast(null(), Numeric())),
            else_=func.greatest(0, cast(whole - short, Numeric())),
        )


def _strict(choose: Callable[..., Number], values: Sequence[Number]) -> Number:
    """Of values one of which is missing, none is the least."""
    missing = or_(*(value.is_(None) for value in values))
    return case((missing, cast(null(), Numeric())), else_=choose(*values))


def _any(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return or_(*found) if found else literal(False)  # noqa: FBT003 - a constant of SQL


def _names(
    conditions: Sequence[tuple[PolicyCondition, Truth]], counts: Callable[[Truth], Truth]
) -> ColumnElement[Sequence[str]]:
    ids = [case((counts(truth), condition.id), else_=null()) for condition, truth in conditions]
    return func.array_remove(cast(array(ids), ARRAY(Text)), null(), type_=ARRAY(Text))
