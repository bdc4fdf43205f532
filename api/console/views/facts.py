"""View models of the facts of benefits: batches, one batch, what is known of a subject."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.shared import (
    FieldView,
    Frame,
    Link,
    Pager,
    Pair,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in the list."""

    link: Link
    source: str
    kind: str
    as_of: date
    good: int
    bad: int
    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FactsPage:
    """The batches, and the forms for a file and for one subject. `load` is None without the right.

    `newest`: of each source the day it spoke of last.
    """

    frame: Frame
    newest: tuple[Pair, ...]
    load: Submission | None
    fields: tuple[FieldView, ...]
    ask: Submission
    asked: tuple[FieldView, ...]
    rows: tuple[BatchRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class WrongRow:
    """One thing that was wrong with a line."""

    line: int
    field: str
    rule: str
    says: str


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch. `more`: there were more bad lines than are listed."""

    frame: Frame
    status: StatusView
    facts: tuple[Pair, ...]
    rows: tuple[WrongRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of a subject, known or not."""

    label: str
    name: str
    value: str
    source: str
    as_of: date | None
    status: StatusView


@dataclass(frozen=True, slots=True)
class SubjectFactsPage:
    """What is known of one subject as of a day."""

    frame: Frame
    facts: tuple[Pair, ...]
    rows: tuple[FactRow, ...]
    back_url: str
