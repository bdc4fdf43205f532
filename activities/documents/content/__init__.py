"""What each kind of document says, as plain frozen values: the whole of what a template may show.

Nothing here knows tables, templates or numbers; `composing` fills these, `render` prints them.
"""

from activities.documents.content.common import Case, Citation, Day, Gap, Owed, Paper, Party, Term
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
    Informing,
    Intake,
    Linked,
    NotAccepted,
    Pending,
    Point,
    Supplying,
)
from activities.documents.content.results import (
    Change,
    Field,
    Licence,
    Notice,
    Receipt,
    Refusal,
    Revocation,
    Undone,
)

__all__ = [
    "Acceptance",
    "Case",
    "Change",
    "Citation",
    "Commitment",
    "Content",
    "Correction",
    "Day",
    "Extension",
    "Field",
    "Gap",
    "HearingNotice",
    "HearingRight",
    "Informing",
    "Intake",
    "Lapse",
    "Licence",
    "Linked",
    "NotAccepted",
    "Notice",
    "Owed",
    "Paper",
    "Party",
    "Pending",
    "Point",
    "ProcedureEnd",
    "ProcedureStart",
    "Receipt",
    "Refusal",
    "Returned",
    "Revocation",
    "Supplying",
    "Term",
    "Termination",
    "Undone",
    "Withdrawal",
]

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
