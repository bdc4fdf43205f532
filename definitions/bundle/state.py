"""The state of one application: its plan, its matters, and what they share."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from definitions.language.base import Value
from definitions.matter.state import DocumentState, MaterialState, MatterState
from definitions.matter.tasks import TaskState
from definitions.rules.calendar import Calendar
from definitions.rules.plan import Plan


class BundleStatus(StrEnum):
    """An application runs until every one of its matters is terminal.

    It is followed while a promise behind a result is open, and closed when nothing is awaited.
    """

    RUNNING = "running"
    FOLLOWED = "followed"
    CLOSED = "closed"


class BundleState(Value):
    """Everything that a decision about this application can rest on."""

    number: str
    application: str
    plan: Plan
    calendar: Calendar
    started_at: datetime
    committed: tuple[str, ...]
    dates: Mapping[str, date] = {}
    version: int = 0
    status: BundleStatus = BundleStatus.RUNNING
    closed_at: datetime | None = None
    matters: Mapping[str, MatterState] = {}
    materials: Mapping[str, MaterialState] = {}
    tasks: Mapping[str, TaskState] = {}
    documents: Mapping[str, DocumentState] = {}
    recused: tuple[str, ...] = ()

    @property
    def open_tasks(self) -> tuple[TaskState, ...]:
        """Tasks someone still has to act on, oldest first."""
        return tuple(task for task in self.tasks.values() if task.is_open)
