"""What ended without the decision that was asked for: why, and what is handed back."""

from dataclasses import replace

from activities.documents.composing.sheet import Sheet
from activities.documents.content.common import Owed
from activities.documents.content.ending import Lapse, Returned, Termination, Withdrawal
from definitions.bundle.gaps import applicants, missing
from definitions.language.base import Basis
from definitions.language.pending import Lapse as Consequence
from definitions.matter.events import (
    MatterLapsed,
    MatterReturned,
    MatterTerminated,
    MatterWithdrawn,
    TaskCompleted,
)
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.rules.clocks import ClockKind
from definitions.rules.plan import PlannedMatter


def ended(sheet: Sheet) -> Lapse | Returned:
    """退件: told by what happened, whichever of the two papers it is told in."""
    return lapse(sheet) if sheet.events(MatterLapsed) else returned(sheet)


def lapse(sheet: Sheet) -> Lapse:
    """A limit of the applicant passed: which, what was still missing then, what follows."""
    planned, matter, event = sheet.planned, sheet.matter, sheet.last(MatterLapsed)
    clock = next(c for c in reversed(matter.clocks) if c.kind is event.clock and c.expired)
    consequence = event.lapse
    if consequence is Consequence.ACCEPTANCE_REVOKED and matter.accepted_at is None:
        consequence = Consequence.RETURNED  # there is no acceptance to be revoked
    promised = event.clock is ClockKind.SUPPLEMENT and planned.accept_pending is not None
    return Lapse(
        case=sheet.case((_basis(planned, event.clock),)),
        clock=event.clock,
        due=sheet.day(clock),
        lapse=consequence,
        missing=_owed(sheet, event.clock),
        returned=sheet.returned(),
        credit=planned.accept_pending.credit if promised and planned.accept_pending else None,
    )


def returned(sheet: Sheet) -> Returned:
    """退件 by an officer, with everything that was wrong."""
    event, case = sheet.last(MatterReturned), sheet.case((sheet.planned.hold.basis,))
    if sheet.document.template != "returned":
        case = replace(case, wording="")  # the words of another paper
    return Returned(
        case=case,
        reasons=sheet.said(event.reasons),
        returned=sheet.returned(),
    )


def termination(sheet: Sheet) -> Termination:
    """终止: the cause, and the facts an officer wrote; for an upheld objection, what was found."""
    event = sheet.last(MatterTerminated)
    upheld = [e for e in sheet.events(TaskCompleted) if e.outcome is Outcome.UPHOLD]
    reasons = event.reasons or (upheld[-1].reasons if upheld else ())
    return Termination(
        case=sheet.case(event.bases),
        cause=event.reason,
        reasons=sheet.said(reasons),
        returned=sheet.returned(),
    )


def withdrawal(sheet: Sheet) -> Withdrawal:
    """撤回 by the applicant."""
    event, matter = sheet.last(MatterWithdrawn), sheet.matter
    return Withdrawal(
        case=sheet.case(),
        withdrawn_at=matter.closed_at or sheet.document.issued_at,
        reasons=sheet.said(event.reasons),
        returned=sheet.returned(),
    )


def _basis(planned: PlannedMatter, clock: ClockKind) -> Basis:
    match clock:
        case ClockKind.SUPPLEMENT if planned.accept_pending is not None:
            return planned.accept_pending.basis
        case ClockKind.FILING if planned.filing is not None:
            return planned.filing.basis
        case ClockKind.CORRECTION if planned.examine is not None:
            return planned.examine.basis
        case _:
            return planned.hold.basis


def _owed(sheet: Sheet, clock: ClockKind) -> tuple[Owed, ...]:
    """What the applicant had not brought, and how far it had come."""
    state, matter = sheet.state, sheet.matter
    codes: list[str] = []
    if clock is ClockKind.CORRECTION and matter.notice is not None:
        named = matter.notice.materials
        codes = [c for c, m in state.materials.items() if c in named and not m.is_ready]
    elif clock is not ClockKind.FILING:
        codes = [gate.code for gate in applicants(state, missing(state, sheet.planned))]
    return tuple(Owed(sheet.material(code).name, _came(sheet, code)) for code in codes)


def _came(sheet: Sheet, code: str) -> str:
    material = sheet.state.materials[code]
    match material.status:
        case MaterialStatus.REFUSED:
            why = "；".join(sheet.said(material.reasons)).rstrip("。")
            return f"不符合要求：{why}" if why else "不符合要求"
        case MaterialStatus.SUPPLIED:
            return "已补交，尚未核对"
        case _:
            return "未提交"
