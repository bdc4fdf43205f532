"""One linked matter.

Whose it is, when it is needed, what it waits for, how it proceeds and ends.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from definitions.language.base import Basis, Code, MatterKey, Name, Text, Validity, Written
from definitions.language.clocks import ClockId
from definitions.language.conditions import Condition
from definitions.language.limits import Limit, Unit
from definitions.language.pending import (
    AcceptPending,
    Domain,
    Hold,
    InformCommit,
    IssueThenSupply,
)
from definitions.language.procedures import HearingRule
from definitions.language.receipt import Examination, Unacceptable
from definitions.language.roles import Confidentiality


class EdgeKind(StrEnum):
    """What of the other matter is awaited (domain.md §2.4).

    `JOINT`: accepted together, handled after its result; so a joint clock runs from the unified
    acceptance (行政许可法 42(2), domain.md §1.5).
    """

    RESULT = "result"
    ACCEPTED = "accepted"
    JOINT = "joint"


class Edge(Written):
    """The matter starts when the named one has brought its result, or has been accepted."""

    matter: MatterKey
    kind: EdgeKind = EdgeKind.RESULT
    why: Text | None = None


class Requirement(Written):
    """One condition of being needed, and what the applicant is told where it fails."""

    when: Condition
    otherwise: Text


class GatingMaterial(Written):
    """A material this matter's decision needs.

    `tolerable` names the listed gap of 容缺受理 or 承诺制容缺办结, if any; `promised` says that a
    promise may stand for it (告知承诺).
    """

    code: Code
    tolerable: Limit | None = None
    promised: bool = False


class Review(Written):
    """A department officer examines and proposes.

    `officers`: two where the substance is checked on site (行政许可法 34). `department`: a lower
    organ that examines first (35); it has `limit`.
    """

    kind: Literal["review"]
    key: Name
    name: Text
    officers: Literal[1, 2] = 1
    department: Name | None = None
    limit: Limit | None = None


class Decide(Written):
    """The approver decides: grant or refuse. Never the person who examined (四眼)."""

    kind: Literal["decide"]
    key: Name
    name: Text
    by: Literal["officer", "approver"] = "approver"
    limit: Limit | None = None


class Publicity(Written):
    """A legal waiting period in public; objections stop it.

    With `parties`, it is those with a major interest who are told and heard (行政许可法 36). With
    `when`, only those applications go through it for which the condition holds. `dated` names the
    date (of a question or a form field) from which it has been running already, where one is given.
    """

    kind: Literal["publicity"]
    key: Name
    name: Text
    when: Condition | None = None
    limit: Limit
    parties: bool = False
    dated: Name | None = None


Step = Annotated[Review | Decide | Publicity, Field(discriminator="kind")]


class Fee(Written):
    """What the applicant pays for the matter, in yuan; 0 is 不收费."""

    yuan: int = Field(ge=0)
    says: Text
    basis: Basis | None = None


class Filing(Written):
    """The applicant must apply within a window that opens with the matter's turn.

    `extra`: by how many days an officer may prolong it, once. With `when`, there is a window only
    for those applications for which the condition holds.
    """

    name: Text
    when: Condition | None = None
    limit: Limit
    extra: int = Field(default=0, ge=0, le=30)
    basis: Basis


Template = Literal[
    "notice",
    "licence",
    "receipt",
    "refusal",
    "intake",
    "pending",
    "lapse",
    "commitment",
    "acceptance",
    "not_accepted",
    "correction",
    "procedure",
    "procedure_end",
    "extension",
    "hearing_right",
    "hearing_notice",
    "revocation",
    "termination",
    "withdrawal",
    "returned",
]


class DocumentDefinition(Written):
    """A document that leaves the house. `series` is the organ's short word in the 文号."""

    kind: Name
    name: Text
    series: Text
    template: Literal["notice", "licence", "receipt", "refusal"]
    delivery: Literal["electronic", "counter"] = "electronic"
    wording: Text
    when: Condition | None = None


