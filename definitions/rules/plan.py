"""The frozen plan of one application: what a definition comes to for these answers and this firm.

It is made once, when the application starts, and travels with it; a later version of the definition
never changes it (DESIGN.md §4).
"""

from datetime import date

from definitions.language.base import Basis, Value
from definitions.language.limits import Limit
from definitions.language.materials import Source
from definitions.language.matters import (
    AcceptPending,
    DocumentDefinition,
    Edge,
    Filing,
    Hold,
    Step,
)


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

    `tolerable` days where its gap is on the 容缺 list.
    """

    code: str
    tolerable: int | None = None


class PlannedMatter(Value):
    """One linked matter as it will be handled, or the reason why it is not needed."""

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
    statutory: Limit | None
    filing: Filing | None
    gates: tuple[PlannedGate, ...]
    hold: Hold
    accept_pending: AcceptPending | None
    steps: tuple[Step, ...]
    documents: tuple[DocumentDefinition, ...]
    refusal: DocumentDefinition | None
    bases: tuple[Basis, ...]
    remedies: tuple[str, ...]


class Plan(Value):
    """Everything that was resolved from the definition."""

    definition: DefinitionRef
    name: str
    lead: str
    situation: PlannedSituation
    materials: tuple[PlannedMaterial, ...]
    matters: tuple[PlannedMatter, ...]
    planned_on: date

    def matter(self, key: str) -> PlannedMatter | None:
        """The matter of that key, if the plan has it."""
        return next((matter for matter in self.matters if matter.key == key), None)
