"""The legal acts in a real browser by keyboard: notice, supplement, procedure, extension, decision.

Only files are handed over by the test: the dialog that chooses them is the system's own.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Protocol

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.console.hall import FOOD_FIRM
from tests.support.console.restaurant import ANSWERS, FORM
from tests.support.scans import pdf

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PDF = pdf()
PLAN = "M51"
_KEYS = count(1)


class Stack(Protocol):
    """What the shared fixture gives: where the console is, and everybody's password."""

    url: str
    passwords: dict[str, str]


def _posted(http: httpx2.Client, path: str, body: Mapping[str, object]) -> dict[str, object]:
    headers = {"Idempotency-Key": f"legal-acts-{next(_KEYS):06d}"}
    answer = http.post(f"/api/v1/{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return dict(answer.json())


def _uploaded(http: httpx2.Client, name: str) -> str:
    answer = http.post("/api/v1/files", files={"file": (name, PDF)})
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def number(stack: Stack) -> Iterator[str]:
    """An application to open a restaurant; the floor plan is missing."""
    with httpx2.Client(base_url=stack.url, timeout=30) as http:
        said = {"login": "clerk", "password": stack.passwords["clerk"]}
        token = http.post("/api/v1/sessions", json=said).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        body: dict[str, object] = {
            "service": "restaurant_opening",
            "firm_code": FOOD_FIRM,
            "firm_name": "上海云间餐饮管理有限公司",
            "firm": {"kind": "limited_company"},
            "answers": ANSWERS,
            "form": FORM,
        }
        plan = _posted(http, "guidance", body)["plan"]
        assert isinstance(plan, dict)
        brought = [m["code"] for m in plan["materials"] if not (m["waived_by"] or m["produced_by"])]
        materials = {
            code: {"received": False}
            if code == PLAN
            else {"files": [_uploaded(http, f"{code}.pdf")]}
            for code in brought
        }
        yield str(_posted(http, "bundles", {**body, "materials": materials})["number"])


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


def tab_to(page: Page, target: Locator) -> None:
    """With the Tab key only, and seen to be there."""
    expect(target).to_have_count(1)
    for _ in range(120):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    expect(target).to_be_focused()


def take(page: Page, task: str) -> None:
    """From the inbox into the task, and claim it."""
    page.goto("/console/inbox?view=ready")
    row = page.locator(f'tr.current a[href$="{task}"]')
    for _ in range(60):
        page.keyboard.press("j")
        if row.count():
            break
    expect(row).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url(f"**/console/tasks/{task}")
    page.keyboard.press("c")
    expect(page.locator("main")).to_contain_text("已领取，由您办理")
    page.keyboard.press("e")


def end(page: Page, choice: str, told: str) -> None:
    """Choose an outcome by its number and send it."""
    page.keyboard.press(choice)
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text(f"已提交：{told}")


def open_act(page: Page, matter: str, label: str) -> None:
    """From the matter's page to the act's."""
    page.goto(matter)
    tab_to(page, page.get_by_role("link", name=label, exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(label)


def test_from_a_notice_to_the_decision_by_keyboard(
    number: str, person: Callable[[str], Page]
) -> None:
    officer = person("market_regulation.officer")
    approver = person("market_regulation.approver")
    _noticed_and_accepted(number, officer, person("clerk"))
    _stopped_and_resumed(number, officer)
    _extended(number, officer, approver)
    _decided(number, officer, approver)


def _matter(number: str) -> str:
    return f"/console/bundles/{number}/matters/FOOD"


def _noticed_and_accepted(number: str, officer: Page, clerk: Page) -> None:
    """The floor plan is missing: it is ticked already, with what is to be handed in."""
    take(officer, f"{number}.FOOD.receipt")
    expect(officer.locator(f"#point-{PLAN}")).to_be_checked()
    expect(officer.locator("fieldset.part").first).to_be_hidden()
    end(officer, "2", "一次性告知补正")
    officer.goto(_matter(number))
    expect(officer.locator("#matter-status")).to_contain_text("补正中")

    clerk.goto(f"/console/bundles/{number}/materials")
    clerk.locator(f"#supply-{PLAN}").set_input_files(
        {"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    tab_to(clerk, clerk.locator(f'form[action*="/materials/{PLAN}/supply"] button'))
    clerk.keyboard.press("Enter")
    expect(clerk.locator("main")).to_contain_text("已补收材料")

    take(officer, f"{number}.FOOD.check-{PLAN}-1")
    end(officer, "1", "核对无误")
    officer.goto(_matter(number))
    expect(officer.locator("#matter-status")).to_contain_text("受理")


def _stopped_and_resumed(number: str, officer: Page) -> None:
    open_act(officer, _matter(number), "启动特别程序")
    officer.keyboard.press("4")
    tab_to(officer, officer.locator("#days"))
    officer.keyboard.type("10")
    officer.keyboard.press("Tab")
    officer.keyboard.type("抽样送检。")
    officer.keyboard.press("Control+Enter")
    expect(officer.locator("#matter-status")).to_contain_text("特别程序")
    expect(officer.locator("#matter-due")).to_have_text("计时已停：检验，预计 10 个工作日")
    open_act(officer, _matter(number), "结束特别程序")
    officer.keyboard.press("Control+Enter")
    expect(officer.locator("#matter-due")).to_contain_text("剩余")


def _extended(number: str, officer: Page, approver: Page) -> None:
    open_act(officer, _matter(number), "提请延期")
    tab_to(officer, officer.locator("#days"))
    officer.keyboard.type("5")
    officer.keyboard.press("Tab")
    officer.keyboard.type("等待上级机关的书面答复。")
    officer.keyboard.press("Control+Enter")
    expect(officer.locator("main")).to_contain_text("正在报批")
    take(approver, f"{number}.FOOD.extension-1")
    expect(approver.locator("main")).to_contain_text("等待上级机关的书面答复。")
    end(approver, "1", "批准延期")


def _decided(number: str, officer: Page, approver: Page) -> None:
    take(officer, f"{number}.FOOD.papers")
    end(officer, "1", "通过")
    take(officer, f"{number}.FOOD.onsite")
    officer.keyboard.press("1")
    tab_to(officer, officer.locator("#companion"))
    # Not the approver, who is to decide, but the other officer.
    officer.keyboard.press("ArrowDown")
    officer.keyboard.press("Control+Enter")
    expect(officer.locator("main")).to_contain_text("已提交：通过")
    take(approver, f"{number}.FOOD.decide")
    expect(approver.locator("main")).to_contain_text("现场核查：通过")
    end(approver, "1", "准予")
    approver.goto(_matter(number))
    expect(approver.locator(".head-row")).to_contain_text("已延期")
    expect(approver.locator(".decision")).to_contain_text("准予")
