"""Papers up to acceptance say everything the law asks of them, as things stood at their issue."""

from dataclasses import replace

import pytest

from activities.documents.content.receipt import Acceptance, Commitment, Correction, Intake
from definitions.bundle import commands as c
from definitions.language.pending import Lapse, Mode
from definitions.language.receipt import NotAccepted as Why
from definitions.matter.events import Commitment as Signed
from definitions.matter.tasks import Outcome
from tests.activities.documents.samples.every import page, text
from tests.activities.documents.samples.receipt import ACCEPTANCE, CORRECTION, NOT_ACCEPTED
from tests.activities.documents.shop import CLERK, MASKED, NUMBER, OFFICER, SUPERVISOR, Shop

PLAN = "没有标明洗手设施的位置"
RULES = "没有提交"


def noticed() -> Shop:
    """FOOD's organ found two faults: a paper that is wrong, and one that never came."""
    shop = Shop(lacking=("M52",))
    shop.notice(10, ("M51", PLAN), ("M52", RULES))
    return shop


class TestIntake:
    @pytest.mark.law("上海优化营商环境条例 25(4)")
    def test_names_the_agent_with_a_masked_number_and_by_when_acceptance_is_told(self) -> None:
        shop = Shop()
        page = shop.page("BUNDLE.intake")
        for element in ("陆一鸣", MASKED, "王晓燕", "K7QX2M", "5个工作日内（2026年12月1日前）"):
            assert element in page
        assert "第三十二条第一款第四项" in page
        assert str(shop.form["agent_id"]) not in page

    def test_a_joint_matter_is_received_together_with_the_others(self) -> None:
        intake = Shop().content("BUNDLE.intake")
        assert isinstance(intake, Intake)
        (joint,) = (each for each in intake.linked if each.after)
        assert joint.after[-1].endswith("（同时收件）")

    def test_what_is_corrected_later_stays_as_it_was_taken_in(self) -> None:
        """A paper that is made late says what was so at its issue."""
        shop = Shop()
        becomes = shop.reason("陆亦鸣")
        shop.act(CLERK, c.CorrectOnTheSpot(field="agent_name", becomes=becomes))
        shop.act(CLERK, c.WithdrawBundle(matters=("FOOD",)))
        assert shop.content("BUNDLE.intake").case.applicant.agent == "陆一鸣"
        assert shop.content("FOOD.withdrawal").case.applicant.agent == "陆亦鸣"


class TestAcceptance:
    @pytest.mark.law("行政许可法 32(2)")
    def test_says_since_when_how_long_and_what_time_is_not_counted(self) -> None:
        shop = Shop()
        shop.accept()
        page = shop.page("FOOD.acceptance")
        for element in (
            "受理日期2026年11月24日",
            "承诺办结时限10个工作日，至2026年12月8日",
            "法定办结时限20个工作日，至2026年12月22日",
            "在2026年12月8日前作出决定",
            "听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审所需时间不计入",
            "第四十二条第一款",
            "不收取费用",
            "咨询电话：12345",
            f"办件编号（{NUMBER}）",
            "《食品经营许可证》到上海市松江区政务服务中心综合窗口领取",
            "经营场所平面图（设备布局、操作流程）申请人提交1份已收",
            "申请材料齐全、符合法定形式，予以受理。",
            "一式两份",
        ):
            assert element in page

    def test_a_limit_that_nothing_stops_says_so(self) -> None:
        assert "没有不计入时限的时间" in text(replace(ACCEPTANCE, excluded=()))

    @pytest.mark.law("行政许可法 32(1)(4)")
    def test_nobody_looked_in_time_so_it_counts_from_the_receipt_and_says_why(self) -> None:
        shop = Shop(lacking=("M52",))
        shop.pass_days(8)
        content, page = shop.content("FOOD.acceptance"), shop.page("FOOD.acceptance")
        assert isinstance(content, Acceptance)
        assert content.told_by is not None
        assert "应当在2026年12月1日前告知是否受理" in page
        assert "即2026年11月24日起，视为受理" in page
        assert "至2026年12月8日" in page
        assert "申请材料齐全" not in page
        assert "未收，待补" in page

    @pytest.mark.law("行政许可法 32(1)(5)")
    def test_after_a_supplement_it_counts_from_the_day_the_last_paper_came(self) -> None:
        shop = noticed()
        shop.pass_days(1)
        shop.supply("M51")
        shop.pass_days(1)
        shop.supply("M52")
        shop.pass_days(1)
        for code in ("M51", "M52"):
            shop.complete(OFFICER, f"FOOD.check-{code}-1", Outcome.ACCEPT)
        page = shop.page("FOOD.acceptance")
        assert "需要补正的材料于2026年11月26日全部收到，自该日起受理" in page
        assert "受理日期2026年11月26日" in page
        assert "至2026年12月10日" in page


