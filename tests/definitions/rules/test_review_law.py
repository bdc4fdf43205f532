"""The review of what a definition says of the law: clocks, receipt, hearings, organs, gaps."""

import pytest

from definitions.language.service import Catalogue
from definitions.rules.review import review_catalogue
from tests.support.written import (
    BASIS,
    CATALOGUE,
    Plain,
    a_definition,
    a_matter,
    broken_rules,
)

CALENDAR_DAYS = "calendar_day"


def _clock(name: str, kind: str, days: int, **changes: object) -> Plain:
    return {
        "id": name,
        "name": "时限",
        "kind": kind,
        "starts": "accepted",
        "limit": {"days": days},
        "basis": BASIS,
    } | changes


def _terms(name: str, **changes: object) -> Plain:
    return {"id": name, "name": "某地", "basis": BASIS} | changes


LAW = Catalogue.model_validate(
    CATALOGUE.model_dump(exclude={"clocks", "jurisdictions"})
    | {
        "departments": [
            *CATALOGUE.model_dump()["departments"],
            CATALOGUE.departments[0].model_dump() | {"code": "lower"},
        ],
        "clocks": [
            _clock("OFFICE", "statutory", 20),
            _clock(
                "GUESSED",
                "statutory",
                20,
                mark="low",
            ),
            _clock(
                "JOINT",
                "statutory",
                45,
                extension={"days": 15, "by": "government_head", "basis": BASIS},
            ),
            _clock("EXAMINE", "acceptance", 5),
            _clock("CORRECT", "correction", 15),
            _clock("ASK", "hearing_request", 5),
            _clock("HOLD", "hearing", 20),
            _clock("TELL", "hearing", 7, before=True),
            _clock("DELIVER", "delivery", 10),
            _clock("DUTY", "duty", 30, starts="dated", dated="decided_on"),
            _clock("SHOWN", "publicity", 20, limit={"days": 20, "unit": CALENDAR_DAYS}),
            _clock(
                "WINDOW",
                "filing",
                20,
                limit={"days": 20, "unit": CALENDAR_DAYS},
                extension={"days": 10, "by": "organ_head", "basis": BASIS},
            ),
        ],
        "jurisdictions": [
            _terms("mild"),
            _terms("strict", cap=10, margin=3, excluded=["health"]),
        ],
    }
)
DATE = {"id": "decided_on", "label": "日期", "kind": "date"}
TEXT = DATE | {"kind": "text"}
EXAMINED = {"clock": "EXAMINE", "supplement": "CORRECT", "basis": BASIS}
HEARD = {"request": "ASK", "hold": "HOLD", "notice": "TELL", "basis": BASIS}
SHOWN = {
    "kind": "publicity",
    "key": "publicity",
    "name": "公示",
    "limit": {"days": 20, "unit": CALENDAR_DAYS},
}
DECIDED = {"kind": "decide", "key": "decide", "name": "定"}
WINDOW = {"name": "申请", "limit": {"days": 20, "unit": CALENDAR_DAYS}, "basis": BASIS}
LATE = {"code": "M2", "tolerable": {"days": 3}}
PROMISED = {
    "conditions": ["符合条件"],
    "verify": {"days": 60},
    "rectify": {"days": 15},
    "basis": BASIS,
}


def _with(gate: Plain, **changes: object) -> Plain:
    """A matter that needs a second material in that way."""
    return {"materials": [{"code": "M1"}, gate]} | changes


def _lower(**changes: object) -> list[Plain]:
    review: Plain = {"kind": "review", "key": "lower", "name": "先审", "department": "lower"}
    return [review | {"limit": {"days": 20}} | changes, DECIDED]


def _refusing(kind: str, fact: str) -> Plain:
    when = {"fact": fact, "is": "that"}
    return {"unacceptable": [{"kind": kind, "when": when, "says": "不受理", "basis": BASIS}]}


def _shown(days: int, unit: str = CALENDAR_DAYS) -> list[Plain]:
    return [SHOWN | {"limit": {"days": days, "unit": unit}}, DECIDED]


