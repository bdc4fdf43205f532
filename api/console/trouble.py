"""Errors as people meet them: a page that says what was kept, the sign-in page, or short words.

What somebody had typed when their session ended travels, sealed, through the sign-in page.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

import structlog
from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request
from fastapi.responses import JSONResponse

from api.auth.identity import SAFE
from api.console.views.entry import ErrorPage, NotFoundPage, SignInPage
from api.console.views.shared import FieldControl, FieldView, Frame, Link, Submission
from api.middleware import FAILED
from api.problems import TABLE, ApiCode, Problem, problem_of, trace_id
from definitions.errors import Code

log = structlog.get_logger(__name__)

MOST_PARKED = 256 * 1024
_PARKED_FOR = timedelta(hours=2)
_HOME = Link("回到首页", "/console/")
_TITLES = {ApiCode.INTERNAL: "没有办成", ApiCode.UNKNOWN_DRAFT: "没有这份草稿"}


class Seal:
    """Seals what was typed, so that the sign-in page can carry it unread.

    Its key lives as long as the process: after a restart nothing sealed before can be opened.
    """

    def __init__(self) -> None:
        self._fernet = Fernet(Fernet.generate_key())

    def parked(self, path: str, fields: Sequence[tuple[str, str]]) -> str:
        """A form, sealed."""
        said = json.dumps([path, list(fields)], ensure_ascii=False)
        return self._fernet.encrypt(said.encode()).decode()

    def opened(self, sealed: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """The form's address and fields; None for what is old or not ours."""
        try:
            said = self._fernet.decrypt(
                sealed.encode(), ttl=int(_PARKED_FOR.total_seconds())
            ).decode()
        except (InvalidToken, UnicodeEncodeError):
            return None
        path, fields = json.loads(said)
        return path, tuple((name, value) for name, value in fields)


SEAL = Seal()


def problem_for(request: Request, error: Exception) -> Problem:
    """The error as a problem, told to the log."""
    problem = problem_of(error)
    if problem.code is ApiCode.INTERNAL:
        route = str(getattr(request.scope.get("route"), "path", "other"))
        FAILED.labels(route).inc()
        log.error("request_failed", method=request.method, route=route, exc_info=error)
    else:
        log.info("refused", code=problem.code, method=request.method)
    return problem


def title_of(problem: Problem) -> str:
    """The page's heading."""
    return (isinstance(problem.code, ApiCode) and _TITLES.get(problem.code)) or TABLE[problem.code][
        1
    ]


def status_of(problem: Problem) -> int:
    """The answer's status."""
    return int(TABLE[problem.code][0])


def in_short(problem: Problem) -> JSONResponse:
    """To the script that saves drafts."""
    conflict = problem.code is Code.VERSION_CONFLICT
    status = int(HTTPStatus.CONFLICT) if conflict else status_of(problem)
    return JSONResponse({"code": problem.code, "detail": problem.detail}, status)


def page_of(request: Request, problem: Problem, frame: Frame) -> ErrorPage | NotFoundPage:
    """What went wrong and where to go on."""
    home = _HOME if frame.viewer else Link("查询办理进度", "/progress")
    if status_of(problem) == HTTPStatus.NOT_FOUND:
        message = "没有这个页面，或者您看不到它。" if problem.detail == title_of(problem) else ""
        return NotFoundPage(frame, message or _sentence(problem.detail), (home,))
    return ErrorPage(
        frame=frame,
        message=_sentence(problem.detail),
        kept=_kept(request, problem),
        reference=trace_id(),
        ways=(*_ways(request, problem), home),
    )


def sign_in_page(
    frame: Frame,
    submission: Submission,
    next_url: str,
    *,
    login: str = "",
    parked: str = "",
    error: str = "",
) -> SignInPage:
    """Account and password."""
    return SignInPage(
        frame=frame,
        submission=submission,
        account=FieldView(
            "login", "账号", value=login, error=error, autocomplete="username", max_length=100
        ),
        password=FieldView(
            "password", "口令", FieldControl.PASSWORD, autocomplete="current-password"
        ),
        next_url=next_url,
        parked=parked,
    )


def _ways(request: Request, problem: Problem) -> tuple[Link, ...]:
    number = problem.details.get("number")
    if problem.code is ApiCode.DRAFT_SUBMITTED and number:
        return (Link(f"查看办件 {number}", f"/console/bundles/{number}"),)
    if request.method in SAFE:
        return (Link("再试一次", request.url.path),)
    return ()


def _kept(request: Request, problem: Problem) -> str:
    if request.method in SAFE or problem.code in {ApiCode.DRAFT_CLOSED, ApiCode.DRAFT_SUBMITTED}:
        return ""
    if problem.code is ApiCode.ENGINE_AWAY:
        return "可能已经接收：请稍后返回上一页再提交一次，不会重复办理。"
    return "没有保存成功。请返回上一页，所填内容仍在。"


def _sentence(said: str) -> str:
    return said if said.endswith(("。", "？", "）")) else f"{said}。"
