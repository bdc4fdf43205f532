"""Officers' pages of money: payments, accounts put right, budgets, returns, the report."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.benefits.paying import Paying
from activities.store.benefits.entitlements import Move, move
from activities.store.engine import Store
from api.console.fill import benefits as fill
from definitions.benefits.entitlement import Status
from definitions.language.roles import SYSTEM, Role
from tests.support.api import PASSWORD, PDF, World, world
from tests.support.benefits import CATALOGUE, NOW, ON
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.driven import Driver
from tests.support.payments import award, firms, know, pay_all, paying, publish
from tests.support.treasury import Place, treasury_place

pytestmark = pytest.mark.stack
AWARD = award(recovery={"days": 15})
RUN = "some_award:2026:1"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with treasury_place(tmp_path) as running:
        yield running


@pytest.fixture
async def hall(store: Store, tmp_path: Path, place: Place) -> AsyncIterator[World]:
    """Three firms were paid, one of them to an account that takes no money."""
    await publish(store, AWARD)
    ids = await firms(store, 3, bad=[2])
    await know(store, ids, active=True)
    await paying(store, AWARD, ids)
    outside = place.treasury()
    payer = Paying(store, outside, CATALOGUE, now=lambda: NOW)
    for _ in range(2):
        await pay_all(payer, RUN)
    async with world(store, tmp_path, NOW) as made:
        yield made
    await outside.close()


@pytest.fixture
async def officer(hall: World) -> Browser:
    """An approver of the policy's organ at a browser."""
    await hall.person("boss", Role.APPROVER, "science")
    browser = Browser(hall.client())
    await browser.sign_in("boss", PASSWORD)
    return browser


async def pressed(
    browser: Browser,
    page: Page,
    action: str,
    given: dict[str, str | list[str]] | None = None,
    files: dict[str, tuple[str, bytes]] | None = None,
) -> Page:
    """The page after the button of the form that goes there."""
    form = next(form for form in page.forms if form.action.endswith(action))
    answer = await browser.client.post(
        form.action,
        data=form.filled(given or {}),
        files=files,
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )
    return Page(str(answer.url), answer.status_code, answer.text)


async def failed(browser: Browser) -> str:
    """Where the entitlement is shown whose account took no money."""
    page = await browser.open(fill.run_url(RUN, "payments"))
    row = page.html.partition("<tbody>")[2]
    return row.partition('<a href="')[2].partition('"')[0]


class TestPayments:
    async def test_what_failed_comes_first_and_accounts_are_masked(self, officer: Browser) -> None:
        page = await officer.open(fill.run_url(RUN, "payments"))
        assert page.html.partition("<tbody>")[2].count("<tr") == 1
        assert "没有到账" in page.html
        assert "62220000" not in page.html
        assert "0000</td>" in page.html
        paid = await officer.open(f"{fill.run_url(RUN, 'payments')}?view=paid")
        assert paid.html.partition("<tbody>")[2].count("<tr") == 2
        assert (await officer.open(f"{fill.run_url(RUN, 'payments')}?view=x")).status == 404

    async def test_one_shows_ledger_and_payment(self, officer: Browser) -> None:
        page = await officer.open(await failed(officer))
        for said in ("预算 → 预留", "第 1 次", "没有到账", "更正账户"):
            assert said in page.html, said

    async def test_an_account_is_put_right_with_the_beneficiarys_paper(
        self, officer: Browser
    ) -> None:
        page = await officer.open(await failed(officer))
        wrong = await pressed(
            officer, page, "/account", {"name-account": "第2号有限公司", "number-account": "12ab"}
        )
        assert wrong.errors == ["账号应为 8 到 34 位数字"]
        assert 'value="12ab"' in wrong.html
        bare = await pressed(
            officer,
            wrong,
            "/account",
            {"name-account": "第2号有限公司", "number-account": "6222000099991111"},
        )
        assert bare.errors == ["请上传受益人签名的账户更正材料"]
        done = await pressed(
            officer,
            bare,
            "/account",
            {"name-account": "第2号有限公司", "number-account": "6222000099991111"},
            {"files-account": ("更正.pdf", PDF)},
        )
        assert "账户已更正" in done.html
        assert "更正账户" in done.html
        assert "6222000099991111" not in done.html


