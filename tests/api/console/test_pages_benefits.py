"""Officers' pages of benefits, without script: a run from its beginning to its list and beyond."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, text, update

from activities.store.benefits.cases import CaseKind, open_case
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitEvent
from activities.store.tables.subjects import Subject
from api.console.fill import benefits as fill
from definitions.benefits.run import Phase
from definitions.language.roles import Role
from tests.support.api import PASSWORD, Person, World, world
from tests.support.benefits import NOW, ON, policy, publish, say_all, subjects
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.driven import Driver

AWARD = policy(
    conditions=[
        {"id": "here", "says": "在松江登记", "when": {"fact": "firm.registered_here", "is": True}},
        {"id": "tax", "says": "纳税信用A级", "when": {"fact": "firm.tax_credit", "is": "A"}},
        {
            "id": "arrears",
            "says": "有欠税",
            "excludes": True,
            "when": {"fact": "firm.tax_arrears", "is": True},
        },
    ],
    sample=3,
)
RUN, NAME = "some_award:2026:1", "某项奖励 2026 年第 1 批"
GOOD = {"firm.registered_here": True, "firm.tax_credit": "A", "firm.tax_arrears": False}


@dataclass
class Hall:
    """Two officers of the organ at their browsers, and what makes runs move."""

    world: World
    first: Browser
    second: Browser
    driver: Driver

    async def begun(self) -> Page:
        """A run of today, at its beginning."""
        return await self.first.send(await self.first.open(fill.NEW), {"policy": AWARD.policy})

    async def tried(self) -> None:
        """A run that waits for the sample to be looked through."""
        await self.begun()
        await self.driver.match(RUN)

    async def looked(self) -> Page:
        """The sample of it, everything right."""
        page = await self.first.open(fill.run_url(RUN, "sample"))
        drawn = re.findall(r'name="subject" value="(\d+)"', page.html)
        return await self.first.send(page, {f"right-{name}": "right" for name in drawn})

    async def listed(self) -> None:
        """A run whose list is under review."""
        await self.tried()
        await self.looked()
        await self.driver.list(RUN)


async def pressed(
    browser: Browser, page: Page, action: str, given: dict[str, str | list[str]] | None = None
) -> Page:
    """The page after the button of the form that goes there."""
    form = next(form for form in page.forms if form.action.endswith(action))
    answer = await browser.client.post(
        form.action,
        data=form.filled(given or {}),
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )
    return Page(str(answer.url), answer.status_code, answer.text)


@pytest.fixture
async def granting(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API on the day of the facts: ten firms, six of them entitled."""
    await publish(store, AWARD)
    ids = await subjects(store, 10)
    facts = {number: dict(GOOD) for number in ids}
    facts[ids[6]]["firm.tax_credit"] = "B"
    facts[ids[7]]["firm.tax_arrears"] = True
    del facts[ids[8]]["firm.tax_credit"]
    facts[ids[9]] |= {"firm.registered_here": False, "firm.tax_credit": "C"}
    await say_all(store, facts)
    async with world(store, tmp_path, NOW) as made:
        yield made


@pytest.fixture
async def hall(granting: World) -> Hall:
    """An officer and an approver of the policy's organ."""
    people: list[Browser] = []
    for login, role in (("first", Role.OFFICER), ("second", Role.APPROVER)):
        await granting.person(login, role, "science")
        browser = Browser(granting.client())
        await browser.sign_in(login, PASSWORD)
        people.append(browser)
    driver = Driver(granting.services.store, granting.now)
    return Hall(granting, people[0], people[1], driver)


