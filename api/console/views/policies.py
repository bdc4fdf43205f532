"""View models of the policy library: list, one policy in words, deciding, simulations."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.charts import Chart
from api.console.views.definitions import Deciding, DefinitionHead
from api.console.views.shared import (
    BasisView,
    FieldView,
    Frame,
    Link,
    Pair,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy in the list. `uncertain`: its amounts are to be checked against the file.

    `waiting` are versions that stand proposed or were returned.
    """

    link: Link
    organ: str
    subject: str
    way: str
    every: str
    period: str
    at_most: int | None
    uncertain: bool
    budget: str
    cases: int
    status: StatusView
    waiting: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """Every policy, with the version in force."""

    frame: Frame
    rows: tuple[PolicyRow, ...]
    propose_url: str
    simulations_url: str


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition: the author's sentence, what is compared, who keeps the facts."""

    says: str
    means: str
    excludes: bool
    again: bool
    sources: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A golden case in words."""

    case: str
    on: str
    facts: tuple[str, ...]
    expect: str
    detail: str


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """One version in plain Chinese. `versions` are the others of the policy."""

    frame: Frame
    head: DefinitionHead
    facts: tuple[Pair, ...]
    summary: str
    conditions: tuple[ConditionRow, ...]
    figures: tuple[Pair, ...]
    formula: str
    at_most: int
    uncertain: str
    terms: tuple[Pair, ...]
    bases: tuple[BasisView, ...]
    usual: tuple[str, ...]
    cases: tuple[CaseRow, ...]
    versions: tuple[Link, ...]
    text_url: str
    simulate_url: str
    revise_url: str


@dataclass(frozen=True, slots=True)
class PolicyDecidePage:
    """The acts on a version."""

    frame: Frame
    head: DefinitionHead
    says: str
    deciding: Deciding


@dataclass(frozen=True, slots=True)
class SimulationRow:
    """A simulation that was made."""

    link: Link
    policy: str
    on: date
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SimulatePage:
    """The form for a simulation, and those that were made. No `submission`: one may only look."""

    frame: Frame
    submission: Submission | None
    text: FieldView
    on: FieldView
    rows: tuple[SimulationRow, ...]


@dataclass(frozen=True, slots=True)
class MovedRow:
    """Somebody who is off otherwise; amounts in fen."""

    name: str
    code: str
    before: int | None
    after: int | None
    why: str


@dataclass(frozen=True, slots=True)
class ShiftView:
    """Everybody who is off otherwise in one way: how many, by how much, the first of them."""

    title: str
    subjects: int
    fen: int
    rows: tuple[MovedRow, ...]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One figure of the draft beside that of the version in force."""

    label: str
    draft: str
    before: str


@dataclass(frozen=True, slots=True)
class SimulationPage:
    """What a draft comes to on the facts of a day, and who gains and loses."""

    frame: Frame
    facts: tuple[Pair, ...]
    away: str
    over: int
    has_before: bool
    compared: tuple[ComparedRow, ...]
    verdicts: tuple[Chart, ...]
    reasons: tuple[Chart, ...]
    shifts: tuple[ShiftView, ...]
