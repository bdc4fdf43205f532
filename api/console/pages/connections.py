"""The administrator's pages about departments' systems: connections, dead letters, 对账."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Response
from pydantic import ValidationError

from activities.contracts.assignments import AssignmentStatus, Way
from activities.store.desk import callbacks as calls
from activities.store.desk import connections as store
from activities.store.desk.connections import AssignmentFilter
from api import connections
from api.connections import ConnectionFigures, ConnectionSaid
from api.console.fill import connections as fill
from api.console.fill.connections import URL
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.connections import (
    AssignmentsPage,
    ConnectionPage,
    ConnectionsPage,
    ReconciliationPage,
    RefusedCallsPage,
)
from api.console.views.shared import Breadcrumb, ErrorView, Pager
from api.paging import cursor, key_of, moment, number
from api.problems import ApiCode, Problem
from definitions.errors import Code
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

_ROWS = 50
_HOME = Breadcrumb("对接", URL)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
Name = Annotated[str, Path(max_length=60)]
After = Annotated[str | None, Query(max_length=400)]
_EMPTY = {
    None: "还没有交给部门系统的待办。",
    AssignmentStatus.DEAD: "没有未送达的待办。",
}


@router.get(URL)
async def overview(visitor: Visiting) -> Response:
    """Every connection with its figures."""
    found = await connections.listed(visitor.services, visitor.actor)
    view = ConnectionsPage(
        frame=await visitor.frame("对接", nav=URL, here=URL),
        tabs=fill.tabs(URL),
        rows=tuple(fill.row(visitor.services, each) for each in found),
        new_url=fill.NEW,
    )
    return page(visitor.request, view)


@router.get(fill.NEW)
async def new(visitor: Visiting) -> Response:
    """The form for another one."""
    permissions.require(visitor.actor, Act.MANAGE_CONNECTIONS)
    return await _form(visitor, None, {"way": (Way.WEBHOOK,)})


@router.post(fill.NEW)
async def create(visitor: Visiting, form: Posting) -> Response:
    """Make it; a webhook's secret is shown once."""
    name = form.one("name").strip()
    if not _NAME.fullmatch(name):
        wrong = {"name": "对接名称只用小写字母、数字、-、_，以字母或数字开头"}
        return await _form(visitor, None, _typed(form), wrong=wrong)
    return await _put(visitor, form, name, department=form.one("department"))


@router.get(fill.ASSIGNMENTS)
async def assignments(
    visitor: Visiting,
    status: AssignmentStatus | None = None,
    connection: Annotated[str, Query(max_length=60)] = "",
    after: After = None,
) -> Response:
    """What was given to systems; what could not be delivered is sent again here."""
    permissions.require(visitor.actor, Act.MANAGE_CONNECTIONS)
    key = key_of(after, 2)
    asked = AssignmentFilter(status=status, connection=connection or None)
    async with visitor.services.store.reading() as session:
        found = await store.assignments(
            session, asked, after=(moment(key[0]), key[1]) if key else None, limit=_ROWS
        )
    more = cursor((found[-1].changed_at, found[-1].task)) if len(found) == _ROWS else ""
    following = fill.assignments_url(status=status, connection=connection, after=more)
    view = AssignmentsPage(
        frame=await visitor.frame("派送", nav=URL, crumbs=(_HOME,)),
        tabs=fill.tabs(fill.ASSIGNMENTS),
        states=fill.states(status, connection),
        rows=tuple(fill.assignment_row(visitor.services, each) for each in found),
        empty=_EMPTY.get(status, "没有这种状态的派送。"),
        pager=Pager("", following if more else ""),
    )
    return page(visitor.request, view)


@router.post(f"{fill.ASSIGNMENTS}/{{task}}/send-again")
async def send_again(
    visitor: Visiting, form: Posting, task: Annotated[str, Path(max_length=120)]
) -> Response:
    """Send a task once more."""
    found = await connections.send_again(visitor.services, visitor.actor, task)
    back = fill.assignments_url(status=found.status)
    return moved(back if form.sent.key else URL, f"已重新发送 {task}")


@router.get(fill.REFUSED)
async def refused(visitor: Visiting, after: After = None) -> Response:
    """Calls that were not taken."""
    permissions.require(visitor.actor, Act.MANAGE_CONNECTIONS)
    key = key_of(after, 1)
    async with visitor.services.store.reading() as session:
        found = await calls.refused_calls(
            session, after=number(key[0]) if key else None, limit=_ROWS
        )
    more = cursor((found[-1].id,)) if len(found) == _ROWS else ""
    view = RefusedCallsPage(
        frame=await visitor.frame("被拒绝的回传", nav=URL, crumbs=(_HOME,)),
        tabs=fill.tabs(fill.REFUSED),
        rows=tuple(fill.refused_row(each) for each in found),
        pager=Pager("", f"{fill.REFUSED}?{urlencode({'after': more})}" if more else ""),
    )
    return page(visitor.request, view)


