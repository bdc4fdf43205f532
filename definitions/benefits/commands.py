"""What may be asked of a run: by people, and by the driver that reports how far it has come."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from definitions.benefits.run import Cause, Counts, Pace, Sampled, Terms
from definitions.language.base import Value


class Begin(Value):
    """Begin a run. `batch`: only for those of whom these facts came in."""

    kind: Literal["begin"] = "begin"
    id: str
    policy: str
    version: int
    sha256: str
    period: str
    terms: Terms
    on: date
    cause: Cause = Cause.BY_HAND
    batch: int | None = None


class FreezeFacts(Value):
    """The driver: the facts are frozen. `away` are sources that had nothing fresh."""

    kind: Literal["freeze_facts"] = "freeze_facts"
    snapshot: str
    sha256: str
    away: tuple[str, ...] = ()


class ReportMatch(Value):
    """The driver: everybody is matched."""

    kind: Literal["report_match"] = "report_match"
    counts: Counts


class PassTrial(Value):
    """A person: the sample was looked through; where all of it is right the run may have effects.

    Where some is wrong, that is kept and the run stays in its trial.
    """

    kind: Literal["pass_trial"] = "pass_trial"
    sampled: tuple[Sampled, ...]


class MatchAgain(Value):
    """A person: match again, with facts as they are now (a source is back, facts were put right).

    Only before the list is approved by two.
    """

    kind: Literal["match_again"] = "match_again"
    on: date
    reason: str


class ReportList(Value):
    """The driver: the list is made, exclusions applied."""

    kind: Literal["report_list"] = "report_list"
    listed: int
    fen: int


class ApproveList(Value):
    """One of two persons: the list is right."""

    kind: Literal["approve_list"] = "approve_list"


class ReturnList(Value):
    """One of two persons: the list is not right; approvals are void."""

    kind: Literal["return_list"] = "return_list"
    reason: str


class EndSpan(Value):
    """The driver: the wish's or the publicity's last day is over, and all it brought is settled."""

    kind: Literal["end_span"] = "end_span"


class Pause(Value):
    """A person: stand still after what is in hand."""

    kind: Literal["pause"] = "pause"
    reason: str


class Resume(Value):
    """A person: go on."""

    kind: Literal["resume"] = "resume"


class SetPace(Value):
    """A person: go faster or slower."""

    kind: Literal["set_pace"] = "set_pace"
    pace: Pace


class Cancel(Value):
    """A person: give it up. Only before any money is paid."""

    kind: Literal["cancel"] = "cancel"
    reason: str


class Close(Value):
    """The driver: nothing is open any more, and the closing report is made."""

    kind: Literal["close"] = "close"


class PayLate(Value):
    """Something is to be paid after all: an objection, a review, a late wish was upheld."""

    kind: Literal["pay_late"] = "pay_late"


class Verify(Value):
    """A person or the schedule: hold what was paid against what is known by now."""

    kind: Literal["verify"] = "verify"


RunCommand = Annotated[
    Begin
    | FreezeFacts
    | ReportMatch
    | PassTrial
    | MatchAgain
    | ReportList
    | ApproveList
    | ReturnList
    | EndSpan
    | Pause
    | Resume
    | SetPace
    | Cancel
    | Close
    | PayLate
    | Verify,
    Field(discriminator="kind"),
]
