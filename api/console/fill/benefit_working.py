"""A verdict with its whole working, so that whoever doubts it can reckon it again by hand."""

from collections.abc import Mapping

from api.benefits.working import FactSaid, FigureSaid, Working
from api.console.benefit_words import NEAR, VERDICT
from api.console.views.benefits import FactRow, FigureRow, FindingRow, WorkingView
from api.console.views.shared import StatusView, Tone
from api.console.words import SYMBOLS
from definitions.language.benefits import FactType, PolicyCondition, PolicyDefinition, SubjectFact
from definitions.lifecycle.policy_saying import MONEY, Saying, fact_said, rate_said
from definitions.policy_loading import FactCatalogue
from definitions.rules.matching import Finding, reckoned_from
from definitions.rules.money import yuan

UNCERTAIN = "标准以当年文件为准"
HIDDEN = "只给承办的部门看"
_RATE = "千分率"


def working(
    said: Working, policy: PolicyDefinition, catalogue: FactCatalogue, *, is_near: bool = False
) -> WorkingView:
    """Each condition with the facts it looked at, each figure with its formula in words."""
    teller = _Teller(policy, catalogue, said.facts)
    conditions = {condition.id: condition for condition in policy.conditions}
    figures = [_figure(teller, policy, each) for each in said.figures]
    amount = ""
    if said.amount is not None:
        figures.append(_basis(teller, policy))
        formula = teller.saying.formula(policy.amount.formula)
        figures.append(FigureRow("金额", formula, yuan(said.amount)))
        amount = f"{yuan(said.amount)}（封顶 {yuan(said.at_most)}）"
    return WorkingView(
        verdict=NEAR if is_near else VERDICT[said.verdict],
        on=said.on,
        findings=tuple(
            teller.finding(conditions[found.id], found)
            for found in said.findings
            if found.id in conditions
        ),
        figures=tuple(figures),
        amount=amount,
        uncertain=(said.note or UNCERTAIN) if said.uncertain else "",
    )


class _Teller:
    """Says conditions and facts of one subject."""

    def __init__(
        self, policy: PolicyDefinition, catalogue: FactCatalogue, said: tuple[FactSaid, ...]
    ) -> None:
        self._facts: Mapping[str, SubjectFact] = {fact.fact: fact for fact in catalogue.facts}
        self._said = {each.fact: each for each in said}
        self.saying = Saying(policy, self._facts)

    def finding(self, condition: PolicyCondition, found: Finding) -> FindingRow:
        """One condition: what was looked at, the bound, and how far off."""
        measure = condition.measure
        unit = measure.unit if measure else ""
        money = measure is not None and self.saying.is_money(measure.number) is True

        def said(number: int | None) -> str:
            if number is None:
                return ""
            if condition.ratio is not None:
                return rate_said(number)
            return yuan(number) if money else f"{number:,} {unit}".rstrip()

        return FindingRow(
            says=condition.says,
            form=self.saying.condition(condition),
            status=_result(found),
            value=said(found.value),
            bound=said(found.bound),
            short=f"差 {said(found.short)}" if found.short is not None else "",
            facts=tuple(self.fact(name) for name in found.facts),
        )

    def fact(self, name: str) -> FactRow:
        """A fact as it was used; without a value where nobody said it."""
        fact, said = self._facts[name], self._said.get(name)
        return FactRow(
            label=fact.label,
            value=_value(fact, said) if said else "",
            source=said.source if said else "",
            as_of=said.as_of if said else None,
        )


def _value(fact: SubjectFact, said: FactSaid) -> str:
    if said.hidden:
        return HIDDEN
    return "" if said.value is None else _shown(fact, said.value)


def _shown(fact: SubjectFact, value: bool | int | str | tuple[str, ...]) -> str:  # noqa: FBT001 - a fact's
    """Lists of other people (who was hired, one's children) are counted, not shown."""
    if fact.sensitive and fact.type is FactType.MANY and isinstance(value, tuple):
        return f"{len(value)} 项"
    return fact_said(fact, value)


def _basis(teller: _Teller, policy: PolicyDefinition) -> FigureRow:
    rows = [teller.fact(name) for name in reckoned_from(policy)]
    return FigureRow("金额用到的数据", "；".join(f"{row.label}：{row.value}" for row in rows), "")


def _figure(teller: _Teller, policy: PolicyDefinition, said: FigureSaid) -> FigureRow:
    figure = next(each for each in policy.figures if each.name == said.name)
    return FigureRow(
        label=figure.label,
        formula=teller.saying.formula(figure.formula, money=figure.unit == MONEY),
        value=HIDDEN if said.hidden else _valued(said.value, figure.unit),
    )


def _valued(value: int | None, unit: str) -> str:
    if value is None:
        return "缺数据"
    if unit == MONEY:
        return yuan(value)
    return rate_said(value) if unit == _RATE else f"{value:,} {unit}"


def _result(found: Finding) -> StatusView:
    """An excluding condition is fine where it is not fulfilled."""
    if found.holds is None:
        return StatusView("缺数据", SYMBOLS[Tone.WAIT], Tone.WAIT)
    fine = found.holds is not found.excludes
    words = ("没有", "有，排除") if found.excludes else ("符合", "不符合")
    tone = Tone.OK if fine else Tone.BAD
    return StatusView(words[0 if fine else 1], SYMBOLS[tone], tone)
