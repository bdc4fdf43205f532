"""The legal acts around a matter: to whom each is open, what its form asks, what it leads to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import PDF
from tests.support.console.restaurant import (
    LARGE,
    Restaurant,
    acted,
    claimed,
    read,
    restaurant,
    send,
)
from tests.support.forms import text


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Restaurant]:
    """A hall in which somebody opens a restaurant."""
    async with restaurant(store, tmp_path) as made:
        yield made


async def _links(shop: Restaurant, login: str, url: str) -> set[str]:
    """The acts a matter's page offers to somebody."""
    person = getattr(shop, login)
    page = await read(person, url)
    return {part.split('"', 1)[0] for part in page.split("/acts/")[1:]}


class TestWhoMay:
    async def test_each_sees_what_is_theirs_before_acceptance(self, shop: Restaurant) -> None:
        await shop.take_in(lacking=("M51",))
        assert await _links(shop, "clerk", shop.food) == {"withdraw"}
        assert await _links(shop, "officer", shop.food) == set()
        assert "当场更正" in await read(shop.officer, shop.food)

    async def test_each_sees_what_is_theirs_in_hand(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        office = {"procedure", "extension", "hearing-right", "hearing"}
        assert await _links(shop, "clerk", shop.food) == {"withdraw"}
        assert await _links(shop, "officer", shop.food) == office
        assert await _links(shop, "approver", shop.food) == office | {"terminate"}
        assert "当场更正" not in await read(shop.officer, shop.food)

    async def test_what_is_not_open_says_why(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        for act, why in {
            "resume": "没有正在进行的特别程序",
            "revoke": "您的岗位不能办理这一步",
            "return": "只有尚未受理的登记申请可以退件",
        }.items():
            answer = await shop.officer.client.get(f"{shop.food}/acts/{act}")
            assert answer.status_code == 403
            assert why in answer.text
        other = await shop.world.person("taxer", Role.OFFICER, "tax")
        assert (await other.client.get(f"{shop.food}/acts/procedure")).status_code == 404
        assert (await shop.officer.client.get(f"{shop.food}/acts/nothing")).status_code == 404


class TestProcedure:
    async def test_stops_the_clock_and_ends_with_its_result(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        page = await read(shop.officer, f"{shop.food}/acts/procedure")
        said = text(page)
        for part in (
            "检验",
            "检测",
            "专家评审",
            "第四十五条",
            "现场踏勘照算期限",
            "特别程序告知书",
        ):
            assert part in said
        bare = await send(shop.officer, page, "/acts/procedure", reasons="")
        assert bare.status_code == 422
        assert "请选择依法列明的情形" in bare.text
        assert "请填写理由" in bare.text
        matter = await acted(
            shop.officer, shop.food, "procedure", cause="inspection", reasons="抽样送检"
        )
        said = text(matter)
        for part in ("‖ 特别程序", "计时已停：检验，预计 10 个工作日", "特别程序开始", "抽样送检"):
            assert part in said
        page = await read(shop.officer, f"{shop.food}/acts/resume")
        done = await send(shop.officer, page, "/acts/resume", files={"result": ("报告.pdf", PDF)})
        assert done.status_code == 303, done.text
        said = text(await read(shop.officer, shop.food))
        assert "计时已停" not in said.partition("时限")[0]
        assert "已结束" in said
        assert "1 份，已归入本件" in said

    async def test_what_the_law_refuses_stands_at_its_field(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        page = await read(shop.officer, f"{shop.food}/acts/procedure")
        late = await send(
            shop.officer,
            page,
            "/acts/procedure",
            cause="inspection",
            days="999",
            reasons="写了很久的理由",
        )
        assert late.status_code == 422
        assert "最多 365 日" in late.text
        assert 'href="#days"' in late.text
        assert "写了很久的理由</textarea>" in late.text

    async def test_who_was_quicker_is_told_and_nothing_typed_is_lost(
        self, shop: Restaurant
    ) -> None:
        await shop.take_in()
        await shop.accepted()
        page = await read(shop.officer, f"{shop.food}/acts/procedure")
        await acted(shop.second, shop.food, "procedure", cause="testing", reasons="检测")
        late = await send(
            shop.officer, page, "/acts/procedure", cause="inspection", reasons="写了很久的理由"
        )
        assert late.status_code == 409
        assert "second姓名" in late.text
        assert "写了很久的理由</textarea>" in late.text

    async def test_sent_twice_is_done_once(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        page = await read(shop.officer, f"{shop.food}/acts/procedure")
        typed = {"cause": "inspection", "reasons": "抽样送检", "days": "10"}
        first = await send(shop.officer, page, "/acts/procedure", **typed)
        again = await send(shop.officer, page, "/acts/procedure", **typed)
        assert (first.status_code, again.status_code) == (303, 303)
        assert text(await read(shop.officer, shop.food)).count("特别程序：检验") == 1


class TestMoreTime:
    async def test_an_extension_shows_what_it_comes_to_and_is_asked_once(
        self, shop: Restaurant
    ) -> None:
        await shop.take_in()
        await shop.accepted()
        said = text(await read(shop.officer, f"{shop.food}/acts/extension"))
        for part in ("10 个工作日，只能延长一次", "本机关负责人", "→"):
            assert part in said
        page = await acted(shop.officer, shop.food, "extension", days="5", reasons="等待书面答复")
        for part in ("正在报批", "延长 5 个工作日", "等待书面答复"):
            assert part in text(page)
        answer = await shop.officer.client.get(f"{shop.food}/acts/extension")
        assert "延期正在报批" in answer.text

    async def test_a_correction_is_prolonged_once(self, shop: Restaurant) -> None:
        await shop.take_in(lacking=("M51",))
        page = await claimed(shop.officer, shop.task("receipt"))
        await send(
            shop.officer,
            page,
            "/complete",
            outcome="ask_supplement",
            point="M51",
            defect__M51="没有提交",
            days="5",
        )
        page = await read(shop.officer, f"{shop.food}/acts/prolong")
        assert "现在到" in page
        matter = await acted(
            shop.officer, shop.food, "prolong", clock="correction", days="3", reasons="图纸在改"
        )
        for part in ("补正展期", "现共 8 个工作日", "officer姓名", "图纸在改"):
            assert part in text(matter)
        page = await read(shop.officer, f"{shop.food}/acts/prolong")
        assert "已展期一次，只能因不可抗力再展" in page
        again = await send(
            shop.officer, page, "/acts/prolong", clock="correction", days="3", reasons="再来"
        )
        assert again.status_code == 422
        assert "补正期限只能展期一次" in again.text
        await acted(
            shop.officer,
            shop.food,
            "prolong",
            clock="correction",
            days="2",
            reasons="台风",
            force_majeure="yes",
        )


class TestHearing:
    async def test_the_earliest_day_is_told_and_kept(self, shop: Restaurant) -> None:
        await shop.take_in(answers=LARGE)
        await shop.accepted()
        page = await read(shop.officer, f"{shop.food}/acts/hearing")
        # Tuesday 24 November and seven working days.
        assert "最早 12月3日（周四）" in text(page)
        assert 'value="2026-12-03T09:30"' in page
        early = await send(
            shop.officer,
            page,
            "/acts/hearing",
            on="2026-12-02T09:30",
            place="3 楼",
            chair=shop.approver.actor.id,
        )
        assert early.status_code == 422
        assert "个工作日前通知" in early.text
        assert 'href="#on"' in early.text
        assert 'value="3 楼"' in early.text
        await acted(
            shop.officer,
            shop.food,
            "hearing",
            on="2026-12-03T09:30",
            place="3 楼",
            chair=shop.approver.actor.id,
        )

    async def test_the_clerk_writes_down_what_the_applicant_answers(self, shop: Restaurant) -> None:
        await shop.take_in(answers=LARGE)
        await shop.accepted()
        page = await acted(shop.officer, shop.food, "hearing-right", reasons="与住户有利害关系")
        assert "等申请人答复" in text(page)
        form = await read(shop.clerk, f"{shop.food}/acts/hearing-answer")
        unsure = await send(shop.clerk, form, "/acts/hearing-answer", wanted="yes")
        assert "请核对后勾选确认" in unsure.text
        page = await acted(shop.clerk, shop.food, "hearing-answer", wanted="yes", confirmed="yes")
        for part in ("要举行，时间未定", "‖ 特别程序", "计时已停：听证"):
            assert part in text(page)


class TestEnding:
    async def test_ended_for_a_listed_cause(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        page = text(await read(shop.approver, f"{shop.food}/acts/terminate"))
        assert "因不可抗力，所申请的事项无法实施" in page
        matter = await acted(
            shop.approver, shop.food, "terminate", cause="force_majeure", reasons="房屋倒塌"
        )
        for part in ("✕ 终止", "房屋倒塌", "因不可抗力"):
            assert part in text(matter)

    async def test_one_matter_is_withdrawn_with_its_reason(self, shop: Restaurant) -> None:
        await shop.take_in()
        page = await read(shop.clerk, f"{shop.matter('SIGN')}/acts/withdraw")
        assert "行业综合许可证" in text(page)
        bare = await send(shop.clerk, page, "/acts/withdraw", reasons="")
        assert "请填写申请人撤回的原因" in bare.text
        matter = await acted(
            shop.clerk,
            shop.matter("SIGN"),
            "withdraw",
            reasons="不挂招牌了",
            confirmed="yes",
        )
        assert "撤回" in text(matter)
        assert "不挂招牌了" in text(matter)
        assert "撤回" not in text(await read(shop.clerk, shop.food)).partition("还可以办")[0]

    async def test_a_grant_is_revoked_with_reasons_and_law(self, shop: Restaurant) -> None:
        await shop.take_in()
        officer = await shop.world.person("sign", Role.OFFICER, "greening")
        head = await shop.world.person("signhead", Role.APPROVER, "greening")
        await shop.complete(officer, "decide", "SIGN", outcome="grant")
        url = shop.matter("SIGN")
        page = await read(head, f"{url}/acts/revoke")
        assert "以欺骗、贿赂等不正当手段取得许可" in text(page)
        bare = await send(head, page, "/acts/revoke", reasons="隐瞒真实情况")
        assert bare.status_code == 422
        assert "请选择依据" in bare.text
        matter = await acted(head, url, "revoke", reasons="隐瞒真实情况", bases="4")
        for part in ("✕ 撤销", "隐瞒真实情况", "第六十九条第二款"):
            assert part in text(matter)


class TestReturn:
    async def test_a_registration_that_is_not_accepted_goes_back(self, shop: Restaurant) -> None:
        """SIGN is not examined before acceptance; held for a missing paper, it may be returned."""
        await shop.take_in(lacking=("M54",))
        officer = await shop.world.person("sign", Role.OFFICER, "greening")
        url = shop.matter("SIGN")
        assert "容缺收件" in text(await read(officer, url))
        matter = await acted(officer, url, "return", reasons="效果图缺尺寸，承诺书没有签字")
        for part in ("✕ 退件", "效果图缺尺寸"):
            assert part in text(matter)


class TestCorrecting:
    async def test_a_field_is_put_right_and_the_timeline_says_by_whom(
        self, shop: Restaurant
    ) -> None:
        await shop.take_in(lacking=("M51",))
        home = f"/console/bundles/{shop.number}/correct"
        assert f'href="{home}"' in await read(shop.clerk, f"/console/bundles/{shop.number}")
        page = await read(shop.clerk, home)
        for part in ("店名", "云间小馆", "当场更正"):
            assert part in text(page)
        form = await read(shop.clerk, f"{home}/form/shop_name")
        empty = await send(shop.clerk, form, "/form/shop_name", value="")
        assert "请填写店名" in empty.text
        same = await send(shop.clerk, form, "/form/shop_name", value="云间小馆")
        assert same.status_code == 422
        assert "没有更正" in same.text
        done = await send(shop.clerk, same.text, "/form/shop_name", value="云间小馆（人民北路店）")
        assert done.status_code == 303, done.text
        assert "云间小馆（人民北路店）" in text(await read(shop.clerk, home))
        timeline = text(await read(shop.clerk, f"/console/bundles/{shop.number}/timeline"))
        assert "店名：“云间小馆”改为“云间小馆（人民北路店）”" in timeline
        assert "clerk姓名" in timeline

    async def test_a_paper_is_exchanged(self, shop: Restaurant) -> None:
        await shop.take_in(lacking=("M51",))
        url = f"/console/bundles/{shop.number}/correct/materials/M50"
        page = await read(shop.officer, url)
        bare = await send(shop.officer, page, "/materials/M50")
        assert "请选择更换的文件" in bare.text
        done = await send(
            shop.officer, bare.text, "/materials/M50", files={"file": ("新的申请书.pdf", PDF)}
        )
        assert done.status_code == 303, done.text
        page = text(await read(shop.officer, f"/console/bundles/{shop.number}/correct"))
        assert "新的申请书.pdf" in page

    async def test_after_acceptance_it_is_too_late(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        url = f"/console/bundles/{shop.number}/correct"
        for person in (shop.clerk, shop.officer):
            answer = await person.client.get(url)
            assert answer.status_code == 409
            assert "各事项均已受理" in answer.text
