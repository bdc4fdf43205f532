"""An officer clears the inbox by keyboard, from sign-in to a second look; once without script."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.window import Stack, window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

OFFICER, APPROVER = "market_regulation.officer", "market_regulation.approver"
OPINION = "名称与申报结果一致，材料齐全。"
FAR = 400


@pytest.fixture
def numbers(stack: Stack) -> Iterator[list[str]]:
    """Three applications that have just been taken in."""
    with window(stack) as clerk:
        yield [clerk.take_in() for _ in range(3)]


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Somebody signed in, in a browser of their own, by keyboard."""
    contexts = []

    def sign_in(login: str, *, script: bool = True) -> Page:
        made = chromium.new_context(
            base_url=stack.url,
            locale="zh-CN",
            viewport={"width": 1280, "height": 800},
            java_script_enabled=script,
        )
        contexts.append(made)
        page = made.new_page()
        page.goto("/console/sign-in")
        page.locator("#login").focus()
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(stack.passwords[login])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield sign_in
    for each in contexts:
        each.close()


def to_row(page: Page, task: str) -> None:
    """Down the list to the row of this task."""
    row = page.locator(f'tr.current a[href$="{task}"]')
    for _ in range(50):
        page.keyboard.press("j")
        if row.count():
            break
    expect(row).to_be_focused()


def tab_to(page: Page, selector: str) -> None:
    """On by Tab until this has the focus."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


def test_the_next_one_is_pulled_by_keyboard(
    numbers: list[str], person: Callable[..., Page]
) -> None:
    assert numbers
    officer = person(OFFICER)
    officer.wait_for_url("**/console/inbox**")
    officer.keyboard.press("Control+Enter")
    officer.wait_for_url("**/console/tasks/*")
    expect(officer.locator("main")).to_contain_text("已领取下一件，由您办理")
    officer.keyboard.press("c")
    expect(officer.locator("#task-status")).to_contain_text("在办")
    officer.keyboard.press("u")
    officer.wait_for_url("**/console/inbox**")


def test_a_draft_outlives_a_reload_and_a_colleague_agrees(
    numbers: list[str], person: Callable[..., Page]
) -> None:
    task = f"{numbers[0]}.REG.review"
    officer = person(OFFICER)
    officer.goto("/console/inbox?view=ready")
    to_row(officer, task)
    officer.keyboard.press("c")
    officer.wait_for_url(f"**/console/tasks/{task}")
    expect(officer.locator("main")).to_contain_text("已领取，由您办理")
    officer.keyboard.press("c")
    expect(officer.locator("#task-status")).to_contain_text("在办")
    officer.keyboard.press("e")
    officer.keyboard.press("1")
    officer.keyboard.press("Tab")
    officer.keyboard.type(OPINION)
    expect(officer.locator("[data-saved]")).to_contain_text("已保存")
    officer.reload()
    expect(officer.locator("#opinion")).to_have_value(OPINION)
    expect(officer.locator("#outcome")).to_be_checked()
    officer.keyboard.press("e")
    tab_to(officer, "[formaction$='/propose']")
    officer.keyboard.press("Enter")
    expect(officer.locator("main")).to_contain_text("已送复核，等同事看过")
    expect(officer.locator("#task-status")).to_contain_text("复核中")

    approver = person(APPROVER)
    approver.goto("/console/inbox?view=reviewing")
    to_row(approver, task)
    approver.keyboard.press("o")
    approver.wait_for_url(f"**/console/tasks/{task}")
    expect(approver.locator("main")).to_contain_text(OPINION)
    approver.keyboard.press("Control+Enter")
    expect(approver.locator("main")).to_contain_text("已复核同意，按拟办意见办结")
    expect(approver.locator("#task-status")).to_contain_text("已办：通过")


def test_two_are_claimed_at_once_with_a_result_for_each(
    numbers: list[str], person: Callable[..., Page]
) -> None:
    officer = person(OFFICER)
    officer.goto("/console/inbox?view=ready")
    for number in numbers[1:]:
        to_row(officer, f"{number}.REG.review")
        officer.keyboard.press("x")
        for _ in range(50):
            officer.keyboard.press("k")
    expect(officer.locator("[data-ticked]")).to_contain_text("2 件")
    tab_to(officer, "button[name=act][value=claim]")
    officer.keyboard.press("Enter")
    expect(officer.locator("main")).to_contain_text("2 件中办成 2 件")
    officer.keyboard.press("j")
    officer.keyboard.press("o")
    expect(officer.locator("#task-status")).to_contain_text("已领")


def test_without_script_a_task_is_claimed_and_completed(
    numbers: list[str], person: Callable[..., Page]
) -> None:
    task = f"{numbers[0]}.REG.review"
    officer = person(OFFICER, script=False)
    officer.goto(f"/console/tasks/{task}")
    officer.get_by_role("button", name="领取", exact=True).press("Enter")
    expect(officer.locator("#task-status")).to_contain_text("已领")
    officer.locator("#outcome").check()
    officer.locator("#opinion").fill(OPINION)
    officer.get_by_role("button", name="先存着").press("Enter")
    expect(officer.locator("main")).to_contain_text("已存着，没有提交")
    expect(officer.locator("#opinion")).to_have_value(OPINION)
    officer.get_by_role("button", name="提交审查意见").press("Enter")
    expect(officer.locator("#task-status")).to_contain_text("已办：通过")
