"""Every document holds what law and practice ask of it (domain.md §10); nothing runs in it."""

import re
from dataclasses import replace
from typing import get_args

import pytest
from jinja2 import StrictUndefined, UndefinedError

from activities.documents.composing.composer import _BY_TEMPLATE
from activities.documents.content.common import Citation, Day
from activities.documents.content.every import Content
from activities.documents.content.receipt import Commitment, Intake
from activities.documents.content.results import Licence, Refusal
from activities.documents.render import _ENVIRONMENT, _TEMPLATES
from definitions.language.matters import Template
from definitions.language.pending import Lapse
from definitions.rules.clocks import ClockKind
from tests.activities.documents.samples.common import BUNDLE, CASE, CODE, FIRM, MATTER, NUMBER
from tests.activities.documents.samples.ending import LAPSE
from tests.activities.documents.samples.every import ALL, page, text
from tests.activities.documents.samples.receipt import INTAKE, PENDING
from tests.activities.documents.samples.results import LICENCE, NOTICE, RECEIPT, REFUSAL


def test_every_template_of_the_language_is_composed_and_printed() -> None:
    assert set(get_args(Template)) == set(_BY_TEMPLATE)
    assert {type(content) for _, content in ALL} == set(_TEMPLATES)


class TestEvery:
    @pytest.mark.parametrize(("title", "content"), ALL)
    def test_holds_the_common_elements(self, title: str, content: Content) -> None:
        shown = text(content, title)
        for element in (title, NUMBER, CASE.phone, CODE, "2026年11月24日"):
            assert element in shown

    @pytest.mark.parametrize(("title", "content"), ALL)
    def test_names_the_case_and_the_organ(self, title: str, content: Content) -> None:
        shown = text(content, title)
        assert (BUNDLE if isinstance(content, Intake) else MATTER) in shown
        assert content.case.organ in shown
        assert ("（签名或者盖章）" if isinstance(content, Commitment) else "章）") in shown

    @pytest.mark.parametrize(("title", "content"), ALL)
    def test_is_complete_in_itself(self, title: str, content: Content) -> None:
        shown = page(content, title)
        assert not re.search(r"<(script|link|img|iframe)|src=|href=|@import|url\(", shown)
        assert shown.startswith("<!doctype html>")
        assert "{{" not in shown

    @pytest.mark.parametrize(("title", "content"), ALL)
    def test_escapes_what_people_wrote(self, title: str, content: Content) -> None:
        evil = "<script>alert(1)</script>有限公司"
        party = replace(CASE.applicant, name=evil, code=evil, agent=evil, agent_id=evil)
        case = replace(CASE, applicant=party, wording=evil, organ=evil)
        assert "<script" not in page(replace(content, case=case), title)

    def test_escapes_a_firms_name(self) -> None:
        case = replace(CASE, applicant=replace(CASE.applicant, name="甲<乙&丙"))
        assert "甲&lt;乙&amp;丙" in page(replace(RECEIPT, case=case))

    def test_prints_on_a4_with_the_margins_of_gb_t_9704(self) -> None:
        shown = page(NOTICE)
        assert "@page { size: A4; margin: 37mm 26mm 30mm 28mm;" in shown
        assert "color: #000" in shown

    def test_refuses_a_name_a_template_does_not_get(self) -> None:
        assert _ENVIRONMENT.undefined is StrictUndefined
        with pytest.raises(UndefinedError):
            _ENVIRONMENT.get_template("receipt.html.j2").render(case=CASE, heading=None)


class TestIntake:
    """收件凭证 (上海市优化营商环境条例 25; 行政许可法 32)."""

    def test_says_that_receipt_is_not_acceptance_and_by_when_that_is_told(self) -> None:
        shown = text(INTAKE)
        assert "收件不等于受理" in shown
        assert "5个工作日内（2026年12月1日前）告知是否受理" in shown
        assert "逾期不告知的，自收到申请材料之日起即为受理" in shown

    def test_lists_materials_matters_receiver_moment_and_way_to_ask(self) -> None:
        shown = text(INTAKE)
        for paper in INTAKE.papers:
            assert paper.name in shown
            assert paper.state in shown
        for matter in INTAKE.linked:
            assert matter.name + matter.organ + matter.limit in shown
        for element in (FIRM, "陆一鸣", "王晓燕", "2026年11月24日09时30分", "K7QX2M"):
            assert element in shown

    def test_a_day_beyond_the_published_calendar_is_provisional(self) -> None:
        last = replace(INTAKE.within.last, provisional=True)
        within = replace(INTAKE.within, last=last)
        assert "尚未公布" in text(replace(INTAKE, within=within))
        assert "尚未公布" not in text(INTAKE)


