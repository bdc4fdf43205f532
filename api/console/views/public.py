"""View models of the public progress pages: opened by number and query code, names masked."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.console.views.shared import (
    BasisView,
    FieldView,
    Frame,
    Link,
    Pager,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class ProgressQueryPage:
    """Number and query code, as printed on the receipt."""

    frame: Frame
    action: str
    number: FieldView
    code: FieldView


class Asked(StrEnum):
    """What kind of thing the applicant is asked for."""

    SUPPLY = "supply"
    HEARING = "hearing"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class PublicTodo:
    """What the applicant is asked to do, by when, why, and what follows otherwise.

    `closes_at` is when the window closes on the last day; online it is open until 24:00. What is
    not `due` yet may be done all the same; its limit has not begun.
    """

    id: str
    asked: Asked
    title: str
    due_on: date | None
    closes_at: datetime | None
    provisional: bool
    matters: str
    consequence: str
    standard: str
    basis: BasisView | None
    submission: Submission
    due: bool = True


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One matter as the applicant sees it."""

    name: str
    organ: str
    status: StatusView
    at: datetime | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicPaper:
    """A document that was sent to the applicant. `url` is empty while it lies at the counter."""

    name: str
    number: str
    made_on: date
    url: str


@dataclass(frozen=True, slots=True)
class PublicRemedy:
    """A result that one may contest, and how."""

    result: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicComplaint:
    """What the applicant said could not be got done, and the answer, or until when it is due."""

    matter: str
    said: str
    at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class ComplaintForm:
    """办不成事: about which matter, and what."""

    submission: Submission
    matter: FieldView
    complaint: FieldView


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """How far it is, who has it, what the applicant can do. The template masks `applicant`."""

    frame: Frame
    number: str
    service: str
    applicant: str
    status: StatusView
    headline: str
    expected_on: date | None
    todos: tuple[PublicTodo, ...]
    steps: tuple[PublicStep, ...]
    ready: tuple[str, ...]
    papers: tuple[PublicPaper, ...]
    remedies: tuple[PublicRemedy, ...]
    clocks: Link | None
    phone: str
    place: str
    accept: str
    largest: str
    complaints: tuple[PublicComplaint, ...] = ()
    complain: ComplaintForm | None = None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A grant that is public (行政许可法 40): what, for which firm, by whom."""

    item: str
    firm: str
    uscc: str
    organ: str
    decided_on: date
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """准予决定公开: anybody may read it."""

    frame: Frame
    rows: tuple[DecisionRow, ...]
    pager: Pager
