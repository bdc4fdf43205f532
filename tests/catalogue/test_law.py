"""The law as it stands in the catalogue: each limit, each place's terms, the closed lists.

Whoever changes a number here must have read the article.
"""

from typing import get_args

import pytest

from definitions.language.clocks import ClockKind, Expiry, ExtendedBy, Starts
from definitions.language.limits import Unit
from definitions.language.matters import MatterDefinition, Template
from definitions.language.pending import Credit, Domain, Lapse
from definitions.language.service import ServiceDefinition
from tests.support.shipped import shipped

CATALOGUE = shipped().catalogue
CLOCKS = {rule.id: rule for rule in CATALOGUE.clocks}
TERMS = {terms.id: terms for terms in CATALOGUE.jurisdictions}
WD, CD = Unit.WORKING_DAY, Unit.CALENDAR_DAY
HEAD, GOVERNMENT = ExtendedBy.ORGAN_HEAD, ExtendedBy.GOVERNMENT_HEAD
Expected = tuple[int, Unit, tuple[int, ExtendedBy] | None, bool, Expiry]

# days, unit, extension, pausable, expiry
LIMITS: dict[str, Expected] = {
    "REG_ONLINE": (1, WD, None, False, Expiry.ALARM),
    "ACC5": (5, WD, None, False, Expiry.DEEM_ACCEPTED),
    "SUPP": (15, WD, (15, HEAD), False, Expiry.LAPSE),
    "D20": (20, WD, (10, HEAD), True, Expiry.ALARM),
    "D45": (45, WD, (15, GOVERNMENT), True, Expiry.ALARM),
    "PROMISE": (20, WD, None, True, Expiry.ALARM),
    "REG3": (3, WD, (3, HEAD), False, Expiry.ALARM),
    "SH_OPEN1": (1, WD, None, False, Expiry.ALARM),
    "FIRE10": (10, WD, None, True, Expiry.ALARM),
    "DEL10": (10, WD, None, False, Expiry.ALARM),
    "HEAR5": (5, WD, None, False, Expiry.RIGHT_LAPSES),
    "HEAR20": (20, WD, None, False, Expiry.ALARM),
    "HEAR7": (7, WD, None, False, Expiry.ALARM),
    "RENEW30": (30, CD, None, False, Expiry.WARN),
    "RENEW": (0, CD, None, False, Expiry.DEEM_RENEWED),
    "CHG30": (30, CD, None, False, Expiry.WARN),
    "CHG15": (15, CD, None, False, Expiry.WARN),
    "SIMP20": (20, CD, None, False, Expiry.WAIT_ENDS),
    "SIMP_WIN": (20, CD, (10, HEAD), False, Expiry.LAPSE),
    "ANN45": (45, CD, None, False, Expiry.WAIT_ENDS),
    "NOTICE30": (30, CD, None, False, Expiry.WAIT_ENDS),
    "COURT20": (20, CD, None, False, Expiry.WAIT_ENDS),
    "REP30": (30, CD, None, False, Expiry.WARN),
    "BRANCH30": (30, CD, None, False, Expiry.WARN),
    "LIC30": (30, CD, None, False, Expiry.WARN),
    "DEBT10": (10, CD, None, False, Expiry.WARN),
    "DEBT30": (30, CD, None, False, Expiry.WARN),
    "LIQ15": (15, CD, None, False, Expiry.WARN),
    "LIQ10_CAUSE": (10, CD, None, False, Expiry.WARN),
    "LIQ10_PUBLISH": (10, CD, None, False, Expiry.WARN),
    "LIQ10_NOTIFY": (10, CD, None, False, Expiry.WARN),
    "LIQ60": (60, CD, None, False, Expiry.WARN),
    "LIQ30": (30, CD, None, False, Expiry.WARN),
    "DEREG30": (30, CD, None, False, Expiry.WARN),
    "PLIQ15": (15, CD, None, False, Expiry.WARN),
    "PLIQ10": (10, CD, None, False, Expiry.WARN),
    "PLIQ60": (60, CD, None, False, Expiry.WARN),
    "LIQ15_FILE": (15, CD, None, False, Expiry.WARN),
    "RESUME30": (30, CD, None, False, Expiry.WARN),
    "TAX30": (30, CD, None, False, Expiry.WARN),
    "SI30": (30, CD, None, False, Expiry.WARN),
    "HPF30": (30, CD, None, False, Expiry.WARN),
    "HPF20": (20, CD, None, False, Expiry.WARN),
    "PUB7": (7, WD, None, False, Expiry.ALARM),
    "PUB20": (20, WD, None, False, Expiry.ALARM),
    "PUB20_OWN": (20, WD, None, False, Expiry.WARN),
    "BAD1": (1, WD, None, False, Expiry.ALARM),
    "BAD5": (5, WD, None, False, Expiry.ALARM),
    "BAD15": (15, WD, None, False, Expiry.ALARM),
}
# kind, start, and the form field of a date; `True` where it is counted backwards
STARTS: dict[str, tuple[ClockKind, Starts, str | None, bool]] = {
    "REG_ONLINE": (ClockKind.INTERNAL, Starts.RECEIVED, None, False),
    "ACC5": (ClockKind.ACCEPTANCE, Starts.RECEIVED, None, False),
    "SUPP": (ClockKind.CORRECTION, Starts.NOTICED, None, False),
    "D20": (ClockKind.STATUTORY, Starts.ACCEPTED, None, False),
    "D45": (ClockKind.STATUTORY, Starts.ACCEPTED, None, False),
    "PROMISE": (ClockKind.PROMISED, Starts.ACCEPTED, None, False),
    "REG3": (ClockKind.STATUTORY, Starts.ACCEPTED, None, False),
    "SH_OPEN1": (ClockKind.STATUTORY, Starts.ACCEPTED, None, False),
    "FIRE10": (ClockKind.STATUTORY, Starts.ACCEPTED, None, False),
    "DEL10": (ClockKind.DELIVERY, Starts.GRANTED, None, False),
    "HEAR5": (ClockKind.HEARING_REQUEST, Starts.HEARING_TOLD, None, False),
    "HEAR20": (ClockKind.HEARING, Starts.HEARING_REQUESTED, None, False),
    "HEAR7": (ClockKind.HEARING, Starts.HEARING_DAY, None, True),
    "RENEW30": (ClockKind.DUTY, Starts.DATED, "valid_until", True),
    "RENEW": (ClockKind.RENEWAL, Starts.DATED, "valid_until", False),
    "CHG30": (ClockKind.DUTY, Starts.DATED, "decided_on", False),
    "CHG15": (ClockKind.DUTY, Starts.DATED, "decided_on", False),
    "SIMP20": (ClockKind.PUBLICITY, Starts.PUBLICITY, None, False),
    "SIMP_WIN": (ClockKind.FILING, Starts.TURN, None, False),
    "ANN45": (ClockKind.PUBLICITY, Starts.PUBLICITY, None, False),
    "NOTICE30": (ClockKind.PUBLICITY, Starts.PUBLICITY, None, False),
    "COURT20": (ClockKind.PUBLICITY, Starts.PUBLICITY, None, False),
    "REP30": (ClockKind.DUTY, Starts.DATED, "resigned_on", False),
    "BRANCH30": (ClockKind.DUTY, Starts.DATED, "parent_changed_on", False),
    "LIC30": (ClockKind.DUTY, Starts.DATED, "approved_on", False),
    "DEBT10": (ClockKind.DUTY, Starts.DATED, "decided_on", False),
    "DEBT30": (ClockKind.DUTY, Starts.DATED, "decided_on", False),
    "LIQ15": (ClockKind.DUTY, Starts.DATED, "dissolved_on", False),
    "LIQ10_CAUSE": (ClockKind.DUTY, Starts.DATED, "dissolved_on", False),
    "LIQ10_PUBLISH": (ClockKind.DUTY, Starts.DATED, "liquidators_formed_on", False),
    "LIQ10_NOTIFY": (ClockKind.DUTY, Starts.DATED, "liquidators_formed_on", False),
    "LIQ60": (ClockKind.DUTY, Starts.DATED, "liquidators_formed_on", False),
    "LIQ30": (ClockKind.DUTY, Starts.DATED, "liquidated_on", False),
    "DEREG30": (ClockKind.DUTY, Starts.DATED, "branch_closed_on", False),
    "PLIQ15": (ClockKind.DUTY, Starts.DATED, "dissolved_on", False),
    "PLIQ10": (ClockKind.DUTY, Starts.DATED, "liquidators_formed_on", False),
    "PLIQ60": (ClockKind.DUTY, Starts.DATED, "liquidators_formed_on", False),
    "LIQ15_FILE": (ClockKind.DUTY, Starts.DATED, "liquidated_on", False),
    "RESUME30": (ClockKind.DUTY, Starts.DATED, "resumed_on", False),
    "TAX30": (ClockKind.DUTY, Starts.TURN, None, False),
    "SI30": (ClockKind.DUTY, Starts.TURN, None, False),
    "HPF30": (ClockKind.DUTY, Starts.TURN, None, False),
    "HPF20": (ClockKind.DUTY, Starts.GRANTED, None, False),
    "PUB7": (ClockKind.DISCLOSURE, Starts.GRANTED, None, False),
    "PUB20": (ClockKind.DISCLOSURE, Starts.GRANTED, None, False),
    "PUB20_OWN": (ClockKind.DUTY, Starts.GRANTED, None, False),
    "BAD1": (ClockKind.INTERNAL, Starts.RATED, None, False),
    "BAD5": (ClockKind.INTERNAL, Starts.RATED, None, False),
    "BAD15": (ClockKind.INTERNAL, Starts.RATED, None, False),
}


