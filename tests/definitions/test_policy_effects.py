"""What applications do to facts: every name in the file exists, and each case comes out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from definitions.language.effects import Effect
from definitions.loading import Library
from definitions.policy_effects import (
    answers_as_facts,
    load_effects,
    once_granted,
    while_running,
)
from definitions.policy_loading import POLICIES
from definitions.rules.conditions import facts_in
from definitions.source import DefinitionsBroken

EFFECTS = load_effects()
LIBRARY = Library.load()


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda each: f"{each.service}.{each.matter}")
def test_every_service_matter_and_question_exists(effect: Effect) -> None:
    found = LIBRARY.service(effect.service, datetime(2026, 11, 24, tzinfo=UTC)).definition
    assert effect.matter in {matter.key for matter in found.matters}
    questions = {f"answer.{question.id}" for question in found.questions}
    assert set(facts_in(effect.when)) <= questions


def test_a_firm_in_deregistration_is_so_while_it_runs_and_gone_once_granted() -> None:
    service = "company_deregistration"
    assert while_running(EFFECTS, service, "REG_DEREG") == {"firm.deregistering": True}
    assert while_running(EFFECTS, service, "TAX") == {}
    gone = once_granted(EFFECTS, service, ("TAX", "REG_DEREG"), {}, lasting=True)
    assert gone == {"firm.active": False, "firm.deregistering": False}
    assert once_granted(EFFECTS, service, ("TAX",), {}) == {}


def test_a_move_counts_by_what_was_answered_also_where_several_changes_go_together() -> None:
    def after(place: str) -> dict[str, object]:
        answers = {"changes": ["name", "address"], "address_place": place}
        facts = answers_as_facts(answers)
        return dict(once_granted(EFFECTS, "company_change", ("REG", "TAX"), facts))

    assert after("other_district") == {"firm.registered_here": True}
    assert after("same_district") == {}
    assert dict(once_granted(EFFECTS, "company_change", ("REG",), {})) == {}
    facts = answers_as_facts({"address_place": "other_district"})
    assert once_granted(EFFECTS, "company_change", ("REG",), facts, lasting=True) == {}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{service: a, matter: REG, granted: {firm.nothing: true}}", "unknown-fact"),
        ("{service: a, matter: REG, granted: {firm.active: 1}}", "fact-type"),
        ("{service: a, matter: REG}", "value_error"),
        ("{service: a, matter: REG, granted: {firm.active: true}, more: 1}", "extra_forbidden"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, rule: str) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "facts.yaml").write_bytes((POLICIES / "facts.yaml").read_bytes())
    (folder / "effects.yaml").write_text(f"effects:\n  - {line}\n", encoding="utf-8")
    with pytest.raises(DefinitionsBroken) as broken:
        load_effects(folder)
    assert [(error.rule, error.line) for error in broken.value.errors] == [(rule, 2)]
