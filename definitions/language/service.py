"""The root of one definition file, and the catalogue it stands in."""

from datetime import date
from typing import Any

from pydantic import Field, field_validator, model_validator

from definitions.language.base import Basis, Code, Name, Text, Validity, Written
from definitions.language.checks import Precheck, ScopePhrase
from definitions.language.clocks import ClockRule
from definitions.language.conditions import Condition
from definitions.language.materials import MaterialDefinition, MaterialUse
from definitions.language.matters import MatterDefinition, Template
from definitions.language.pending import Jurisdiction
from definitions.language.prepared import PreparedPaper
from definitions.language.procedures import ProcedureDefinition, TerminationCause
from definitions.language.questions import FormField, Question
from definitions.language.supervision import Collaboration, Supervision


class Situation(Written):
    """情形: one leaf of the guided questions.

    Several may hold at once; then `combined` names the case.
    """

    code: Code
    name: Text
    when: Condition
    bases: tuple[Basis, ...] = Field(min_length=1)


class Combined(Written):
    """What an application with two or more situations is called; the first that holds."""

    code: Code
    name: Text
    when: Condition | None = None
    bases: tuple[Basis, ...] = Field(min_length=1)


class NamedCondition(Written):
    """A condition written once; `{named: …}` stands for it wherever a condition may stand."""

    name: Name
    when: Condition


class Blocker(Written):
    """A fact that rules this service out, whose it is, and what mends it. All are told at once."""

    when: Condition
    reason: Text
    owner: Text
    remedy: Text
    basis: Basis


class Law(Written):
    """A source that bases may cite, with the text's date; `until` where it is in force no more."""

    key: Text
    title: Text
    text_of: date
    until: date | None = None


class ServiceDefinition(Written):
    """One 一件事 in one version: questions, form, situations, materials, linked matters.

    `own_laws` and `own_materials` stand beside the house's catalogues, for this service alone.
    `inside`: begun by our own programs, never chosen at a window. Where the `lead` has nothing to
    do in an application, the first organ that has leads it.
    """

    service: Name
    version: int = Field(ge=1)
    name: Text
    summary: Text
    lead: Name
    inside: bool = False
    validity: Validity
    bases: tuple[Basis, ...] = Field(min_length=1)
    own_laws: tuple[Law, ...] = ()
    own_materials: tuple[MaterialDefinition, ...] = ()
    conditions: tuple[NamedCondition, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    questions: tuple[Question, ...] = ()
    situations: tuple[Situation, ...] = Field(min_length=1)
    combined: tuple[Combined, ...] = ()
    form: tuple[FormField, ...] = ()
    materials: tuple[MaterialUse, ...] = ()
    checks: tuple[Precheck, ...] = ()
    prepared: tuple[PreparedPaper, ...] = ()
    matters: tuple[MatterDefinition, ...] = Field(min_length=1)

    @field_validator("combined", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML, before validation
        """A service with one combined name writes just that."""
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _names_once(self) -> "ServiceDefinition":
        for what, names in (
            ("question", [question.id for question in self.questions]),
            ("situation", [situation.code for situation in self.situations]),
            ("form field", [field.id for field in self.form]),
            ("material", [material.code for material in self.materials]),
            ("matter", [matter.key for matter in self.matters]),
            ("condition", [condition.name for condition in self.conditions]),
            ("check", [check.id for check in self.checks]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                msg = f"{what} written twice: {', '.join(twice)}"
                raise ValueError(msg)
        return self


class Department(Written):
    """An organ that decides.

    `uscc` is its 统一社会信用代码; `level` its 行使层级 (domain.md §8.3).
    """

    code: Name
    name: Text
    uscc: str = Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")
    level: int = Field(ge=1, le=6)
    phone: Text
    remedies: tuple[Text, ...] = Field(min_length=1)


class Series(Written):
    """文号机关代字 of the papers the window itself gives, by their template."""

    template: Template
    name: Text
    series: Text
    wording: str = ""


class Catalogue(Written):
    """What all services share: organs, laws, materials, clocks, terms, procedures, own papers.

    `scope_phrases` are the standard words for what a firm does, for the pre-check.
    """

    departments: tuple[Department, ...]
    laws: tuple[Law, ...]
    materials: tuple[MaterialDefinition, ...]
    clocks: tuple[ClockRule, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    procedures: tuple[ProcedureDefinition, ...] = ()
    terminations: tuple[TerminationCause, ...] = ()
    revocations: tuple[Basis, ...] = ()
    papers: tuple[Series, ...] = ()
    scope_phrases: tuple[ScopePhrase, ...] = ()
    supervision: Supervision | None = None
    collaboration: tuple[Collaboration, ...] = ()
