"""What an assignment's own activities do: looking its task up, and noting what became of it."""

from sqlalchemy import select
from temporalio import activity

from activities.contracts.assignments import Assignment, AssignmentInput, Described, Note, Over
from activities.store.desk.connections import account_of, note
from activities.store.engine import ReadSession, Store
from activities.store.tables.register import Bundle, Matter, Task
from definitions.bundle.tasks import OUTCOMES
from definitions.matter.tasks import TaskKind, TaskStatus

_ENDED = {
    TaskStatus.RETURNED: Over.RETURNED,
    TaskStatus.OBSOLETE: Over.OBSOLETE,
    TaskStatus.CANCELLED: Over.CANCELLED,
}


class Rows:
    """Holds the store for `describe_assignment` and `note_assignment`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="describe_assignment")
    async def describe_assignment(self, given: AssignmentInput) -> Described:
        """See `activities.contracts.assignments.describe_assignment`."""
        async with self._store.reading() as session:
            return await described(session, given)

    @activity.defn(name="note_assignment")
    async def note_assignment(self, said: Note) -> None:
        """See `activities.contracts.assignments.note_assignment`."""
        async with self._store.begin() as session:
            await note(session, said)


async def described(session: ReadSession, given: AssignmentInput) -> Described:
    """The task as the register has it: what its system is told, or why it is over."""
    found = (
        await session.execute(
            select(Task, Matter.number, Bundle.service, Bundle.situation)
            .join(Matter, (Matter.bundle == Task.bundle) & (Matter.key == Task.matter))
            .join(Bundle, Bundle.number == Task.bundle)
            .where(Task.id == given.task)
        )
    ).first()
    if found is None:
        return Described(over=Over.CANCELLED)
    task: Task = found.Task
    if task.department != given.department:
        return Described(over=Over.TRANSFERRED)
    if not task.open:
        return Described(over=await _why(session, task, given))
    kind = TaskKind(task.kind)
    return Described(
        assignment=Assignment(
            task=task.id,
            bundle=task.bundle,
            matter=task.matter,
            matter_number=found.number,
            item=task.item,
            service=found.service,
            situation=found.situation,
            kind=kind,
            name=task.name,
            department=task.department,
            opened_at=task.opened_at,
            due_at=task.due_at,
            outcomes=OUTCOMES[kind],
            version=task.version,
        )
    )


async def _why(session: ReadSession, task: Task, given: AssignmentInput) -> Over:
    status = TaskStatus(task.status)
    if status is not TaskStatus.COMPLETED:
        return _ENDED[status]
    acting = await account_of(session, given.connection)
    ours = acting is not None and task.assignee == acting.id
    return Over.ANSWERED if ours else Over.OVERTAKEN
