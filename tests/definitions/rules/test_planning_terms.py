"""What a planned matter carries from its definition and the house's law, and what it does not."""

from datetime import date

import pytest

from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.language.matters import Publicity
from definitions.language.receipt import NotAccepted
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact
from definitions.rules.plan import Plan, PlannedMatter
from definitions.rules.planning import plan, with_own
from tests.support.legal import BASIS, CATALOGUE, SERVICE, SERVICE_TREE, planned, rewritten

ON = date(2026, 3, 2)
FACTS: dict[str, Fact] = {"answer.kind": "limited", "answer.heard": "no", "answer.with": ("none",)}
EVERY = planned("sign", "clear", "register", "renew", "joint")
WINDOW = {"name": "申请期", "limit": {"days": 20, "unit": "calendar_day"}, "basis": BASIS}
ASKED_FOR = {"fact": "answer.heard", "is": "yes"}
OWN_LAW = {"key": "办法", "title": "一部办法", "text_of": "2024-01-01"}
OWN_MATERIAL = {
    "code": "X01",
    "name": "自备的材料",
    "source": "applicant",
    "main": False,
    "standard": "原件",
}


def matter(key: str, found: Plan = EVERY) -> PlannedMatter:
    """A matter that must be there."""
    one = found.matter(key)
    assert one is not None
    return one


def permit(heard: str = "no", **changes: object) -> PlannedMatter:
    """PERMIT as planned, with something in it changed."""
    return matter("PERMIT", planned(heard=heard, service=rewritten("PERMIT", **changes)))


def clocks(found: PlannedMatter) -> list[str]:
    """The clocks it has, by their ids."""
    return [rule.id for rule in found.clocks]


def with_form(*fields: dict[str, object]) -> ServiceDefinition:
    """The service with this form."""
    return ServiceDefinition.model_validate({**SERVICE_TREE, "form": fields})


class TestInForce:
    @pytest.mark.parametrize(
        ("valid", "open_"),
        [
            ({"since": "2026-03-02"}, True),
            ({"since": "2026-03-03"}, False),
            ({"since": "2026-01-01", "until": "2026-03-02"}, True),
            ({"since": "2026-01-01", "until": "2026-03-01"}, False),
        ],
    )
    def test_an_item_must_be_in_force_on_the_day(
        self, valid: dict[str, str], *, open_: bool
    ) -> None:
        """行政许可事项清单: what is not in force on that day may not be started."""
        service = rewritten(valid=valid)
        if open_:
            assert matter("PERMIT", planned(service=service)).not_needed is None
            return
        with pytest.raises(Refused) as refused:
            planned(service=service)
        assert (refused.value.code, refused.value.field) == (Code.ITEM_NOT_IN_FORCE, "/service")
        assert refused.value.details == {"matter": "PERMIT"}
        assert "“事项PERMIT”在 2026-03-02 不在有效期内" in refused.value.message

    def test_an_item_that_nobody_needs_may_be_out_of_force(self) -> None:
        service = rewritten("SIGN", valid={"since": "2030-01-01"})
        assert matter("SIGN", planned(service=service)).not_needed == "不办招牌"
        with pytest.raises(Refused):
            planned("sign", service=service)


class TestTerms:
    def test_a_matter_carries_its_own_terms(self) -> None:
        """Whatever the definition says of how it is handled, the plan says as well."""
        fee = {"yuan": 80, "says": "工本费", "basis": BASIS}
        service = rewritten(fee=fee, attend="负责人到场", filing=WINDOW)
        written = next(each for each in service.matters if each.key == "PERMIT")
        found = matter("PERMIT", planned(service=service))
        for name in (
            *("fee", "attend", "filing", "examine", "hearing", "hold", "refusal"),
            *("promised", "instant", "bases"),
        ):
            assert getattr(found, name) == getattr(written, name), name
        assert found.fee is not None
        assert found.refusal is not None

    @pytest.mark.parametrize(
        ("key", "name"), [("CLEAR", "issue_then_supply"), ("SIGN", "inform_commit")]
    )
    def test_the_ways_to_go_on_without_a_paper_come_along(self, key: str, name: str) -> None:
        written = next(each for each in SERVICE.matters if each.key == key)
        found = matter(key, planned("sign", "clear"))
        assert getattr(found, name) == getattr(written, name) is not None

    def test_what_the_matter_does_not_say_of_pending_papers_its_jurisdiction_does(self) -> None:
        """Shanghai's terms under the matter's own basis; what it writes itself stands."""
        shanghai = next(each for each in CATALOGUE.jurisdictions if each.id == "shanghai")
        terms = matter("PERMIT").accept_pending
        assert terms is not None
        assert (terms.rule, terms.cap, terms.lapse) == ("shanghai", shanghai.cap, shanghai.lapse)
        assert terms.basis != shanghai.basis
        own = permit(accept_pending={"rule": "shanghai", "cap": 3, "basis": BASIS}).accept_pending
        assert own is not None
        assert (own.cap, own.margin) == (3, shanghai.margin)

    def test_the_house_s_law_and_the_service_s_own_go_with_the_plan(self) -> None:
        own = ServiceDefinition.model_validate({**SERVICE_TREE, "own_laws": [OWN_LAW]})
        found = plan(own, CATALOGUE, FACTS, sha256="s", on=ON)
        assert found.procedures == CATALOGUE.procedures != ()
        assert found.terminations == CATALOGUE.terminations != ()
        assert found.papers == CATALOGUE.papers != ()
        assert [law.key for law in found.laws] == ["办法"]

    def test_what_the_applicant_was_told_is_kept_with_its_basis(self) -> None:
        blocker = {
            "when": {"fact": "answer.kind", "is": "limited"},
            "reason": "股权被冻结",
            "owner": "法院",
            "remedy": "解除",
            "basis": {"law": "公司法", "article": "第八十四条"},
        }
        service = ServiceDefinition.model_validate({**SERVICE_TREE, "blockers": [blocker]})
        found = plan(service, CATALOGUE, FACTS, sha256="s", on=ON, insisted=True)
        ((reason, basis),) = [(each.reason, each.basis) for each in found.despite]
        assert (reason, basis.law, basis.article) == ("股权被冻结", "公司法", "第八十四条")


