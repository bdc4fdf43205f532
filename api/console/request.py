"""What a page's route is given and what it answers with: visitor, posted form, page, redirect.

A signed-in page depends on `Visiting`, its form on `Posting`; `router()` makes errors pages.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile

from activities.store.desk.work_settings import work_settings
from activities.store.engine import ReadSession
from activities.store.reading import tasks as reading
from activities.store.reading.escalated import alert_count
from activities.store.reading.scope import Scope
from api.auth.identity import SAFE, SignedIn, find, require_same_site, workable_roles
from api.console import trouble, words
from api.console.navigation import navigation
from api.console.render import CONTENT_SECURITY_POLICY, Page, render
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    Frame,
    Live,
    Notice,
    Submission,
    Tone,
    Viewer,
)
from api.overseeing import alert_reader
from api.problems import ApiCode, Problem
from api.sent import Sent, checked_key, payload_of
from api.services import Given, Services, services_of
from definitions.language.roles import WINDOW, Actor
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act, may

HALL = "松江区政务服务中心"
MODE, KEYS, TOLD = "yijianshi_mode", "yijianshi_keys", "yijianshi_told"
MODES = ("", "large", "large-xl")
EVENTS = "/api/v1/events"
_NO_FIELD = frozenset({"key", "version"})
_MOST_FILES, _MOST_FIELDS = 40, 800


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a person who is signed in."""

    request: Request
    services: Services
    who: SignedIn

    @property
    def actor(self) -> Actor:
        """Who this is to the core."""
        return self.who.actor

    def may(self, act: Act) -> bool:
        """Whether this person's role allows it."""
        return may(self.actor, act)

    async def frame(
        self,
        title: str,
        *,
        nav: str = "",
        here: str = "",
        crumbs: Sequence[Breadcrumb] = (),
        errors: Sequence[ErrorView] = (),
        notices: Sequence[Notice] = (),
        live: str = "",
    ) -> Frame:
        """What stands around the page. `nav`: its place in the navigation; `live`: its topic."""
        plain = public_frame(self.request, self.services, title, errors=errors, here=here)
        viewer, keys = await _viewer(self, nav or urlsplit(plain.here).path)
        return Frame(
            title=title,
            now_at=plain.now_at,
            here=plain.here,
            viewer=viewer,
            crumbs=tuple(crumbs),
            notices=(*told(self.request), *notices),
            errors=plain.errors,
            mode=plain.mode,
            single_keys=plain.single_keys if keys is None else keys,
            live=_live(live) if live else None,
        )


async def visit(request: Request, services: Given) -> Visit:
    """Who asks. Raises `unauthenticated`, which becomes the way to the sign-in page."""
    who = await find(request, services)
    if who is None:
        raise Problem(ApiCode.UNAUTHENTICATED, "请先登录，或登录已过期")
    structlog.contextvars.bind_contextvars(account=who.account.id, role=who.account.role)
    return Visit(request, services, who)


