"""View models of the administrator's pages about departments' systems."""

from dataclasses import dataclass
from datetime import datetime

from api.console.views.shared import (
    FieldView,
    Frame,
    Link,
    Pager,
    Pair,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A connection in the list. `dead` leads to what could not be delivered."""

    link: Link
    organ: str
    way: str
    status: StatusView
    sending: int
    waiting: int
    answered: int
    dead: Link


@dataclass(frozen=True, slots=True)
class ConnectionsPage:
    """Every connection with its figures."""

    frame: Frame
    tabs: tuple[Tab, ...]
    rows: tuple[ConnectionRow, ...]
    new_url: str


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """One connection: how it stands, the form that changes it, its secrets.

    `secret` is there once only, in answer to what made it. A new one has nothing but the form.
    """

    frame: Frame
    status: StatusView | None
    facts: tuple[Pair, ...]
    fields: tuple[FieldView, ...]
    save: Submission
    secret: str
    rotate: Submission | None
    retire: Submission | None
    reconcile: Submission | None
    assignments_url: str


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A task that was given to a system; `again` sends it once more."""

    task: Link
    organ: str
    way: str
    status: StatusView
    attempts: int
    reason: str
    believes: str
    changed_at: datetime
    again: Submission | None


@dataclass(frozen=True, slots=True)
class AssignmentsPage:
    """What was given to systems, and what became of it."""

    frame: Frame
    tabs: tuple[Tab, ...]
    states: tuple[Tab, ...]
    rows: tuple[AssignmentRow, ...]
    empty: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class RefusedCallRow:
    """A call that was not taken, and why."""

    at: datetime
    connection: str
    reason: str
    task: Link | None
    message: str
    remote: str


@dataclass(frozen=True, slots=True)
class RefusedCallsPage:
    """Calls in departments' names that were not taken."""

    frame: Frame
    tabs: tuple[Tab, ...]
    rows: tuple[RefusedCallRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """What both sides believe of a task, and what was done."""

    task: Link
    ours: StatusView
    theirs: str
    finding: str
    outcome: StatusView


@dataclass(frozen=True, slots=True)
class ReconciliationPage:
    """The differences between both sides."""

    frame: Frame
    facts: tuple[Pair, ...]
    rows: tuple[DifferenceRow, ...]
    again: Submission
    back_url: str
