"""The administrator's pages about departments' systems, without script."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.contracts.assignments import AssignmentStatus
from activities.store.desk.connections import connection_of, keys_of
from api.console.fill.connections import ASSIGNMENTS, NEW, REFUSED, URL, one_url
from definitions.language.roles import Role
from tests.support.api import PASSWORD, Person, World, application
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.departments import NEW as SECRET
from tests.support.departments import Connected, connected

ONE = one_url("registrar")


@pytest.fixture
async def side(desk: World, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(desk, tmp_path) as made:
        yield made


@pytest.fixture
async def task(clerk: Person) -> str:
    number = (await clerk.post("bundles", await application(clerk))).json()["number"]
    return f"{number}.REG.review"


@pytest.fixture
async def browser(desk: World, side: Connected) -> Browser:
    """An administrator at a browser; the registrar's system is connected."""
    await desk.person("admin", Role.ADMINISTRATOR)
    await desk.person("food.system", Role.DEPARTMENT_SYSTEM, "food")
    made = Browser(side.desk.client())
    await made.sign_in("admin", PASSWORD)
    return made


async def pressed(browser: Browser, page: Page, action: str) -> Page:
    """The page after the button of that form."""
    form = next(form for form in page.forms if form.action == action)
    answer = await browser.client.post(
        action, data=form.filled({}), headers={"Origin": ORIGIN}, follow_redirects=True
    )
    return Page(str(answer.url), answer.status_code, answer.text)


class TestConnections:
    async def test_each_is_listed_with_its_way_and_figures(
        self, browser: Browser, side: Connected, task: str
    ) -> None:
        await side.give(task, status=AssignmentStatus.DEAD)
        page = await browser.open(URL)
        assert page.status == 200
        for said in ("registrar", "网络回调", "已启用", "1<span", "新建对接"):
            assert said in page.html
        assert 'aria-current="page">对接' in page.html

    async def test_they_are_for_administrators(self, clerk: Person, supervisor: Person) -> None:
        for person in (clerk, supervisor):
            for url in (URL, NEW, ONE, ASSIGNMENTS, REFUSED):
                assert (await person.client.get(url)).status_code == 403, url
        assert URL not in (await clerk.client.get("/console/")).text

    async def test_a_new_webhook_shows_its_secret_once(self, desk: World, browser: Browser) -> None:
        page = await browser.send(
            await browser.open(NEW),
            {
                "name": "food",
                "department": "food",
                "way": "webhook",
                "account": "food.system",
                "url": "https://food.example.cn/hook",
                "algorithm": "hmac-sm3",
            },
        )
        assert page.status == 200, page.html
        shown = re.search(r"whsec_[A-Za-z0-9+/=]+", page.html)
        assert shown is not None
        assert "只显示这一次" in page.html
        assert "whsec_" not in (await browser.open(one_url("food"))).html
        async with desk.services.store.reading() as session:
            keys = await keys_of(session, "food")
        assert keys is not None
        assert keys.secrets[0].get_secret_value() == shown[0]
        assert (keys.active, keys.algorithm) == (False, "hmac-sm3")

    async def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
        self, browser: Browser
    ) -> None:
        typed: dict[str, str | list[str]] = {
            "name": "food",
            "department": "food",
            "way": "webhook",
            "account": "food.system",
            "url": "ftp://food",
        }
        page = await browser.send(await browser.open(NEW), typed)
        assert page.status == 422
        assert page.errors == ["网址应为 http(s)://主机/路径，不带账号、参数"]
        assert 'value="ftp://food"' in page.html
        assert 'value="food.system"' in page.html
        for name, message in (("Food 局", "只用小写字母"), ("registrar", "已有这个名称")):
            again = await browser.send(await browser.open(NEW), {**typed, "name": name})
            assert again.status == 422
            assert message in again.errors[0]

    async def test_one_is_disabled_and_enabled_again(self, desk: World, browser: Browser) -> None:
        async def is_active() -> bool:
            async with desk.services.store.reading() as session:
                found = await connection_of(session, "registrar")
            assert found is not None
            return found.active

        page = await browser.open(ONE)
        assert "registrar.system" in page.html
        page = await browser.send(page, {"active": []})
        assert "已保存对接 registrar" in page.html
        assert not await is_active()
        await browser.send(page, {"active": "yes"})
        assert await is_active()

    async def test_a_secret_is_changed_over(self, desk: World, browser: Browser) -> None:
        page = await pressed(browser, await browser.open(ONE), f"{ONE}/rotate")
        shown = re.search(r"whsec_[A-Za-z0-9+/=]+", page.html)
        assert shown is not None
        page = await pressed(browser, page, f"{ONE}/retire")
        assert "已停用原密钥" in page.html
        async with desk.services.store.reading() as session:
            keys = await keys_of(session, "registrar")
        assert keys is not None
        assert [each.get_secret_value() for each in keys.secrets] == [shown[0]]
        assert shown[0] != SECRET


class TestAssignments:
    async def test_a_dead_letter_is_sent_again(
        self, browser: Browser, side: Connected, task: str
    ) -> None:
        given = await side.give(task, status=AssignmentStatus.DEAD)
        page = await browser.open(f"{ASSIGNMENTS}?status=dead")
        assert task in page.html
        page = await pressed(browser, page, f"{ASSIGNMENTS}/{task}/send-again")
        assert f"已重新发送 {task}" in page.html
        assert side.errands.sent == [given.workflow]

    async def test_an_empty_list_says_so(self, browser: Browser) -> None:
        assert "没有未送达的待办" in (await browser.open(f"{ASSIGNMENTS}?status=dead")).html
        assert "还没有交给部门系统的待办" in (await browser.open(ASSIGNMENTS)).html

    async def test_refused_calls_are_told_in_words_and_without_content(
        self, browser: Browser, side: Connected, task: str
    ) -> None:
        assert "没有被拒绝的回传" in (await browser.open(REFUSED)).html
        await side.call(side.body(task, reasons=["不该出现"]))
        await side.call(b"{}", webhook_signature="v1,forged")
        page = await browser.open(REFUSED)
        for said in ("待办没有交给这个系统", "签名不对", task):
            assert said in page.html
        for code in ("不该出现", "task-not-assigned", "signature-invalid"):
            assert code not in page.html


class TestReconciling:
    async def test_the_report_says_what_differed_and_what_was_done(
        self, browser: Browser, side: Connected, task: str, reviewer: Person
    ) -> None:
        await side.behave(answers="late", delay_seconds=3600)
        await side.tell(await side.give(task))
        await side.answering.work()
        page = await pressed(browser, await browser.open(ONE), f"{ONE}/reconcile")
        assert page.status == 200
        for said in ("对方已办，我方没有收到回传", "已补收", task):
            assert said in page.html
        assert (await reviewer.get(f"tasks/{task}")).json()["status"] == "completed"

    async def test_agreement_is_said(self, browser: Browser) -> None:
        page = await pressed(browser, await browser.open(ONE), f"{ONE}/reconcile")
        assert "双方一致，没有要处理的" in page.html
