"""View models of what a benefit comes to for one beneficiary: entitlement, cases, money, report."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.benefits import ActForm, RunHead, WorkingView
from api.console.views.charts import Chart
from api.console.views.shared import (
    FieldView,
    Frame,
    Link,
    Pager,
    Pair,
    StatusView,
    Submission,
    Tab,
    TimelineEntry,
)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One attempt to pay. `account` is masked; `entitlement` only where many are listed."""

    number: str
    entitlement: Link | None
    attempt: int
    fen: int
    account: str
    status: StatusView
    reason: str
    sent_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of the ledger: from which account to which."""

    at: datetime
    kind: str
    attempt: int
    way: str
    fen: int


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What the beneficiary was told, and whether it was read."""

    at: datetime
    text: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """复核件: who wants what, and the application that handles it.

    `who` names the subject where there is no entitlement.
    """

    kind: str
    entitlement: Link | None
    who: str
    bundle: Link | None
    policy: str
    status: StatusView
    opened_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntitlementPage:
    """One entitlement with all that led to it and all that came of it."""

    frame: Frame
    status: StatusView
    run: Link
    facts: tuple[Pair, ...]
    why: str
    working: WorkingView | None
    note: str
    payments: tuple[PaymentRow, ...]
    entries: tuple[EntryRow, ...]
    cases: tuple[CaseRow, ...]
    notices: tuple[NoticeRow, ...]
    timeline: tuple[TimelineEntry, ...]
    chain: StatusView
    acts: tuple[ActForm, ...]


@dataclass(frozen=True, slots=True)
class CasesPage:
    """Cases of one run (`head`), or of all that this person may read."""

    frame: Frame
    head: RunHead | None
    tabs: tuple[Tab, ...]
    views: tuple[Tab, ...]
    rows: tuple[CaseRow, ...]
    empty: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """Payments of one run: what failed first, because somebody must see to it."""

    frame: Frame
    head: RunHead
    views: tuple[Tab, ...]
    totals: tuple[Pair, ...]
    rows: tuple[PaymentRow, ...]
    empty: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget: the whole, what is set aside and paid of it, what came back, what is left."""

    policy: str
    organ: str
    period: str
    total: int
    reserved: int
    paid: int
    returned: int
    left: int
    change: Link


@dataclass(frozen=True, slots=True)
class BudgetsPage:
    """Budgets of policies; `form` is there while one is being changed."""

    frame: Frame
    tabs: tuple[Tab, ...]
    used: Chart | None
    rows: tuple[BudgetRow, ...]
    form: "BudgetForm | None"
    pager: Pager


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """One budget in a field; `policy` and `period` say which. Who may only read sends nothing."""

    title: str
    submission: Submission | None
    policy: str
    period: str
    total: FieldView
    back_url: str
    chain: StatusView
    changes: "tuple[BudgetChangeRow, ...]"


@dataclass(frozen=True, slots=True)
class BudgetChangeRow:
    """When a total was changed, by whom, from how much to how much."""

    at: datetime
    by: str
    before: int
    total: int


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """What is to be given back of what was paid, by when, and how much of it has come."""

    link: Link
    policy: str
    fen: int
    wanted: int
    back: int
    due: date | None
    overdue: bool
    status: StatusView


@dataclass(frozen=True, slots=True)
class RecoveriesPage:
    """追回: what is open, what came back."""

    frame: Frame
    tabs: tuple[Tab, ...]
    views: tuple[Tab, ...]
    rows: tuple[RecoveryRow, ...]
    empty: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part of the closing report: figures as bars, or as pairs."""

    title: str
    chart: Chart | None
    pairs: tuple[Pair, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """结项报告, for the screen and for paper."""

    frame: Frame
    head: RunHead
    facts: tuple[Pair, ...]
    parts: tuple[ReportPart, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class EntitlementsPage:
    """Entitlements of one beneficiary, found by code, over all runs."""

    frame: Frame
    tabs: tuple[Tab, ...]
    find: ActForm
    rows: tuple["FoundRow", ...]
    empty: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One entitlement that was found."""

    link: Link
    policy: str
    period: str
    fen: int
    status: StatusView
