"""View models of working off: the department's inbox, one task, handing documents out."""

from dataclasses import dataclass
from datetime import date

from api.console.views.acts import PointField, StandingView, UploadField
from api.console.views.bundle import DecisionView
from api.console.views.materials import StoredMaterial
from api.console.views.shared import (
    ClockView,
    DeadlineView,
    FieldView,
    Filters,
    Frame,
    Link,
    Pager,
    Pair,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in the inbox. `claim` is None where it cannot be claimed."""

    id: str
    url: str
    matter: str
    applicant: str
    number: str
    todo: str
    status: StatusView
    deadline: DeadlineView
    holder: str
    claim: Submission | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What there is to do, most urgent first. `empty` says why nothing is here and what is next."""

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    rows: tuple[TaskRow, ...]
    pager: Pager
    empty: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One registered particular, before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PreviewedFile:
    """The file shown first; links to the others open in the same place."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """What some outcomes must carry besides: asked `only_for` them; empty, for all.

    `points` are the materials a supplement notice may name.
    """

    legend: str
    only_for: tuple[str, ...]
    fields: tuple[FieldView, ...] = ()
    points: tuple[PointField, ...] = ()
    upload: UploadField | None = None
    note: str = ""
    is_against: bool = False


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """The form that ends a task; its outcomes are those of the task's kind.

    `parts` hold what single outcomes must carry (points, reasons, bases, minutes). `gate` tells
    what will keep the result in the house; `closed` why this person cannot decide now.
    """

    submission: Submission
    choice: FieldView
    opinion: FieldView
    parts: tuple[OutcomePart, ...]
    button: str
    gate: str = ""
    closed: str = ""
    accept: str = ""
    largest: str = ""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task: what changed, what was handed in, what is to be decided."""

    frame: Frame
    bundle: Link
    matter: Link
    applicant: str
    step: str
    status: StatusView
    deadline: DeadlineView
    holder: str
    claim: Submission | None
    release: Submission | None
    previous_url: str
    next_url: str
    changes: tuple[ChangeView, ...]
    facts: tuple[Pair, ...]
    hints: tuple[str, ...]
    materials: tuple[StoredMaterial, ...]
    preview: PreviewedFile | None
    about: tuple[Pair, ...]
    earlier: tuple[DecisionView, ...]
    clocks: tuple[ClockView, ...]
    standing: tuple[StandingView, ...]
    decision: DecisionForm


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A document waiting to be handed out; `url` selects it."""

    title: str
    number: str
    applicant: str
    bundle: Link
    made_on: date
    url: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryForm:
    """Handing one document to one person."""

    title: str
    applicant: str
    document_url: str
    submission: Submission
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """发证: what lies ready, and the form for the chosen one."""

    frame: Frame
    filters: Filters
    rows: tuple[DeliveryRow, ...]
    pager: Pager
    selected: DeliveryForm | None