class TestNotAccepted:
    @pytest.mark.law("行政许可法 32(1)(2)")
    def test_a_rule_names_reason_competent_organ_and_remedies(self) -> None:
        page = Shop(answers={"premises": "elsewhere"}).page("FOOD.not_accepted")
        for element in (
            "不属于本机关职权范围",
            "经营场所不在松江区",
            "经营场所所在地的市场监督管理部门",
            "《中华人民共和国行政许可法》第三十二条第一款第二项",
            "60日内向上海市松江区人民政府申请行政复议",
            "6个月内依法向人民法院提起行政诉讼",
        ):
            assert element in page

    @pytest.mark.law("行政许可法 32(1)(1)")
    def test_an_officers_reason_is_told(self) -> None:
        shop = Shop()
        why = shop.reason("只卖预包装食品，不需要许可。")
        shop.complete(OFFICER, "FOOD.receipt", Outcome.NOT_REQUIRED, reasons=(why,))
        page = shop.page("FOOD.not_accepted")
        assert "依法不需要取得许可" in page
        assert "只卖预包装食品，不需要许可。" in page
        assert "应当向哪个机关申请" not in page

    @pytest.mark.law("行政许可法 78")
    def test_a_bar_is_told_as_such(self) -> None:
        assert "法定期限内不得再次申请" in text(replace(NOT_ACCEPTED, why=Why.BARRED))

    @pytest.mark.law("行政许可法 72")
    def test_without_reasons_it_is_not_printed(self) -> None:
        with pytest.raises(ValueError, match="reasons"):
            text(replace(NOT_ACCEPTED, reasons=(" ",)))


class TestCorrection:
    @pytest.mark.law("行政许可法 32(1)(4)")
    def test_tells_every_point_with_defect_standard_and_way(self) -> None:
        page = noticed().page("FOOD.correction-1")
        for element in (
            "共2项",
            f"经营场所平面图（设备布局、操作流程）{PLAN}标明各功能间的用途",
            "更正后重新提交",
            f"食品安全管理制度{RULES}写明从业人员",
            "由企业盖章补交",
            "请在2026年12月8日前补正（10个工作日）",
            "逾期未补正的，视为撤回申请",
            "签收人：",
            "签收时间：",
        ):
            assert element in page

    def test_a_second_notice_repeats_the_unmet_and_the_first_stays_what_it_was(self) -> None:
        shop = noticed()
        shop.supply("M51")
        shop.supply("M52")
        why = shop.reason("制度没有盖章")
        shop.complete(OFFICER, "FOOD.check-M51-1", Outcome.ACCEPT)
        shop.complete(OFFICER, "FOOD.check-M52-1", Outcome.REJECT, reasons=(why,))
        first, second = (shop.content(f"FOOD.correction-{count}") for count in (1, 2))
        assert isinstance(first, Correction)
        assert isinstance(second, Correction)
        assert ([p.way for p in first.points], first.again) == (["更正后重新提交", "补交"], False)
        assert ([p.name for p in second.points], second.again) == (["食品安全管理制度"], True)
        assert "前次补正告知书中尚未补正的内容再次告知" in shop.page("FOOD.correction-2")

    @pytest.mark.law("行政许可法 72")
    def test_a_new_point_is_told_with_the_supervisors_reason(self) -> None:
        shop = noticed()
        allowed = shop.reason("第一次审查时图纸尚未展开")
        shop.act(SUPERVISOR, c.AllowSecondNotice(matter="FOOD", reason=allowed))
        shop.supply("M51")
        shop.supply("M52")
        points = ({"material": "M06", "defect": shop.reason("合同没有出租方签章")},)
        shop.complete(OFFICER, "FOOD.receipt-2", Outcome.ASK_SUPPLEMENT, points=points, days=5)
        page = shop.page("FOOD.correction-2")
        said = "“住所（经营场所）使用相关文件”在前次告知书中没有写明，经督办人员批准补充告知"
        assert said in page
        assert "第一次审查时图纸尚未展开" in page
        assert "住所（经营场所）使用相关文件" not in shop.page("FOOD.correction-1")

    @pytest.mark.parametrize(
        ("lapse", "says"),
        [
            (Lapse.RETURNED, "予以退件"),
            (Lapse.TERMINATED, "终止办理"),
            (Lapse.REFUSED, "决定不予办理"),
        ],
    )
    def test_the_consequence_is_the_rules(self, lapse: Lapse, says: str) -> None:
        shown = text(replace(CORRECTION, lapse=lapse))
        assert says in shown
        assert "视为撤回" not in shown

    def test_without_what_is_wrong_it_is_not_printed(self) -> None:
        with pytest.raises(ValueError, match="points"):
            text(replace(CORRECTION, points=()))

    def test_a_text_that_is_gone_stops_the_paper_instead_of_shortening_it(self) -> None:
        shop = noticed()
        shop.texts.clear()
        with pytest.raises(LookupError):
            shop.content("FOOD.correction-1")


