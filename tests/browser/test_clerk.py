"""The clerk's way in a real browser on the real stack, by keyboard: sign in to receipt."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.scans import pdf

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIRM = "91310117MA1J0T5T4W"
PDF = {"name": "印章.pdf", "mimeType": "application/pdf", "buffer": pdf()}
# By the number key that chooses it.
ANSWERS = {
    "这次要变更哪些事项？": "1",
    "纸质营业执照现在怎样？": "2",
    "食品经营许可证是哪一种？": "1",
    "谁来申请？": "2",
}
FORM = {
    "new_name": "上海云间食光餐饮管理有限公司",
    "agent_name": "陆一鸣",
    "agent_id": "310117199003071231",
    "contact_mobile": "13817720455",
}


def go_on(page: Page) -> None:
    """Ctrl+Enter presses the page's one primary button."""
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_load_state()


def tick(page: Page, selector: str) -> None:
    """Choose by keyboard."""
    page.locator(selector).focus()
    page.keyboard.press("Space")


def guided(page: Page) -> None:
    """Every question by its number key."""
    while "/guidance" in page.url:
        question = page.locator(".question h2").inner_text()
        page.keyboard.press(ANSWERS.pop(question))
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")


def test_from_sign_in_to_the_receipt(signed_in: Callable[[str], Page]) -> None:
    page = signed_in("clerk")
    page.locator("#uscc").focus()
    page.keyboard.type(FIRM)
    page.keyboard.press("Enter")
    expect(page.locator(".panel h3")).to_have_text("上海云间餐饮管理有限公司")
    page.keyboard.press("1")
    page.locator("button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/guidance")
    guided(page)

    expect(page.locator("h1")).to_have_text("表单")
    page.locator("#decided_on").fill("2026-11-18")
    page.keyboard.press("Escape")
    for name, value in FORM.items():
        page.keyboard.press("n")
        expect(page.locator(f"#{name}")).to_be_focused()
        page.keyboard.type(value)
        page.keyboard.press("Escape")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    go_on(page)

    expect(page.locator("h1")).to_have_text("材料")
    page.locator("#file-M44").set_input_files([PDF])
    tick(page, "[name='mode.LIC_FOOD.M41'][value=accept_pending]")
    go_on(page)

    expect(page.locator("h1")).to_have_text("核对")
    expect(page.get_by_text("视为撤回申请，退还材料")).to_be_visible()
    tick(page, "[name='commitment.signature'][value=paper]")
    tick(page, "[name='commitment.authority']")
    tick(page, "[name=confirmed]")
    go_on(page)

    expect(page.locator("article h1")).to_have_text("收件凭证")
    number = re.search(r"SJ-YJS-310117-\d{8}-\d{6}", page.url)
    assert number is not None
    expect(page.locator("article")).to_contain_text(number[0])
    expect(page.locator("article")).to_contain_text("食品经营许可证正本、副本（缴回）")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_a_fault_keeps_the_input_and_takes_the_eye_to_it(
    signed_in: Callable[[str], Page],
) -> None:
    page = signed_in("clerk2")
    page.goto("/console/?uscc=9131")
    expect(page.locator("#errors")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误："))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#uscc")).to_be_focused()
    expect(page.locator("#uscc")).to_have_value("9131")
