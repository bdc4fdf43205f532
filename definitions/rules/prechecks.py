"""Pre-check (智能预审): what the rules find in an application before anybody looks at it."""

from datetime import date

from definitions.language.base import Basis, Value
from definitions.language.checks import Precheck, Severity
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Facts, holds


class Finding(Value):
    """One thing found: by which rule, how grave, where (a fact or a material), and what to do."""

    rule: str
    severity: Severity
    at: str
    says: str
    remedy: str
    basis: Basis | None = None


def precheck(definition: ServiceDefinition, facts: Facts, *, on: date) -> tuple[Finding, ...]:
    """Every finding, in the order of the rules. What is not known finds nothing."""
    return tuple(
        Finding(
            rule=check.id,
            severity=check.severity,
            at=check.at,
            says=check.says,
            remedy=check.remedy,
            basis=check.basis,
        )
        for check in definition.checks
        if holds(check.when, facts) is True and _fails(check, facts, on)
    )


def _fails(check: Precheck, facts: Facts, on: date) -> bool:
    return check.holds is not None and holds(check.holds, facts) is False