def _statutory(value: Any) -> str:  # noqa: ANN401 - raw YAML or a model, before validation
    return "limit" if isinstance(value, dict | Limit) else "clock"


# Told apart beforehand, so that a slip in one is not told as a slip in the other as well.
Statutory = Annotated[
    Annotated[Limit, Tag("limit")] | Annotated[ClockId, Tag("clock")], Discriminator(_statutory)
]


class MatterDefinition(Written):
    """A linked matter (联办事项): its own organ, clock, decision, document and remedy.

    `statutory` is missing where no law limits the office; then only its promise runs. It names a
    clock of the catalogue, or writes a limit that is this matter's alone; `clocks` are those it has
    besides. Without `examine`, a complete set of papers is acceptance. `valid`: when the item is in
    force. `attend` says who must come, and for what. No `fee` written is 不收费. `columns` are form
    fields that the inbox shows.
    """

    key: MatterKey
    name: Text
    department: Name
    item: Annotated[str, Field(pattern=r"^[0-9A-Z]{12}$")]
    valid: Validity | None = None
    needed: tuple[Requirement, ...] = ()
    needs: tuple[Edge, ...] = ()
    instant: bool = False
    domains: tuple[Domain, ...] = ()
    promised: Limit
    statutory: Statutory | None = None
    clocks: tuple[ClockId, ...] = ()
    filing: Filing | None = None
    fee: Fee | None = None
    confidentiality: Confidentiality = Confidentiality.ORDINARY
    columns: tuple[Name, ...] = Field(default=(), max_length=3)
    attend: Text | None = None
    unacceptable: tuple[Unacceptable, ...] = ()
    examine: Examination | None = None
    materials: tuple[GatingMaterial, ...] = ()
    hold: Hold
    accept_pending: AcceptPending | None = None
    issue_then_supply: IssueThenSupply | None = None
    inform_commit: InformCommit | None = None
    hearing: HearingRule | None = None
    steps: tuple[Step, ...] = Field(min_length=1)
    documents: tuple[DocumentDefinition, ...] = ()
    refusal: DocumentDefinition | None = None
    bases: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _lawful(self) -> "MatterDefinition":
        legal = self.statutory
        same_unit = isinstance(legal, Limit) and self.promised.unit is legal.unit
        if isinstance(legal, Limit) and same_unit and self.promised.days > legal.days:
            msg = "promised limit is longer than the statutory limit"
            raise ValueError(msg)
        if self.accept_pending is not None:
            self._pending_lawful(self.accept_pending)
        elif self.issue_then_supply is None and any(m.tolerable for m in self.materials):
            msg = "tolerable gaps need accept_pending (容缺受理)"
            raise ValueError(msg)
        if self.accept_pending is not None and self.issue_then_supply is not None:
            msg = "a gap is borne in one mode: accept_pending or issue_then_supply"
            raise ValueError(msg)
        self._promise_lawful()
        if any(step.kind == "decide" for step in self.steps) and self.refusal is None:
            msg = "a matter that is decided needs a refusal document"
            raise ValueError(msg)
        return self

    def _pending_lawful(self, rule: AcceptPending) -> None:
        if self.instant:
            msg = "an instant matter (即办件) cannot be accepted with materials pending"
            raise ValueError(msg)
        if self.promised.unit is not Unit.WORKING_DAY or self.promised.days - rule.margin < 1:
            msg = "promised limit leaves no room for a supplement before the decision"
            raise ValueError(msg)

    def _promise_lawful(self) -> None:
        rule = self.inform_commit
        if rule is None:
            if any(material.promised for material in self.materials):
                msg = "a promise in place of a proof needs inform_commit (告知承诺)"
                raise ValueError(msg)
            return
        barred = [domain for domain in self.domains if domain in rule.never]
        if barred or self.instant:
            why = ", ".join(barred) or "instant"
            msg = f"inform_commit (告知承诺) is not open here: {why}"
            raise ValueError(msg)