class TestPending:
    """容缺受理通知书: gaps, form of supply, deadline, consequence, two copies."""

    @pytest.mark.law("容缺 2.3(3)")
    def test_names_every_gap_with_its_standard_and_form_of_supply(self) -> None:
        shown = text(PENDING)
        for gap in PENDING.gaps:
            assert gap.name + gap.standard + "到综合窗口提交、邮寄或者网上上传" in shown

    def test_says_the_deadline_the_decision_day_and_the_consequence(self) -> None:
        shown = text(PENDING)
        assert "2026年11月27日前补齐" in shown
        assert "以材料到达之日为准" in shown
        assert "承诺办结时限10个工作日，至2026年12月8日" in shown
        assert "视为撤回申请" in shown
        assert "一式两份" in shown

    def test_the_consequence_is_the_jurisdictions(self) -> None:
        shown = text(replace(PENDING, lapse=Lapse.RETURNED))
        assert "予以退件" in shown
        assert "视为撤回申请" not in shown


class TestLapse:
    """退件告知书: cause and materials handed back."""

    def test_says_cause_consequence_missing_and_returned(self) -> None:
        shown = text(LAPSE)
        assert "2026年11月27日前补齐所缺材料。期限已经届满" in shown
        assert "视为撤回申请，本次办理终止" in shown
        assert "未补齐的材料食品经营许可证（缴回）" in shown
        for paper in LAPSE.returned:
            assert f"{paper.name}{paper.source}{paper.files}份" in shown

    @pytest.mark.parametrize(
        ("clock", "cause"),
        [
            (ClockKind.HOLD, "材料由窗口暂存至2026年11月27日"),
            (ClockKind.FILING, "申请期限至2026年11月27日止"),
        ],
    )
    def test_each_limit_has_its_cause(self, clock: ClockKind, cause: str) -> None:
        shown = text(replace(LAPSE, clock=clock, lapse=Lapse.RETURNED))
        assert cause in shown
        assert "本机关予以退件" in shown

    def test_nothing_taken_nothing_returned(self) -> None:
        assert "没有需要退回的材料" in text(replace(LAPSE, returned=()))


class TestNotice:
    @pytest.mark.law("行政许可法 38(1)")
    def test_says_what_was_decided_on_which_basis_and_what_changed(self) -> None:
        shown = text(NOTICE)
        assert CASE.wording in shown
        assert "《中华人民共和国公司法》第三十五条、《中华人民共和国市场主体登记管理条例》" in shown
        for change in NOTICE.changes:
            assert change.label + change.before + change.after in shown

    def test_says_how_it_reaches_the_applicant(self) -> None:
        assert "以电子方式送达" in text(NOTICE)
        assert "综合窗口领取" in text(replace(NOTICE, case=replace(CASE, counter=True)))

    def test_without_changes_there_is_no_table(self) -> None:
        assert "<table>" not in page(replace(NOTICE, changes=()))


class TestReceipt:
    def test_says_what_was_handled_when_and_by_whom(self) -> None:
        shown = text(RECEIPT)
        for element in (CASE.wording, CASE.subject, CASE.service, "受理日期2026年11月24日"):
            assert element in shown


class TestLicence:
    def test_shows_every_field_of_its_face(self) -> None:
        shown = text(LICENCE, "营业执照")
        for field in LICENCE.fields:
            assert field.label + field.value in shown
        assert "登记机关" in shown
        assert "www.gsxt.gov.cn" in shown

    def test_a_permit_is_not_a_business_licence(self) -> None:
        permit = Licence(CASE, business=False, code=CODE, fields=LICENCE.fields[:1])
        shown = text(permit, "食品经营许可证")
        assert "发证机关" in shown
        assert CASE.wording in shown
        assert "www.gsxt.gov.cn" not in shown


class TestRefusal:
    """A refusal carries reasons, bases and remedies, or it does not exist (行政许可法 38)."""

    @pytest.mark.law("行政许可法 38(2)")
    def test_says_reasons_bases_and_remedies(self) -> None:
        shown = text(REFUSAL)
        for part in (*REFUSAL.reasons, *CASE.remedies):
            assert part in shown
        for basis in CASE.bases:
            assert f"《{basis.law}》{basis.article}" in shown

    @pytest.mark.parametrize("reasons", [(), ("",), (" \n",)])
    def test_without_reasons_it_is_not_printed(self, reasons: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="reasons"):
            page(replace(REFUSAL, reasons=reasons))

    def test_without_bases_or_remedies_it_is_not_printed(self) -> None:
        with pytest.raises(ValueError, match="bases, remedies"):
            page(Refusal(replace(CASE, bases=(), remedies=()), REFUSAL.reasons))

    def test_a_basis_is_quoted_where_its_words_are_known(self) -> None:
        basis = Citation("中华人民共和国公司法", "第六十六条第三款", says="三分之二以上")
        assert "第六十六条第三款：三分之二以上" in text(
            replace(REFUSAL, case=replace(CASE, bases=(basis,)))
        )


class TestDay:
    def test_moments_are_printed_as_days_in_shanghai(self) -> None:
        assert "2026年11月23日" not in text(RECEIPT)

    def test_a_day_that_is_not_known_is_said_in_words(self) -> None:
        stopped = replace(PENDING.terms[0], last=Day(None, stopped=True))
        beyond = replace(PENDING.within, last=Day(None, provisional=True))
        shown = text(replace(PENDING, terms=(stopped,), within=beyond))
        assert "至特别程序结束后顺延" in shown
        assert "请在3个工作日内（当年放假安排尚未公布" in shown
        assert "None" not in shown
