"""办不成事: what an applicant said could not be got done, and what the window answered."""

from datetime import datetime

from sqlalchemy import select

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.register import Matter, Task
from definitions.bundle.rows import TaskMore
from definitions.matter.tasks import Outcome, TaskKind
from definitions.matter.values import Reason


class ComplaintView(Read):
    """One complaint. `answer` is empty until the window has answered."""

    matter: str
    matter_name: str
    at: datetime
    said: str
    due_at: datetime | None
    outcome: Outcome | None
    answered_at: datetime | None
    answer: str


async def complaints_of(session: ReadSession, number: str) -> tuple[ComplaintView, ...]:
    """The complaints of one application, the latest first."""
    found = (
        await session.execute(
            select(Task, Matter.name)
            .join(Matter, (Matter.bundle == Task.bundle) & (Matter.key == Task.matter))
            .where(Task.bundle == number, Task.kind == TaskKind.COMPLAINT)
            .order_by(Task.opened_at.desc(), Task.id.desc())
        )
    ).all()
    said = await texts(session, (digest for task, _ in found for digest in _digests(task)))
    return tuple(
        ComplaintView(
            matter=task.matter,
            matter_name=name,
            at=task.opened_at,
            said=" ".join(said.get(digest, "") for digest in _asked(task)),
            due_at=task.due_at,
            outcome=Outcome(task.outcome) if task.outcome else None,
            answered_at=task.completed_at,
            answer=" ".join(said.get(digest, "") for digest in _answered(task)),
        )
        for task, name in found
    )


def _digests(task: Task) -> list[str]:
    return [*_asked(task), *_answered(task)]


def _asked(task: Task) -> list[str]:
    return [Reason.model_validate(reason).text for reason in task.reasons]


def _answered(task: Task) -> list[str]:
    answer = TaskMore.model_validate(task.more).answer
    return [reason.text for reason in answer.reasons] if answer else []
