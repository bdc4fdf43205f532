"""One task: each kind with the form its outcomes need, and what keeps it from being ended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.console.restaurant import (
    ANSWERS,
    LARGE,
    SCAN,
    Restaurant,
    acted,
    claimed,
    read,
    restaurant,
    send,
)
from tests.support.forms import form, text


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Restaurant]:
    """A hall in which somebody opens a restaurant."""
    async with restaurant(store, tmp_path) as made:
        yield made


class TestReceipt:
    async def test_a_complete_set_is_accepted(self, shop: Restaurant) -> None:
        await shop.take_in()
        page = await claimed(shop.officer, shop.task("receipt"))
        for word in ("受理", "一次性告知补正", "不需要许可", "不属本机关"):
            assert word in text(page)
        assert "核对无误" not in text(page)
        done = await send(shop.officer, page, "/complete", outcome="accept")
        assert done.status_code == 303, done.text
        after = text(await read(shop.officer, shop.task("receipt")))
        assert "已办：受理" in after
        assert "已提交：受理" in after

    async def test_an_incomplete_set_is_not_accepted_and_says_so_at_the_choice(
        self, shop: Restaurant
    ) -> None:
        await shop.take_in(lacking=("M51",))
        page = await claimed(shop.officer, shop.task("receipt"))
        assert "还缺：" in text(page)
        late = await send(shop.officer, page, "/complete", outcome="accept", opinion="看过了")
        assert late.status_code == 422
        assert "材料不齐，不能受理；请出具补正告知书" in late.text
        assert 'href="#outcome"' in late.text
        assert "看过了</textarea>" in late.text

    async def test_a_notice_names_each_point_with_its_defect_and_days(
        self, shop: Restaurant
    ) -> None:
        await shop.take_in(answers={**ANSWERS, "chain": "filed"}, lacking=("M51",))
        page = await claimed(shop.officer, shop.task("receipt"))
        # What has not come is ticked already, with what to hand in.
        assert 'value="M51" checked' in page
        assert "没有提交。请提交：" in page
        assert "已经免交，不得再要求" in page
        sent = await send(
            shop.officer,
            page,
            "/complete",
            outcome="ask_supplement",
            point=["M50", "M51"],
            defect__M51="没有提交布局图",
            days="99",
        )
        assert sent.status_code == 422
        assert "补正期限请填 1 至 15 个工作日" in sent.text
        assert 'href="#defect.M50"' in sent.text
        assert "没有提交布局图</textarea>" in sent.text
        assert 'value="M50" checked' in sent.text
        done = await send(
            shop.officer,
            sent.text,
            "/complete",
            outcome="ask_supplement",
            point=["M50", "M51"],
            defect__M50="没有盖章",
            defect__M51="没有提交布局图",
            days="10",
        )
        assert done.status_code == 303, done.text
        matter = text(await read(shop.officer, shop.food))
        for part in ("补正中", "没有盖章", "没有提交布局图", "视为撤回申请", "一次性告知补正"):
            assert part in matter

    async def test_a_notice_without_a_point_is_none(self, shop: Restaurant) -> None:
        await shop.take_in()
        page = await claimed(shop.officer, shop.task("receipt"))
        sent = await send(shop.officer, page, "/complete", outcome="ask_supplement", days="5")
        assert sent.status_code == 422
        assert "请勾选要补正的材料" in sent.text

    async def test_another_organ_is_named(self, shop: Restaurant) -> None:
        await shop.take_in()
        page = await claimed(shop.officer, shop.task("receipt"))
        bare = await send(shop.officer, page, "/complete", outcome="not_competent")
        assert "请写明应当向哪个机关申请" in bare.text
        assert "不属本机关的，请写明理由" in bare.text
        done = await send(
            shop.officer,
            bare.text,
            "/complete",
            outcome="not_competent",
            organ="青浦区市场监督管理局",
            reasons="经营场所在青浦区",
        )
        assert done.status_code == 303, done.text
        matter = text(await read(shop.officer, shop.food))
        for part in ("不予受理", "不属于本机关职权", "青浦区市场监督管理局", "经营场所在青浦区"):
            assert part in matter

    async def test_no_permission_is_needed(self, shop: Restaurant) -> None:
        await shop.take_in()
        page = await claimed(shop.officer, shop.task("receipt"))
        done = await send(
            shop.officer, page, "/complete", outcome="not_required", reasons="只卖预包装食品"
        )
        assert done.status_code == 303, done.text
        assert "不需要取得许可" in text(await read(shop.officer, shop.food))


class TestOnSite:
    async def test_takes_two(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        await shop.complete(shop.officer, "papers", outcome="pass")
        page = await claimed(shop.officer, shop.task("onsite"))
        assert "同行核查人员" in page
        assert f'value="{shop.second.actor.id}"' in page
        assert f'value="{shop.officer.actor.id}"' not in page
        alone = await send(shop.officer, page, "/complete", outcome="pass")
        assert alone.status_code == 422
        assert "请选择同行核查人员" in alone.text
        done = await send(
            shop.officer,
            alone.text,
            "/complete",
            outcome="pass",
            companion=shop.second.actor.id,
        )
        assert done.status_code == 303, done.text
        head = await shop.world.person("head", Role.APPROVER, "market_regulation")
        decision = text(await read(head, shop.task("decide")))
        assert "officer姓名、second姓名" in decision
        decision = text(await claimed(shop.approver, shop.task("decide")))
        assert "现场核查：通过" in decision
        assert "书面审查：通过" in decision

    async def test_who_went_along_does_not_decide(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        await shop.complete(shop.officer, "papers", outcome="pass")
        await shop.complete(
            shop.officer, "onsite", outcome="pass", companions=[shop.approver.actor.id]
        )
        page = await claimed(shop.approver, shop.task("decide"))
        assert "决定须由另一人作出" in page
        assert "/complete" not in page


class TestHeldBack:
    async def test_no_decision_during_a_special_procedure(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        for step in ("papers", "onsite"):
            more = {} if step == "papers" else {"companions": [shop.second.actor.id]}
            await shop.complete(shop.officer, step, outcome="pass", **more)
        await acted(shop.officer, shop.food, "procedure", cause="inspection", reasons="抽样检验")
        page = await claimed(shop.approver, shop.task("decide"))
        assert "特别程序（检验）正在进行，计时已停；结束后才能作出决定" in text(page)
        assert "/complete" not in page

    async def test_no_decision_before_the_hearing_that_is_owed(self, shop: Restaurant) -> None:
        await shop.take_in(answers=LARGE)
        assert "应当告知" in text(await read(shop.officer, shop.food))
        await shop.accepted()
        await shop.complete(shop.officer, "papers", outcome="pass")
        await shop.complete(
            shop.officer, "onsite", outcome="pass", companions=[shop.second.actor.id]
        )
        await shop.pass_days(10)
        page = await claimed(shop.approver, shop.task("decide"))
        assert "作出决定前，应当先告知听证权利" in page
        assert "/complete" not in page
        await acted(shop.officer, shop.food, "hearing-right", reasons="与相邻住户有重大利益关系")
        page = await read(shop.approver, shop.task("decide"))
        assert "听证程序还没有结束（已告知权利，等申请人答复），不能作出决定" in text(page)
        await acted(shop.clerk, shop.food, "hearing-answer", wanted="no", confirmed="yes")
        assert "/complete" in await read(shop.approver, shop.task("decide"))


class TestExtension:
    @pytest.fixture
    async def proposed(self, shop: Restaurant) -> str:
        await shop.take_in()
        await shop.accepted()
        await acted(
            shop.officer, shop.food, "extension", days="10", reasons="等待上级机关的书面答复"
        )
        return shop.task("extension-1")

    async def test_shows_who_asks_how_long_why_and_until_when(
        self, shop: Restaurant, proposed: str
    ) -> None:
        page = text(await claimed(shop.approver, proposed))
        for part in ("officer姓名", "延长 10 个工作日", "等待上级机关的书面答复", "→", "法定期限"):
            assert part in page

    async def test_is_approved(self, shop: Restaurant, proposed: str) -> None:
        page = await claimed(shop.approver, proposed)
        done = await send(shop.approver, page, "/complete", outcome="approve")
        assert done.status_code == 303, done.text
        matter = text(await read(shop.officer, shop.food))
        assert "已延期" in matter
        assert "现共 30 个工作日" in matter
        assert "等待上级机关的书面答复" in matter

    async def test_is_declined_with_reasons(self, shop: Restaurant, proposed: str) -> None:
        page = await claimed(shop.approver, proposed)
        bare = await send(shop.approver, page, "/complete", outcome="decline")
        assert "不批准的，请写明理由" in bare.text
        done = await send(
            shop.approver, bare.text, "/complete", outcome="decline", reasons="理由不充分"
        )
        assert done.status_code == 303, done.text
        assert "已延期" not in text(await read(shop.officer, shop.food))

    async def test_is_not_approved_by_who_asked(self, shop: Restaurant) -> None:
        await shop.take_in()
        await shop.accepted()
        await acted(shop.approver, shop.food, "extension", days="5", reasons="案情复杂")
        page = await claimed(shop.approver, shop.task("extension-1"))
        assert "延期由您提请，须由另一人批准" in page
        assert "/complete" not in page


class TestHearing:
    async def test_minutes_come_after_the_day_and_with_the_form(self, shop: Restaurant) -> None:
        await shop.take_in(answers=LARGE)
        await shop.accepted()
        await acted(shop.officer, shop.food, "hearing-right", reasons="与相邻住户有重大利益关系")
        await acted(shop.clerk, shop.food, "hearing-answer", wanted="yes", confirmed="yes")
        early = await claimed(shop.officer, shop.task("hearing"))
        assert "听证还没有定时间" in early
        page = await acted(
            shop.officer,
            shop.food,
            "hearing",
            on="2026-12-08T09:30",
            place="区政务服务中心 3 楼",
            chair=shop.approver.actor.id,
        )
        for part in ("已定时间、地点", "区政务服务中心 3 楼", "approver姓名", "09:30"):
            assert part in text(page)
        assert "举行以后再提交笔录" in await read(shop.officer, shop.task("hearing"))
        await shop.pass_days(15)
        page = await read(shop.officer, shop.task("hearing"))
        bare = await send(shop.officer, page, "/complete", outcome="held")
        assert bare.status_code == 422
        assert "请附经参加人签字的听证笔录" in bare.text
        done = await send(
            shop.officer, bare.text, "/complete", outcome="held", files={"minutes": SCAN}
        )
        assert done.status_code == 303, done.text
        assert "已举行" in text(await read(shop.officer, shop.food))


class TestPromise:
    async def test_is_checked_put_right_once_and_found_untrue(self, shop: Restaurant) -> None:
        await shop.take_in(promised=("M55",))
        officer = await shop.world.person("sign", shop.officer.actor.role, "greening")
        approver = await shop.world.person("signhead", shop.approver.actor.role, "greening")
        await shop.complete(officer, "decide", "SIGN", outcome="grant")
        matter = text(await read(officer, shop.matter("SIGN")))
        for part in ("待核查承诺", "告知承诺", "办后核查", "户外招牌设置技术规范"):
            assert part in matter
        page = await claimed(officer, shop.task("verify", "SIGN"))
        done = await send(
            officer, page, "/complete", outcome="rectify", reasons="招牌超出建筑外立面"
        )
        assert done.status_code == 303, done.text
        assert "限期整改中" in text(await read(officer, shop.matter("SIGN")))
        file = (await shop.clerk.upload()).json()["id"]
        path = f"bundles/{shop.number}/materials/M55/supply"
        assert (await shop.clerk.post(path, {"files": [file]})).status_code == 200
        page = await claimed(officer, shop.task("verify-2", "SIGN"))
        assert "已经责令整改过一次" in page
        done = await send(officer, page, "/complete", outcome="untrue", reasons="仍不符合")
        assert done.status_code == 303, done.text
        matter = text(await read(officer, shop.matter("SIGN")))
        assert "承诺未履行" in matter
        assert "记入公共信用信息" in matter
        page = await claimed(approver, shop.task("revocation", "SIGN"))
        bare = await send(approver, page, "/complete", outcome="revoke", reasons="承诺不实")
        assert "撤销的，请勾选法律依据" in bare.text
        done = await send(
            approver, bare.text, "/complete", outcome="revoke", reasons="承诺不实", bases="4"
        )
        assert done.status_code == 303, done.text
        assert "✕ 撤销" in text(await read(officer, shop.matter("SIGN"))).replace("  ", " ")


class TestForm:
    async def test_asks_nothing_of_another_outcome(self, shop: Restaurant) -> None:
        """Each part is bound to its outcomes, so that the script may fold it away."""
        await shop.take_in()
        page = await claimed(shop.officer, shop.task("receipt"))
        assert 'data-only-for="ask_supplement"' in page
        assert 'data-only-for="not_competent"' in page
        assert 'data-only-for="not_required not_competent"' in page
        names = form(page, "/complete").names
        assert {"outcome", "days", "organ", "reasons", "opinion", "point"} <= set(names)
