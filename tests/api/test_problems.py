"""Every error has one shape, every code one status, every route asks who is there."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from api.problems import MEDIA_TYPE, TABLE, ApiCode
from definitions.errors import Code
from definitions.language.roles import Role
from definitions.rules.calendar import BeyondCalendar
from tests.support.api import Person, World

PUBLIC = {
    ("POST", "/api/v1/sessions"),
    ("GET", "/api/v1/progress/{number}"),
    ("GET", "/api/v1/public/decisions"),
    ("POST", "/api/v1/public/checkups"),
    ("GET", "/api/v1/public/benefits/lists"),
    ("GET", "/api/v1/public/benefits/lists/{run}"),
    ("POST", "/api/v1/public/benefits/lists/{run}/objections"),
    ("POST", "/api/v1/public/benefits/mine"),
    ("POST", "/api/v1/public/benefits/explain"),
    ("POST", "/api/v1/public/benefits/confirm"),
    ("POST", "/api/v1/public/benefits/decline"),
    ("POST", "/api/v1/public/benefits/opt-out"),
    ("POST", "/api/v1/public/benefits/opt-in"),
    ("POST", "/api/v1/public/benefits/review"),
    ("POST", "/api/v1/public/benefits/correction"),
    ("POST", "/api/v1/public/benefits/facts"),
    ("POST", "/api/v1/public/benefits/account"),
    ("POST", "/api/v1/public/benefits/recovery"),
    ("GET", "/problems/{code}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
}
SHAPE = {"type", "code", "title", "status", "detail", "instance", "trace_id", "errors", "details"}


def _operations(desk: World) -> list[tuple[str, str]]:
    document = desk.app.openapi()
    return [
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    ]


def _filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "x", path)


class TestEveryRoute:
    async def test_asks_who_is_there_unless_it_is_public(self, desk: World) -> None:
        client = desk.client()
        for method, path in _operations(desk):
            if (method, path) in PUBLIC:
                continue
            answer = await client.request(method, _filled(path), json={})
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == MEDIA_TYPE, (method, path)
            assert set(answer.json()) == SHAPE, (method, path)

    async def test_is_described_with_its_problems(self, desk: World) -> None:
        document = desk.app.openapi()
        for method, path in _operations(desk):
            operation = document["paths"][path][method.lower()]
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            if (method, path) not in PUBLIC:
                assert MEDIA_TYPE in operation["responses"]["401"]["content"], (method, path)
            assert "application/json" not in operation["responses"].get("422", {}).get(
                "content", {}
            ), (method, path)

    async def test_needs_an_idempotency_key_where_it_is_a_command(
        self, desk: World, clerk: Person, approver: Person, supervisor: Person
    ) -> None:
        people = (clerk, approver, supervisor, await desk.person("admin", Role.ADMINISTRATOR))
        for method, path in _operations(desk):
            parameters = desk.app.openapi()["paths"][path][method.lower()].get("parameters", [])
            if not any(each["name"] == "Idempotency-Key" for each in parameters):
                continue
            body = {"files": ["x"], "service": "small_change"}
            codes = {
                (await who.client.request(method, _filled(path), json=body)).json()["code"]
                for who in people
            }
            assert codes - {"forbidden"}, path
            assert codes <= {"forbidden", "idempotency-key-missing", "invalid"}, path


class TestTable:
    def test_every_code_has_a_status_and_a_line_in_the_docs(self) -> None:
        written = Path("docs/problems.md").read_text(encoding="utf-8")
        for code in (*Code, *ApiCode):
            status, title = TABLE[code]
            assert f"| `{code}` | {int(status)} | {title} |" in written


class TestShape:
    async def test_of_an_unknown_address(self, desk: World) -> None:
        answer = await desk.client().get("/api/v1/nothing")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")

    async def test_of_a_wrong_method(self, desk: World) -> None:
        answer = await desk.client().delete("/api/v1/bundles")
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")

    async def test_of_a_body_that_is_no_json(self, desk: World) -> None:
        answer = await desk.client().post(
            "/api/v1/sessions", content=b"{", headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")

    async def test_of_a_body_that_is_too_large(self, desk: World) -> None:
        answer = await desk.client().post("/api/v1/sessions", content=b"x" * 2_000_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    async def test_of_a_stream_that_grows_too_large(self, clerk: Person) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(40):
                yield b" " * 50_000

        answer = await clerk.client.post("/api/v1/drafts", content=pieces())
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    async def test_of_wrong_input_points_at_each_place(self, clerk: Person) -> None:
        body = {"service": 1, "materials": {"M01": {"files": "x", "pages": 2}}}
        answer = await clerk.post("bundles", body)
        assert answer.status_code == 422
        pointers = {fault["pointer"] for fault in answer.json()["errors"]}
        assert pointers == {"/service", "/materials/M01/files", "/materials/M01/pages"}
        assert all(fault["message"] for fault in answer.json()["errors"])

    async def test_of_an_unforeseen_error_tells_nothing_of_the_inside(
        self, desk: World, clerk: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            msg = "secret of the inside"
            raise RuntimeError(msg)

        monkeypatch.setattr(desk.engine, "act", broken)
        task = "SJ-YJS-310117-20261120-000001.REG.review"
        answer = await clerk.post(f"tasks/{task}/claim")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert "secret" not in answer.text
        assert answer.json()["trace_id"] == answer.headers["x-request-id"]

    async def test_of_a_day_nobody_has_announced_yet_says_what_to_do(
        self, desk: World, clerk: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def beyond(*_: object, **__: object) -> None:
            raise BeyondCalendar(date(2027, 12, 31))

        monkeypatch.setattr(desk.engine, "act", beyond)
        task = "SJ-YJS-310117-20261120-000001.REG.review"
        answer = await clerk.post(f"tasks/{task}/claim")
        assert answer.json()["code"] == "unknown-calendar"
        assert "2027-12-31" in answer.json()["detail"]

    async def test_of_an_engine_that_is_away_asks_to_come_again(
        self, desk: World, clerk: Person
    ) -> None:
        desk.engine.away = True
        answer = await clerk.post("tasks/SJ-YJS-310117-20261120-000001.REG.review/claim")
        assert (answer.status_code, answer.json()["code"]) == (503, "engine-away")
        assert answer.headers["retry-after"] == "2"

    async def test_meanings_are_told_at_the_address_of_the_type(self, desk: World) -> None:
        answer = await desk.client().get("/problems/four-eyes")
        assert answer.json() == {
            "code": "four-eyes",
            "status": 403,
            "title": "审查与决定须由两人分别作出",
        }


class TestAround:
    async def test_every_answer_carries_security_headers_and_an_id(self, desk: World) -> None:
        answer = await desk.client().get("/healthz", headers={"X-Request-Id": "my-own-id"})
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"] == "my-own-id"

    async def test_requests_are_measured_by_the_template_of_their_route(
        self, desk: World, clerk: Person
    ) -> None:
        await clerk.get("bundles/SJ-YJS-310117-20261120-000001")
        text = (await desk.client().get("/metrics")).text
        assert 'route="/api/v1/bundles/{number}",status="404"' in text
        assert "20261120" not in text

    async def test_readiness_tells_what_is_missing(self, desk: World) -> None:
        assert (await desk.client().get("/readyz")).json()["ready"] is True
        desk.engine.away = True
        answer = await desk.client().get("/readyz")
        assert (answer.status_code, answer.json()["engine"]) == (503, False)

    async def test_the_docs_are_readable_without_scripts(self, desk: World) -> None:
        answer = await desk.client().get("/docs")
        assert "<script" not in answer.text
        assert "POST /api/v1/tasks/{task}/complete" in answer.text


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "path", "body"),
        [
            (Role.OFFICER, "bundles", {"service": "small_change"}),
            (Role.OFFICER, "drafts", {"service": "small_change"}),
            (Role.OFFICER, "documents/x/deliver", None),
            (Role.OFFICER, "bundles/x/withdraw", None),
            (Role.OFFICER, "bundles/x/materials/M01/supply", {"files": ["x"]}),
            (Role.VIRTUAL_WINDOW_AGENT, "bundles", {"service": "small_change"}),
            (Role.VIRTUAL_WINDOW_AGENT, "drafts/x/submit", None),
            (Role.VIRTUAL_WINDOW_AGENT, "tasks/x/claim", None),
            (Role.SUPERVISOR, "tasks/x/complete", {"outcome": "pass"}),
            (Role.ADMINISTRATOR, "bundles", {"service": "small_change"}),
            (Role.DEPARTMENT_SYSTEM, "bundles/x/matters/REG/object", {"objection": "不同意"}),
        ],
    )
    async def test_may_not_do_what_is_not_theirs(
        self, desk: World, role: Role, path: str, body: object
    ) -> None:
        person = await desk.person("somebody", role, "registrar")
        answer = await person.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    async def test_agents_read_no_applications(self, agent: Person) -> None:
        for path in ("bundles", "tasks", "events", "awaited-materials"):
            assert (await agent.get(path)).json()["code"] == "forbidden", path
