"""Papers from the counter to acceptance: taken in, promised, noticed, accepted or not."""

from dataclasses import dataclass
from datetime import datetime

from activities.documents.content.common import Case, Citation, Day, Gap, Paper, Term
from definitions.language.pending import Credit, Lapse, Mode
from definitions.language.receipt import NotAccepted as Why

_WAYS = {
    Mode.HOLD: "容缺收件",
    Mode.ACCEPT_PENDING: "容缺受理",
    Mode.ISSUE_THEN_SUPPLY: "承诺制容缺办结",
    Mode.INFORM_COMMIT: "告知",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """One linked matter and by when it is promised."""

    name: str
    organ: str
    limit: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """收件凭证: what was taken in, by whom, and by when acceptance is told (`within`)."""

    case: Case
    receiver: str
    papers: tuple[Paper, ...]
    linked: tuple[Linked, ...]
    within: Term


@dataclass(frozen=True, slots=True)
class Supplying:
    """容缺: the gaps, from when and for how long they may last, and what follows if they stay.

    `lapse` is None where the result goes out first; `undone` says whether it stays.
    """

    mode: Mode
    gaps: tuple[Gap, ...]
    within: str
    lapse: Lapse | None
    undone: bool
    credit: Credit
    basis: Citation


@dataclass(frozen=True, slots=True)
class Informing:
    """告知承诺: the conditions, what the promise stands for, when it is checked."""

    conditions: tuple[str, ...]
    replaced: tuple[str, ...]
    verify: str
    rectify: str
    credit: Credit
    basis: Citation


@dataclass(frozen=True, slots=True)
class Commitment:
    """承诺书: what the applicant promises, in either or both ways, and how it was signed.

    `authorised` is None where nobody signed for the applicant.
    """

    case: Case
    supplying: Supplying | None
    informing: Informing | None
    way: str | None
    authorised: bool | None

    @property
    def title(self) -> str:
        """By the way of promising; one paper may hold both."""
        ways = [_WAYS[self.supplying.mode]] if self.supplying else []
        if self.informing:
            ways.append(_WAYS[Mode.INFORM_COMMIT])
        return "、".join(ways) + "承诺书"


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """不予受理通知书: why, and which organ is competent instead."""

    case: Case
    why: Why
    reasons: tuple[str, ...]
    competent: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a supplement notice: the paper, what is wrong, the standard, how to fix it."""

    name: str
    defect: str
    standard: str
    way: str


@dataclass(frozen=True, slots=True)
class Correction:
    """补正告知书: every point at once. `again`: unmet points of an earlier notice.

    `added` are papers the earlier notice did not name, which a supervisor allowed for `because`.
    """

    case: Case
    points: tuple[Point, ...]
    within: Term
    lapse: Lapse
    again: bool = False
    added: tuple[str, ...] = ()
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """受理通知书: since when, why since then, how long it takes, what time is not counted.

    `told_by` is the last day on which it should have been told, where it was not (视为受理);
    `supplemented`: it counts from the day the last supplement came in.
    """

    case: Case
    terms: tuple[Term, ...]
    excluded: tuple[str, ...]
    papers: tuple[Paper, ...]
    collected: tuple[str, ...]
    complete: bool
    told_by: Day | None = None
    supplemented: datetime | None = None
    afterwards: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """容缺受理通知书: each gap, how and until when to close it, and what follows if not."""

    case: Case
    gaps: tuple[Gap, ...]
    within: Term
    terms: tuple[Term, ...]
    lapse: Lapse
    credit: Credit