class TestFinding:
    async def test_all_that_one_beneficiary_has_is_found_by_the_whole_code(
        self, hall: World, officer: Browser
    ) -> None:
        assert "写下整个代码来查" in (await officer.open(fill.FOUND)).html
        empty = await officer.open(fill.FOUND)
        page = await officer.send(empty, {"code": " firm000001"}, to=fill.FOUND)
        assert page.html.partition("<tbody>")[2].count("<tr") == 1
        assert "已到账" in page.html
        # By its number: addresses are logged.
        assert re.search(rf"{fill.FOUND}\?subject=\d+$", page.url)
        none = await officer.send(page, {"code": "FIRM00000"}, to=fill.FOUND)
        assert (none.status, none.errors) == (422, ["没有这个对象，请核对代码"])
        await hall.person("other", Role.OFFICER, "health")
        other = Browser(hall.client())
        await other.sign_in("other", PASSWORD)
        theirs = await other.send(empty, {"code": "FIRM000001"}, to=fill.FOUND)
        assert "没有应享" in theirs.html


class TestBudgets:
    async def test_a_total_is_changed_never_below_what_is_used(self, officer: Browser) -> None:
        page = await officer.open(fill.BUDGETS)
        assert "1,000,000.00 元" in page.html
        form = await officer.open(f"{fill.BUDGETS}?policy=some_award&period=2026")
        low = await officer.send(form, {"total": "100.00"})
        assert low.status == 422
        assert "预算不能少于" in low.errors[0]
        odd = await officer.send(low, {"total": "很多"})
        assert odd.errors == ["金额写成 12345.00 这样，单位元"]
        assert 'value="很多"' in odd.html
        done = await officer.send(odd, {"total": "2,000,000.00"})
        assert "已保存" in done.html
        assert "2,000,000.00 元" in done.html
        changed = await officer.open(f"{fill.BUDGETS}?policy=some_award&period=2026")
        assert "1,000,000.00 元 → 2,000,000.00 元" in changed.html
        assert "记录链完整" in changed.html

    async def test_an_officer_reads_and_changes_nothing(self, hall: World) -> None:
        clerk = await hall.person("plain", Role.OFFICER, "science")
        page = (await clerk.client.get(fill.BUDGETS)).text
        assert "1,000,000.00 元" in page
        assert "改总额" not in page
        one = (await clerk.client.get(f"{fill.BUDGETS}?policy=some_award&period=2026")).text
        assert "还没有改过" in one
        assert "保存预算" not in one


class TestRecoveries:
    async def test_returns_are_noted_in_parts_until_all_is_back(
        self, hall: World, officer: Browser
    ) -> None:
        paid = await officer.open(f"{fill.run_url(RUN, 'payments')}?view=paid")
        row = paid.html.partition("<tbody>")[2]
        url = row.partition('<a href="')[2].partition('"')[0]
        number = row.partition('class="mono">')[2].partition("</th>")[0].replace("<wbr>", "")
        name = number.partition("#")[0]
        back = Move(entitlement=name, to=Status.RECOVERING, why="active", back_by=ON, back_fen=900)
        async with hall.services.store.begin() as session:
            await move(session, [back], actor=SYSTEM, act="verify", now=NOW)
        assert "9.00 元" in (await officer.open(fill.RECOVERIES)).html
        page = await officer.open(url)
        assert "还要退回 9.00 元" in page.html
        much = await pressed(officer, page, "/return", {"fen-return": "9.01"})
        assert much.errors == ["还应退回 9.00 元"]
        part = await pressed(officer, much, "/return", {"fen-return": "4"})
        assert "已登记退回" in part.html
        assert "还要退回 5.00 元" in part.html
        whole = await pressed(officer, part, "/return", {"fen-return": "5.00"})
        assert "已追回" in whole.html
        assert "9.00 元" in (await officer.open(f"{fill.RECOVERIES}?view=done")).html


class TestReport:
    async def test_the_closing_report_says_it_all(self, hall: World, officer: Browser) -> None:
        none = await officer.open(fill.run_url(RUN, "report"))
        assert "结项之后才有报告" in none.html
        await Driver(hall.services.store, hall.now).close(RUN)
        page = await officer.open(fill.run_url(RUN, "report"))
        for said in ("应享的结果", "预算与台账相符", "仍没有到账", "各阶段用时", "打印报告"):
            assert said in page.html, said
        assert "<svg" in page.html
        run = await officer.open(fill.run_url(RUN))
        verified = await pressed(officer, run, "/verify")
        assert "已开始事后核查" in verified.html