class TestOwn:
    @pytest.mark.parametrize("brought", [("own_laws",), ("own_materials",), ()])
    def test_what_a_service_brings_stands_behind_the_house_s(
        self, brought: tuple[str, ...]
    ) -> None:
        said = {"own_laws": [OWN_LAW], "own_materials": [OWN_MATERIAL]}
        service = ServiceDefinition.model_validate(
            {**SERVICE_TREE, **{name: said[name] for name in brought}}
        )
        whole = with_own(CATALOGUE, service)
        laws = ["办法"] if "own_laws" in brought else []
        materials = ["X01"] if "own_materials" in brought else []
        assert [law.key for law in whole.laws] == [*(each.key for each in CATALOGUE.laws), *laws]
        assert [each.code for each in whole.materials] == [
            *(each.code for each in CATALOGUE.materials),
            *materials,
        ]
        assert whole.departments == CATALOGUE.departments


class TestUnacceptable:
    @pytest.mark.parametrize(
        ("kind", "firm", "found"),
        [
            ("limited", {}, None),
            ("joint_stock", {}, NotAccepted.NOT_COMPETENT),
            ("exempt", {}, NotAccepted.NOT_REQUIRED),
            ("limited", {"licence_bar_one_year": True}, NotAccepted.BARRED),
            ("limited", {"licence_bar_one_year": False}, None),
            ("exempt", {"licence_bar_one_year": True}, NotAccepted.NOT_REQUIRED),
        ],
    )
    def test_the_first_that_is_known_to_hold_decides(
        self, kind: str, firm: dict[str, Fact], found: NotAccepted | None
    ) -> None:
        refusal = matter("PERMIT", planned(kind=kind, firm=firm)).unacceptable
        assert (refusal and refusal.kind) == found

    def test_it_says_why_on_what_basis_and_who_is_competent(self) -> None:
        """行政许可法 32(1)(2): the applicant is told where to go."""
        refusal = matter("PERMIT", planned(kind="joint_stock")).unacceptable
        assert refusal is not None
        assert (refusal.says, refusal.organ, refusal.basis.article) == (
            "股份有限公司由市级登记机关登记",
            "上海市市场监督管理局",
            "第四条",
        )


class TestHearing:
    @pytest.mark.parametrize(("heard", "due"), [("yes", True), ("no", False)])
    def test_no_decision_comes_before_it_only_where_the_law_orders_one(
        self, heard: str, *, due: bool
    ) -> None:
        assert permit(heard).hearing_due is due

    def test_one_that_may_be_asked_for_is_not_ordered(self) -> None:
        found = permit("yes", hearing={"basis": BASIS})
        assert found.hearing is not None
        assert not found.hearing_due
        assert not matter("SIGN").hearing_due


class TestSteps:
    @pytest.mark.parametrize(("heard", "count"), [("yes", 2), ("no", 1)])
    def test_only_those_are_made_public_for_whom_it_is_meant(self, heard: str, count: int) -> None:
        notice = {"kind": "publicity", "key": "notice", "name": "公示", "limit": {"days": 7}}
        decide = {"kind": "decide", "key": "decide", "name": "决定"}
        found = permit(heard, steps=[{**notice, "when": ASKED_FOR}, decide]).steps
        assert len(found) == count
        assert found[-1].key == "decide"
        assert isinstance(found[0], Publicity) is (count == 2)


