"""View models of a running application: its tabs, one matter of it, its withdrawal."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.acts import ActLink, RequestView, StandingView
from api.console.views.materials import StoredMaterial
from api.console.views.shared import (
    BasisView,
    ClockView,
    DeadlineView,
    DocumentRow,
    Edge,
    FieldView,
    Frame,
    Link,
    MatterNode,
    Pair,
    StatusView,
    Submission,
    Tab,
    TimelineEntry,
)


@dataclass(frozen=True, slots=True)
class BundleHead:
    """What the pages of one application share. `act` is the next act, the largest thing."""

    number: str
    service: str
    applicant: str
    status: StatusView
    deadline: DeadlineView | None
    tabs: tuple[Tab, ...]
    act: Link | None = None


@dataclass(frozen=True, slots=True)
class ImpactView:
    """What a granted change does to what policies look at, and to what they come to."""

    facts: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BundlePage:
    """Overview: who has it, until when, what is missing."""

    frame: Frame
    bundle: BundleHead
    facts: tuple[Pair, ...]
    nodes: tuple[MatterNode, ...]
    edges: tuple[Edge, ...]
    clocks: tuple[ClockView, ...]
    pending: tuple[StoredMaterial, ...]
    recent: tuple[TimelineEntry, ...]
    documents: tuple[DocumentRow, ...]
    withdraw_url: str
    receipt_url: str
    correct_url: str = ""
    impact: ImpactView | None = None


@dataclass(frozen=True, slots=True)
class BundleMaterialsPage:
    """All materials, with supply and check where they are open."""

    frame: Frame
    bundle: BundleHead
    materials: tuple[StoredMaterial, ...]
    accept: str
    largest: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Everything that happened, newest first."""

    frame: Frame
    bundle: BundleHead
    entries: tuple[TimelineEntry, ...]
    earlier_url: str


@dataclass(frozen=True, slots=True)
class BundleDocumentsPage:
    """Every document of the application."""

    frame: Frame
    bundle: BundleHead
    documents: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a matter: who did it when, or who has it now."""

    name: str
    status: StatusView
    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision with everything that makes it lawful."""

    status: StatusView
    organ: str
    decided_at: datetime
    reasons: str
    basis: tuple[BasisView, ...]
    remedies: tuple[str, ...]
    document: Link | None


@dataclass(frozen=True, slots=True)
class FilingView:
    """The applicant's window to apply, once the matter's turn has come."""

    name: str
    opens_on: date
    closes_on: date | None
    basis: BasisView
    submission: Submission | None
    confirmed: FieldView


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection raised by somebody else during the publicity."""

    name: str
    closes_on: date | None
    submission: Submission
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One linked matter: its own organ, number, clock, steps, decision, documents, remedy.

    Of another department's there is no `number`, and nothing but how it stands. `flags` are said
    beside the state (已延期, 视为受理); `acts` are the legal acts open to this person now.
    """

    frame: Frame
    bundle: Link
    number: str
    organ: str
    phone: str
    status: StatusView
    flags: tuple[StatusView, ...]
    deadline: DeadlineView | None
    holder: str
    act: Link | None
    acts: tuple[ActLink, ...]
    standing: tuple[StandingView, ...]
    requests: tuple[RequestView, ...]
    waits_for: tuple[MatterNode, ...]
    steps: tuple[StepRow, ...]
    decision: DecisionView | None
    filing: FilingView | None
    objection: ObjectionView | None
    clocks: tuple[ClockView, ...]
    materials: tuple[StoredMaterial, ...]
    entries: tuple[TimelineEntry, ...]
    documents: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    """撤回: what has been decided stays decided, the rest ends; asked for with a reason."""

    frame: Frame
    number: str
    applicant: str
    service: str
    ending: tuple[str, ...]
    staying: tuple[str, ...]
    returned: tuple[str, ...]
    submission: Submission
    fields: tuple[FieldView, ...]
    back_url: str
