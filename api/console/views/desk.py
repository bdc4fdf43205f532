"""View models of working off: the department's inbox, one task, handing documents out."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.acts import PointField, RequestView, StandingView, UploadField
from api.console.views.bundle import DecisionView
from api.console.views.materials import StoredMaterial
from api.console.views.shared import (
    ClockView,
    DeadlineView,
    FieldView,
    Filters,
    Frame,
    Link,
    Option,
    Pager,
    Pair,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in the inbox. `claim` is None where it cannot be claimed.

    `mark` says which reminder it has had (督办), `lamp` how near its limit is, `why`
    what it waits for, `looking` who has it open now; `cells` are the values of the columns that its
    item has besides.
    """

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
    mark: StatusView | None = None
    lamp: StatusView | None = None
    why: str = ""
    looking: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkForm:
    """What may be done with the ticked rows at once; `colleague` is who a hand-over is for."""

    submission: Submission
    acts: tuple[Option, ...]
    colleague: FieldView | None = None


@dataclass(frozen=True, slots=True)
class SavedLink:
    """常用筛选: a view that was kept under a name, and its removal."""

    name: str
    url: str
    remove: Submission
    current: bool = False


@dataclass(frozen=True, slots=True)
class SavedViews:
    """One person's views. `save` keeps the present one; `query` is what is kept."""

    links: tuple[SavedLink, ...]
    save: Submission | None
    query: str
    name: FieldView


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What there is to do, most urgent first. `empty` says why nothing is here and what is next.

    `columns` head the cells that the chosen item has besides; `pull` takes the next one.
    """

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    saved: SavedViews | None
    pull: Submission | None
    columns: tuple[str, ...]
    rows: tuple[TaskRow, ...]
    bulk: BulkForm | None
    pager: Pager
    empty: str


@dataclass(frozen=True, slots=True)
class BulkRow:
    """How one of many went: done, or why not."""

    label: str
    url: str
    status: StatusView
    says: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """The result of a bulk act, task by task. `back` is the list it came from."""

    frame: Frame
    done: int
    rows: tuple[BulkRow, ...]
    back: Link


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
class ReviewPart:
    """送复核 instead of deciding alone: where it goes, and who may be asked to look."""

    url: str
    colleague: FieldView


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """The form that ends a task; its outcomes are those of the task's kind.

    `parts` hold what single outcomes must carry (points, reasons, bases, minutes). `gate` tells
    what will keep the result in the house; `closed` why this person cannot decide now. What is
    typed goes to `autosave` without being checked; `saved` says when it last did.
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
    review: ReviewPart | None = None
    autosave: str = ""
    saved: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """An act that needs nothing typed: one button. `key` presses it; the most likely is primary."""

    label: str
    submission: Submission
    key: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class WorkLink:
    """An act with a form of its own, on a page of its own."""

    label: str
    url: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """Why the work came back: the kind of fault, where, in words."""

    fault: str
    place: str
    says: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """拟办意见 beside the papers: whose, when, and what is to be looked at."""

    decision: DecisionView
    facts: tuple[Pair, ...]
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteView:
    """批注 of a colleague."""

    author: str
    at: datetime
    body: str
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class NotesView:
    """批注 beside a task, oldest first, and the form for another."""

    notes: tuple[NoteView, ...]
    submission: Submission | None
    body: FieldView
    upload: UploadField


@dataclass(frozen=True, slots=True)
class Looking:
    """正在查看: who else has the page open; `url` is asked again by the script."""

    says: str
    url: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task: what changed, what was handed in, what is to be decided.

    `moves` and `acts` move the task on; `returned` is why it came back, `proposal` what is to be
    looked at, `requests` what others were asked.
    """

    frame: Frame
    bundle: Link
    matter: Link
    applicant: str
    step: str
    status: StatusView
    deadline: DeadlineView
    holder: str
    looking: Looking
    moves: tuple[Move, ...]
    acts: tuple[WorkLink, ...]
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
    returned: tuple[ReturnedView, ...]
    proposal: ProposalView | None
    requests: tuple[RequestView, ...]
    notes: NotesView | None
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
