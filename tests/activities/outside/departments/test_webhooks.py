"""Webhooks over HTTP: which answers are taken, tried again or given up, and whom one believes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from activities.contracts.assignments import Sent
from activities.outside.departments.signing import (
    ID,
    Algorithm,
    secret_of,
    signed,
    verified,
)
from activities.outside.departments.webhooks import (
    LARGEST_BELIEF,
    LARGEST_REPLY,
    Answered,
    Belief,
    HttpDepartments,
    Kind,
    Message,
    Target,
    is_address,
    message_name,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECRET, BEFORE, OTHER = (secret_of(bytes([n]) * 32) for n in (1, 2, 3))
TARGET = Target(url="https://gjj.test/hook", secrets=(SECRET, BEFORE), algorithm=Algorithm.SHA256)
TASK = "SJ-YJS-310117-20261122-000123.HF.review"
MESSAGE = Message(
    name=message_name(f"assignment:{TASK}", Kind.ASSIGNED),
    kind=Kind.ASSIGNED,
    at=NOW,
    data={"task": TASK},
)

Handler = Callable[[httpx2.Request], httpx2.Response]


def departments(handler: Handler, *, sandbox: str | None = None) -> HttpDepartments:
    return HttpDepartments(
        sandbox=sandbox, now=lambda: NOW, transport=httpx2.MockTransport(handler)
    )


def saying(status: int, body: bytes = b"", **headers: str) -> Handler:
    return lambda _: httpx2.Response(status, content=body, headers=headers)


def believing(
    said: dict[str, object],
    *,
    status: int = 200,
    secret: str = SECRET,
    name: str | None = None,
    at: datetime = NOW,
) -> Handler:
    """A system that signs what it says, in answer to the question unless told otherwise."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        body = json.dumps(said).encode()
        headers = signed(
            body,
            name=name or request.headers[ID],
            at=at,
            secret=secret,
            algorithm=Algorithm.SHA256,
        )
        return httpx2.Response(status, content=body, headers=headers)

    return handler


class TestTelling:
    async def test_a_message_is_signed_by_the_newest_secret_over_what_is_sent(self) -> None:
        seen: list[httpx2.Request] = []

        def handler(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(202)

        assert await departments(handler).tell(TARGET, MESSAGE) == Sent()
        assert (seen[0].method, str(seen[0].url)) == ("POST", "https://gjj.test/hook")
        by = verified(
            seen[0].headers,
            seen[0].content,
            secrets=[SECRET],
            algorithm=Algorithm.SHA256,
            now=NOW,
        )
        assert by.id == MESSAGE.name
        said = json.loads(seen[0].content)
        assert (said["type"], said["data"]) == ("task.assigned", {"task": TASK})

    async def test_the_id_is_one_for_each_workflow_and_kind(self) -> None:
        names = {message_name(workflow, kind) for workflow in ("a:1", "a:2") for kind in Kind}
        assert len(names) == 4
        assert message_name("a:1", Kind.ASSIGNED) in names

    @pytest.mark.parametrize("status", [200, 202, 204, 409])
    async def test_is_taken(self, status: int) -> None:
        assert await departments(saying(status)).tell(TARGET, MESSAGE) == Sent()

    @pytest.mark.parametrize("status", [408, 421, 425, 429, 500, 502, 503, 504])
    async def test_is_tried_again(self, status: int) -> None:
        found = await departments(saying(status)).tell(TARGET, MESSAGE)
        assert found == Sent(error=f"http-{status}")

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 413, 422])
    async def test_is_given_up(self, status: int) -> None:
        found = await departments(saying(status, location="https://evil.test")).tell(
            TARGET, MESSAGE
        )
        assert found == Sent(error=f"http-{status}", final=True)

    @pytest.mark.parametrize(
        ("said", "seconds"), [("120", 120), ("999999999999", 3600), ("soon", None), ("-1", None)]
    )
    async def test_how_long_to_wait_is_heard_within_reason(
        self, said: str, seconds: int | None
    ) -> None:
        found = await departments(saying(503, **{"retry-after": said})).tell(TARGET, MESSAGE)
        assert found == Sent(error="http-503", retry_after=seconds)

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (httpx2.ReadTimeout("late"), "timeout"),
            (httpx2.ConnectError("no"), "away"),
            (httpx2.RemoteProtocolError("no"), "away"),
        ],
    )
    async def test_silence_is_tried_again(self, error: Exception, code: str) -> None:
        def handler(_: httpx2.Request) -> httpx2.Response:
            raise error

        assert await departments(handler).tell(TARGET, MESSAGE) == Sent(error=code)

    async def test_an_endless_reply_is_not_read(self) -> None:
        reply = b"x" * (LARGEST_REPLY + 1)
        assert await departments(saying(200, reply)).tell(TARGET, MESSAGE) == Sent()
        found = await departments(saying(500, reply)).tell(TARGET, MESSAGE)
        assert found == Sent(error="http-500")

    async def test_what_cannot_be_sent_at_all_is_given_up(self) -> None:
        given_up = Sent(error="not-configured", final=True)
        nowhere = TARGET.model_copy(update={"url": "ftp://gjj.test"})
        unsigned = TARGET.model_copy(update={"secrets": ()})
        made_up = TARGET.model_copy(update={"url": "sandbox:housing_fund"})
        for target in (nowhere, unsigned, made_up):
            assert await departments(saying(200)).tell(target, MESSAGE) == given_up

    async def test_the_made_up_system_is_where_the_composition_root_says(self) -> None:
        seen: list[str] = []

        def handler(request: httpx2.Request) -> httpx2.Response:
            seen.append(str(request.url))
            return httpx2.Response(202)

        target = TARGET.model_copy(update={"url": "sandbox:housing_fund"})
        await departments(handler, sandbox="http://127.0.0.1:8091").tell(target, MESSAGE)
        assert seen == ["http://127.0.0.1:8091/housing_fund"]


