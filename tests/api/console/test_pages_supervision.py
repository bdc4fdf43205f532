"""督办: every number opens its list; a list says who is late, since when, what may be done."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.base import SHANGHAI
from definitions.language.roles import Role
from tests.support import legal
from tests.support.api import PASSWORD, World, world
from tests.support.console.browsing import Browser
from tests.support.forms import text
from tests.support.legal_api import LIBRARY, Case, ok, started

HERE = "/console/supervision"


@pytest.fixture
async def case(store: Store, tmp_path: Path) -> AsyncIterator[Case]:
    async with world(store, tmp_path, legal.NOW, library=LIBRARY, calendar=legal.CALENDAR) as made:
        yield Case(
            world=made,
            clerk=await made.person("clerk", Role.WINDOW_CLERK),
            officer=await made.person("officer", Role.OFFICER, "food"),
            second=await made.person("second", Role.OFFICER, "food"),
            head=await made.person("head", Role.APPROVER, "food"),
        )


async def signed_in(made: World, login: str, role: Role) -> Browser:
    await made.person(login, role)
    browser = Browser(made.client())
    await browser.sign_in(login, PASSWORD)
    return browser


@pytest.fixture
async def supervisor(case: Case) -> Browser:
    return await signed_in(case.world, "watcher", Role.SUPERVISOR)


def moment(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def counts(html: str) -> dict[str, int]:
    """The totals above the table."""
    _, _, rest = html.partition('<p class="tally">')
    parts = text(f"<p>{rest.partition('</p>')[0]}</p>").split("·")
    found = [re.match(r"(.*?) (\d+)(?: 件.*)?$", part.strip()) for part in parts]
    return {each[1]: int(each[2]) for each in found if each}


class TestOverview:
    async def test_counts_by_the_nearest_limit_and_opens_each_list(
        self, case: Case, supervisor: Browser
    ) -> None:
        await started(case)
        # Handed in on Monday: whether it is accepted is told by the next Monday.
        page = await supervisor.open(HERE)
        assert counts(page.html) == {
            "超期": 0,
            "今天到期": 0,
            "1–3 日": 0,
            "4–10 日": 1,
            "停表": 0,
            "推送失败": 0,
        }
        await case.until(moment(3, 9, 9))
        await supervisor.sign_in("watcher", PASSWORD)
        page = await supervisor.open(HERE)
        assert counts(page.html)["今天到期"] == 1
        assert f"{HERE}/limits?within=today" in page.html.replace("&amp;", "&")

    async def test_what_is_late_is_counted_and_listed_with_who_and_since_when(
        self, case: Case, supervisor: Browser
    ) -> None:
        await started(case)
        await case.accept()
        await case.officer.post(f"tasks/{case.number}.PERMIT.review/claim")
        await case.until(moment(3, 18))
        await supervisor.sign_in("watcher", PASSWORD)
        assert counts((await supervisor.open(HERE)).html)["超期"] == 1
        said = text((await supervisor.open(f"{HERE}/limits")).html)
        for part in (
            "事项PERMIT",
            "已超 2 个工作日",
            "承诺办结时限 10 个工作日",
            "核查，officer姓名",
        ):
            assert part in said, part
        others = text((await supervisor.open(f"{HERE}/limits?department=tax")).html)
        assert "没有超期的事项" in others

    async def test_is_the_supervisors_alone(self, case: Case) -> None:
        clerk = await signed_in(case.world, "window", Role.WINDOW_CLERK)
        for path in ("", "/limits", "/applicants", "/suspended", "/promises", "/credits"):
            assert (await clerk.open(HERE + path)).status == 403


class TestLists:
    async def test_a_special_procedure_says_its_end_and_its_overrun(
        self, case: Case, supervisor: Browser
    ) -> None:
        await started(case)
        await case.accept()
        body = {"cause": "inspection", "days": 3, "reasons": ["设备须检验"]}
        ok(await case.officer.post(case.path("procedures"), body))
        assert counts((await supervisor.open(HERE)).html)["停表"] == 1
        said = text((await supervisor.open(f"{HERE}/suspended")).html)
        assert "检验，3月2日开始，告知 3 个工作日" in said
        assert "3月5日（周四）" in said
        assert "停着的时限：承诺办结时限、法定办结时限" in said
        await case.until(moment(3, 10))
        await supervisor.sign_in("watcher", PASSWORD)
        assert "已超 3 个工作日" in text((await supervisor.open(f"{HERE}/suspended")).html)

    async def test_what_waits_for_applicants_offers_more_time_and_a_second_notice(
        self, case: Case, supervisor: Browser
    ) -> None:
        await started(case)
        points = [{"material": "M04", "defect": "缺公章"}]
        task = "PERMIT.receipt"
        ok(await case.complete(case.officer, task, "ask_supplement", points=points, days=5))
        page = await supervisor.open(f"{HERE}/applicants")
        assert "等申请人" in text(page.html)
        acts = [part.partition('"')[0] for part in page.html.split('href="') if "/acts/" in part]
        assert {act.rpartition("/")[2] for act in acts} == {"second-notice", "prolong"}
        for act in acts:
            opened = await supervisor.open(act)
            assert opened.status == 200, act
            if act.endswith("/second-notice"):
                done = await supervisor.send(opened, {"reason": "核查后才发现图纸不符"})
                assert "已批准再次补正告知" in text(done.html), done.errors

    async def test_promises_say_what_is_awaited(self, case: Case, supervisor: Browser) -> None:
        head = await case.world.person("taxhead", Role.APPROVER, "tax")
        await started(case, "sign", promised=["M05"])
        ok(await case.complete(head, "SIGN.decide", "grant"))
        said = text((await supervisor.open(f"{HERE}/promises")).html)
        assert "事项SIGN" in said
        assert "告知承诺，等核查" in said


class TestCredit:
    @pytest.fixture
    async def broken(self, case: Case) -> Case:
        head = await case.world.person("taxhead", Role.APPROVER, "tax")
        await started(case, "clear", lacking=["M06"], committed=["CLEAR"])
        ok(await case.complete(head, "CLEAR.decide", "grant"))
        await case.until(moment(4, 10))
        return case

    async def test_a_broken_promise_is_repaired_with_a_reason(
        self, broken: Case, supervisor: Browser
    ) -> None:
        assert broken.number
        page = await supervisor.open(f"{HERE}/credits")
        assert "承诺制容缺办结" in text(page.html)
        without = await supervisor.send(page, {"reason": " "})
        assert (without.status, without.errors) == (422, ["请写明修复的理由"])
        done = await supervisor.send(page, {"reason": "已经补交，情节轻微"})
        assert "watcher姓名 修复：已经补交，情节轻微" in text(done.html)
        assert "登记修复" not in done.html
