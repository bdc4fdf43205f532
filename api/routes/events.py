"""Live events as server-sent events, resumable by `Last-Event-ID`."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

import json
import time
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from activities.store.reading.feed import FeedEvent, Place, place_of
from activities.store.reading.presence import Looked
from activities.store.reading.scope import Scope
from api.auth.identity import Reader
from api.events import Hub
from api.problems import Fault, Problem, responses
from api.routes.answers import READING, V1
from api.services import Given
from definitions.errors import Code

router = APIRouter(prefix=V1, tags=["实时"])

# A stream ends now and then: its client comes back with its place, and is asked who it is again.
LONGEST = 15 * 60.0
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "事件流"}
}


@router.get(
    "/events",
    summary="事件流",
    response_class=StreamingResponse,
    responses={**STREAM, **responses(*READING)},
)
async def events(
    *,
    given: Given,
    who: Reader,
    bundle: Annotated[str | None, Query(max_length=40)] = None,
    after: Annotated[str | None, Query(max_length=40, description="从这个事件之后起")] = None,
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=40)] = None,
) -> StreamingResponse:
    """每个事件一条，只有编号和代码。

    `{"topic", "kind", "seq", "matter", "department", "at", "task"}`，
    `task` 是事件所说的待办现在的样子：
    `{"id", "department", "item", "role", "status", "assignee"}`。
    谁在查看一项待办，另以 `event: presence` 告知：`{"topic", "task", "people"}`，不补发。

    断开后带 `Last-Event-ID` 重连，从断处接上，不漏不重。每 15 秒一行注释保持连接。
    """
    stream = lines(given.hub, who.scope, _place(last or after), bundle=bundle)
    return StreamingResponse(
        stream,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


async def lines(
    hub: Hub, scope: Scope, after: Place | None, *, bundle: str | None = None
) -> AsyncGenerator[str]:
    """The stream's text: events of the scope, of one application where it is named."""
    ends = time.monotonic() + LONGEST
    yield "retry: 3000\n\n"
    async for event in hub.follow(scope, after):
        if event is None:
            yield ": \n\n"
        elif bundle is None or event.bundle == bundle:
            yield _looked(event) if isinstance(event, Looked) else _line(event)
        if time.monotonic() > ends:
            return


def _line(event: FeedEvent) -> str:
    data = {
        "topic": event.bundle,
        "kind": event.kind,
        "seq": event.seq,
        "matter": event.matter,
        "department": event.department,
        "at": event.at.isoformat(),
        "task": event.task.model_dump() if event.task else None,
    }
    return f"id: {event.place}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _looked(news: Looked) -> str:
    """Without a place: it is not of the register, and not told again."""
    data = {
        "topic": news.bundle,
        "task": news.task,
        "people": [person.model_dump() for person in news.people],
    }
    return f"event: presence\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _place(token: str | None) -> Place | None:
    if token is None:
        return None
    place = place_of(token)
    if place is None:
        fault = Fault(pointer="/Last-Event-ID", rule="place", message="接续位置无效")
        raise Problem(Code.INVALID, fault.message, errors=[fault])
    return place