Visiting = Annotated[Visit, Depends(visit)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent. Files that were left empty are not among `files`."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, UploadFile], ...] = ()

    def one(self, name: str, otherwise: str = "") -> str:
        """The field's last value."""
        return next((value for key, value in reversed(self.fields) if key == name), otherwise)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the field, in order."""
        return tuple(value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        """Whether the field was sent at all."""
        return any(key == name for key, _ in self.fields)

    def below(self, prefix: str) -> Mapping[str, str]:
        """Fields whose names begin with `prefix`, without it."""
        return {k.removeprefix(prefix): v for k, v in self.fields if k.startswith(prefix)}

    @property
    def version(self) -> int | None:
        """The version the person saw. Raises `malformed`."""
        said = self.one("version")
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and len(said) < 10):  # noqa: PLR2004 - an int
            raise Problem(ApiCode.MALFORMED, "表单的版本号不对，请重新打开页面")
        return int(said)

    @property
    def sent(self) -> Sent:
        """Key, version and digest, as commands want them. Raises `malformed`."""
        body: dict[str, Any] = {
            name: self.all(name) for name, _ in self.fields if name not in _NO_FIELD
        }
        return Sent(
            key=checked_key(self.one("key") or None),
            payload=payload_of("POST", self.path, body),
            expected=self.version,
        )


async def posted(visitor: Visiting) -> AsyncIterator[Posted]:
    """The form of a signed-in person, read only once it is known who sends it."""
    async with form_of(visitor.request) as form:
        yield form


async def posted_by_anybody(request: Request) -> AsyncIterator[Posted]:
    """The form of somebody who is not signed in. Raises `cross-site`."""
    require_same_site(request)
    async with form_of(request) as form:
        yield form


Posting = Annotated[Posted, Depends(posted)]
PublicPosting = Annotated[Posted, Depends(posted_by_anybody)]


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[Posted]:
    """The request's form, urlencoded or multipart."""
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
        every = form.multi_items()
        yield Posted(
            path=request.url.path,
            fields=tuple((name, value) for name, value in every if isinstance(value, str)),
            files=tuple(
                (name, value)
                for name, value in every
                if isinstance(value, UploadFile) and value.filename
            ),
        )


def is_same_site(request: Request) -> bool:
    """Whether one of our own pages asks."""
    try:
        require_same_site(request)
    except Problem:
        return False
    return True


def is_autosave(request: Request) -> bool:
    """Whether the script saves a draft; see `trouble` for what it is told on errors."""
    return "x-autosave" in request.headers


def submission(action: str, version: int | None = None) -> Submission:
    """Where a form goes, under a fresh idempotency key."""
    return Submission(action=action, key=secrets.token_urlsafe(18), version=version)


def page(request: Request, view: Page, *, status: int = 200) -> HTMLResponse:
    """The page as a response. What it tells once is not told again."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"}
    answer = HTMLResponse(render(view), status, headers=headers)
    # A script that only looks (uploads, live boxes) must not use up what a person should read.
    is_read = request.headers.get("sec-fetch-dest", "document") == "document"
    if is_read and any(notice.own for notice in view.frame.notices):
        answer.delete_cookie(TOLD, httponly=True, samesite="lax")
    return answer


def moved(url: str, tell: str = "") -> RedirectResponse:
    """303 after a POST; `tell` is shown once on the page that follows."""
    answer = RedirectResponse(url, 303)
    if tell:
        answer.set_cookie(TOLD, quote(tell), max_age=60, httponly=True, samesite="lax")
    return answer


def told(request: Request) -> tuple[Notice, ...]:
    """The success of the act before, if this is the page after it."""
    said = unquote(request.cookies.get(TOLD, ""))
    return (Notice(Tone.OK, said, own=True),) if said else ()


def public_frame(
    request: Request,
    services: Services,
    title: str,
    *,
    errors: Sequence[ErrorView] = (),
    here: str = "",
) -> Frame:
    """What stands around a page for anybody."""
    mode = request.cookies.get(MODE, "")
    return Frame(
        title=title,
        now_at=services.now(),
        here=here or _here(request),
        errors=tuple(errors),
        mode=mode if mode in MODES else "",
        single_keys=request.cookies.get(KEYS) != "off",
    )


def task_scope(who: SignedIn) -> Scope:
    """Who works tasks sees their own department's, even where they read all applications."""
    if may(who.actor, Act.WORK_TASK):
        return who.scope.model_copy(update={"department": who.account.department or ""})
    return who.scope


async def stands_for(visitor: Visit, session: ReadSession) -> tuple[str, ...]:
    """Whose work this person does today besides their own (代办)."""
    if not visitor.may(Act.WORK_TASK):
        return ()
    today = local_day(visitor.services.now())
    return await reading.absent_for(session, visitor.actor.id, today)


def department_name(services: Services, code: str | None) -> str:
    """An organ by its name; the window's people sit in the hall."""
    if code in {None, WINDOW}:
        return HALL
    found = (d.name for d in services.library.catalogue.departments if d.code == code)
    return next(found, code or "")


def local_path(url: str, otherwise: str = "/console/") -> str:
    """A way inside this system, never out of it."""
    parts = urlsplit(url)
    inside = url.startswith("/") and not url.startswith("//") and "\\" not in url
    return url if inside and not parts.netloc and url.isprintable() else otherwise


class PageRoute(APIRoute):
    """A route whose errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """FastAPI's handler, with errors answered as people read them."""
        handle = super().get_route_handler()

        async def safely(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:  # noqa: BLE001 - told to people and to the log in one place
                return await _answered(request, error)

        return safely


def router() -> APIRouter:
    """A router of pages: no OpenAPI, errors as pages."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


async def _answered(request: Request, error: Exception) -> Response:
    """An error as the asker can use it: the sign-in page, words to the script, or a page."""
    services = services_of(request)
    problem = trouble.problem_for(request, error)
    if is_autosave(request):
        return trouble.in_short(problem)
    if problem.code is ApiCode.UNAUTHENTICATED:
        if request.method in SAFE:
            here = quote(_here(request), safe="/")
            return RedirectResponse(f"/console/sign-in?next={here}", 303)
        return await _signed_out(request, services)
    try:
        who = await find(request, services)
    except Exception:  # noqa: BLE001 - the register may be what is away
        who = None
    title = trouble.title_of(problem)
    frame = (
        await Visit(request, services, who).frame(title)
        if who and problem.code is not ApiCode.REGISTER_AWAY
        else public_frame(request, services, title)
    )
    return page(
        request,
        trouble.page_of(request, problem, frame),
        status=trouble.status_of(problem),
    )


async def _signed_out(request: Request, services: Services) -> Response:
    """The sign-in page in answer to a form whose session had ended: what was typed goes along."""
    parked = ""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) <= trouble.MOST_PARKED and is_same_site(request):
        async with form_of(request) as form:
            parked = trouble.SEAL.parked(form.path, form.fields)
    back = urlsplit(request.headers.get("referer", ""))
    next_url = local_path(back.path + (f"?{back.query}" if back.query else ""))
    frame = public_frame(request, services, "登录", here="/console/sign-in")
    view = trouble.sign_in_page(frame, submission("/console/sign-in"), next_url, parked=parked)
    return page(request, view, status=401)


async def _viewer(visitor: Visit, here: str) -> tuple[Viewer, bool | None]:
    """Who is signed in, and whether single keys act; None where that is no setting of theirs."""
    account = visitor.who.account
    async with visitor.services.store.reading() as session:
        waiting = await _waiting(visitor, session)
        works = visitor.may(Act.WORK_TASK)
        keys = (await work_settings(session, account.id)).keys if works else None
    viewer = Viewer(
        name=account.name,
        role=words.ROLE[account.role],
        department=department_name(visitor.services, account.department),
        window="",
        nav=navigation(account.role, here, waiting),
    )
    return viewer, keys


async def _waiting(visitor: Visit, session: ReadSession) -> Mapping[str, int]:
    """Work to do, by the address where it is done. Who reads no applications has none."""
    if not (visitor.may(Act.READ_ALL) or visitor.may(Act.READ_DEPARTMENT)):
        return {}
    found = await reading.counts(
        session,
        visitor.who.scope,
        department=task_scope(visitor.who),
        account=visitor.who.account.id,
        roles=workable_roles(visitor.actor),
        now=visitor.services.now(),
        stands_for=await stands_for(visitor, session),
    )
    told = alert_reader(visitor.services, visitor.who)
    return {
        "/console/supervision/alerts": await alert_count(session, told) if told else 0,
        "/console/inbox": found.ready + found.mine + found.reviewing,
        "/console/inbox?view=asked": found.answered,
        "/console/drafts": found.handed_over,
        "/console/documents": found.to_deliver,
        "/console/search?state=pending": found.awaited,
    }


def _live(topic: str) -> Live:
    kind, _, number = topic.partition(":")
    return Live(f"{EVENTS}?bundle={number}" if kind == "bundle" else EVENTS, topic)


def _here(request: Request) -> str:
    query = request.url.query if request.method in SAFE else ""
    return request.url.path + (f"?{query}" if query else "")
