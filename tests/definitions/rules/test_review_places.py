"""Every problem the review tells is at a place of the definition, and says something in Chinese."""

import re

import pytest

from definitions.language.roles import GOVERNMENT
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
    QUESTION,
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
HEARD = {"request": "ASK", "hold": "HOLD", "notice": "TELL", "basis": BASIS}
WINDOW = {"name": "申请", "limit": {"days": 20, "unit": "calendar_day"}, "basis": BASIS}
CLOCKS: dict[str, tuple[Plain, list[str]]] = {
    "no law and no basis of the promise": ({"statutory": None}, ["limit_without_basis"]),
    "no law but a basis of the promise": (
        {"statutory": None, "promised": {"days": 5, "basis": BASIS}},
        [],
    ),
    "what stands behind a clock written twice": (
        {"clocks": ["DELIVER", "DELIVER", "NONE"]},
        ["twice", "unknown_clock"],
    ),
    "hearing asked for by a wrong clock": (
        {"hearing": HEARD | {"request": "HOLD"}},
        ["clock_kind"],
    ),
    "hearing told of by a wrong clock": ({"hearing": HEARD | {"notice": "ASK"}}, ["clock_kind"]),
    "hearing told of by no clock": ({"hearing": HEARD | {"notice": "NONE"}}, ["unknown_clock"]),
}
FROM_A_TEXT = a_definition(
    form=[{"id": "decided_on", "label": "日期", "kind": "text"}],
    matters=[a_matter("AA", clocks=["DUTY"])],
)
CASES = {
    "clock from a text": (FROM_A_TEXT, LAW),
    **{name: (a_matter_with(changes), LAW) for name, (changes, _) in CLOCKS.items()},
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


@pytest.mark.parametrize("name", CLOCKS)
def test_problems_of_a_matter_s_clocks(name: str) -> None:
    changes, rules = CLOCKS[name]
    assert broken_rules(a_matter_with(changes), LAW) == rules


def test_where_there_is_a_government_its_head_may_stretch_a_limit() -> None:
    """行政许可法 42(2)."""
    joint = a_matter_with({"statutory": "JOINT"})
    assert broken_rules(joint, LAW) == ["no_government"]
    government = LAW.departments[0].model_copy(update={"code": GOVERNMENT})
    whole = LAW.model_copy(update={"departments": (*LAW.departments, government)})
    assert broken_rules(joint, whole) == []


@pytest.mark.parametrize(("extra", "rules"), [(0, []), (1, ["filing_extra"])])
def test_a_window_the_law_does_not_stretch_is_not_stretched(extra: int, rules: list[str]) -> None:
    clocks = tuple(
        rule.model_copy(update={"extension": None}) if rule.id == "WINDOW" else rule
        for rule in LAW.clocks
    )
    definition = a_matter_with({"clocks": ["WINDOW"], "filing": WINDOW | {"extra": extra}})
    assert broken_rules(definition, LAW.model_copy(update={"clocks": clocks})) == rules


@pytest.mark.parametrize(
    ("name", "kind", "rules"),
    [
        ("decided_on", "date", []),
        ("other_day", "date", ["unknown_field"]),
        ("decided_on", "one", ["unknown_field"]),
    ],
)
def test_a_clock_may_start_with_a_date_that_is_asked(
    name: str, kind: str, rules: list[str]
) -> None:
    date = {"id": name, "text": "哪天？", "why": "起算", "kind": "date"}
    asked = date if kind == "date" else QUESTION | {"id": name}
    definition = a_definition(
        questions=[QUESTION, asked], matters=[a_matter("AA", clocks=["DUTY"])]
    )
    assert broken_rules(definition, LAW) == rules
