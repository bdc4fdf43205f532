"""Documents and files: reading them, handing documents out, taking files in."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from activities.store.desk.uploads import UploadView, uploads
from activities.store.reading.bundles import bundle
from activities.store.reading.documents import DocumentToDeliver, document, to_deliver
from api import commands
from api.auth.identity import Current, Deliverer, Reader, SignedIn, allowed
from api.paging import After, Limit, Page, key_of, moment, paged
from api.problems import ApiCode, Fault, Problem, responses
from api.routes.answers import READING, V1, Acted, acted, command_responses
from api.routes.bodies import Delivery
from api.sent import IfMatch, Key, is_known, sent
from api.services import Given, Services
from api.uploads import take_upload
from definitions.errors import Code, Refused
from definitions.matter.values import FileRef
from definitions.rules.permissions import Act, may

log = structlog.get_logger(__name__)
router = APIRouter(prefix=V1, tags=["文书与文件"])

DocumentId = Annotated[
    str, Path(max_length=120, examples=["SJ-YJS-310117-20261122-000123.REG.licence"])
]
FileId = Annotated[str, Path(max_length=60)]
Uploader = Annotated[SignedIn, Depends(allowed(Act.PREPARE, Act.SUPPLY, Act.WORK_TASK))]
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {}}, "description": "文书（A4 网页，可打印）"}
}
MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class FileBody(BaseModel):
    """A file that was taken in; `id` is what materials refer to."""

    id: str
    sha256: str
    size: int
    media_type: str
    name: str


@router.get("/documents", summary="待领文书", responses=responses(*READING))
async def waiting(
    *, given: Given, who: Deliverer, after: After = None, limit: Limit = 50
) -> Page[DocumentToDeliver]:
    """放在窗口等待领取的纸质文书，最早的在前。"""
    key = key_of(after, 2)
    async with given.store.reading() as session:
        found = await to_deliver(
            session, who.scope, after=(moment(key[0]), key[1]) if key else None, limit=limit
        )
    return paged(found, limit, lambda last: (last.issued_at, last.id))


@router.get(
    "/documents/{name}",
    summary="一份文书",
    response_class=StreamingResponse,
    responses={**PAGE, **responses(*READING, Code.UNKNOWN_DOCUMENT)},
)
async def one_document(given: Given, request: Request, who: Reader, name: DocumentId) -> Response:
    """文书内容。"""
    async with given.store.reading() as session:
        found = await document(session, name, who.scope)
    file = await given.printer.file_of(name) if found else None
    if found is None or file is None:
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书")
    return await content(given, request, file, f"{found.name}.html")


@router.post(
    "/documents/{name}/deliver",
    summary="发放文书",
    response_model=Acted,
    responses=command_responses(Code.UNKNOWN_DOCUMENT, Code.NOT_DELIVERABLE),
)
async def deliver(
    *,
    given: Given,
    request: Request,
    who: Deliverer,
    name: DocumentId,
    body: Delivery | None = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """当面领取或者邮寄。"""
    asked = body or Delivery()
    ours = sent(request, asked, key, if_match)
    return acted(
        await commands.deliver_document(given, who.actor, name, ours, by_post=asked.by_post)
    )


@router.post(
    "/files",
    status_code=201,
    summary="上传文件",
    openapi_extra=MULTIPART,
    responses=responses(
        *READING,
        ApiCode.CROSS_SITE,
        ApiCode.MALFORMED,
        ApiCode.TOO_LARGE,
        ApiCode.MEDIA_TYPE,
        ApiCode.STORAGE_FULL,
    ),
)
async def upload(given: Given, request: Request, who: Uploader) -> FileBody:
    """PDF、JPEG、PNG、TIFF，每个不超过 20 MiB；按内容而不按名称判断类型。"""
    # Read here and not by FastAPI, which would take the body before asking who sends it.
    async with request.form(max_files=1, max_fields=4) as form:
        sent_file = form.get("file")
        if not isinstance(sent_file, UploadFile):
            fault = Fault(pointer="/file", rule="missing", message="请选择文件")
            raise Problem(Code.INVALID, fault.message, errors=[fault])
        kept = await take_upload(given, who.actor, sent_file)
    return FileBody(**{name: getattr(kept, name) for name in FileBody.model_fields})


@router.get(
    "/files/{file}",
    summary="自己上传的文件",
    response_class=StreamingResponse,
    responses=responses(*READING, ApiCode.UNKNOWN_FILE),
)
async def own_file(given: Given, request: Request, who: Current, file: FileId) -> Response:
    """自己上传的；综合窗口看得到全部。"""
    found = await _upload(given, file)
    if found is None or not (found.owner == who.account.id or may(who.actor, Act.READ_ALL)):
        raise Problem(ApiCode.UNKNOWN_FILE)
    return await content(given, request, found.ref, found.name)


@router.get(
    "/bundles/{number}/materials/{material}/files/{file}",
    summary="材料文件",
    response_class=StreamingResponse,
    responses=responses(*READING, Code.UNKNOWN_BUNDLE, ApiCode.UNKNOWN_FILE),
)
async def material_file(
    *, given: Given, request: Request, who: Reader, number: str, material: str, file: FileId
) -> Response:
    """部门看得到本部门事项所需材料的文件。"""
    async with given.store.reading() as session:
        found = await bundle(session, number, who.scope)
    if found is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    for each in (m for m in found.materials if m.code == material):
        for ref in (f for f in each.files if f.id == file):
            return await content(given, request, ref, ref.name or f"{each.name}.pdf")
    raise Problem(ApiCode.UNKNOWN_FILE)


async def content(given: Services, request: Request, file: FileRef, name: str) -> Response:
    """A stored content as it is; its digest is its version."""
    tag = f'"{file.sha256}"'
    if is_known(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    if not await given.files.exists(file.sha256):
        log.error("content_missing", file=file.id, sha256=file.sha256)
        raise Problem(ApiCode.INTERNAL, "文件内容缺失，已记录；请联系管理员")
    return StreamingResponse(
        given.files.open(file.sha256),
        media_type=file.media_type,
        headers={
            "ETag": tag,
            "Content-Length": str(file.size),
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}",
        },
    )


async def _upload(given: Services, file: str) -> UploadView | None:
    async with given.store.reading() as session:
        return (await uploads(session, [file])).get(file)
