"""Webhooks of departments: the protocol, and signed requests over HTTP.

A system is told that a task is its own or is over (`POST {url}`), and asked what it believes of one
(`GET {url}/tasks/{id}`). Its answer is signed like our question and names it, so that an old answer
is none. Never raises for a system's sake, and passes on nothing of a failure but its code.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlsplit

import httpx2
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from activities.contracts.assignments import Sent
from activities.outside.departments.signing import Algorithm, NotSigned, signed, verified
from definitions.language.base import Value

log = structlog.get_logger(__name__)

TIMEOUT = 10.0
# What an answer to a message may be (nobody reads it), and one about a task with its files.
LARGEST_REPLY = 64 * 1024
LARGEST_BELIEF = 15 * 1024 * 1024
# An address that the composition root knows: the made-up system beside the worker.
SANDBOX = "sandbox:"
_LONGEST_WAIT = 3600
_TAKEN_BEFORE = HTTPStatus.CONFLICT
_AGAIN = frozenset({408, 421, 425, 429})


class Kind(StrEnum):
    """What a system is told."""

    ASSIGNED = "task.assigned"
    WITHDRAWN = "task.withdrawn"


class Target(Value):
    """Where a system listens and what its messages are signed with; two secrets, newest first."""

    url: str
    secrets: tuple[str, ...]
    algorithm: Algorithm


class Message(Value):
    """What is told. `name` is the same at every attempt, so that it is taken once."""

    name: str
    kind: Kind
    at: datetime
    data: Mapping[str, Any]

    @property
    def body(self) -> bytes:
        """As it is sent and signed."""
        said = {"type": self.kind, "timestamp": self.at.isoformat(), "data": self.data}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


class Answered(Value):
    """What a system says it has answered: the id of its callback and that callback's body."""

    id: str
    body: str


class Belief(Value):
    """What a system believes of a task. `unknown`: it never heard of it; `away`: no answer."""

    status: Literal["open", "completed", "declined", "withdrawn", "unknown", "away"]
    reason: str | None = None
    answer: Answered | None = None


class Departments(Protocol):
    """The systems of departments. Never raises for a system's sake."""

    async def tell(self, target: Target, message: Message) -> Sent:
        """One attempt to hand a message over."""
        ...

    async def ask(self, target: Target, task: str) -> Belief:
        """What the system believes of the task."""
        ...


class _Said(BaseModel):
    """What an answer about a task must look like; more in it is ignored."""

    model_config = ConfigDict(extra="ignore")

    task: str
    status: Literal["open", "completed", "declined", "withdrawn"]
    reason: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")
    answer: Answered | None = None


class _TooLarge(Exception):
    """The answer is larger than anybody needs."""


def _now() -> datetime:
    return datetime.now(UTC)


