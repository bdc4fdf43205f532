"""Papers of an ending: what was decided by whom or by which rule, and what is handed back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities.documents.content.ending import Lapse
from activities.documents.content.results import Licence, Notice, Refusal, Revocation
from definitions.bundle import commands as c
from definitions.language.pending import Credit
from definitions.language.pending import Lapse as Consequence
from definitions.matter.tasks import Outcome
from definitions.rules.clocks import Clock, ClockKind
from tests.activities.documents.samples.ending import RETURNED_PAPERS
from tests.activities.documents.samples.every import text
from tests.activities.documents.samples.results import LICENCE, NOTICE, REVOCATION
from tests.activities.documents.shop import (
    APPROVER,
    BASIS,
    CLERK,
    GREENING,
    HEAD,
    LIBRARY,
    NOW,
    OFFICER,
    Shop,
)


def bearing(**terms: object) -> dict[str, object]:
    """FOOD under other terms of 容缺受理."""
    planned = Shop().life.state.plan.matter("FOOD")
    assert planned is not None
    assert planned.accept_pending is not None
    return {"accept_pending": planned.accept_pending.model_copy(update=terms)}


def pending(**terms: object) -> Shop:
    """FOOD was accepted with two gaps; one came and was rejected, then the limit passed."""
    shop = Shop(lacking=("M52", "M53"), committed=("FOOD",), FOOD=bearing(**terms))
    shop.accept()
    shop.supply("M53")
    why = shop.reason("健康证明已经过期。")
    shop.complete(OFFICER, "FOOD.check-M53-1", Outcome.REJECT, reasons=(why,))
    shop.pass_days(8)
    return shop


class TestLapse:
    @pytest.mark.law("容缺 2.3(8)")
    @pytest.mark.parametrize(
        ("lapse", "says"),
        [
            (Consequence.DEEMED_WITHDRAWN, "视为撤回申请，本次办理终止"),
            (Consequence.RETURNED, "本机关予以退件，本次办理终止"),
            (Consequence.ACCEPTANCE_REVOKED, "本机关撤销受理，本次办理终止"),
            (Consequence.TERMINATED, "本机关终止办理"),
        ],
    )
    def test_the_consequence_is_the_jurisdictions(self, lapse: Consequence, says: str) -> None:
        page = pending(lapse=lapse).page("FOOD.lapse")
        assert says in page
        for element in (
            "在2026年12月1日前补齐所缺材料。期限已经届满",
            "食品安全管理制度（未提交）",
            "食品安全管理员、从业人员健康证明（不符合要求：健康证明已经过期）",
            "纸质原件请到综合窗口领取",
            "逾期不作公开的信用记录",
            "60日内向上海市松江区人民政府申请行政复议",
        ):
            assert element in page
        others = ("视为撤回", "予以退件", "撤销受理", "终止办理")
        assert [other for other in others if other in page] == [
            other for other in others if other in says
        ]

    def test_the_credit_effect_is_told(self) -> None:
        assert "信用修复之前" in pending(credit=Credit.NOT_ELIGIBLE).page("FOOD.lapse")

    @pytest.mark.law("行政许可法 38(2)")
    def test_where_the_rule_refuses_it_is_a_refusal_with_reason_basis_and_remedies(self) -> None:
        shop = pending(lapse=Consequence.REFUSED)
        content, page = shop.content("FOOD.food_refusal"), shop.page("FOOD.food_refusal")
        assert isinstance(content, Refusal)
        assert content.reasons == (
            "未在承诺的期限内补齐容缺的材料：食品安全管理制度、食品安全管理员、从业人员健康证明",
        )
        assert "《上海市优化营商环境条例》第二十四条第四款" in page
        assert "6个月内依法向人民法院提起行政诉讼" in page

    def test_a_supplement_notice_that_was_not_followed(self) -> None:
        shop = Shop(lacking=("M52",))
        shop.notice(5, ("M51", "没有标明洗手设施"), ("M52", "没有提交"))
        shop.supply("M51")
        shop.pass_days(8)
        page = shop.page("FOOD.lapse")
        assert "本机关告知你单位在2026年12月1日前补正" in page
        assert "经营场所平面图（设备布局、操作流程）（已补交，尚未核对）" in page
        assert "食品安全管理制度（未提交）" in page
        assert "视为撤回申请" in page
        assert "信用记录" not in page

    def test_before_acceptance_there_is_none_to_revoke(self) -> None:
        planned = Shop().life.state.plan.matter("SIGN")
        assert planned is not None
        hold = planned.hold.model_copy(update={"lapse": Consequence.ACCEPTANCE_REVOKED})
        shop = Shop(lacking=("M54",), SIGN={"hold": hold})
        shop.pass_days(40)
        page = shop.page("SIGN.lapse")
        assert "本机关予以退件" in page
        assert "材料由窗口暂存至2026年12月22日" in page
        assert "户外招牌设置申请表（附效果图）（未提交）" in page

    def test_it_lists_what_was_missing_then(self) -> None:
        """Another matter may still take the paper afterwards."""
        shop = Shop(lacking=("M14",), committed=("FOOD",), FOOD=bearing())
        shop.pass_days(40)
        lapse = shop.content("WASTE.lapse")
        assert isinstance(lapse, Lapse)
        assert [owed.name for owed in lapse.missing] == ["授权委托书及经办人身份证明"]


class TestReturned:
    @pytest.mark.law("登记管理条例实施细则 18(3)")
    def test_tells_everything_that_was_wrong_and_what_is_handed_back(self) -> None:
        page = returned().page("SIGN.returned")
        for element in (
            "退件通知书",
            "效果图与立面不符",
            "规格没有写明",
            "招牌结构安全证明申请人提交1份",
            "按所列内容一次补正后重新提交",
        ):
            assert element in page

    def test_with_a_duty_that_was_late_it_still_tells_of_the_return(self) -> None:
        """Whichever paper the core owes for it: no limit of this application has lapsed."""
        shop = returned(late=True)
        (name,) = {"SIGN.lapse", "SIGN.returned"} & shop.documents()
        page = shop.page(name)
        assert "效果图与立面不符" in page
        assert "逾期未补正" not in page
        assert "期限已经届满" not in page

    def test_without_reasons_it_is_not_printed(self) -> None:
        with pytest.raises(ValueError, match="reasons"):
            text(replace(RETURNED_PAPERS, reasons=()))


class TestTermination:
    def test_tells_cause_facts_basis_and_remedies(self) -> None:
        shop = Shop()
        shop.accept()
        why = shop.reason("申请企业已于2026年11月24日注销。")
        shop.act(
            APPROVER, c.TerminateMatter(matter="FOOD", cause="applicant_ended", reasons=(why,))
        )
        page = shop.page("FOOD.termination")
        for element in (
            "申请人死亡、丧失行为能力或者依法终止",
            "申请企业已于2026年11月24日注销。",
            "《中华人民共和国行政许可法》第七十条第二项、第三项",
            "经营场所平面图（设备布局、操作流程）申请人提交1份",
            "申请行政复议",
        ):
            assert element in page

    def test_an_upheld_objection_tells_what_was_found(self) -> None:
        shop = Shop()
        shop.accept()
        shop.complete(OFFICER, "FOOD.papers", Outcome.PASS)
        shop.complete(OFFICER, "FOOD.onsite", Outcome.PASS, companions=("second",))
        raised, why = shop.reason("油烟直排窗口。"), shop.reason("排烟口距住宅窗户不足。")
        shop.act(OFFICER, c.RaiseObjection(matter="FOOD", objection=raised))
        shop.complete(OFFICER, "FOOD.objection-1", Outcome.UPHOLD, reasons=(why,))
        page = shop.page("FOOD.termination")
        assert "公示期内异议成立" in page
        assert "排烟口距住宅窗户不足。" in page


class TestWithdrawal:
    @pytest.mark.law("容缺 2.3(9)")
    def test_confirms_the_day_and_lists_the_papers(self) -> None:
        shop = Shop()
        why = shop.reason("另选经营场所。")
        shop.pass_days(1)
        shop.act(CLERK, c.WithdrawBundle(matters=("SIGN",), reasons=(why,)))
        page = shop.page("SIGN.withdrawal")
        for element in (
            "于2026年11月25日要求撤回",
            "另选经营场所。",
            "招牌结构安全证明申请人提交1份",
            "不作信用记录",
        ):
            assert element in page


class TestRevocation:
    @pytest.mark.law("行政许可法 69")
    def test_names_the_decision_reasons_basis_and_remedies(self) -> None:
        shop = Shop()
        shop.grant_sign()
        shop.pass_days(3)
        why = shop.reason("结构证明系伪造。")
        shop.act(HEAD, c.RevokeDecision(matter="SIGN", reasons=(why,), bases=(BASIS,)))
        page = shop.page("SIGN.revocation")
        for element in (
            "本机关于2026年11月24日就你单位申请的“户外招牌设置”作出准予的决定",
            "户外招牌设置决定书沪松绿容招〔2026〕261124000001号2026年11月24日",
            "结构证明系伪造。",
            "《中华人民共和国行政许可法》第六十九条第一款第二项",
            "60日内向上海市松江区人民政府申请行政复议",
            "（机关印章）",
        ):
            assert element in page

    def test_it_takes_back_results_only(self) -> None:
        shop = Shop(promised=("M55",), committed=("SIGN",))
        shop.grant_sign()
        why = shop.reason("不符合技术规范。")
        shop.act(HEAD, c.RevokeDecision(matter="SIGN", reasons=(why,), bases=(BASIS,)))
        content = shop.content("SIGN.revocation")
        assert isinstance(content, Revocation)
        assert [each.name for each in content.undone] == ["户外招牌设置决定书"]

    @pytest.mark.parametrize(
        ("broken", "lacking"),
        [
            (replace(REVOCATION, reasons=()), "reasons"),
            (replace(REVOCATION, case=replace(REVOCATION.case, bases=())), "bases"),
            (replace(REVOCATION, case=replace(REVOCATION.case, remedies=())), "remedies"),
        ],
    )
    def test_without_one_of_them_it_is_not_printed(self, broken: Revocation, lacking: str) -> None:
        with pytest.raises(ValueError, match=lacking):
            text(broken)


class TestGrant:
    def test_a_permit_names_the_shop_it_is_for(self) -> None:
        shop = Shop(FOOD={"hearing_due": False})
        shop.accept()
        shop.complete(OFFICER, "FOOD.papers", Outcome.PASS)
        shop.complete(OFFICER, "FOOD.onsite", Outcome.PASS, companions=("second",))
        shop.pass_days(7)
        shop.complete(APPROVER, "FOOD.decide", Outcome.GRANT)
        page = shop.page("FOOD.food_licence")
        assert "经营场所上海市松江区人民北路100号2层" in page
        assert "店名云间食光" in page

    @pytest.mark.law("行政许可法 50")
    @pytest.mark.parametrize("content", [NOTICE, replace(LICENCE, business=False)])
    def test_a_deemed_renewal_does_not_claim_an_examination(
        self, content: Notice | Licence
    ) -> None:
        shown = text(replace(content, deemed=True))
        assert "视为准予延续" in shown
        assert "经审查" not in shown
        assert content.case.wording not in shown


def returned(*, late: bool = False) -> Shop:
    """The signboard's papers were handed back; `late`: a duty of the firm had run out before."""
    shop = Shop(lacking=("M54",))
    if late:
        _expire_duty(shop)
    reasons = tuple(map(shop.reason, ("效果图与立面不符", "规格没有写明")))
    shop.act(GREENING, c.ReturnMatter(matter="SIGN", reasons=reasons))
    return shop


def _expire_duty(shop: Shop) -> None:
    """Its receipt found the firm late in applying."""
    rule = next(rule for rule in LIBRARY.catalogue.clocks if rule.id == "CHG30")
    clock = Clock.of(rule, NOW - timedelta(days=60)).model_copy(
        update={"stopped_at": NOW, "expired": True}
    )
    assert clock.kind is ClockKind.DUTY
    shop.life.events = tuple(
        recorded.model_copy(
            update={
                "event": recorded.event.model_copy(
                    update={"clocks": (clock, *recorded.event.clocks)}
                )
            }
        )
        if recorded.event.kind == "matter_received" and recorded.event.matter == "SIGN"
        else recorded
        for recorded in shop.life.events
    )
