"""What happened: one frozen model per kind of event, in the past tense. Events are never edited.

They hold references, codes and digests only; names, form values and free text stay in the register.
"""

from typing import Annotated

from pydantic import Field

from definitions.matter.kinds.base import OfMatter
from definitions.matter.kinds.ending import (
    BasisLost,
    BundleClosed,
    BundleFollowed,
    BundleReopened,
    CreditRecorded,
    DecisionDisclosed,
    MatterClosed,
    MatterGranted,
    MatterIssued,
    MatterLapsed,
    MatterRefused,
    MatterReturned,
    MatterRevoked,
    MatterTerminated,
    MatterWithdrawn,
    PromiseBroken,
    PromiseKept,
    PromiseOpened,
    RectificationOrdered,
)
from definitions.matter.kinds.handling import (
    CalendarReplaced,
    ClockExpired,
    ClockExtended,
    HearingHeld,
    HearingRequested,
    HearingScheduled,
    HearingTold,
    HearingWaived,
    MatterAwaitsSupplement,
    Moved,
    ObjectionRaised,
    ProcedureEnded,
    ProcedureStarted,
    PublicityEnded,
    PublicityOpened,
    Reminded,
    SupplementCompleted,
)
from definitions.matter.kinds.papers import (
    DocumentDelivered,
    DocumentIssued,
    MaterialAccepted,
    MaterialProduced,
    MaterialRejected,
    MaterialSupplied,
)
from definitions.matter.kinds.receipt import (
    BundleStarted,
    Commitment,
    FilingOpened,
    FormCorrected,
    MaterialReplaced,
    MatterAccepted,
    MatterAcceptedPending,
    MatterDeemedAccepted,
    MatterFiled,
    MatterHeld,
    MatterNotAccepted,
    MatterNotNeeded,
    MatterReceived,
    SecondNoticeAllowed,
    SupplementArrived,
    SupplementNoticed,
    TakenIn,
)
from definitions.matter.kinds.tasks import (
    REMINDING,
    ConsentDeemed,
    OfficerRecused,
    OfTask,
    TaskBegun,
    TaskCancelled,
    TaskClaimed,
    TaskCompleted,
    TaskEscalated,
    TaskHandedOver,
    TaskOpened,
    TaskProposed,
    TaskReleased,
    TaskResumed,
    TaskReturned,
    TaskSentBack,
    TaskTakenBack,
    TaskTransferred,
    TaskUrged,
    TaskWaits,
)

__all__ = [
    "REMINDING",
    "BasisLost",
    "BundleClosed",
    "BundleFollowed",
    "BundleReopened",
    "BundleStarted",
    "CalendarReplaced",
    "ClockExpired",
    "ClockExtended",
    "Commitment",
    "ConsentDeemed",
    "CreditRecorded",
    "DecisionDisclosed",
    "DocumentDelivered",
    "DocumentIssued",
    "Event",
    "FilingOpened",
    "FormCorrected",
    "HearingHeld",
    "HearingRequested",
    "HearingScheduled",
    "HearingTold",
    "HearingWaived",
    "MaterialAccepted",
    "MaterialProduced",
    "MaterialRejected",
    "MaterialReplaced",
    "MaterialSupplied",
    "MatterAccepted",
    "MatterAcceptedPending",
    "MatterAwaitsSupplement",
    "MatterClosed",
    "MatterDeemedAccepted",
    "MatterFiled",
    "MatterGranted",
    "MatterHeld",
    "MatterIssued",
    "MatterLapsed",
    "MatterNotAccepted",
    "MatterNotNeeded",
    "MatterReceived",
    "MatterRefused",
    "MatterReturned",
    "MatterRevoked",
    "MatterTerminated",
    "MatterWithdrawn",
    "Moved",
    "ObjectionRaised",
    "OfMatter",
    "OfTask",
    "OfficerRecused",
    "ProcedureEnded",
    "ProcedureStarted",
    "PromiseBroken",
    "PromiseKept",
    "PromiseOpened",
    "PublicityEnded",
    "PublicityOpened",
    "RectificationOrdered",
    "Reminded",
    "SecondNoticeAllowed",
    "SupplementArrived",
    "SupplementCompleted",
    "SupplementNoticed",
    "TakenIn",
    "TaskBegun",
    "TaskCancelled",
    "TaskClaimed",
    "TaskCompleted",
    "TaskEscalated",
    "TaskHandedOver",
    "TaskOpened",
    "TaskProposed",
    "TaskReleased",
    "TaskResumed",
    "TaskReturned",
    "TaskSentBack",
    "TaskTakenBack",
    "TaskTransferred",
    "TaskUrged",
    "TaskWaits",
]

Event = Annotated[
    BundleStarted
    | MatterNotNeeded
    | FilingOpened
    | MatterFiled
    | MatterReceived
    | MatterHeld
    | MatterAccepted
    | MatterAcceptedPending
    | MatterNotAccepted
    | MatterDeemedAccepted
    | SupplementNoticed
    | SupplementArrived
    | SecondNoticeAllowed
    | FormCorrected
    | MaterialReplaced
    | SupplementCompleted
    | PublicityOpened
    | PublicityEnded
    | ObjectionRaised
    | MatterAwaitsSupplement
    | ClockExpired
    | ProcedureStarted
    | ProcedureEnded
    | ClockExtended
    | Reminded
    | HearingTold
    | HearingRequested
    | HearingScheduled
    | HearingHeld
    | HearingWaived
    | CalendarReplaced
    | MatterGranted
    | MatterRefused
    | MatterIssued
    | MatterClosed
    | MatterLapsed
    | MatterTerminated
    | MatterWithdrawn
    | BundleFollowed
    | BundleReopened
    | BundleClosed
    | MatterReturned
    | MatterRevoked
    | BasisLost
    | DecisionDisclosed
    | PromiseOpened
    | PromiseKept
    | PromiseBroken
    | RectificationOrdered
    | CreditRecorded
    | TaskOpened
    | TaskClaimed
    | TaskReleased
    | TaskBegun
    | TaskWaits
    | TaskResumed
    | TaskHandedOver
    | TaskTakenBack
    | TaskProposed
    | TaskSentBack
    | TaskTransferred
    | TaskReturned
    | TaskCompleted
    | ConsentDeemed
    | TaskCancelled
    | TaskEscalated
    | TaskUrged
    | OfficerRecused
    | MaterialSupplied
    | MaterialAccepted
    | MaterialRejected
    | MaterialProduced
    | DocumentIssued
    | DocumentDelivered,
    Field(discriminator="kind"),
]
