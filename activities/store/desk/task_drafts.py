"""办理意见 as far as it was typed: one a person and task, never validated, gone with the task."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.inbox import TaskDraft
from activities.store.tables.register import Task
from definitions.language.base import Value


class DraftKept(Value):
    """A draft as it was typed, and when."""

    body: Any = None
    changed_at: datetime | None = None


async def task_draft(session: ReadSession, task: str, account: str) -> DraftKept:
    """What this person has typed; empty where there is nothing, or the task is over."""
    found = (
        await session.execute(
            select(TaskDraft.body, TaskDraft.changed_at)
            .join(Task, Task.id == TaskDraft.task)
            .where(TaskDraft.task == task, TaskDraft.account == account, Task.open)
        )
    ).first()
    if found is None:
        return DraftKept()
    return DraftKept(body=json.loads(found[0]["typed"]), changed_at=found[1])


async def put_task_draft(
    session: WriteSession, task: str, account: str, typed: str, now: datetime
) -> None:
    """Keep what was typed, as JSON text; what was typed for tasks that are over is forgotten."""
    over = select(Task.id).where(Task.id == TaskDraft.task, ~Task.open)
    await session.execute(delete(TaskDraft).where(TaskDraft.account == account, over.exists()))
    # As text: the database's own JSON knows fewer characters than people's keyboards do.
    row = {"task": task, "account": account, "body": {"typed": typed}, "changed_at": now}
    kept = insert(TaskDraft).values(row)
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["task", "account"],
            set_={"body": kept.excluded.body, "changed_at": kept.excluded.changed_at},
        )
    )


async def forget_task_drafts(session: WriteSession, task: str) -> None:
    """The task is done: nobody's draft is kept."""
    await session.execute(delete(TaskDraft).where(TaskDraft.task == task))
