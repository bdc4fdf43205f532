"""Working calendars: reading them, publishing a year, and what publishing sets off."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from activities.store.reading import calendars as reading
from activities.store.reading.calendars import CalendarVersion, MovedLimitView, RecalculationView
from api import calendars
from api.auth.identity import CalendarPublisher, Current, Overseer
from api.calendars import Preview, YearView
from api.paging import After, Limit, Page, cursor, key_of, paged
from api.problems import ApiCode, Fault, Problem, responses
from api.routes.answers import COMMAND, READING, V1
from api.sent import Key, sent
from api.services import Given
from definitions.errors import Code
from definitions.rules.calendar import local_day

router = APIRouter(prefix=V1, tags=["日历"])

Region = Annotated[str, Path(max_length=6, examples=["CN"])]
Name = Annotated[str, Path(max_length=80, examples=["310117:CN-3"])]
FILE = "calendar.yaml"
_YAML = {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"}
_REFUSED = (
    *(Code.CALENDAR_DAY_TWICE, Code.CALENDAR_YEAR_MISSING, Code.CALENDAR_INVALID),
    *(ApiCode.TOO_LARGE, ApiCode.MEDIA_TYPE),
)
_PUBLISHING = tuple(
    code for code in COMMAND if code not in {Code.UNKNOWN_BUNDLE, Code.BUNDLE_CLOSED}
)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["yaml"],
                    "additionalProperties": False,
                    "properties": {
                        "yaml": {"type": "string"},
                        "note": {"type": "string", "maxLength": calendars.NOTE},
                    },
                }
            },
        },
    }
}


class CalendarBody(BaseModel):
    """A year as YAML text, and why it is published."""

    model_config = {"extra": "forbid"}

    yaml: str
    note: str = Field(default="", max_length=calendars.NOTE)


class Publication(BaseModel):
    """`changed` is false where the very same was published already."""

    region: str = Field(examples=["CN"])
    version: int = Field(examples=[3])
    changed: bool
    recalculation: str | None = Field(examples=["310117:CN-3"])


class Recalculation(BaseModel):
    """How far it is, and the limits it moved, a page at a time."""

    recalculation: RecalculationView
    seconds_left: int | None
    moved: Page[MovedLimitView]


@router.get("/calendars", summary="日历与版本", responses=responses(*READING))
async def versions(
    *,
    given: Given,
    who: Current,  # noqa: ARG001 - anybody who is signed in
    region: Annotated[str | None, Query(max_length=6)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[CalendarVersion]:
    """各地区已发布的日历，新的在前。"""
    key = key_of(after, 2)
    async with given.store.reading() as session:
        found = await reading.calendar_versions(
            session,
            region=region,
            after=(key[0], _int(key[1])) if key else None,
            limit=limit,
        )
    return paged(found, limit, lambda last: (last.region, last.version))


@router.get(
    "/calendars/{region}",
    summary="一个地区一年的日历",
    responses=responses(*READING, Code.UNKNOWN_CALENDAR),
)
async def year(
    *,
    given: Given,
    who: Current,  # noqa: ARG001 - anybody who is signed in
    region: Region,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> YearView:
    """逐日列出上班、放假和调休及其名称；暂定的年份会注明。"""
    return await calendars.year_of(given, region, year or local_day(given.now()).year)


@router.post(
    "/calendars",
    summary="发布日历",
    status_code=201,
    response_model=Publication,
    responses=responses(*_PUBLISHING, *_REFUSED),
    openapi_extra=_BODY,
)
async def publish(
    *, given: Given, request: Request, who: CalendarPublisher, key: Key = None
) -> JSONResponse:
    """发布一年（YAML）。内容与现行相同则版本不变；否则立即开始重算在办件的时限。"""
    body = await _body(request)
    made = await calendars.put(
        given,
        who.actor,
        body.yaml.encode(),
        sent(request, body, key),
        name=FILE,
        note=body.note,
    )
    answer = Publication.model_validate(made.model_dump())
    return JSONResponse(answer.model_dump(), 201 if made.changed else 200)


@router.post(
    "/calendars/preview",
    summary="预览日历的改动",
    responses=responses(*READING, *_REFUSED),
    openapi_extra=_BODY,
)
async def preview(*, given: Given, request: Request, who: CalendarPublisher) -> Preview:
    """不发布，只列出哪些日子会变、多少在办件会重算。"""
    body = await _body(request)
    return await calendars.preview(given, who.actor, body.yaml.encode(), name=FILE)


@router.get(
    "/calendars/recalculations/{name}",
    summary="重算进度与受影响的时限",
    responses=responses(*READING, Code.UNKNOWN_RECALCULATION),
)
async def recalculation(
    *,
    given: Given,
    who: Overseer,  # noqa: ARG001 - who may read every application
    name: Name,
    after: After = None,
    limit: Limit = 50,
) -> Recalculation:
    """已重算、被改动、没有成功的件数，预计剩余时间，以及每个改动的时限。"""
    key = key_of(after, 3)
    found = await calendars.recalculation(given.store, name)
    async with given.store.reading() as session:
        moved = await reading.moved_limits(
            session, name, after=(key[0], key[1], key[2]) if key else None, limit=limit
        )
    last = moved[-1] if len(moved) == limit else None
    more = cursor((last.bundle, last.matter, last.clock)) if last else None
    return Recalculation(
        recalculation=found,
        seconds_left=calendars.seconds_left(found, given.now()),
        moved=Page(items=list(moved), next=more),
    )


@router.post(
    "/calendars/recalculations/{name}/pause",
    summary="暂停重算",
    responses=responses(*_PUBLISHING, Code.UNKNOWN_RECALCULATION, Code.RECALCULATION_DONE),
)
async def pause(
    *, given: Given, request: Request, who: CalendarPublisher, name: Name, key: Key = None
) -> RecalculationView:
    """手上的办完即停；再次请求结果相同。"""
    sent(request, None, key)
    return await calendars.pause(given, who.actor, name, paused=True)


@router.post(
    "/calendars/recalculations/{name}/resume",
    summary="继续重算",
    responses=responses(*_PUBLISHING, Code.UNKNOWN_RECALCULATION, Code.RECALCULATION_DONE),
)
async def resume(
    *, given: Given, request: Request, who: CalendarPublisher, name: Name, key: Key = None
) -> RecalculationView:
    """从停下的地方继续。"""
    sent(request, None, key)
    return await calendars.pause(given, who.actor, name, paused=False)


async def _body(request: Request) -> CalendarBody:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await request.body()
    if kind in _YAML:
        try:
            return CalendarBody(yaml=raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise _wrong("encoding", "不是 UTF-8 编码，请另存为 UTF-8") from None
    if kind != "application/json":
        raise Problem(ApiCode.MEDIA_TYPE, "请以 application/yaml 或 application/json 发送日历")
    try:
        return CalendarBody.model_validate_json(raw)
    except ValueError:
        said = "请求体应为 yaml（日历文本）和 note（说明，不超过 200 字）"
        raise _wrong("body", said) from None


def _wrong(rule: str, said: str) -> Problem:
    return Problem(Code.INVALID, said, errors=[Fault(pointer="/yaml", rule=rule, message=said)])


def _int(text: str) -> int:
    if not text.isdigit():
        fault = Fault(pointer="/query/after", rule="cursor", message="翻页位置无效")
        raise Problem(Code.INVALID, fault.message, errors=[fault])
    return int(text)
