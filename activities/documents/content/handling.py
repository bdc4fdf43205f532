"""Papers from acceptance to decision: what stops the time, stretches it, or asks to be heard."""

from dataclasses import dataclass
from datetime import date, datetime

from activities.documents.content.common import Case, Citation, Day, Term


@dataclass(frozen=True, slots=True)
class ProcedureStart:
    """特别程序告知书: kind, basis, the time it needs, and which limits it stops from when on."""

    case: Case
    name: str
    reasons: tuple[str, ...]
    since: date
    days: int
    expected: Day
    stopped: tuple[Term, ...]
    running: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ProcedureEnd:
    """The end of it: what it took, and the limits' new last days.

    `taken` working days; None beyond every published calendar. `results` counts its papers.
    """

    case: Case
    name: str
    since: date
    until: date
    told: int
    taken: int | None
    resumed: tuple[Term, ...]
    results: int


@dataclass(frozen=True, slots=True)
class Extension:
    """延期通知书: why, by how much, until when, with whose approval."""

    case: Case
    reasons: tuple[str, ...]
    longer: str
    approved_by: str
    approved_on: date
    terms: tuple[Term, ...]
    basis: Citation | None


@dataclass(frozen=True, slots=True)
class HearingRight:
    """听证权利告知书: what is intended and why, by when to ask, and `held` within how long."""

    case: Case
    reasons: tuple[str, ...]
    within: Term
    held: str


@dataclass(frozen=True, slots=True)
class HearingNotice:
    """听证通知书: when, where, under whom; `instead` of an earlier day that was put off."""

    case: Case
    on: datetime
    place: str
    chair: str
    own_motion: bool
    ahead: str
    instead: datetime | None = None
