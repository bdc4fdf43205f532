"""Papers ready to sign: what the API gives of a draft, and how they are printed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import World
from tests.support.console.browsing import Browser, Page
from tests.support.console.hall import FOOD_FIRM, hall, signed_in

ANSWERS = {
    "changes": ["name", "address"],
    "address_place": "same_district",
    "paper_licence": "electronic_only",
    "food_premises": "stays",
    "food_licence_form": "electronic",
    "filed_by": "agent",
}
FORM = {
    "decided_on": "2026-11-18",
    "new_name": "上海云间食光餐饮管理有限公司",
    "new_address": "上海市松江区人民北路100号",
    "agent_name": "陆一鸣",
    "agent_id": "310117199003071231",
    "contact_mobile": "13817720455",
}


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


async def drafted(who: Browser, form: dict[str, str]) -> Page:
    """A draft of a change of name and address, filled in so far."""
    page = await who.open(f"/console/?uscc={FOOD_FIRM}")
    page = await who.send(page, {"service": "company_change"})
    while "/guidance" in page.url:
        question = page.form.action.partition("question=")[2]
        said = ANSWERS[question]
        page = await who.send(page, {question: said})
    return await who.send(page, form)


async def test_they_are_filled_in_from_the_form_and_the_registers(clerk: Browser) -> None:
    page = await drafted(clerk, FORM)
    draft = page.url.split("/")[-2]
    papers = await clerk.open(f"/console/drafts/{draft}/papers")
    for title in ("公司登记（备案）申请书", "股东会决议", "章程修正案", "授权委托书"):
        assert title in papers.html
    said = "同意公司名称由“上海云间餐饮管理有限公司”变更为“上海云间食光餐饮管理有限公司”。"
    assert said in papers.html
    assert "2026年11月18日 召开股东会会议" in papers.html
    assert "委托书" in (await clerk.open(f"/console/drafts/{draft}/papers/M14")).html


async def test_each_may_be_printed_by_itself(clerk: Browser) -> None:
    page = await drafted(clerk, FORM)
    draft = page.url.split("/")[-2]
    resolution = await clerk.open(f"/console/drafts/{draft}/papers/M02")
    assert "股东会决议" in resolution.html
    assert "授权委托书</h2>" not in resolution.html
    assert (await clerk.open(f"/console/drafts/{draft}/papers/M20")).status == 404


async def test_the_materials_page_leads_to_them(clerk: Browser) -> None:
    page = await drafted(clerk, FORM)
    assert page.url.endswith("/materials")
    assert f"{page.url.removesuffix('/materials').partition('8080')[2]}/papers" in page.html
