"""Every problem the review tells is at a place of the definition, and says something in Chinese."""

import re

import pytest

from definitions.language.service import ServiceDefinition
from definitions.rules.review import review
from definitions.rules.review_problem import Path
from tests.definitions.rules.test_review import CONDITIONS, PROBLEMS
from tests.definitions.rules.test_review_law import LAW, MATTERS
from tests.support.written import (
    ACCEPTING,
    BASIS,
    BLOCKER,
    CATALOGUE,
    Plain,
    a_definition,
    a_matter,
    broken_rules,
)

CHINESE = re.compile("[\u4e00-\u9fff]")


def leads_somewhere(definition: ServiceDefinition, path: Path) -> bool:
    """Whether the place is one that may be written, key by key."""
    here: object = definition.model_dump(mode="json", by_alias=True)
    for key in path:
        parts = dict(enumerate(here)) if isinstance(here, list) else here
        if not isinstance(parts, dict) or key not in parts:
            return False
        here = parts[key]
    return bool(path)


def a_matter_with(changes: Plain) -> ServiceDefinition:
    """A service with this one matter, and the materials that it needs."""
    gates = changes.get("materials", [{"code": "M1"}])
    assert isinstance(gates, list)
    materials = [{"code": gate["code"]} for gate in gates]
    return a_definition(materials=materials, matters=[a_matter("AA", **changes)])


def with_condition(condition: Plain) -> ServiceDefinition:
    """A service with a second blocker under this condition."""
    return a_definition(blockers=[BLOCKER, BLOCKER | {"when": condition}])


REST_DAYS_COUNTED: Plain = {
    "materials": [{"code": "M1"}, {"code": "M2", "tolerable": {"days": 3, "unit": "calendar_day"}}],
    "accept_pending": ACCEPTING,
}
CASES = {
    "supplement in other days": (a_matter_with(REST_DAYS_COUNTED), CATALOGUE),
    **{f"matter: {name}": (a_matter_with(changes), LAW) for name, (changes, _) in MATTERS.items()},
    **{name: (a_definition(**changes), CATALOGUE) for name, (changes, _) in PROBLEMS.items()},
    **{
        f"condition: {name}": (with_condition(condition), CATALOGUE)
        for name, (condition, _) in CONDITIONS.items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_every_problem_is_somewhere_and_says_something(name: str) -> None:
    definition, catalogue = CASES[name]
    for problem in review(definition, catalogue):
        assert leads_somewhere(definition, problem.path), problem
        assert CHINESE.search(problem.message), problem


def test_a_place_that_cannot_be_written_leads_nowhere() -> None:
    assert leads_somewhere(a_definition(), ("matters", 0, "promised", "days"))
    assert not leads_somewhere(a_definition(), ("matters", 0, "promised", "hours"))
    assert not leads_somewhere(a_definition(), ("matters", 9))
    assert not leads_somewhere(a_definition(), ())


@pytest.mark.parametrize(
    ("days", "margin", "cap", "promised", "rules"),
    [
        (5, 2, 5, 7, []),
        (6, 2, 5, 20, ["tolerable_cap"]),
        (5, 2, 5, 6, ["tolerable_room"]),
        (5, 3, 9, 7, ["tolerable_room"]),
        (5, 3, 9, 8, []),
    ],
)
def test_a_gap_may_last_just_to_the_cap_and_the_margin(
    days: int, margin: int, cap: int, promised: int, rules: list[str]
) -> None:
    """domain.md §2.4."""
    gate: Plain = {"code": "M2", "tolerable": {"days": days}}
    terms = ACCEPTING | {"cap": cap, "margin": margin}
    changes: Plain = {
        "materials": [{"code": "M1"}, gate],
        "accept_pending": terms,
        "promised": {"days": promised},
    }
    assert broken_rules(a_matter_with(changes), LAW) == rules


@pytest.mark.parametrize(("days", "rules"), [(30, []), (31, ["tolerable_cap"])])
def test_a_paper_after_the_result_may_come_on_the_mode_s_last_day(
    days: int, rules: list[str]
) -> None:
    gate: Plain = {"code": "M2", "tolerable": {"days": days}}
    changes: Plain = {
        "materials": [{"code": "M1"}, gate],
        "issue_then_supply": {"limit": {"days": 30}, "basis": BASIS},
    }
    assert broken_rules(a_matter_with(changes), LAW) == rules


@pytest.mark.parametrize(
    ("own", "rules"),
    [
        ({"cap": 10, "margin": 3}, []),
        ({"cap": 11, "margin": 3}, ["pending_laxer"]),
        ({"cap": 10, "margin": 2}, ["pending_laxer"]),
        ({"cap": 9, "margin": 4}, []),
    ],
)
def test_a_matter_s_own_terms_may_be_as_strict_as_the_place_s(own: Plain, rules: list[str]) -> None:
    """The place's are a cap of ten days and a margin of three."""
    gate: Plain = {"code": "M2", "tolerable": {"days": 3}}
    changes: Plain = {
        "materials": [{"code": "M1"}, gate],
        "accept_pending": {"rule": "strict", "basis": BASIS, **own},
        "promised": {"days": 20},
    }
    assert broken_rules(a_matter_with(changes), LAW) == rules