class TestBeginning:
    async def test_a_run_is_begun_and_stands_in_the_list(self, hall: Hall) -> None:
        page = await hall.begun()
        assert page.url.endswith(fill.run_url(RUN))
        assert "已发起某项奖励 2026 年第 1 批" in page.html
        assert "固定数据" in page.html
        overview = await hall.first.open(fill.URL)
        for said in (NAME, "尚无名单"):
            assert said in overview.html
        assert NAME not in (await hall.first.open(f"{fill.URL}?state=over")).html
        assert NAME in (await hall.first.open(f"{fill.URL}?policy=some_award&state=going")).html

    async def test_what_is_wrong_stands_beside_it_and_nothing_typed_is_lost(
        self, hall: Hall
    ) -> None:
        blank = await hall.first.open(fill.NEW)
        late = await hall.first.send(blank, {"policy": "some_award", "on": "2026-12-24"})
        assert late.status == 422
        assert late.errors == ["比对日不能晚于今天"]
        assert 'value="2026-12-24"' in late.html
        odd = await hall.first.send(late, {"on": "", "period": "2026-09"})
        assert odd.errors == ["这项政策的兑现周期应写成：四位年份，如 2026"]
        assert 'value="2026-09"' in odd.html

    async def test_sent_twice_it_is_begun_once(self, hall: Hall) -> None:
        blank = await hall.first.open(fill.NEW)
        for _ in range(2):
            page = await hall.first.send(blank, {"policy": "some_award"})
            assert page.url.endswith(fill.run_url(RUN))


class TestWhoMay:
    async def test_other_organs_do_not_see_it(self, hall: Hall) -> None:
        await hall.begun()
        other = await hall.world.person("other", Role.OFFICER, "health")
        assert NAME not in (await other.client.get(fill.URL)).text
        for part in ("", "sample", "list", "cases", "payments", "report"):
            answer = await other.client.get(fill.run_url(RUN, part))
            assert answer.status_code == 403, part

    async def test_supervisors_see_and_do_nothing(self, hall: Hall) -> None:
        await hall.tried()
        watcher: Person = await hall.world.person("watcher", Role.SUPERVISOR)
        page = (await watcher.client.get(fill.run_url(RUN))).text
        assert "等主管部门的经办人抽查试算结果" in page
        assert "取消批次" not in page
        assert (await watcher.client.get(fill.NEW)).status_code == 403

    async def test_the_window_has_no_way_here(self, hall: Hall) -> None:
        clerk = await hall.world.person("clerk", Role.WINDOW_CLERK)
        assert "免申即享" not in (await clerk.client.get("/console/")).text
        assert (await clerk.client.get(fill.URL)).status_code == 403


class TestSteering:
    async def test_a_run_is_paused_resumed_and_slowed(self, hall: Hall) -> None:
        page = await hall.begun()
        empty = await pressed(hall.first, page, "/pause")
        assert empty.errors == ["请写明理由"]
        paused = await pressed(hall.first, empty, "/pause", {"reason-pause": "核对数据来源"})
        assert "已暂停" in paused.html
        assert "核对数据来源" in paused.html
        resumed = await pressed(hall.first, paused, "/resume")
        assert "已继续" in resumed.html
        slow = await pressed(hall.first, resumed, "/pace", {"pace": "crawl"})
        assert "已调速" in slow.html
        assert (await hall.driver.state(RUN)).pace == "crawl"

    async def test_a_cancelled_run_says_why_and_offers_nothing(self, hall: Hall) -> None:
        page = await pressed(
            hall.first, await hall.begun(), "/cancel", {"reason-cancel": "政策要改"}
        )
        assert "批次已取消" in page.html
        assert "政策要改" in page.html
        assert not [f for f in page.forms if f.method == "post" and "sign-out" not in f.action]


