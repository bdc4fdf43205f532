"""The administrator's calendar pages, without script: look, preview, publish, watch."""

import pytest

from activities.store.engine import Store
from activities.store.writing.calendars import note_progress
from api.console.fill.calendars import recalculation_url
from definitions.language.roles import Role
from tests.support.api import PASSWORD, Person, World, application
from tests.support.calendars import FAIR, NOTICE, shipped
from tests.support.console.browsing import Browser, Page

pytestmark = pytest.mark.stack

URL = "/console/calendars"
NAME = "310117:CN-1+310117-1"


@pytest.fixture
async def browser(desk: World, store: Store) -> Browser:
    """An administrator at a browser, where the shipped years are published."""
    await shipped(store)
    await desk.person("admin", Role.ADMINISTRATOR)
    made = Browser(desk.client())
    await made.sign_in("admin", PASSWORD)
    return made


async def previewed(browser: Browser, text: str) -> Page:
    """The page after a text was sent in."""
    return await browser.send(await browser.open(URL), {"yaml": text})


class TestOverview:
    async def test_shows_what_is_in_force_and_every_version(self, browser: Browser) -> None:
        page = await browser.open(URL)
        assert page.status == 200
        for said in ("CN-1", "2026年12月31日", "2027年12月31日", "随版本附带", "发布日历"):
            assert said in page.html
        assert 'aria-current="page">日历' in page.html

    async def test_is_for_administrators(self, desk: World, clerk: Person) -> None:
        assert (await clerk.client.get(URL)).status_code == 403
        assert URL not in (await clerk.client.get("/console/")).text
        assert desk.engine.recalculations == []


class TestYear:
    async def test_says_in_words_what_each_day_is(self, browser: Browser) -> None:
        page = await browser.open(f"{URL}/310117?year=2026")
        assert '<td class="make_up">14<b> 班</b></td>' in page.html
        assert '<td class="off">16<b> 休</b><small>春节</small></td>' in page.html
        assert '<b class="hidden"> 周末</b>' in page.html
        assert page.html.count('<table class="month">') == 12
        assert len(page.html.encode()) < 100_000

    async def test_a_provisional_year_says_so(self, browser: Browser) -> None:
        assert "暂定" in (await browser.open(f"{URL}/310117?year=2027")).html

    async def test_an_unknown_year_is_not_found(self, browser: Browser) -> None:
        assert (await browser.open(f"{URL}/310117?year=2040")).status == 404


class TestPublishing:
    async def test_from_text_over_preview_to_progress(
        self, desk: World, clerk: Person, browser: Browser
    ) -> None:
        await clerk.post("bundles", await application(clerk))
        page = await previewed(browser, FAIR)
        assert "2026-11-24" in page.html
        assert "将重算的在办件" in page.html
        assert "1 件" in page.html
        done = await browser.send(page, {"note": "区政府通知"})
        assert done.url.endswith(recalculation_url(NAME))
        assert "已发布 310117-1" in done.html
        assert "已重算 0 件，共 1 件" in done.html
        assert [given.id for given in desk.engine.recalculations] == [NAME]
        assert "区政府通知" in (await browser.open(URL)).html

    async def test_from_a_file(self, browser: Browser) -> None:
        page = await browser.open(URL)
        files = {"file": ("2027.yaml", NOTICE.encode())}
        page = await browser.send(page, files=files)
        assert "暂定 → 已公布" in page.html
        assert "调休上班" in page.html

    async def test_mistakes_are_told_by_line_and_nothing_typed_is_lost(
        self, browser: Browser
    ) -> None:
        text = NOTICE.replace("2027-02-20", "2027-02-22").replace("name: 元旦", "name:")
        page = await previewed(browser, text)
        assert page.status == 422
        assert page.errors
        assert all(error.startswith("第 ") for error in page.errors)
        assert "2027-02-22" in page.html

    async def test_a_year_left_out_is_told(self, browser: Browser) -> None:
        page = await previewed(browser, NOTICE.replace("2027", "2029").partition("work:")[0])
        assert page.errors == ["缺少 2028 年：2027 年与 2029 年之间不能有空缺"]

    async def test_nothing_given_is_told(self, browser: Browser) -> None:
        assert (await previewed(browser, "")).errors == ["请选择日历文件，或粘贴日历文本"]

    async def test_what_is_too_large_is_told(self, browser: Browser) -> None:
        files = {"file": ("2027.yaml", NOTICE.encode() + b"#\n" * 40_000)}
        page = await browser.send(await browser.open(URL), files=files)
        assert page.status == 422
        assert "64 KiB" in page.errors[0]

    async def test_the_same_again_offers_nothing_to_publish(self, browser: Browser) -> None:
        await browser.send(await previewed(browser, FAIR))
        page = await previewed(browser, FAIR)
        assert "没有改动" in page.html
        assert "data-primary" not in page.html


class TestRecalculation:
    async def test_pauses_goes_on_and_ends(
        self, desk: World, store: Store, browser: Browser
    ) -> None:
        page = await browser.send(await previewed(browser, FAIR))
        page = await browser.send(page)
        assert "已暂停" in page.html
        assert desk.engine.paused == [NAME]
        page = await browser.send(page)
        assert "已继续" in page.html
        async with store.begin() as session:
            await note_progress(session, NAME, skipped=0, failures=(), finished=True)
        page = await browser.open(recalculation_url(NAME))
        assert "已完成" in page.html
        assert "data-going" not in page.html

    async def test_an_unknown_one_is_not_found(self, browser: Browser) -> None:
        assert (await browser.open(f"{URL}/recalculations/none")).status == 404
