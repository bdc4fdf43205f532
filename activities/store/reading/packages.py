"""The row of a task as the department it was given to reads it, with the texts beside it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from activities.store.desk.texts import texts
from activities.store.desk.uploads import uploads
from activities.store.engine import ReadSession
from activities.store.reading.materials import FileView
from activities.store.reading.scope import Read, Scope, own_tasks
from activities.store.tables.register import Event, Task
from definitions.bundle.rows import TaskMore
from definitions.language.roles import Confidentiality
from definitions.matter.tasks import TaskKind, TaskStatus
from definitions.matter.values import FileRef


class GivenTask(Read):
    """A task with everything only some tasks have. `said` are the texts `more` refers to."""

    id: str
    bundle: str
    matter: str
    kind: TaskKind
    name: str
    department: str
    status: TaskStatus
    version: int
    material: str | None
    days: int | None
    item: str
    confidentiality: Confidentiality
    opened_at: datetime
    due_at: datetime | None
    more: TaskMore
    reasons: tuple[str, ...] = ()
    said: Mapping[str, str] = {}
    files: Mapping[str, FileView] = {}


async def given_task(session: ReadSession, name: str, scope: Scope) -> GivenTask | None:
    """The task, where it is this department's and the reader may know of it."""
    row = await session.scalar(select(Task).where(Task.id == name, own_tasks(scope)))
    if row is None:
        return None
    more = TaskMore.model_validate(row.more)
    reasons = [each["text"] for each in row.reasons]
    files = more.request.files if more.request else ()
    names = await uploads(session, (file.id for file in files))
    said = await texts(session, (*reasons, *_digests(more)))
    plain = {
        n: getattr(row, n)
        for n in GivenTask.model_fields
        if n not in {"more", "reasons", "said", "files"}
    }
    return GivenTask(
        **plain,
        more=more,
        reasons=tuple(said.get(digest, "") for digest in reasons),
        said=said,
        files={
            file.id: _named(file, names[file.id].name if file.id in names else "") for file in files
        },
    )


async def handlers(session: ReadSession, number: str) -> Mapping[int, tuple[str, ...]]:
    """Whom departments' own systems named as handling, by the event's sequence."""
    found = await session.execute(
        select(Event.seq, Event.body["handled_by"]).where(
            Event.bundle == number, Event.kind == "task_completed"
        )
    )
    return {seq: tuple(people) for seq, people in found if people}


def _named(file: FileRef, name: str) -> FileView:
    return FileView(**dict(file), name=name)


def _digests(more: TaskMore) -> list[str]:
    asked = [more.request.question.text] if more.request else []
    return [*asked, *(point.says.text for point in more.returned)]
