"""Beside a task: notes with files, the draft of its form."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, Response
from fastapi.responses import StreamingResponse

from activities.store.desk.notes import NoteView
from activities.store.desk.task_drafts import DraftKept
from api.acting import notes
from api.auth.identity import Annotator, Reader, Worker
from api.paging import After, Limit, Page, key_of, paged
from api.problems import ApiCode, responses, wrong
from api.routes.answers import READING, V1, Calling
from api.routes.bodies_tasks import NoteBody
from api.routes.documents import content
from api.routes.tasks import TaskId, task_scope
from api.services import Given
from definitions.errors import Code

router = APIRouter(prefix=f"{V1}/tasks/{{task}}", tags=["待办"])

AnyJson = Annotated[Any, Body(description="任意 JSON，不校验，不超过 64 KiB")]
_LONGEST = 18
_WRITING = (
    *(ApiCode.MALFORMED, ApiCode.UNAUTHENTICATED, ApiCode.CROSS_SITE, Code.FORBIDDEN),
    *(Code.UNKNOWN_TASK, Code.INVALID, ApiCode.REGISTER_AWAY),
)


@router.get("/notes", summary="批注", responses=responses(*READING, Code.UNKNOWN_TASK))
async def read(
    *, given: Given, who: Reader, task: TaskId, after: After = None, limit: Limit = 50
) -> Page[NoteView]:
    """看得到这项待办的同事写的，先写的在前。"""
    key = key_of(after, 1)
    found = await notes.notes_on(
        given, task_scope(who), task, after=_place(key[0]) if key else None, limit=limit
    )
    return paged(found, limit, lambda last: (last.id,))


@router.post(
    "/notes",
    summary="写批注",
    status_code=201,
    responses=responses(*_WRITING, ApiCode.KEY_MISSING, Code.KEY_REUSED, Code.REASONS_MISSING),
)
async def write(call: Calling, who: Annotator, task: TaskId, body: NoteBody) -> NoteView:
    """可附文件（先 POST /files）。不是办理意见，不进入办件的法定记录。重发结果相同。"""
    return await notes.write_note(
        call.given,
        who.actor,
        task_scope(who),
        task,
        call.sent(body),
        body=body.body,
        files=body.files,
    )


@router.get(
    "/notes/{note}/files/{file}",
    summary="批注的附件",
    response_class=StreamingResponse,
    responses=responses(*READING, Code.UNKNOWN_TASK, ApiCode.UNKNOWN_FILE),
)
async def note_file(
    *,
    given: Given,
    request: Request,
    who: Reader,
    task: TaskId,
    note: Annotated[int, Path(ge=1, le=2**62)],
    file: Annotated[str, Path(max_length=40)],
) -> Response:
    """看得到批注的，看得到它的附件。"""
    found = await notes.file_of_note(given, task_scope(who), task, note, file)
    return await content(given, request, found.ref, found.name)


@router.get(
    "/draft",
    summary="办理意见草稿",
    response_model=DraftKept,
    responses=responses(*READING, Code.UNKNOWN_TASK),
)
async def draft(given: Given, who: Worker, task: TaskId) -> Response:
    """本人写到一半的内容；没有的，`body` 为 null。"""
    found = await notes.draft_of_task(given, who.actor, task_scope(who), task)
    # Escaped: what was typed may hold characters that no encoding knows.
    at = found.changed_at.isoformat() if found.changed_at else None
    said = json.dumps({"body": found.body, "changed_at": at})
    return Response(said, media_type="application/json")


@router.put(
    "/draft",
    summary="保存办理意见草稿",
    status_code=204,
    responses=responses(*_WRITING, Code.TASK_NOT_OPEN, ApiCode.TOO_LARGE),
)
async def keep(given: Given, who: Worker, task: TaskId, body: AnyJson = None) -> Response:
    """只有本人看得到；待办办结后不再保留。"""
    await notes.keep_task_draft(given, who.actor, task_scope(who), task, body)
    return Response(status_code=204)


def _place(said: str) -> int:
    if not said.isascii() or not said.isdecimal() or len(said) > _LONGEST:
        raise wrong("/query/after", "cursor", "翻页位置无效，请从第一页开始")
    return int(said)
