"""What a reader may see: everything, or what one department takes part in. Part of every query."""

from typing import Any

from pydantic import ConfigDict
from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from activities.store.tables.register import Bundle, Matter, Task
from definitions.language.base import Value
from definitions.language.roles import Authority
from definitions.matter.state import MatterStatus


class Read(Value):
    """Base of read models: frozen, made from rows."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Scope(Value):
    """`department` None sees all; else only bundles in which it has a matter to handle.

    Of these, only what the reader's `authority` covers (None: no bound), and nothing that concerns
    the reader himself (`account`).
    """

    department: str | None = None
    authority: Authority | None = None
    account: str | None = None

    def sees(self, department: str | None) -> bool:
        """Whether something of this department may be seen."""
        return self.department is None or self.department == department


EVERYTHING = Scope()


def of_department(scope: Scope, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Rows that belong to the scope's department."""
    return true() if scope.department is None else column == scope.department


def takes_part(scope: Scope) -> ColumnElement[bool]:
    """Bundles in which the scope's department has a matter or a task; one not needed is none.

    A task beside a matter of its own: a lower organ examines first, a government approves.
    """
    if scope.department is None:
        return true()
    own = select(Matter.key).where(
        Matter.bundle == Bundle.number,
        Matter.department == scope.department,
        Matter.status != MatterStatus.NOT_NEEDED,
    )
    working = select(Task.id).where(
        Task.bundle == Bundle.number, Task.department == scope.department
    )
    return or_(exists(own), exists(working))
