"""Claiming, releasing and completing tasks: whose work it is, and which outcomes it may have."""

from definitions.bundle.commands import ClaimTask, CompleteTask, ReleaseTask
from definitions.bundle.state import BundleState
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.matter.events import (
    Event,
    MaterialAccepted,
    MaterialRejected,
    MatterTerminated,
    TaskClaimed,
    TaskCompleted,
    TaskReleased,
)
from definitions.matter.state import Outcome, TaskKind, TaskState, TaskStatus
from definitions.rules.permissions import may_work

OUTCOMES: dict[TaskKind, tuple[Outcome, ...]] = {
    TaskKind.REVIEW: (Outcome.PASS, Outcome.ADVISE_REFUSAL),
    TaskKind.DECIDE: (Outcome.GRANT, Outcome.REFUSE),
    TaskKind.CHECK: (Outcome.ACCEPT, Outcome.REJECT),
    TaskKind.OBJECTION: (Outcome.UPHOLD, Outcome.DISMISS),
}
NEED_REASONS = frozenset(
    {Outcome.ADVISE_REFUSAL, Outcome.REFUSE, Outcome.REJECT, Outcome.UPHOLD, Outcome.DISMISS}
)
_STEPS = frozenset({TaskKind.REVIEW, TaskKind.DECIDE})


def claim(state: BundleState, command: ClaimTask, actor: Actor) -> tuple[Event, ...]:
    """Take a ready task; a task somebody else holds is refused with who holds it."""
    task = _open_task(state, command.task, actor)
    if task.status is TaskStatus.CLAIMED:
        if task.assignee == actor.id:
            return ()
        raise Refused(Code.TASK_TAKEN, "这项待办已由他人领取", by=task.assignee or "")
    return (TaskClaimed(matter=task.matter, task=task.id),)


def release(state: BundleState, command: ReleaseTask, actor: Actor) -> tuple[Event, ...]:
    """Put one's own claimed task back."""
    task = _open_task(state, command.task, actor)
    if task.status is TaskStatus.READY:
        return ()
    _own_task(task, actor)
    return (TaskReleased(matter=task.matter, task=task.id),)


def complete(state: BundleState, command: CompleteTask, actor: Actor) -> tuple[Event, ...]:
    """Complete a task one holds, or a ready one at once (which claims it first)."""
    task = _open_task(state, command.task, actor)
    if task.status is TaskStatus.CLAIMED:
        _own_task(task, actor)
    _check_outcome(task, command)
    _four_eyes(state, task, actor)
    claimed: tuple[Event, ...] = ()
    if task.status is TaskStatus.READY:
        claimed = (TaskClaimed(matter=task.matter, task=task.id),)
    completed = TaskCompleted(
        matter=task.matter,
        task=task.id,
        outcome=command.outcome,
        step=task.kind in _STEPS,
        reasons=command.reasons,
        bases=command.bases,
    )
    return (*claimed, completed, *_consequences(task, command))


def _consequences(task: TaskState, command: CompleteTask) -> tuple[Event, ...]:
    match command.outcome:
        case Outcome.ACCEPT if task.material is not None:
            return (MaterialAccepted(material=task.material),)
        case Outcome.REJECT if task.material is not None:
            return (MaterialRejected(material=task.material, reasons=command.reasons),)
        case Outcome.UPHOLD:
            return (MatterTerminated(matter=task.matter, reason="公示期内异议成立"),)
        case _:
            return ()


def _open_task(state: BundleState, name: str, actor: Actor) -> TaskState:
    task = state.tasks.get(name)
    # Whether a task of another department exists is none of the caller's business.
    if task is None or not may_work(actor, department=task.department, role=task.role):
        if task is not None and task.department == actor.department:
            raise Refused(Code.FORBIDDEN, "您的岗位不能办理这项待办", needs=task.role)
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    if not task.is_open:
        raise Refused(Code.TASK_NOT_OPEN, "这项待办已经办结或取消", status=task.status)
    return task


def _own_task(task: TaskState, actor: Actor) -> None:
    if task.assignee != actor.id:
        raise Refused(Code.TASK_TAKEN, "这项待办已由他人领取", by=task.assignee or "")


def _check_outcome(task: TaskState, command: CompleteTask) -> None:
    if command.outcome not in OUTCOMES[task.kind]:
        raise Refused(
            Code.OUTCOME_NOT_POSSIBLE,
            "这项待办没有这种办理结果",
            field="/outcome",
            possible=" ".join(OUTCOMES[task.kind]),
        )
    if command.outcome in NEED_REASONS and not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明理由", field="/reasons")
    if command.outcome is Outcome.REFUSE and not command.bases:
        raise Refused(Code.REASONS_MISSING, "不予决定应当写明法律依据", field="/bases")


def _four_eyes(state: BundleState, task: TaskState, actor: Actor) -> None:
    """Who examined does not decide (四眼原则)."""
    if task.kind is TaskKind.DECIDE and state.matters[task.matter].reviewed_by == actor.id:
        raise Refused(Code.FOUR_EYES, "审查人与决定人不能是同一人")
