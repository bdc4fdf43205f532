"""What people and programs may ask of one application.

Each names what it acts on, in the imperative.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from definitions.language.base import Basis, Value
from definitions.language.clocks import ClockKind
from definitions.matter.tasks import Outcome
from definitions.matter.values import FileRef, Point, Reason
from definitions.rules.calendar import Calendar


class ClaimTask(Value):
    """Take a ready task."""

    kind: Literal["claim_task"] = "claim_task"
    task: str


class ReleaseTask(Value):
    """Put a claimed task back."""

    kind: Literal["release_task"] = "release_task"
    task: str


class CompleteTask(Value):
    """Complete a task. Refusals and rejections carry reasons; a refused decision carries bases.

    A supplement notice carries `points` and how many working `days` it gives; 不属本机关职权 the
    competent `organ`; a held hearing its minutes in `files`; a check on site its `companions`.
    """

    kind: Literal["complete_task"] = "complete_task"
    task: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()
    points: tuple[Point, ...] = ()
    days: int | None = None
    organ: str | None = None
    files: tuple[FileRef, ...] = ()
    companions: tuple[str, ...] = ()


class SupplyMaterial(Value):
    """Hand in a pending material."""

    kind: Literal["supply_material"] = "supply_material"
    material: str
    files: tuple[FileRef, ...]


class FileApplication(Value):
    """Apply within the window that is open."""

    kind: Literal["file_application"] = "file_application"
    matter: str


class RaiseObjection(Value):
    """Object during publicity."""

    kind: Literal["raise_objection"] = "raise_objection"
    matter: str
    objection: Reason


class DeliverDocument(Value):
    """Hand a paper document out."""

    kind: Literal["deliver_document"] = "deliver_document"
    document: str
    way: Literal["counter", "post"] = "counter"


class WithdrawBundle(Value):
    """Withdraw what is not decided yet: the named matters, or all of them."""

    kind: Literal["withdraw_bundle"] = "withdraw_bundle"
    matters: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class CorrectOnTheSpot(Value):
    """当场更正 before acceptance: a field of the form, or a paper that was taken in."""

    kind: Literal["correct_on_the_spot"] = "correct_on_the_spot"
    field: str | None = None
    was: Reason | None = None
    becomes: Reason | None = None
    material: str | None = None
    files: tuple[FileRef, ...] = ()


class AllowSecondNotice(Value):
    """A supervisor allows points that the first notice did not name, with a logged reason."""

    kind: Literal["allow_second_notice"] = "allow_second_notice"
    matter: str
    reason: Reason


class StartProcedure(Value):
    """特别程序 for one of the closed list of causes; `days` are the working days told."""

    kind: Literal["start_procedure"] = "start_procedure"
    matter: str
    cause: str
    days: int
    reasons: tuple[Reason, ...]


class EndProcedure(Value):
    """The special procedure is over; its result paper goes with it."""

    kind: Literal["end_procedure"] = "end_procedure"
    matter: str
    result: tuple[FileRef, ...] = ()


class ProposeExtension(Value):
    """Ask the one who may for more time to decide, once."""

    kind: Literal["propose_extension"] = "propose_extension"
    matter: str
    days: int
    reasons: tuple[Reason, ...]


class ProlongSupplement(Value):
    """Give the applicant more time for what is owed: once, or for force majeure besides."""

    kind: Literal["prolong_supplement"] = "prolong_supplement"
    matter: str
    clock: ClockKind
    days: int
    reasons: tuple[Reason, ...]
    force_majeure: bool = False


class TellHearingRight(Value):
    """Tell the applicant of the right to a hearing, and what is intended."""

    kind: Literal["tell_hearing_right"] = "tell_hearing_right"
    matter: str
    reasons: tuple[Reason, ...]


class AnswerHearing(Value):
    """The applicant asks for the hearing, or gives the right up."""

    kind: Literal["answer_hearing"] = "answer_hearing"
    matter: str
    wanted: bool


class ScheduleHearing(Value):
    """Set the hearing's time, place and chair; of the organ's own motion where nobody asked."""

    kind: Literal["schedule_hearing"] = "schedule_hearing"
    matter: str
    on: datetime
    place: Reason
    chair: str


class ReturnMatter(Value):
    """退件 before acceptance, with everything that was wrong."""

    kind: Literal["return_matter"] = "return_matter"
    matter: str
    reasons: tuple[Reason, ...]


class TerminateMatter(Value):
    """终止 for one of the closed list of causes."""

    kind: Literal["terminate_matter"] = "terminate_matter"
    matter: str
    cause: str
    reasons: tuple[Reason, ...]


class RevokeDecision(Value):
    """撤销 a grant that should not have been made."""

    kind: Literal["revoke_decision"] = "revoke_decision"
    matter: str
    reasons: tuple[Reason, ...]
    bases: tuple[Basis, ...]


class UseCalendar(Value):
    """Reckon every open clock by a calendar that was published."""

    kind: Literal["use_calendar"] = "use_calendar"
    calendar: Calendar


class PassTime(Value):
    """Nothing is asked; what has become due follows by itself."""

    kind: Literal["pass_time"] = "pass_time"


OfMatterCommand = (
    AllowSecondNotice
    | StartProcedure
    | EndProcedure
    | ProposeExtension
    | ProlongSupplement
    | TellHearingRight
    | AnswerHearing
    | ScheduleHearing
    | ReturnMatter
    | TerminateMatter
    | RevokeDecision
)

Command = Annotated[
    ClaimTask
    | ReleaseTask
    | CompleteTask
    | SupplyMaterial
    | FileApplication
    | RaiseObjection
    | DeliverDocument
    | WithdrawBundle
    | CorrectOnTheSpot
    | OfMatterCommand
    | UseCalendar
    | PassTime,
    Field(discriminator="kind"),
]

# What may still be asked after the application was closed; everything else comes too late.
AFTERWARDS = (RevokeDecision,)
