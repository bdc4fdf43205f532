"""A policy's text judged before anybody may propose or publish it: every fault with its place."""

from dataclasses import dataclass, replace
from datetime import date

from definitions.language.benefits import PolicyCases, Verdict
from definitions.lifecycle.judging import CaseResult, Judgement, Unlike, finding
from definitions.policy_loading import LoadedPolicy, read_policy
from definitions.reading import placed, read_text
from definitions.rules.golden import Difference
from definitions.rules.golden_policies import policy_differences
from definitions.rules.money import yuan
from definitions.rules.review_policy import House, expired
from definitions.source import DefinitionError, parse

CASES_MISSING = "没有金例：政策须和说明它的金例一起提出"
VERDICTS = {
    Verdict.HIT: "符合",
    Verdict.MISS: "不符合",
    Verdict.UNKNOWN: "不知道（缺数据）",
    Verdict.EXCLUDED: "排除",
}
_LABELS = {"verdict": "结论", "amount": "金额", "reasons": "理由"}
TEXT, CASES = "policy/policy.yaml", "policy/policy.cases.yaml"


class PolicyReport(Judgement):
    """Of a policy's text."""

    policy: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedPolicy:
    """The report, and the policy itself where it could be read."""

    report: PolicyReport
    loaded: LoadedPolicy | None = None


def judge_policy(
    text: str, cases: str, house: House, on: date, *, shown: tuple[str, str] = (TEXT, CASES)
) -> JudgedPolicy:
    """Everything that is wrong with a text and its cases on that day.

    `shown` are their names in findings.
    """
    loaded, faults = read_policy(text.encode(), shown[0], house)
    errors = list(faults)
    beside: PolicyCases | None = None
    if cases.strip():
        read = read_text(cases.encode(), shown[1], PolicyCases)
        beside, errors = read.said, [*errors, *read.errors]
    if loaded is None:
        return JudgedPolicy(PolicyReport(findings=tuple(map(finding, errors))))
    source = parse(text.encode(), shown[0])
    errors += placed(expired(loaded.definition, house, on), source)
    if beside is not None:
        loaded = replace(loaded, cases=beside.cases, usual=beside.usual)
    elif not cases.strip():
        errors.append(_missing(shown[0]))
    definition = loaded.definition
    report = PolicyReport(
        policy=definition.policy,
        version=definition.version,
        name=definition.name,
        sha256=loaded.sha256,
        findings=tuple(map(finding, errors)),
        cases=() if errors else tried(loaded),
    )
    return JudgedPolicy(report, loaded)


def tried(loaded: LoadedPolicy) -> tuple[CaseResult, ...]:
    """Every golden case with what came out otherwise."""
    return tuple(
        CaseResult(
            case=case.case,
            unlike=tuple(
                _unlike(loaded, each)
                for each in policy_differences(loaded.definition, loaded.usual, case)
            ),
        )
        for case in loaded.cases
    )


def amount_said(fen: int | None) -> str:
    """Money, or that there is none."""
    return "没有" if fen is None else yuan(fen)


def _unlike(loaded: LoadedPolicy, difference: Difference) -> Unlike:
    return Unlike(
        item=difference.item,
        label=_LABELS[difference.item],
        expected=_told(loaded, difference.expected),
        found=_told(loaded, difference.found),
    )


def _told(loaded: LoadedPolicy, value: object) -> str:
    match value:
        case Verdict():
            return VERDICTS[value]
        case int():
            return yuan(value)
        case tuple() if value:
            says = {each.id: each.says for each in loaded.definition.conditions}
            return "、".join(str(says.get(each, each)) for each in value)
        case _:
            return "没有"


def _missing(shown: str) -> DefinitionError:
    return DefinitionError(
        file=shown, line=1, column=1, path="", rule="cases_missing", message=CASES_MISSING
    )
