"""督办 of tasks on pages: alerts with their badge, 催办 and 改派, people, leads, the digest."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from activities.contracts.digests import DigestAsked
from activities.digests import Digests
from activities.store.engine import Store
from api.console.pages import supervision as matters
from api.console.pages import supervision_tasks as tasks
from definitions.language.base import SHANGHAI
from definitions.language.roles import Role
from tests.support import legal
from tests.support.api import PASSWORD, world
from tests.support.console.browsing import Browser, Page
from tests.support.forms import text
from tests.support.legal_api import Case, ok, started
from tests.support.work_api import LIBRARY

HERE = "/console/supervision"
REVIEW = "PERMIT.review"


@pytest.fixture
async def case(store: Store, tmp_path: Path) -> AsyncIterator[Case]:
    """PERMIT's review lies there; nobody has claimed it."""
    async with world(store, tmp_path, legal.NOW, library=LIBRARY, calendar=legal.CALENDAR) as made:
        made.staying = timedelta(days=365)
        found = Case(
            world=made,
            clerk=await made.person("clerk", Role.WINDOW_CLERK),
            officer=await made.person("officer", Role.OFFICER, "food"),
            second=await made.person("second", Role.OFFICER, "food"),
            head=await made.person("head", Role.APPROVER, "food"),
        )
        await started(found)
        await found.accept()
        yield found


