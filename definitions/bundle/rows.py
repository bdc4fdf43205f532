"""The rows that people's lists are made of, one class a table of the register."""

from datetime import date, datetime

from definitions.language.base import Basis, Value
from definitions.language.pending import Credit, Mode
from definitions.language.receipt import NotAccepted
from definitions.matter.state import Hearing, Notice, Procedure, Promise
from definitions.matter.tasks import (
    Completion,
    HandOver,
    Proposal,
    Request,
    ReturnPoint,
    Urge,
    Waiting,
)
from definitions.matter.values import FileRef, Reason
from definitions.rules.clocks import Clock


class ClockRow(Value):
    """A clock's facts, and what was computed from them.

    No `due_at` while a special procedure stops it (`stopped`), or where no calendar reaches so far.
    `days` holds every extension.
    """

    kind: str
    name: str | None
    days: int
    unit: str
    basis: Basis | None
    started_at: datetime
    due_at: datetime | None
    window_until: datetime | None
    provisional: bool
    stopped: bool
    stopped_at: datetime | None
    expired: bool
    facts: Clock


class Special(Value):
    """The legal acts around a matter, as they stand."""

    mode: Mode | None = None
    not_accepted: NotAccepted | None = None
    competent: str | None = None
    notice: Notice | None = None
    overridden: bool = False
    deemed: bool = False
    extended: bool = False
    procedures: tuple[Procedure, ...] = ()
    hearing: Hearing | None = None
    hearing_due: bool = False
    promise: Promise | None = None
    credit: Credit = Credit.NONE
    revoked_at: datetime | None = None
    basis_lost: tuple[str, ...] = ()
    says: str | None = None


class BundleRow(Value):
    """One application."""

    number: str
    application: str
    service: str
    service_version: int
    definition_sha256: str
    name: str
    situation: str
    situation_name: str
    lead: str
    status: str
    version: int
    started_at: datetime
    closed_at: datetime | None
    calendar: str


class MatterRow(Value):
    """One matter. `due_at` is the nearest limit that runs, `due_kind` which one.

    `special` is what only some matters have: notice, procedures, hearing, promise, credit.
    """

    bundle: str
    key: str
    position: int
    number: str
    name: str
    department: str
    department_name: str
    status: str
    result: str | None
    reason: str | None
    version: int
    step: str | None
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    due_kind: str | None
    due_provisional: bool
    overdue: bool
    suspended: bool
    special: Special
    clocks: tuple[ClockRow, ...]
    needs: tuple[tuple[str, str], ...]
    gates: tuple[str, ...]
    missing: tuple[str, ...]
    decided_by: str | None
    reasons: tuple[Reason, ...]
    reason_bases: tuple[Basis, ...]
    bases: tuple[Basis, ...]
    remedies: tuple[str, ...]
    confidentiality: str


class TaskMore(Value):
    """What only some tasks have, as it stands."""

    waiting: Waiting | None = None
    handed: HandOver | None = None
    proposal: Proposal | None = None
    sent_back: tuple[Reason, ...] = ()
    request: Request | None = None
    answer: Completion | None = None
    returned: tuple[ReturnPoint, ...] = ()
    came_from: tuple[str, ...] = ()
    on: date | None = None
    stood_for: str | None = None
    urged: Urge | None = None


class TaskRow(Value):
    """One task of a department.

    `item` and `confidentiality` are its matter's and bound who sees it; what another organ asks for
    has no item. `level` counts the rungs
    of the ladder that were climbed, `alerted` is who stands on the last. `drafted_by` and
    `reviewer` are of what waits for a second look; `asked_by` the organ that asks for it.
    """

    id: str
    bundle: str
    matter: str
    kind: str
    name: str
    department: str
    role: str
    status: str
    version: int
    assignee: str | None
    outcome: str | None
    material: str | None
    days: int | None
    reasons: tuple[Reason, ...]
    opened_at: datetime
    due_at: datetime | None
    completed_at: datetime | None
    item: str
    confidentiality: str
    level: int
    alerted: str | None
    alerted_at: datetime | None
    urged_at: datetime | None
    drafted_by: str | None
    reviewer: str | None
    asked_by: str | None
    more: TaskMore


class MaterialRow(Value):
    """One material. `mode` and `due_at` say how a gap is borne and until when."""

    bundle: str
    code: str
    position: int
    name: str
    source: str
    main: bool
    standard: str
    status: str
    version: int
    waived_by: str | None
    produced_by: str | None
    mode: str | None
    due_at: datetime | None
    files: tuple[FileRef, ...]
    reasons: tuple[Reason, ...]
    gates: tuple[str, ...]
    changed_at: datetime


class DocumentRow(Value):
    """One document; its file lies in `issued` as soon as it is made."""

    id: str
    bundle: str
    matter: str | None
    kind: str
    name: str
    number: str
    template: str
    wording: str
    about: str | None
    counter: bool
    version: int
    issued_at: datetime
    delivered_at: datetime | None
    delivered_by: str | None


class CreditRow(Value):
    """A broken promise and what it does to the applicant's standing."""

    bundle: str
    matter: str
    mode: str
    grade: str


class RecusalRow(Value):
    """回避: an officer whom the application concerns."""

    bundle: str
    account: str


class Rows(Value):
    """Rows to write, each by its key."""

    bundle: BundleRow
    matters: tuple[MatterRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    materials: tuple[MaterialRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    credits: tuple[CreditRow, ...] = ()
    recusals: tuple[RecusalRow, ...] = ()
