"""View models of the public progress pages: opened by number and query code, names masked."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.shared import FieldView, Frame, StatusView, Submission


@dataclass(frozen=True, slots=True)
class ProgressQueryPage:
    """Number and query code, as printed on the receipt."""

    frame: Frame
    action: str
    number: FieldView
    code: FieldView


@dataclass(frozen=True, slots=True)
class PublicTodo:
    """What the applicant is asked to do, by when, and what follows otherwise."""

    code: str
    material: str
    due_on: date
    consequence: str
    standard: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One matter as the applicant sees it."""

    name: str
    organ: str
    status: StatusView
    at: datetime | None
    note: str


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
    remedies: tuple[str, ...]
    phone: str
    place: str
    accept: str
    largest: str
