"""What every request passes: an id, a bound on its body, headers, a log line, a measurement.

Written for ASGI itself: it neither buffers bodies nor breaks streams.
"""

import re
import secrets
import time
from collections.abc import Mapping
from typing import cast

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ApiCode, Problem, problem_of, rendered

log = structlog.get_logger(__name__)

JSON_LIMIT = 1024 * 1024
_ENVELOPE = 64 * 1024
# A form of the console brings the scans of several papers; each file has its own bound.
_FILES_AT_ONCE = 10
_CALLS, _LARGEST_CALL = "/api/v1/departments/", 32 * 1024 * 1024
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/healthz", "/readyz", "/metrics")
# How long a live stream lasted says nothing about how fast anything was answered.
_STREAM = "text/event-stream"

SECONDS = Histogram(
    "yijianshi_http_request_seconds",
    "Time to answer a request",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
)
FAILED = Counter("yijianshi_http_errors", "Requests that ended in an unforeseen error", ("route",))

_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
        "object-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class TooMuch(HTTPException):
    """The body is larger than its bound. An HTTPException, so that FastAPI lets it through."""

    def __init__(self) -> None:
        super().__init__(413)


class Around:
    """The one middleware. `largest_upload` bounds bodies that bring a file; others are JSON."""

    def __init__(self, app: ASGIApp, *, largest_upload: int) -> None:
        self._app = app
        self._largest = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _id_of(headers)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = _Answer(send, request_id)
        begun = time.perf_counter()
        try:
            await self._bounded(headers, scope, receive, answer)
        except Exception as error:
            FAILED.labels(_route(scope)).inc()
            log.exception("request_failed", method=scope["method"], route=_route(scope))
            if answer.status:
                raise
            problem = rendered(problem_of(error), path=scope["path"])
            await problem(scope, receive, answer)
        finally:
            if not answer.is_stream:
                _measured(scope, answer.status, time.perf_counter() - begun)

    async def _bounded(
        self, headers: Headers, scope: Scope, receive: Receive, send: "_Answer"
    ) -> None:
        is_upload = headers.get("content-type", "").startswith("multipart/form-data")
        limit = self._largest + _ENVELOPE if is_upload else JSON_LIMIT
        is_page = scope["path"].startswith("/console/")
        # Its route bounds it, so that one too large is written down like every other refusal.
        is_call = scope["path"].startswith(_CALLS) and scope["path"].endswith("/callback")
        if is_upload and is_page:
            limit *= _FILES_AT_ONCE
        if is_call:
            limit = _LARGEST_CALL
        length = headers.get("content-length", "")
        # A page's own reading of the form meets the bound too, and tells it as a page.
        if not (is_page or is_call) and length.isdigit() and int(length) > limit:
            problem = Problem(ApiCode.TOO_LARGE, headers={"Connection": "close"})
            await rendered(problem, path=scope["path"])(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise TooMuch
            return message

        await self._app(scope, counted, send)


class _Answer:
    """`send`, with our headers and the status remembered."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._id = request_id
        self.status = 0
        self.is_stream = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = cast("int", message["status"])
            headers = MutableHeaders(scope=message)
            self.is_stream = headers.get("content-type", "").startswith(_STREAM)
            headers["X-Request-Id"] = self._id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "private, no-cache")
        await self._send(message)


def _id_of(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


def _route(scope: Scope) -> str:
    """The route's template: paths hold numbers of applications, and there are too many of them."""
    return str(getattr(scope.get("route"), "path", "other"))


def _measured(scope: Scope, status: int, seconds: float) -> None:
    route = _route(scope)
    SECONDS.labels(scope["method"], route, str(status or 499)).observe(seconds)
    if scope["path"] not in _QUIET:
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
        )