MATTERS: dict[str, tuple[Plain, list[str]]] = {
    # ── the office's own limits ──
    "law's clock": ({"statutory": "OFFICE"}, []),
    "unknown clock": ({"statutory": "OFICE"}, ["unknown_clock"]),
    "clock of another kind": ({"statutory": "DELIVER"}, ["clock_kind"]),
    "clock known by hearsay": ({"statutory": "GUESSED"}, ["clock_unsure"]),
    "promise as long as the law allows": ({"statutory": "OFFICE", "promised": {"days": 20}}, []),
    "promise longer than the law's": (
        {"statutory": "OFFICE", "promised": {"days": 21}},
        ["promised_longer"],
    ),
    "promise in other days": (
        {"statutory": "OFFICE", "promised": {"days": 5, "unit": CALENDAR_DAYS}},
        ["limit_units"],
    ),
    "no government to extend it": ({"statutory": "JOINT"}, ["no_government"]),
    # ── clocks besides ──
    "delivery": ({"clocks": ["DELIVER"]}, []),
    "unknown clock besides": ({"clocks": ["DELIVRE"]}, ["unknown_clock"]),
    "clock besides twice": ({"clocks": ["DELIVER", "DELIVER"]}, ["twice"]),
    "second office clock": ({"clocks": ["OFFICE"]}, ["clock_kind"]),
    "examination among the others": ({"clocks": ["EXAMINE"]}, ["clock_kind"]),
    "clock without its date": ({"clocks": ["DUTY"]}, ["unknown_field"]),
    # ── publicity and filing ──
    "publicity": ({"clocks": ["SHOWN"], "steps": _shown(20)}, []),
    "publicity longer than the law's": ({"clocks": ["SHOWN"], "steps": _shown(21)}, []),
    "publicity too short": ({"clocks": ["SHOWN"], "steps": _shown(19)}, ["publicity_short"]),
    "publicity in other days": (
        {"clocks": ["SHOWN"], "steps": _shown(20, "working_day")},
        ["limit_units"],
    ),
    "publicity nowhere": ({"clocks": ["SHOWN"]}, ["clock_without_step"]),
    "window": ({"clocks": ["WINDOW"], "filing": WINDOW}, []),
    "window nowhere": ({"clocks": ["WINDOW"]}, ["clock_without_step"]),
    "window cut": (
        {
            "clocks": ["WINDOW"],
            "filing": WINDOW | {"limit": {"days": 19, "unit": CALENDAR_DAYS}},
        },
        ["filing_limit"],
    ),
    "window prolonged within the notice": (
        {"clocks": ["WINDOW"], "filing": WINDOW | {"extra": 10}},
        [],
    ),
    "window prolonged beyond it": (
        {"clocks": ["WINDOW"], "filing": WINDOW | {"extra": 11}},
        ["filing_extra"],
    ),
    # ── receipt ──
    "examination": ({"examine": EXAMINED}, []),
    "examination by no clock": ({"examine": EXAMINED | {"clock": "ACC"}}, ["unknown_clock"]),
    "examination by a wrong clock": ({"examine": EXAMINED | {"clock": "OFFICE"}}, ["clock_kind"]),
    "supplement by no clock": ({"examine": EXAMINED | {"supplement": "SUP"}}, ["unknown_clock"]),
    "supplement by a wrong clock": (
        {"examine": EXAMINED | {"supplement": "EXAMINE"}},
        ["clock_kind"],
    ),
    "nobody to turn to": (_refusing("not_competent", "answer.what"), ["organ_missing"]),
    "no permission needed": (_refusing("not_required", "answer.what"), []),
    "refused for a fact that is none": (_refusing("barred", "firm.mood"), ["unknown_fact"]),
    # ── hearing ──
    "hearing": ({"hearing": HEARD}, []),
    "hearing asked for by no clock": ({"hearing": HEARD | {"request": "AKS"}}, ["unknown_clock"]),
    "hearing held by a wrong clock": ({"hearing": HEARD | {"hold": "ASK"}}, ["clock_kind"]),
    "hearing told of afterwards": ({"hearing": HEARD | {"notice": "HOLD"}}, ["clock_kind"]),
    "hearing for a fact that is none": (
        {"hearing": HEARD | {"when": {"fact": "firm.mood", "is": "bad"}}},
        ["unknown_fact"],
    ),
    # ── steps ──
    "lower organ": ({"steps": _lower()}, []),
    "lower organ without a limit": ({"steps": _lower(limit=None)}, ["lower_organ"]),
    "lower organ is the same": ({"steps": _lower(department="bureau")}, ["lower_organ"]),
    "lower organ unknown": ({"steps": _lower(department="nobody")}, ["unknown_department"]),
    "publicity for a fact that is none": (
        {"steps": [SHOWN | {"when": {"fact": "firm.mood", "is": "bad"}}, DECIDED]},
        ["unknown_fact"],
    ),
    # ── gaps ──
    "gap by the terms of a place": (
        _with(LATE, accept_pending={"rule": "mild", "basis": BASIS}),
        [],
    ),
    "terms of nowhere": (
        _with(LATE, accept_pending={"rule": "wild", "basis": BASIS}),
        ["unknown_jurisdiction"],
    ),
    "gap longer than the place allows": (
        _with(
            LATE | {"tolerable": {"days": 11}},
            promised={"days": 20},
            accept_pending={"rule": "strict", "basis": BASIS},
        ),
        ["tolerable_cap"],
    ),
    "gap without the place's margin": (
        _with(LATE, promised={"days": 5}, accept_pending={"rule": "strict", "basis": BASIS}),
        ["tolerable_room"],
    ),
    "own terms laxer than the place's": (
        _with(
            LATE,
            promised={"days": 20},
            accept_pending={"rule": "strict", "cap": 20, "margin": 2, "basis": BASIS},
        ),
        ["pending_laxer", "pending_laxer"],
    ),
    "gap in a field the place excludes": (
        _with(
            LATE,
            promised={"days": 10},
            domains=["health"],
            accept_pending={"rule": "strict", "basis": BASIS},
        ),
        ["pending_excluded"],
    ),
    "gap that nobody lists": (
        {"accept_pending": {"rule": "mild", "basis": BASIS}},
        ["mode_unused"],
    ),
    "paper after the result": (
        _with(LATE, issue_then_supply={"limit": {"days": 30}, "basis": BASIS}),
        [],
    ),
    "paper later than the mode allows": (
        _with(LATE, issue_then_supply={"limit": {"days": 2}, "basis": BASIS}),
        ["tolerable_cap"],
    ),
    "paper in other days than the mode": (
        _with(
            LATE,
            issue_then_supply={"limit": {"days": 30, "unit": CALENDAR_DAYS}, "basis": BASIS},
        ),
        ["tolerable_unit"],
    ),
    "main paper after the result": (
        {
            "materials": [{"code": "M1", "tolerable": {"days": 3}}, {"code": "M2"}],
            "issue_then_supply": {"limit": {"days": 30}, "basis": BASIS},
        },
        ["main_tolerable"],
    ),
    "promise for a proof": (_with({"code": "M2", "promised": True}, inform_commit=PROMISED), []),
    "promise for the main paper": (
        {
            "materials": [{"code": "M1", "promised": True}, {"code": "M2"}],
            "inform_commit": PROMISED,
        },
        ["main_promised"],
    ),
    "late and promised": (
        _with(
            LATE | {"promised": True},
            inform_commit=PROMISED,
            accept_pending={"rule": "mild", "basis": BASIS},
        ),
        ["two_modes"],
    ),
}


