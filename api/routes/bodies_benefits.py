"""What clients send about benefits. Unknown keys are refused."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from activities.store.benefits.opting import OptOutKind
from api.routes.bodies import Body, FileId, Said
from definitions.benefits.run import Pace, Sampled
from definitions.language.benefits import SubjectKind

Id = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
FactGiven = bool | int | Short | list[Short]
Facts = Annotated[dict[Short, FactGiven], Field(max_length=40)]


class BeginBody(Body):
    """A run to begin: by default of today's facts, for the period that today lies in."""

    policy: Id = Field(examples=["elder_allowance"])
    on: date | None = Field(default=None, description="比对日；不写为今天")
    period: Id | None = Field(default=None, examples=["2026-11"])


class SampledBody(Body):
    """What a person found who looked one result through."""

    subject: int
    right: bool
    note: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")] = ""


class TrialBody(Body):
    """The sample, looked through."""

    sampled: list[SampledBody] = Field(max_length=200)

    def given(self) -> tuple[Sampled, ...]:
        """As the run takes it."""
        return tuple(Sampled(**dict(each)) for each in self.sampled)


class AgainBody(Body):
    """Match again, and why."""

    reason: Said
    on: date | None = None


class ReasonBody(Body):
    """Why."""

    reason: Said


class PaceBody(Body):
    """How fast."""

    pace: Pace


class FenBody(Body):
    """A sum in fen."""

    fen: int = Field(ge=1, le=10**15, examples=[15000])


class BudgetBody(Body):
    """A budget's new total in fen."""

    total: int = Field(ge=1, le=10**15)


class AccountBody(Body):
    """An account as the beneficiary's paper says, and the paper."""

    name: Short
    number: Annotated[str, StringConstraints(max_length=50)]
    files: list[FileId] = Field(default_factory=list, max_length=10)


class SubjectBody(Body):
    """For whom: a firm by credit code, a person by ID number.

    `query_code` is the subject's own, where nobody at a window speaks for it.
    """

    kind: SubjectKind
    code: Annotated[str, StringConstraints(max_length=18)]
    query_code: Annotated[str, StringConstraints(max_length=16)] = Field(
        default="", description="查询码；窗口代办的不写"
    )


class EntryBody(SubjectBody):
    """About one entitlement."""

    entitlement: Id


class OptOutBody(SubjectBody):
    """A no: to one policy or (empty) to all; or to being decided by machine alone."""

    policy: Id = ""
    of: OptOutKind = OptOutKind.BENEFIT


class ReviewBody(SubjectBody):
    """人工复核: of one entitlement, or of a run in which there is none."""

    reason: Said
    entitlement: Id | None = None
    run: Id | None = None


class CorrectionBody(ReviewBody):
    """更正数据: what the facts should be."""

    facts: Facts


class FactsBody(SubjectBody):
    """快申快享: facts that nobody had."""

    run: Id
    facts: Facts
    reason: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class OwnAccountBody(EntryBody):
    """更正收款账户 by the beneficiary."""

    name: Short
    number: Annotated[str, StringConstraints(max_length=50)]


class RecoveryBody(EntryBody):
    """陈述、申辩 against a recovery."""

    reason: Said


class ObjectionBody(Body):
    """异议 by anybody, against a list or one entry of it."""

    name: Short
    contact: Short
    reason: Said
    entitlement: Id | None = None
