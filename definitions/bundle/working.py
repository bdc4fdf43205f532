"""A task between opening and completion: who has it, how it goes on, how it goes back."""

from datetime import datetime

from definitions.bundle.commands import (
    ApproveProposal,
    BeginTask,
    ClaimTask,
    CompleteTask,
    HandOverTask,
    ProposeCompletion,
    ReleaseTask,
    ResumeTask,
    ReturnTask,
    SendBackTask,
    TakeBackTask,
    TransferTask,
    WaitTask,
)
from definitions.bundle.state import BundleState
from definitions.bundle.targets import open_task, planned_of, require_holder
from definitions.bundle.tasks import check_completion, check_reviewer, complete
from definitions.errors import Code, Refused
from definitions.language.matters import Review
from definitions.language.roles import WINDOW, Actor, Role
from definitions.matter.events import (
    Event,
    TaskBegun,
    TaskClaimed,
    TaskHandedOver,
    TaskOpened,
    TaskProposed,
    TaskReleased,
    TaskResumed,
    TaskReturned,
    TaskSentBack,
    TaskTakenBack,
    TaskTransferred,
    TaskWaits,
)
from definitions.matter.tasks import Proposal, TaskKind, TaskState, TaskStatus, Waiting
from definitions.matter.values import Reason
from definitions.rules.permissions import Act, may, reaches, require

_REWORKED = frozenset({TaskKind.RECEIPT, TaskKind.REVIEW})


def claim(state: BundleState, command: ClaimTask, actor: Actor) -> tuple[Event, ...]:
    """Take a ready task; a task somebody else holds is refused with who holds it."""
    task = open_task(state, command.task, actor)
    if task.status is TaskStatus.READY:
        return (TaskClaimed(matter=task.matter, task=task.id),)
    if task.assignee in actor.people:
        return ()
    raise Refused(Code.TASK_TAKEN, "这项待办已由他人领取", by=task.assignee or "")


def release(state: BundleState, command: ReleaseTask, actor: Actor) -> tuple[Event, ...]:
    """Put one's own task back."""
    task = open_task(state, command.task, actor)
    if task.status is TaskStatus.READY:
        return ()
    require_holder(task, actor)
    return (TaskReleased(matter=task.matter, task=task.id),)


def begin(state: BundleState, command: BeginTask, actor: Actor) -> tuple[Event, ...]:
    """Begin; a ready task is claimed by it."""
    task = open_task(state, command.task, actor)
    if task.status is TaskStatus.READY:
        return (
            TaskClaimed(matter=task.matter, task=task.id),
            TaskBegun(matter=task.matter, task=task.id),
        )
    require_holder(task, actor)
    if task.status is TaskStatus.CLAIMED:
        return (TaskBegun(matter=task.matter, task=task.id),)
    return ()


def wait(state: BundleState, command: WaitTask, actor: Actor, now: datetime) -> tuple[Event, ...]:
    """Say what it waits for."""
    task = _held(state, command.task, actor, TaskStatus.CLAIMED, TaskStatus.IN_PROGRESS)
    waiting = Waiting(cause=command.cause, since=now, until=command.until, reasons=command.reasons)
    return (TaskWaits(matter=task.matter, task=task.id, waiting=waiting),)


def resume(state: BundleState, command: ResumeTask, actor: Actor) -> tuple[Event, ...]:
    """Go on."""
    task = _held(state, command.task, actor, TaskStatus.WAITING)
    return (TaskResumed(matter=task.matter, task=task.id),)


def hand_over(state: BundleState, command: HandOverTask, actor: Actor) -> tuple[Event, ...]:
    """转交. Whoever assigns the work may give any task of the department to anybody there."""
    task = _assignable(state, command.task, actor)
    if command.to == task.assignee:
        return ()
    if command.to in state.recused:
        raise Refused(Code.RECUSED, "这位同事须回避本件", field="/to")
    handed = TaskHandedOver(
        matter=task.matter, task=task.id, to=command.to, reasons=command.reasons
    )
    return (handed,)


def take_back(state: BundleState, command: TakeBackTask, actor: Actor) -> tuple[Event, ...]:
    """Withdraw what nobody has begun on: a hand-over, or a transfer to another department."""
    task = state.tasks.get(command.task)
    sent = task is not None and bool(task.came_from) and task.came_from[-1] == actor.department
    if task is not None and sent and task.status is TaskStatus.READY:
        require(actor, Act.TRANSFER)
        return (_back(task),)
    task = open_task(state, command.task, actor)
    theirs = task.handed is not None and task.handed.by in actor.people
    if task.status is not TaskStatus.CLAIMED or not theirs:
        raise Refused(Code.TASK_NOT_HELD, "没有可以收回的转交：对方已经开始办理，或者不是您转交的")
    if task.handed is not None and task.handed.before in state.recused:
        return (TaskReleased(matter=task.matter, task=task.id),)
    return (TaskTakenBack(matter=task.matter, task=task.id),)


