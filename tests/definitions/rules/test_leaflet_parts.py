"""A leaflet in a small service: what is certain in a situation, and what depends on what."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from definitions.language.conditions import Condition
from definitions.language.matters import EdgeKind
from definitions.language.service import ServiceDefinition
from definitions.rules.leaflet import Leaflet, LeafletMaterial, implied, leaflet
from tests.support.services import BASIS, CATALOGUE, SERVICE

Plain = dict[str, Any]
READ: TypeAdapter[Condition] = TypeAdapter(Condition)
NAME: Plain = {"fact": "answer.changes", "has": "name"}
TERM: Plain = {"fact": "answer.changes", "has": "term"}
KEPT: Plain = {"fact": "answer.seal_kept", "is": "yes"}
LISTED: Plain = {"fact": "firm.listed", "is": True}
SAID_KEPT = "“印章还在吗”答“在”"
SAID_LISTED = "登记库显示“上市公司”"
SAID_FOOD = "登记库中“已取得的许可证”有“food”"  # the sample's own word, none of the register's
SAID_TERM = "“要变更哪些事项”选了“期限”"
OF_NAME, OF_TERM = (situation.when for situation in SERVICE.situations)


def rewritten(change: Callable[[Plain, Plain, Plain], None]) -> ServiceDefinition:
    """The service with something changed: in itself, its matters, its materials, by their keys."""
    body = SERVICE.model_dump(mode="json", by_alias=True, exclude_none=True)
    change(
        body,
        {each["key"]: each for each in body["matters"]},
        {each["code"]: each for each in body["materials"]},
    )
    return ServiceDefinition.model_validate(body)


def of(when: Condition | None, service: ServiceDefinition = SERVICE) -> Leaflet:
    """The leaflet of that situation."""
    return leaflet(service, CATALOGUE, when)


def read(written: Plain) -> Condition:
    return READ.validate_python(written)


def matters(found: Leaflet) -> dict[str, str]:
    return {each.matter.key: each.only_if for each in found.matters}


def materials(found: Leaflet) -> dict[str, str]:
    return {each.use.code: each.only_if for each in found.materials}


def material(found: Leaflet, code: str) -> LeafletMaterial:
    return next(each for each in found.materials if each.use.code == code)


class TestMatters:
    def test_of_the_whole_service_each_says_when_it_is_needed(self) -> None:
        found = of(None)
        assert found.facts == {}
        assert matters(found) == {
            "REG": "",
            "TAX": "",
            "FOOD": SAID_FOOD,
            "PUB": SAID_TERM,
            "OUT": SAID_TERM,
        }
        assert found.spared == ()

    def test_what_the_situation_settles_is_left_out(self) -> None:
        certain = dict.fromkeys(("REG", "TAX", "PUB", "OUT"), "")
        assert matters(of(OF_TERM)) == {**certain, "FOOD": SAID_FOOD}
        found = of(OF_NAME)
        assert matters(found) == {"REG": "", "TAX": "", "FOOD": SAID_FOOD}
        assert [(each.key, why) for each, why in found.spared] == [
            ("PUB", "不需公示"),
            ("OUT", "不需申请"),
        ]

    def test_a_spared_matter_says_the_first_reason_that_cannot_be_met(self) -> None:
        def change(_: Plain, matters: Plain, __: Plain) -> None:
            matters["OUT"]["needed"].insert(0, {"when": LISTED, "otherwise": "不是上市公司"})

        (_, (out, why)) = of(OF_NAME, rewritten(change)).spared
        assert (out.key, why) == ("OUT", "不需申请")

    def test_it_waits_only_for_what_comes_in_this_situation(self) -> None:
        def change(_: Plain, matters: Plain, __: Plain) -> None:
            matters["TAX"]["needs"] = [{"matter": "PUB"}]
            matters["PUB"]["needs"] = [{"matter": "REG", "kind": "accepted"}]

        service = rewritten(change)
        for when, other, kind in (
            (OF_TERM, "PUB", EdgeKind.RESULT),
            (OF_NAME, "REG", EdgeKind.ACCEPTED),
        ):
            tax = next(m.matter for m in of(when, service).matters if m.matter.key == "TAX")
            assert [(edge.matter, edge.kind) for edge in tax.needs] == [(other, kind)]

    def test_steps_and_documents_that_never_come_here_are_not_shown(self) -> None:
        def change(_: Plain, matters: Plain, __: Plain) -> None:
            reg = matters["REG"]
            notice = {"kind": "publicity", "key": "notice", "name": "公示", "limit": {"days": 7}}
            reg["steps"].insert(0, {**notice, "when": TERM})
            reg["documents"][1]["when"] = TERM
            reg["documents"].append({**reg["documents"][0], "kind": "paper", "when": LISTED})

        service = rewritten(change)
        for when, steps, documents in (
            (OF_TERM, ["notice", "review", "decide"], ["notice", "licence", "paper"]),
            (OF_NAME, ["review", "decide"], ["notice", "paper"]),
        ):
            reg = of(when, service).matters[0].matter
            assert [step.key for step in reg.steps] == steps
            assert [document.kind for document in reg.documents] == documents


class TestMaterials:
    def test_each_says_when_it_is_asked_for_and_by_which_matters(self) -> None:
        found = of(OF_TERM)
        assert materials(found) == {"M01": "", "M02": "", "M03": SAID_FOOD, "M04": ""}
        one = material(found, "M03")
        assert one.material.name == "材料M03"
        assert [(matter.key, gate.code) for matter, gate in one.gates] == [("FOOD", "M03")]
        assert "M04" not in materials(of(OF_NAME)), "nobody needs it there"

    def test_a_waiver_is_told_where_there_is_one_and_when(self) -> None:
        """None: to be brought. Empty: never to be brought. Else the condition in words."""

        def change(_: Plain, __: Plain, materials: Plain) -> None:
            for code, when in (("M01", TERM), ("M03", LISTED)):
                materials[code]["waived"] = {"by": "库", "basis": BASIS, "when": when}

        service = rewritten(change)
        for when, waived in (
            (OF_TERM, {"M01": "", "M02": "", "M03": SAID_LISTED, "M04": None}),
            (OF_NAME, {"M01": None, "M02": "", "M03": SAID_LISTED}),
        ):
            found = of(when, service)
            assert {each.use.code: each.waived_if for each in found.materials} == waived
        assert material(of(None, service), "M01").waived_if == SAID_TERM

    def test_wanted_just_where_its_matter_is_it_says_so_once(self) -> None:
        def change(_: Plain, matters: Plain, materials: Plain) -> None:
            materials["M03"]["when"] = matters["FOOD"]["needed"][0]["when"]

        assert materials(of(OF_TERM, rewritten(change)))["M03"] == SAID_FOOD

    def test_it_is_asked_for_where_one_of_its_matters_is_needed(self) -> None:
        def change(_: Plain, matters: Plain, __: Plain) -> None:
            other = {"fact": "firm.revoked", "is": True}
            matters["TAX"]["needed"] = [{"when": LISTED, "otherwise": "不涉税"}]
            matters["REG"]["needed"] = [{"when": other, "otherwise": "不登记"}]
            for key in ("REG", "TAX", "FOOD"):
                matters[key]["materials"] = [{"code": "M01"}]
            matters["FOOD"]["materials"].append({"code": "M02"})
            matters["FOOD"]["accept_pending"] = None
            matters["OUT"]["materials"].append({"code": "M03"})
            matters["OUT"]["needed"] = []

        found = of(OF_TERM, rewritten(change))
        said = material(found, "M01").only_if
        assert said.count("，或者") == 2
        for each in (SAID_LISTED, SAID_FOOD, "登记库显示“被吊销营业执照、责令关闭或者撤销”"):
            assert each in said
        assert [matter.key for matter, _ in material(found, "M01").gates] == ["REG", "TAX", "FOOD"]
        assert material(found, "M02").only_if == SAID_FOOD
        assert material(found, "M03").only_if == "", "a matter that is always needed wants it"
        assert material(found, "M04").only_if == SAID_LISTED, "only TAX makes it"

    def test_its_own_condition_counts_besides(self) -> None:
        def change(_: Plain, matters: Plain, materials: Plain) -> None:
            materials["M01"]["when"] = LISTED
            materials["M02"]["when"] = TERM
            materials["M03"]["when"] = LISTED
            matters["TAX"]["materials"] = [{"code": "M04"}]
            materials["M04"] |= {
                "produced_by": "FOOD",
                "when": matters["FOOD"]["needed"][0]["when"],
            }

        service = rewritten(change)
        of_term, of_name = of(OF_TERM, service), of(OF_NAME, service)
        assert materials(of_term) == {
            "M01": SAID_LISTED,
            "M02": "",
            "M03": f"{SAID_LISTED}，并且{SAID_FOOD}",
            "M04": SAID_FOOD,
        }
        assert "M02" not in materials(of_name)

    def test_what_another_matter_makes_comes_only_with_it(self) -> None:
        def change(_: Plain, matters: Plain, materials: Plain) -> None:
            matters["TAX"]["materials"] = [{"code": "M04"}]
            materials["M04"]["produced_by"] = "PUB"

        service = rewritten(change)
        assert materials(of(OF_TERM, service))["M04"] == ""
        assert "M04" not in materials(of(OF_NAME, service))
        assert materials(of(None, service))["M04"] == SAID_TERM


class TestBlockers:
    def test_those_that_may_come_here_say_when(self) -> None:
        def change(body: Plain, _: Plain, __: Plain) -> None:
            first = body["blockers"][0]
            body["blockers"] += [
                {**first, "reason": "期限", "when": {"all": [TERM, LISTED]}},
                {**first, "reason": "名称", "when": NAME},
            ]

        service = rewritten(change)
        told = [(each.blocker.reason, each.only_if) for each in of(OF_TERM, service).blockers]
        assert [reason for reason, _ in told] == ["股权被冻结", "期限"]
        assert told[1] == ("期限", SAID_LISTED)
        assert told[0][1].startswith("登记库显示“")
        named = {each.blocker.reason: each.only_if for each in of(OF_NAME, service).blockers}
        assert named["名称"] == ""
        assert "期限" not in named
        whole = {each.blocker.reason: each.only_if for each in of(None, service).blockers}
        assert whole["期限"] == f"{SAID_TERM}，并且{SAID_LISTED}"


class TestImplied:
    @pytest.mark.parametrize(
        ("written", "facts"),
        [
            (NAME, {"answer.changes": ("name",)}),
            ({"all": [NAME, TERM]}, {"answer.changes": ("name", "term")}),
            ({"any": [NAME, TERM]}, {}),
            ({"any": [{"all": [NAME, LISTED]}, {"all": [TERM, LISTED]}]}, {"firm.listed": True}),
            (
                {"all": [LISTED, {"any": [NAME, NAME]}]},
                {
                    "firm.listed": True,
                    "answer.changes": ("name",),
                },
            ),
            ({"fact": "firm.kind", "one_of": ["branch"]}, {"firm.kind": "branch"}),
            ({"fact": "firm.kind", "one_of": ["branch", "other"]}, {}),
            ({"fact": "firm.listed", "is": False}, {"firm.listed": False}),
            ({"not": LISTED}, {}),
            ({"fact": "answer.changes", "lacks": "name"}, {}),
            ({"fact": "firm.listed", "known": True}, {}),
            ({"fact": "since.founded_on", "at_least": 1}, {}),
        ],
    )
    def test_only_what_every_way_into_it_has(self, written: Plain, facts: Plain) -> None:
        assert implied(SERVICE, read(written)) == facts

    def test_the_questions_before_it_are_answered_so_as_to_come_there(self) -> None:
        """Down the whole chain; an answer that a register gives is the register's as well."""

        def change(body: Plain, _: Plain, __: Plain) -> None:
            yes_no = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
            kinds = [{"value": "branch", "label": "分公司"}, {"value": "strange", "label": "别的"}]
            asked = {"why": "因", "kind": "one"}
            body["questions"] += [
                {**asked, "id": "where", "text": "哪里？", "options": yes_no, "when": KEPT},
                {
                    **asked,
                    "id": "sort",
                    "text": "哪类？",
                    "options": kinds,
                    "answered_by": "firm.kind",
                },
            ]

        service = rewritten(change)
        where = read({"fact": "answer.where", "is": "no"})
        assert implied(service, where) == {
            "answer.where": "no",
            "answer.seal_kept": "yes",
            "answer.changes": ("name",),
        }
        branch = read({"fact": "answer.sort", "is": "branch"})
        assert implied(service, branch) == {"answer.sort": "branch", "firm.kind": "branch"}
        strange = read({"fact": "answer.sort", "is": "strange"})
        assert implied(service, strange) == {"answer.sort": "strange"}, "no word of the register's"

    def test_whatever_else_its_question_waits_for_is_implied_too(self) -> None:
        """Of what the question waits for, one part is known already."""

        def change(body: Plain, _: Plain, __: Plain) -> None:
            yes_no = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
            asked = {"id": "where", "text": "哪里？", "why": "因", "kind": "one"}
            both = {"all": [KEPT, LISTED]}
            body["questions"].append({**asked, "options": yes_no, "when": both})

        when = read({"all": [{"fact": "answer.where", "is": "no"}, KEPT]})
        assert implied(rewritten(change), when) == {
            "answer.where": "no",
            "answer.seal_kept": "yes",
            "answer.changes": ("name",),
            "firm.listed": True,
        }

    @pytest.mark.parametrize(
        ("value", "register"),
        [("food_business", {"firm.licences": ("food_business",)}), ("strange", {})],
    )
    def test_a_register_s_list_is_implied_where_it_has_the_word(
        self, value: str, register: Plain
    ) -> None:
        def change(body: Plain, _: Plain, __: Plain) -> None:
            options = [{"value": each, "label": each} for each in ("food_business", "strange")]
            asked = {"id": "permits", "text": "哪些？", "why": "因", "kind": "many"}
            body["questions"].append({**asked, "options": options, "answered_by": "firm.licences"})

        when = read({"fact": "answer.permits", "has": value})
        assert implied(rewritten(change), when) == {"answer.permits": (value,), **register}

    def test_what_it_says_itself_stands_before_what_its_questions_wait_for(self) -> None:
        when = read({"all": [KEPT, {"fact": "answer.changes", "has": "term"}]})
        assert implied(SERVICE, when)["answer.changes"] == ("term",)


