"""View models of what the public and a beneficiary see of benefits."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.benefit_money import NoticeRow, PaymentRow
from api.console.views.benefits import ActForm, WorkingView
from api.console.views.shared import (
    BasisView,
    FieldView,
    Frame,
    Link,
    Pager,
    Pair,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class PublicRunRow:
    """A list in publicity; `until` is its last day."""

    link: Link
    organ: str
    period: str
    until: date


@dataclass(frozen=True, slots=True)
class PublicBenefitsPage:
    """Every list in publicity today."""

    frame: Frame
    rows: tuple[PublicRunRow, ...]


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One entry as the policy shows it; empty is what it does not show."""

    name: str
    code: str
    amount: str
    reason: str
    object_url: str


@dataclass(frozen=True, slots=True)
class PublicListPage:
    """One list: whose policy, until when and how that was counted, who is on it."""

    frame: Frame
    summary: str
    facts: tuple[Pair, ...]
    counted: tuple[date, ...]
    bases: tuple[BasisView, ...]
    shows: tuple[str, ...]
    rows: tuple[PublicLine, ...]
    pager: Pager
    object_url: str


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """异议: against the list, or against one entry of it (`entry`, shown as `about`)."""

    frame: Frame
    about: str
    entry: str
    until: date
    form: ActForm
    back_url: str


@dataclass(frozen=True, slots=True)
class MyEntryPage:
    """By which code one's own page is opened, and where the code is."""

    frame: Frame
    about: str
    submission: Submission
    kind: FieldView
    code: FieldView
    query: FieldView


@dataclass(frozen=True, slots=True)
class MyEntry:
    """One benefit of one's own: what it is now, in a sentence, and what one may do at once."""

    id: str
    link: Link
    period: str
    amount: str
    status: StatusView
    says: str
    acts: tuple[ActForm, ...]


@dataclass(frozen=True, slots=True)
class MyCase:
    """Something brought forward, and what became of it."""

    kind: str
    about: str
    opened_at: datetime
    status: StatusView
    number: str


@dataclass(frozen=True, slots=True)
class MyNo:
    """Something said no to, and how to take it back."""

    label: str
    at: datetime
    back: Submission
    policy: str
    kind: str


@dataclass(frozen=True, slots=True)
class MyBenefitsPage:
    """What a beneficiary has, was told, may decide."""

    frame: Frame
    who: str
    account: str
    checkup: Link
    entries: tuple[MyEntry, ...]
    notices: tuple[NoticeRow, ...]
    cases: tuple[MyCase, ...]
    noes: tuple[MyNo, ...]
    say_no: ActForm


@dataclass(frozen=True, slots=True)
class MyDecisionPage:
    """One benefit: why, by which facts, what was paid, and what one may ask for."""

    frame: Frame
    entry: MyEntry
    facts: tuple[Pair, ...]
    automated: str
    working: WorkingView | None
    payments: tuple[PaymentRow, ...]
    notices: tuple[NoticeRow, ...]
    cases: tuple[MyCase, ...]
    acts: tuple[ActForm, ...]
    back: Link