class TestAsking:
    async def test_the_question_is_signed_over_the_tasks_id(self) -> None:
        seen: list[httpx2.Request] = []

        def handler(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(503)

        await departments(handler).ask(TARGET, TASK)
        assert str(seen[0].url) == f"https://gjj.test/hook/tasks/{TASK}"
        verified(
            seen[0].headers,
            TASK.encode(),
            secrets=[SECRET],
            algorithm=Algorithm.SHA256,
            now=NOW,
        )

    @pytest.mark.parametrize("secret", [SECRET, BEFORE])
    async def test_what_is_signed_is_believed(self, secret: str) -> None:
        answer = {"id": "answer_1", "body": "{}"}
        said: dict[str, object] = {"task": TASK, "status": "completed", "answer": answer, "x": 1}
        found = await departments(believing(said, secret=secret)).ask(TARGET, TASK)
        assert found == Belief(status="completed", answer=Answered(id="answer_1", body="{}"))

    async def test_a_task_it_never_heard_of(self) -> None:
        found = await departments(believing({"task": TASK}, status=404)).ask(TARGET, TASK)
        assert found == Belief(status="unknown")

    async def test_somebody_elses_not_found_is_no_belief(self) -> None:
        found = await departments(saying(404)).ask(TARGET, TASK)
        assert found == Belief(status="away", reason="signature-missing")

    async def test_an_answer_by_a_stranger_or_to_another_question_is_none(self) -> None:
        said: dict[str, object] = {"task": TASK, "status": "completed"}
        for handler, reason in (
            (believing(said, secret=OTHER), "signature-invalid"),
            (believing(said, name="ask_before"), "signature-invalid"),
            (believing(said, at=NOW - timedelta(hours=1)), "signature-stale"),
            (believing({**said, "task": "another"}), "not-understood"),
            (believing({**said, "status": "perhaps"}), "not-understood"),
            (believing({**said, "reason": "一句话"}), "not-understood"),
        ):
            found = await departments(handler).ask(TARGET, TASK)
            assert found == Belief(status="away", reason=reason)

    async def test_what_is_too_large_late_or_failing_is_no_belief(self) -> None:
        def late(_: httpx2.Request) -> httpx2.Response:
            raise httpx2.ReadTimeout("late")

        for handler, reason in (
            (saying(200, b"x" * (LARGEST_BELIEF + 1)), "too-large"),
            (saying(500), "http-500"),
            (late, "timeout"),
        ):
            found = await departments(handler).ask(TARGET, TASK)
            assert found == Belief(status="away", reason=reason)


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        ["https://gjj.example.cn/hook", "http://10.0.0.5:8000", "sandbox:housing_fund"],
    )
    def test_that_a_connection_may_have(self, url: str) -> None:
        assert is_address(url)

    @pytest.mark.parametrize(
        "url",
        [
            *("", "gjj.example.cn", "ftp://gjj", "file:///etc/passwd", "https://", "sandbox:"),
            *("https://user:word@gjj/", "https://gjj/?a=b", "https://gjj/#x", "sandbox:../x"),
            *("http://gjj:port/", "http://gjj:99999/", "http://[::1"),
        ],
    )
    def test_that_it_may_not(self, url: str) -> None:
        assert not is_address(url)
