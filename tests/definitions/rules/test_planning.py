"""From definition and facts to the frozen plan: matters, edges, gates, materials, documents."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.errors import Code, Refused
from definitions.language.matters import Edge, EdgeKind
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact
from definitions.rules.plan import Plan, PlannedMatter
from definitions.rules.planning import plan
from tests.support.services import CATALOGUE, SERVICE
from tests.support.shipped import shipped

ON = date(2026, 11, 20)
TERM: dict[str, Fact] = {"answer.changes": ("term",)}
NAME: dict[str, Fact] = {"answer.changes": ("name",), "answer.seal_kept": "yes"}
FOOD: dict[str, Fact] = {"firm.licences": ("food",)}
NEVER = [{"when": {"fact": "firm.never", "is": True}, "otherwise": "从不"}]

Plain = dict[str, Any]


def rewritten(change: Callable[[Plain], None], service: ServiceDefinition = SERVICE) -> Any:  # noqa: ANN401 - a definition, loosely
    """The service with something in it changed; `matters` and `materials` by their keys."""
    dumped = service.model_dump(by_alias=True, exclude_none=True, mode="json")
    matters = {matter["key"]: matter for matter in dumped["matters"]}
    materials = {material["code"]: material for material in dumped["materials"]}
    parts: Plain = {**dumped, "matters": matters, "materials": materials}
    change(parts)
    parts["matters"] = list(parts["matters"].values())
    parts["materials"] = list(parts["materials"].values())
    return ServiceDefinition.model_validate(parts)


def planned(facts: dict[str, Fact], service: ServiceDefinition = SERVICE) -> Plan:
    """The plan for these facts."""
    return plan(service, CATALOGUE, facts, sha256="s" * 64, on=ON)


def matter(found: Plan, key: str) -> PlannedMatter:
    """A matter that must be there."""
    one = found.matter(key)
    assert one is not None
    return one


def refusal(facts: dict[str, Fact], service: ServiceDefinition = SERVICE) -> Refused:
    """What planning is refused with."""
    with pytest.raises(Refused) as refused:
        planned(facts, service)
    return refused.value


class TestPlan:
    def test_it_says_what_it_was_made_from(self) -> None:
        found = planned(NAME)
        assert (found.definition.service, found.definition.version) == ("small_change", 1)
        assert (found.definition.sha256, found.planned_on) == ("s" * 64, ON)
        assert found.situation.code == "BG-01"
        assert (found.name, found.lead) == ("小变更", "registrar")

    def test_every_matter_is_there_in_order_and_those_not_needed_say_why(self) -> None:
        reasons = [(m.key, m.not_needed) for m in planned(NAME).matters]
        assert reasons == [
            ("REG", None),
            ("TAX", None),
            ("FOOD", "企业没有食品经营许可"),
            ("PUB", "不需公示"),
            ("OUT", "不需申请"),
        ]

    def test_a_fact_that_is_not_known_counts_as_not_there(self) -> None:
        """The form asked for it; what the firm did not say it does not have."""
        assert matter(planned(NAME), "FOOD").not_needed == "企业没有食品经营许可"
        assert matter(planned({**NAME, **FOOD}), "FOOD").not_needed is None

    def test_the_first_failed_requirement_is_told(self) -> None:
        def change(parts: Plain) -> None:
            parts["matters"]["PUB"]["needed"] += NEVER

        service = rewritten(change)
        assert matter(planned(NAME, service), "PUB").not_needed == "不需公示"
        assert matter(planned(TERM, service), "PUB").not_needed == "从不"

    def test_the_item_is_the_organ_its_level_and_the_basic_code(self) -> None:
        """实施编码 31 (domain.md §8.3)."""
        item = matter(planned(NAME), "TAX").item
        assert item == "11310117002456781R" + "4" + "000000000TAX"
        assert len(item) == 31

    def test_the_lead_organ_is_marked(self) -> None:
        assert [m.lead for m in planned(NAME).matters] == [True, False, False, True, True]

    def test_an_organ_with_nothing_to_do_does_not_lead(self) -> None:
        """免申即享复核: which organ's policy it is about is known from an answer only."""
        review = next(
            each.definition
            for each in shipped().services
            if each.definition.service == "benefit_review"
        )
        for organ, key in (("science", "ST"), ("human_resources", "HR")):
            facts = {"answer.kind": "review", "answer.organ": organ}
            found = plan(review, shipped().catalogue, facts, sha256="s" * 64, on=ON)
            assert found.lead == organ
            assert [m.key for m in found.matters if m.lead] == [key]

    def test_the_organ_brings_its_name_and_remedies(self) -> None:
        tax = matter(planned(NAME), "TAX")
        assert tax.department_name == "tax局"
        assert tax.remedies == ("六十日内申请行政复议",)

    def test_a_document_is_promised_only_where_its_condition_holds(self) -> None:
        def change(parts: Plain) -> None:
            parts["matters"]["REG"]["documents"][1]["when"] = {"fact": "firm.paper", "is": True}

        service = rewritten(change)
        for facts, kinds in (
            (NAME, ["notice"]),
            ({**NAME, "firm.paper": True}, ["notice", "licence"]),
        ):
            found = [d.kind for d in matter(planned(facts, service), "REG").documents]
            assert found == kinds

    def test_there_is_no_matter_of_an_unknown_key(self) -> None:
        assert planned(NAME).matter("NO") is None


