"""What is wrong with a policy that its shape alone does not show; the loader gives the lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from definitions.language.base import moment_of
from definitions.language.benefits import (
    FactType,
    Measure,
    PolicyCondition,
    PolicyDefinition,
    Ratio,
    SourceDefinition,
    SubjectFact,
    SubjectKind,
)
from definitions.language.conditions import All, Compare, Condition
from definitions.language.formulas import (
    Choice,
    Formula,
    Greatest,
    Least,
    MonthsSince,
    OfFact,
    Percent,
    Sum,
)
from definitions.rules.formulas import cut, figures_in_formula, parts_of
from definitions.rules.review_problem import Path, Problem
from definitions.rules.satisfiable import (
    TRUE,
    TooLong,
    compares_in,
    domains_of,
    formula,
    found,
)

_FITS: Mapping[FactType, frozenset[str]] = {
    FactType.NUMBER: frozenset({"is_", "is_not", "one_of", "at_least", "at_most", "known"}),
    FactType.FLAG: frozenset({"is_", "is_not", "known"}),
    FactType.DATE: frozenset({"known"}),
    FactType.TEXT: frozenset({"is_", "is_not", "one_of", "known"}),
    FactType.MANY: frozenset({"has", "lacks", "known"}),
}
_NEVER = frozenset({False})
_SHOWS_WHY = "reason"


@dataclass(frozen=True)
class House:
    """What a policy may refer to; `ended` are the laws in force no more, with their last day."""

    facts: Mapping[str, SubjectFact]
    organs: frozenset[str]
    laws: frozenset[str]
    ended: Mapping[str, date] = field(default_factory=dict)


def source_problems(
    facts: tuple[SubjectFact, ...], sources: tuple[SourceDefinition, ...]
) -> Iterator[Problem]:
    """Facts are written once, each with a source that is there."""
    known = {source.id for source in sources}
    seen: set[str] = set()
    for n, fact in enumerate(facts):
        if fact.fact in seen:
            yield Problem(("facts", n, "fact"), "twice", f"数据 {fact.fact} 已经写过")
        seen.add(fact.fact)
        if fact.source not in known:
            message = f"没有数据来源 {fact.source}"
            yield Problem(("facts", n, "source"), "unknown", message)


def review_policy(policy: PolicyDefinition, house: House) -> tuple[Problem, ...]:
    """Every problem of the policy at once; empty where it may be published."""
    return (
        *_names(policy, house),
        *_figures(policy, house),
        *_conditions(policy, house),
        *_amount(policy, house),
        *_publicity(policy, house),
        *_contradictions(policy),
    )


def expired(policy: PolicyDefinition, house: House, on: date) -> Iterator[Problem]:
    """A policy that is over, or rests on what is in force no more, is not published any more."""
    ends = policy.validity.ends
    if ends is not None and ends <= moment_of(on):
        yield Problem(("validity", "until"), "expired", "政策文件的有效期已过")
    for n, basis in enumerate(policy.bases):
        last = house.ended.get(basis.law)
        if last is not None and last < on:
            message = f"依据 {basis.law} 已于 {last.isoformat()} 失效"
            yield Problem(("bases", n, "law"), "expired", message)


def _names(policy: PolicyDefinition, house: House) -> Iterator[Problem]:
    if policy.organ not in house.organs:
        yield Problem(("organ",), "unknown", f"部门目录里没有 {policy.organ}")
    for n, basis in enumerate(policy.bases):
        if basis.law not in house.laws:
            yield Problem(("bases", n, "law"), "unknown", f"依据目录里没有 {basis.law}")


def _figures(policy: PolicyDefinition, house: House) -> Iterator[Problem]:
    """A figure may use those written before it: so none can go round in a circle."""
    before: set[str] = set()
    for n, figure in enumerate(policy.figures):
        yield from _facts(policy, house, figure.formula, ("figures", n, "formula"))
        for name in figures_in_formula(figure.formula):
            if name not in before:
                message = f"算式用到的 {name} 没有写在它前面"
                yield Problem(("figures", n, "formula"), "unknown", message)
        before.add(figure.name)


def _conditions(policy: PolicyDefinition, house: House) -> Iterator[Problem]:
    for n, condition in enumerate(policy.conditions):
        at: Path = ("conditions", n)
        if condition.when is not None:
            yield from _compared(policy, house, condition.when, (*at, "when"))
        for name, part in _formulas_of(condition):
            yield from _formula(policy, house, part, (*at, *name))
    if all(condition.excludes for condition in policy.conditions):
        yield Problem(("conditions",), "open", "至少写一条应当符合的条件")


def _compared(
    policy: PolicyDefinition, house: House, condition: Condition, path: Path
) -> Iterator[Problem]:
    for compare in compares_in(condition):
        kind, _, name = compare.fact.partition(".")
        since = kind == "since"
        fact = house.facts.get(f"{policy.subject}.{name}" if since else compare.fact)
        if fact is None:
            yield Problem(path, "unknown", f"数据目录里没有 {compare.fact}")
        elif fact.kind is not policy.subject:
            yield Problem(path, "subject", f"{compare.fact} 不是这类对象的数据")
        elif since and fact.type is not FactType.DATE:
            yield Problem(path, "type", f"{compare.fact} 要的是日期，{fact.label}不是日期")
        elif compare.comparison not in _FITS[FactType.NUMBER if since else fact.type]:
            yield Problem(path, "type", f"{fact.label}不能这样比较")
        elif not _is_of(fact.type, compare, since=since):
            yield Problem(path, "type", f"{fact.label}比较的值类型不对")


def _is_of(kind: FactType, compare: Compare, *, since: bool) -> bool:
    values = [compare.is_, compare.is_not, *(compare.one_of or ())]
    wanted: type = int
    if kind is FactType.FLAG:
        wanted = bool
    elif kind in {FactType.TEXT, FactType.MANY} and not since:
        wanted = str
    return all(value is None or type(value) is wanted for value in values)


def _formulas_of(condition: PolicyCondition) -> Iterator[tuple[Path, Formula]]:
    part: Measure | Ratio | None = condition.measure or condition.ratio
    if part is None:
        return
    name = "measure" if condition.measure else "ratio"
    for key in type(part).model_fields:
        value = getattr(part, key)
        if key != "unit" and value is not None:
            yield (name, key), value


def _formula(
    policy: PolicyDefinition, house: House, formula: Formula, path: Path
) -> Iterator[Problem]:
    names = {figure.name for figure in policy.figures}
    for name in figures_in_formula(formula):
        if name not in names:
            yield Problem(path, "unknown", f"没有算式 {name}")
    yield from _facts(policy, house, formula, path)


def _facts(
    policy: PolicyDefinition, house: House, formula: Formula, path: Path
) -> Iterator[Problem]:
    """The facts of a formula are there, are of whom the policy is for, and can be reckoned with."""
    for fact, wanted in _facts_typed(formula):
        known = house.facts.get(fact)
        if known is None:
            yield Problem(path, "unknown", f"数据目录里没有 {fact}")
        elif known.kind is not policy.subject:
            yield Problem(path, "subject", f"{fact} 不是这类对象的数据")
        elif known.type is not wanted:
            yield Problem(path, "type", f"算式里的 {known.label} 应为{_TYPES[wanted]}")


_TYPES = {FactType.NUMBER: "数", FactType.DATE: "日期", FactType.TEXT: "文字"}


def _facts_typed(formula: Formula) -> Iterator[tuple[str, FactType]]:
    match formula:
        case OfFact(fact=fact):
            yield fact, FactType.NUMBER
        case MonthsSince(months_since=fact):
            yield fact, FactType.DATE
        case Choice(choose=fact):
            yield fact, FactType.TEXT
        case _:
            pass
    for part in parts_of(formula):
        yield from _facts_typed(part)


def _amount(policy: PolicyDefinition, house: House) -> Iterator[Problem]:
    yield from _formula(policy, house, policy.amount.formula, ("amount", "formula"))
    fixed = policy.amount.formula
    if isinstance(fixed, int) and not 1 <= fixed <= policy.amount.at_most:
        message = "固定的金额应当大于 0，且不超过封顶数"
        yield Problem(("amount", "formula"), "cap", message)
    least = least_of(fixed)
    if not isinstance(fixed, int) and least is not None and least > policy.amount.at_most:
        message = "封顶数低于算式的最低数，谁也拿不到算出来的金额"
        yield Problem(("amount", "at_most"), "cap", message)
    if policy.amount.at_most > policy.budget.fen:
        yield Problem(("budget", "fen"), "budget", "一户的封顶数超过了全部预算")
    by = policy.exclusion.by if policy.exclusion else None
    if by is not None:
        yield from _listed(policy, house, by)
    for n, name in enumerate(policy.begins.facts if policy.begins else ()):
        yield from _of_subject(policy, house, name, ("begins", "facts", n))


def _listed(policy: PolicyDefinition, house: House, by: str) -> Iterator[Problem]:
    """What is used up entry by entry is a list of whom the policy is for."""
    yield from _of_subject(policy, house, by, ("exclusion", "by"))
    if by in house.facts and house.facts[by].type is not FactType.MANY:
        yield Problem(("exclusion", "by"), "type", f"{by} 应为数据目录里的列表")


def _of_subject(policy: PolicyDefinition, house: House, name: str, path: Path) -> Iterator[Problem]:
    if name not in house.facts:
        yield Problem(path, "unknown", f"数据目录里没有 {name}")
    elif house.facts[name].kind is not policy.subject:
        yield Problem(path, "subject", f"{name} 不是这类对象的数据")


def least_of(formula: Formula) -> int | None:
    """What the formula never falls below whatever the facts are; None where nothing is certain."""
    match formula:
        case int():
            return formula
        case Percent(percent=percent, of=of):
            least = least_of(of)
            return None if least is None else cut(least * percent, 100)
        case Greatest(greatest=parts):
            known = [least for part in parts if (least := least_of(part)) is not None]
            return max(known, default=None)
        case Sum(sum=parts) | Least(least=parts):
            every = [least_of(part) for part in parts]
            known = [least for least in every if least is not None]
            if len(known) < len(every):
                return None
            return sum(known) if isinstance(formula, Sum) else min(known)
        case Choice(by=by, otherwise=otherwise):
            every = [least_of(part) for part in (*by.values(), otherwise)]
            known = [least for least in every if least is not None]
            return min(known) if len(known) == len(every) else None
        case _:
            return None


def _publicity(policy: PolicyDefinition, house: House) -> Iterator[Problem]:
    """残疾、低保、健康等敏感信息不进公示；个人的证件号码不公开 (个人信息保护法 28)."""
    if policy.publicity is None:
        return
    why, masked = _SHOWS_WHY in policy.publicity.shows, policy.publicity.masked
    is_person = policy.subject is SubjectKind.PERSON
    if is_person and not masked:
        message = "个人的名单公示应当隐去姓名和证件号码"
        yield Problem(("publicity",), "sensitive", message)
    sensitive = any(
        house.facts[name].sensitive for name in _rests_on(policy) if name in house.facts
    )
    if sensitive and (why or (not masked and not is_person)):
        message = "条件或者金额涉及敏感个人信息，公示应当隐去姓名，不得写明理由"
        yield Problem(("publicity",), "sensitive", message)


def _rests_on(policy: PolicyDefinition) -> Iterator[str]:
    """The facts of conditions, figures and amount; figures may be wrong and go round by now."""
    for condition in policy.conditions:
        yield from _names_in(policy, condition)
    formulas = (*(figure.formula for figure in policy.figures), policy.amount.formula)
    for each in formulas:
        yield from (fact for fact, _ in _facts_typed(each))


def _names_in(policy: PolicyDefinition, condition: PolicyCondition) -> Iterator[str]:
    for compare in compares_in(condition.when):
        kind, _, name = compare.fact.partition(".")
        yield f"{policy.subject}.{name}" if kind == "since" else compare.fact
    for _, part in _formulas_of(condition):
        yield from (fact for fact, _ in _facts_typed(part))


def _contradictions(policy: PolicyDefinition) -> Iterator[Problem]:
    """Conditions that nobody can fulfil together, and bounds that leave nothing between them."""
    for n, condition in enumerate(policy.conditions):
        measure = condition.measure
        if measure is None:
            continue
        least, most = measure.at_least, measure.at_most
        if isinstance(least, int) and isinstance(most, int) and least > most:
            message = "下限高于上限，谁也不能符合"
            yield Problem(("conditions", n, "measure"), "contradiction", message)
            return
    told = [(condition, _as_condition(condition)) for condition in policy.conditions]
    domains = domains_of(each for _, when in told for each in compares_in(when))
    wanted = [
        formula(when, _NEVER if condition.excludes else TRUE, domains)
        for condition, when in told
        if when is not None
    ]
    try:
        possible = found(wanted, domains) is not None
    except TooLong:
        possible = True
    if not possible:
        yield Problem(("conditions",), "contradiction", "这些条件互相矛盾，谁也不能同时符合")


def _as_condition(condition: PolicyCondition) -> Condition | None:
    """The condition, where it compares facts with constants."""
    measure = condition.measure
    if condition.when is not None or measure is None or not isinstance(measure.number, OfFact):
        return condition.when
    fact = measure.number.fact
    bounds = [
        Compare.model_validate({"fact": fact, name: bound})
        for name, bound in (("at_least", measure.at_least), ("at_most", measure.at_most))
        if isinstance(bound, int)
    ]
    return All(all=tuple(bounds)) if len(bounds) > 1 else next(iter(bounds), None)