class TestClocks:
    def test_a_licence_has_its_promise_the_law_s_limits_and_the_procedure_s(self) -> None:
        assert clocks(permit()) == [
            *("PROMISE", "D20", "DEL10", "PUB7", "CHG30"),
            *("ACC5", "SUPP", "HEAR5", "HEAR20", "HEAR7"),
        ]

    def test_without_an_examination_or_a_hearing_there_are_none_of_theirs(self) -> None:
        assert clocks(matter("SIGN")) == ["PROMISE", "D20"]
        assert clocks(matter("REG")) == ["PROMISE", "REG3"]
        assert clocks(permit(statutory=None, examine=None, hearing=None, clocks=[])) == ["PROMISE"]

    def test_the_promise_has_the_matter_s_days_and_the_house_s_name_and_basis(self) -> None:
        house = next(rule for rule in CATALOGUE.clocks if rule.id == "PROMISE")
        promise = permit().rule("PROMISE")
        assert promise is not None
        assert (promise.kind, promise.limit.days) == (ClockKind.PROMISED, 10)
        assert (promise.name, promise.basis) == (house.name, house.basis)

    def test_a_promise_with_a_basis_of_its_own_keeps_it(self) -> None:
        own = {"law": "上海优化营商环境条例", "article": "第三十一条"}
        promise = permit(promised={"days": 10, "basis": own}).rule("PROMISE")
        assert promise is not None
        assert promise.basis.law == "上海优化营商环境条例"

    def test_in_a_house_without_a_rule_of_promises_the_matter_s_basis_stands(self) -> None:
        others = tuple(rule for rule in CATALOGUE.clocks if rule.id != "PROMISE")
        house = CATALOGUE.model_copy(update={"clocks": others})
        found = plan(SERVICE, house, FACTS, sha256="s", on=ON)
        promise = matter("PERMIT", found).rule("PROMISE")
        assert promise is not None
        assert (promise.name, promise.basis.law) == ("承诺办结时限", "行政许可法")

    @pytest.mark.parametrize(
        ("statutory", "unit", "pausable"),
        [
            ("D20", "working_day", True),
            ("REG3", "working_day", False),
            (None, "working_day", True),
            ("D20", "calendar_day", False),
        ],
    )
    def test_the_promise_stands_still_only_with_the_law_s_limit(
        self, statutory: str | None, unit: str, *, pausable: bool
    ) -> None:
        """行政许可法 45 leaves working days uncounted; a registration is under another law."""
        promised = {"days": 10, "unit": unit}
        service = rewritten("SIGN", statutory=statutory, promised=promised)
        promise = matter("SIGN", planned("sign", service=service)).rule("PROMISE")
        assert promise is not None
        assert promise.pausable is pausable

    def test_a_limit_of_a_special_law_is_the_matter_s_alone(self) -> None:
        own = {"law": "食品安全法", "article": "第三十五条"}
        limit = {"days": 15, "basis": own}
        found = permit(statutory=limit).rule("STATUTORY")
        assert found is not None
        assert (found.kind, found.limit.days, found.pausable, found.extension) == (
            *(ClockKind.STATUTORY, 15, False),
            None,
        )
        assert (found.name, found.basis.law) == ("法定办结时限", "食品安全法")
        plain = permit(statutory={"days": 15}).rule("STATUTORY")
        assert plain is not None
        assert plain.basis.law == "行政许可法", "the matter's own first basis"

    def test_where_only_the_law_is_waited_for_no_office_has_a_limit(self) -> None:
        notice = {"kind": "publicity", "key": "notice", "name": "公示", "limit": {"days": 20}}
        changes = {"steps": [notice], "documents": [], "refusal": None, "clocks": ["DEL10"]}
        service = rewritten("SIGN", **changes)
        assert clocks(matter("SIGN", planned("sign", service=service))) == ["DEL10"]

    @pytest.mark.parametrize(("heard", "found"), [("yes", True), ("no", False)])
    def test_the_applicant_s_window_runs_only_where_there_is_one(
        self, heard: str, *, found: bool
    ) -> None:
        window = {**WINDOW, "when": ASKED_FOR}
        one = permit(heard, filing=window, clocks=["SIMP_WIN", "DEL10"])
        assert (one.filing is not None) is found
        assert ("SIMP_WIN" in clocks(one)) is found
        assert "DEL10" in clocks(one)

    @pytest.mark.parametrize(
        ("fields", "found"),
        [
            ([], False),
            ([{"id": "valid_until", "label": "有效期", "kind": "date"}], True),
            ([{"id": "other_day", "label": "别的", "kind": "date"}], False),
            ([{"id": "valid_until", "label": "日", "kind": "date", "when": ASKED_FOR}], False),
        ],
    )
    def test_a_clock_that_starts_with_a_date_needs_that_date_to_be_asked_for(
        self, fields: list[dict[str, object]], *, found: bool
    ) -> None:
        service = with_form(*fields)
        assert ("RENEW" in clocks(matter("RENEW", planned("renew", service=service)))) is found

    def test_a_date_may_be_an_answer_as_well(self) -> None:
        facts = {**FACTS, "answer.with": ("renew",), "answer.valid_until": "2026-04-01"}
        found = plan(with_form(), CATALOGUE, facts, sha256="s", on=ON)
        assert "RENEW" in clocks(matter("RENEW", found))
