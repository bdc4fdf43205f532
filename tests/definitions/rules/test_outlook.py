"""What lies ahead, answer by answer: certain, depending on which question, or no longer there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from definitions.language.materials import Source
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.loading import load_calendars
from definitions.rules.calendar import add_working_days
from definitions.rules.conditions import Fact
from definitions.rules.guidance import Answers, facts_of, guide
from definitions.rules.outlook import Outlook, OutlookMaterial, outlook
from tests.support.services import BASIS, CALENDAR, CATALOGUE, SERVICE
from tests.support.shipped import shipped

ON = date(2026, 11, 20)
CHANGES, SEAL = (question.text for question in SERVICE.questions)
TERM = {"fact": "answer.changes", "has": "term"}
KEPT = {"fact": "answer.seal_kept", "is": "yes"}
Plain = dict[str, Any]


def ahead(
    answers: Answers | None = None,
    firm: dict[str, Fact] | None = None,
    service: ServiceDefinition = SERVICE,
    catalogue: Catalogue = CATALOGUE,
) -> Outlook:
    """The outlook after these answers."""
    facts = facts_of(service, answers or {}, firm or {})
    return outlook(service, catalogue, facts, guide(service, facts), on=ON, calendar=CALENDAR)


def rewritten(change: Callable[[Plain, Plain], None]) -> ServiceDefinition:
    """The service with something changed in its matters and materials, by their keys."""
    body = SERVICE.model_dump(mode="json", by_alias=True, exclude_none=True)
    change(
        {each["key"]: each for each in body["matters"]},
        {each["code"]: each for each in body["materials"]},
    )
    return ServiceDefinition.model_validate(body)


def material(found: Outlook, code: str) -> OutlookMaterial | None:
    """A material that may be asked for, if it is there."""
    return next((each for each in found.materials if each.code == code), None)


def depends(found: Outlook, code: str) -> tuple[str, ...] | None:
    """On which questions a material depends; None where it is not there."""
    one = material(found, code)
    return one.depends if one is not None else None


class TestQuestions:
    @pytest.mark.parametrize(
        ("answers", "asked", "left", "settled"),
        [
            ({}, 0, 1, False),
            ({"changes": ("name",)}, 1, 1, False),
            ({"changes": ("name",), "seal_kept": "no"}, 2, 0, True),
            ({"changes": ("term",)}, 1, 0, True),
        ],
    )
    def test_they_are_counted_as_they_are_answered(
        self, answers: Answers, asked: int, left: int, *, settled: bool
    ) -> None:
        found = ahead(answers)
        assert (found.asked, found.left, found.settled) == (asked, left, settled)


class TestMatters:
    def test_each_says_on_which_open_question_it_depends(self) -> None:
        """FOOD waits for a register, which nobody is asked about."""
        found = {each.key: each.depends for each in ahead().matters}
        assert found == {"REG": (), "TAX": (), "FOOD": (), "PUB": (CHANGES,), "OUT": (CHANGES,)}
        assert ahead().spared == ()

    def test_it_has_its_name_and_organ(self) -> None:
        tax = next(each for each in ahead().matters if each.key == "TAX")
        assert (tax.name, tax.department) == ("事项TAX", "tax")

    def test_what_is_known_not_to_be_needed_is_spared_at_once_and_says_why(self) -> None:
        found = ahead(firm={"licences": ()})
        assert [(each.key, each.name, each.why) for each in found.spared] == [
            ("FOOD", "事项FOOD", "企业没有食品经营许可")
        ]
        assert "FOOD" not in [each.key for each in found.matters]

    def test_an_answer_spares_what_it_rules_out(self) -> None:
        found = ahead({"changes": ("name",)})
        assert {each.key: each.why for each in found.spared} == {
            "PUB": "不需公示",
            "OUT": "不需申请",
        }

    def test_once_all_is_answered_what_nobody_knows_counts_as_not_there(self) -> None:
        found = ahead({"changes": ("term",)})
        assert [each.key for each in found.matters] == ["REG", "TAX", "PUB", "OUT"]
        assert [each.key for each in found.spared] == ["FOOD"]
        assert {each.depends for each in found.matters} == {()}
        assert {each.depends for each in found.materials} == {()}

    def test_what_an_answer_has_settled_depends_on_nothing_more(self) -> None:
        """Both were asked for; the one that is answered is not named again."""

        def change(matters: Plain, _: Plain) -> None:
            matters["OUT"]["needed"].append({"when": KEPT, "otherwise": "印章不在"})

        service = rewritten(change)
        assert {m.key: m.depends for m in ahead(service=service).matters}["OUT"] == (CHANGES, SEAL)
        both = ahead({"changes": ("name", "term")}, service=service)
        assert {m.key: m.depends for m in both.matters}["OUT"] == (SEAL,)
        assert {m.key: m.depends for m in both.matters}["PUB"] == ()

    def test_what_one_answer_is_enough_for_depends_on_no_other(self) -> None:
        def change(matters: Plain, _: Plain) -> None:
            either = {"any": [TERM, KEPT]}
            matters["PUB"]["needed"] = [{"when": either, "otherwise": "不需公示"}]

        found = ahead({"changes": ("name", "term")}, service=rewritten(change))
        assert not found.settled
        assert {each.key: each.depends for each in found.matters}["PUB"] == ()


class TestMaterials:
    def test_each_is_told_with_name_standard_and_who_verifies_it_instead(self) -> None:
        found = ahead()
        assert [each.code for each in found.materials] == ["M01", "M02", "M03", "M04"]
        first, waived = found.materials[:2]
        assert (first.name, first.standard, first.by, first.basis) == (
            "材料M01",
            "原件",
            None,
            None,
        )
        assert waived.by == "名称库"
        assert waived.basis is not None
        assert (waived.basis.law, waived.basis.article) == (BASIS["law"], BASIS["article"])

    def test_a_waiver_counts_only_where_its_condition_is_known_to_hold(self) -> None:
        def change(_: Plain, materials: Plain) -> None:
            materials["M02"]["waived"]["when"] = {"fact": "firm.listed", "is": True}

        service = rewritten(change)
        unknown = material(ahead(service=service), "M02")
        assert unknown is not None
        assert unknown.by is None
        for listed, by in ((False, None), (True, "名称库")):
            one = material(ahead(firm={"listed": listed}, service=service), "M02")
            assert one is not None
            assert one.by == by

    def test_it_depends_on_its_own_condition_and_on_the_matter_that_needs_it(self) -> None:
        def change(matters: Plain, materials: Plain) -> None:
            matters["OUT"]["materials"].append({"code": "M03"})
            matters["FOOD"]["materials"] = []
            matters["FOOD"]["accept_pending"] = None
            materials["M03"]["when"] = KEPT
            materials["M01"]["when"] = TERM

        service = rewritten(change)
        found = ahead(service=service)
        assert (depends(found, "M01"), depends(found, "M02")) == ((CHANGES,), ())
        assert depends(found, "M03") == (SEAL, CHANGES)
        assert depends(found, "M04") == (CHANGES,)

    def test_one_question_is_named_once(self) -> None:
        def change(_: Plain, materials: Plain) -> None:
            materials["M04"]["when"] = TERM

        assert depends(ahead(service=rewritten(change)), "M04") == (CHANGES,)

    def test_what_a_certain_matter_needs_depends_on_no_other(self) -> None:
        """Whatever becomes of REG, which is asked first, the tax office needs it."""

        def change(matters: Plain, _: Plain) -> None:
            matters["TAX"]["materials"] = [{"code": "M01"}]
            matters["REG"]["materials"] = [{"code": "M02"}]
            matters["REG"]["needed"] = matters["PUB"]["needed"]
            matters["REG"]["materials"].append({"code": "M01"})

        found = ahead(service=rewritten(change))
        assert (depends(found, "M01"), depends(found, "M02")) == ((), (CHANGES,))

    def test_what_is_not_wanted_is_not_there(self) -> None:
        assert depends(ahead(firm={"licences": ()}), "M03") is None, "no matter needs it"
        assert depends(ahead({"changes": ("name",)}), "M04") is None, "neither does any"
        assert depends(ahead(firm={"licences": ()}), "M04") == (CHANGES,), "what follows stands"

        def change(_: Plain, materials: Plain) -> None:
            materials["M01"]["when"] = {"fact": "firm.listed", "is": True}

        service = rewritten(change)
        assert depends(ahead(firm={"listed": False}, service=service), "M01") is None
        assert depends(ahead(service=service), "M01") == (), "a register may yet say so"
        assert depends(ahead({"changes": ("term",)}, service=service), "M01") is None

    def test_what_another_matter_makes_comes_only_with_that_matter(self) -> None:
        def change(matters: Plain, _: Plain) -> None:
            never = {"fact": "firm.listed", "is": True}
            matters["TAX"]["needed"] = [{"when": never, "otherwise": "不涉税"}]

        service = rewritten(change)
        one = material(ahead({"changes": ("term",)}, {"listed": True}, service), "M04")
        assert one is not None
        assert one.produced_by == "TAX"
        assert depends(ahead({"changes": ("term",)}, {"listed": False}, service), "M04") is None

    def test_what_nobody_makes_does_not_end_the_list(self) -> None:
        def change(_: Plain, materials: Plain) -> None:
            materials["M01"]["produced_by"] = "FOOD"

        found = ahead(firm={"licences": ()}, service=rewritten(change))
        assert [each.code for each in found.materials] == ["M02", "M04"]

    @pytest.mark.parametrize("source", Source)
    def test_what_is_made_out_of_the_form_is_only_to_be_signed(self, source: Source) -> None:
        materials = tuple(
            each.model_copy(update={"source": source}) for each in CATALOGUE.materials
        )
        house = CATALOGUE.model_copy(update={"materials": materials})
        found = ahead(catalogue=house).materials
        assert {each.made for each in found} == {source is Source.SYSTEM}


class TestSchedule:
    def test_before_the_answers_only_what_is_certain_takes_time(self) -> None:
        """REG and then TAX, a day each; FOOD and OUT may never come."""
        found = ahead().schedule
        assert [stage.matter for stage in found.stages] == ["REG", "TAX"]
        assert found.day == add_working_days(ON, 2, CALENDAR)

    def test_once_all_is_answered_everything_does(self) -> None:
        found = ahead({"changes": ("term",)}, {"licences": ("food",)}).schedule
        assert [stage.matter for stage in found.stages] == ["REG", "TAX", "FOOD", "PUB", "OUT"]

    def test_over_what_is_not_certain_the_wait_goes_on_to_what_is(self) -> None:
        """TAX waits for PUB, PUB for REG: without PUB it still waits for REG."""

        def change(matters: Plain, _: Plain) -> None:
            matters["TAX"]["needs"] = [{"matter": "PUB"}]
            matters["PUB"]["needs"] = [{"matter": "REG"}]

        found = ahead(service=rewritten(change)).schedule
        assert [stage.matter for stage in found.path] == ["REG", "TAX"]


class TestWhatNeverComes:
    """A question that the answers have ruled out keeps nothing open."""

    def test_what_the_registers_did_not_say_is_not_waited_for(self) -> None:
        """They were asked; nothing more will come from them before the day of applying."""
        assert "FOOD" in [each.key for each in ahead().matters], "nobody was asked yet"
        asked = ahead(firm={"listed": False})
        assert [each.key for each in asked.spared] == ["FOOD"]
        assert depends(asked, "M03") is None
        told = ahead(firm={"licences": ("food",)})
        assert "FOOD" in [each.key for each in told.matters]

    def test_neither_is_an_answer_nor_whatever_hangs_on_it(self) -> None:
        """For the term alone nobody asks about the seal, so not about its place, nor since when."""
        yes_no = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
        asked = {"why": "因", "kind": "one", "options": yes_no}
        body = SERVICE.model_dump(mode="json", by_alias=True, exclude_none=True)
        body["questions"] += [
            {**asked, "id": "where", "text": "哪里？", "when": KEPT},
            {"id": "lost_on", "text": "哪天？", "why": "因", "kind": "date", "when": KEPT},
            {**asked, "id": "still", "text": "还有？"},
        ]
        conditions = (
            {"any": [KEPT, {"fact": "answer.still", "is": "yes"}]},
            {"fact": "answer.where", "is": "yes"},
            {"fact": "since.lost_on", "at_least": 30},
        )
        for use, when in zip(body["materials"][:3], conditions, strict=True):
            use["when"] = when
        body["matters"][0]["materials"].append({"code": "M03"})
        service = ServiceDefinition.model_validate(body)
        found = ahead({"changes": ("term",)}, service=service)
        assert not found.settled
        assert [each.code for each in found.materials] == ["M01", "M04"]
        assert depends(found, "M01") == ("还有？",), "what is ruled out is not named"
        named = ahead({"changes": ("name",)}, service=service)
        assert depends(named, "M01") == (SEAL, "还有？")
        assert depends(named, "M02") == ("哪里？",)

    def test_an_answer_nobody_will_be_asked_for_decides_against(self) -> None:
        on = date(2026, 11, 24)
        change = shipped().service("company_change", on).definition
        facts = facts_of(
            change,
            {"changes": ("capital_reduction",), "capital_reduction_kind": "ordinary"},
            {"kind": "limited_company", "registered_here": True},
            on=on,
        )
        seen = outlook(
            change,
            shipped().catalogue,
            facts,
            guide(change, facts),
            on=on,
            calendar=load_calendars(),
        )
        assert not seen.settled
        keys = {matter.key for matter in seen.matters}
        assert {"ANN", "REG"} <= keys
        assert not keys & {"NOTICE", "TAX_EQUITY", "TAX_OUT", "DUAL", "FILE"}
        codes = {material.code for material in seen.materials}
        assert not codes & {"M08", "M09", "M13", "M15", "M16"}