class TestNever:
    def test_a_question_that_is_not_asked_here_decides_nothing(self) -> None:
        """With the term alone nobody is asked about the seal: neither yes nor no can hold."""

        def change(_: Plain, matters: Plain, materials: Plain) -> None:
            materials["M01"]["when"] = KEPT
            materials["M02"]["when"] = {"not": KEPT}
            matters["TAX"]["needed"] = [{"when": KEPT, "otherwise": "印章不在"}]
            matters["OUT"]["materials"] = []

        service = rewritten(change)
        alone = of(OF_TERM, service)
        assert "M01" not in materials(alone)
        assert "M02" not in materials(alone)
        assert [(each.key, why) for each, why in alone.spared] == [("TAX", "印章不在")]
        asked = of(OF_NAME, service)
        assert materials(asked)["M01"] == SAID_KEPT
        assert materials(asked)["M02"] == "“印章还在吗”没有答“在”"

    def test_neither_does_a_field_that_is_not_shown(self) -> None:
        """Its value, the days since it, and what the register of persons says of it."""

        def change(body: Plain, _: Plain, materials: Plain) -> None:
            body["form"] = [
                {"id": "decided_on", "label": "决议日期", "kind": "date", "when": NAME},
                {"id": "agent_id", "label": "身份证号", "kind": "person_id", "when": NAME},
            ]
            materials["M01"]["when"] = {"fact": "form.decided_on", "known": True}
            materials["M02"]["when"] = {"fact": "since.decided_on", "at_least": 30}
            materials["M03"]["when"] = {"fact": "person.agent_id", "is": "mismatch"}

        service = rewritten(change)
        assert set(materials(of(OF_TERM, service))) == {"M04"}
        assert set(materials(of(OF_NAME, service))) == {"M01", "M02", "M03"}

    def test_nor_the_days_since_a_date_that_is_not_asked(self) -> None:
        def change(body: Plain, _: Plain, materials: Plain) -> None:
            asked = {"why": "因", "kind": "date", "text": "哪天？", "when": NAME}
            body["questions"].append({**asked, "id": "told_on"})
            materials["M01"]["when"] = {"fact": "since.told_on", "at_least": 30}

        service = rewritten(change)
        assert "M01" not in materials(of(OF_TERM, service))
        assert materials(of(OF_NAME, service))["M01"] == "自“哪天”起已满 30 日"

    def test_nor_anything_that_hangs_on_what_is_not_asked(self) -> None:
        """The seal is not asked about, so its place is not, so the field is not shown."""

        def change(body: Plain, matters: Plain, materials: Plain) -> None:
            yes_no = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
            asked = {"id": "where", "text": "哪里？", "why": "因", "kind": "one"}
            body["questions"].append({**asked, "options": yes_no, "when": KEPT})
            there = {"fact": "answer.where", "is": "yes"}
            field = {"id": "place", "label": "处所", "kind": "text", "when": KEPT}
            body["form"] = [field]
            body["blockers"].append({**body["blockers"][0], "reason": "印章", "when": KEPT})
            materials["M01"]["when"] = there
            materials["M02"]["when"] = {"fact": "form.place", "is": "x"}
            materials["M03"]["waived"] = {"by": "库", "basis": BASIS, "when": KEPT}
            materials["M04"]["when"] = KEPT
            reg = matters["REG"]
            notice = {"kind": "publicity", "key": "notice", "name": "公示", "limit": {"days": 7}}
            reg["steps"].insert(0, {**notice, "when": KEPT})
            reg["documents"][1]["when"] = KEPT

        service = rewritten(change)
        for when, codes, reasons in (
            (OF_TERM, {"M03"}, []),
            (OF_NAME, {"M01", "M02", "M03"}, ["印章"]),
        ):
            found = of(when, service)
            assert set(materials(found)) == codes
            assert [each.blocker.reason for each in found.blockers][1:] == reasons
            waived = SAID_KEPT if reasons else None
            assert material(found, "M03").waived_if == waived
            reg = found.matters[0].matter
            assert len(reg.steps) == (3 if reasons else 2)
            assert len(reg.documents) == (2 if reasons else 1)
