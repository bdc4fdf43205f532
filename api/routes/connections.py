"""对接: connections of departments' systems, what was sent to them, what was refused."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from activities.contracts.assignments import AssignmentStatus, Way
from activities.outside.departments.signing import Algorithm
from activities.store.desk import callbacks as calls
from activities.store.desk import connections as store
from activities.store.desk.callbacks import RefusedView
from activities.store.desk.connections import AssignmentFilter, AssignmentView, ConnectionView
from api import connections
from api.auth.identity import SignedIn, allowed
from api.connections import ConnectionFigures, ConnectionSaid, Put, Reconciliation
from api.paging import After, Limit, Page, after_number, key_of, moment, paged
from api.problems import ApiCode, responses
from api.routes.answers import READING, V1
from api.services import Given
from definitions.rules.permissions import Act

router = APIRouter(prefix=V1, tags=["对接"])

Name = Annotated[
    str, Path(max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["housing_fund"])
]
TaskId = Annotated[str, Path(max_length=120)]
Manager = Annotated[SignedIn, Depends(allowed(Act.MANAGE_CONNECTIONS))]
Word = Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)]
_WRITING = (*READING, ApiCode.MALFORMED, ApiCode.CROSS_SITE, ApiCode.UNKNOWN_CONNECTION)


class ConnectionBody(BaseModel):
    """How a department takes its tasks; `account` is who acts here for its system, by login."""

    model_config = ConfigDict(extra="forbid")

    department: Word = Field(examples=["housing_fund"])
    way: Way = Field(examples=["webhook"])
    account: Word = Field(examples=["housing_fund.system"])
    active: bool = False
    items: list[Word] = Field(
        default_factory=list, max_length=200, description="事项编码；空为本部门全部事项"
    )
    queue: Word = ""
    endpoint: Word = ""
    url: str = Field(default="", max_length=400, examples=["https://gjj.example.cn/yijianshi"])
    algorithm: Algorithm = Algorithm.SHA256

    def said(self) -> ConnectionSaid:
        """As it is taken."""
        return ConnectionSaid(**{**dict(self), "items": tuple(dict.fromkeys(self.items))})


class NewSecret(BaseModel):
    """A secret, told this once."""

    secret: str


@router.get("/connections", summary="对接列表", responses=responses(*READING))
async def listed(given: Given, who: Manager) -> list[ConnectionFigures]:
    """各部门系统的对接方式、是否启用，以及各状态的派送数。密钥不在其中。"""
    return await connections.listed(given, who.actor)


@router.get(
    "/connections/{name}",
    summary="一个对接",
    responses=responses(*READING, ApiCode.UNKNOWN_CONNECTION),
)
async def one(given: Given, who: Manager, name: Name) -> ConnectionFigures:
    """对接方式、地址、账号、签名算法和派送数。"""
    return await connections.one(given, who.actor, name)


@router.put("/connections/{name}", summary="新建或修改对接", responses=responses(*_WRITING))
async def put(given: Given, who: Manager, name: Name, body: ConnectionBody) -> Put:
    """启用后，本部门新产生的待办送往该系统；窗口和工作台照常可办。

    新建的网络回调对接生成签名密钥，只在这一次给出。
    """
    return await connections.put(given, who.actor, name, body.said())


@router.post(
    "/connections/{name}/secrets",
    summary="更换签名密钥",
    status_code=201,
    responses=responses(*_WRITING),
)
async def rotate(given: Given, who: Manager, name: Name) -> NewSecret:
    """新密钥立即用于签名，只给出这一次；原密钥仍可验签，待对方换好后再停用。"""
    return NewSecret(secret=(await connections.rotate(given, who.actor, name)).get_secret_value())


@router.delete("/connections/{name}/secrets", summary="停用原密钥", responses=responses(*_WRITING))
async def retire(given: Given, who: Manager, name: Name) -> ConnectionView:
    """只保留最新的密钥。"""
    return await connections.retire(given, who.actor, name)


@router.post(
    "/connections/{name}/reconcile",
    summary="与部门系统对账",
    responses=responses(*_WRITING, ApiCode.ENGINE_AWAY),
)
async def reconcile(given: Given, who: Manager, name: Name) -> Reconciliation:
    """逐项询问对方所知的状态：漏收的办结补收，对方没有收到的重发，已结束的再次通知撤回。"""
    return await connections.reconcile(given, who.actor, name)


@router.get("/assignments", summary="派送列表", responses=responses(*READING))
async def assignments(
    *,
    given: Given,
    _: Manager,
    status: AssignmentStatus | None = None,
    connection: Annotated[str | None, Query(max_length=60)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[AssignmentView]:
    """交给部门系统的待办，最近有变化的在前。`dead` 为多次重试仍未送达。"""
    key = key_of(after, 2)
    asked = AssignmentFilter(status=status, connection=connection)
    async with given.store.reading() as session:
        found = await store.assignments(
            session, asked, after=(moment(key[0]), key[1]) if key else None, limit=limit
        )
    return paged(found, limit, lambda last: (last.changed_at, last.task))


@router.post(
    "/assignments/{task}/send-again",
    summary="重新发送",
    responses=responses(
        *READING,
        ApiCode.CROSS_SITE,
        ApiCode.UNKNOWN_ASSIGNMENT,
        ApiCode.ASSIGNMENT_OVER,
        ApiCode.ENGINE_AWAY,
    ),
)
async def send_again(given: Given, who: Manager, task: TaskId) -> AssignmentView:
    """消息编号不变，对方收到过的不会重复办理。"""
    return await connections.send_again(given, who.actor, task)


@router.get("/refused-calls", summary="被拒绝的回传", responses=responses(*READING))
async def refused(
    *,
    given: Given,
    _: Manager,
    connection: Annotated[str | None, Query(max_length=60)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[RefusedView]:
    """以部门系统名义发来、没有收下的请求及原因，新的在前；内容从不保存。"""
    async with given.store.reading() as session:
        found = await calls.refused_calls(
            session, connection=connection, after=after_number(after), limit=limit
        )
    return paged(found, limit, lambda last: (last.id,))
