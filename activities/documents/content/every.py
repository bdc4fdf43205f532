"""Every kind of document there is."""

from activities.documents.content.ending import Lapse, Returned, Termination, Withdrawal
from activities.documents.content.handling import (
    Extension,
    HearingNotice,
    HearingRight,
    ProcedureEnd,
    ProcedureStart,
)
from activities.documents.content.receipt import (
    Acceptance,
    Commitment,
    Correction,
    Intake,
    NotAccepted,
    Pending,
)
from activities.documents.content.results import Licence, Notice, Receipt, Refusal, Revocation

Content = (
    Intake
    | Commitment
    | NotAccepted
    | Correction
    | Acceptance
    | Pending
    | ProcedureStart
    | ProcedureEnd
    | Extension
    | HearingRight
    | HearingNotice
    | Notice
    | Receipt
    | Licence
    | Refusal
    | Revocation
    | Lapse
    | Returned
    | Termination
    | Withdrawal
)
