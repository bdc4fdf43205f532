"""What happened: one frozen model per kind of event, in the past tense. Events are never edited.

They hold references, codes and digests only; names, form values and free text stay in the register.
"""

from typing import Annotated, Literal

from pydantic import Field

from definitions.language.base import Basis, Value
from definitions.language.matters import Lapse
from definitions.matter.state import (
    DocumentState,
    FileRef,
    MaterialStatus,
    Outcome,
    Reason,
    TaskState,
)
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.plan import Plan


class TakenIn(Value):
    """One material at the start: what came, or that it is still to come."""

    code: str
    status: MaterialStatus
    files: tuple[FileRef, ...] = ()


class BundleStarted(Value):
    """An application was taken in, with its plan and the calendar it is reckoned by."""

    kind: Literal["bundle_started"] = "bundle_started"
    number: str
    application: str
    plan: Plan
    calendar: Calendar
    committed: tuple[str, ...]
    materials: tuple[TakenIn, ...]


class BundleClosed(Value):
    """Every matter is terminal."""

    kind: Literal["bundle_closed"] = "bundle_closed"


class OfMatter(Value):
    """Base of events that belong to one matter."""

    matter: str


class MatterNotNeeded(OfMatter):
    """无需办理, and why."""

    kind: Literal["matter_not_needed"] = "matter_not_needed"
    reason: str


class FilingOpened(OfMatter):
    """The window in which the applicant must apply has opened."""

    kind: Literal["filing_opened"] = "filing_opened"
    clock: Clock


class MatterReceived(OfMatter):
    """收件.

    This organ has the application (serial matters: on the completion of what they wait for).
    """

    kind: Literal["matter_received"] = "matter_received"


class MatterHeld(OfMatter):
    """容缺收件: kept, clock not started.

    No hold clock where only other organs' papers are missing.
    """

    kind: Literal["matter_held"] = "matter_held"
    missing: tuple[str, ...]
    clock: Clock | None


class MatterAccepted(OfMatter):
    """受理: the legal clocks start."""

    kind: Literal["matter_accepted"] = "matter_accepted"
    clocks: tuple[Clock, ...]


class MatterAcceptedPending(OfMatter):
    """容缺受理: the clocks start, the decision waits for the missing papers."""

    kind: Literal["matter_accepted_pending"] = "matter_accepted_pending"
    missing: tuple[str, ...]
    clocks: tuple[Clock, ...]


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


class MatterGranted(OfMatter):
    """准予."""

    kind: Literal["matter_granted"] = "matter_granted"


class MatterRefused(OfMatter):
    """不予, with reasons, bases and remedies in the decision."""

    kind: Literal["matter_refused"] = "matter_refused"


class MatterIssued(OfMatter):
    """制证: every document of the result is made."""

    kind: Literal["matter_issued"] = "matter_issued"


class MatterClosed(OfMatter):
    """办结: every document of the result is delivered."""

    kind: Literal["matter_closed"] = "matter_closed"


class MatterLapsed(OfMatter):
    """A limit of the applicant passed; `clock` says which."""

    kind: Literal["matter_lapsed"] = "matter_lapsed"
    lapse: Lapse
    clock: ClockKind


class MatterTerminated(OfMatter):
    """终止: it cannot be handled any more."""

    kind: Literal["matter_terminated"] = "matter_terminated"
    reason: str


class MatterWithdrawn(OfMatter):
    """撤回 by the applicant before the decision."""

    kind: Literal["matter_withdrawn"] = "matter_withdrawn"


class ClockExpired(OfMatter):
    """An office's limit passed: overdue from now on."""

    kind: Literal["clock_expired"] = "clock_expired"
    clock: ClockKind


class TaskOpened(OfMatter):
    """A task was assigned to a department."""

    kind: Literal["task_opened"] = "task_opened"
    task: TaskState


class TaskClaimed(OfMatter):
    """Somebody took the task."""

    kind: Literal["task_claimed"] = "task_claimed"
    task: str


class TaskReleased(OfMatter):
    """The task was put back."""

    kind: Literal["task_released"] = "task_released"
    task: str


class TaskCompleted(OfMatter):
    """The task was completed. `step` is true where this ends the matter's present step."""

    kind: Literal["task_completed"] = "task_completed"
    task: str
    outcome: Outcome
    step: bool
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()


class TaskCancelled(OfMatter):
    """The task fell away with its matter."""

    kind: Literal["task_cancelled"] = "task_cancelled"
    task: str


class MatterFiled(OfMatter):
    """The applicant applied within the window."""

    kind: Literal["matter_filed"] = "matter_filed"


class MaterialSupplied(Value):
    """A pending material came in; `checked` where the window looked at it on the spot."""

    kind: Literal["material_supplied"] = "material_supplied"
    material: str
    files: tuple[FileRef, ...]
    checked: bool


class MaterialAccepted(Value):
    """A supplied material was found right."""

    kind: Literal["material_accepted"] = "material_accepted"
    material: str


class MaterialRejected(Value):
    """A supplied material was found wanting; it may be supplied again within the limit."""

    kind: Literal["material_rejected"] = "material_rejected"
    material: str
    reasons: tuple[Reason, ...]


class MaterialProduced(Value):
    """Another matter's result is this material."""

    kind: Literal["material_produced"] = "material_produced"
    material: str
    documents: tuple[str, ...]


class DocumentIssued(Value):
    """制证: a document is due and has its number."""

    kind: Literal["document_issued"] = "document_issued"
    document: DocumentState


class DocumentDelivered(Value):
    """送达."""

    kind: Literal["document_delivered"] = "document_delivered"
    document: str
    way: Literal["electronic", "counter", "post"]


Event = Annotated[
    BundleStarted
    | BundleClosed
    | MatterNotNeeded
    | FilingOpened
    | MatterFiled
    | MatterReceived
    | MatterHeld
    | MatterAccepted
    | MatterAcceptedPending
    | SupplementCompleted
    | PublicityOpened
    | PublicityEnded
    | ObjectionRaised
    | MatterAwaitsSupplement
    | MatterGranted
    | MatterRefused
    | MatterIssued
    | MatterClosed
    | MatterLapsed
    | MatterTerminated
    | MatterWithdrawn
    | ClockExpired
    | TaskOpened
    | TaskClaimed
    | TaskReleased
    | TaskCompleted
    | TaskCancelled
    | MaterialSupplied
    | MaterialAccepted
    | MaterialRejected
    | MaterialProduced
    | DocumentIssued
    | DocumentDelivered,
    Field(discriminator="kind"),
]
