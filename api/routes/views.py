"""常用筛选: the queries that people keep for their inbox."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints

from activities.store.desk.views import ViewKept, change_view, drop_view, keep_view, views_of
from activities.store.reading.tasks import TaskFilter
from api.auth.identity import Reader
from api.problems import ApiCode, Fault, Problem, responses
from api.routes.answers import READING, V1, Calling
from api.routes.bodies import Body
from api.services import Given
from definitions.errors import Code
from definitions.matter.tasks import TaskKind

router = APIRouter(prefix=V1, tags=["待办"])

ViewId = Annotated[str, Path(max_length=60)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=30, strip_whitespace=True)]
Item = Annotated[str, Field(max_length=31)]
Short = Annotated[str, Field(max_length=20)]


class ViewQuery(Body):
    """The query of `GET /tasks`; `view`, `state` and `due` are the console's own."""

    status: TaskFilter | None = None
    mine: bool | None = None
    kind: TaskKind | list[TaskKind] | None = None
    item: Item | list[Item] | None = None
    service: Annotated[str, Field(max_length=48)] | None = None
    overdue: bool | None = None
    due_within: int | None = Field(default=None, ge=0, le=60)
    level: int | None = Field(default=None, ge=0, le=20)
    asked: bool | None = None
    view: Short | None = None
    state: Short | None = None
    due: Short | None = None

    @property
    def said(self) -> dict[str, Any]:
        """Its parts that say something."""
        return self.model_dump(mode="json", exclude_none=True)


class ViewBody(Body):
    """A name and a query."""

    name: Name = Field(examples=["三天内到期的食品许可"])
    query: ViewQuery


class ChangedView(ViewBody):
    """The same, and where it stands."""

    position: int | None = Field(default=None, ge=0, le=1000)


@router.get("/views", summary="常用筛选", responses=responses(*READING))
async def views(given: Given, who: Reader) -> list[ViewKept]:
    """自己的，按自己排的次序。"""
    async with given.store.reading() as session:
        return list(await views_of(session, who.account.id))


@router.post(
    "/views",
    summary="保存常用筛选",
    status_code=201,
    responses=responses(*READING, ApiCode.KEY_MISSING, ApiCode.MALFORMED, ApiCode.CROSS_SITE),
)
async def keep(call: Calling, who: Reader, body: ViewBody) -> ViewKept:
    """每人最多 30 个。重发同一请求（同一幂等键）只保存一个。"""
    key = call.sent(body).key
    name = hashlib.sha256(f"{who.account.id}:{key}".encode()).hexdigest()[:24]
    async with call.given.store.begin() as session:
        made = await keep_view(
            session, who.account.id, f"view-{name}", name=body.name, query=body.query.said
        )
    if made is None:
        fault = Fault(pointer="/name", rule="many", message="常用筛选太多，请先删除几个")
        raise Problem(Code.INVALID, fault.message, errors=[fault])
    return made


@router.put(
    "/views/{view}",
    summary="修改常用筛选",
    responses=responses(*READING, ApiCode.NOT_FOUND, ApiCode.CROSS_SITE),
)
async def change(given: Given, who: Reader, view: ViewId, body: ChangedView) -> ViewKept:
    """改名称、条件或者次序。"""
    async with given.store.begin() as session:
        changed = await change_view(
            session,
            who.account.id,
            view,
            name=body.name,
            query=body.query.said,
            position=body.position,
        )
    if changed is None:
        raise Problem(ApiCode.NOT_FOUND, "没有这个常用筛选")
    return changed


@router.delete(
    "/views/{view}",
    summary="删除常用筛选",
    status_code=204,
    responses=responses(*READING, ApiCode.CROSS_SITE),
)
async def drop(given: Given, who: Reader, view: ViewId) -> Response:
    """已经没有的，也算删除。"""
    async with given.store.begin() as session:
        await drop_view(session, who.account.id, view)
    return Response(status_code=204)