@pytest.mark.law(
    "时限 REG_ONLINE",
    "时限 ACC5",
    "时限 SUPP",
    "时限 D20",
    "时限 D45",
    "时限 PROMISE",
    "时限 REG3",
    "时限 SH_OPEN1",
    "时限 FIRE10",
    "时限 DEL10",
    "时限 HEAR5",
    "时限 HEAR20",
    "时限 HEAR7",
    "时限 RENEW30",
    "时限 RENEW",
    "时限 CHG30",
    "时限 CHG15",
    "时限 SIMP20",
    "时限 SIMP_WIN",
    "时限 ANN45",
    "时限 NOTICE30",
    "时限 COURT20",
    "时限 REP30",
    "时限 BRANCH30",
    "时限 LIC30",
    "时限 DEBT10",
    "时限 DEBT30",
    "时限 LIQ15",
    "时限 LIQ10_CAUSE",
    "时限 LIQ10_PUBLISH",
    "时限 LIQ10_NOTIFY",
    "时限 LIQ60",
    "时限 LIQ30",
    "时限 DEREG30",
    "时限 PLIQ15",
    "时限 PLIQ10",
    "时限 PLIQ60",
    "时限 LIQ15_FILE",
    "时限 RESUME30",
    "时限 TAX30",
    "时限 SI30",
    "时限 HPF30",
    "时限 HPF20",
    "时限 PUB7",
    "时限 PUB20",
    "时限 PUB20_OWN",
    "时限 BAD1",
    "时限 BAD5",
    "时限 BAD15",
)
class TestClocks:
    @pytest.mark.parametrize("name", CLOCKS)
    def test_each_is_as_long_as_the_law_says(self, name: str) -> None:
        rule = CLOCKS[name]
        extension = (rule.extension.days, rule.extension.by) if rule.extension else None
        limit = (rule.limit.days, rule.limit.unit)
        assert (*limit, extension, rule.pausable, rule.expiry) == LIMITS[name]

    @pytest.mark.parametrize("name", CLOCKS)
    def test_each_starts_with_what_the_law_says(self, name: str) -> None:
        rule = CLOCKS[name]
        assert (rule.kind, rule.starts, rule.dated, rule.before) == STARTS[name]


