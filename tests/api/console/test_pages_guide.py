"""The public guide: no sign-in, no script, nothing stored."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from api.console.fill.guide import situations
from tests.support.api import World
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.console.hall import LIBRARY, NOON, hall

pytestmark = pytest.mark.stack

CHANGE = LIBRARY.service("company_change", NOON).definition
FIRST = CHANGE.situations[0]


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
def anybody(world: World) -> Browser:
    """Somebody without an account."""
    return Browser(world.client())


async def answered(who: Browser, page: Page, *chosen: str) -> Page:
    """The question of the page answered with these options, by its GET form."""
    form = next(form for form in page.forms if "data-main" in form.attributes)
    asked = dict(form.fields)["asked"]
    pairs = [(name, value) for name, value in form.fields if name != asked]
    pairs += [(asked, value) for value in chosen]
    answer = await who.client.get(form.action, params=pairs)
    return Page(str(answer.url), answer.status_code, answer.text)


class TestGuide:
    async def test_lists_every_situation_in_force(self, anybody: Browser) -> None:
        page = await anybody.open("/guide")
        for situation in situations(CHANGE):
            assert f'href="/guide/company_change/{situation.code}"' in page.html
        assert "/sign-in" not in page.url

    async def test_is_searched_by_words(self, anybody: Browser) -> None:
        page = await anybody.open("/guide?q=分公司 注销")
        assert "找到 " in page.html
        assert "/guide/company_deregistration/ZX-FG-01" in page.html
        assert "/guide/company_change/BG-YX-01" not in page.html
        assert "没有找到" in (await anybody.open("/guide?q=火星")).html

    async def test_every_situation_has_its_page_within_the_budget(self, anybody: Browser) -> None:
        names = {loaded.definition.service for loaded in LIBRARY.services}
        for name in sorted(names):
            definition = LIBRARY.service(name, NOON).definition
            for situation in situations(definition):
                page = await anybody.open(f"/guide/{name}/{situation.code}")
                assert page.status == 200, situation.code
                assert len(page.html.encode()) < 100_000
                assert "材料没带齐怎么办" in page.html
                assert "行政复议" in page.html

    async def test_an_unknown_one_is_not_found(self, anybody: Browser) -> None:
        for path in ("nothing", "company_change/NONE", "nothing/check"):
            assert (await anybody.open(f"/guide/{path}")).status == 404

    async def test_says_of_each_tolerated_gap_how_long_and_what_follows(
        self, anybody: Browser
    ) -> None:
        """上海优化营商环境条例 24(4): the content of tolerance is stated."""
        page = await anybody.open("/guide/restaurant_opening")
        found = [s.code for s in LIBRARY.service("restaurant_opening", NOON).definition.situations]
        page = await anybody.open(f"/guide/restaurant_opening/{found[0]}")
        for said in ("容缺受理", "个工作日内补齐", "逾期：", "告知承诺"):
            assert said in page.html

    async def test_is_kept_by_what_the_definition_says(self, anybody: Browser) -> None:
        url = f"{ORIGIN}/guide/company_change/{FIRST.code}"
        first = await anybody.client.get(url)
        tag = first.headers["etag"]
        assert first.headers["vary"] == "Cookie"
        again = await anybody.client.get(url, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        large = await anybody.client.get(url, headers={"Cookie": "yijianshi_mode=large"})
        assert large.headers["etag"] != tag


class TestCheck:
    async def test_asks_one_at_a_time_up_to_the_list(self, anybody: Browser) -> None:
        page = await anybody.open("/guide/company_change/check")
        assert "企业是哪一类主体" in page.html
        page = await answered(anybody, page, "limited_company")
        page = await answered(anybody, page, "name")
        for _ in range(10):
            if "打印准备清单" in page.html:
                break
            first = page.html.partition('class="cards"')[2].partition('value="')[2]
            page = await answered(anybody, page, first.partition('"')[0])
        assert f"/guide/company_change/{FIRST.code}" in page.html
        for said in ("请带来的材料", "免交", "不收费", "承诺 ", "窗口还要查登记库"):
            assert said in page.html

    async def test_no_answer_is_a_fault(self, anybody: Browser) -> None:
        page = await anybody.open("/guide/company_change/check")
        page = await answered(anybody, page)
        assert (page.status, page.errors) == (422, ["请选一项"])

    async def test_an_answer_may_be_changed(self, anybody: Browser) -> None:
        url = "/guide/company_change/check?company_kind=limited_company&changes=name"
        page = await anybody.open(url)
        back = page.html.partition(">更改<")[0].rpartition('href="')[2].partition('"')[0]
        assert back == "/guide/company_change/check"

    async def test_what_is_no_answer_is_told_and_nothing_after_it_counts(
        self, anybody: Browser
    ) -> None:
        page = await anybody.open("/guide/company_change/check?company_kind=martian&changes=name")
        assert page.status == 422
        assert "没有选项 martian" in page.errors[0]
        assert ">您的回答<" not in page.html

    async def test_what_is_not_asked_here_is_left_out(self, anybody: Browser) -> None:
        url = "/guide/company_change/check?company_kind=branch&share_transfer=inheritance&x=1"
        page = await anybody.open(url)
        assert page.status == 200
        assert 'name="share_transfer"' not in page.html
