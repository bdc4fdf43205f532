"""View models of the papers that the house prepares for signature."""

from dataclasses import dataclass

from api.console.views.shared import Frame, Link
from definitions.rules.drafting import FormRow, Paper


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Fields of the application form under one heading."""

    title: str
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper on sheets of its own."""

    paper: Paper
    groups: tuple[RowGroup, ...]


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """Every paper of an application, or one of them. `links`: each by itself."""

    frame: Frame
    number: str
    papers: tuple[PaperView, ...]
    links: tuple[Link, ...]
    blanks: int
    back: Link
