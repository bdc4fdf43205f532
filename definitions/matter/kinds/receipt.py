"""Before acceptance: taken in, held, noticed, accepted or not."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from definitions.language.base import Basis, Value
from definitions.language.pending import Mode
from definitions.language.receipt import NotAccepted
from definitions.matter.kinds.base import OfMatter
from definitions.matter.state import MaterialStatus
from definitions.matter.values import FileRef, Point, Reason
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import Clock
from definitions.rules.plan import Plan


class TakenIn(Value):
    """One material at the start: what came, or that it is still to come."""

    code: str
    status: MaterialStatus
    files: tuple[FileRef, ...] = ()


class Commitment(Value):
    """承诺书: which mode the applicant chose for a matter, and how it was signed.

    `authorised`: an agent's express authority to promise (domain.md §2.3 step 2e).
    """

    matter: str
    mode: Mode
    materials: tuple[str, ...]
    way: Literal["paper", "pad", "phone"] = "paper"
    by_agent: bool = False
    authorised: bool = False


class BundleStarted(Value):
    """An application was taken in, with its plan and the calendar it is reckoned by.

    `committed` are the matters for which the applicant signed a promise, `commitments` how;
    `dates` those form fields that start clocks. `overridden` are papers asked for although sharing
    should have brought them, each with the digest of the clerk's reason. `recused` are officers
    whom the application concerns, as it was found.
    """

    kind: Literal["bundle_started"] = "bundle_started"
    number: str
    application: str
    plan: Plan
    calendar: Calendar
    committed: tuple[str, ...]
    commitments: tuple[Commitment, ...] = ()
    dates: Mapping[str, date] = {}
    overridden: Mapping[str, str] = {}
    materials: tuple[TakenIn, ...]
    recused: tuple[str, ...] = ()


class MatterNotNeeded(OfMatter):
    """无需办理, and why."""

    kind: Literal["matter_not_needed"] = "matter_not_needed"
    reason: str


class FilingOpened(OfMatter):
    """The window in which the applicant must apply has opened."""

    kind: Literal["filing_opened"] = "filing_opened"
    clock: Clock


class MatterFiled(OfMatter):
    """The applicant applied within the window."""

    kind: Literal["matter_filed"] = "matter_filed"
    clocks: tuple[Clock, ...] = ()


class MatterReceived(OfMatter):
    """收件.

    This organ has the application (serial matters: on the completion of what they wait for).
    """

    kind: Literal["matter_received"] = "matter_received"
    clocks: tuple[Clock, ...] = ()


class MatterHeld(OfMatter):
    """容缺收件: kept, clock not started.

    No hold clock where only other organs' papers are missing.
    """

    kind: Literal["matter_held"] = "matter_held"
    missing: tuple[str, ...]
    clock: Clock | None


class MatterAccepted(OfMatter):
    """受理: the legal clocks start.

    `since`, where that is not now: when the last supplement came in, however late it was checked.
    `mode`: accepted on a promise under which the result goes out before the papers.
    """

    kind: Literal["matter_accepted"] = "matter_accepted"
    clocks: tuple[Clock, ...]
    since: datetime | None = None
    mode: Mode | None = None


class MatterAcceptedPending(OfMatter):
    """容缺受理: the clocks start, the decision waits for the missing papers."""

    kind: Literal["matter_accepted_pending"] = "matter_accepted_pending"
    missing: tuple[str, ...]
    clocks: tuple[Clock, ...]


class MatterNotAccepted(OfMatter):
    """不予受理, and which organ is competent instead."""

    kind: Literal["matter_not_accepted"] = "matter_not_accepted"
    why: NotAccepted
    says: str | None = None
    organ: str | None = None
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()


class MatterDeemedAccepted(OfMatter):
    """视为受理: nobody told the applicant anything in time, so it counts from the receipt.

    行政许可法 32(1)(4): 逾期不告知的，自收到申请材料之日起即为受理.
    """

    kind: Literal["matter_deemed_accepted"] = "matter_deemed_accepted"
    since: datetime
    clocks: tuple[Clock, ...]


class SupplementNoticed(OfMatter):
    """补正告知: every point, once."""

    kind: Literal["supplement_noticed"] = "supplement_noticed"
    points: tuple[Point, ...]
    clock: Clock


class SupplementArrived(OfMatter):
    """Everything the notice named has come in; the office has its five days again to look."""

    kind: Literal["supplement_arrived"] = "supplement_arrived"
    clock: Clock


class SecondNoticeAllowed(OfMatter):
    """A supervisor allowed points that the first notice did not name. Logged for ever."""

    kind: Literal["second_notice_allowed"] = "second_notice_allowed"
    reason: Reason


class FormCorrected(Value):
    """当场更正: a field of the form, by the event's actor; the texts lie in the register."""

    kind: Literal["form_corrected"] = "form_corrected"
    field: str
    was: Reason | None
    becomes: Reason


class MaterialReplaced(Value):
    """当场更正: a paper that was taken in was exchanged for a right one."""

    kind: Literal["material_replaced"] = "material_replaced"
    material: str
    files: tuple[FileRef, ...]
