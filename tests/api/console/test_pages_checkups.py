"""政策体检 at the window: by a form, on a page whose address holds no code, on paper."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.facts import subject_view
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.language.roles import SYSTEM, Role
from tests.support.api import PDF, World
from tests.support.benefits import begin_in, policy, publish
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
from tests.support.payments import listed


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


async def unpaid(store: Store, firm: int, *steps: Status) -> str:
    """The firm was cleared for payment, and this became of it; the entitlement."""
    award = policy()
    await publish(store, award)
    run = await begin_in(store, award)
    async with store.reading() as session:
        state = (await run_view(session, run)).state
    await listed(store, award, state, [firm])
    name = entitlement_id(award.policy, "2026", firm, award.item)
    async with store.begin() as session:
        for to in steps:
            await move(session, [Move(entitlement=name, to=to)], actor=SYSTEM, act=to, now=NOON)
    return name


async def pressed(
    who: Browser,
    page: Page,
    act: str,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    **given: str,
) -> Page:
    """Send the form that goes there."""
    form = next(each for each in page.forms if each.action.endswith(act))
    answer = await who.client.post(
        form.action,
        data=form.filled(dict(given)),
        files=dict(files) if files else None,
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
    assert (wrong.status, wrong.errors) == (422, ["“公共信用综合评价”应为整数"])
    again = await clerk.open(f"/console/checkup/{firm.id}")
    assert "信用优良企业服务费减免 约" not in text(again.html)


async def test_money_is_declared_in_yuan(world: World, clerk: Browser) -> None:
    facts = {**GOOD, "firm.credit_score": 95}
    del facts["firm.fees_due"]
    firm = await known(world.services.store, facts, as_of=NOON.date())
    page = await asked(clerk, FIRM_CODE)
    assert "单位：元" in page.html
    told = await pressed(clerk, page, f"/{firm.id}", **{"fact.firm.fees_due": "1,234.5"})
    assert "信用优良企业服务费减免 约 1,234.50 元" in text(told.html)
    assert 'value="1234.50"' in told.html


async def test_a_subscription_is_made_and_taken_back(world: World, clerk: Browser) -> None:
    await known(world.services.store, GOOD)
    page = await asked(clerk, FIRM_CODE)
    followed = await pressed(clerk, page, "/follow")
    assert "起订阅" in text(followed.html)
    gone = await pressed(clerk, followed, "/unfollow")
    assert "起订阅" not in text(gone.html)


FAILED = (Status.RESERVED, Status.SENT, Status.FAILED)


async def test_an_account_that_took_no_money_is_put_right_at_the_window(
    world: World, clerk: Browser
) -> None:
    store = world.services.store
    firm = await known(store, GOOD)
    name = await unpaid(store, firm.id, *FAILED)
    page = await asked(clerk, FIRM_CODE)
    assert "没有拨付成的（1 笔）" in text(page.html)
    assert "1,000.00 元" in page.html
    act = f"/accounts/{quote(name, safe='')}"
    given = {f"name-{name}": firm.name, f"number-{name}": "12ab"}
    wrong = await pressed(clerk, page, act, **given)
    assert (wrong.status, wrong.errors) == (422, ["账号应为 8 到 34 位数字"])
    assert 'value="12ab"' in wrong.html
    given[f"number-{name}"] = "6222 0000 9999 1111"
    bare = await pressed(clerk, wrong, act, **given)
    assert (bare.status, bare.errors) == (422, ["请上传受益人签名的账户更正材料"])
    done = await pressed(clerk, bare, act, {f"files-{name}": ("更正.pdf", PDF)}, **given)
    assert done.url.endswith(f"/console/checkup/{firm.id}")
    assert "账户已更正" in done.html
    assert "6222000099991111" not in done.html
    async with store.reading() as session:
        found = await subject_view(session, firm.id)
    assert found is not None
    assert (found.account_number, found.account_version) == ("6222000099991111", 1)


@pytest.mark.parametrize(
    ("account", "steps", "shown"),
    [
        (None, (Status.HELD,), True),
        ("6222020000001234567", (Status.HELD,), False),
        (None, (), False),
    ],
    ids=["held for want of an account", "held for something else", "not held"],
)
async def test_only_what_an_account_would_help_is_asked_for(
    world: World, clerk: Browser, account: str | None, steps: tuple[Status, ...], *, shown: bool
) -> None:
    firm = await known(world.services.store, GOOD, account=account)
    await unpaid(world.services.store, firm.id, *steps)
    page = await asked(clerk, FIRM_CODE)
    assert ("没有拨付成的" in page.html) is shown
    assert any("/accounts/" in form.action for form in page.forms) is shown


async def test_the_window_tells_the_query_code_and_makes_another(
    world: World, clerk: Browser
) -> None:
    store = world.services.store
    firm = await known(store, GOOD)
    page = await asked(clerk, FIRM_CODE)
    assert firm.query_code in page.html
    assert firm.query_code in (await clerk.open(f"{page.url}/report")).html
    renewed = await pressed(clerk, page, "/query-code")
    async with store.reading() as session:
        found = await subject_view(session, firm.id)
    assert found is not None
    assert found.query_code != firm.query_code
    assert found.query_code in renewed.html
    await pressed(clerk, page, "/query-code")
    async with store.reading() as session:
        again = await subject_view(session, firm.id)
    assert again == found
    officer = await signed_in(world, "officer", Role.OFFICER, "science")
    for path in ("", "/report"):
        shown = await officer.open(f"/console/checkup/{firm.id}{path}")
        assert shown.status == 200
        assert found.query_code not in shown.html
    assert (await pressed(officer, renewed, "/query-code")).status == 403


async def test_officers_do_not_serve_at_the_window(world: World, clerk: Browser) -> None:
    firm = await known(world.services.store, GOOD)
    name = await unpaid(world.services.store, firm.id, *FAILED)
    officer = await signed_in(world, "officer", Role.OFFICER, "science")
    page = await officer.open(f"/console/checkup/{firm.id}")
    assert "没有拨付成的" not in page.html
    theirs = await clerk.open(f"/console/checkup/{firm.id}")
    denied = await pressed(officer, theirs, f"/accounts/{quote(name, safe='')}")
    assert denied.status == 403


async def test_who_may_look_at_firms_only_is_asked_for_no_person(world: World) -> None:
    supervisor = await signed_in(world, "watcher", Role.SUPERVISOR)
    page = await supervisor.open("/console/checkup")
    assert 'name="kind"' not in page.html
    assert "身份证号" not in page.html
    assert 'aria-current="page"' in page.html.partition("免申即享")[0].rpartition("<li>")[2]
    officer = await signed_in(world, "officer", Role.OFFICER, "science")
    assert 'name="kind"' in (await officer.open("/console/checkup")).html


async def test_the_ways_there(world: World) -> None:
    officer = await signed_in(world, "officer", Role.OFFICER, "science")
    assert 'href="/console/checkup"' in (await officer.open("/console/benefits")).html
    anybody = Browser(world.client())
    for path in ("/decisions", "/guide", "/progress"):
        page = await anybody.open(path)
        for way in ("/public/benefits", "/public/my-benefits", "/public/checkup"):
            assert f'<a href="{way}">' in page.html, (path, way)
            assert (await anybody.open(way)).status == 200


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
