"""What people and programs may ask of one application.

Each names what it acts on, in the imperative.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from definitions.language.base import Basis, Value
from definitions.language.clocks import ClockKind
from definitions.language.supervision import What
from definitions.matter.tasks import Completion, ReturnPoint, WaitCause
from definitions.matter.values import FileRef, Reason
from definitions.rules.calendar import Calendar


class ClaimTask(Value):
    """Take a ready task."""

    kind: Literal["claim_task"] = "claim_task"
    task: str


class ReleaseTask(Value):
    """Put a claimed task back."""

    kind: Literal["release_task"] = "release_task"
    task: str


class CompleteTask(Completion):
    """Complete a task."""

    kind: Literal["complete_task"] = "complete_task"
    task: str


class BeginTask(Value):
    """Begin to work on a task one holds."""

    kind: Literal["begin_task"] = "begin_task"
    task: str


class WaitTask(Value):
    """Say what a task waits for; no limit stops."""

    kind: Literal["wait_task"] = "wait_task"
    task: str
    cause: WaitCause
    until: date | None = None
    reasons: tuple[Reason, ...] = ()


class ResumeTask(Value):
    """Go on with a task that waited."""

    kind: Literal["resume_task"] = "resume_task"
    task: str


class HandOverTask(Value):
    """转交: give a task to a colleague, one's own or, for who assigns the work, anybody's."""

    kind: Literal["hand_over_task"] = "hand_over_task"
    task: str
    to: str
    reasons: tuple[Reason, ...] = ()


class TakeBackTask(Value):
    """Withdraw a hand-over or a transfer that nobody has begun on."""

    kind: Literal["take_back_task"] = "take_back_task"
    task: str


class ProposeCompletion(Value):
    """拟办意见: put how one would complete the task to a colleague (复核); `to` names whom."""

    kind: Literal["propose_completion"] = "propose_completion"
    task: str
    completion: Completion
    to: str | None = None


class ApproveProposal(Value):
    """复核同意: the task is completed as it was proposed."""

    kind: Literal["approve_proposal"] = "approve_proposal"
    task: str


class SendBackTask(Value):
    """复核退改: the author changes the proposal."""

    kind: Literal["send_back_task"] = "send_back_task"
    task: str
    reasons: tuple[Reason, ...]


class TransferTask(Value):
    """移送 to the competent department."""

    kind: Literal["transfer_task"] = "transfer_task"
    task: str
    department: str
    reasons: tuple[Reason, ...]


class ReturnTask(Value):
    """退回 with structured reasons: to the step before, the window, or whoever asked or sent it."""

    kind: Literal["return_task"] = "return_task"
    task: str
    points: tuple[ReturnPoint, ...]


class UrgeTask(Value):
    """催办."""

    kind: Literal["urge_task"] = "urge_task"
    task: str
    reasons: tuple[Reason, ...]


class AskColleagues(Value):
    """Ask other organs (or an expert, by account): 征求意见, 行政协助, 专家意见, 踏勘约期.

    `days` (working) is the catalogue's where none is given. `tacit` asks for agreement by silence.
    """

    kind: Literal["ask_colleagues"] = "ask_colleagues"
    matter: str
    what: What
    departments: tuple[str, ...]
    question: Reason
    days: int | None = None
    tacit: bool = False
    to: str | None = None
    dates: tuple[date, ...] = ()
    files: tuple[FileRef, ...] = ()


class WithdrawRequest(Value):
    """Call off what was asked of others, by the id of the request."""

    kind: Literal["withdraw_request"] = "withdraw_request"
    request: str
    reasons: tuple[Reason, ...] = ()


class Complain(Value):
    """办不成事: the applicant says what cannot be got done; the hall's own window follows it up."""

    kind: Literal["complain"] = "complain"
    matter: str
    complaint: Reason


class RecuseOfficer(Value):
    """回避: the actor declares that the application concerns himself, or that somebody's does."""

    kind: Literal["recuse_officer"] = "recuse_officer"
    officer: str
    reasons: tuple[Reason, ...]


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
    | AskColleagues
)

OfTaskCommand = (
    ClaimTask
    | ReleaseTask
    | CompleteTask
    | BeginTask
    | WaitTask
    | ResumeTask
    | HandOverTask
    | TakeBackTask
    | ProposeCompletion
    | ApproveProposal
    | SendBackTask
    | TransferTask
    | ReturnTask
    | UrgeTask
)

Command = Annotated[
    OfTaskCommand
    | SupplyMaterial
    | FileApplication
    | RaiseObjection
    | DeliverDocument
    | WithdrawBundle
    | CorrectOnTheSpot
    | OfMatterCommand
    | WithdrawRequest
    | Complain
    | RecuseOfficer
    | UseCalendar
    | PassTime,
    Field(discriminator="kind"),
]

# What may still be asked after the application was closed; everything else comes too late.
AFTERWARDS = (RevokeDecision, Complain)