def test_every_clock_has_its_figures() -> None:
    assert set(CLOCKS) == set(LIMITS) == set(STARTS)


@pytest.mark.law("行政许可法 42(1)", "行政许可法 42(2)")
def test_who_approves_more_time_stands_with_the_article() -> None:
    assert {name: rule.extension.by for name, rule in CLOCKS.items() if rule.extension} == {
        "SUPP": HEAD,
        "D20": HEAD,
        "D45": GOVERNMENT,
        "REG3": HEAD,
        "SIMP_WIN": HEAD,
    }


@pytest.mark.law("行政许可法 82")
def test_offices_limits_are_working_days() -> None:
    """An office's limit under 行政许可法 is in working days, an applicant's may be in calendar."""
    office = {ClockKind.STATUTORY, ClockKind.ACCEPTANCE, ClockKind.DELIVERY, ClockKind.HEARING}
    assert {rule.limit.unit for rule in CLOCKS.values() if rule.kind in office} == {WD}


@pytest.mark.law("行政许可法 45")
class TestSpecialProcedures:
    def test_the_list_is_closed(self) -> None:
        names = [procedure.name for procedure in CATALOGUE.procedures]
        assert names == ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"]

    def test_only_limits_of_that_chapter_stand_still(self) -> None:
        pausable = {name for name, rule in CLOCKS.items() if rule.pausable}
        assert pausable == {"D20", "D45", "PROMISE", "FIRE10"}


