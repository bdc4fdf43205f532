"""One task: read, its form kept as it is typed, ended or put to a colleague; notes and files."""

from dataclasses import replace

from fastapi import Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse

from api import commands
from api.acting.notes import keep_task_draft, write_note
from api.console import formats, words
from api.console.fill.beside import look_words
from api.console.fill.outcomes import FILES, Entered, Ground
from api.console.fill.requests import files_of
from api.console.fill.tasks import task_url
from api.console.pages import task_acts, working
from api.console.pages.case import CONFLICTS, changed, tell
from api.console.pages.entered import refused_at, sent_with, taken, typed_in
from api.console.pages.presence import others_looking
from api.console.pages.task_page import NOT_MENDED, TaskId, ground, key_of, task_of, task_page
from api.console.request import Posted, Posting, Visit, Visiting, is_autosave, moved, task_scope
from api.console.request import router as pages
from api.problems import ApiCode, Problem
from definitions.errors import Code, Refused
from definitions.matter.tasks import Outcome, TaskKind
from definitions.rules.numbers import bundle_of_task

router = pages()
router.include_router(working.router)
router.include_router(task_acts.router)

_NOT_KEPT = frozenset({"key", "version", "more"})


@router.get("/console/tasks/{task}")
async def one(visitor: Visiting, task: TaskId) -> Response:
    """What changed, what was handed in, what is to be decided."""
    return await task_page(visitor, task)


@router.post("/console/tasks/{task}/complete")
async def complete(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """End it, with everything that its outcome needs."""
    at, typed = await _typed(visitor, form, task)
    if typed.errors:
        return await task_page(visitor, task, typed=typed, status=422)
    try:
        answer = await commands.complete_task(
            visitor.services, visitor.actor, task, form.sent, **sent_with(typed, at)
        )
    except (Refused, Problem) as error:
        return await _not_taken(visitor, task, typed, error)
    how = words.outcome(at.task.kind, typed.outcome)
    return moved(task_url(task), tell(answer, f"已提交：{how}"))


@router.post("/console/tasks/{task}/propose")
async def propose(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """送复核: put it to a colleague as it would be completed."""
    at, typed = await _typed(visitor, form, task)
    to = form.one("to")
    typed = replace(typed, more={**typed.more, "to": to})
    if to and to not in {each.id for each in at.fellows}:
        typed = replace(typed, errors={**typed.errors, "to": "请选择本部门能办理这项待办的同事"})
    if typed.errors:
        return await task_page(visitor, task, typed=typed, status=422)
    try:
        answer = await commands.propose_completion(
            visitor.services,
            visitor.actor,
            task,
            form.sent,
            to=to or None,
            **sent_with(typed, at),
        )
    except (Refused, Problem) as error:
        return await _not_taken(visitor, task, typed, error)
    return moved(task_url(task), tell(answer, "已送复核，等同事看过"))


@router.post("/console/tasks/{task}/draft")
async def keep(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Keep what was typed, unchecked; the script asks for it two seconds after typing."""
    fields = [[name, value] for name, value in form.fields if name not in _NOT_KEPT]
    scope = task_scope(visitor.who)
    await keep_task_draft(visitor.services, visitor.actor, scope, task, {"fields": fields})
    if is_autosave(visitor.request):
        return JSONResponse({"saved_at": formats.clock(visitor.services.now())})
    return moved(f"{task_url(task)}#decision", "已存着，没有提交。")


@router.post("/console/tasks/{task}/notes")
async def note(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """批注 for colleagues, with files."""
    body = form.one("body").strip()
    files, wrong = await taken(visitor, form, "note-files")
    if not body or wrong:
        said = (body, wrong or "请写批注的内容")
        return await task_page(visitor, task, note=said, status=422)
    await write_note(
        visitor.services,
        visitor.actor,
        task_scope(visitor.who),
        task,
        form.sent,
        body=body,
        files=[each.value for each in files],
    )
    return moved(f"{task_url(task)}#notes", "已记下批注。")


@router.post("/console/tasks/{task}/presence")
async def presence(visitor: Visiting, task: TaskId) -> Response:
    """Who else looks at it, in words, for the script; the asker is noted too."""
    await task_of(visitor, task)
    return PlainTextResponse(look_words(await others_looking(visitor, task)))


@router.get("/console/tasks/{task}/files/{file}")
async def file(visitor: Visiting, task: TaskId, file: str) -> Response:
    """A file that came with a request, an answer or a proposal."""
    found = next((each for each in files_of(await task_of(visitor, task)) if each.id == file), None)
    if found is None or not await visitor.services.files.exists(found.sha256):
        raise Problem(ApiCode.UNKNOWN_FILE)
    return StreamingResponse(
        visitor.services.files.open(found.sha256),
        media_type=found.media_type,
        headers={"Content-Length": str(found.size), "Content-Disposition": "inline"},
    )


async def _typed(visitor: Visit, form: Posted, task: str) -> tuple[Ground, Entered]:
    """The form as it came, with every fault of it at once."""
    at, _ = await ground(visitor, task)
    typed = typed_in(form, at)
    if at.task.kind in FILES:
        kept, wrong = await taken(visitor, form, "minutes")
        required = at.task.kind is TaskKind.HEARING and typed.outcome == Outcome.HELD
        missing = "请附经参加人签字的听证笔录" if required and not kept else ""
        errors = {**typed.errors, **({"minutes": wrong or missing} if wrong or missing else {})}
        typed = replace(typed, kept=kept, errors=errors)
    return at, typed


async def _not_taken(
    visitor: Visit, task: str, typed: Entered, error: Refused | Problem
) -> Response:
    """The task as it is now, with what was typed and why it was not taken."""
    if isinstance(error, Refused) and error.code in CONFLICTS:
        notice = await changed(visitor, bundle_of_task(task), error, key_of(task))
        return await task_page(visitor, task, typed=typed, notices=(notice,), status=409)
    mendable = isinstance(error, Refused) or error.code is Code.INVALID
    if not mendable or error.code in NOT_MENDED:
        raise error
    text = error.message if isinstance(error, Refused) else error.detail
    wrong = replace(typed, errors={refused_at(error, "outcome"): text})
    return await task_page(visitor, task, typed=wrong, status=422)
