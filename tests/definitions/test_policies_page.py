"""docs/policies.md keeps its word: the example may be published, every rule is named."""

import re
from datetime import date
from pathlib import Path

from definitions.language.benefits import PolicyDefinition
from definitions.lifecycle.policy_judging import judge_policy
from definitions.loading import load_catalogue
from definitions.policy_loading import house_of, load_facts
from tests.definitions import test_broken, test_broken_policies

PAGE = Path("docs/policies.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_has_nothing_wrong() -> None:
    text, cases = BLOCKS
    house = house_of(load_facts(), load_catalogue())
    report = judge_policy(text, cases, house, date(2026, 11, 24)).report
    assert (report.findings, report.failed) == ((), ())
    assert len(report.cases) == 5


def test_every_key_of_a_policy_is_named() -> None:
    named = set(re.findall(r"`([a-z_]+)", PAGE)) | {"summary"}
    assert set(PolicyDefinition.model_fields) - named == set()


def test_every_rule_of_the_review_is_named() -> None:
    found = {
        rule
        for path in test_broken_policies.CORPUS
        for rule, _, _ in test_broken.EXPECTED.findall(path.read_text(encoding="utf-8"))
    }
    shape = {"enum", "int_parsing", "string_pattern_mismatch", "value_error", "golden", "twice"}
    assert found - shape - set(re.findall(r"`([a-z_]+)`", PAGE)) == set()