class TestTerms:
    @pytest.mark.law("容缺 2.3(8)")
    @pytest.mark.parametrize(
        ("place", "lapse"),
        [
            ("shanghai", Lapse.DEEMED_WITHDRAWN),
            ("liaoning", Lapse.RETURNED),
            ("anyang", Lapse.DEEMED_WITHDRAWN),
            ("zhejiang", Lapse.ACCEPTANCE_REVOKED),
            ("binzhou", Lapse.REFUSED),
            ("xian", Lapse.TERMINATED),
        ],
    )
    def test_what_a_missed_supplement_leads_to_differs(self, place: str, lapse: Lapse) -> None:
        assert TERMS[place].lapse is lapse

    @pytest.mark.law("容缺 2.3(6)", "容缺 2.4(1)")
    @pytest.mark.parametrize("place", TERMS)
    def test_nowhere_longer_than_in_shenzhen(self, place: str) -> None:
        """深圳: two working days before the promised limit, never over 20."""
        assert (TERMS[place].cap, TERMS[place].margin) == (20, 2)

    def test_shanghai_records_nothing_in_public(self) -> None:
        assert TERMS["shanghai"].credit is not Credit.PUBLIC_RECORD

    def test_xian_asks_for_repair_first(self) -> None:
        assert TERMS["xian"].credit is Credit.NOT_ELIGIBLE

    def test_only_xiangxi_excludes_fields(self) -> None:
        excluded = {name: terms.excluded for name, terms in TERMS.items() if terms.excluded}
        five = [*Domain][:5]
        assert excluded == {"xiangxi": tuple(five)}


class TestPapers:
    def test_each_of_the_houses_own_has_a_name_and_a_series(self) -> None:
        results = {"notice", "licence", "receipt", "refusal"}
        assert {paper.template for paper in CATALOGUE.papers} == {*get_args(Template)} - results

    @pytest.mark.law("上海优化营商环境条例 25(4)")
    def test_a_receipt_says_that_it_is_not_acceptance(self) -> None:
        intake = next(paper for paper in CATALOGUE.papers if paper.template == "intake")
        assert (intake.name, intake.series) == ("收件凭证", "松政服收")
        assert "收件不等于受理" in intake.wording


def test_what_is_known_by_hearsay_is_used_by_no_matter() -> None:
    unsure = {name for name, rule in CLOCKS.items() if rule.mark in {"low", "med"}}
    used = {
        name
        for loaded in shipped().services
        for matter in loaded.definition.matters
        for name in (*matter.clocks, matter.statutory)
        if isinstance(name, str)
    }
    assert unsure == {"BAD5", "BAD15"}
    assert unsure.isdisjoint(used)


REGISTRATIONS = [
    pytest.param(
        loaded.definition,
        matter,
        id=f"{loaded.definition.service}-{loaded.definition.version}-{matter.key}",
    )
    for loaded in shipped().services
    for matter in loaded.definition.matters
    if matter.key in {"REG", "REG_DEREG"}
]


@pytest.mark.law("行政许可法 32(1)(2)", "登记管理条例实施细则 4")
@pytest.mark.parametrize(("definition", "matter"), REGISTRATIONS)
def test_a_registrar_is_bound_to_its_table_of_competence(
    definition: ServiceDefinition, matter: MatterDefinition
) -> None:
    """股份有限公司 is not the district's by itself (实施细则 4): whose it is, is told."""
    if definition.service.startswith("company_"):
        organs = {each.organ for each in matter.unacceptable}
        assert {"上海市市场监督管理局", "企业现在的登记机关"} <= organs


@pytest.mark.law("登记管理条例实施细则 18(3)", "容缺 2.3(2a)")
@pytest.mark.parametrize(("definition", "matter"), REGISTRATIONS)
def test_registration_is_never_accepted_with_gaps(
    definition: ServiceDefinition, matter: MatterDefinition
) -> None:
    assert definition.lead == matter.department
    assert matter.accept_pending is None
    assert matter.hold.lapse is Lapse.RETURNED
