"""What people put beside a task they may see: notes with files, and the draft of its form."""

import json
from collections.abc import Sequence
from typing import Any

from activities.store.desk import notes as kept
from activities.store.desk.notes import NoteGiven, NoteView
from activities.store.desk.task_drafts import DraftKept, put_task_draft, task_draft
from activities.store.desk.uploads import UploadView
from activities.store.engine import ReadSession
from activities.store.reading import tasks as reading
from activities.store.reading.scope import Scope
from activities.store.reading.tasks import TaskView
from api.acting.base import files_of
from api.problems import ApiCode, Problem
from api.sent import Sent
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.matter.tasks import OPEN
from definitions.rules import permissions
from definitions.rules.permissions import Act

LARGEST_DRAFT = 64 * 1024


async def write_note(
    services: Services,
    actor: Actor,
    scope: Scope,
    task: str,
    sent: Sent,
    *,
    body: str,
    files: Sequence[str] = (),
) -> NoteView:
    """Write beside a task; the same request again gives the same note.

    For who works tasks or watches over them. Raises `forbidden`, `unknown-task`, `reasons-missing`,
    `invalid`, `idempotency-key-reused`.
    """
    if not permissions.may(actor, Act.URGE):
        permissions.require(actor, Act.WORK_TASK)
    if not body.strip():
        raise Refused(Code.REASONS_MISSING, "请写明批注的内容", field="/body")
    refs = await files_of(services, actor, files)
    async with services.store.begin() as session:
        await _seen(session, task, scope)
        given = NoteGiven(
            task=task,
            department=actor.department or "",
            account=actor.id,
            body=body.strip(),
            files=refs,
            key=sent.key,
        )
        note = await kept.put_note(session, given, services.now())
    if (note.task, note.body, [each.id for each in note.files]) != (
        task,
        given.body,
        [ref.id for ref in refs],
    ):
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return note


async def notes_on(
    services: Services, scope: Scope, task: str, *, after: int | None = None, limit: int = 50
) -> Sequence[NoteView]:
    """The notes beside a task, in the order they were written. Raises `unknown-task`."""
    async with services.store.reading() as session:
        await _seen(session, task, scope)
        return await kept.notes(session, task, after=after, limit=limit)


async def file_of_note(
    services: Services, scope: Scope, task: str, note: int, file: str
) -> UploadView:
    """A file that came with a note. Raises `unknown-task`, `unknown-file`."""
    async with services.store.reading() as session:
        await _seen(session, task, scope)
        found = await kept.note_file(session, task, note, file)
    if found is None:
        raise Problem(ApiCode.UNKNOWN_FILE)
    return found


async def draft_of_task(services: Services, actor: Actor, scope: Scope, task: str) -> DraftKept:
    """What this person has typed into the task's form so far. Raises `unknown-task`."""
    async with services.store.reading() as session:
        await _seen(session, task, scope)
        return await task_draft(session, task, actor.id)


async def keep_task_draft(
    services: Services,
    actor: Actor,
    scope: Scope,
    task: str,
    body: Any,  # noqa: ANN401 - any JSON
) -> None:
    """Keep what was typed, whatever it is. Raises `unknown-task`, `task-not-open`, `too-large`."""
    typed = _typed(body)
    async with services.store.begin() as session:
        found = await _seen(session, task, scope)
        if found.status not in OPEN:
            raise Refused(Code.TASK_NOT_OPEN, "这项待办已经办结或取消", status=found.status)
        await put_task_draft(session, task, actor.id, typed, services.now())


async def _seen(session: ReadSession, task: str, scope: Scope) -> TaskView:
    found = await reading.task(session, task, scope)
    if found is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    return found


def _typed(body: Any) -> str:  # noqa: ANN401 - any JSON
    try:
        # Escaped, so that a character no encoding knows is kept as well.
        typed = json.dumps(body, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise Problem(ApiCode.MALFORMED, "草稿里有不能表示的数值，或者嵌套过深") from error
    if len(json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")) > LARGEST_DRAFT:
        raise Problem(ApiCode.TOO_LARGE, f"草稿不得超过 {LARGEST_DRAFT // 1024} KiB")
    return typed
