"""Small view models that several pages share.

They hold typed values (aware UTC instants, dates, numbers); how a value is written is the business
of `api.console.formats`, where a word comes from that of `api.console.words`.
No law is decided here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from definitions.language.limits import Unit
from definitions.language.matters import EdgeKind


class Tone(StrEnum):
    """The six hues of ui.md §2, named by what they tell."""

    IDLE = "idle"
    INFO = "info"
    WAIT = "wait"
    PAUSE = "pause"
    OK = "ok"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class StatusView:
    """Word, symbol, colour: in that order of trust."""

    label: str
    symbol: str
    tone: Tone


class DeadlineKind(StrEnum):
    """How a limit stands now."""

    NOT_STARTED = "not-started"
    RUNNING = "running"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A limit as a chip. `due_on` is the last day inside it; `closes_at` only where an hour counts.

    `days` is what is left, or by how much it is over. `note` says why a clock stands still.
    """

    kind: DeadlineKind
    due_on: date | None = None
    closes_at: datetime | None = None
    days: int = 0
    unit: Unit = Unit.WORKING_DAY
    provisional: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class BasisView:
    """What a date, a waiver or a refusal rests on."""

    law: str
    article: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Breadcrumb:
    """A step of the way here; the page itself is not among them."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """A way on, by words."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the side navigation. `count` is work to do, never a statistic."""

    label: str
    url: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the same thing, under its own address."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in, and where they sit."""

    name: str
    role: str
    department: str
    window: str
    nav: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class ErrorView:
    """One thing to mend. `field` is the id of the input it links to."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner: something that persists, or (`own`) the success of one's own act."""

    tone: Tone
    text: str
    own: bool = False
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """Where live news comes from, and which of it concerns this page."""

    url: str
    topic: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page.

    `mode` is the 大字 preference ("", "large", "large-xl"); `here` is this page's own path.
    """

    title: str
    now_at: datetime
    here: str
    viewer: Viewer | None = None
    crumbs: tuple[Breadcrumb, ...] = ()
    notices: tuple[Notice, ...] = ()
    errors: tuple[ErrorView, ...] = ()
    mode: str = ""
    single_keys: bool = True
    live: Live | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """Where a form goes, with its idempotency key and the version of what it changes, if any."""

    action: str
    key: str
    version: int | None = None


class FieldControl(StrEnum):
    """Which control shows a field.

    A `CHOICE` of few is shown as cards, a `LIST` never; a `LOOKUP` is typed, with suggestions.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    PASSWORD = "password"  # noqa: S105 - the name of a control
    TEL = "tel"
    DATE = "date"
    TIME = "time"
    MOMENT = "datetime-local"
    NUMBER = "number"
    CHOICE = "choice"
    LIST = "list"
    LOOKUP = "lookup"
    CARDS = "cards"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer; what cannot be chosen stays visible and says why."""

    value: str
    label: str
    hint: str = ""
    chosen: bool = False
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where a value comes from. `unchecked` marks what a machine read and nobody confirmed."""

    label: str
    detail: str = ""
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a form. `fixed` shows the value only, with a way to correct it at its source."""

    name: str
    label: str
    control: FieldControl = FieldControl.TEXT
    value: str = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    autocomplete: str = "off"
    max_length: int = 200
    source: SourceView | None = None
    fixed: bool = False
    correct_url: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value, read only."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class MatterNode:
    """A linked matter in the graph and in the list beneath it.

    `holder` says who has it now; `why` what it waits for, or why it is not needed.
    """

    key: str
    name: str
    organ: str
    status: StatusView
    url: str
    needed: bool = True
    deadline: DeadlineView | None = None
    holder: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` waits for `source`: for its result, or only for its acceptance."""

    source: str
    target: str
    kind: EdgeKind = EdgeKind.RESULT


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One act. `system` acts are folded away; `matter` is empty for the application as a whole."""

    at: datetime
    organ: str
    person: str
    act: str
    matter: str = ""
    remark: str = ""
    document: Link | None = None
    system: bool = False


@dataclass(frozen=True, slots=True)
class ClockView:
    """A limit with its working: from when, how long, what was not counted, by which article.

    `working` names the days that were passed over, so that the end can be recomputed; `url` is
    where every day of it stands.
    """

    matter: str
    kind: str
    days: int
    unit: Unit
    started_on: date | None
    started_by: str
    paused_days: int
    deadline: DeadlineView
    basis: BasisView | None
    working: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A stored file."""

    id: str
    name: str
    url: str
    size: int
    pages: int | None
    status: StatusView


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document that has left, or waits to leave, the house."""

    title: str
    number: str
    organ: str
    made_on: date
    url: str
    delivery: StatusView


@dataclass(frozen=True, slots=True)
class Pager:
    """By cursor; there are no totals. An empty address means there is no such page."""

    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """A GET form with its removable chips; the state stands in the address.

    `kept` goes along without being asked.
    """

    action: str
    fields: tuple[FieldView, ...]
    chips: tuple[Link, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
