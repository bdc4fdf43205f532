"""A department's way in a real browser on the real stack, by keyboard: inbox to decision."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.window import Stack, window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OPINION = "名称与申报结果一致，材料齐全。"
REASONS = "股东会决议没有代表三分之二以上表决权的股东签字。"


@pytest.fixture
def number(stack: Stack) -> Iterator[str]:
    """An application that has just been taken in."""
    with window(stack) as clerk:
        yield clerk.take_in()


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[Callable[[str], Page]]:
    """Somebody signed in in a browser of their own."""
    contexts = []

    def sign_in(login: str) -> Page:
        made = chromium.new_context(
            base_url=stack.url, locale="zh-CN", viewport={"width": 1280, "height": 800}
        )
        contexts.append(made)
        page = made.new_page()
        page.goto("/console/sign-in")
        page.fill("#login", login)
        page.fill("#password", stack.passwords[login])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield sign_in
    for each in contexts:
        each.close()


def open_by_keyboard(page: Page, task: str) -> None:
    """From the inbox: down to the row of this task, and into it."""
    page.goto("/console/inbox?view=ready")
    row = page.locator(f'tr.current a[href$="{task}"]')
    for _ in range(50):
        page.keyboard.press("j")
        if row.count():
            break
    expect(row).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url(f"**/console/tasks/{task}")


def claim(page: Page) -> None:
    """`c` takes it; the page then says so."""
    page.keyboard.press("c")
    expect(page.locator("main")).to_contain_text("已领取，由您办理")


def test_a_review_and_a_refusal_by_keyboard(number: str, person: Callable[[str], Page]) -> None:
    officer = person("market_regulation.officer")
    open_by_keyboard(officer, f"{number}.REG.review")
    claim(officer)
    officer.keyboard.press("e")
    officer.keyboard.press("1")
    officer.keyboard.press("Tab")
    officer.keyboard.type(OPINION)
    officer.keyboard.press("Control+Enter")
    expect(officer.locator("main")).to_contain_text("已提交：通过")
    expect(officer.locator("#task-status")).to_contain_text("已办：通过")

    approver = person("market_regulation.approver")
    open_by_keyboard(approver, f"{number}.REG.decide")
    claim(approver)
    expect(approver.locator("main")).to_contain_text(OPINION)
    approver.keyboard.press("e")
    approver.keyboard.press("2")
    approver.keyboard.press("Control+Enter")
    expect(approver.locator("#errors")).to_be_focused()
    expect(approver.locator("#errors")).to_contain_text("请写明理由")
    expect(approver.locator("#outcome-2")).to_be_checked()
    approver.locator("#reasons").focus()
    approver.keyboard.type(REASONS)
    approver.keyboard.press("Tab")
    approver.keyboard.press("Space")
    approver.keyboard.press("Control+Enter")
    expect(approver.locator("main")).to_contain_text("已提交：不予")

    approver.goto(f"/console/bundles/{number}/matters/REG")
    decision = approver.locator(".decision")
    for part in (REASONS, "中华人民共和国公司法", "行政复议", "行政诉讼", "不予登记通知书"):
        expect(decision).to_contain_text(part)

    # Tax takes part and learns how it stands; customs has nothing to do here and sees nothing.
    tax = person("tax.officer")
    tax.goto("/console/inbox?view=ready")
    expect(tax.locator("main")).not_to_contain_text(number[-6:])
    task = tax.goto(f"/console/tasks/{number}.REG.decide")
    assert task is not None
    assert task.status == 404
    tax.goto(f"/console/bundles/{number}/matters/REG")
    expect(tax.locator("main")).to_contain_text("其他部门的事项")
    expect(tax.locator("main")).not_to_contain_text(REASONS)
    customs = person("customs.officer")
    whole = customs.goto(f"/console/bundles/{number}")
    assert whole is not None
    assert whole.status == 404


def test_what_one_does_shows_on_the_others_page(number: str, person: Callable[[str], Page]) -> None:
    clerk = person("clerk")
    clerk.goto(f"/console/bundles/{number}")
    expect(clerk.locator("#holder-REG")).to_contain_text("无人领取")
    officer = person("market_regulation.officer")
    open_by_keyboard(officer, f"{number}.REG.review")
    claim(officer)
    expect(clerk.locator("#holder-REG")).to_contain_text("市场监管局承办人")
