"""The review of a definition: what its shape alone does not show."""

from datetime import date

import pytest

from definitions.rules.review import review, review_catalogue
from tests.support.shipped import shipped
from tests.support.written import (
    ACCEPTING,
    BASIS,
    BLOCKER,
    CATALOGUE,
    QUESTION,
    REFUSAL,
    Plain,
    a_definition,
    a_matter,
    broken_rules,
)

LIBRARY = shipped()


def _needing(key: str, *others: str) -> Plain:
    return a_matter(key, needs=[{"matter": other} for other in others])


BOTH: Plain = {"materials": [{"code": "M1"}, {"code": "M2", "produced_by": "AA"}]}

PROBLEMS: dict[str, tuple[Plain, list[str]]] = {
    "nothing": ({}, []),
    "unknown lead": ({"lead": "nobody"}, ["unknown_department"]),
    "validity ends first": (
        {"validity": {"since": date(2024, 1, 2), "until": date(2024, 1, 1)}},
        ["validity"],
    ),
    "unknown department": (
        {"matters": [a_matter("AA"), a_matter("BB", department="nobody")]},
        ["unknown_department"],
    ),
    "lead without a matter": (
        {"matters": [a_matter("AA", department="nobody")]},
        ["lead_without_matter", "unknown_department"],
    ),
    "unknown law deep inside": (
        {"matters": [a_matter("AA", hold={"limit": {"days": 1}, "basis": BASIS | {"law": "无"}})]},
        ["unknown_law"],
    ),
    "edge to nowhere": ({"matters": [_needing("AA", "BB")]}, ["unknown_matter"]),
    "edge twice": (
        {"matters": [a_matter("BB"), _needing("AA", "BB", "BB")]},
        ["twice"],
    ),
    "cycle of edges": (
        {"matters": [_needing("AA", "BB"), _needing("BB", "CC"), _needing("CC", "AA")]},
        ["cycle"],
    ),
    "waits for itself": ({"matters": [_needing("AA", "AA")]}, ["cycle"]),
    "cycle through a produced material": (
        BOTH
        | {
            "matters": [
                _needing("AA", "BB"),
                a_matter("BB", materials=[{"code": "M1"}, {"code": "M2"}]),
            ]
        },
        ["cycle"],
    ),
    "produces what it needs": (
        BOTH | {"matters": [a_matter("AA", materials=[{"code": "M1"}, {"code": "M2"}])]},
        ["cycle"],
    ),
    "gate not listed": (
        {"matters": [a_matter("AA", materials=[{"code": "M1"}, {"code": "M2"}])]},
        ["gate_not_listed"],
    ),
    "material nobody needs": (
        {"materials": [{"code": "M1"}, {"code": "M2"}]},
        ["unused_material"],
    ),
    "unknown material": (
        {
            "materials": [{"code": "M1"}, {"code": "M9"}],
            "matters": [a_matter("AA", materials=[{"code": "M1"}, {"code": "M9"}])],
        },
        ["unknown_material"],
    ),
    "produced and brought by the applicant": (
        {
            "materials": [{"code": "M1", "produced_by": "BB"}],
            "matters": [a_matter("AA"), a_matter("BB", materials=[])],
        },
        ["produced_and_asked"],
    ),
    "produced and waived": (
        {
            "materials": [
                {"code": "M1"},
                {"code": "M2", "produced_by": "BB", "waived": {"by": "库", "basis": BASIS}},
            ],
            "matters": [a_matter("AA", materials=[{"code": "M2"}]), a_matter("BB")],
        },
        ["produced_and_waived"],
    ),
    "two matters of one item": (
        {"matters": [a_matter("AA", item="000000000009"), a_matter("BB", item="000000000009")]},
        ["twice"],
    ),
    "a produced material may be late": (
        {
            "materials": [{"code": "M1"}, {"code": "M2", "produced_by": "BB"}],
            "matters": [
                a_matter(
                    "AA",
                    materials=[{"code": "M2", "tolerable": {"days": 2}}],
                    accept_pending={"cap": 20, "basis": BASIS},
                ),
                a_matter("BB"),
            ],
        },
        ["produced_tolerable"],
    ),
    "limits in different units": (
        {"matters": [a_matter("AA", promised={"days": 5, "unit": "calendar_day"})]},
        ["limit_units"],
    ),
    "statutory limit without a law": (
        {"matters": [a_matter("AA", statutory={"days": 20})]},
        ["limit_without_basis"],
    ),
    "main material tolerated": (
        {
            "matters": [
                a_matter(
                    "AA",
                    accept_pending=ACCEPTING,
                    materials=[{"code": "M1", "tolerable": {"days": 3}}],
                )
            ]
        },
        ["main_tolerable"],
    ),
    "step twice": (
        {
            "matters": [
                a_matter(
                    "AA",
                    steps=[
                        {"kind": "review", "key": "decide", "name": "审"},
                        {"kind": "decide", "key": "decide", "name": "定"},
                    ],
                )
            ]
        },
        ["twice"],
    ),
    "refusal in another form": (
        {"matters": [a_matter("AA", refusal=REFUSAL | {"template": "notice"})]},
        ["template"],
    ),
    "refusal among the results": (
        {"matters": [a_matter("AA", documents=[REFUSAL])]},
        ["template"],
    ),
    "result twice": (
        {"matters": [a_matter("AA", documents=[REFUSAL | {"template": "notice"}] * 2)]},
        ["twice"],
    ),
    "matter never needed": (
        {
            "matters": [
                a_matter("AA"),
                a_matter(
                    "BB",
                    needed=[{"when": {"fact": "answer.what", "is": "that"}, "otherwise": "不涉及"}],
                ),
            ]
        },
        ["unreachable_matter"],
    ),
    "prefilled from nowhere": (
        {"form": [{"id": "name", "label": "名", "kind": "text", "prefilled_from": "firm.nick"}]},
        ["unknown_fact"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems_of_a_definition(name: str) -> None:
    changes, rules = PROBLEMS[name]
    assert broken_rules(a_definition(**changes)) == rules


@pytest.mark.parametrize(
    ("days", "rules"), [(3, []), (4, ["tolerable_room"]), (21, ["tolerable_cap"])]
)
def test_a_supplement_fits_before_the_decision(days: int, rules: list[str]) -> None:
    """domain.md §2.4: the supplement's deadline lies before the decision's, by the margin."""
    gates = [{"code": "M1"}, {"code": "M2", "tolerable": {"days": days}}]
    definition = a_definition(
        materials=[{"code": "M1"}, {"code": "M2"}],
        matters=[a_matter("AA", accept_pending=ACCEPTING, materials=gates)],
    )
    assert broken_rules(definition) == rules


def test_a_supplement_is_counted_in_working_days() -> None:
    tolerable = {"days": 3, "unit": "calendar_day"}
    definition = a_definition(
        materials=[{"code": "M1"}, {"code": "M2"}],
        matters=[
            a_matter(
                "AA",
                accept_pending=ACCEPTING,
                materials=[{"code": "M1"}, {"code": "M2", "tolerable": tolerable}],
            )
        ],
    )
    assert broken_rules(definition) == ["tolerable_unit"]


def test_situations_that_meet_need_a_name_together() -> None:
    many = QUESTION | {"kind": "many"}
    leaves = [
        {
            "code": code,
            "name": "此",
            "when": {"fact": "answer.what", "has": value},
            "bases": [BASIS],
        }
        for code, value in (("S1", "this"), ("S2", "that"))
    ]
    parts: Plain = {"questions": [many], "situations": leaves, "blockers": []}
    assert broken_rules(a_definition(**parts)) == ["combined_missing"]
    combined = {"code": "S9", "name": "合", "bases": [BASIS]}
    assert broken_rules(a_definition(**parts, combined=combined)) == []
    elsewhere = combined | {"when": {"fact": "firm.revoked", "is": True}}
    assert broken_rules(a_definition(**parts, combined=[elsewhere])) == ["combined_missing"]


CONDITIONS: dict[str, tuple[Plain, str | None]] = {
    "known answer": ({"fact": "answer.what", "is": "this"}, None),
    "known flag": ({"fact": "firm.revoked", "is": True}, None),
    "list has": ({"fact": "firm.licences", "has": "food_business"}, None),
    "free text": ({"fact": "firm.name", "is": "某某公司"}, None),
    "no such question": ({"fact": "answer.why", "is": "this"}, "unknown_fact"),
    "no such firm fact": ({"fact": "firm.mood", "is": "good"}, "unknown_fact"),
    "no such form field": ({"fact": "form.mood", "known": True}, "unknown_fact"),
    "no such option": ({"fact": "answer.what", "one_of": ["this", "thus"]}, "unknown_value"),
    "no such registration": ({"fact": "firm.registrations", "has": "navy"}, "unknown_value"),
    "text for a flag": ({"fact": "firm.revoked", "is": "yes"}, "value_type"),
    "flag for a text": ({"fact": "answer.what", "is": True}, "value_type"),
    "is of a list": ({"fact": "firm.licences", "is": "food_business"}, "comparison"),
    "has of a single": ({"fact": "answer.what", "has": "this"}, "comparison"),
    "never": (
        {"all": [{"fact": "answer.what", "is": "this"}, {"fact": "answer.what", "is": "that"}]},
        "never_holds",
    ),
    "inside not": ({"not": {"any": [{"fact": "firm.mood", "known": True}]}}, "unknown_fact"),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_speak_of_what_there_is(name: str) -> None:
    condition, rule = CONDITIONS[name]
    blockers = [BLOCKER, BLOCKER | {"when": condition}]
    assert broken_rules(a_definition(blockers=blockers)) == ([rule] if rule else [])


class TestQuestions:
    def test_a_question_waits_only_for_earlier_ones(self) -> None:
        first = QUESTION | {"id": "first", "when": {"fact": "answer.what", "is": "this"}}
        assert broken_rules(a_definition(questions=[first, QUESTION])) == ["unreachable_question"]
        assert broken_rules(a_definition(questions=[QUESTION, first])) == []

    def test_a_question_does_not_wait_for_itself(self) -> None:
        itself = QUESTION | {"when": {"fact": "answer.what", "known": False}}
        assert broken_rules(a_definition(questions=[itself])) == ["unreachable_question"]

    @pytest.mark.parametrize(
        ("fact", "rules"),
        [
            ("firm.mood", ["unknown_fact"]),
            ("firm.revoked", ["answered_by"]),
            ("firm.licences", ["answered_by"]),
            ("firm.kind", ["unknown_value"]),
        ],
    )
    def test_a_register_answers_with_the_options_there_are(
        self, fact: str, rules: list[str]
    ) -> None:
        question = QUESTION | {"answered_by": fact}
        assert broken_rules(a_definition(questions=[question])) == rules


class TestCatalogue:
    def test_ours_is_in_order(self) -> None:
        assert review_catalogue(LIBRARY.catalogue) == ()
        assert all(review(each.definition, LIBRARY.catalogue) == () for each in LIBRARY.services)

    def test_twice_and_wrong_check_digits_are_found(self) -> None:
        wrong = CATALOGUE.departments[0].model_copy(update={"uscc": "11310117002450013N"})
        broken = CATALOGUE.model_copy(
            update={"departments": (wrong, wrong), "laws": CATALOGUE.laws * 2}
        )
        found = [(problem.path, problem.rule) for problem in review_catalogue(broken)]
        assert found == [
            (("departments", 1), "twice"),
            (("laws", 1), "twice"),
            (("departments", 0, "uscc"), "uscc"),
            (("departments", 1, "uscc"), "uscc"),
        ]