class HttpDepartments:
    """`Departments` over HTTP. `sandbox` is where addresses of the made-up system lead."""

    def __init__(
        self,
        *,
        sandbox: str | None = None,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = _now,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        # Addresses are the administrator's: neither a redirect nor a proxy leads elsewhere.
        self._http = httpx2.AsyncClient(
            timeout=timeout, trust_env=False, follow_redirects=False, transport=transport
        )
        self._sandbox = sandbox
        self._timeout = timeout
        self._now = now

    async def tell(self, target: Target, message: Message) -> Sent:
        """See `Departments.tell`. 2xx and 409 are taken; 408, 421, 425, 429, 5xx are tried again.

        Whatever else is said (a redirect among it) will be said again: given up.
        """
        url = self._address(target.url)
        if url is None or not target.secrets:
            return Sent(error="not-configured", final=True)
        headers = self._headers(target, message.name, message.body)
        try:
            answer, _ = await self._exchange("POST", url, headers, message.body, LARGEST_REPLY)
        except (httpx2.TimeoutException, TimeoutError):
            return Sent(error="timeout")
        except _TooLarge:
            # It had said 2xx already: what follows is of no interest.
            return Sent()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            log.info("department_away", reason=type(error).__name__)
            return Sent(error="away")
        return _sent(answer)

    async def ask(self, target: Target, task: str) -> Belief:
        """See `Departments.ask`. What is not signed in answer to this question is no answer."""
        url = self._address(target.url)
        if url is None or not target.secrets:
            return Belief(status="away", reason="not-configured")
        name = f"ask_{secrets.token_hex(12)}"
        headers = self._headers(target, name, task.encode())
        place = f"{url}/tasks/{quote(task, safe='')}"
        try:
            answer, body = await self._exchange("GET", place, headers, None, LARGEST_BELIEF)
        except (httpx2.TimeoutException, TimeoutError):
            return Belief(status="away", reason="timeout")
        except _TooLarge:
            return Belief(status="away", reason="too-large")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return Belief(status="away")
        if answer.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            return Belief(status="away", reason=f"http-{answer.status_code}")
        return self._belief(target, task, name, answer, body)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    def _belief(
        self, target: Target, task: str, name: str, answer: httpx2.Response, body: bytes
    ) -> Belief:
        try:
            by = verified(
                answer.headers,
                body,
                secrets=target.secrets,
                algorithm=target.algorithm,
                now=self._now(),
            )
        except NotSigned as refused:
            log.warning("department_answer_not_signed", reason=refused.fault)
            return Belief(status="away", reason=refused.fault)
        if by.id != name:
            return Belief(status="away", reason="signature-invalid")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return Belief(status="unknown")
        try:
            said = _Said.model_validate_json(body)
        except ValidationError:
            return Belief(status="away", reason="not-understood")
        if said.task != task:
            return Belief(status="away", reason="not-understood")
        return Belief(status=said.status, reason=said.reason, answer=said.answer)

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, largest: int
    ) -> tuple[httpx2.Response, bytes]:
        """The answer and its body. The time bounds all of it, however slowly it drips."""
        async with (
            asyncio.timeout(self._timeout),
            self._http.stream(method, url, headers=dict(headers), content=body) as answer,
        ):
            pieces, size = [], 0
            async for piece in answer.aiter_bytes():
                size += len(piece)
                if size > largest:
                    if method == "POST" and not answer.is_success:
                        break
                    raise _TooLarge
                pieces.append(piece)
            return answer, b"".join(pieces)

    def _headers(self, target: Target, name: str, body: bytes) -> dict[str, str]:
        made = signed(
            body,
            name=name,
            at=self._now(),
            secret=target.secrets[0],
            algorithm=target.algorithm,
        )
        return {**made, "content-type": "application/json; charset=utf-8"}

    def _address(self, url: str) -> str | None:
        """Where to send; None for what is no address of ours."""
        if url.startswith(SANDBOX):
            return f"{self._sandbox}/{url.removeprefix(SANDBOX)}" if self._sandbox else None
        return url.rstrip("/") if is_address(url) else None


def is_address(url: str) -> bool:
    """Whether a connection may have this address."""
    if url.startswith(SANDBOX):
        return url.removeprefix(SANDBOX).replace("_", "").isalnum()
    try:
        parts = urlsplit(url)
        plain = parts.port is None or parts.port > 0
    except ValueError:
        return False
    named = bool(parts.hostname) and not parts.username and not parts.query and not parts.fragment
    return plain and named and parts.scheme in {"http", "https"}


def message_name(workflow: str, kind: Kind) -> str:
    """The id of what this workflow tells: one a workflow and kind, at however many attempts."""
    return f"{kind.removeprefix('task.')}_{hashlib.sha256(workflow.encode()).hexdigest()[:40]}"


def _sent(answer: httpx2.Response) -> Sent:
    status = answer.status_code
    if answer.is_success or status == _TAKEN_BEFORE:
        return Sent()
    error = f"http-{status}"
    if status in _AGAIN or answer.is_server_error:
        return Sent(error=error, retry_after=_retry_after(answer.headers.get("retry-after", "")))
    return Sent(error=error, final=True)


def _retry_after(said: str) -> int | None:
    """Seconds; a date, and what is no number, is left to our own pauses."""
    if not (said.isascii() and said.isdigit()):
        return None
    return min(int(said[:9]), _LONGEST_WAIT)
