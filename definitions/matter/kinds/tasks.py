"""What happens to the work of departments."""

from typing import Literal

from definitions.language.base import Basis, Value
from definitions.language.roles import Role
from definitions.matter.kinds.base import OfMatter
from definitions.matter.tasks import Completion, Outcome, Proposal, ReturnPoint, TaskState, Waiting
from definitions.matter.values import Reason


class OfTask(OfMatter):
    """Base of events that belong to one task."""

    task: str


class TaskOpened(OfMatter):
    """A task was assigned to a department."""

    kind: Literal["task_opened"] = "task_opened"
    task: TaskState


class TaskClaimed(OfTask):
    """Somebody took the task."""

    kind: Literal["task_claimed"] = "task_claimed"


class TaskReleased(OfTask):
    """The task was put back."""

    kind: Literal["task_released"] = "task_released"


class TaskBegun(OfTask):
    """Whoever holds the task works on it."""

    kind: Literal["task_begun"] = "task_begun"


class TaskWaits(OfTask):
    """The task cannot go on for the time being. No limit stops for it."""

    kind: Literal["task_waits"] = "task_waits"
    waiting: Waiting


class TaskResumed(OfTask):
    """What it waited for is there, or is waited for no longer."""

    kind: Literal["task_resumed"] = "task_resumed"


class TaskHandedOver(OfTask):
    """转交: the task was given to a colleague, by its holder or by who assigns the work."""

    kind: Literal["task_handed_over"] = "task_handed_over"
    to: str
    reasons: tuple[Reason, ...] = ()


class TaskTakenBack(OfTask):
    """A hand-over was withdrawn before the colleague had begun."""

    kind: Literal["task_taken_back"] = "task_taken_back"


class TaskProposed(OfTask):
    """拟办意见 was put to a colleague (复核)."""

    kind: Literal["task_proposed"] = "task_proposed"
    proposal: Proposal


class TaskSentBack(OfTask):
    """The colleague asks for changes."""

    kind: Literal["task_sent_back"] = "task_sent_back"
    reasons: tuple[Reason, ...]


class TaskTransferred(OfTask):
    """移送: another department has the task now; `back` where it returns to who had sent it."""

    kind: Literal["task_transferred"] = "task_transferred"
    department: str
    role: Role
    reasons: tuple[Reason, ...] = ()
    back: bool = False


class TaskReturned(OfTask):
    """退回: the work goes back, to who asked, or to be done `again` from `step` of the matter on.

    Every limit goes on.
    """

    kind: Literal["task_returned"] = "task_returned"
    points: tuple[ReturnPoint, ...]
    again: bool = False
    step: int | None = None


class TaskCompleted(OfTask):
    """The task was completed. `step` is true where this ends the matter's present step.

    `companions` are the other officers who took part (两名以上工作人员核查), `handled_by` the
    people of the department's own system, `drafted_by` who had proposed it. `answer` is kept where
    others need to read it.
    """

    kind: Literal["task_completed"] = "task_completed"
    outcome: Outcome
    step: bool
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()
    companions: tuple[str, ...] = ()
    handled_by: tuple[str, ...] = ()
    drafted_by: str | None = None
    answer: Completion | None = None


class ConsentDeemed(OfTask):
    """逾期视为同意: whoever was asked let the limit pass."""

    kind: Literal["consent_deemed"] = "consent_deemed"


class TaskCancelled(OfTask):
    """The task was called off, or became `obsolete` with its matter."""

    kind: Literal["task_cancelled"] = "task_cancelled"
    obsolete: bool = False
    reasons: tuple[Reason, ...] = ()


class TaskEscalated(OfTask):
    """A rung of the ladder was climbed: whoever stands there is told."""

    kind: Literal["task_escalated"] = "task_escalated"
    rung: str
    to: Literal["holder", "head", "supervisor"]


class TaskUrged(OfTask):
    """催办: a supervisor asks for the task to be done."""

    kind: Literal["task_urged"] = "task_urged"
    reasons: tuple[Reason, ...]


REMINDING = (TaskEscalated, TaskUrged)
"""People are told of the task; the task itself is as it was."""


class OfficerRecused(Value):
    """回避: this officer neither sees nor handles the application any more."""

    kind: Literal["officer_recused"] = "officer_recused"
    officer: str
    reasons: tuple[Reason, ...] = ()
