"""View models of how somebody works: settings, absences and who stands in."""

from dataclasses import dataclass
from datetime import date

from api.console.views.shared import FieldView, Frame, Pair, StatusView, Submission


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """How one takes work: how many at once, in which shift, which items first; and the keys.

    `trusted` is what administrators have set; only they change it.
    """

    frame: Frame
    submission: Submission
    fields: tuple[FieldView, ...]
    trusted: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """One absence; `end` is None where it is over or another's to end."""

    who: str
    substitute: str
    since: date
    until: date
    reason: str
    status: StatusView
    end: Submission | None


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """请假、代办: whose work is whose from when to when, and the form for another."""

    frame: Frame
    rows: tuple[AbsenceRow, ...]
    submission: Submission
    fields: tuple[FieldView, ...]
