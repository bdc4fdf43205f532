"""Missing papers at the window: all four ways side by side, each open one with all it means.

The restaurant's service has every way; nothing on the page is written for it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import PDF, World
from tests.support.console.browsing import Browser, Page
from tests.support.console.hall import FOOD_FIRM, hall, signed_in
from tests.support.forms import text

Given = dict[str, str | list[str]]
ANSWERS: Given = {
    "premises": "songjiang",
    "catering": "light_food",
    "area": "under_300",
    "chain": "none",
    "signboard": "needed",
    "drainage": "shared",
    "filed_by": "agent",
}
FORM: Given = {
    "shop_name": "云间小馆",
    "shop_address": "上海市松江区人民北路100号",
    "open_on": "2027-01-04",
    "food_manager_name": "张明",
    "sign_content": "云间小馆",
    "agent_name": "陆一鸣",
    "agent_id": "310117199003071231",
    "contact_mobile": "13817720455",
}
SIGN, WASTE = "mode.SIGN.M55", "mode.WASTE.M62"
FOOD = ("mode.FOOD.M52", "mode.FOOD.M53")


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


@pytest.fixture
async def materials(clerk: Browser) -> Page:
    """The materials step of a restaurant."""
    page = await clerk.open(f"/console/?uscc={FOOD_FIRM}")
    page = await clerk.send(page, {"service": "restaurant_opening"})
    while "/guidance" in page.url:
        question = page.form.action.partition("question=")[2]
        page = await clerk.send(page, {question: ANSWERS[question]})
    page = await clerk.send(page, FORM)
    assert page.url.endswith("/materials"), page.errors
    return page


def block(page: Page, field: str) -> str:
    """What a matter's ways say, as text."""
    _, _, rest = page.html.partition(f'<fieldset class="modes" id="{field}">')
    assert rest, field
    return text(rest.partition("</fieldset>")[0])


def ids(page: Page) -> dict[str, tuple[str, bytes]]:
    """A file for every paper that is asked for, but the four that may be missing."""
    return {
        name: (f"{name}.pdf", PDF)
        for name in page.form.files
        if name.removeprefix("file.") not in {"M52", "M53", "M55", "M62"}
    }


PROMISED: Given = {
    SIGN: "inform_commit",
    WASTE: "issue_then_supply",
    **dict.fromkeys(FOOD, "accept_pending"),
}


class TestTheWays:
    async def test_all_four_and_none_stand_in_every_matter(self, materials: Page) -> None:
        for field in (SIGN, WASTE, *FOOD):
            said = block(materials, field)
            for way in ("容缺收件", "容缺受理", "承诺制容缺办结", "告知承诺", "不用容缺"):
                assert way in said

    async def test_what_is_not_open_says_why(self, materials: Page) -> None:
        assert "容缺受理 不可用：本项不在容缺受理清单上" in block(materials, SIGN)
        assert "承诺制容缺办结 不可用：本项不在承诺制容缺办结清单上" in block(materials, SIGN)
        assert "告知承诺 不可用：本项不实行告知承诺" in block(materials, WASTE)
        assert "主审要件" in block(materials, "mode.FOOD.M51")

    async def test_what_is_open_says_until_when_what_follows_and_by_which_law(
        self, materials: Page
    ) -> None:
        for field, parts in (
            (
                FOOD[0],
                ("补齐前不发证", "受理后 5 个工作日内补齐", "视为撤回申请", "第二十四条第四款"),
            ),
            (WASTE, ("先出结果", "结果发出后 30 个自然日内", "信用修复前", "推进容缺事项承诺办")),
            (
                SIGN,
                (
                    "不再提交这份材料",
                    "办后 60 个工作日内核查，不实的责令 15 个工作日内整改",
                    "撤销决定；记入公共信用信息",
                    "承诺的条件：1. 设置的位置、规格、数量符合户外招牌设置技术规范",
                    "第二十七条",
                ),
            ),
        ):
            said = block(materials, field)
            for part in parts:
                assert part in said, (field, part)


class TestChoosing:
    async def test_each_way_is_kept_and_promised(self, clerk: Browser, materials: Page) -> None:
        check = await clerk.send(materials, PROMISED, ids(materials))
        assert check.url.endswith("/check"), check.errors
        said = text(check.html)
        assert "容缺和告知承诺书" in said
        for way in ("容缺受理", "承诺制容缺办结", "告知承诺"):
            assert way in said
        assert "设置的位置、规格、数量符合户外招牌设置技术规范" in said
        assert "以承诺代替" in said
        again = dict((await clerk.open(materials.url)).form.fields)
        assert {name: again.get(name) for name in PROMISED} == PROMISED

    async def test_the_paper_to_sign_and_the_receipt_say_it_all(
        self, clerk: Browser, materials: Page
    ) -> None:
        check = await clerk.send(materials, PROMISED, ids(materials))
        paper = text((await clerk.open(check.url.replace("/check", "/commitment"))).html)
        receipt = await clerk.send(
            check,
            {"confirmed": "yes", "commitment.signature": "pad", "commitment.authority": "yes"},
        )
        assert receipt.url.endswith("/receipt"), receipt.errors
        for said in (paper, text(receipt.html)):
            for part in (
                "告知承诺",
                "结果发出后 30 个自然日内补齐",
                "记入公共信用信息",
                "上海市优化营商环境条例",
            ):
                assert part in said, part
        assert "须有代为承诺的明确授权" in paper

    async def test_one_matter_has_one_way(self, clerk: Browser, materials: Page) -> None:
        mixed: Given = {**PROMISED, FOOD[1]: "hold"}
        page = await clerk.send(materials, mixed, ids(materials))
        assert page.status == 422
        assert any("要用同一种方式" in error for error in page.errors)

    async def test_a_closed_way_is_not_taken(self, clerk: Browser, materials: Page) -> None:
        page = await clerk.send(materials, {**PROMISED, WASTE: "inform_commit"}, ids(materials))
        assert page.status == 422
        assert any("不能用告知承诺：本项不实行告知承诺" in error for error in page.errors)

    async def test_whoever_wants_none_brings_the_papers(
        self, clerk: Browser, materials: Page
    ) -> None:
        page = await clerk.send(materials, {**PROMISED, SIGN: "none"}, ids(materials))
        assert page.status == 422
        assert any("申请人不用容缺的" in error for error in page.errors)

    async def test_a_file_takes_the_promise_back(self, clerk: Browser, materials: Page) -> None:
        await clerk.send(materials, PROMISED, ids(materials))
        page = await clerk.open(materials.url)
        after = await clerk.send(page, {}, {"file.M55": ("证明.pdf", PDF)})
        assert "以承诺代替" not in text(after.html)
        assert "告知承诺" not in text(after.html).partition("承诺：")[0].rpartition("容缺")[2]