class TestTrial:
    async def test_the_counts_and_what_they_come_to(self, hall: Hall) -> None:
        await hall.tried()
        page = await hall.first.open(fill.run_url(RUN))
        for said in ("共 10 户（人）", "6,000.00 元", "抽查试算结果", "记录链完整", "比对完成"):
            assert said in page.html, said
        assert page.html.count("<svg") >= 5

    async def test_each_of_the_sample_shows_its_working(self, hall: Hall) -> None:
        await hall.tried()
        page = await hall.first.open(fill.run_url(RUN, "sample"))
        for said in ("抽查 3 例", "纳税信用A级", "截至 2026-09-30", "1,000.00 元", "没有"):
            assert said in page.html, said

    async def test_one_not_looked_at_is_asked_for_and_the_rest_is_kept(self, hall: Hall) -> None:
        await hall.tried()
        page = await hall.first.open(fill.run_url(RUN, "sample"))
        drawn = re.findall(r'name="subject" value="(\d+)"', page.html)
        again = await hall.first.send(
            page, {f"right-{drawn[0]}": "right", f"note-{drawn[0]}": "账目相符"}
        )
        assert again.status == 422
        assert again.errors == ["第 2 例还没有看", "第 3 例还没有看"]
        assert 'value="账目相符"' in again.html
        assert (await hall.driver.state(RUN)).phase is Phase.TRIAL

    async def test_one_that_is_wrong_stops_the_run(self, hall: Hall) -> None:
        await hall.tried()
        page = await hall.first.open(fill.run_url(RUN, "sample"))
        drawn = re.findall(r'name="subject" value="(\d+)"', page.html)
        answers: dict[str, str | list[str]] = {f"right-{name}": "right" for name in drawn}
        again = await hall.first.send(page, {**answers, f"right-{drawn[1]}": "wrong"})
        assert again.status == 422
        assert again.errors == ["抽查有 1 例不对，已记录；先改政策或者数据，再重新比对"]
        assert "历次共抽查 3 例，1 例不对，已记录。" in again.html
        state = await hall.driver.state(RUN)
        assert (state.phase, len(state.sample_failures)) == (Phase.TRIAL, 1)
        standing = await hall.first.open(fill.run_url(RUN))
        for said in ("试算抽查不合格", "抽查 3 例，1 例不对"):
            assert said in standing.html, said
        matched = await pressed(
            hall.first,
            standing,
            "/match-again",
            {"reason-match-again": "纳税信用更正"},
        )
        assert "已重新比对" in matched.html
        assert "第 2 次比对" in matched.html

    async def test_all_right_the_list_is_made(self, hall: Hall) -> None:
        await hall.tried()
        page = await hall.looked()
        assert "试算抽查通过" in page.html
        assert (await hall.driver.state(RUN)).phase is Phase.LISTING