class TestRefusals:
    def test_every_blocker_is_told_at_once(self) -> None:
        """DESIGN.md §7 rule 2: nobody is sent home twice."""

        def change(parts: Plain) -> None:
            second = {**parts["blockers"][0], "reason": "在异常名录", "owner": "市监局"}
            second["when"] = {"fact": "firm.abnormal", "is": True}
            parts["blockers"].append(second)

        blocked: dict[str, Fact] = {"firm.equity_frozen_or_pledged": True, "firm.abnormal": True}
        refused = refusal({**NAME, **blocked}, rewritten(change))
        assert refused.code is Code.BLOCKED
        assert refused.details == {"blockers": 2}
        assert "股权被冻结（法院：解除冻结）；在异常名录（市监局：解除冻结）" in refused.message

    def test_a_blocker_is_told_before_the_first_question(self) -> None:
        assert refusal({"firm.equity_frozen_or_pledged": True}).code is Code.BLOCKED

    @pytest.mark.parametrize(
        ("facts", "field"),
        [({}, "/answers/changes"), ({"answer.changes": ("name",)}, "/answers/seal_kept")],
    )
    def test_an_open_question_is_named(self, facts: dict[str, Fact], field: str) -> None:
        refused = refusal(facts)
        assert (refused.code, refused.field) == (Code.INVALID, field)
        assert refused.message.startswith("请先回答：")

    def test_no_situation_is_refused(self) -> None:
        elsewhere = SERVICE.model_copy(update={"situations": SERVICE.situations[:1]})
        refused = refusal(TERM, elsewhere)
        assert (refused.code, refused.field) == (Code.NO_SITUATION, "/answers")


class TestEdges:
    """A → B → C → D in every mix of needed and not needed."""

    @staticmethod
    def edges(needs: dict[str, list[tuple[str, str]]], dropped: set[str]) -> dict[str, list[Edge]]:
        """The planned edges of a service whose TAX, FOOD, PUB and OUT are wired like this."""

        def change(parts: Plain) -> None:
            for key, found in parts["matters"].items():
                found["needs"] = [{"matter": m, "kind": k} for m, k in needs.get(key, [])]
                found["needed"] = NEVER if key in dropped else []

        return {m.key: list(m.needs) for m in planned(TERM, rewritten(change)).matters}

    def test_a_matter_that_is_not_needed_hands_its_edges_on(self) -> None:
        needs = {
            "OUT": [("PUB", "accepted")],
            "PUB": [("TAX", "result")],
            "TAX": [("REG", "result")],
        }
        found = self.edges(needs, {"PUB"})
        assert found["OUT"] == [Edge(matter="TAX", kind=EdgeKind.RESULT)]

    def test_over_two_that_are_not_needed(self) -> None:
        needs = {
            "OUT": [("PUB", "result")],
            "PUB": [("TAX", "result")],
            "TAX": [("REG", "accepted")],
        }
        found = self.edges(needs, {"PUB", "TAX"})
        assert found["OUT"] == [Edge(matter="REG", kind=EdgeKind.ACCEPTED)]

    def test_what_leads_nowhere_is_dropped(self) -> None:
        found = self.edges({"OUT": [("PUB", "result")]}, {"PUB"})
        assert found["OUT"] == []

    @pytest.mark.parametrize(
        "own", [[("REG", "accepted"), ("PUB", "result")], [("PUB", "result"), ("REG", "accepted")]]
    )
    def test_of_two_edges_to_one_matter_the_stricter_stays(
        self, own: list[tuple[str, str]]
    ) -> None:
        """Whoever waits for the result has waited for the acceptance."""
        found = self.edges({"OUT": own, "PUB": [("REG", "result")]}, {"PUB"})
        assert found["OUT"] == [Edge(matter="REG", kind=EdgeKind.RESULT)]

    @given(st.data())
    def test_edges_reach_what_is_needed_through_what_is_not(self, data: st.DataObject) -> None:
        """The oracle: paths whose inner matters are all dropped, over any acyclic wiring."""
        keys = ["REG", "TAX", "FOOD", "PUB", "OUT"]
        needs = {
            key: [(k, "result") for k in keys[:n] if data.draw(st.booleans())]
            for n, key in enumerate(keys)
        }
        dropped = data.draw(st.sets(st.sampled_from(keys)))
        found = self.edges(needs, dropped)

        def reached(key: str) -> set[str]:
            direct = {k for k, _ in needs[key]}
            return (direct - dropped).union(*(reached(k) for k in direct & dropped))

        for key in keys:
            assert sorted(edge.matter for edge in found[key]) == sorted(reached(key))


