"""政策体检 at the window: by a form, on a page whose address holds no code, on paper."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import World
from tests.support.checkups import (
    ELDER,
    FIRM_CODE,
    GOOD,
    PERSON,
    PERSON_CODE,
    known,
    shipped,
)
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.console.hall import NOON, hall, signed_in
from tests.support.forms import text


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    await shipped(store)
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


async def asked(who: Browser, code: str, kind: str = "firm") -> Page:
    """Through the form."""
    page = await who.open("/console/checkup")
    return await who.send(page, {"kind": kind, "code": code})


async def pressed(who: Browser, page: Page, act: str, **given: str) -> Page:
    """Send the form that goes there."""
    form = next(each for each in page.forms if each.action.endswith(act))
    answer = await who.client.post(
        form.action,
        data=form.filled(dict(given)),
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )
    return Page(str(answer.url), answer.status_code, answer.text)


async def test_everything_at_once_with_the_reasons(world: World, clerk: Browser) -> None:
    firm = await known(world.services.store, GOOD)
    page = await asked(clerk, f" {FIRM_CODE.lower()} ")
    assert page.url.endswith(f"/console/checkup/{firm.id}")
    said = text(page.html)
    for part in (
        "可享（2 项）",
        "失业保险稳岗返还 约 6,000.00 元",
        "现为 88 分，应不少于 90 分，差 2 分",
        "与“一次性扩岗补助”只能享受一项",
        "缺“有效的认定、称号”",
        "公共信用信息服务平台",
    ):
        assert part in said
    assert "H1" not in page.html
    report = await clerk.open(f"/console/checkup/{firm.id}/report")
    assert "政策体检报告" in report.html


async def test_a_person_is_found_by_a_form_and_not_named_by_the_address(
    world: World, clerk: Browser
) -> None:
    await known(world.services.store, ELDER, kind=PERSON, code=PERSON_CODE, name="样例老人")
    page = await asked(clerk, PERSON_CODE, "person")
    assert PERSON_CODE not in page.url
    assert PERSON_CODE not in page.html
    assert "老年综合津贴" in page.html


@pytest.mark.parametrize(
    ("code", "said"),
    [("91310117MA1J00001X", "校验"), (FIRM_CODE, "没有这家企业的数据")],
)
async def test_what_cannot_be_found_is_said_at_the_field(
    clerk: Browser, code: str, said: str
) -> None:
    page = await asked(clerk, code)
    assert page.status == 422
    assert said in page.errors[0]
    assert f'value="{code}"' in page.html


async def test_what_is_declared_is_reckoned_with_and_not_kept(world: World, clerk: Browser) -> None:
    facts = {name: value for name, value in GOOD.items() if name != "firm.credit_score"}
    firm = await known(world.services.store, facts, as_of=NOON.date())
    page = await asked(clerk, FIRM_CODE)
    told = await pressed(clerk, page, f"/{firm.id}", **{"fact.firm.credit_score": "95"})
    assert "信用优良企业服务费减免 约 300.00 元" in text(told.html)
    assert "本人申报，未经核对" in told.html
    assert 'value="95"' in told.html
    wrong = await pressed(clerk, page, f"/{firm.id}", **{"fact.firm.credit_score": "很好"})
    assert (wrong.status, wrong.errors) == (422, ["“公共信用综合评价”不是这样填的"])
    again = await clerk.open(f"/console/checkup/{firm.id}")
    assert "信用优良企业服务费减免 约" not in text(again.html)


async def test_a_subscription_is_made_and_taken_back(world: World, clerk: Browser) -> None:
    await known(world.services.store, GOOD)
    page = await asked(clerk, FIRM_CODE)
    followed = await pressed(clerk, page, "/follow")
    assert "起订阅" in text(followed.html)
    gone = await pressed(clerk, followed, "/unfollow")
    assert "起订阅" not in text(gone.html)


async def test_who_may_not_look_is_told_so(world: World) -> None:
    firm = await known(world.services.store, GOOD)
    agent = await signed_in(world, "agent", Role.VIRTUAL_WINDOW_AGENT)
    for path in ("", f"/{firm.id}", f"/{firm.id}/report"):
        assert (await agent.open(f"/console/checkup{path}")).status == 403
    officer = await signed_in(world, "officer", Role.OFFICER, "science")
    page = await officer.open(f"/console/checkup/{firm.id}")
    assert "高新技术企业" in page.html
    assert "稳岗返还" not in page.html
    assert not any("follow" in form.action for form in page.forms)
