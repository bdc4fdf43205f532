"""What the lead asks of others, what they answer, and what cannot be got done."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import Person
from tests.support.console.restaurant import SCAN, Restaurant, claimed, read, restaurant, send
from tests.support.forms import text


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Restaurant]:
    """A restaurant whose food licence is accepted and in hand."""
    async with restaurant(store, tmp_path) as made:
        await made.take_in()
        await made.accepted()
        yield made


@pytest.fixture
async def fire(shop: Restaurant) -> Person:
    """An officer of another department."""
    return await shop.world.person("fire", Role.OFFICER, "fire_rescue")


async def asked(shop: Restaurant, what: str, **typed: str | list[str]) -> str:
    """The lead's matter page after a request."""
    page = await read(shop.officer, f"{shop.food}/ask/{what}")
    done = await send(shop.officer, page, f"/ask/{what}", **typed)
    assert (done.status_code, done.headers.get("location")) == (303, shop.food), done.text
    return await read(shop.officer, shop.food)


async def test_others_are_asked_and_their_answer_stands_beside_the_matter(
    shop: Restaurant, fire: Person
) -> None:
    bare = await send(
        shop.officer, await read(shop.officer, f"{shop.food}/ask/consultation"), "/consultation"
    )
    assert bare.status_code == 422
    assert "请选择向哪些部门提出" in bare.text
    matter = text(
        await asked(
            shop,
            "consultation",
            departments=["fire_rescue"],
            question="就疏散条件提出意见",
            days="3",
            tacit="yes",
        )
    )
    for part in ("征求意见", "就疏散条件提出意见", "视为同意", "○ 待领", "撤回这项请求"):
        assert part in matter
    listed = await read(shop.officer, "/console/inbox?view=asked")
    assert "征求意见" in text(listed)
    task = f"/console/tasks/{shop.number}.FOOD.consultation-1-fire_rescue"
    page = await claimed(fire, task)
    for part in ("要办的事", "就疏散条件提出意见", "officer姓名", "逾期不答复"):
        assert part in text(page)
    done = await send(
        fire,
        page,
        "/complete",
        files={"minutes": SCAN},
        outcome="object",
        reasons="疏散通道宽度不足",
    )
    assert done.status_code == 303, done.text
    matter_page = await read(shop.officer, shop.food)
    assert "✕ 已办：不同意" in text(matter_page)
    assert "疏散通道宽度不足" in matter_page
    assert "撤回这项请求" not in matter_page
    file = matter_page.split(f'href="{task}/files/')[1].split('"')[0]
    assert (await shop.officer.client.get(f"{task}/files/{file}")).status_code == 200
    answered = await read(shop.officer, "/console/inbox?view=asked&state=done")
    assert "已办：不同意" in text(answered)
    line = text(await read(shop.clerk, f"/console/bundles/{shop.number}/timeline"))
    assert "提出征求意见" in line


async def test_a_survey_is_answered_by_the_days_that_suit(shop: Restaurant, fire: Person) -> None:
    await asked(
        shop,
        "survey",
        departments=["fire_rescue"],
        question="看疏散通道，门口集合",
        days="2",
        date1="2026-12-01",
        date2="2026-12-02",
    )
    page = await claimed(fire, f"/console/tasks/{shop.number}.FOOD.survey-1-fire_rescue")
    assert "12月1日（周二）" in page
    bare = await send(fire, page, "/complete", outcome="available")
    assert "请至少选一天" in bare.text
    done = await send(fire, bare.text, "/complete", outcome="available", dates=["2026-12-02"])
    assert done.status_code == 303, done.text
    matter = text(await read(shop.officer, shop.food))
    assert "12月2日（周三）一起踏勘" in matter
    site = await claimed(shop.officer, f"/console/tasks/{shop.number}.FOOD.site-1")
    assert "12月2日（周三）" in site
    assert "同行核查人员" in site


async def test_a_request_is_called_off_with_a_reason(shop: Restaurant, fire: Person) -> None:
    page = await asked(
        shop, "assistance", departments=["fire_rescue"], question="查一下验收", days="3"
    )
    url = f"/console/bundles/{shop.number}/requests/FOOD-assistance-1/withdraw"
    assert f'href="{url}"' in page
    form_page = await read(shop.officer, url)
    done = await send(shop.officer, form_page, "/withdraw", reasons="已经查到了")
    assert done.status_code == 303, done.text
    task = f"/console/tasks/{shop.number}.FOOD.assistance-1-fire_rescue"
    assert "提出的部门已经撤回，不用再办" in await read(fire, task)
    line = text(await read(shop.clerk, f"/console/bundles/{shop.number}/timeline"))
    assert "撤回请求：行政协助" in line


async def test_others_than_the_lead_ask_nothing(shop: Restaurant, fire: Person) -> None:
    for person in (fire, shop.clerk):
        answer = await person.client.get(f"{shop.food}/ask/consultation")
        assert answer.status_code in {403, 404}


async def test_what_cannot_be_got_done_is_followed_up_by_the_window(shop: Restaurant) -> None:
    page = await read(shop.clerk, f"{shop.food}/complain")
    done = await send(shop.clerk, page, "/complain", complaint="去了三次都说系统不通")
    assert done.status_code == 303, done.text
    task = f"/console/tasks/{shop.number}.FOOD.complaint-1"
    opened = await claimed(shop.clerk, task)
    assert "去了三次都说系统不通" in opened
    solved = await send(shop.clerk, opened, "/complete", outcome="solved", reasons="已当场代为办理")
    assert solved.status_code == 303, solved.text
    assert "已办：已解决" in text(await read(shop.clerk, task))