class TestGates:
    def test_only_materials_of_the_plan_gate(self) -> None:
        def change(parts: Plain) -> None:
            parts["materials"]["M01"]["when"] = {"fact": "firm.old", "is": True}

        found = planned(NAME, rewritten(change))
        assert [m.code for m in found.materials] == ["M02"]
        assert [gate.code for gate in matter(found, "REG").gates] == ["M02"]

    @pytest.mark.law("行政许可法 31")
    def test_materials_of_matters_that_are_not_needed_are_not_asked_for(self) -> None:
        """Never ask for what nobody needs (DESIGN.md §7 rule 3)."""
        assert [m.code for m in planned(NAME).materials] == ["M01", "M02"]
        assert [m.code for m in planned({**NAME, **FOOD}).materials] == ["M01", "M02", "M03"]
        assert [m.code for m in planned(TERM).materials] == ["M01", "M02", "M04"]

    @pytest.mark.parametrize(
        ("listed", "cap", "promised", "margin", "days"),
        [
            (3, 20, 10, 2, 3),
            (20, 5, 10, 2, 5),
            (20, 20, 10, 2, 8),
            (20, 20, 10, 4, 6),
            (8, 8, 10, 2, 8),
            (None, 20, 10, 2, None),
        ],
    )
    def test_a_gap_must_be_closed_in_the_shortest_of_three(
        self, listed: int | None, cap: int, promised: int, margin: int, days: int | None
    ) -> None:
        """Listed, capped, and ahead of the decision (domain.md §2.4)."""

        def change(parts: Plain) -> None:
            food = parts["matters"]["FOOD"]
            food["promised"] = {"days": promised}
            food["accept_pending"] |= {"cap": cap, "margin": margin}
            food["materials"] = [{"code": "M03"}]
            if listed is not None:
                food["materials"][0]["tolerable"] = {"days": listed}

        (gate,) = matter(planned({**NAME, **FOOD}, rewritten(change)), "FOOD").gates
        assert gate.tolerable == days

    def test_without_the_rule_nothing_is_tolerable(self) -> None:
        assert [gate.tolerable for gate in matter(planned(NAME), "REG").gates] == [None, None]


class TestMaterials:
    @pytest.mark.law("行政许可法 33")
    def test_a_waiver_says_by_whom_and_on_what_basis(self) -> None:
        waived = planned(NAME).materials[1]
        assert (waived.code, waived.waived_by) == ("M02", "名称库")
        assert waived.waived_basis is not None
        assert planned(NAME).materials[0].waived_by is None

    @pytest.mark.parametrize(("facts", "by"), [({}, None), ({"firm.digital": True}, "名称库")])
    def test_a_waiver_holds_only_on_its_condition(
        self, facts: dict[str, Fact], by: str | None
    ) -> None:
        def change(parts: Plain) -> None:
            condition = {"fact": "firm.digital", "is": True}
            parts["materials"]["M02"]["waived"]["when"] = condition

        assert planned({**NAME, **facts}, rewritten(change)).materials[1].waived_by == by

    def test_a_produced_material_is_there_only_with_its_maker(self) -> None:
        """It is never asked of the applicant, whether the maker is needed or not."""

        def change(parts: Plain) -> None:
            parts["matters"]["TAX"]["needed"] = NEVER

        makers = {m.code: m.produced_by for m in planned(TERM).materials}
        assert makers == {"M01": None, "M02": None, "M04": "TAX"}
        without = planned(TERM, rewritten(change))
        assert [m.code for m in without.materials] == ["M01", "M02"]
        assert matter(without, "OUT").gates == ()


@pytest.mark.law("上海优化营商环境条例 25(4)")
def test_who_insists_is_taken_in_and_the_organ_is_told_what_rules_it_out() -> None:
    """A window may not refuse to receive."""
    facts = {**NAME, "firm.equity_frozen_or_pledged": True}
    made = plan(SERVICE, CATALOGUE, facts, sha256="s" * 64, on=ON, insisted=True)
    assert made.situation.code == "BG-01"
    assert [each.reason for each in made.despite] == ["股权被冻结"]
