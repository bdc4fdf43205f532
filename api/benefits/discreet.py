"""What is told of subjects to those who read benefits and do not decide them.

Who runs an organ's benefits needs a person's whole number to tell people apart, and every fact to
see that the result is right. Who oversees needs neither (个人信息保护法 6, 28): of what rests on
sensitive facts they see that it was looked at, as of when, and how it came out.
"""

from typing import Any, TypeVar

from activities.store.benefits.reading import EntryLine, MatchLine
from activities.store.benefits.reading_cases import CaseLine
from activities.store.benefits.reading_entitlement import EntitlementView
from activities.store.benefits.reading_money import PaymentLine
from api.benefits.working import SampleView, Working
from api.masking import masked_id
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.language.roles import Actor
from definitions.policy_loading import FactCatalogue
from definitions.rules import permissions
from definitions.rules.matching import facts_behind
from definitions.rules.permissions import Act

Line = TypeVar("Line", EntryLine, MatchLine, PaymentLine, CaseLine)


def told(actor: Actor, organ: str, line: Line) -> Line:
    """The line of a policy of this organ, as the actor may know it."""
    hides = _kind(line) is SubjectKind.PERSON and _oversees(actor, organ)
    if not hides or line.code is None:
        return line
    return line.model_copy(update={"code": masked_id(line.code)})


def told_sample(
    actor: Actor,
    organ: str,
    found: SampleView,
    policy: PolicyDefinition,
    catalogue: FactCatalogue,
) -> SampleView:
    """The same of a result with its working."""
    return SampleView(
        line=told(actor, organ, found.line),
        working=told_working(actor, organ, found.working, policy, catalogue),
    )


def told_working(
    actor: Actor, organ: str, found: Working, policy: PolicyDefinition, catalogue: FactCatalogue
) -> Working:
    """The same of a working."""
    if not _oversees(actor, organ):
        return found
    hidden = _sensitive(catalogue)
    figures = _figures_on(policy, hidden)
    gone: dict[str, Any] = {"value": None, "hidden": True}
    return found.model_copy(
        update={
            "findings": tuple(
                each.model_copy(update={"value": None, "short": None})
                if hidden.intersection(each.facts)
                else each
                for each in found.findings
            ),
            "figures": tuple(
                each.model_copy(update=gone) if each.name in figures else each
                for each in found.figures
            ),
            "facts": tuple(
                each.model_copy(update=gone) if each.fact in hidden else each
                for each in found.facts
            ),
        }
    )


def told_entitlement(
    actor: Actor, found: EntitlementView, policy: PolicyDefinition, catalogue: FactCatalogue
) -> EntitlementView:
    """The same of an entitlement with everything that belongs to it."""
    organ = found.line.organ
    if not _oversees(actor, organ):
        return found
    return found.model_copy(
        update={
            "line": told(actor, organ, found.line),
            "payments": tuple(told(actor, organ, each) for each in found.payments),
            "cases": tuple(told(actor, organ, each) for each in found.cases),
            "evidence": _evidence(found.evidence, policy, _sensitive(catalogue)),
        }
    )


def _oversees(actor: Actor, organ: str) -> bool:
    return not permissions.reaches(actor, Act.RUN_BENEFITS, organ)


def _evidence(
    evidence: dict[str, Any], policy: PolicyDefinition, hidden: frozenset[str]
) -> dict[str, Any]:
    """Without what is sensitive. What it uses up of a group is counted: those are other people."""
    figures = _figures_on(policy, hidden)
    used = {name: ["*"] * len(evidence.get(name, ())) for name in ("tokens", "used")}
    return {
        **evidence,
        **used,
        "facts": {
            name: {**each, "value": None} if name in hidden else each
            for name, each in evidence.get("facts", {}).items()
        },
        "figures": {
            name: None if name in figures else value
            for name, value in evidence.get("figures", {}).items()
        },
    }


def _sensitive(catalogue: FactCatalogue) -> frozenset[str]:
    return frozenset(fact.fact for fact in catalogue.facts if fact.sensitive)


def _figures_on(policy: PolicyDefinition, facts: frozenset[str]) -> frozenset[str]:
    """The figures that rest on any of these."""
    return frozenset(
        figure.name
        for figure in policy.figures
        if facts.intersection(facts_behind(policy, figure.formula))
    )


def _kind(line: EntryLine | MatchLine | PaymentLine | CaseLine) -> SubjectKind | None:
    return line.subject_kind if isinstance(line, CaseLine) else line.kind
