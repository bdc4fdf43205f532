"""What happened to a run; its audit chain is made of these."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from definitions.benefits.commands import Begin
from definitions.benefits.run import Counts, Pace, Phase, Sampled, Span
from definitions.language.base import Value


class RunBegun(Value):
    """A run began."""

    kind: Literal["run_begun"] = "run_begun"
    begin: Begin


class FactsFrozen(Value):
    """数据已固定."""

    kind: Literal["facts_frozen"] = "facts_frozen"
    snapshot: str
    sha256: str
    away: tuple[str, ...]


class MatchReported(Value):
    """比对完成."""

    kind: Literal["match_reported"] = "match_reported"
    counts: Counts


class TrialPassed(Value):
    """试算抽查通过."""

    kind: Literal["trial_passed"] = "trial_passed"
    sampled: tuple[Sampled, ...]


class SampleFailed(Value):
    """试算抽查不合格: some of it is wrong, and the run stays where it is."""

    kind: Literal["sample_failed"] = "sample_failed"
    sampled: tuple[Sampled, ...]

    @property
    def wrong(self) -> tuple[Sampled, ...]:
        """What was found wrong, each subject once."""
        return tuple({each.subject: each for each in self.sampled if not each.right}.values())


class MatchedAgain(Value):
    """重新比对."""

    kind: Literal["matched_again"] = "matched_again"
    on: date
    reason: str


class ListReported(Value):
    """名单生成."""

    kind: Literal["list_reported"] = "list_reported"
    listed: int
    fen: int


class ListApproved(Value):
    """名单复核通过（第一人、第二人）. `stood_for`: the absent colleague whose act this is."""

    kind: Literal["list_approved"] = "list_approved"
    by: str
    stood_for: str | None = None


class ListReturned(Value):
    """名单退回."""

    kind: Literal["list_returned"] = "list_returned"
    reason: str


class SpanOpened(Value):
    """意愿确认、公示开始."""

    kind: Literal["span_opened"] = "span_opened"
    phase: Phase
    span: Span


class SpanEnded(Value):
    """意愿确认、公示结束."""

    kind: Literal["span_ended"] = "span_ended"
    phase: Phase


class PayingBegun(Value):
    """开始拨付（或者补拨）."""

    kind: Literal["paying_begun"] = "paying_begun"
    late: bool = False


class RunPaused(Value):
    """暂停."""

    kind: Literal["run_paused"] = "run_paused"
    reason: str


class RunResumed(Value):
    """继续."""

    kind: Literal["run_resumed"] = "run_resumed"


class PaceSet(Value):
    """调速."""

    kind: Literal["pace_set"] = "pace_set"
    pace: Pace


class RunCancelled(Value):
    """取消."""

    kind: Literal["run_cancelled"] = "run_cancelled"
    reason: str


class RunClosed(Value):
    """结项."""

    kind: Literal["run_closed"] = "run_closed"


class VerificationBegun(Value):
    """开始事后核查."""

    kind: Literal["verification_begun"] = "verification_begun"


RunEvent = Annotated[
    RunBegun
    | FactsFrozen
    | MatchReported
    | TrialPassed
    | SampleFailed
    | MatchedAgain
    | ListReported
    | ListApproved
    | ListReturned
    | SpanOpened
    | SpanEnded
    | PayingBegun
    | RunPaused
    | RunResumed
    | PaceSet
    | RunCancelled
    | RunClosed
    | VerificationBegun,
    Field(discriminator="kind"),
]
