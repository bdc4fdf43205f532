"""A task between opening and completion: every act on it, as pages people use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.console.restaurant import SCAN, Restaurant, claimed, read, restaurant, send
from tests.support.forms import text


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Restaurant]:
    """A hall in which a restaurant is opened; its receipt is to be examined."""
    async with restaurant(store, tmp_path) as made:
        await made.take_in()
        yield made


async def pressed(shop: Restaurant, url: str, button: str) -> str:
    """The officer's page after a button."""
    done = await send(shop.officer, await read(shop.officer, url), button)
    assert done.status_code == 303, done.text
    return await read(shop.officer, url)


async def acted(shop: Restaurant, url: str, act: str, **typed: str) -> str:
    """Where the officer is sent after an act with a form."""
    page = await read(shop.officer, f"{url}/acts/{act}")
    done = await send(shop.officer, page, f"/acts/{act}", **typed)
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


class TestGoingOn:
    async def test_a_task_is_begun_waits_and_goes_on(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        page = await claimed(shop.officer, url)
        assert "◐ 已领" in text(page)
        page = await pressed(shop, url, "/begin")
        assert "◐ 在办" in text(page)
        await acted(shop, url, "wait", cause="applicant", until="2026-12-03", reasons="等补章")
        page = await read(shop.officer, url)
        assert "△ 等待" in text(page)
        assert "等申请人，到 12月3日：等补章。时限照常计算。" in text(page)
        assert "继续办理”以后再提交" in text(page)
        listed = text(await read(shop.officer, "/console/inbox?view=waiting"))
        assert "等申请人，到 12月3日：等补章" in listed
        page = await pressed(shop, url, "/resume")
        assert "◐ 在办" in text(page)

    async def test_what_is_missing_in_a_form_is_told_and_nothing_is_lost(
        self, shop: Restaurant
    ) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        page = await read(shop.officer, f"{url}/acts/wait")
        bare = await send(shop.officer, page, "/acts/wait", reasons="写了的话")
        assert bare.status_code == 422
        assert "请选择等什么" in bare.text
        assert "写了的话</textarea>" in bare.text

    async def test_it_is_handed_over_and_taken_back(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        there = await acted(shop, url, "hand-over", to=shop.second.actor.id, reasons="我明天休假")
        assert there == "/console/inbox"
        theirs = text(await read(shop.second, url))
        assert "second姓名" in theirs
        assert "officer姓名" in theirs
        assert "转交" in theirs
        page = await pressed(shop, url, "/take-back")
        assert "放回待领" in page

    async def test_an_act_that_is_not_open_is_no_page(self, shop: Restaurant) -> None:
        for act in ("wait", "send-back", "urge", "nonsense"):
            answer = await shop.officer.client.get(f"{shop.task('receipt')}/acts/{act}")
            assert answer.status_code == 403

    async def test_a_receipt_goes_back_to_the_window_point_by_point(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        page = await read(shop.officer, f"{url}/acts/return")
        assert "退给综合窗口" in page
        assert "申请表：" in page
        nothing = await send(shop.officer, page, "/acts/return")
        assert nothing.status_code == 422
        assert "第 1 项：请写明问题和怎样改" in nothing.text
        more = await send(
            shop.officer,
            page,
            "/acts/return",
            more="1",
            point__1__says="第 2 页看不清",
            point__2__says="",
        )
        assert more.status_code == 200
        assert "第 3 项" in more.text
        assert "第 2 页看不清</textarea>" in more.text
        done = await send(
            shop.officer,
            page,
            "/acts/return",
            point__1__fault="unclear",
            point__1__place="material:M51",
            point__1__says="第 2 页看不清",
            point__2__fault="mismatch",
            point__2__place="field:shop_name",
            point__2__says="店名与招牌不一致",
        )
        assert done.status_code == 303, done.text
        listed = await read(shop.clerk, "/console/inbox?view=ready")
        assert "完善后退还" in text(listed)
        url = listed.split('<a href="/console/tasks/')[1].split('"')[0]
        task = text(await read(shop.clerk, f"/console/tasks/{url}"))
        for part in ("看不清、看不懂", "第 2 页看不清", "前后不一致", "店名与招牌不一致"):
            assert part in task

    async def test_what_is_not_the_organs_is_passed_on_and_comes_back(
        self, shop: Restaurant
    ) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        there = await acted(shop, url, "transfer", department="fire_rescue", reasons="属消防检查")
        assert there == "/console/inbox"
        line = text(await read(shop.clerk, f"/console/bundles/{shop.number}/timeline"))
        assert "移送：" in line
        assert "属消防检查" in line

    async def test_who_is_concerned_keeps_away_and_sees_nothing_more(
        self, shop: Restaurant
    ) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        bare = await send(
            shop.officer, await read(shop.officer, f"{url}/acts/recuse"), "/acts/recuse"
        )
        assert "请核对后勾选确认" in bare.text
        await acted(shop, url, "recuse", reasons="申请人是我的弟弟", confirmed="yes")
        assert (await shop.officer.client.get(url)).status_code == 404
        assert "无人领取" in await read(shop.second, url)


class TestSecondLook:
    async def test_a_proposal_is_read_beside_the_papers_and_agreed_to(
        self, shop: Restaurant
    ) -> None:
        url = shop.task("receipt")
        page = await claimed(shop.officer, url)
        done = await send(
            shop.officer,
            page,
            "/complete",
            outcome="accept",
            opinion="材料齐全",
            to=shop.second.actor.id,
        )
        assert done.status_code == 303

    async def test_sent_to_a_colleague_it_waits_for_him_alone(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        await self._proposed(shop, to=shop.second.actor.id)
        mine = text(await read(shop.officer, url))
        assert "◐ 复核中" in mine
        assert "已送复核，等second姓名看过" in mine
        assert "/approve" not in await read(shop.officer, url)
        listed = await read(shop.second, "/console/inbox?view=reviewing")
        assert shop.task("receipt") in listed
        theirs = await read(shop.second, url)
        for part in ("拟办意见", "拟受理", "材料齐全", "请看拟办意见"):
            assert part in text(theirs)
        done = await send(shop.second, theirs, "/approve")
        assert done.status_code == 303, done.text
        after = text(await read(shop.officer, url))
        assert "已办：受理" in after
        line = text(await read(shop.clerk, f"/console/bundles/{shop.number}/timeline"))
        assert "送复核：" in line
        assert "请second姓名复核" in line

    async def test_it_goes_back_with_what_to_change(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        await self._proposed(shop)
        page = await read(shop.second, f"{url}/acts/send-back")
        assert "请填写原因" in (await send(shop.second, page, "/acts/send-back")).text
        done = await send(shop.second, page, "/acts/send-back", reasons="再核一下面积")
        assert done.status_code == 303
        mine = await read(shop.officer, url)
        assert "◐ 在办" in text(mine)
        # What was typed and proposed is still there to be changed.
        assert "/complete" in mine

    async def _proposed(self, shop: Restaurant, to: str = "") -> None:
        page = await claimed(shop.officer, shop.task("receipt"))
        found = page.split('formaction="')[2].split('"')[0]
        assert found.endswith("/propose")
        hidden = page.split('/complete"')[1]
        key = hidden.split('name="key" value="')[1].split('"')[0]
        version = hidden.split('name="version" value="')[1].split('"')[0]
        said = {"outcome": "accept", "opinion": "材料齐全", "to": to}
        done = await shop.officer.client.post(found, data={"key": key, "version": version, **said})
        assert done.status_code == 303, done.text


class TestBeside:
    async def test_what_is_typed_is_kept_without_being_checked_and_restored(
        self, shop: Restaurant
    ) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        typed = {"key": "k" * 20, "outcome": "not_competent", "opinion": "写到一半", "organ": ""}
        kept = await shop.officer.client.post(
            f"{url}/draft", data=typed, headers={"X-Autosave": "1"}
        )
        assert kept.json() == {"saved_at": "12:00"}
        page = await read(shop.officer, url)
        assert "写到一半</textarea>" in page
        assert 'value="not_competent" checked' in page
        assert "已保存 今天 12:00" in page
        assert 'role="alert"' not in page
        assert "写到一半" not in await read(shop.second, url)
        plain = await shop.officer.client.post(f"{url}/draft", data=typed)
        assert plain.status_code == 303

    async def test_notes_are_the_departments_own_and_carry_files(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        page = await read(shop.officer, url)
        bare = await send(shop.officer, page, "/notes")
        assert bare.status_code == 422
        assert "请写批注的内容" in bare.text
        done = await send(
            shop.officer, page, "/notes", files={"note-files": SCAN}, body="电话核实过"
        )
        assert done.status_code == 303, done.text
        theirs = await read(shop.second, url)
        assert "电话核实过" in theirs
        file = theirs.split("/notes/")[1]
        link = "/api/v1/tasks/" + theirs.split('href="/api/v1/tasks/')[1].split('"')[0]
        assert file
        assert (await shop.second.client.get(link)).status_code == 200
        progress = await read(shop.clerk, f"/console/bundles/{shop.number}/timeline")
        assert "电话核实过" not in progress

    async def test_one_sees_who_else_looks(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        await read(shop.officer, url)
        assert "officer姓名 正在查看" in await read(shop.second, url)
        said = await shop.officer.client.post(f"{url}/presence")
        assert said.text == "second姓名 正在查看"
        listed = await read(shop.second, "/console/inbox?view=ready")
        assert "officer姓名 正在查看" in listed

    async def test_a_supervisor_urges_and_the_holder_reads_it(self, shop: Restaurant) -> None:
        url = shop.task("receipt")
        await claimed(shop.officer, url)
        task = url.rpartition("/")[2]
        watcher = await shop.world.person("watcher", Role.SUPERVISOR)
        done = await watcher.post(f"tasks/{task}/urge", {"reasons": ["今天办完"]})
        assert done.status_code == 200, done.text
        assert "催办：今天办完" in text(await read(shop.officer, url))
