"""What happens to the work of departments."""

from typing import Literal

from definitions.language.base import Basis
from definitions.matter.kinds.base import OfMatter
from definitions.matter.tasks import Outcome, TaskState
from definitions.matter.values import Reason


class TaskOpened(OfMatter):
    """A task was assigned to a department."""

    kind: Literal["task_opened"] = "task_opened"
    task: TaskState


class TaskClaimed(OfMatter):
    """Somebody took the task."""

    kind: Literal["task_claimed"] = "task_claimed"
    task: str


class TaskReleased(OfMatter):
    """The task was put back."""

    kind: Literal["task_released"] = "task_released"
    task: str


class TaskCompleted(OfMatter):
    """The task was completed. `step` is true where this ends the matter's present step.

    `companions` are the other officers who took part (两名以上工作人员核查).
    """

    kind: Literal["task_completed"] = "task_completed"
    task: str
    outcome: Outcome
    step: bool
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()
    companions: tuple[str, ...] = ()


class TaskCancelled(OfMatter):
    """The task fell away with its matter."""

    kind: Literal["task_cancelled"] = "task_cancelled"
    task: str
