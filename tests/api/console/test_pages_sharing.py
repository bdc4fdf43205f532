"""What the clerk sees of registers: sources and times, closed fields, persons, failed sharing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import PDF, World
from tests.support.console.browsing import Browser, Page
from tests.support.console.hall import signed_in
from tests.support.exchange import Exchange, exchange
from tests.support.shared import sharing

FAILED = "共享失败：税务登记库暂时取不到数据"


@pytest.fixture
async def outside() -> AsyncIterator[Exchange]:
    async with exchange() as running:
        yield running


@pytest.fixture
async def world(store: Store, tmp_path: Path, outside: Exchange) -> AsyncIterator[World]:
    async with sharing(store, tmp_path, outside) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


async def form_of(clerk: Browser, outside: Exchange) -> Page:
    page = await clerk.open(f"/console/?uscc={outside.firm().code}")
    page = await clerk.send(page, {"service": "small_change"})
    page = await clerk.send(page, {"changes": ["name"]})
    return await clerk.send(page, {"seal_kept": "yes"})


def person(outside: Exchange) -> dict[str, str | list[str]]:
    number, name = next(iter(outside.data.people.items()))
    return {"holder": name, "holder_id": number}


class TestForm:
    async def test_each_field_says_whence_and_when(self, clerk: Browser, outside: Exchange) -> None:
        page = await form_of(clerk, outside)
        facts = outside.firm().facts
        assert dict(page.form.fields)["address"] == facts["address"]
        assert "〔市场主体登记库〕今天 10:00 取得" in page.html
        assert "〔税务登记库〕今天 10:00 取得" in page.html
        assert "登记库代填 <b>3</b> 项" in page.html
        assert "住所信息" in page.html

    async def test_a_closed_field_is_text_and_a_forged_one_is_refused(
        self, clerk: Browser, outside: Exchange
    ) -> None:
        page = await form_of(clerk, outside)
        assert "scope" not in dict(page.form.fields)
        assert str(outside.firm().facts["scope"]) in page.html
        forged = await clerk.send(page, {**person(outside), "scope": "自己写的"})
        assert forged.status == 422
        assert "以市场主体登记库为准，不能在这里改" in forged.errors[0]
        kept = await clerk.open(page.url)
        assert "自己写的" not in kept.html

    async def test_a_correction_stands_beside_what_it_corrects(
        self, clerk: Browser, outside: Exchange
    ) -> None:
        page = await form_of(clerk, outside)
        await clerk.send(page, {**person(outside), "address": "上海市松江区新路1号"})
        page = await clerk.open(page.url)
        assert dict(page.form.fields)["address"] == "上海市松江区新路1号"
        assert f"更正；市场主体登记库记载为“{outside.firm().facts['address']}”" in page.html

    async def test_a_person_is_checked_when_saved(self, clerk: Browser, outside: Exchange) -> None:
        page = await form_of(clerk, outside)
        done = await clerk.send(page, person(outside))
        assert done.url.endswith("/materials")
        assert "〔人口库〕今天 10:00 核验一致" in (await clerk.open(page.url)).html
        page = await clerk.open(page.url)
        await clerk.send(page, {**person(outside), "holder": "别人"})
        assert "核验不一致，请核对姓名和证件号码" in (await clerk.open(page.url)).html


class TestAway:
    async def test_kept_values_say_how_old_they_are(
        self, world: World, clerk: Browser, outside: Exchange
    ) -> None:
        page = await form_of(clerk, outside)
        assert "共享失败" not in page.html
        await outside.trouble("away", "tax")
        world.now.at += timedelta(days=1)
        clerk = await signed_in(world, "clerk2", Role.WINDOW_CLERK)
        page = await form_of(clerk, outside)
        assert FAILED in page.html
        assert "〔税务登记库〕共享失败，用 11月20日 10:00 取得的" in page.html
        assert "〔市场主体登记库〕今天 10:00 取得" in page.html

    async def test_without_registers_a_name_is_enough_to_go_on(
        self, clerk: Browser, outside: Exchange
    ) -> None:
        await outside.trouble("away")
        code = outside.firm().code
        page = await clerk.open(f"/console/?uscc={code}")
        again = await clerk.send(page, {"service": "small_change"})
        assert again.errors == ["市场主体登记库共享失败，请照营业执照填写企业名称"]
        page = await clerk.send(again, {"service": "small_change", "firm_name": "上海甲公司"})
        assert page.url.endswith("/guidance")

    async def test_a_person_who_cannot_be_checked_does_not_stop_it(
        self, clerk: Browser, outside: Exchange
    ) -> None:
        page = await form_of(clerk, outside)
        await outside.trouble("away", "population")
        done = await clerk.send(page, person(outside))
        assert done.url.endswith("/materials")
        assert "共享失败，未能核验；不影响提交" in (await clerk.open(page.url)).html


class TestOverride:
    async def test_only_where_sharing_fails_a_paper_may_be_asked_for(
        self, clerk: Browser, outside: Exchange
    ) -> None:
        page = await clerk.send(await form_of(clerk, outside), person(outside))
        assert "override.M02" not in dict(page.form.fields)

    async def test_with_a_reason_it_is_asked_for(self, clerk: Browser, outside: Exchange) -> None:
        await outside.trouble("away", "real_estate")
        page = await clerk.send(await form_of(clerk, outside), person(outside))
        assert "免交：不动产登记库" in page.html
        page = await clerk.send(
            page, {"override.M02": "房屋刚过户，登记库今天不可用"}, {"file.M01": ("申请.pdf", PDF)}
        )
        assert dict(page.form.fields)["override.M02"] == "房屋刚过户，登记库今天不可用"
        assert "免交：不动产登记库" not in page.html
        assert 'name="file.M02"' in page.html
        back = await clerk.send(page, {"override.M02": ""})
        assert "file.M02" not in back.html

    async def test_who_handles_it_reads_the_reason(
        self, world: World, clerk: Browser, outside: Exchange
    ) -> None:
        await outside.trouble("away", "real_estate")
        filled = {**person(outside), "address": "上海市松江区新路1号"}
        page = await clerk.send(await form_of(clerk, outside), filled)
        page = await clerk.send(page, {"override.M02": "房屋刚过户"})
        files = {f"file.{code}": ("一.pdf", PDF) for code in ("M01", "M02")}
        check = await clerk.send(page, {}, files)
        receipt = await clerk.send(check, {"confirmed": "yes"})
        assert receipt.url.endswith("/receipt"), receipt.errors
        bundle = await clerk.open(receipt.url.removesuffix("/receipt"))
        assert "房屋刚过户（今天 10:00）" in bundle.html
        assert "（人口库 今天 10:00 核验一致）" in bundle.html
        assert "申请人更正；市场主体登记库记载为" in bundle.html
        assert world.engine.started
