"""What needs no account: progress by query code, what a problem's type means, probes, metrics."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from activities.store.migrations.run import head
from activities.store.reading.disclosed import DisclosedDecision, disclosed
from activities.store.reading.progress import Progress
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import TABLE, ApiCode, Problem, responses
from api.progress import progress_of
from api.routes.answers import V1, versioned
from api.sent import etag
from api.services import Given, Services
from definitions.errors import Code

router = APIRouter(prefix=V1, tags=["公开"])
probes = APIRouter(tags=["运行"])


class Meaning(BaseModel):
    """What a problem's code means."""

    code: str
    status: int
    title: str


class Readiness(BaseModel):
    """Whether requests can be served, and what of it is missing."""

    ready: bool
    database: bool
    schema_current: bool
    engine: bool


@router.get(
    "/progress/{number}",
    summary="办理进度",
    response_model=Progress,
    responses=responses(Code.UNKNOWN_BUNDLE, ApiCode.TOO_MANY, Code.INVALID),
)
async def progress(
    *,
    given: Given,
    request: Request,
    number: Annotated[str, Path(max_length=40)],
    code: Annotated[str, Query(min_length=1, max_length=16, description="收件凭证上的查询码")],
) -> Response:
    """凭收件凭证上的编号和查询码查询，不需要账号；企业名称隐去中间部分。"""
    address = request.client.host if request.client else ""
    found = await progress_of(given, number.strip(), code.strip(), address=address)
    return versioned(request, found, etag(found.version))


@router.get(
    "/public/decisions",
    summary="准予决定公开",
    responses=responses(Code.INVALID, ApiCode.REGISTER_AWAY),
)
async def decisions(
    *, given: Given, after: After = None, limit: Limit = 50
) -> Page[DisclosedDecision]:
    """依法公开的准予行政许可决定，公众可以查阅；最近公开的在前。已撤销的不再列出。"""
    key = key_of(after, 3)
    async with given.store.reading() as session:
        found = await disclosed(
            session, after=(moment(key[0]), key[1], key[2]) if key else None, limit=limit
        )
    more = cursor(found[-1][1]) if len(found) == limit else None
    return Page(items=[one for one, _ in found], next=more)


@probes.get("/problems/{code}", summary="错误代码的含义", responses=responses(ApiCode.NOT_FOUND))
async def meaning(code: str) -> Meaning:
    """`type` 所指的地址。"""
    found = next(((c, row) for c, row in TABLE.items() if c == code), None)
    if found is None:
        raise Problem(ApiCode.NOT_FOUND)
    return Meaning(code=found[0], status=int(found[1][0]), title=found[1][1])


@probes.get("/healthz", summary="进程是否活着")
async def healthz() -> PlainTextResponse:
    """只说明进程在答复。"""
    return PlainTextResponse("ok")


@probes.get(
    "/readyz",
    summary="能否服务",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "还不能服务"}},
)
async def readyz(given: Given) -> Response:
    """数据库、数据库结构、办理引擎。"""
    database, current = await _database(given)
    engine = await given.engine.is_healthy()
    found = Readiness(
        ready=database and current and engine,
        database=database,
        schema_current=current,
        engine=engine,
    )
    return JSONResponse(found.model_dump(), 200 if found.ready else 503)


@probes.get("/metrics", summary="Prometheus 指标", response_class=PlainTextResponse)
async def metrics() -> Response:
    """本进程的指标。"""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _database(given: Services) -> tuple[bool, bool]:
    try:
        async with given.store.reading() as session:
            found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError):
        return False, False
    return True, found == head()
