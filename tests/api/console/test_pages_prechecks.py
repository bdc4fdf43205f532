"""The pre-check in the console: seen before submission, doubted, insisted on, and beforehand."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support import scans
from tests.support.api import PDF, World
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.console.hall import BLOCKED_FIRM, FOOD_FIRM, hall, signed_in

ANSWERS: dict[str, str | list[str]] = {
    "changes": ["name"],
    "paper_licence": "electronic_only",
    "food_licence_form": "paper",
    "filed_by": "legal_representative",
}
FORM: dict[str, str | list[str]] = {
    "decided_on": "2026-11-18",
    "new_name": "上海云间食光餐饮管理商行",
    "votes_total": "100",
    "votes_for": "60",
    "contact_mobile": "13817720455",
}
SEAL = {"file.M44": ("印章.pdf", PDF)}
PENDING: dict[str, str | list[str]] = {"mode.LIC_FOOD.M41": "accept_pending"}
READY: dict[str, str | list[str]] = {"confirmed": "yes", "commitment.signature": "paper"}


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


async def answered(who: Browser, page: Page) -> Page:
    """On to the form."""
    while "/guidance" in page.url:
        question = page.form.action.partition("question=")[2]
        page = await who.send(page, {question: ANSWERS[question]})
    return page


async def checked(who: Browser, firm: str = FOOD_FIRM) -> Page:
    """Up to the last look."""
    page = await who.open(f"/console/?uscc={firm}")
    page = await answered(who, await who.send(page, {"service": "company_change"}))
    return await who.send(await who.send(page, FORM), PENDING, SEAL)


async def pressed(who: Browser, page: Page, action: str, **given: str) -> Page:
    """Another form of the page than its main one, by how its address ends."""
    form = next(form for form in page.forms if form.action.endswith(action))
    answer = await who.client.post(
        urljoin(page.url, form.action),
        data=form.filled(dict(given)),
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )
    return Page(str(answer.url), answer.status_code, answer.text)


class TestFindings:
    async def test_stand_above_the_last_look_with_their_places(self, clerk: Browser) -> None:
        page = await checked(clerk)
        assert page.url.endswith("/check"), page.errors
        assert "仅供参考，不是决定" in page.html
        assert page.html.count("阻断") >= 2
        assert "同意的表决权不到三分之二" in page.html
        assert "60／100" in page.html
        assert "/form#votes_for" in page.html

    async def test_what_blocks_has_to_be_told_and_then_stops_nothing(
        self, world: World, clerk: Browser
    ) -> None:
        page = await checked(clerk)
        again = await clerk.send(page, READY)
        assert again.status == 422
        assert again.errors == ["请把阻断提示告知申请人；申请人仍要提交的，再勾选"]
        assert world.engine.started == []
        receipt = await clerk.send(again, {**READY, "insisted": "yes"})
        assert "已收件，编号" in receipt.html
        officer = await signed_in(world, "officer", Role.OFFICER, "market_regulation")
        task = await officer.open(f"/console/tasks/{world.engine.started[0]}.REG.review")
        assert "预审提示" in task.html
        assert "阻断：同意的表决权不到三分之二" in task.html

    async def test_a_finding_may_be_called_wrong_and_stays(self, clerk: Browser) -> None:
        page = await checked(clerk)
        page = await pressed(clerk, page, "/findings/NAME-LIMITED", reason="老字号<b>保留</b>")
        assert "已记下" in page.html
        assert "已反馈这条不对：老字号&lt;b&gt;保留&lt;/b&gt;" in page.html
        assert "名称里要标明" in page.html

    async def test_a_scan_that_is_no_pdf_is_refused_at_its_row(self, clerk: Browser) -> None:
        page = await clerk.open(f"/console/?uscc={FOOD_FIRM}")
        page = await answered(clerk, await clerk.send(page, {"service": "company_change"}))
        page = await clerk.send(page, FORM)
        page = await clerk.send(page, PENDING, {"file.M44": ("印章.pdf", scans.png(9, 9))})
        assert page.status == 422
        assert any("“印章.pdf”不是PDF文件，实际是图片" in error for error in page.errors)


async def test_who_is_blocked_may_insist_from_the_first_page_to_the_receipt(
    world: World, clerk: Browser
) -> None:
    page = await clerk.open(f"/console/?uscc={BLOCKED_FIRM}")
    page = await clerk.send(page, {"service": "company_change"})
    assert "现在不能这样办" in page.html
    page = await pressed(clerk, page, "/insist")
    assert "已记下：告知申请人后仍要申请" in page.html
    assert "仍要申请</button>" not in page.html
    page = await answered(clerk, page)
    assert page.url.endswith("/form")
    page = await clerk.send(page, {**FORM, "new_name": "上海泗泾好办有限公司", "votes_for": "70"})
    page = await clerk.send(page, PENDING, SEAL)
    assert page.url.endswith("/check"), page.errors
    refused = await clerk.send(page, READY)
    assert refused.status == 422
    receipt = await clerk.send(refused, {**READY, "insisted": "yes"})
    assert "已收件，编号" in receipt.html
    assert len(world.engine.started) == 1


class TestAhead:
    async def test_lists_every_blocker_for_a_code_and_a_service(self, clerk: Browser) -> None:
        page = await clerk.open(f"/console/precheck?uscc={BLOCKED_FIRM}&service=company_change")
        assert page.status == 200
        assert "上海泗泾难办有限公司" in page.html
        assert "登记材料的真实性等正在诉讼、仲裁中" in page.html
        assert "诉讼或者仲裁终结后再申请" in page.html
        assert "不是决定" in page.html

    async def test_says_what_is_not_known(self, clerk: Browser) -> None:
        page = await clerk.open(f"/console/precheck?uscc={FOOD_FIRM}")
        assert "查不到" in page.html
        assert "没有查到：" in page.html

    async def test_a_wrong_code_is_told_and_nothing_is_asked(self, clerk: Browser) -> None:
        page = await clerk.open("/console/precheck?uscc=91310117MA1J0T5T4X")
        assert page.status == 422
        assert page.errors == ["统一社会信用代码校验位不符，请核对是否录错"]
        first = await clerk.open("/console/precheck")
        assert first.status == 200
        assert "企业注销" in first.html
