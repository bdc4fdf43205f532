"""Every rule of the pre-check that is shipped: one case just beside the line, one just on it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from definitions.language.checks import Precheck, Severity
from definitions.loading import load_calendars
from definitions.rules.conditions import Fact
from definitions.rules.prechecks import examined
from tests.support.shipped import shipped

TODAY = date(2026, 11, 24)
FOLDER = Path(__file__).with_name("prechecks")
LIBRARY = shipped()
CALENDAR = load_calendars()
SHARED = "shared"
CASES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")
}
RULES = {
    (loaded.definition.service, check.id): check
    for loaded in LIBRARY.services
    if LIBRARY.service(loaded.definition.service, TODAY) is loaded
    for check in loaded.definition.checks
}


def fires(check: Precheck, said: dict[str, Any]) -> bool:
    """Whether the rule finds something in these facts."""
    facts: dict[str, Fact] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said.items()
    }
    phrases = LIBRARY.catalogue.scope_phrases
    return bool(examined([check], facts, on=TODAY, calendar=CALENDAR, phrases=phrases))


@pytest.mark.parametrize(("service", "rule"), RULES)
def test_a_rule_fires_beside_the_line_and_rests_on_it(service: str, rule: str) -> None:
    check = RULES[service, rule]
    case = CASES.get(service, {}).get(rule) or CASES[SHARED][rule]
    facts = case.get("facts", {})
    assert fires(check, facts | case["fires"])
    assert not fires(check, facts | case["rests"])
    assert not fires(check, {})


def test_no_case_is_left_over() -> None:
    known = {rule for _, rule in RULES}
    left = {(name, rule) for name, cases in CASES.items() for rule in cases} - set(RULES)
    assert {rule for name, rule in left if name == SHARED} <= known
    assert [each for each in left if each[0] != SHARED] == []


def test_only_what_a_law_makes_fatal_blocks() -> None:
    checks = [check for loaded in LIBRARY.services for check in loaded.definition.checks]
    without = [c.id for c in checks if c.severity is Severity.BLOCK and c.basis is None]
    assert checks
    assert without == []
