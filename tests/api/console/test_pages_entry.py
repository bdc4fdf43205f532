"""The way in and out, preferences, errors as pages, and what happens when a session has ended."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import PASSWORD, World
from tests.support.console.browsing import ORIGIN, Browser
from tests.support.console.hall import FOOD_FIRM, hall, signed_in


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


class TestSignIn:
    async def test_leads_to_where_one_wanted_to_go(self, world: World) -> None:
        await world.person("clerk", Role.WINDOW_CLERK)
        browser = Browser(world.client())
        page = await browser.open("/console/drafts?from=remote")
        assert page.url.startswith(f"{ORIGIN}/console/sign-in?next=")
        after = await browser.send(page, {"login": "clerk", "password": PASSWORD})
        assert after.url == f"{ORIGIN}/console/drafts?from=remote"

    async def test_a_wrong_password_keeps_the_account(self, world: World) -> None:
        await world.person("clerk", Role.WINDOW_CLERK)
        page = await Browser(world.client()).sign_in("clerk", "wrong")
        assert page.status == 401
        assert page.errors == ["账号或口令不对，请重新输入"]
        assert dict(page.form.fields)["login"] == "clerk"

    async def test_guessing_is_slowed_down(self, world: World) -> None:
        browser = Browser(world.client())
        for _ in range(5):
            await browser.sign_in("clerk", "wrong")
        page = await browser.sign_in("clerk", "wrong")
        assert page.status == 429
        assert "尝试次数过多" in page.errors[0]

    async def test_leads_never_out_of_the_house(self, world: World) -> None:
        await world.person("clerk", Role.WINDOW_CLERK)
        browser = Browser(world.client())
        page = await browser.open("/console/sign-in?next=//evil.test/")
        after = await browser.send(page, {"login": "clerk", "password": PASSWORD})
        assert after.url == f"{ORIGIN}/console/"

    async def test_another_site_signs_nobody_in(self, world: World) -> None:
        await world.person("clerk", Role.WINDOW_CLERK)
        answer = await world.client().post(
            "/console/sign-in",
            data={"login": "clerk", "password": PASSWORD},
            headers={"Origin": "http://evil.test"},
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers

    async def test_signing_out_ends_the_session(self, clerk: Browser) -> None:
        await clerk.client.post("/console/sign-out", headers={"Origin": ORIGIN})
        assert "/sign-in" in (await clerk.open("/console/")).url

    @pytest.mark.parametrize(
        ("role", "department", "first"),
        [
            (Role.WINDOW_CLERK, None, "/console/"),
            (Role.VIRTUAL_WINDOW_AGENT, None, "/console/"),
            (Role.OFFICER, "tax", "/console/inbox"),
            (Role.SUPERVISOR, None, "/console/search"),
        ],
    )
    async def test_work_begins_where_the_role_has_it(
        self, world: World, role: Role, department: str | None, first: str
    ) -> None:
        browser = await signed_in(world, "somebody", role, department)
        answer = await browser.client.get("/console/")
        assert answer.headers.get("location", "/console/") == first


class TestAnEndedSession:
    async def test_what_was_typed_is_shown_again(self, world: World, clerk: Browser) -> None:
        home = await clerk.open(f"/console/?uscc={FOOD_FIRM}")
        guidance = await clerk.send(home, {"service": "company_change"})
        world.now.at += timedelta(hours=13)
        sign_in = await clerk.send(guidance, {"changes": ["name"]})
        assert sign_in.status == 401
        assert "刚才填写的内容已保留" in sign_in.html
        assert "changes" not in sign_in.html
        resume = await clerk.send(sign_in, {"login": "clerk", "password": PASSWORD})
        assert ("changes", "name") in resume.form.fields
        after = await clerk.send(resume)
        assert "这次要变更哪些事项" in after.html
        assert "paper_licence" in after.form.action

    async def test_the_script_is_told_in_short(self, world: World, clerk: Browser) -> None:
        home = await clerk.open(f"/console/?uscc={FOOD_FIRM}")
        guidance = await clerk.send(home, {"service": "company_change"})
        world.now.at += timedelta(hours=13)
        answer = await clerk.send(guidance, {"changes": ["name"]}, autosave=True)
        assert answer.status == 401
        assert '"code":"unauthenticated"' in answer.html


class TestPages:
    async def test_carry_a_strict_policy_and_are_not_kept(self, clerk: Browser) -> None:
        answer = await clerk.client.get("/console/")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"

    async def test_static_files_are_kept_for_ever(self, clerk: Browser) -> None:
        page = await clerk.open("/console/")
        script = page.html.partition('type="module" src="')[2].partition('"')[0]
        answer = await clerk.client.get(script)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]

    async def test_what_is_not_there_is_a_page(self, clerk: Browser) -> None:
        for path in ("/console/nothing", "/console/drafts/d-none/form"):
            page = await clerk.open(path)
            assert page.status == 404
            assert "回到首页" in page.html

    async def test_a_form_from_another_site_is_refused(self, clerk: Browser) -> None:
        answer = await clerk.client.post("/console/start", headers={"Origin": "http://evil.test"})
        assert answer.status_code == 403
        assert "请求来自其他网站" in answer.text

    async def test_large_type_works_for_anybody(self, world: World) -> None:
        browser = Browser(world.client())
        page = await browser.open("/console/preferences?mode=large&back=/console/sign-in")
        assert 'data-mode="large"' in page.html
        page = await browser.open("/console/preferences?mode=standard&back=//evil.test")
        assert page.url.startswith(f"{ORIGIN}/console/sign-in")

    async def test_single_keys_can_be_switched_off(self, clerk: Browser) -> None:
        keys = await clerk.open("/console/keys")
        after = await clerk.send(keys, {"keys": "off"})
        assert "单键快捷键现在关着" in after.html
        assert "<body data-keys" not in after.html