def moment(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


LATE = moment(17, 17)


async def watching(
    case: Case, login: str = "watcher", role: Role = Role.SUPERVISOR, at: datetime = LATE
) -> Browser:
    """Somebody who looks after time has passed; made where there is no such account yet."""
    await case.until(at)
    if login not in {"officer", "second", "head"}:
        await case.world.person(login, role)
    browser = Browser(case.world.client())
    await browser.sign_in(login, PASSWORD)
    return browser


def badge(page: Page) -> int:
    """The number beside 提醒 in the navigation; 0 where there is none."""
    found = re.search(
        r'href="/console/supervision/alerts"[^>]*>提醒(?:<span class="count">(\d+))?', page.html
    )
    assert found is not None
    return int(found[1] or 0)


class TestAlerts:
    async def test_stand_beside_the_navigation_of_whoever_is_told(self, case: Case) -> None:
        officer = await watching(case, "officer", at=moment(13, 8))
        assert badge(await officer.open(f"{HERE}/alerts")) == 0
        head = await watching(case, "head", at=moment(16, 14))
        page = await head.open(f"{HERE}/alerts")
        assert badge(page) == 1
        said = text(page.html)
        for part in (
            "核查 · 事项PERMIT",
            "无人领取",
            "承诺办结时限 10 个工作日",
            "已提醒部门负责人",
        ):
            assert part in said, part
        assert badge(await (await watching(case)).open(HERE)) == 1

    async def test_lead_an_officer_to_the_task_and_to_nothing_else(self, case: Case) -> None:
        officer = await watching(case, "officer")
        page = await officer.open(f"{HERE}/alerts")
        assert f'href="/console/tasks/{case.number}.{REVIEW}"' in page.html
        assert "改派" not in page.html
        for path in ("", "/tasks", "/officers", "/outside", "/digest"):
            assert (await officer.open(HERE + path)).status == 403, path

    async def test_say_so_where_there_are_none(self, case: Case) -> None:
        officer = await watching(case, "officer", at=moment(3))
        assert "没有提醒" in text((await officer.open(f"{HERE}/alerts")).html)


class TestUrging:
    async def test_is_asked_for_words_and_shown_to_who_has_the_task(self, case: Case) -> None:
        supervisor = await watching(case)
        found = await supervisor.open(f"{HERE}/tasks")
        assert "已超 1 个工作日" in text(found.html)
        page = await supervisor.open(f"{HERE}/tasks/{case.number}.{REVIEW}/urge")
        without = await supervisor.send(page, {"reasons": "  "})
        assert (without.status, without.errors) == (422, ["请写明催办的内容"])
        done = await supervisor.send(without, {"reasons": "请今天办结"})
        assert "已催办" in text(done.html)
        assert "watcher姓名 催办：请今天办结" in text(done.html)
        officer = await watching(case, "officer")
        assert "催办：请今天办结" in text((await officer.open(f"{HERE}/alerts")).html)

    async def test_is_no_head_s_to_do(self, case: Case) -> None:
        head = await watching(case, "head")
        assert (await head.open(f"{HERE}/tasks/{case.number}.{REVIEW}/urge")).status == 403

    async def test_of_what_was_done_meanwhile_is_told_and_changes_nothing(self, case: Case) -> None:
        supervisor = await watching(case)
        page = await supervisor.open(f"{HERE}/tasks/{case.number}.{REVIEW}/urge")
        ok(await case.complete(case.officer, REVIEW, "pass", companions=[case.second.login]))
        late = await supervisor.send(page, {"reasons": "请今天办结"})
        assert "没有催办" in text(late.html)


class TestReassigning:
    async def test_offers_the_department_s_people_and_gives_the_task_to_one(
        self, case: Case
    ) -> None:
        ok(await case.officer.post(f"tasks/{case.number}.{REVIEW}/claim"))
        supervisor = await watching(case)
        page = await supervisor.open(f"{HERE}/tasks/{case.number}.{REVIEW}/assign")
        said = text(page.html)
        assert "second姓名" in said
        assert "officer姓名（" not in said
        second = case.second.actor.id
        without = await supervisor.send(page, {"reasons": "officer 出差", "to": ""})
        assert without.errors == ["请选择改派给谁"]
        mute = await supervisor.send(page, {"to": second, "reasons": ""})
        assert mute.errors == ["请写明改派的理由"]
        done = await supervisor.send(mute, {"to": second, "reasons": "officer 出差"})
        assert "已改派" in text(done.html)
        row = re.search(rf"{REVIEW}/assign.*", done.html)
        assert row is not None
        assert "food局，second姓名" in text(done.html)

    async def test_of_what_somebody_changed_meanwhile_shows_how_it_stands(self, case: Case) -> None:
        supervisor = await watching(case)
        page = await supervisor.open(f"{HERE}/tasks/{case.number}.{REVIEW}/assign")
        ok(await case.officer.post(f"tasks/{case.number}.{REVIEW}/claim"))
        again = await supervisor.send(page, {"to": case.second.actor.id, "reasons": "太久没有人领"})
        assert again.status == 422
        assert "food局，officer姓名" in text(again.html)
        assert "太久没有人领" in again.html

    async def test_a_head_does_it_for_his_own_department_only(self, case: Case) -> None:
        head = await watching(case, "head")
        page = await head.open(f"{HERE}/tasks/{case.number}.{REVIEW}/assign")
        to = case.second.actor.id
        assert "已改派" in text((await head.send(page, {"to": to, "reasons": "忙"})).html)
        await case.world.person("taxhead", Role.APPROVER, "tax")
        other = Browser(case.world.client())
        await other.sign_in("taxhead", PASSWORD)
        assert (await other.open(f"{HERE}/tasks/{case.number}.{REVIEW}/assign")).status == 404


class TestOverdue:
    async def test_says_what_the_holder_waits_for(self, case: Case) -> None:
        ok(await case.officer.post(f"tasks/{case.number}.{REVIEW}/claim"))
        wait = {"cause": "register", "until": "2026-03-18", "reasons": ["登记库不应答"]}
        ok(await case.officer.post(f"tasks/{case.number}.{REVIEW}/wait", wait))
        supervisor = await watching(case)
        for path in ("tasks", "limits"):
            said = text((await supervisor.open(f"{HERE}/{path}")).html)
            assert "等登记库、系统（3月2日起，预计到3月18日）：登记库不应答" in said, path

    async def test_is_filtered_by_level_and_department(self, case: Case) -> None:
        supervisor = await watching(case, at=moment(17, 9))
        assert REVIEW in (await supervisor.open(f"{HERE}/tasks?level=2")).html
        assert "没有超期的待办" in text((await supervisor.open(f"{HERE}/tasks?level=4")).html)
        assert "没有超期的待办" in text(
            (await supervisor.open(f"{HERE}/tasks?department=tax")).html
        )


class TestPaging:
    async def test_every_list_goes_on_where_the_page_ends(
        self, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(matters, "_ROWS", 1)
        monkeypatch.setattr(tasks, "_ROWS", 1)
        ok(await case.officer.post(case.path("procedures"), PROCEDURE))
        first = case.number
        await started(case)
        await case.accept()
        ok(await case.officer.post(case.path("procedures"), PROCEDURE))
        supervisor = await watching(case, at=moment(5))
        seen = []
        page = await supervisor.open(f"{HERE}/suspended")
        for _ in range(5):
            seen += re.findall(r'<span class="muted">(SJ-YJS-[\d-]+)</span>', page.html)
            more = re.search(r'href="([^"]+)" rel="next"', page.html)
            if more is None:
                break
            page = await supervisor.open(more[1].replace("&amp;", "&"))
        assert seen == [first, case.number]


PROCEDURE = {"cause": "inspection", "days": 3, "reasons": ["设备须检验"]}


class TestReports:
    async def test_people_are_listed_with_what_they_have(self, case: Case) -> None:
        ok(await case.second.post(f"tasks/{case.number}.{REVIEW}/claim"))
        head = await watching(case, "head", at=moment(3))
        page = await head.open(f"{HERE}/officers")
        row = next(part for part in page.html.split("<tr>") if "second姓名" in part)
        assert re.findall(r'class="num"[^>]*>(\d+)<', row) == ["1", "0", "0", "0"]

    async def test_a_night_entry_is_a_lead_and_no_verdict(self, case: Case) -> None:
        case.world.now.at = moment(3, 22, 5)
        ok(await case.complete(case.officer, REVIEW, "pass", companions=[case.second.login]))
        supervisor = await watching(case, at=moment(4))
        page = await supervisor.open(f"{HERE}/outside")
        said = text(page.html)
        for part in ("仅为线索", "非办公时间", "上班前或者下班后，3月3日（周二）", "officer姓名"):
            assert part in said, part
        link = re.search(r'href="([^"]*sign=odd[^"]*)"', page.html)
        assert link is not None
        assert "上班前或者下班后" in text(
            (await supervisor.open(link[1].replace("&amp;", "&"))).html
        )
        quick = await supervisor.open(f"{HERE}/outside?sign=quick")
        assert "没有这样的线索" in text(quick.html)

    async def test_the_digest_of_a_morning_is_read_and_printed(self, case: Case) -> None:
        supervisor = await watching(case)
        assert "还没有做成过摘要" in text((await supervisor.open(f"{HERE}/digest")).html)
        assert LIBRARY.catalogue.supervision is not None
        made = Digests(
            case.world.services.store,
            LIBRARY.catalogue.supervision,
            legal.CALENDAR,
            now=case.world.now,
        )
        await made.compose_digests(DigestAsked(day=date(2026, 3, 17)))
        page = await supervisor.open(f"{HERE}/digest?day=2026-03-17")
        said = text(page.html)
        for part in ("2026年3月17日 · 全部部门", "核查 · 事项PERMIT", "提醒过 4 次", "2026-03-16"):
            assert part in said, part
        assert "data-print" in page.html
        sunday = await supervisor.open(f"{HERE}/digest?day=2026-03-15")
        assert "2026年3月15日没有做成摘要" in text(sunday.html)
        head = await watching(case, "head")
        assert "2026年3月17日 · food局" in text((await head.open(f"{HERE}/digest")).html)
