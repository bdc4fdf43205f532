"""From acceptance to decision: pauses, extensions, hearings, publicity, limits."""

from datetime import date, datetime
from typing import Literal

from definitions.language.base import Value
from definitions.language.clocks import ClockKind
from definitions.matter.kinds.base import OfMatter
from definitions.matter.state import Procedure
from definitions.matter.values import FileRef, Reason
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import Clock, Extension


class SupplementCompleted(OfMatter):
    """The last missing paper is in and right."""

    kind: Literal["supplement_completed"] = "supplement_completed"


class PublicityOpened(OfMatter):
    """公示 has begun."""

    kind: Literal["publicity_opened"] = "publicity_opened"
    clock: Clock


class PublicityEnded(OfMatter):
    """公示 ended without an upheld objection."""

    kind: Literal["publicity_ended"] = "publicity_ended"


class ObjectionRaised(OfMatter):
    """Somebody objected during publicity."""

    kind: Literal["objection_raised"] = "objection_raised"
    objection: Reason


class MatterAwaitsSupplement(OfMatter):
    """审结待补: decided inside, but the gating papers are not complete."""

    kind: Literal["matter_awaits_supplement"] = "matter_awaits_supplement"
    missing: tuple[str, ...]


class ClockExpired(OfMatter):
    """An office's limit passed: overdue from now on."""

    kind: Literal["clock_expired"] = "clock_expired"
    clock: ClockKind


class ProcedureStarted(OfMatter):
    """特别程序 begins: from tomorrow no day counts until it ends; `clock` is its told length."""

    kind: Literal["procedure_started"] = "procedure_started"
    procedure: Procedure
    reasons: tuple[Reason, ...]
    clock: Clock


class ProcedureEnded(OfMatter):
    """特别程序 ended, with its result."""

    kind: Literal["procedure_ended"] = "procedure_ended"
    procedure: str
    result: tuple[FileRef, ...] = ()


class ClockExtended(OfMatter):
    """延期: days added to these clocks, by whose approval."""

    kind: Literal["clock_extended"] = "clock_extended"
    clocks: tuple[ClockKind, ...]
    extension: Extension


class Reminded(OfMatter):
    """The applicant was reminded of what is owed, so many working days before the last."""

    kind: Literal["reminded"] = "reminded"
    clock: ClockKind
    days: int


class HearingTold(OfMatter):
    """听证权利告知: the applicant may ask for a hearing until the clock runs out."""

    kind: Literal["hearing_told"] = "hearing_told"
    reasons: tuple[Reason, ...]
    clock: Clock


class HearingRequested(OfMatter):
    """A hearing was asked for, or the organ holds one of its own motion; now it is due."""

    kind: Literal["hearing_requested"] = "hearing_requested"
    own_motion: bool
    clock: Clock


class HearingScheduled(OfMatter):
    """Time, place and chair were told, early enough."""

    kind: Literal["hearing_scheduled"] = "hearing_scheduled"
    on: datetime
    place: Reason
    chair: str


class HearingHeld(OfMatter):
    """The hearing was held; its signed minutes bind the decision."""

    kind: Literal["hearing_held"] = "hearing_held"
    minutes: tuple[FileRef, ...]


class HearingWaived(OfMatter):
    """Nobody asked in time, or the applicant gave the right up."""

    kind: Literal["hearing_waived"] = "hearing_waived"


class Moved(Value):
    """A limit whose last day a new calendar moves; None where it was or is not known.

    `stands`: it would have come earlier than the applicant was told, so the told day stays.
    """

    matter: str
    clock: str
    was: date | None
    becomes: date | None
    stands: bool = False


class CalendarReplaced(Value):
    """Another calendar was published: every open clock is reckoned by it from now on."""

    kind: Literal["calendar_replaced"] = "calendar_replaced"
    calendar: Calendar
    moved: tuple[Moved, ...]