def propose(
    state: BundleState, command: ProposeCompletion, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Put a completion to a colleague. What could not be completed cannot be proposed either."""
    task = open_task(state, command.task, actor)
    claimed: tuple[Event, ...] = ()
    if task.status is TaskStatus.READY:
        claimed = (TaskClaimed(matter=task.matter, task=task.id),)
    else:
        require_holder(task, actor)
    if task.status is TaskStatus.IN_REVIEW:
        raise Refused(Code.TASK_NOT_OPEN, "这项待办已经送复核", status=task.status)
    if command.to in actor.people:
        raise Refused(Code.FOUR_EYES, "复核人不能是拟办人自己", field="/to")
    if command.to in state.recused:
        raise Refused(Code.RECUSED, "这位同事须回避本件", field="/to")
    asked = CompleteTask(task=task.id, **dict(command.completion))
    check_completion(state, task, asked, actor)
    proposal = Proposal(by=actor.id, at=now, completion=command.completion, to=command.to)
    return (*claimed, TaskProposed(matter=task.matter, task=task.id, proposal=proposal))


def approve(
    state: BundleState, command: ApproveProposal, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """复核同意: completed as proposed, by the one who looked."""
    proposal = _proposal(state, command.task, actor)
    asked = CompleteTask(task=command.task, **dict(proposal.completion))
    return complete(state, asked, actor, now)


def send_back(state: BundleState, command: SendBackTask, actor: Actor) -> tuple[Event, ...]:
    """复核退改."""
    _proposal(state, command.task, actor)
    task = state.tasks[command.task]
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明要改什么", field="/reasons")
    return (TaskSentBack(matter=task.matter, task=task.id, reasons=command.reasons),)


def transfer(state: BundleState, command: TransferTask, actor: Actor) -> tuple[Event, ...]:
    """移送. The decision itself stays with the organ that the law names for the matter."""
    require(actor, Act.TRANSFER)
    task = _free(state, command.task, actor)
    if task.kind is TaskKind.DECIDE:
        raise Refused(Code.NOT_RETURNABLE, "决定由本机关作出，不能移送；可以退回重新审查")
    if task.role is not Role.OFFICER:
        raise Refused(Code.NOT_RETURNABLE, "只有部门审查、核对的待办可以移送")
    if command.department == task.department:
        raise Refused(Code.UNKNOWN_DEPARTMENT, "这项待办已在该部门", field="/department")
    if command.department == WINDOW:
        raise Refused(Code.UNKNOWN_DEPARTMENT, "窗口不办理部门的待办", field="/department")
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明移送的理由", field="/reasons")
    sent = TaskTransferred(
        matter=task.matter,
        task=task.id,
        department=command.department,
        role=task.role,
        reasons=command.reasons,
    )
    return (sent,)


def give_back(
    state: BundleState, command: ReturnTask, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """退回: to who sent or asked it, to the review before, to the window. No clock moves."""
    task = _free(state, command.task, actor)
    if not command.points:
        raise Refused(Code.REASONS_MISSING, "请逐项写明退回的原因", field="/points")
    returned = TaskReturned(matter=task.matter, task=task.id, points=command.points)
    if task.came_from:
        return (_back(task).model_copy(update={"reasons": _said(command)}),)
    if task.request is not None:
        return (returned,)
    if task.kind is TaskKind.DECIDE:
        step = _review_before(state, task)
        return (returned.model_copy(update={"again": True, "step": step}),)
    if task.kind in _REWORKED and task.department != WINDOW:
        again = returned.model_copy(update={"again": True})
        return (again, _rework(state, task, command, now))
    raise Refused(Code.NOT_RETURNABLE, "这项待办没有可以退回的上一步")


def _rework(state: BundleState, task: TaskState, command: ReturnTask, now: datetime) -> TaskOpened:
    matter = state.matters[task.matter]
    rework = TaskState(
        id=f"{state.number}.{task.matter}.rework-{matter.round + 1}",
        matter=task.matter,
        kind=TaskKind.REWORK,
        name=f"完善后退还：{task.name}",
        department=WINDOW,
        role=Role.WINDOW_CLERK,
        opened_at=now,
        reasons=_said(command),
        returned=command.points,
    )
    return TaskOpened(matter=task.matter, task=rework)


def _review_before(state: BundleState, task: TaskState) -> int:
    steps = planned_of(state, task.matter).steps
    done = state.matters[task.matter].step
    for index in range(min(done, len(steps)) - 1, -1, -1):
        if isinstance(steps[index], Review):
            return index
    raise Refused(Code.NOT_RETURNABLE, "本事项没有审查环节，不能退回")


def _back(task: TaskState) -> TaskTransferred:
    return TaskTransferred(
        matter=task.matter,
        task=task.id,
        department=task.came_from[-1],
        role=task.role,
        back=True,
    )


def _said(command: ReturnTask) -> tuple[Reason, ...]:
    return tuple(point.says for point in command.points)


def _proposal(state: BundleState, name: str, actor: Actor) -> Proposal:
    """The proposal that waits for this colleague's eyes."""
    task = open_task(state, name, actor)
    check_reviewer(task, actor)
    assert task.proposal is not None
    return task.proposal


def _held(state: BundleState, name: str, actor: Actor, *statuses: TaskStatus) -> TaskState:
    task = open_task(state, name, actor)
    require_holder(task, actor)
    if task.status not in statuses:
        raise Refused(Code.TASK_NOT_HELD, "待办现在的状态不能这样办理", status=task.status)
    return task


def _free(state: BundleState, name: str, actor: Actor) -> TaskState:
    """A task that is the actor's own, or nobody's yet."""
    task = open_task(state, name, actor)
    if task.status is not TaskStatus.READY:
        require_holder(task, actor)
    if task.status is TaskStatus.IN_REVIEW:
        raise Refused(Code.TASK_NOT_HELD, "这项待办正在复核", status=task.status)
    return task


def _assignable(state: BundleState, name: str, actor: Actor) -> TaskState:
    """Somebody else's task, for who assigns the work; one's own, for everybody."""
    task = state.tasks.get(name)
    if task is not None and task.is_open and may(actor, Act.ASSIGN):
        if reaches(actor, Act.ASSIGN, task.department):
            return task
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    task = open_task(state, name, actor)
    require_holder(task, actor)
    return task
