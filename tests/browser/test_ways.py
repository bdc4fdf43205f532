"""Missing papers by keyboard, and the applicant's page without script, on the real stack."""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import recompute
from tests.support.scans import pdf

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIRM = "91310117MA1J0T5T4W"
PDF = pdf()
ANSWERS = {
    "premises": "songjiang",
    "catering": "light_food",
    "area": "under_300",
    "chain": "none",
    "signboard": "needed",
    "drainage": "shared",
    "filed_by": "agent",
}
FORM = {
    "shop_name": "云间小馆",
    "shop_address": "上海市松江区人民北路100号",
    "open_on": "2027-01-04",
    "food_manager_name": "张明",
    "sign_content": "云间小馆",
    "agent_name": "陆一鸣",
    "agent_id": "310117199003071231",
    "contact_mobile": "13817720455",
}
WAYS = {"mode.SIGN.M55": "inform_commit", "mode.WASTE.M62": "issue_then_supply"}
LATER = {"M52", "M53", "M55", "M62"}


class Stack(Protocol):
    """What the shared fixture gives."""

    url: str


@pytest.fixture
def plain(chromium: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """An applicant's telephone, without script."""
    made = chromium.new_context(
        base_url=stack.url,
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    yield made
    made.close()


def go_on(page: Page) -> None:
    """Ctrl+Enter presses the page's one primary button."""
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def tick(page: Page, selector: str) -> None:
    """Choose by keyboard."""
    page.locator(selector).focus()
    page.keyboard.press("Space")


def up_to_the_materials(page: Page) -> None:
    page.goto(f"/console/?uscc={FIRM}")
    tick(page, "[name=service][value=restaurant_opening]")
    page.locator("button.primary").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    while "/guidance" in page.url:
        name = page.locator(".question input").first.get_attribute("name") or ""
        tick(page, f"[name={name}][value={ANSWERS[name]}]")
        go_on(page)
    for name, value in FORM.items():
        page.locator(f"#{name}").fill(value)
    page.keyboard.press("Escape")
    go_on(page)
    expect(page.locator("h1")).to_have_text("材料")


def choose(page: Page, field: str, way: str) -> None:
    """Into the group by focus, down by arrows to the way; closed ways cannot be reached."""
    radios = page.locator(f"[name='{field}']:not([disabled])")
    radios.first.focus()
    page.keyboard.press("Space")
    for _ in range(radios.count()):
        if page.locator(f"[name='{field}']:checked").get_attribute("value") == way:
            break
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"[name='{field}'][value={way}]")).to_be_checked()


def test_each_way_is_chosen_by_keyboard_and_the_applicant_sees_it_without_script(
    signed_in: Callable[[str], Page], plain: BrowserContext
) -> None:
    page = signed_in("clerk")
    up_to_the_materials(page)
    closed = page.locator("[name='mode.SIGN.M55'][value=accept_pending]")
    expect(closed).to_be_disabled()
    told = closed.get_attribute("aria-describedby") or ""
    expect(page.locator(f"[id='{told}']")).to_contain_text("不可用：本项不在容缺受理清单上")
    for field, way in WAYS.items():
        choose(page, field, way)
    for code in ("M52", "M53"):
        choose(page, f"mode.FOOD.{code}", "accept_pending")
    for each in page.locator("input[type=file]").all():
        name = each.get_attribute("name") or ""
        if name.removeprefix("file.") not in LATER:
            each.set_input_files([{"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    page.keyboard.press("Escape")
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_function("before => location.href !== before", arg=before)
    expect(page.locator("h1")).to_have_text("核对")
    tick(page, "[name='commitment.signature'][value=phone]")
    tick(page, "[name='commitment.authority']")
    tick(page, "[name=confirmed]")
    go_on(page)

    receipt = page.locator("article")
    for said in ("容缺受理", "承诺制容缺办结", "告知承诺", "记入公共信用信息"):
        expect(receipt).to_contain_text(said)
    number = re.search(r"SJ-YJS-310117-\d{8}-\d{6}", page.url)
    secret = re.search(r"查询码\s*(\d{4})", receipt.inner_text())
    assert number is not None
    assert secret is not None

    _supplied_by_the_applicant(plain.new_page(), number[0], secret[1])

    page.goto(f"/console/bundles/{number[0]}/matters/SIGN/clocks")
    verdicts = recompute.check(page.content())
    assert verdicts
    assert all(verdict.agrees for verdict in verdicts), verdicts


def _supplied_by_the_applicant(phone: Page, number: str, secret: str) -> None:
    """On a phone without script: what is owed is seen and handed in."""
    phone.goto("/progress")
    phone.fill("#no", number)
    phone.fill("#code", secret)
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_contain_text("办到哪里了")
    todo = phone.locator("form.todo", has_text="食品安全管理制度")
    expect(todo).to_contain_text("现在就可以交")
    todo.locator("input[type=file]").set_input_files(
        [{"name": "制度.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    todo.locator("button").click()
    expect(phone.locator("main")).to_contain_text("已经收到，工作人员会核对")
    expect(phone.locator("form.todo", has_text="食品安全管理制度")).to_have_count(0)
    wide = phone.locator("body").bounding_box()
    assert wide is not None
    assert wide["width"] <= 390
