"""Papers from acceptance to decision: what stops the time, stretches it, or asks to be heard."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from activities.documents.content.common import Day
from activities.documents.content.handling import HearingNotice, ProcedureEnd, ProcedureStart
from definitions.bundle import commands as c
from definitions.language.clocks import ExtendedBy
from definitions.language.roles import SYSTEM
from definitions.matter.tasks import Outcome
from tests.activities.documents.samples.every import text
from tests.activities.documents.samples.handling import EXTENSION, HEARING_RIGHT, PROCEDURE_END
from tests.activities.documents.shop import (
    APPROVER,
    CALENDAR,
    CLERK,
    FILE,
    GOVERNMENT,
    GREENING,
    LIBRARY,
    OFFICER,
    Shop,
)

NEXT = datetime(2026, 12, 15, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai
LATER = datetime(2026, 12, 17, 6, 0, tzinfo=UTC)


def accepted() -> Shop:
    """FOOD is in hand."""
    shop = Shop()
    shop.accept()
    return shop


def suspended() -> Shop:
    """An inspection of ten days began two days after the acceptance."""
    shop = accepted()
    shop.pass_days(2)
    why = shop.reason("加工用水需要检验。")
    shop.act(OFFICER, c.StartProcedure(matter="FOOD", cause="inspection", days=10, reasons=(why,)))
    return shop


def told() -> Shop:
    """The right to a hearing was told."""
    shop = accepted()
    why = shop.reason("与相邻住户有重大利益关系，拟准予许可。")
    shop.act(OFFICER, c.TellHearingRight(matter="FOOD", reasons=(why,)))
    return shop


def schedule(shop: Shop, on: datetime, place: str) -> None:
    """A hearing is set."""
    where = shop.reason(place)
    shop.act(APPROVER, c.ScheduleHearing(matter="FOOD", on=on, place=where, chair="chair"))


class TestProcedure:
    @pytest.mark.law("行政许可法 45")
    def test_tells_kind_basis_time_needed_and_what_stops(self) -> None:
        shop = suspended()
        page = shop.page("FOOD.procedure-inspection-1")
        for element in (
            "进行检验",
            "《中华人民共和国行政许可法》第四十五条、第五十五条",
            "加工用水需要检验。",
            "开始日期2026年11月26日（当日仍计入办理时限，自次日起不计入）",
            "10个工作日，预计至2026年12月10日",
            "不计入办理时限",
            "承诺办结时限10个工作日特别程序结束后顺延",
            "法定办结时限20个工作日特别程序结束后顺延",
        ):
            assert element in page
        assert "继续计算、不停止的时限" not in page

    @pytest.mark.law("行政许可法 45")
    def test_its_end_tells_what_it_took_and_the_new_last_days(self) -> None:
        shop = suspended()
        shop.pass_days(6)  # Wednesday
        shop.act(OFFICER, c.EndProcedure(matter="FOOD", result=(FILE,)))
        page = shop.page("FOOD.procedure_end-inspection-1")
        for element in (
            "检验已于2026年12月2日结束，结果文件1份",
            "2026年11月26日至2026年12月2日",
            "告知的时间10个工作日",
            "未计入时限4个工作日",
            "承诺办结时限10个工作日2026年12月14日",
            "法定办结时限20个工作日2026年12月28日",
        ):
            assert element in page
        # The beginning is told as it was then, however late its paper is made.
        assert "特别程序结束后顺延" in shop.page("FOOD.procedure-inspection-1")

    def test_a_limit_of_another_law_goes_on_and_the_paper_says_so(self) -> None:
        """登记的三日不是许可法的期限，不因特别程序停止."""
        rules = {rule.id: rule for rule in LIBRARY.catalogue.clocks}
        still = rules["PROMISE"].model_copy(update={"pausable": False})
        shop = Shop(SIGN={"clocks": (still, rules["REG3"])})
        why = shop.reason("需要专家评审。")
        shop.act(
            GREENING, c.StartProcedure(matter="SIGN", cause="expert_review", days=3, reasons=(why,))
        )
        shop.act(GREENING, c.EndProcedure(matter="SIGN"))
        begun, ended = (
            shop.content(f"SIGN.{name}-expert_review-1") for name in ("procedure", "procedure_end")
        )
        assert isinstance(begun, ProcedureStart)
        assert isinstance(ended, ProcedureEnd)
        assert (begun.stopped, len(begun.running), ended.resumed) == ((), 2, ())
        page = shop.page("SIGN.procedure-expert_review-1")
        assert "办理时限依法不因特别程序停止计算" in page
        assert "登记办结时限（至2026年11月27日）" in page
        assert "不计入" not in page
        assert "截止日期不变" in shop.page("SIGN.procedure_end-expert_review-1")

    def test_what_no_calendar_reaches_is_said_in_words(self) -> None:
        (first, *_) = PROCEDURE_END.resumed
        unknown = replace(first, last=Day(None, provisional=True))
        shown = text(replace(PROCEDURE_END, resumed=(unknown,), taken=None))
        assert "放假安排尚未公布" in shown
        assert "未计入时限2026年11月26日的次日至2026年12月8日" in shown


class TestCalendar:
    def test_each_paper_is_reckoned_by_the_calendar_of_its_day(self) -> None:
        """A holiday announced later moves what is told later, not what was told."""
        shop = Shop()
        extra = {**CALENDAR.exceptions, date(2026, 12, 4): False}
        shop.accept()
        newer = CALENDAR.model_copy(update={"version": "newer", "exceptions": extra})
        shop.act(SYSTEM, c.UseCalendar(calendar=newer))
        shop.accept("FIRE", GREENING.model_copy(update={"department": "fire_rescue"}))
        assert "至2026年12月8日" in shop.page("FOOD.acceptance")
        assert "至2026年12月9日" in shop.page("FIRE.acceptance")


class TestExtension:
    @pytest.mark.law("行政许可法 42(1)")
    def test_tells_reason_days_approver_and_new_limit(self) -> None:
        shop = accepted()
        why = shop.reason("排烟问题需要会同核实。")
        shop.act(OFFICER, c.ProposeExtension(matter="FOOD", days=5, reasons=(why,)))
        shop.pass_days(1)
        shop.complete(APPROVER, "FOOD.extension-1", Outcome.APPROVE)
        page = shop.page("FOOD.extension")
        for element in (
            "排烟问题需要会同核实。",
            "经本机关负责人于2026年11月25日批准，办理时限延长5个工作日",
            "《中华人民共和国行政许可法》第四十二条第一款",
            "承诺办结时限15个工作日2026年12月15日",
            "法定办结时限25个工作日2026年12月29日",
        ):
            assert element in page

    @pytest.mark.law("行政许可法 42(2)")
    def test_a_joint_limit_is_extended_by_the_government(self) -> None:
        rules = {rule.id: rule for rule in LIBRARY.catalogue.clocks}
        joint = rules["D45"]
        assert joint.extension is not None
        assert joint.extension.by is ExtendedBy.GOVERNMENT_HEAD
        shop = Shop(SIGN={"clocks": (rules["PROMISE"], joint)})
        why = shop.reason("各部门意见尚未一致。")
        shop.act(GREENING, c.ProposeExtension(matter="SIGN", days=15, reasons=(why,)))
        shop.complete(GOVERNMENT, "SIGN.extension-1", Outcome.APPROVE)
        page = shop.page("SIGN.extension")
        assert "经本级人民政府负责人（上海市松江区人民政府办公室）于2026年11月24日批准" in page
        assert "第四十二条第二款" in page
        assert "60个工作日" in page

    def test_without_a_reason_it_is_not_printed(self) -> None:
        with pytest.raises(ValueError, match="reasons"):
            text(replace(EXTENSION, reasons=()))


class TestHearing:
    @pytest.mark.law("行政许可法 47")
    def test_the_right_is_told_with_the_reasons_and_five_days(self) -> None:
        page = told().page("FOOD.hearing_right")
        for element in (
            "与相邻住户有重大利益关系，拟准予许可。",
            "《中华人民共和国行政许可法》第四十七条第一款",
            "5个工作日内（2026年12月1日前）",
            "不承担组织听证的费用",
            "在20个工作日内组织听证",
            "签收人：",
        ):
            assert element in page

    def test_without_what_is_intended_it_is_not_printed(self) -> None:
        with pytest.raises(ValueError, match="reasons"):
            text(replace(HEARING_RIGHT, reasons=()))

    @pytest.mark.law("行政许可法 48")
    def test_the_notice_tells_time_place_chair_and_rights(self) -> None:
        shop = told()
        shop.people["chair"] = "赵晓梅"
        shop.act(CLERK, c.AnswerHearing(matter="FOOD", wanted=True))
        schedule(shop, NEXT, "松江区市场监督管理局三楼听证室")
        (name,) = (d for d in shop.documents() if "hearing_notice" in d)
        page = shop.page(name)
        for element in (
            "提出的听证申请收悉",
            "2026年12月15日09时30分",
            "松江区市场监督管理局三楼听证室",
            "赵晓梅（不是审查本申请的工作人员）",
            "公开举行",
            "申请回避",
            "申辩和质证",
            "7个工作日前送达",
        ):
            assert element in page
        assert "你单位在期限内要求听证" in shop.page("FOOD.procedure-hearing-1")

    @pytest.mark.law("行政许可法 46")
    def test_of_its_own_motion_and_put_off(self) -> None:
        shop = accepted()
        schedule(shop, NEXT, "三楼")
        schedule(shop, LATER, "二楼")
        names = sorted(name for name in shop.documents() if "hearing_notice" in name)
        first, second = (shop.content(name) for name in names)
        assert isinstance(first, HearingNotice)
        assert isinstance(second, HearingNotice)
        assert (first.on, first.place, first.instead) == (NEXT, "三楼", None)
        assert (second.on, second.place, second.instead) == (LATER, "二楼", NEXT)
        page = shop.page(names[1])
        assert "本机关认为你单位申请的“食品经营许可”需要听证" in page
        assert "原定于2026年12月15日09时30分举行的听证改期" in page
        assert "本机关认为需要听证" in shop.page("FOOD.procedure-hearing-1")