@router.get(f"{URL}/one/{{name}}")
async def one(visitor: Visiting, name: Name) -> Response:
    """One connection."""
    found = await connections.one(visitor.services, visitor.actor, name)
    return await _form(visitor, found, fill.standing(found))


@router.post(f"{URL}/one/{{name}}")
async def change(visitor: Visiting, form: Posting, name: Name) -> Response:
    """Change, enable or disable it."""
    found = await connections.one(visitor.services, visitor.actor, name)
    return await _put(visitor, form, name, department=found.connection.department)


@router.post(f"{URL}/one/{{name}}/{{step}}")
async def secrets(visitor: Visiting, form: Posting, name: Name, step: str) -> Response:
    """A new secret, the end of the one before, or what both sides believe."""
    if not form.sent.key:
        raise Problem(ApiCode.KEY_MISSING)
    match step:
        case "rotate":
            made = await connections.rotate(visitor.services, visitor.actor, name)
            found = await connections.one(visitor.services, visitor.actor, name)
            secret = made.get_secret_value()
            return await _form(visitor, found, fill.standing(found), secret=secret)
        case "retire":
            await connections.retire(visitor.services, visitor.actor, name)
            return moved(fill.one_url(name), "已停用原密钥")
        case "reconcile":
            return await _reconciled(visitor, name)
        case _:
            raise Problem(ApiCode.NOT_FOUND)


async def _reconciled(visitor: Visit, name: str) -> Response:
    found = await connections.reconcile(visitor.services, visitor.actor, name)
    url = fill.one_url(name)
    view = ReconciliationPage(
        frame=await visitor.frame(
            f"对账：{name}", nav=URL, here=url, crumbs=(_HOME, Breadcrumb(name, url))
        ),
        facts=fill.report_facts(visitor.services, found),
        rows=tuple(fill.difference_row(each) for each in found.differences),
        again=submission(f"{url}/reconcile"),
        back_url=url,
    )
    return page(visitor.request, view)


async def _put(visitor: Visit, form: Posted, name: str, *, department: str) -> Response:
    """Write what was typed, or show what is wrong beside it."""
    services, actor = visitor.services, visitor.actor
    is_new = form.path == fill.NEW
    known = {each.connection.id: each for each in await connections.listed(services, actor)}
    if is_new and name in known:
        return await _form(visitor, None, _typed(form), wrong={"name": "已有这个名称的对接"})
    try:
        made = await connections.put(services, actor, name, _said(form, department))
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        wrong = {fault.pointer.strip("/"): fault.message for fault in problem.errors}
        return await _form(visitor, known.get(name), _typed(form), wrong=wrong)
    if made.secret is None:
        return moved(fill.one_url(name), f"已保存对接 {name}")
    found = await connections.one(services, actor, name)
    return await _form(visitor, found, fill.standing(found), secret=made.secret)


def _said(form: Posted, department: str) -> ConnectionSaid:
    """Raises `invalid` for a choice that is none."""
    try:
        return ConnectionSaid.model_validate(
            {
                "department": department,
                "items": tuple(dict.fromkeys(form.all("items"))),
                "active": form.has("active"),
                **{
                    name: form.one(name).strip()
                    for name in ("way", "account", "queue", "endpoint", "url", "algorithm")
                    if form.one(name).strip()
                },
                "account": form.one("account").strip(),
            },
            strict=False,
        )
    except ValidationError:
        raise Problem(Code.INVALID, "请选择方式和签名算法") from None


def _typed(form: Posted) -> Mapping[str, Sequence[str]]:
    return {name: form.all(name) for name, _ in form.fields}


async def _form(
    visitor: Visit,
    found: ConnectionFigures | None,
    typed: Mapping[str, Sequence[str]],
    *,
    wrong: Mapping[str, str] | None = None,
    secret: str = "",
) -> Response:
    services, errors = visitor.services, wrong or {}
    name = found.connection.id if found else ""
    url = fill.one_url(name) if found else fill.NEW
    items = connections.items_of(services, found.connection.department) if found else {}
    webhook = found is not None and found.connection.way is Way.WEBHOOK
    several = found is not None and found.connection.secrets > 1
    view = ConnectionPage(
        frame=await visitor.frame(
            f"对接：{name}" if found else "新建对接",
            nav=URL,
            here=url,
            crumbs=(_HOME,),
            errors=[ErrorView(field, message) for field, message in errors.items()],
        ),
        status=fill.active(is_active=found.connection.active) if found else None,
        facts=fill.facts(services, found) if found else (),
        fields=fill.fields(services, typed, errors, items=items, is_new=found is None),
        save=submission(url),
        secret=secret,
        rotate=submission(f"{url}/rotate") if webhook else None,
        retire=submission(f"{url}/retire") if webhook and several else None,
        reconcile=submission(f"{url}/reconcile") if webhook else None,
        assignments_url=fill.assignments_url(connection=name) if found else "",
    )
    return page(visitor.request, view, status=422 if errors else 200)