class TestList:
    async def test_near_misses_and_missing_data_tell_why(self, hall: Hall) -> None:
        await hall.tried()
        for view, said in (("near", "纳税信用A级"), ("unknown", "缺数据"), ("excluded", "有欠税")):
            page = await hall.first.open(f"{fill.run_url(RUN, 'list')}?view={view}")
            row = page.html.partition("<tbody>")[2]
            assert row.count("<tr") == 1, view
            found = re.search(r'href="([^"]*/subjects/\d+)"', row)
            assert found is not None
            assert said in (await hall.first.open(found[1])).html, view

    async def test_whom_somebody_has_found_stays_while_filtering(self, hall: Hall) -> None:
        await hall.listed()
        async with hall.world.services.store.begin() as session:
            await session.execute(update(Subject).values(code=func.upper(Subject.code)))
        page = await hall.first.open(fill.run_url(RUN, "list"))
        to = fill.run_url(RUN, "list/listed")
        found = await hall.first.send(page, {"code": "firm000000001"}, to=to)
        assert found.html.count("在名单</span>") == 1
        number = found.url.partition("subject=")[2]
        assert f'<input type="hidden" name="subject" value="{number}">' in found.html

    async def test_one_is_struck_and_restored_with_reasons(self, hall: Hall) -> None:
        await hall.listed()
        page = await hall.first.open(fill.run_url(RUN, "list"))
        assert page.html.count("在名单</span>") == 6
        found = re.search(r'href="([^"]*/entitlements/[^"]+)"', page.html)
        assert found is not None
        own = await hall.first.open(found[1])
        for said in ("怎样得出", "在松江登记", "记录链完整", "还没有拨付指令"):
            assert said in own.html, said
        wrong = await pressed(hall.first, own, "/strike")
        assert wrong.errors == ["请写明理由"]
        struck = await pressed(hall.first, wrong, "/strike", {"reason-strike": "同一场所重复"})
        assert "已移出名单" in struck.html
        assert "同一场所重复" in struck.html
        back = await pressed(hall.first, struck, "/restore", {"reason-restore": "核实无误"})
        assert "已放回名单" in back.html

    async def test_two_people_approve_and_nobody_twice(self, hall: Hall) -> None:
        await hall.listed()
        page = await hall.first.open(fill.run_url(RUN, "list"))
        once = await pressed(hall.first, page, "/approve")
        assert "名单已复核" in once.html
        again = await hall.first.open(fill.run_url(RUN, "list"))
        assert "您已经复核过" in again.html
        assert not [form for form in again.forms if form.action.endswith("/approve")]
        twice = await hall.first.client.post(
            fill.run_url(RUN, "approve"), data={"key": "k-12345678"}, headers={"Origin": ORIGIN}
        )
        assert twice.status_code == 403
        assert "名单要由两个人分别复核" in twice.text
        other = await hall.second.open(fill.run_url(RUN, "list"))
        done = await pressed(hall.second, other, "/approve")
        assert "公示" in done.html
        assert (await hall.driver.state(RUN)).phase is Phase.PUBLICITY

    async def test_a_list_is_given_back_with_a_reason(self, hall: Hall) -> None:
        await hall.listed()
        page = await hall.second.open(fill.run_url(RUN, "list"))
        back = await pressed(hall.second, page, "/return", {"reason-return": "口径不一"})
        assert "名单已退回" in back.html
        assert "口径不一" in back.html

    async def test_without_a_reason_the_form_stands_there_again(self, hall: Hall) -> None:
        await hall.listed()
        page = await hall.second.open(fill.run_url(RUN, "list"))
        wrong = await pressed(hall.second, page, "/return", {"reason-return": " "})
        assert (wrong.status, wrong.errors) == (422, ["请写明理由"])
        assert 'href="#reason-return"' in wrong.html
        assert 'id="reason-return"' in wrong.html
        back = await pressed(hall.second, wrong, "/return", {"reason-return": "口径不一"})
        assert "名单已退回" in back.html


class TestCases:
    async def test_an_objection_stands_with_its_run_and_among_all(self, hall: Hall) -> None:
        await hall.listed()
        async with hall.world.services.store.begin() as session:
            await open_case(
                session,
                kind=CaseKind.OBJECTION,
                run=RUN,
                subject=None,
                entitlement=None,
                said={"reason": "不实", "name": "某人", "contact": "13800000000"},
                key="objection:1",
                by="public",
            )
        for url in (fill.CASES, fill.run_url(RUN, "cases")):
            page = await hall.first.open(url)
            assert "公示异议" in page.html
            assert "处理中" in page.html
            assert "13800000000" not in page.html
        other = await hall.world.person("other", Role.OFFICER, "health")
        assert "公示异议" not in (await other.client.get(fill.CASES)).text


class TestHistory:
    async def test_a_history_that_was_changed_is_told(self, hall: Hall) -> None:
        await hall.tried()
        async with hall.world.services.store.begin() as session:
            # The register itself lets nobody change it; whoever owns the database could.
            await session.execute(text("SET LOCAL session_replication_role = replica"))
            changed = update(BenefitEvent).where(BenefitEvent.run == RUN, BenefitEvent.seq == 2)
            await session.execute(changed.values(at=NOW + timedelta(days=1)))
        assert "记录链有缺损" in (await hall.first.open(fill.run_url(RUN))).html


def test_facts_are_of_the_day_of_the_run() -> None:
    """Guards the fixtures: the made-up facts are fresh on the day the runs begin."""
    assert NOW.date() == ON
