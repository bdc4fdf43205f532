"""Finding what a command is about, or saying that it is not there."""

from definitions.bundle.state import BundleState
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.matter.state import IN_HAND, MatterState, MatterStatus
from definitions.matter.tasks import Outcome, TaskKind, TaskState
from definitions.rules.permissions import Act, may_work, require_for
from definitions.rules.plan import PlannedMatter


def matter_of(state: BundleState, key: str) -> MatterState:
    """The matter of that key. Raises `Refused(UNKNOWN_MATTER)`."""
    matter = state.matters.get(key)
    if matter is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return matter


def planned_of(state: BundleState, key: str) -> PlannedMatter:
    """The plan of that matter. Raises `Refused(UNKNOWN_MATTER)`."""
    planned = state.plan.matter(key)
    if planned is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return planned


def own(state: BundleState, key: str, actor: Actor, act: Act) -> tuple[PlannedMatter, MatterState]:
    """The matter with its plan, where the actor may do this to it."""
    planned = planned_of(state, key)
    require_for(actor, act, planned.department)
    return planned, state.matters[key]


def in_hand(matter: MatterState, *, decided: bool = False) -> None:
    """Raise `Refused` unless the matter is accepted and nothing is decided about it yet.

    `decided`: also where it is decided and only waits for papers (审结待补).
    """
    if matter.status not in IN_HAND or (matter.decision is not None and not decided):
        raise Refused(Code.NOT_IN_HAND, "本事项不在办理中", status=matter.status)


def open_task(state: BundleState, name: str, actor: Actor) -> TaskState:
    """An open task that the actor may work. Raises `Refused`."""
    task = state.tasks.get(name)
    # Whether a task of another department exists is none of the caller's business.
    if task is None or not may_work(actor, department=task.department, role=task.role):
        if task is not None and task.department == actor.department:
            raise Refused(Code.FORBIDDEN, "您的岗位不能办理这项待办", needs=task.role)
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    if not task.is_open and _told_once(state, task):
        raise Refused(
            Code.SECOND_NOTICE,
            "已经一次性告知过，不得再提新的要求；确有必要的，由督办人员批准",
            status=task.status,
        )
    if not task.is_open:
        raise Refused(Code.TASK_NOT_OPEN, "这项待办已经办结或取消", status=task.status)
    return task


def _told_once(state: BundleState, task: TaskState) -> bool:
    """Whether this is an examination that ended in a notice still being followed."""
    asked = task.kind is TaskKind.RECEIPT and task.outcome is Outcome.ASK_SUPPLEMENT
    return asked and state.matters[task.matter].status is MatterStatus.SUPPLEMENTING


def require_holder(task: TaskState, actor: Actor) -> None:
    """Raise `Refused` unless the task is the actor's, or of whom the actor stands for."""
    if task.assignee is None:
        raise Refused(Code.TASK_NOT_HELD, "请先领取这项待办", status=task.status)
    if task.assignee not in actor.people:
        raise Refused(Code.TASK_TAKEN, "这项待办已由他人领取", by=task.assignee or "")
