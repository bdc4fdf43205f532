"""View models of the pre-check: findings over a draft, and a firm's obstacles beforehand."""

from dataclasses import dataclass

from api.console.views.shared import (
    BasisView,
    FieldView,
    Frame,
    Link,
    Option,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding with its place and what to do; `called_wrong` is why somebody doubts it."""

    rule: str
    status: StatusView
    says: str
    details: tuple[str, ...]
    remedy: str
    place: Link
    basis: BasisView | None = None
    called_wrong: str = ""
    feedback: Submission | None = None


@dataclass(frozen=True, slots=True)
class ObstacleView:
    """One blocker as registers see it; `missing` is what they did not say."""

    status: StatusView
    reason: str
    owner: str
    remedy: str
    basis: BasisView
    courses: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class AheadPage:
    """一键预查: a code and a service, then everything that stands in the way.

    `unpaid`: benefits it would leave behind.
    """

    frame: Frame
    uscc: FieldView
    services: tuple[Option, ...]
    firm: str = ""
    service: str = ""
    obstacles: tuple[ObstacleView, ...] = ()
    clear: tuple[str, ...] = ()
    away: str = ""
    unpaid: tuple[str, ...] = ()
    checkup_url: str = ""
    asked: bool = False