@pytest.mark.parametrize("name", MATTERS)
def test_problems_of_a_matter(name: str) -> None:
    changes, found = MATTERS[name]
    needs_second = any(gate["code"] == "M2" for gate in _gates(changes))
    materials = [{"code": "M1"}, {"code": "M2"}] if needs_second else [{"code": "M1"}]
    definition = a_definition(materials=materials, matters=[a_matter("AA", **changes)])
    assert broken_rules(definition, LAW) == found


def _gates(changes: Plain) -> list[Plain]:
    gates = changes.get("materials", [])
    assert isinstance(gates, list)
    return gates


@pytest.mark.parametrize(("field", "found"), [(DATE, []), (TEXT, ["field_kind"])])
def test_a_clock_starts_with_a_date_of_the_form(field: Plain, found: list[str]) -> None:
    definition = a_definition(form=[field], matters=[a_matter("AA", clocks=["DUTY"])])
    assert broken_rules(definition, LAW) == found


def test_a_promise_is_not_asked_for_what_another_matter_produces() -> None:
    definition = a_definition(
        materials=[{"code": "M1"}, {"code": "M2", "produced_by": "BB"}],
        matters=[
            a_matter(
                "AA",
                materials=[{"code": "M1"}, {"code": "M2", "promised": True}],
                inform_commit=PROMISED,
            ),
            a_matter("BB"),
        ],
    )
    assert broken_rules(definition, LAW) == ["produced_promised"]


@pytest.mark.law("上海优化营商环境条例 27")
@pytest.mark.parametrize(
    "domain", ["public_safety", "ecology", "health", "life_and_property", "national_security"]
)
def test_a_promise_is_not_open_in_barred_fields(domain: str) -> None:
    with pytest.raises(ValueError, match="not open here"):
        a_definition(matters=[a_matter("AA", domains=[domain], inform_commit=PROMISED)])


@pytest.mark.law("上海优化营商环境条例 27")
def test_a_promise_is_not_open_where_it_is_decided_on_the_spot() -> None:
    with pytest.raises(ValueError, match="not open here"):
        a_definition(matters=[a_matter("AA", instant=True, inform_commit=PROMISED)])


class TestSharedLists:
    def test_names_are_written_once(self) -> None:
        doubled = LAW.model_copy(
            update={
                "clocks": LAW.clocks[:1] * 2,
                "jurisdictions": LAW.jurisdictions[:1] * 2,
            }
        )
        assert [(p.path[0], p.rule) for p in review_catalogue(doubled)] == [
            ("clocks", "twice"),
            ("jurisdictions", "twice"),
        ]

    def test_every_basis_cites_a_law_of_the_list(self) -> None:
        strange = LAW.clocks[0].model_copy(
            update={"basis": LAW.clocks[0].basis.model_copy(update={"law": "无"})}
        )
        found = review_catalogue(LAW.model_copy(update={"clocks": (strange,)}))
        assert [(p.path, p.rule) for p in found] == [(("clocks", 0, "basis", "law"), "unknown_law")]
