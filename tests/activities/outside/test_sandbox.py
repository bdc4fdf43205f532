"""The made-up firms: of every kind, with valid codes, the same each time, not all in order."""

from datetime import date, timedelta

import pytest

from activities.outside.registers.answers import Register
from activities.outside.registers.sandbox.firms import KINDS, MadeFirm, made
from activities.outside.registers.sandbox.words import TOWNS
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.rules.codes import person_id_fault, uscc_fault
from tests.support.exchange import MADE, ON


class TestMade:
    def test_hundreds_of_every_kind_with_codes_of_their_own(self) -> None:
        assert len(MADE.firms) >= 400
        assert len({firm.code for firm in MADE.firms}) == len(MADE.firms)
        assert [uscc_fault(firm.code) for firm in MADE.firms] == [None] * len(MADE.firms)
        kinds = [firm.facts["kind"] for firm in MADE.firms]
        assert {kind: kinds.count(kind) for kind in KINDS} == dict(KINDS)

    def test_people_have_valid_numbers(self) -> None:
        assert [n for n in MADE.people if person_id_fault(n) is not None] == []
        for firm in MADE.firms:
            number = str(firm.facts["legal_representative_id"])
            assert MADE.people[number] == firm.facts["legal_representative"]

    def test_every_town_is_there(self) -> None:
        places = " ".join(str(firm.facts["address"]) for firm in MADE.firms)
        assert len(TOWNS) == 17
        assert [town for town, _, _ in TOWNS if town not in places] == []

    def test_the_same_firms_each_time_with_dates_of_the_day(self) -> None:
        assert made(ON) == MADE
        later = made(ON + timedelta(days=100))
        assert [f.code for f in later.firms] == [f.code for f in MADE.firms]

    @pytest.mark.parametrize(
        "name",
        [
            *("abnormal_listed", "equity_frozen_or_pledged", "tax_arrears", "in_litigation"),
            *("legal_representative_barred", "has_branches", "social_insurance_arrears"),
        ],
    )
    def test_some_are_in_trouble_and_most_are_not(self, name: str) -> None:
        share = sum(firm.facts[name] is True for firm in MADE.firms) / len(MADE.firms)
        assert 0.01 < share < 0.2

    def test_branches_have_a_parent_that_knows_of_branches(self) -> None:
        by_code = {firm.code: firm for firm in MADE.firms}
        branches = [firm for firm in MADE.firms if firm.facts["kind"] == "branch"]
        for branch in branches:
            parent = by_code[str(branch.facts["parent_uscc"])]
            assert parent.name == branch.facts["parent_name"]
            assert parent.facts["has_branches"] is True

    def test_every_value_is_one_the_language_has(self) -> None:
        for firm in MADE.firms:
            for name, value in firm.facts.items():
                fact = FACTS_BY_NAME[name]
                allowed = {option.value for option in fact.values}
                if fact.kind is FactKind.DATE:
                    assert date.fromisoformat(str(value)).isoformat() == value
                elif allowed:
                    assert set(value if isinstance(value, tuple) else (value,)) <= allowed
                else:
                    kinds = {FactKind.FLAG: bool, FactKind.NUMBER: int, FactKind.TEXT: str}
                    assert type(value) is kinds[fact.kind]

    def test_something_is_missing_here_and_there(self) -> None:
        assert any(firm.absent for firm in MADE.firms)
        assert any("liaison_name" not in firm.facts for firm in MADE.firms)

    def test_given_firms_are_served_as_they_are(self) -> None:
        given = MadeFirm(code="x", name="甲", facts={"name": "甲", "registrations": ("customs",)})
        firms = {firm.code: firm for firm in made(ON, more=[given]).firms}
        assert firms["x"] == given
        assert given.known_to(Register.CUSTOMS) == {"registrations": ("customs",)}
        assert given.known_to(Register.HOUSING_FUND) == {"registrations": ()}
        assert given.known_to(Register.ENTERPRISE) == {"name": "甲"}
