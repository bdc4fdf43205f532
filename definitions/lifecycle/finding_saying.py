"""How one condition came out, in a sentence for the one it is about: what is so, and how far off.

Lists of other people's numbers (who was hired, one's children) are counted, never written out.
"""

from collections.abc import Mapping

from definitions.language.benefits import (
    FactType,
    PolicyCondition,
    PolicyDefinition,
    SubjectFact,
)
from definitions.lifecycle.policy_saying import Saying, fact_said, rate_said
from definitions.rules.conditions import Fact
from definitions.rules.matching import Finding
from definitions.rules.money import yuan


def finding_said(
    policy: PolicyDefinition,
    finding: Finding,
    facts: Mapping[str, SubjectFact],
    known: Mapping[str, Fact],
) -> str:
    """`公共信用综合评价90分以上：现为 88 分，要求 90 分，差 2 分`."""
    condition = next(each for each in policy.conditions if each.id == finding.id)
    said = _said(Saying(policy, facts), condition, finding, facts, known)
    return f"{condition.says}：{said}"


def shown_fact(fact: SubjectFact, value: Fact) -> str:
    """A value for the one it is about."""
    if fact.sensitive and isinstance(value, tuple):
        return f"{len(value)} 项"
    return fact_said(fact, value)


def lacking_said(finding: Finding, facts: Mapping[str, SubjectFact]) -> str:
    """`缺“企业规模”`."""
    names = (facts[name].label if name in facts else name for name in finding.lacking)
    return (
        "缺" + "、".join(f"“{name}”" for name in names) if finding.lacking else "数据不全，算不出"
    )


def _said(
    saying: Saying,
    condition: PolicyCondition,
    finding: Finding,
    facts: Mapping[str, SubjectFact],
    known: Mapping[str, Fact],
) -> str:
    if finding.holds is None:
        return lacking_said(finding, facts)
    if finding.value is None:
        return _plain(finding, facts, known)
    money = condition.measure is not None and saying.is_money(condition.measure.number) is True
    unit = condition.measure.unit if condition.measure else ""

    def number(value: int) -> str:
        if condition.ratio is not None:
            return rate_said(value)
        return yuan(value) if money else f"{value:,} {unit}".rstrip()

    told = [f"现为 {number(finding.value)}"]
    if finding.bound is not None:
        told.append(f"{_bound(condition, finding)} {number(finding.bound)}")
    if finding.short is not None:
        told.append(f"差 {number(finding.short)}")
    return "，".join(told)


def _bound(condition: PolicyCondition, finding: Finding) -> str:
    """Which of its bounds the figure was held against."""
    parts = condition.measure or condition.ratio
    assert parts is not None
    if parts.at_most is None:
        return "应不少于"
    if parts.at_least is None:
        return "应不多于"
    assert finding.value is not None
    assert finding.bound is not None
    too_much = finding.short is not None and finding.value > finding.bound
    return "应不多于" if too_much else "应不少于"


def _plain(finding: Finding, facts: Mapping[str, SubjectFact], known: Mapping[str, Fact]) -> str:
    fine = finding.holds is not finding.excludes
    shown = "；".join(
        f"{facts[name].label}：{shown_fact(facts[name], known[name])}"
        for name in finding.facts
        if name in known and name in facts and facts[name].type is not FactType.MANY
    )
    verdict = "没有" if fine else "有"
    verdict = verdict if finding.excludes else ("符合" if fine else "不符合")
    return f"{verdict}（{shown}）" if shown else verdict
