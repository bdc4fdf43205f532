"""The inbox: its lists and filters, what is kept of them, the next task, many at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.console.restaurant import Restaurant, read, restaurant, send
from tests.support.forms import form, text

INBOX = "/console/inbox"
NAMES = "待我复核", "等待中", "超期", "已办", "我方请求"


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Restaurant]:
    """A hall in which three restaurants are opened; every receipt is to be examined."""
    async with restaurant(store, tmp_path) as made:
        for _ in range(3):
            await made.take_in()
        yield made


def ids(html: str) -> list[str]:
    """The tasks of the list, in order."""
    return [part.split('"')[0] for part in html.split('name="task" value="')[1:]]


class TestLists:
    async def test_tabs_are_links_with_counters(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready")
        for name in NAMES:
            assert name in text(page)
        tab = page.split("可领取<span")[1]
        assert tab.startswith(f' class="n">{len(ids(page))}<')

    async def test_a_filter_is_a_chip_that_can_be_taken_off(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready&kind=receipt&due=soon")
        assert "类型：受理审查" in page
        assert "时限：3 个工作日内" in page
        assert f'href="{INBOX}?view=ready&amp;due=soon"' in page
        none = await read(shop.officer, f"{INBOX}?view=ready&kind=hearing")
        assert "没有符合这些条件的待办" in none

    async def test_what_no_list_knows_narrows_nothing(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready&kind=nonsense&state=x&due=y")
        assert len(ids(page)) == len(ids(await read(shop.officer, f"{INBOX}?view=ready")))

    async def test_an_item_is_chosen_by_its_name_and_the_chip_says_it(
        self, shop: Restaurant
    ) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready")
        assert '<datalist id="item-list">' in page
        assert '<option value="食品经营许可">' in page
        narrowed = await read(shop.officer, f"{INBOX}?view=ready&item=食品经营许可")
        assert "事项：食品经营许可" in narrowed
        assert ids(narrowed) == ids(page)
        other = await read(shop.officer, f"{INBOX}?view=ready&item=没有的事项")
        assert "没有符合这些条件的待办" in other

    async def test_filters_are_kept_under_a_name_and_dropped_again(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready&kind=receipt")
        done = await send(shop.officer, page, "/inbox/views", name="只看受理审查")
        assert done.status_code == 303
        shown = await read(shop.officer, f"{INBOX}?view=ready")
        assert "只看受理审查" in shown
        assert "view=ready&amp;kind=receipt" in shown
        other = await read(shop.second, f"{INBOX}?view=ready")
        assert "只看受理审查" not in other
        gone = await send(shop.officer, shown, "/remove")
        assert gone.status_code == 303
        assert "只看受理审查" not in await read(shop.officer, f"{INBOX}?view=ready&kind=decide")

    async def test_says_how_near_the_limit_is_by_word_and_symbol(self, shop: Restaurant) -> None:
        await shop.pass_days(6)
        page = text(await read(shop.officer, f"{INBOX}?view=ready"))
        assert "! 红牌" in page
        assert "△ 督办：临期提醒，已提醒承办人" in page
        await shop.pass_days(2)
        late = text(await read(shop.officer, f"{INBOX}?view=overdue"))
        assert "已超" in late

    async def test_a_supervisor_reads_every_departments_and_has_no_buttons(
        self, shop: Restaurant
    ) -> None:
        watcher = await shop.world.person("watcher", Role.SUPERVISOR)
        page = await read(watcher, INBOX)
        assert "全部待办" in page
        assert "领取下一件" not in page
        assert 'form="bulk"' not in page


class TestNext:
    async def test_the_next_one_is_claimed_and_opened(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready")
        done = await send(shop.officer, page, "/inbox/pull")
        assert done.status_code == 303
        url = done.headers["location"]
        opened = await read(shop.officer, url)
        assert "已领取下一件，由您办理" in opened
        assert "officer姓名" in text(opened)
        # Pressed twice, it is the same task.
        again = await send(shop.officer, page, "/inbox/pull")
        assert again.headers["location"] == url

    async def test_who_has_enough_gets_none_and_is_told_why(self, shop: Restaurant) -> None:
        settings = await read(shop.officer, "/console/settings")
        await send(shop.officer, settings, "/settings", at_most="1", keys="yes")
        await send(shop.officer, await read(shop.officer, INBOX), "/inbox/pull")
        full = await send(shop.officer, await read(shop.officer, INBOX), "/inbox/pull")
        assert full.headers["location"] == INBOX
        assert "已到设置的件数" in await read(shop.officer, INBOX)

    async def test_the_task_page_goes_on_in_the_list_that_was_looked_at(
        self, shop: Restaurant
    ) -> None:
        names = ids(await read(shop.officer, f"{INBOX}?view=ready"))
        middle = await read(shop.officer, f"/console/tasks/{names[1]}")
        assert f'href="/console/tasks/{names[0]}" data-key="k"' in middle
        assert f'href="/console/tasks/{names[2]}" data-key="j"' in middle
        assert f'href="{INBOX}?view=ready"' in middle
        first = await read(shop.officer, f"/console/tasks/{names[0]}")
        assert "上一件" not in first


class TestMany:
    async def test_each_has_its_own_result(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready")
        names = ids(page)[:3]
        await shop.second.post(f"tasks/{names[1]}/claim")
        found = form(page, "/console/bulk")
        data = {**found.fields, "task": names, "act": "claim"}
        done = await shop.officer.client.post(found.action, data=data)
        assert done.status_code == 200, done.text
        said = text(done.text)
        assert "3 件中办成 2 件，1 件没有办成" in said
        assert said.count("✓ 已领取") == 2
        assert "这项待办已由他人领取" in said
        assert ids(await read(shop.officer, f"{INBOX}?view=mine")) == [names[0], names[2]]

    async def test_several_are_handed_over_to_a_colleague(self, shop: Restaurant) -> None:
        names = ids(await read(shop.officer, f"{INBOX}?view=ready"))[:2]
        for name in names:
            await shop.officer.post(f"tasks/{name}/claim")
        page = await read(shop.officer, f"{INBOX}?view=mine")
        found = form(page, "/console/bulk")
        nobody = {**found.fields, "task": names, "act": "hand-over"}
        refused = await shop.officer.client.post(found.action, data=nobody)
        assert refused.status_code == 303
        assert "请先选择交给谁" in await read(shop.officer, f"{INBOX}?view=mine")
        data = {**nobody, "to": shop.second.actor.id}
        done = await shop.officer.client.post(found.action, data=data)
        assert text(done.text).count("✓ 已转交") == 2
        assert ids(await read(shop.second, f"{INBOX}?view=mine")) == names

    async def test_nothing_ticked_is_nothing_done_and_told(self, shop: Restaurant) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready")
        done = await send(shop.officer, page, "/console/bulk", act="claim")
        assert done.status_code == 303
        assert "没有选中待办" in await read(shop.officer, done.headers["location"])

    async def test_nothing_final_is_done_in_bulk_from_a_made_up_form(
        self, shop: Restaurant
    ) -> None:
        page = await read(shop.officer, f"{INBOX}?view=ready")
        done = await send(shop.officer, page, "/console/bulk", act="complete", task=ids(page)[0])
        assert done.status_code == 400
