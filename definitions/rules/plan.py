"""The frozen plan of one application: what a definition comes to for these answers and this firm.

It is made once, when the application starts, and travels with it; a later version of the definition
never changes it (DESIGN.md §4).
"""

from datetime import date

from definitions.language.base import Basis, Value
from definitions.language.clocks import ClockRule, Starts
from definitions.language.limits import Limit
from definitions.language.materials import Source
from definitions.language.matters import DocumentDefinition, Edge, Fee, Filing, Step
from definitions.language.pending import AcceptPending, Hold, InformCommit, IssueThenSupply
from definitions.language.procedures import (
    HearingRule,
    ProcedureDefinition,
    TerminationCause,
)
from definitions.language.receipt import Examination, NotAccepted
from definitions.language.roles import Confidentiality
from definitions.language.service import Law, Series
from definitions.language.supervision import Collaboration, Supervision


class DefinitionRef(Value):
    """Which text of the rules this application is handled under."""

    service: str
    version: int
    sha256: str


class PlannedSituation(Value):
    """The 情形 of the application; `parts` are the leaves a combined one is made of."""

    code: str
    name: str
    parts: tuple[str, ...] = ()


class PlannedMaterial(Value):
    """One material of the application, once for all matters.

    `waived_by` says who verifies it instead.
    """

    code: str
    name: str
    source: Source
    main: bool
    standard: str
    waived_by: str | None = None
    waived_basis: Basis | None = None
    produced_by: str | None = None


class PlannedGate(Value):
    """A material that this matter's decision needs.

    `tolerable` days where its gap may be borne here; `promised` where a promise may stand for it.
    `why_not` says to the applicant why a listed gap is not open to this application.
    """

    code: str
    tolerable: int | None = None
    promised: bool = False
    why_not: str | None = None


class PlannedRefusal(Value):
    """What decides the receipt before anybody looks: not required, not competent, barred."""

    kind: NotAccepted
    says: str
    organ: str | None
    basis: Basis


class PlannedMatter(Value):
    """One linked matter as it will be handled, or the reason why it is not needed.

    `clocks` are the catalogue's clocks it has, beside the promised limit.
    """

    key: str
    name: str
    department: str
    department_name: str
    item: str
    lead: bool
    not_needed: str | None
    needs: tuple[Edge, ...]
    instant: bool
    promised: Limit
    clocks: tuple[ClockRule, ...] = ()
    filing: Filing | None
    fee: Fee | None = None
    attend: str | None = None
    unacceptable: PlannedRefusal | None = None
    examine: Examination | None = None
    gates: tuple[PlannedGate, ...]
    hold: Hold
    accept_pending: AcceptPending | None
    issue_then_supply: IssueThenSupply | None = None
    inform_commit: InformCommit | None = None
    hearing: HearingRule | None = None
    hearing_due: bool = False
    steps: tuple[Step, ...]
    documents: tuple[DocumentDefinition, ...]
    refusal: DocumentDefinition | None
    bases: tuple[Basis, ...]
    remedies: tuple[str, ...]
    confidentiality: Confidentiality = Confidentiality.ORDINARY

    def starting(self, event: Starts) -> tuple[ClockRule, ...]:
        """The clocks which that event starts, in the definition's order."""
        return tuple(rule for rule in self.clocks if rule.starts is event)

    def rule(self, name: str) -> ClockRule | None:
        """The clock of that id."""
        return next((rule for rule in self.clocks if rule.id == name), None)

    def gate(self, code: str) -> PlannedGate | None:
        """The gate of that material."""
        return next((gate for gate in self.gates if gate.code == code), None)


class PlannedBlocker(Value):
    """What would rule the service out, had the applicant not insisted."""

    reason: str
    basis: Basis


class Plan(Value):
    """Everything that was resolved from the definition and the house's catalogue.

    `despite`: what the applicant was told and applied all the same; the organ decides about it.
    `laws` are those that the service brings along; the house's are known where documents are made.
    """

    definition: DefinitionRef
    name: str
    lead: str
    situation: PlannedSituation
    materials: tuple[PlannedMaterial, ...]
    matters: tuple[PlannedMatter, ...]
    planned_on: date
    procedures: tuple[ProcedureDefinition, ...] = ()
    terminations: tuple[TerminationCause, ...] = ()
    papers: tuple[Series, ...] = ()
    laws: tuple[Law, ...] = ()
    despite: tuple[PlannedBlocker, ...] = ()
    supervision: Supervision | None = None
    collaboration: tuple[Collaboration, ...] = ()

    def matter(self, key: str) -> PlannedMatter | None:
        """The matter of that key, if the plan has it."""
        return next((matter for matter in self.matters if matter.key == key), None)
