"""The pages of facts, without script: load a file, read what was wrong, look one subject up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.benefits.fact_files import Rule
from activities.store.engine import Store
from api.console.fill.facts import RULES, URL
from definitions.language.roles import Role
from tests.support.api import PASSWORD, World, world
from tests.support.console.browsing import Browser, Page
from tests.support.services import NOW, TODAY

pytestmark = pytest.mark.stack

FIRM = "91310117MA1JEF783F"
TEXT = f"code,name,firm.active\n{FIRM},松江样例有限公司,是\n9131,另一家,是\n"


@pytest.fixture
async def hall(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with world(store, tmp_path, NOW) as made:
        yield made


async def browsing(hall: World, login: str, role: Role, department: str | None = None) -> Browser:
    """Somebody at a browser."""
    await hall.person(login, role, department)
    made = Browser(hall.client())
    await made.sign_in(login, PASSWORD)
    return made


async def loaded(browser: Browser, text: str = TEXT, **said: str) -> Page:
    """The page after a file was sent in."""
    page = await browser.open(URL)
    given = {"source": "market", "kind": "firm", "as_of": str(TODAY), **said}
    return await browser.send(page, given, files={"file": ("样例.csv", text.encode())})


async def test_a_file_is_loaded_and_its_bad_lines_are_read(hall: World) -> None:
    browser = await browsing(hall, "policy", Role.POLICY_OFFICER)
    page = await loaded(browser)
    assert page.status == 200
    for said in ("装入 1 行，1 行有误", "部分装入", "统一社会信用代码应为 18 位", "存续"):
        assert said in page.html
    assert "另一家" not in page.html
    again = await loaded(browser)
    assert "先前已经装入" in again.html
    listed = await browser.open(URL)
    for said in ("市场监管部门登记库", f"截至 {TODAY}", "样例.csv", "policy姓名"):
        assert said in listed.html
    assert 'aria-current="page">数据' in listed.html


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"as_of": "2030-01-01"}, "数据的截至日不能晚于今天"),
        ({"source": ""}, "数据目录里没有这个来源"),
        ({"source": "people"}, "它不掌握这一类对象的数据"),
    ],
)
async def test_what_is_wrong_is_told_beside_it(
    hall: World, said: dict[str, str], told: str
) -> None:
    browser = await browsing(hall, "policy", Role.POLICY_OFFICER)
    page = await loaded(browser, **said)
    assert page.status == 422
    assert told in page.html
    assert any(told in error for error in page.errors)


async def test_one_subject_is_looked_up(hall: World) -> None:
    browser = await browsing(hall, "policy", Role.POLICY_OFFICER)
    await loaded(browser)
    page = await browser.open(URL)
    found = await browser.send(page, {"of_kind": "firm", "code": FIRM.lower()}, to=f"{URL}/subject")
    for said in ("松江样例有限公司", "存续（没有注销、吊销、歇业）", str(TODAY), "没有"):
        assert said in found.html
    nobody = await browser.send(page, {"of_kind": "firm", "code": "x"}, to=f"{URL}/subject")
    assert nobody.status == 422
    assert "没有这个对象" in nobody.html


async def test_who_only_reads_has_no_form(hall: World) -> None:
    officer = await browsing(hall, "officer", Role.OFFICER, "science")
    page = await officer.open(URL)
    assert page.status == 200
    assert 'enctype="multipart' not in page.html
    clerk = await browsing(hall, "clerk", Role.WINDOW_CLERK)
    assert (await clerk.open(URL)).status == 403


def test_every_rule_has_its_word() -> None:
    assert set(RULES) == set(Rule)
