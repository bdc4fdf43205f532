"""The state of one matter, of the tasks, materials and documents it lives with. Values only."""

from datetime import datetime
from enum import StrEnum

from definitions.language.base import Basis, Value
from definitions.language.matters import Template
from definitions.language.pending import Credit, Mode
from definitions.language.receipt import NotAccepted
from definitions.matter.values import FileRef, Point, Reason
from definitions.rules.clocks import Clock, ClockKind


class MatterStatus(StrEnum):
    """Canonical states (domain.md §8.4); the Chinese terms stand in the glossary.

    `SUSPENDED` is what people see while a special procedure stops the clock; the state it came from
    stays beneath it (`MatterState.shown`).
    """

    PLANNED = "planned"
    TO_FILE = "to_file"
    RECEIVED = "received"
    HOLDING = "holding"
    SUPPLEMENTING = "supplementing"
    ACCEPTED = "accepted"
    ACCEPTED_PENDING = "accepted_pending"
    DEEMED_ACCEPTED = "deemed_accepted"
    REVIEWING = "reviewing"
    SUSPENDED = "suspended"
    REVIEWED_AWAITING_SUPPLEMENT = "reviewed_awaiting_supplement"
    GRANTED = "granted"
    REFUSED = "refused"
    ISSUED = "issued"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    NOT_NEEDED = "not_needed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    REVOKED = "revoked"


TERMINAL = frozenset(
    {
        MatterStatus.CLOSED,
        MatterStatus.NOT_ACCEPTED,
        MatterStatus.NOT_NEEDED,
        MatterStatus.LAPSED,
        MatterStatus.WITHDRAWN,
        MatterStatus.TERMINATED,
        MatterStatus.REVOKED,
    }
)
BEFORE_ACCEPTANCE = frozenset(
    {MatterStatus.RECEIVED, MatterStatus.HOLDING, MatterStatus.SUPPLEMENTING}
)
DECIDED = frozenset({MatterStatus.GRANTED, MatterStatus.REFUSED, MatterStatus.ISSUED})
IN_HAND = frozenset(
    {
        MatterStatus.ACCEPTED,
        MatterStatus.ACCEPTED_PENDING,
        MatterStatus.DEEMED_ACCEPTED,
        MatterStatus.REVIEWING,
        MatterStatus.REVIEWED_AWAITING_SUPPLEMENT,
    }
)


class Result(StrEnum):
    """How a matter ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    NOT_ACCEPTED = "not_accepted"
    NOT_NEEDED = "not_needed"
    REVOKED = "revoked"


class Decision(Value):
    """What was decided, by whom.

    A refusal carries reasons, bases and remedies or does not exist. `says` stands for the reasons
    where a rule decided and no person wrote them.
    """

    result: Result
    by: str
    at: datetime
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()
    says: str | None = None


class Notice(Value):
    """补正告知: all points, told once (行政许可法 32(1)(4))."""

    points: tuple[Point, ...]
    at: datetime
    count: int = 1

    @property
    def materials(self) -> frozenset[str]:
        """The materials it names."""
        return frozenset(point.material for point in self.points)


class Procedure(Value):
    """特别程序: one of the closed list of causes, with the length that was told."""

    id: str
    cause: str
    name: str
    since: datetime
    days: int
    until: datetime | None = None
    result: tuple[FileRef, ...] = ()


class HearingStatus(StrEnum):
    """How far a hearing has come."""

    TOLD = "told"
    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    HELD = "held"
    WAIVED = "waived"


class Hearing(Value):
    """听证: the decision rests on its signed minutes (行政许可法 48)."""

    status: HearingStatus
    told_at: datetime | None = None
    requested_at: datetime | None = None
    on: datetime | None = None
    place: Reason | None = None
    chair: str | None = None
    minutes: tuple[FileRef, ...] = ()

    @property
    def is_over(self) -> bool:
        """Nothing more is owed: held, or the right was not used in time."""
        return self.status in {HearingStatus.HELD, HearingStatus.WAIVED}


class PromiseStatus(StrEnum):
    """How an applicant's promise stands after the result went out."""

    OPEN = "open"
    RECTIFYING = "rectifying"
    KEPT = "kept"
    BROKEN = "broken"


