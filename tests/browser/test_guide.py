"""The public guide on a telephone without script, and four eyes on a definition by keyboard."""

from collections.abc import Callable
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.new_service import CASES, SERVICE, TEXT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


class Stack(Protocol):
    """What the shared fixture gives."""

    url: str


def test_anybody_finds_what_to_prepare_without_script(chromium: Browser, stack: Stack) -> None:
    context = chromium.new_context(
        base_url=stack.url,
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto("/guide")
    page.get_by_role("link", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "large")
    page.get_by_label("找一件事").fill("有限责任公司 名称")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="名称变更", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("名称变更")
    expect(page.get_by_text("材料没带齐怎么办")).to_be_visible()
    page.get_by_role("link", name="查一查我要准备什么").click()
    for _ in range(15):
        if not page.locator(".question").count():
            break
        page.locator(".question input").first.check()
        page.get_by_role("button", name="继续").click()
    expect(page.locator("h1")).to_have_text("准备清单")
    expect(page.get_by_text("请带来的材料")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_one_officer_proposes_and_another_publishes_by_keyboard(
    signed_in: Callable[[str], Page], chromium: Browser, stack: Stack
) -> None:
    author = signed_in("policy")
    author.goto("/console/definitions/propose")
    author.locator("#text").fill(TEXT)
    author.locator("#cases").fill(CASES)
    author.keyboard.press("Control+Enter")
    expect(author.get_by_text("等另一人批准")).to_be_visible()
    author.goto(f"/console/definitions/{SERVICE}/1/impact")
    expect(author.get_by_text("须由另一人批准")).to_be_visible()
    author.context.clear_cookies()

    other = signed_in("policy2")
    other.goto(f"/console/definitions/{SERVICE}/1/impact")
    with other.expect_navigation():
        other.keyboard.press("Control+Enter")
    expect(other.locator(".head-row .status")).to_contain_text("施行中")

    guide = chromium.new_context(base_url=stack.url).new_page()
    guide.goto(f"/guide/{SERVICE}/JS-01")
    expect(guide.get_by_text("健身场所平面图")).to_be_visible()
