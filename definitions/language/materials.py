"""Materials: what they are, where they come from, and when the applicant need not bring them."""

from enum import StrEnum

from definitions.language.base import Basis, Code, MatterKey, Text, Written
from definitions.language.conditions import Condition


class Source(StrEnum):
    """Where a material comes from (材料来源)."""

    SYSTEM = "system"
    E_LICENCE = "e_licence"
    SHARED = "shared"
    APPLICANT = "applicant"


class MaterialDefinition(Written):
    """One entry of the material catalogue.

    `main` is 主审要件: the review cannot begin without it.
    """

    code: Code
    name: Text
    source: Source
    main: bool
    standard: Text


class Waiver(Written):
    """免交: what makes the material unnecessary, and by which source it is verified instead."""

    when: Condition | None = None
    by: Text
    basis: Basis


class MaterialUse(Written):
    """A material as this service needs it, once for all matters.

    `produced_by` names the matter whose result is the material: it is never asked of the applicant.
    """

    code: Code
    when: Condition | None = None
    waived: Waiver | None = None
    produced_by: MatterKey | None = None
    note: Text | None = None
