"""One linked matter.

Whose it is, when it is needed, what it waits for, how it proceeds and ends.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from definitions.language.base import Basis, Code, MatterKey, Name, Text, Written
from definitions.language.conditions import Condition
from definitions.language.limits import Limit, Unit


class EdgeKind(StrEnum):
    """What of the other matter is awaited (domain.md §2.4)."""

    RESULT = "result"
    ACCEPTED = "accepted"


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

    `tolerable` names the listed gap of 容缺受理, if any.
    """

    code: Code
    tolerable: Limit | None = None


class Lapse(StrEnum):
    """What a missed supplement leads to.

    Differs by jurisdiction, hence data (domain.md §0 point 6).
    """

    DEEMED_WITHDRAWN = "deemed_withdrawn"
    RETURNED = "returned"


class Hold(Written):
    """HOLD 容缺收件: papers are kept at the window, the legal clock does not start."""

    limit: Limit
    lapse: Lapse = Lapse.RETURNED
    basis: Basis


class AcceptPending(Written):
    """ACCEPT_PENDING 容缺受理: the clock runs, the certificate waits.

    The supplement is due `margin` working days before the promised limit ends, and never later than
    `cap` (深圳; domain.md §2.4).
    """

    cap: int = Field(ge=1, le=20)
    margin: int = Field(default=2, ge=2)
    lapse: Lapse = Lapse.DEEMED_WITHDRAWN
    basis: Basis


class Review(Written):
    """A department officer examines and proposes."""

    kind: Literal["review"]
    key: Name
    name: Text


class Decide(Written):
    """The approver decides: grant or refuse. Never the person who examined (四眼)."""

    kind: Literal["decide"]
    key: Name
    name: Text
    by: Literal["officer", "approver"] = "approver"


class Publicity(Written):
    """A legal waiting period in public; objections stop it."""

    kind: Literal["publicity"]
    key: Name
    name: Text
    limit: Limit


Step = Annotated[Review | Decide | Publicity, Field(discriminator="kind")]


class Filing(Written):
    """The applicant must apply within a window that opens with the matter's turn."""

    name: Text
    limit: Limit
    basis: Basis


Template = Literal["notice", "licence", "receipt", "refusal", "intake", "pending", "lapse"]


class DocumentDefinition(Written):
    """A document that leaves the house. `series` is the organ's short word in the 文号."""

    kind: Name
    name: Text
    series: Text
    template: Literal["notice", "licence", "receipt", "refusal"]
    delivery: Literal["electronic", "counter"] = "electronic"
    wording: Text
    when: Condition | None = None


class MatterDefinition(Written):
    """A linked matter (联办事项): its own organ, clock, decision, document and remedy.

    `statutory` is missing where no law limits the office; then only its promise runs.
    """

    key: MatterKey
    name: Text
    department: Name
    item: Annotated[str, Field(pattern=r"^[0-9A-Z]{12}$")]
    needed: tuple[Requirement, ...] = ()
    needs: tuple[Edge, ...] = ()
    instant: bool = False
    promised: Limit
    statutory: Limit | None = None
    filing: Filing | None = None
    materials: tuple[GatingMaterial, ...] = ()
    hold: Hold
    accept_pending: AcceptPending | None = None
    steps: tuple[Step, ...] = Field(min_length=1)
    documents: tuple[DocumentDefinition, ...] = ()
    refusal: DocumentDefinition | None = None
    bases: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _lawful(self) -> "MatterDefinition":
        legal = self.statutory
        if legal and self.promised.unit is legal.unit and self.promised.days > legal.days:
            msg = "promised limit is longer than the statutory limit"
            raise ValueError(msg)
        if self.accept_pending is not None:
            self._pending_lawful(self.accept_pending)
        elif any(material.tolerable for material in self.materials):
            msg = "tolerable gaps need accept_pending (容缺受理)"
            raise ValueError(msg)
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
