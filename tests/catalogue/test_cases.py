"""The golden cases beside each definition: sentences of policy officers, held against the rules."""

from collections.abc import Callable
from datetime import date

import pytest

from definitions.language.cases import Case
from definitions.loading import Library, Loaded, load_cases
from definitions.rules.guidance import Guidance, facts_of, guide
from definitions.rules.plan import Plan, PlannedGate, PlannedMatter
from definitions.rules.planning import plan

LIBRARY = Library.load()
ALL = [
    pytest.param(loaded, case, id=f"{loaded.definition.service}: {case.case}")
    for loaded in LIBRARY.services
    for case in load_cases(loaded.path.parent / "cases.yaml")
]


def _guided(loaded: Loaded, case: Case) -> Guidance:
    return guide(loaded.definition, facts_of(loaded.definition, case.answers, case.firm))


def _planned(loaded: Loaded, case: Case) -> Plan:
    facts = facts_of(loaded.definition, case.answers, case.firm)
    on = date(2026, 11, 24)
    return plan(loaded.definition, LIBRARY.catalogue, facts, sha256=loaded.sha256, on=on)


def _outcome(loaded: Loaded, case: Case) -> dict[str, object]:
    """Everything a case may expect, in the words of a case; the plan only where one is expected."""
    guidance = _guided(loaded, case)
    found: dict[str, object] = {
        "asked": tuple(question.id for question in guidance.asked),
        "blocked": tuple(blocker.reason for blocker in guidance.blockers),
    }
    if case.expect.model_fields_set <= found.keys():
        return found
    made = _planned(loaded, case)
    needed = [matter for matter in made.matters if matter.not_needed is None]
    return found | {
        "situation": made.situation.code,
        "needed": tuple(matter.key for matter in needed),
        "not_needed": {m.key: m.not_needed for m in made.matters if m.not_needed is not None},
        "materials": tuple(
            m.code for m in made.materials if m.waived_by is None and m.produced_by is None
        ),
        "waived": tuple(m.code for m in made.materials if m.waived_by is not None),
        "edges": tuple(f"{edge.matter} -> {m.key}" for m in needed for edge in m.needs),
        "documents": {m.key: tuple(d.kind for d in m.documents) for m in needed},
        "steps": {m.key: tuple(step.key for step in m.steps) for m in needed},
        "clocks": {m.key: tuple(rule.id for rule in m.clocks) for m in needed},
        "not_accepted": {m.key: m.unacceptable.kind for m in needed if m.unacceptable},
        "tolerable": _gaps(needed, lambda gate: gate.tolerable is not None),
        "promised": _gaps(needed, lambda gate: gate.promised),
        "hearings": tuple(m.key for m in needed if m.hearing_due),
    }


def _gaps(
    matters: list[PlannedMatter], is_open: Callable[[PlannedGate], bool]
) -> dict[str, tuple[str, ...]]:
    found = {m.key: tuple(gate.code for gate in m.gates if is_open(gate)) for m in matters}
    return {key: codes for key, codes in found.items() if codes}


@pytest.mark.parametrize(("loaded", "case"), ALL)
def test_case(loaded: Loaded, case: Case) -> None:
    outcome = _outcome(loaded, case)
    for name in sorted(case.expect.model_fields_set):
        expected = getattr(case.expect, name)
        found = outcome[name]
        if name in {"documents", "steps", "clocks"}:
            assert isinstance(found, dict)
            found = {key: found.get(key) for key in expected}
        assert found == expected, f"{name}: {case.case}"


@pytest.mark.parametrize("loaded", LIBRARY.services, ids=lambda each: each.definition.service)
class TestCoverage:
    def test_every_situation_has_a_case(self, loaded: Loaded) -> None:
        cases = load_cases(loaded.path.parent / "cases.yaml")
        combined = loaded.definition.combined
        codes = {situation.code for situation in loaded.definition.situations}
        codes |= {combined.code} if combined else set()
        assert codes <= {case.expect.situation for case in cases}

    def test_every_matter_is_needed_once_and_once_not(self, loaded: Loaded) -> None:
        cases = load_cases(loaded.path.parent / "cases.yaml")
        needed = {key for case in cases for key in case.expect.needed or ()}
        spared = {key for case in cases for key in case.expect.not_needed or {}}
        assert needed == {matter.key for matter in loaded.definition.matters}
        assert spared == {matter.key for matter in loaded.definition.matters if matter.needed}

    def test_there_are_enough_cases(self, loaded: Loaded) -> None:
        assert len(load_cases(loaded.path.parent / "cases.yaml")) >= 8

    def test_no_case_is_blocked_and_planned(self, loaded: Loaded) -> None:
        for case in load_cases(loaded.path.parent / "cases.yaml"):
            assert not (case.expect.blocked and case.expect.needed)
