"""结项报告: what a run came to, in figures that an auditor can reckon again from the rows."""

from datetime import date

from pydantic import Field

from definitions.benefits.run import Counts
from definitions.language.base import Value


class Sum(Value):
    """So many, and what they come to in fen."""

    count: int = 0
    fen: int = 0


class Wishes(Value):
    """意愿: how many were asked, and what they said. `opted_out`: had said no beforehand."""

    asked: int = 0
    confirmed: int = 0
    declined: int = 0
    silent: int = 0
    opted_out: int = 0


class Cases(Value):
    """Cases of one kind by what became of them."""

    open: int = 0
    upheld: int = 0
    rejected: int = 0
    dropped: int = 0


class Unknown(Value):
    """Those of whom something was missing: told so, brought it themselves, got it after all."""

    told: int = 0
    brought: int = 0
    entitled: int = 0


class Failures(Value):
    """Accounts that took no money: ever, put right and paid since, and still open."""

    ever: int = 0
    put_right: int = 0
    left: Sum = Sum()
    reasons: dict[str, int] = Field(default_factory=dict)


class Money(Value):
    """The same money four times over, in fen: budget, ledger, entitlements, instructions.

    `budget` None: none was ever set up, because nothing was to be paid. Budget and ledger are of
    the whole policy and period, the others of this run.
    """

    budget: int | None = None
    reserved: int = 0
    paid: int = 0
    returned: int = 0
    ledger_paid: int = 0
    ledger_returned: int = 0
    entitlements_paid: int = 0
    instructions_paid: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether the books agree with each other.

        What was offset was paid by no instruction: it is in the ledger, and given back at once.
        """
        return self.paid == self.ledger_paid and self.returned == self.ledger_returned


class Recoveries(Value):
    """追回: what is wanted back, what came back, and what is past its day."""

    wanted: Sum = Sum()
    back: Sum = Sum()
    overdue: Sum = Sum()


class Sample(Value):
    """试算抽查, every turn together. `wrong_permille`: of those looked through."""

    looked: int = 0
    wrong: int = 0

    @property
    def wrong_permille(self) -> int:
        """Of nothing that was looked through, nothing was wrong."""
        return self.wrong * 1000 // self.looked if self.looked else 0


class PhaseTime(Value):
    """How long the run stood in a phase, every turn together."""

    phase: str
    hours: int


class Report(Value):
    """A run at its closing. `near_by`: near misses by the one condition in the way.

    `stopped_by`: by the condition's id, or by what a human found; `excluded_by` by the policy that
    goes before. `by_status` holds every entitlement of the run once.
    """

    run: str
    policy: str
    version: int
    period: str
    on: date
    made_on: date
    snapshot: str | None
    snapshot_sha256: str | None
    away: tuple[str, ...]
    counts: Counts
    near_by: dict[str, int] = Field(default_factory=dict)
    listed: Sum
    by_status: dict[str, Sum] = Field(default_factory=dict)
    unknown: Unknown = Unknown()
    wishes: Wishes = Wishes()
    cases: dict[str, Cases] = Field(default_factory=dict)
    stopped_by: dict[str, int] = Field(default_factory=dict)
    excluded_by: dict[str, int] = Field(default_factory=dict)
    failures: Failures = Failures()
    money: Money = Money()
    recoveries: Recoveries = Recoveries()
    sample: Sample = Sample()
    phases: tuple[PhaseTime, ...] = ()
    verified: bool = False
