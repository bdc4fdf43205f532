"""Signing in: tokens, cookies, guessing, other sites."""

from datetime import timedelta

from api.auth.identity import COOKIE
from definitions.language.roles import Role
from tests.support.api import PASSWORD, Person, World

SESSIONS = "/api/v1/sessions"


async def _sign_in(
    desk: World, login: str, password: str = PASSWORD
) -> tuple[int, dict[str, object]]:
    answer = await desk.client().post(SESSIONS, json={"login": login, "password": password})
    return answer.status_code, answer.json()


class TestSignIn:
    async def test_the_right_password_opens_a_session(self, desk: World, clerk: Person) -> None:
        status, body = await _sign_in(desk, clerk.login)
        assert status == 201
        client = desk.client(headers={"Authorization": f"Bearer {body['token']}"})
        current = (await client.get(f"{SESSIONS}/current")).json()
        assert current["login"] == "clerk"
        assert current["department"] == "window"

    async def test_a_wrong_password_and_an_unknown_login_are_told_alike(
        self, desk: World, clerk: Person
    ) -> None:
        wrong = await _sign_in(desk, clerk.login, "wrong")
        unknown = await _sign_in(desk, "nobody", "wrong")
        assert wrong[0] == unknown[0] == 401
        assert wrong[1]["detail"] == unknown[1]["detail"]

    async def test_guessing_is_slowed_down_and_forgotten_after_a_while(
        self, desk: World, clerk: Person
    ) -> None:
        for _ in range(5):
            assert (await _sign_in(desk, clerk.login, "wrong"))[0] == 401
        status, body = await _sign_in(desk, clerk.login)
        assert (status, body["code"]) == (429, "too-many-requests")
        desk.now.at += timedelta(minutes=6)
        assert (await _sign_in(desk, clerk.login))[0] == 201

    async def test_a_success_clears_the_count(self, desk: World, clerk: Person) -> None:
        for _ in range(3):
            for _ in range(4):
                await _sign_in(desk, clerk.login, "wrong")
            assert (await _sign_in(desk, clerk.login))[0] == 201


class TestSession:
    async def test_ends_after_twelve_hours(self, desk: World, clerk: Person) -> None:
        desk.now.at += timedelta(hours=13)
        assert (await clerk.get("tasks")).status_code == 401

    async def test_ends_when_signed_out(self, clerk: Person) -> None:
        assert (await clerk.get("tasks")).status_code == 200
        assert (await clerk.client.delete(f"{SESSIONS}/current")).status_code == 204
        assert (await clerk.get("tasks")).status_code == 401

    async def test_a_token_nobody_has_is_refused(self, desk: World) -> None:
        client = desk.client(headers={"Authorization": "Bearer nonsense"})
        answer = await client.get("/api/v1/tasks")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


class TestCookie:
    async def test_acts_only_from_our_own_pages(self, desk: World) -> None:
        person = await desk.person("cookie", Role.WINDOW_CLERK)
        token = str(person.client.headers["authorization"]).removeprefix("Bearer ")
        client = desk.client(cookies={COOKIE: token})
        body = {"service": "small_change", "firm_code": "91310117MA1J00001G"}
        assert (await client.get("/api/v1/drafts")).status_code == 200
        for headers, status in (
            ({}, 403),
            ({"Origin": "https://evil.test"}, 403),
            ({"Sec-Fetch-Site": "same-site", "Origin": "http://hall.test"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-origin"}, 201),
            ({"Origin": "http://hall.test"}, 201),
        ):
            answer = await client.post("/api/v1/drafts", json=body, headers=headers)
            assert answer.status_code == status, headers
