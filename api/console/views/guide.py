"""View models of the public guide (办事指南): list, service, situation, self-check."""

from dataclasses import dataclass

from api.console.views.intake import AnsweredView, BlockerView, PreviewView, QuestionView
from api.console.views.shared import BasisView, FieldView, Frame, Link, Pair


@dataclass(frozen=True, slots=True)
class GuideGroup:
    """Situations that stand under one heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class GuideService:
    """A service in the list, with those of its situations that were looked for."""

    link: Link
    summary: str
    groups: tuple[GuideGroup, ...]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """Every service and situation in force; `words` is what was looked for."""

    frame: Frame
    words: FieldView
    services: tuple[GuideService, ...]
    found: int


@dataclass(frozen=True, slots=True)
class GuideContact:
    """An organ: its telephone, and what one may do against its decision."""

    organ: str
    phone: str
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuideBlocker:
    """What rules it out, when, whose it is and what mends it."""

    reason: str
    only_if: str
    owner: str
    remedy: str
    basis: BasisView


@dataclass(frozen=True, slots=True)
class GuideServicePage:
    """One service: what it is, its situations, what rules it out, where to go."""

    frame: Frame
    summary: str
    place: str
    phone: str
    check_url: str
    groups: tuple[GuideGroup, ...]
    blockers: tuple[GuideBlocker, ...]
    bases: tuple[BasisView, ...]
    version: str


@dataclass(frozen=True, slots=True)
class GuideGap:
    """How a missing material may be borne: in which matter, for how long, what follows."""

    mode: str
    matter: str
    limit: str
    consequence: str
    basis: BasisView


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    """A material: whether it is to be brought, when not, and how its lack is borne."""

    name: str
    duty: str
    only_if: str
    waived: str
    waived_basis: BasisView | None
    standard: str
    used_by: str
    gaps: tuple[GuideGap, ...]
    note: str


@dataclass(frozen=True, slots=True)
class GuideMatter:
    """A linked matter: organ, limits, cost, what it waits for, what comes out of it."""

    name: str
    organ: str
    only_if: str
    facts: tuple[Pair, ...]
    bases: tuple[BasisView, ...]


@dataclass(frozen=True, slots=True)
class GuideSituationPage:
    """One situation. `holds` is what is done with papers that are incomplete: always received."""

    frame: Frame
    code: str
    service: str
    about: tuple[Pair, ...]
    conditions: tuple[Pair, ...]
    check_url: str
    materials: tuple[GuideMaterial, ...]
    tolerable: int
    hold: str
    hold_basis: BasisView
    pending_basis: BasisView | None
    matters: tuple[GuideMatter, ...]
    spared: tuple[Pair, ...]
    blockers: tuple[GuideBlocker, ...]
    contacts: tuple[GuideContact, ...]
    bases: tuple[BasisView, ...]
    version: str


@dataclass(frozen=True, slots=True)
class GuideCheckPage:
    """The questions without a firm, one at a time; nothing is stored: answers are in the address.

    Without `question` everything is answered, and `situation` says what it is.
    """

    frame: Frame
    action: str
    question: QuestionView | None
    hidden: tuple[tuple[str, str], ...]
    count: str
    answered: tuple[AnsweredView, ...]
    blockers: tuple[BlockerView, ...]
    unknown: tuple[str, ...]
    situation: Link | None
    preview: PreviewView
    restart_url: str
