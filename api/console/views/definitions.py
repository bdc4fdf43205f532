"""View models of the policy officers' definitions: list, one version, what is wrong, publishing."""

from dataclasses import dataclass

from markupsafe import Markup

from api.console.views.guide import GuideBlocker, GuideMatter
from api.console.views.shared import (
    BasisView,
    FieldView,
    Frame,
    Link,
    Pair,
    StatusView,
    Submission,
    Tab,
)


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One version of a service in the list; `running` are the applications handled under it."""

    link: Link
    service: str
    status: StatusView
    since: str
    until: str
    by: str
    running: int


@dataclass(frozen=True, slots=True)
class DefinitionsPage:
    """Every service with its versions, the newest first."""

    frame: Frame
    rows: tuple[DefinitionRow, ...]
    propose_url: str


@dataclass(frozen=True, slots=True)
class DefinitionHead:
    """What the pages of one version have in common; `what` it is a version of."""

    status: StatusView
    tabs: tuple[Tab, ...]
    what: str = "定义"


@dataclass(frozen=True, slots=True)
class TreeView:
    """A question with those that are asked because of it."""

    text: str
    note: str
    options: tuple[str, ...]
    children: tuple["TreeView", ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of the pre-check."""

    id: str
    severity: str
    says: str
    only_if: str


@dataclass(frozen=True, slots=True)
class DefinitionPage:
    """One version at a glance: picture, questions, situations."""

    frame: Frame
    head: DefinitionHead
    facts: tuple[Pair, ...]
    picture: Markup
    lines: tuple[str, ...]
    questions: tuple[TreeView, ...]
    situations: tuple[Pair, ...]
    bases: tuple[BasisView, ...]


@dataclass(frozen=True, slots=True)
class DefinitionRulesPage:
    """Matters with their limits, materials, what rules out, pre-check rules."""

    frame: Frame
    head: DefinitionHead
    matters: tuple[GuideMatter, ...]
    materials: tuple[Pair, ...]
    blockers: tuple[GuideBlocker, ...]
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One thing that is otherwise."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What is otherwise under one heading."""

    title: str
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class DefinitionDiffPage:
    """One version against another, in words; `versions` are those it may be compared with."""

    frame: Frame
    head: DefinitionHead
    before: str
    versions: tuple[Link, ...]
    sections: tuple[ChangesView, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """Something wrong at a place: the line as it was written stands beside what is said of it."""

    file: str
    line: int
    column: int
    written: str
    message: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A golden case that came out otherwise."""

    case: str
    unlike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """What checking and trying came to."""

    status: StatusView
    summary: str
    findings: tuple[FindingView, ...]
    cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class DefinitionChecksPage:
    """Findings and golden cases, as kept or as tried just now."""

    frame: Frame
    head: DefinitionHead
    report: ReportView
    again: Submission
    text_url: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """The acts on a version. `why_not` says why one may not approve."""

    approve: Submission | None
    give_back: Submission | None
    retire: Submission | None
    reason: FieldView
    why_not: str


@dataclass(frozen=True, slots=True)
class DefinitionImpactPage:
    """What a version would touch, and the acts on it."""

    frame: Frame
    head: DefinitionHead
    running: tuple[Pair, ...]
    matters: tuple[Pair, ...]
    drafts: tuple[Pair, ...]
    deciding: Deciding


@dataclass(frozen=True, slots=True)
class ProposePage:
    """A text with its cases, and what is wrong with them."""

    frame: Frame
    submission: Submission
    text: FieldView
    cases: FieldView
    note: FieldView
    report: ReportView | None
    what: str = "定义"
