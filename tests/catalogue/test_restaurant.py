"""What the law asks of opening a restaurant, as the plan of one: who decides, who is turned away.

The golden cases say the same in sentences; here each stands beside its article.
"""

from datetime import date

import pytest

from definitions.errors import Code, Refused
from definitions.language.clocks import ExtendedBy
from definitions.language.matters import Publicity, Review
from definitions.language.pending import Domain
from definitions.language.receipt import NotAccepted
from definitions.rules.conditions import Fact
from definitions.rules.guidance import facts_of
from definitions.rules.plan import Plan, PlannedMatter
from definitions.rules.planning import plan
from tests.support.shipped import shipped

LIBRARY = shipped()
TODAY = date(2026, 11, 24)
OPENING = LIBRARY.service("restaurant_opening", TODAY)
SMALL = {
    "premises": "songjiang",
    "catering": "restaurant",
    "area": "under_300",
    "building": "commercial",
    "chain": "none",
    "signboard": "needed",
    "drainage": "own",
    "filed_by": "agent",
}
LARGE = SMALL | {"area": "from_300", "building": "mixed_with_flue", "fuel": "gas"}


def _plan(answers: dict[str, str], on: date = TODAY, **firm: Fact) -> Plan:
    facts = facts_of(OPENING.definition, answers, firm)
    return plan(OPENING.definition, LIBRARY.catalogue, facts, sha256=OPENING.sha256, on=on)


def _matter(key: str, answers: dict[str, str], **firm: Fact) -> PlannedMatter:
    found = _plan(answers, **firm).matter(key)
    assert found is not None
    return found


@pytest.mark.law("行政许可法 26")
def test_each_organ_decides_its_own_and_the_lead_joins_the_results() -> None:
    made = _plan(LARGE)
    organs = {matter.key: matter.department for matter in made.matters}
    assert organs == {
        "FOOD": "market_regulation",
        "SIGN": "greening",
        "FIRE": "fire_rescue",
        "DRAIN": "water",
        "WASTE": "greening",
        "CERT": made.lead,
    }
    joint = made.matter("CERT")
    assert joint is not None
    assert {edge.matter for edge in joint.needs} == organs.keys() - {"CERT"}


@pytest.mark.law("行政许可法 42(2)")
def test_more_time_for_the_joint_matter_is_the_governments_to_give() -> None:
    rule = _matter("CERT", LARGE).rule("D45")
    assert rule is not None
    assert rule.extension is not None
    assert (rule.extension.days, rule.extension.by) == (15, ExtendedBy.GOVERNMENT_HEAD)


@pytest.mark.law("行政许可法 29")
def test_an_agent_brings_the_authority_once_for_all_matters() -> None:
    made = _plan(LARGE)
    assert [material.code for material in made.materials].count("M14") == 1
    asking = [matter.key for matter in made.matters if matter.gate("M14")]
    assert asking == ["FOOD", "SIGN", "FIRE", "DRAIN", "WASTE"]


@pytest.mark.law("行政许可法 33")
def test_what_registers_know_is_not_asked_for() -> None:
    chain = SMALL | {"chain": "filed"}
    materials = {m.code: m.waived_by for m in _plan(chain, property_registered=True).materials}
    assert (materials["M06"], materials["M52"]) == ("不动产登记库", "连锁总部备案库")


@pytest.mark.law("行政许可法 32(1)(1)")
def test_who_needs_no_licence_is_told_at_once() -> None:
    refusal = _matter("FOOD", SMALL | {"catering": "prepacked_only"}).unacceptable
    assert refusal is not None
    assert refusal.kind is NotAccepted.NOT_REQUIRED
    assert refusal.basis.law == "食品安全法"


@pytest.mark.law("行政许可法 32(1)(2)")
@pytest.mark.parametrize("key", ["FOOD", "SIGN", "FIRE", "DRAIN", "WASTE"])
def test_whose_shop_lies_elsewhere_is_told_where_to_go(key: str) -> None:
    refusal = _matter(key, LARGE | {"premises": "elsewhere"}).unacceptable
    assert refusal is not None
    assert refusal.kind is NotAccepted.NOT_COMPETENT
    assert refusal.organ