class Promise(Value):
    """What is still owed or checked after the result went out (modes C and D)."""

    mode: Mode
    status: PromiseStatus
    materials: tuple[str, ...]
    checks: int = 0

    @property
    def is_open(self) -> bool:
        """It is not settled yet."""
        return self.status in {PromiseStatus.OPEN, PromiseStatus.RECTIFYING}


class MatterState(Value):
    """One matter as it stands. `step` counts the steps done, `round` how often one was returned."""

    key: str
    status: MatterStatus = MatterStatus.PLANNED
    version: int = 0
    result: Result | None = None
    reason: str | None = None
    step: int = 0
    round: int = 0
    reviewed_by: tuple[str, ...] = ()
    decision: Decision | None = None
    clocks: tuple[Clock, ...] = ()
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    objections: int = 0
    not_accepted: NotAccepted | None = None
    competent: str | None = None
    notice: Notice | None = None
    overridden: bool = False
    procedures: tuple[Procedure, ...] = ()
    hearing: Hearing | None = None
    mode: Mode | None = None
    promise: Promise | None = None
    credit: Credit = Credit.NONE
    revoked_at: datetime | None = None
    basis_lost: tuple[str, ...] = ()

    @property
    def is_terminal(self) -> bool:
        """Nothing more can happen to it by the ordinary way."""
        return self.status in TERMINAL

    @property
    def is_followed(self) -> bool:
        """Its result is out, and a promise behind it is not settled."""
        return self.promise is not None and self.promise.is_open

    @property
    def is_over(self) -> bool:
        """Nothing is awaited of anybody any more."""
        return self.is_terminal and not self.is_followed

    @property
    def succeeded(self) -> bool:
        """Its result is out, so that matters waiting for the result may start."""
        return self.result is Result.GRANTED and self.status in {
            MatterStatus.ISSUED,
            MatterStatus.CLOSED,
        }

    @property
    def procedure(self) -> Procedure | None:
        """The special procedure that is going on."""
        return next((p for p in self.procedures if p.until is None), None)

    @property
    def shown(self) -> MatterStatus:
        """The state as people see it."""
        return MatterStatus.SUSPENDED if self.procedure else self.status

    def clock(self, kind: ClockKind) -> Clock | None:
        """The running clock of that kind."""
        return next((clock for clock in self.clocks if clock.kind is kind and clock.runs), None)


class MaterialStatus(StrEnum):
    """Exactly one of these at any time."""

    PENDING = "pending"
    SUPPLIED = "supplied"
    SATISFIED = "satisfied"
    WAIVED = "waived"
    REFUSED = "refused"
    PROMISED = "promised"


class MaterialState(Value):
    """One material of the application. `supplies` counts how often it came in."""

    code: str
    status: MaterialStatus
    version: int = 0
    files: tuple[FileRef, ...] = ()
    reasons: tuple[Reason, ...] = ()
    supplies: int = 0
    supplied_at: datetime | None = None
    changed_at: datetime

    @property
    def is_ready(self) -> bool:
        """A decision may rest on it."""
        return self.status in {
            MaterialStatus.SATISFIED,
            MaterialStatus.WAIVED,
            MaterialStatus.PROMISED,
        }


class DocumentState(Value):
    """A document that leaves the house.

    `number` is its 文号, `template` and `wording` how it is made; `about` is what of the matter it
    tells (which procedure, which notice).
    """

    id: str
    matter: str | None
    kind: str
    name: str
    number: str
    series: str
    template: Template
    wording: str
    counter: bool
    about: str | None = None
    issued_at: datetime
    version: int = 0
    delivered_at: datetime | None = None
    delivered_by: str | None = None
