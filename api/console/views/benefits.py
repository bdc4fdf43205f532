"""View models of runs of benefits: the list of them, one run, its trial, its list."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.acts import UploadField
from api.console.views.charts import Chart
from api.console.views.shared import (
    FieldView,
    Filters,
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
class RunRow:
    """A run in the list. `fen` is what its list comes to, None before there is one."""

    link: Link
    number: str
    organ: str
    status: StatusView
    hits: int
    fen: int | None
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class RunsPage:
    """Runs, the newest first."""

    frame: Frame
    tabs: tuple[Tab, ...]
    filters: Filters
    rows: tuple[RunRow, ...]
    empty: str
    pager: Pager
    begin_url: str


@dataclass(frozen=True, slots=True)
class BeginPage:
    """The form that begins a run."""

    frame: Frame
    tabs: tuple[Tab, ...]
    submission: Submission
    fields: tuple[FieldView, ...]
    none: str


@dataclass(frozen=True, slots=True)
class RunHead:
    """What every page of one run says of it."""

    policy: Link
    organ: str
    period: str
    status: StatusView
    tabs: tuple[Tab, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """A phase on the rail: `state` is done, current or empty."""

    label: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far the phase has come. `total` is None where nobody knows yet."""

    label: str
    done: int
    total: int | None
    facts: tuple[Pair, ...]
    going: bool


@dataclass(frozen=True, slots=True)
class ActForm:
    """One act on a page: its fields, and its button. `opens`: folded behind this word.

    `upload` are files that go along.
    """

    label: str
    submission: Submission
    fields: tuple[FieldView, ...] = ()
    upload: UploadField | None = None
    hint: str = ""
    danger: bool = False
    opens: str = ""


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run: where it stands, how it came out, what may be done now, what was done."""

    frame: Frame
    head: RunHead
    steps: tuple[PhaseStep, ...]
    progress: ProgressView | None
    away: tuple[str, ...]
    next_link: Link | None
    why_not: str
    facts: tuple[Pair, ...]
    matched: Chart | None
    standing: Chart | None
    acts: tuple[ActForm, ...]
    timeline: tuple[TimelineEntry, ...]
    chain: StatusView
    refresh_url: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as it was used, by whom, as of which day; empty where nobody said it lately."""

    label: str
    value: str
    source: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One condition: how it came out, by which figure, against which bound, and how far off."""

    says: str
    form: str
    status: StatusView
    value: str
    bound: str
    short: str
    facts: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with the formula in words: whoever wants to can reckon it again."""

    label: str
    formula: str
    value: str


@dataclass(frozen=True, slots=True)
class WorkingView:
    """The whole working of one verdict."""

    verdict: StatusView
    on: date
    findings: tuple[FindingRow, ...]
    figures: tuple[FigureRow, ...]
    amount: str
    uncertain: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One of the trial's results, with its working; `right` and `note` are what is filled in."""

    id: str
    name: str
    code: str
    working: WorkingView
    right: FieldView
    note: FieldView


@dataclass(frozen=True, slots=True)
class SamplePage:
    """试算抽查: each looked through by hand. Without `submission` it is only shown.

    `failed` says what was found wrong so far, in this turn or before.
    A long sample has `parts`, of which one is shown, from the `first` on; what was answered on the
    others is `carried`.
    """

    frame: Frame
    head: RunHead
    wanted: int
    first: int
    rows: tuple[SampleRow, ...]
    carried: tuple[tuple[str, str], ...]
    parts: tuple[int, ...]
    submission: Submission | None
    why_not: str
    missed: Chart | None
    unknown: Chart | None
    cost: str
    failed: str = ""


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """One subject's working in a run, and what became of it."""

    frame: Frame
    head: RunHead
    code: str
    working: WorkingView
    entitlement: Link | None


@dataclass(frozen=True, slots=True)
class ListRow:
    """One subject on a run's list, or one that is not on it and why. `act` strikes or restores."""

    link: Link
    code: str
    status: StatusView
    fen: int | None
    why: str
    act: Link | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list of a run, by status; near misses and missing data beside it."""

    frame: Frame
    head: RunHead
    views: tuple[Tab, ...]
    find: ActForm
    filters: Filters
    rows: tuple[ListRow, ...]
    empty: str
    about: str
    pager: Pager
    next_act: ActForm | None
    give_back: ActForm | None
    why_not: str
