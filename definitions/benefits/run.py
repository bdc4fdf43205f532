"""兑现批次: one run of a policy over everybody, as a machine of phases.

What people decide and what the driver reports are `commands` alike; `decide` says what follows
(`events`), `evolve` what stands then. Of rows, money and facts it knows only the counts.
"""

from datetime import date
from enum import StrEnum

from pydantic import Field

from definitions.language.base import Value
from definitions.language.benefits import Confirmation, PolicyDefinition, Way


class Phase(StrEnum):
    """Where a run stands. Up to the list nothing follows for anybody: that is the trial (试算)."""

    SNAPSHOT = "snapshot"
    MATCHING = "matching"
    TRIAL = "trial"
    LISTING = "listing"
    REVIEW = "review"
    SECOND_REVIEW = "second_review"
    WISH = "wish"
    PUBLICITY = "publicity"
    PAYING = "paying"
    VERIFYING = "verifying"
    CLOSED = "closed"
    CANCELLED = "cancelled"


# Where people have their say; everywhere else the driver is at work or time passes.
FOR_PEOPLE = frozenset({Phase.TRIAL, Phase.REVIEW, Phase.SECOND_REVIEW})
OVER = frozenset({Phase.CLOSED, Phase.CANCELLED})


class Pace(StrEnum):
    """How fast a run goes: at full speed, gently, or hardly (快 · 缓 · 慢)."""

    FULL = "full"
    GENTLE = "gentle"
    CRAWL = "crawl"


class Cause(StrEnum):
    """What began it."""

    BY_HAND = "by_hand"
    SCHEDULE = "schedule"
    FACTS = "facts"


class Terms(Value):
    """What of the policy the run goes by, frozen at its beginning."""

    name: str
    organ: str
    item: str
    way: Way
    confirmation: Confirmation | None
    publicity_days: int | None
    sample: int
    recovery_days: int
    offset: bool

    @classmethod
    def of(cls, policy: PolicyDefinition) -> "Terms":
        """Those of the policy."""
        return cls(
            name=policy.name,
            organ=policy.organ,
            item=policy.item,
            way=policy.way,
            confirmation=policy.confirmation,
            publicity_days=policy.publicity.days if policy.publicity else None,
            sample=policy.sample,
            recovery_days=policy.recovery.days,
            offset=policy.recovery.offset,
        )


class Counts(Value):
    """How a match came out, in subjects; `missed_by` by the condition that was in the way.

    `unknown_by` by the source that had nothing; `fen` is what all hits together would cost.
    """

    subjects: int = 0
    hits: int = 0
    near: int = 0
    missed: int = 0
    unknown: int = 0
    excluded: int = 0
    fen: int = 0
    missed_by: dict[str, int] = Field(default_factory=dict)
    unknown_by: dict[str, int] = Field(default_factory=dict)

    def plus(self, other: "Counts") -> "Counts":
        """Both together, as of two parts of everybody."""
        sums: dict[str, object] = {}
        for name in type(self).model_fields:
            ours, theirs = getattr(self, name), getattr(other, name)
            if isinstance(ours, dict):
                keys = {**ours, **theirs}
                sums[name] = {key: ours.get(key, 0) + theirs.get(key, 0) for key in keys}
            else:
                sums[name] = ours + theirs
        return Counts.model_validate(sums)


class Sampled(Value):
    """What a person found who looked one of the trial's results through by hand."""

    subject: int
    right: bool
    note: str = ""


class Span(Value):
    """Working days of a wish or a publicity: the day after `since` is the first, `until` the last.

    It ends at the close of `until`; `calendar` says by which calendar it was reckoned.
    """

    since: date
    days: int
    until: date
    calendar: str
    reminders: tuple[date, ...] = ()


class RunState(Value):
    """A run. `on`: the day of the facts; `approved_for`: for whom those who approved stood in.

    `sampled`: by what the trial was passed. `samples_looked` and `sample_failures`, the wrong ones
    of them: of every sample of every turn.
    """

    id: str
    policy: str
    version: int
    sha256: str
    period: str
    terms: Terms
    on: date
    cause: Cause
    begun_by: str
    batch: int | None = None
    phase: Phase = Phase.SNAPSHOT
    turn: int = 1
    paused: bool = False
    pace: Pace = Pace.FULL
    snapshot: str | None = None
    snapshot_sha256: str | None = None
    away: tuple[str, ...] = ()
    counts: Counts = Counts()
    sampled: tuple[Sampled, ...] = ()
    samples_looked: int = 0
    sample_failures: tuple[Sampled, ...] = ()
    listed: int = 0
    listed_fen: int = 0
    approved_by: tuple[str, ...] = ()
    approved_for: tuple[str, ...] = ()
    wish: Span | None = None
    publicity: Span | None = None
    verified: bool = False
    seq: int = 0

    @property
    def is_driven(self) -> bool:
        """Whether there is something for the driver to do, or to wait for."""
        return not self.paused and self.phase not in FOR_PEOPLE | OVER
