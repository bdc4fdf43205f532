"""View models of limits that show their working, day by day."""

from dataclasses import dataclass
from datetime import date

from api.console.views.shared import DeadlineView, Frame, Link, Pair


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day. `kind` is what the calendar says of it, `nth` the how-manieth counted day it is."""

    day: date
    kind: str
    nth: int | None
    note: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class ClockSheet:
    """One limit: the facts it is reckoned from, then every day from the start to the last.

    The facts are written so that they can be read back from the page (see `tests/support`).
    """

    name: str
    matter: str
    deadline: DeadlineView | None
    facts: tuple[Pair, ...]
    lines: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class ClocksPage:
    """Every limit of one matter, for those who handle it."""

    frame: Frame
    bundle: Link
    matter: Link
    organ: str
    sheets: tuple[ClockSheet, ...]


@dataclass(frozen=True, slots=True)
class PublicClocksPage:
    """The applicant's own limits, for the applicant."""

    frame: Frame
    number: str
    back_url: str
    sheets: tuple[ClockSheet, ...]
