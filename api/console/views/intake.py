"""View models of taking an application in: from the first question to the receipt."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.materials import CommitmentView, MaterialRow
from api.console.views.prechecks import FindingView
from api.console.views.shared import (
    BasisView,
    FieldView,
    Frame,
    Link,
    Option,
    Pair,
    SourceView,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class FirmView:
    """The firm as the registers know it."""

    name: str
    uscc: str
    facts: tuple[Pair, ...]
    registered: tuple[str, ...]
    source: SourceView
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A 一件事 that may be chosen, with what it takes."""

    option: Option
    departments: int
    promised: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list; `handed_over_by` is the virtual-window agent it came from, if any."""

    firm: str
    service: str
    url: str
    step: str
    saved_at: datetime
    owner: str
    status: StatusView
    handed_over_by: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The clerk's first page: which firm, which service.

    `name` is asked where no register knows the code.
    """

    frame: Frame
    submission: Submission
    uscc: FieldView
    firm: FirmView | None
    services: tuple[ServiceView, ...]
    drafts: tuple[DraftRow, ...]
    name: FieldView | None = None


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """Drafts: one's own, and those a virtual window has handed over."""

    frame: Frame
    tabs: tuple[Tab, ...]
    rows: tuple[DraftRow, ...]


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step of taking in; `url` is empty while it cannot be reached yet."""

    label: str
    url: str
    current: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class DraftHead:
    """What the pages of one draft have in common."""

    firm: str
    service: str
    steps: tuple[StepLink, ...]
    submission: Submission
    saved_at: datetime | None
    back_url: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The one question asked now. `name` is its form field; `many` allows several answers.

    A day is asked for by `field` instead of options.
    """

    name: str
    text: str
    why: str
    many: bool
    options: tuple[Option, ...]
    hint: str = ""
    error: str = ""
    field: FieldView | None = None


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """An answer that the applicant has given; `url` is where it may be changed."""

    question: str
    answer: str
    url: str


@dataclass(frozen=True, slots=True)
class KnownView:
    """What a register answered instead; `objection` says how to go on where it is wrong."""

    question: str
    answer: str
    source: str
    objection: str


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """What registers answered, to be confirmed by one act. Confirmed, there is no `submission`."""

    rows: tuple[KnownView, ...]
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line of the preview: a matter, material, stage, wait or fee, and what is to be said."""

    name: str
    note: str = ""
    basis: BasisView | None = None


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What the answers so far lead to. `path` are the matters that decide how long it takes."""

    situation: str
    matters: tuple[PreviewLine, ...]
    spared: tuple[PreviewLine, ...]
    materials: tuple[PreviewLine, ...]
    waived: tuple[PreviewLine, ...]
    made: tuple[PreviewLine, ...]
    time: str
    path: tuple[PreviewLine, ...]
    waits: tuple[PreviewLine, ...]
    cost: str
    charges: tuple[PreviewLine, ...]
    visits: tuple[PreviewLine, ...]


@dataclass(frozen=True, slots=True)
class BlockerView:
    """Why this service cannot be done this way now, whose it is, and what mends it."""

    reason: str
    owner: str
    remedy: str
    basis: BasisView


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """One question at a time, the consequences beside it. `count` says how many are left."""

    frame: Frame
    draft: DraftHead
    question: QuestionView
    count: str
    answered: tuple[AnsweredView, ...]
    confirm: ConfirmView | None
    preview: PreviewView
    version: str
    blockers: tuple[BlockerView, ...] = ()
    insist: Submission | None = None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together, and who needs them."""

    title: str
    used_by: tuple[str, ...]
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Two people changed the same field: both values stand side by side, one is chosen."""

    name: str
    label: str
    mine: str
    theirs: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FormPage:
    """One merged form for all matters; what is known is filled in and says from where.

    `shared` of the fields registers have filled in.
    """

    frame: Frame
    draft: DraftHead
    groups: tuple[FieldGroup, ...]
    known: int
    open: int
    next_open: str
    conflicts: tuple[ConflictView, ...] = ()
    shared: int = 0


@dataclass(frozen=True, slots=True)
class MaterialsPage:
    """One set of materials; per missing one, which mode is open in which matter, and why not.

    `papers_url`: those that the house prepares, ready to sign.
    """

    frame: Frame
    draft: DraftHead
    rows: tuple[MaterialRow, ...]
    received: int
    waived: int
    pending: int
    accept: str
    largest: str
    papers_url: str = ""


@dataclass(frozen=True, slots=True)
class CheckSection:
    """A part of the application, to be read once more."""

    title: str
    summary: str
    edit_url: str
    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """核对. A virtual-window agent gets `hand_over` instead of a submission of their own."""

    frame: Frame
    draft: DraftHead
    sections: tuple[CheckSection, ...]
    departments: tuple[str, ...]
    expected_on: date | None
    expected_note: str
    commitment: CommitmentView | None
    confirmed: FieldView
    signature: FieldView | None
    hand_over: bool
    large_url: str
    findings: tuple[FindingView, ...] = ()
    insisted: FieldView | None = None


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """承诺书 on paper: to be signed by the applicant and kept by the window."""

    frame: Frame
    number: str
    uscc: str
    service: str
    commitment: CommitmentView
    organ: str
    back: Link


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A material on the receipt."""

    name: str
    form: str
    copies: int
    pages: int
    remark: str


@dataclass(frozen=True, slots=True)
class ReceiptGap:
    """A material still to come, as told to the applicant."""

    name: str
    mode: str
    due_on: date | None
    consequence: str
    due: str = ""
    basis: BasisView | None = None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """收件凭证: one A4 page. `qr` opens the public progress page; receipt is not acceptance."""

    frame: Frame
    number: str
    query_code: str
    query_url: str
    query_place: str
    applicant: str
    uscc: str
    agent: str
    agent_id: str
    service: str
    matters: tuple[str, ...]
    received_at: datetime
    receiver: str
    organ: str
    phone: str
    materials: tuple[ReceiptLine, ...]
    pending: tuple[ReceiptGap, ...]
    notice: str
    bundle: Link