class TestCommitment:
    @pytest.mark.law("容缺 2.3(3)")
    def test_names_each_gap_the_promise_its_consequences_truth_and_credit(self) -> None:
        page = Shop(lacking=("M52", "M53"), committed=("FOOD",)).page("FOOD.commitment")
        for element in (
            "容缺受理承诺书",
            "91310117MA1J2X4T5G",
            "食品经营许可",
            "食品安全管理制度",
            "食品安全管理员、从业人员健康证明",
            "自容缺受理之日起5个工作日内",
            "视为撤回申请",
            "真实、合法、有效",
            "用于信用管理",
            "承诺人（签名或者盖章）",
        ):
            assert element in page
        assert "行政许可专用章" not in page
        assert "代理权限" not in page

    @pytest.mark.law("容缺 2.3(2e)")
    def test_an_agents_authority_is_named_and_the_number_masked(self) -> None:
        signed = Signed(
            matter="FOOD",
            mode=Mode.ACCEPT_PENDING,
            materials=("M52",),
            way="pad",
            by_agent=True,
            authorised=True,
        )
        shop = Shop(lacking=("M52",), committed=("FOOD",), commitments=(signed,))
        page = shop.page("FOOD.commitment")
        assert f"由经办人陆一鸣（{MASKED}）代为作出，已经取得作出本承诺的明确授权" in page
        assert "手写屏电子签名" in page

    @pytest.mark.law("上海优化营商环境条例 27")
    def test_informing_names_conditions_check_and_consequences(self) -> None:
        signed = Signed(matter="SIGN", mode=Mode.INFORM_COMMIT, materials=("M55",))
        page = Shop(promised=("M55",), committed=("SIGN",), commitments=(signed,)).page(
            "SIGN.commitment"
        )
        for element in (
            "告知承诺书",
            "结构牢固",
            "以本承诺代替“招牌结构安全证明”",
            "60个工作日内核查",
            "在15个工作日内整改",
            "依法撤销决定",
            "记入公共信用信息",
            "第二十七条",
        ):
            assert element in page
        assert "缺少的材料" not in page

    def test_the_result_before_the_papers_is_promised_from_the_result_on(self) -> None:
        shop = Shop(lacking=("M62",), committed=("WASTE",))
        content, page = shop.content("WASTE.commitment"), shop.page("WASTE.commitment")
        assert isinstance(content, Commitment)
        assert content.title == "承诺制容缺办结承诺书"
        assert "自办理结果发出之日起30日（自然日）内" in page
        assert "办理结果不因此撤销" in page
        assert "信用修复之前" in page

    def test_its_title_is_its_mode(self) -> None:
        shop = Shop(lacking=("M52",), committed=("FOOD",))
        assert shop.document("FOOD.commitment").name == "承诺书"
        assert "<h1>容缺受理承诺书</h1>" in page(shop.content("FOOD.commitment"), "承诺书")


class TestPending:
    @pytest.mark.law("容缺 2.3(3)")
    def test_tells_gaps_form_deadline_decision_and_consequence_in_two_copies(self) -> None:
        shop = Shop(lacking=("M52", "M53"), committed=("FOOD",))
        shop.accept()
        shop.supply("M52")
        page = shop.page("FOOD.pending")
        for element in (
            "食品安全管理制度",
            "食品安全管理员、从业人员健康证明",
            "到综合窗口提交、邮寄或者网上上传",
            "2026年12月1日前补齐",
            "至2026年12月8日",
            "视为撤回申请",
            "一式两份",
        ):
            assert element in page
        assert "FOOD.acceptance" not in shop.documents()
