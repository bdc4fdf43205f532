"""比对: one subject against one policy, with the working: which condition, which fact, how far off.

The batch does the same in SQL (`activities.benefits.compiling`); the two are held equal by tests.
"""

from collections.abc import Mapping
from datetime import date

from definitions.language.base import Value
from definitions.language.benefits import (
    Measure,
    PolicyCondition,
    PolicyDefinition,
    Ratio,
    Verdict,
)
from definitions.language.formulas import Formula
from definitions.rules.conditions import Fact, Facts, facts_in, holds
from definitions.rules.formulas import Figures, facts_in_formula, figures_in_formula

PER = 1000


class Finding(Value):
    """How one condition came out. `holds` is None where a fact is missing (`lacking`).

    `value` is the figure that was looked at, `bound` what it was held against; `short` by how much
    it misses (in the measure's unit; of a ratio in thousandths).
    """

    id: str
    says: str
    holds: bool | None
    excludes: bool = False
    value: int | None = None
    bound: int | None = None
    short: int | None = None
    facts: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


class Match(Value):
    """What a policy says to a subject. `amount` in fen, for a hit only."""

    verdict: Verdict
    amount: int | None
    findings: tuple[Finding, ...]
    figures: Mapping[str, int | None]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The conditions that decide the verdict, in the order written."""
        match self.verdict:
            case Verdict.HIT:
                return ()
            case Verdict.EXCLUDED:
                return tuple(f.id for f in self.findings if f.excludes and f.holds)
            case Verdict.MISS:
                return tuple(f.id for f in self.findings if not f.excludes and f.holds is False)
            case Verdict.UNKNOWN:
                return tuple(f.id for f in self.findings if f.holds is None)

    @property
    def is_near(self) -> bool:
        """差一点: exactly one condition is in the way, and everything is known."""
        return (
            self.verdict is Verdict.MISS
            and len(self.reasons) == 1
            and all(finding.holds is not None for finding in self.findings)
        )


def match(policy: PolicyDefinition, facts: Facts, on: date) -> Match:
    """The verdict on one subject, by the facts as they stood on that day.

    Dates are facts in ISO form. An amount that cannot be reckoned makes the subject unknown.
    """
    days = days_of(facts)
    formulas = {figure.name: figure.formula for figure in policy.figures}
    figures = Figures(facts, days, formulas, on)
    known = with_days(facts, days, on)
    findings = tuple(_finding(policy, each, known, figures) for each in policy.conditions)
    verdict = verdict_of(findings)
    amount: int | None = None
    if verdict is Verdict.HIT:
        value = figures.value(policy.amount.formula)
        amount = None if value is None else max(0, min(value, policy.amount.at_most))
        verdict = Verdict.UNKNOWN if amount is None else verdict
    return Match(
        verdict=verdict,
        amount=amount,
        findings=findings,
        figures={name: figures.value(formula) for name, formula in formulas.items()},
    )


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Not entitled at all comes before excluded; what is missing, before both are certain."""
    wanted = [finding.holds for finding in findings if not finding.excludes]
    barring = [finding.holds for finding in findings if finding.excludes]
    if False in wanted:
        return Verdict.MISS
    if None in wanted:
        return Verdict.UNKNOWN
    if True in barring:
        return Verdict.EXCLUDED
    return Verdict.UNKNOWN if None in barring else Verdict.HIT


def needed_facts(policy: PolicyDefinition) -> tuple[str, ...]:
    """Every fact the policy looks at, each once; days since a date need the date."""
    found: list[str] = []
    for condition in policy.conditions:
        found += looked_at(policy, condition)
    found += facts_behind(policy, policy.amount.formula)
    if policy.exclusion is not None and policy.exclusion.by is not None:
        found.append(policy.exclusion.by)
    return tuple(dict.fromkeys(found))


def looked_at(policy: PolicyDefinition, condition: PolicyCondition) -> tuple[str, ...]:
    """The facts of one condition, each once, those of the figures it names among them."""
    kind = policy.subject
    if condition.when is not None:
        names = (
            f"{kind}.{name.partition('.')[2]}" if name.startswith("since.") else name
            for name in facts_in(condition.when)
        )
        return tuple(dict.fromkeys(names))
    parts = condition.measure or condition.ratio
    assert parts is not None
    found: list[str] = []
    for field in type(parts).model_fields:
        formula = getattr(parts, field)
        if field != "unit" and formula is not None:
            found += facts_behind(policy, formula)
    return tuple(dict.fromkeys(found))


def reckoned_from(policy: PolicyDefinition) -> tuple[str, ...]:
    """The facts of the amount, each once."""
    return tuple(dict.fromkeys(facts_behind(policy, policy.amount.formula)))


def facts_behind(policy: PolicyDefinition, formula: Formula) -> list[str]:
    """The facts of a formula, and of the figures it names."""
    formulas = {figure.name: figure.formula for figure in policy.figures}
    found = list(facts_in_formula(formula))
    for name in figures_in_formula(formula):
        if name in formulas:
            found += facts_behind(policy, formulas[name])
    return found


def days_of(facts: Facts) -> dict[str, date]:
    """The facts that are dates."""
    days: dict[str, date] = {}
    for name, value in facts.items():
        if isinstance(value, str) and len(value) == len("2026-11-24"):
            try:
                days[name] = date.fromisoformat(value)
            except ValueError:
                continue
    return days


def with_days(facts: Facts, days: Mapping[str, date], on: date) -> Facts:
    """The facts, and of each date how many days ago it was, as `since.<name>`."""
    ago: dict[str, Fact] = {
        f"since.{name.partition('.')[2]}": (on - day).days for name, day in days.items()
    }
    return {**facts, **ago}


def _finding(
    policy: PolicyDefinition, condition: PolicyCondition, facts: Facts, figures: Figures
) -> Finding:
    names = looked_at(policy, condition)
    value = bound = short = None
    if condition.measure is not None:
        result, value, bound, short = _measured(condition.measure, figures)
    elif condition.ratio is not None:
        result, value, bound, short = _rated(condition.ratio, figures)
    else:
        result = holds(condition.when, facts)
    return Finding(
        id=condition.id,
        says=condition.says,
        holds=result,
        excludes=condition.excludes,
        value=value,
        bound=bound,
        short=short,
        facts=names,
        lacking=tuple(name for name in names if name not in facts) if result is None else (),
    )


_Told = tuple[bool | None, int | None, int | None, int | None]


def _measured(measure: Measure, figures: Figures) -> _Told:
    value = figures.value(measure.number)
    results: list[bool | None] = []
    told: int | None = None
    short: int | None = None
    for bound, least in ((measure.at_least, True), (measure.at_most, False)):
        if bound is None:
            continue
        limit = figures.value(bound)
        told = limit if told is None else told
        if value is None or limit is None:
            results.append(None)
        elif (value < limit) if least else (value > limit):
            told, short = limit, abs(limit - value)
            results.append(False)
        else:
            results.append(True)
    return _both(results), value, told, short


def _rated(ratio: Ratio, figures: Figures) -> _Told:
    part, whole = figures.value(ratio.part), figures.value(ratio.whole)
    least = ratio.at_least is not None
    formula = ratio.at_most if ratio.at_least is None else ratio.at_least
    bound = None if formula is None else figures.value(formula)
    if part is None or whole is None or bound is None or whole <= 0:
        return None, None, bound, None
    rate = part * PER // whole
    fine = part * PER >= bound * whole if least else part * PER <= bound * whole
    return fine, rate, bound, None if fine else max(1, abs(rate - bound))


def _both(results: list[bool | None]) -> bool | None:
    if False in results:
        return False
    return None if None in results else True