@pytest.mark.law("行政许可法 78", "行政许可法 79")
@pytest.mark.parametrize(
    ("fact", "article"),
    [("licence_bar_one_year", "第七十八条"), ("licence_bar_three_years", "第七十九条")],
)
def test_who_is_barred_is_not_accepted(fact: str, article: str) -> None:
    refusal = _matter("FOOD", SMALL, **{fact: True}).unacceptable
    assert refusal is not None
    assert (refusal.kind, refusal.basis.article) == (NotAccepted.BARRED, article)
    assert _matter("SIGN", SMALL, **{fact: True}).unacceptable is None


@pytest.mark.law("行政许可法 34(3)")
@pytest.mark.parametrize(("key", "step"), [("FOOD", "onsite"), ("FIRE", "inspect")])
def test_on_site_two_officers_look(key: str, step: str) -> None:
    found = next(each for each in _matter(key, LARGE).steps if each.key == step)
    assert isinstance(found, Review)
    assert found.officers == 2


@pytest.mark.law("行政许可法 36")
def test_neighbours_are_told_and_heard_where_they_are_concerned() -> None:
    def told(building: str) -> list[bool]:
        steps = _matter("FOOD", LARGE | {"building": building}).steps
        return [step.parties for step in steps if isinstance(step, Publicity)]

    assert (told("mixed_with_flue"), told("commercial")) == ([True], [])


@pytest.mark.law("行政许可法 47")
def test_a_hearing_is_due_where_the_interest_is_major() -> None:
    assert _matter("FOOD", LARGE).hearing_due
    assert not _matter("FOOD", LARGE | {"area": "under_300"}).hearing_due
    assert not _matter("FOOD", LARGE | {"building": "commercial"}).hearing_due


@pytest.mark.law("容缺 2.3(2b)", "容缺 2.3(2d)")
class TestGaps:
    def test_only_secondary_papers_may_be_late(self) -> None:
        made = _plan(LARGE)
        main = {material.code for material in made.materials if material.main}
        late = {gate.code for m in made.matters for gate in m.gates if gate.tolerable is not None}
        assert late == {"M52", "M53", "M62"}
        assert late.isdisjoint(main)

    @pytest.mark.parametrize("fact", ["dishonest", "broken_promise", "overdue_promise"])
    def test_whose_word_is_not_good_is_told_why(self, fact: str) -> None:
        for key, code in (("FOOD", "M52"), ("SIGN", "M55"), ("WASTE", "M62")):
            gate = _matter(key, SMALL, **{fact: True}).gate(code)
            assert gate is not None
            assert (gate.tolerable, gate.promised) == (None, False)
            assert gate.why_not


@pytest.mark.law("上海优化营商环境条例 27")
def test_no_promise_stands_where_life_and_safety_are_at_stake() -> None:
    for matter in OPENING.definition.matters:
        if {Domain.PUBLIC_SAFETY, Domain.HEALTH, Domain.ECOLOGY} & {*matter.domains}:
            assert matter.inform_commit is None, matter.key
    sign = _matter("SIGN", SMALL).inform_commit
    assert sign is not None
    assert (sign.verify.days, sign.rectify.days) == (60, 15)


def test_before_its_item_is_in_force_nothing_starts() -> None:
    with pytest.raises(Refused) as caught:
        _plan(SMALL, on=date(2023, 11, 30))
    assert caught.value.code is Code.ITEM_NOT_IN_FORCE


@pytest.mark.law("行政许可法 49", "行政许可法 70")
@pytest.mark.parametrize(
    ("service", "article"),
    [("company_change", "第四十九条"), ("company_deregistration", "第七十条第三项")],
)
def test_a_licence_follows_its_firm(service: str, article: str) -> None:
    """A change changes it, an end ends it: in the same application, after the registration."""
    matters = {m.key: m for m in LIBRARY.service(service, TODAY).definition.matters}
    licence = matters["LIC_FOOD"]
    assert ("行政许可法", article) in {(basis.law, basis.article) for basis in licence.bases}
    assert [edge.matter for edge in licence.needs] in (["REG"], ["REG_DEREG"])
