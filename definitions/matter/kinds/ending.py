"""Decisions, endings, and what is followed after the result went out."""

from typing import Literal

from definitions.language.base import Basis, Value
from definitions.language.clocks import ClockKind
from definitions.language.pending import Credit, Lapse, Mode
from definitions.matter.kinds.base import OfMatter
from definitions.matter.state import Decision
from definitions.matter.values import Reason
from definitions.rules.clocks import Clock


class MatterGranted(OfMatter):
    """准予. `deemed`: 准予延续, because no decision came before the licence ran out (50)."""

    kind: Literal["matter_granted"] = "matter_granted"
    deemed: bool = False
    clocks: tuple[Clock, ...] = ()


class MatterRefused(OfMatter):
    """不予, with reasons, bases and remedies in the decision.

    `decision` where a rule refuses and nobody completed a task (逾期不补的后果).
    """

    kind: Literal["matter_refused"] = "matter_refused"
    decision: Decision | None = None


class MatterIssued(OfMatter):
    """制证: every document of the result is made."""

    kind: Literal["matter_issued"] = "matter_issued"


class MatterClosed(OfMatter):
    """办结: every document of the result is delivered."""

    kind: Literal["matter_closed"] = "matter_closed"


class MatterLapsed(OfMatter):
    """A limit of the applicant passed; `clock` says which."""

    kind: Literal["matter_lapsed"] = "matter_lapsed"
    lapse: Lapse
    clock: ClockKind


class MatterTerminated(OfMatter):
    """终止: it cannot be handled any more."""

    kind: Literal["matter_terminated"] = "matter_terminated"
    reason: str
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()


class MatterWithdrawn(OfMatter):
    """撤回 by the applicant before the decision."""

    kind: Literal["matter_withdrawn"] = "matter_withdrawn"
    reasons: tuple[Reason, ...] = ()


class BundleFollowed(Value):
    """Every matter is terminal, but a promise behind a result is still to be kept or checked."""

    kind: Literal["bundle_followed"] = "bundle_followed"


class BundleReopened(Value):
    """Something came up after everything was closed: a revocation is examined."""

    kind: Literal["bundle_reopened"] = "bundle_reopened"


class BundleClosed(Value):
    """Every matter is terminal."""

    kind: Literal["bundle_closed"] = "bundle_closed"


class MatterReturned(OfMatter):
    """退件: papers handed back with everything that was wrong (实施细则 18(3))."""

    kind: Literal["matter_returned"] = "matter_returned"
    reasons: tuple[Reason, ...]


class MatterRevoked(OfMatter):
    """撤销: the decision is undone, with reasons and bases (行政许可法 69)."""

    kind: Literal["matter_revoked"] = "matter_revoked"
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()
    says: str | None = None


class BasisLost(OfMatter):
    """A decision on which this one rests was revoked; its organ examines what follows."""

    kind: Literal["basis_lost"] = "basis_lost"
    other: str


class DecisionDisclosed(OfMatter):
    """公开: the grant is on the public list (行政许可法 40)."""

    kind: Literal["decision_disclosed"] = "decision_disclosed"


class PromiseOpened(OfMatter):
    """The result is out; what was promised is supplied or checked from now on."""

    kind: Literal["promise_opened"] = "promise_opened"
    mode: Mode
    materials: tuple[str, ...]
    clock: Clock


class PromiseKept(OfMatter):
    """The promise was kept: all supplied, or found true."""

    kind: Literal["promise_kept"] = "promise_kept"


class PromiseBroken(OfMatter):
    """The promise was not kept; its consequences are events of their own."""

    kind: Literal["promise_broken"] = "promise_broken"


class RectificationOrdered(OfMatter):
    """限期整改: what was promised is not so yet."""

    kind: Literal["rectification_ordered"] = "rectification_ordered"
    reasons: tuple[Reason, ...]
    clock: Clock


class CreditRecorded(OfMatter):
    """What a broken promise does to the applicant's standing; `promise` is what was broken."""

    kind: Literal["credit_recorded"] = "credit_recorded"
    grade: Credit
    mode: Mode
