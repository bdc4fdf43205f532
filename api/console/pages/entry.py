"""The way in and out, preferences, the list of keys, and where each role's work begins."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.acting.work_settings import keep_settings, settings_of
from api.auth.identity import find, require_same_site
from api.auth.signing import clear_cookie, set_cookie, sign_in, sign_out
from api.console import request as pages
from api.console import trouble
from api.console.pages.intake import home
from api.console.request import (
    KEYS,
    MODE,
    MODES,
    Posted,
    Posting,
    PublicPosting,
    Visiting,
    local_path,
    moved,
    page,
    public_frame,
    submission,
)
from api.console.views.entry import KeyGroup, KeyHelp, KeysPage, ResumePage
from api.console.views.shared import ErrorView
from api.problems import ApiCode, Problem
from api.services import Given, Services
from definitions.rules.permissions import Act

router = pages.router()

_Next = Annotated[str, Query(alias="next", max_length=2000)]
_YEAR = 365 * 24 * 3600
_SIGN_IN = "/console/sign-in"


@router.get("/")
async def root() -> Response:
    """The console is what people come for."""
    return RedirectResponse("/console/", 303)


@router.get("/console")
async def bare() -> Response:
    """The same page under its one address."""
    return RedirectResponse("/console/", 303)


@router.get("/console/")
async def start(
    visitor: Visiting, uscc: str = "", service: str = "", firm_name: str = ""
) -> Response:
    """By role: taking in, the inbox, or search."""
    if visitor.may(Act.PREPARE):
        if "key" in visitor.request.query_params:
            # The whole form came by GET; only what is looked up stays in the address.
            asked = {"uscc": uscc, "service": service, "firm_name": firm_name}
            kept = urlencode({name: value for name, value in asked.items() if value})
            return RedirectResponse(f"/console/?{kept}", 303)
        return await home(visitor, uscc=uscc, service=service, firm_name=firm_name)
    inbox = visitor.may(Act.WORK_TASK)
    return RedirectResponse("/console/inbox" if inbox else "/console/search", 303)


@router.get(_SIGN_IN)
async def sign_in_form(request: Request, given: Given, next_url: _Next = "/console/") -> Response:
    """Account and password; whoever is signed in already goes on."""
    onward = local_path(next_url)
    if await find(request, given):
        return RedirectResponse(onward, 303)
    frame = public_frame(request, given, "登录")
    return page(request, trouble.sign_in_page(frame, submission(_SIGN_IN), onward))


@router.post(_SIGN_IN)
async def signing_in(request: Request, given: Given, form: PublicPosting) -> Response:
    """Opens a session. What was typed before it ended is shown again."""
    login, password = form.one("login").strip()[:100], form.one("password")[:200]
    address = request.client.host if request.client else ""
    if not login or not password:
        return _again(request, given, form, Problem(ApiCode.SIGN_IN_FAILED, "请填写账号和口令"))
    try:
        opened = await sign_in(given, login, password, address=address)
    except Problem as problem:
        if problem.code not in {ApiCode.SIGN_IN_FAILED, ApiCode.TOO_MANY}:
            raise
        return _again(request, given, form, problem)
    answer = _onward(request, given, form)
    set_cookie(answer, opened, secure=given.secure_cookies)
    return answer


def _again(request: Request, given: Services, form: Posted, problem: Problem) -> Response:
    """The form once more, with the account, the way on and what is parked."""
    errors = (ErrorView("login", problem.detail),)
    view = trouble.sign_in_page(
        public_frame(request, given, "登录", errors=errors),
        submission(_SIGN_IN),
        local_path(form.one("next")),
        login=form.one("login"),
        parked=form.one("parked"),
        error=problem.detail,
    )
    answer = page(request, view, status=trouble.status_of(problem))
    answer.headers.update(problem.headers)
    return answer


def _onward(request: Request, given: Services, form: Posted) -> Response:
    """To where the person wanted to go, or to what they had typed."""
    onward = local_path(form.one("next"))
    kept = trouble.SEAL.opened(form.one("parked")) if form.one("parked") else None
    if kept is None:
        return moved(onward)
    path, fields = kept
    frame = public_frame(request, given, "接着办", here=onward)
    return page(request, ResumePage(frame, path, fields, onward))


@router.post("/console/sign-out")
async def signing_out(request: Request, given: Given) -> Response:
    """Ends the session; whoever has none is out already."""
    require_same_site(request)
    who = await find(request, given)
    if who is not None:
        await sign_out(given, who)
    answer = moved(_SIGN_IN)
    clear_cookie(answer, secure=given.secure_cookies)
    return answer


@router.get("/console/preferences")
async def size(mode: str = "", back: str = "/console/") -> Response:
    """大字: a plain link, for anybody."""
    answer = RedirectResponse(local_path(back), 303)
    chosen = "" if mode == "standard" else mode
    if chosen in MODES:
        answer.set_cookie(MODE, chosen, max_age=_YEAR, httponly=True, samesite="lax")
    return answer


@router.post("/console/preferences")
async def single_keys(visitor: Visiting, form: Posting) -> Response:
    """Whether single keys act; a setting of who works tasks, else of the browser."""
    on = form.one("keys") != "off"
    if visitor.may(Act.WORK_TASK):
        found = await settings_of(visitor.services, visitor.actor)
        wanted = found.model_copy(update={"keys": on})
        await keep_settings(visitor.services, visitor.actor, wanted)
    answer = moved(local_path(form.one("back")), f"单键快捷键已{'打开' if on else '关闭'}。")
    answer.set_cookie(KEYS, "on" if on else "off", max_age=_YEAR, httponly=True, samesite="lax")
    return answer


@router.get("/console/keys")
async def keys(visitor: Visiting) -> Response:
    """What each key does."""
    view = KeysPage(
        frame=await visitor.frame("快捷键"),
        groups=_GROUPS,
        preferences=submission("/console/preferences"),
    )
    return page(visitor.request, view)


def _group(title: str, *keys: tuple[str, str]) -> KeyGroup:
    return KeyGroup(title, tuple(KeyHelp(tuple(names.split()), does) for names, does in keys))


_GROUPS = (
    _group(
        "到处可用",
        ("/", "到查询框"),
        ("g i", "到待办"),
        ("?", "看这一页"),
        ("u", "返回上一级"),
        ("Ctrl+Enter", "按下本页的主按钮"),
        ("Esc", "离开输入框"),
    ),
    _group(
        "待办列表",
        ("j k", "下一件、上一件"),
        ("o Enter", "打开"),
        ("x", "选中、取消选中，成批办理"),
        ("c", "领取"),
        ("t", "转交选中的"),
        ("Ctrl+Enter", "领取下一件"),
    ),
    _group(
        "办理一件",
        ("c", "领取；领了以后开始、继续办理"),
        ("e", "到决定表单"),
        ("t", "转交"),
        ("j k", "列表里的下一件、上一件"),
        ("Ctrl+Enter", "提交；复核时是同意"),
    ),
    _group("填写", ("n", "到下一个待填项"), ("1 – 9", "选第几项")),
)
