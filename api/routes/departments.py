"""What departments' own systems use: signed answers, and everything that is known of a task."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from activities.store.reading.packages import given_task
from activities.store.reading.scope import Scope
from api import callbacks
from api.auth.identity import SignedIn, allowed
from api.callbacks import LARGEST, CallbackReceipt
from api.engine import Accepted
from api.packaged import Package
from api.packages import package
from api.problems import ApiCode, Problem, responses
from api.routes.answers import READING, V1, Acted, acted
from api.routes.documents import content
from api.sent import etag
from api.services import Given
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.rules.permissions import Act

router = APIRouter(prefix=V1, tags=["部门系统"])

Connection = Annotated[str, Path(max_length=60, examples=["housing_fund"])]
TaskId = Annotated[str, Path(max_length=120, examples=["SJ-YJS-310117-20261122-000123.REG.review"])]
FileId = Annotated[str, Path(max_length=60)]
Handler = Annotated[SignedIn, Depends(allowed(Act.READ_DEPARTMENT))]
_SIGNED: dict[str, Any] = {
    "parameters": [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": said,
            "schema": {"type": "string"},
        }
        for name, said in (
            ("webhook-id", "消息编号：字母、数字、-、_，不超过 80 个；重发用同一个"),
            ("webhook-timestamp", "签名时间（Unix 秒），前后相差不超过 5 分钟"),
            ("webhook-signature", "v1,<base64>（HMAC-SHA256）或者 v1sm3,<base64>（HMAC-SM3）"),
        )
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Callback"}}},
    },
}
_ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"model": Acted, "description": "已接收，正在登记；请用同一编号重发"}
}


@router.post(
    "/departments/{connection}/callback",
    summary="部门系统回传办理结果",
    response_model=CallbackReceipt,
    openapi_extra=_SIGNED,
    responses={
        **_ACCEPTED,
        **responses(
            *(ApiCode.MALFORMED, ApiCode.SIGNATURE_MISSING, ApiCode.SIGNATURE_INVALID),
            *(ApiCode.SIGNATURE_STALE, ApiCode.SIGNATURE_FUTURE, Code.FORBIDDEN, Code.FOUR_EYES),
            *(ApiCode.UNKNOWN_CONNECTION, ApiCode.TASK_NOT_ASSIGNED, ApiCode.UNKNOWN_FILE),
            *(ApiCode.CONNECTION_INACTIVE, ApiCode.CALLBACK_REPLAYED, ApiCode.CALLBACK_ALTERED),
            *(Code.TASK_NOT_OPEN, Code.TASK_TAKEN, ApiCode.TOO_LARGE, ApiCode.MEDIA_TYPE),
            *(Code.INVALID, Code.REASONS_MISSING, Code.OUTCOME_NOT_POSSIBLE, ApiCode.TOO_MANY),
            *(Code.OFFICERS_MISSING, ApiCode.ENGINE_AWAY, ApiCode.REGISTER_AWAY),
        ),
    },
)
async def callback(given: Given, request: Request, connection: Connection) -> Response:
    """按 Standard Webhooks 签名，不用令牌；签的是收到的原文。

    同一编号只收一次：重发相同的内容，回答 409 `callback-replayed` 并附首次回执。
    """
    remote = request.client.host if request.client else None
    raw = await _read(given, request, connection, remote)
    answer = await callbacks.receive(given, connection, request.headers, raw, remote=remote)
    if isinstance(answer, Accepted):
        return acted(answer)
    return JSONResponse(answer.model_dump())


@router.get(
    "/tasks/{task}/package",
    summary="一项待办的全部办理资料",
    response_model=Package,
    responses=responses(*READING, Code.UNKNOWN_TASK),
)
async def one_package(given: Given, who: Handler, task: TaskId) -> Response:
    """申请人、表单各项（名称和内容）、引导回答、材料及下载地址、时限、依据、可选结果和此前意见。

    只有本部门、在授权范围内的账号看得到。
    """
    made = await package(given, who.actor, who.account.authority, task)
    if made is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    return JSONResponse(
        made.model_dump(mode="json"),
        headers={"ETag": etag(made.task.version), "Cache-Control": "private, no-store"},
    )


@router.get(
    "/tasks/{task}/package/files/{file}",
    summary="随协同请求送来的文件",
    response_class=StreamingResponse,
    responses=responses(*READING, Code.UNKNOWN_TASK, ApiCode.UNKNOWN_FILE),
)
async def asked_file(
    given: Given, request: Request, who: Handler, task: TaskId, file: FileId
) -> Response:
    """资料里列出的文件。"""
    async with given.store.reading() as session:
        found = await given_task(session, task, _scope(who.actor, who))
    if found is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    if file not in found.files:
        raise Problem(ApiCode.UNKNOWN_FILE)
    ref = found.files[file]
    return await content(given, request, ref, ref.name or f"{ref.id}.pdf")


async def _read(given: Given, request: Request, connection: str, remote: str | None) -> bytes:
    """The body as it came. One too large is written down before it is read to its end."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST:
        await callbacks.refuse_too_large(given, connection, remote=remote)
    pieces, size = list[bytes](), 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST:
            await callbacks.refuse_too_large(given, connection, remote=remote)
        pieces.append(piece)
    return b"".join(pieces)


def _scope(actor: Actor, who: SignedIn) -> Scope:
    return Scope(
        department=actor.department or "", authority=who.account.authority, account=actor.id
    )
