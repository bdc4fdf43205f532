"""Papers from the counter to acceptance: taken in, promised, noticed, accepted or not."""

from collections.abc import Mapping

from activities.documents.composing.sheet import Sheet, length
from activities.documents.content.common import Day
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
from definitions.bundle.gaps import missing
from definitions.language.matters import Edge, EdgeKind
from definitions.language.pending import Mode
from definitions.matter.events import (
    Commitment as Signed,
)
from definitions.matter.events import (
    MatterAccepted,
    MatterAcceptedPending,
    MatterDeemedAccepted,
    MatterNotAccepted,
    SecondNoticeAllowed,
    SupplementNoticed,
)
from definitions.matter.state import MaterialStatus
from definitions.matter.values import Point as Noticed
from definitions.rules.clocks import Clock, ClockKind

_WAYS = {"paper": "纸质签名、盖章", "pad": "手写屏电子签名", "phone": "手机电子签名"}


def intake(sheet: Sheet) -> Intake:
    """收件凭证 (上海市优化营商环境条例 25; 行政许可法 32)."""
    state = sheet.state
    needed = [planned for planned in state.plan.matters if planned.not_needed is None]
    names = {planned.key: planned.name for planned in needed}
    return Intake(
        case=sheet.case(),
        receiver=sheet.found.receiver or sheet.house.hall,
        papers=tuple(sheet.paper(planned) for planned in state.plan.materials),
        linked=tuple(
            Linked(
                name=planned.name,
                organ=planned.department_name,
                limit=length(planned.promised),
                after=_after(planned.needs, names),
            )
            for planned in needed
        ),
        within=sheet.term(Clock.of(sheet.house.acceptance, state.started_at)),
    )


def _after(needs: tuple[Edge, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """What it waits for; a joint matter is received together with those whose results it needs."""
    joint = [names[edge.matter] for edge in needs if edge.kind is EdgeKind.JOINT]
    return (
        *(names[edge.matter] for edge in needs if edge.kind is EdgeKind.RESULT),
        *(f"{names[edge.matter]}（受理）" for edge in needs if edge.kind is EdgeKind.ACCEPTED),
        *((f"{'、'.join(joint)}（同时收件）",) if joint else ()),
    )


def commitment(sheet: Sheet) -> Commitment:
    """承诺书 by mode (domain.md §2.1); how it was signed stands in the application's start."""
    signed = [s for s in sheet.moment.started.commitments if s.matter == sheet.planned.key]
    supplying, informing = _supplying(sheet, signed), _informing(sheet, signed)
    if supplying is None and informing is None:
        msg = f"{sheet.planned.key} of {sheet.state.number} knows no way of promising"
        raise LookupError(msg)
    by_agent = any(each.by_agent for each in signed)
    return Commitment(
        case=sheet.case(),
        supplying=supplying,
        informing=informing,
        way=_WAYS[signed[0].way] if signed else None,
        authorised=all(s.authorised for s in signed if s.by_agent) if by_agent else None,
    )


def _supplying(sheet: Sheet, signed: list[Signed]) -> Supplying | None:
    planned, house = sheet.planned, sheet.house
    pending, later, hold = planned.accept_pending, planned.issue_then_supply, planned.hold
    own = next((each for each in signed if each.mode is not Mode.INFORM_COMMIT), None)
    if signed and own is None:
        return None
    mode = own.mode if own else Mode.ACCEPT_PENDING if pending else Mode.ISSUE_THEN_SUPPLY
    open_gates = [g for g in missing(sheet.state, planned) if g.tolerable is not None]
    codes = own.materials if own and own.materials else tuple(g.code for g in open_gates)
    gaps = sheet.gaps(codes)
    tolerable = [g.tolerable for g in planned.gates if g.code in codes and g.tolerable is not None]
    match mode:
        case Mode.ACCEPT_PENDING if pending is not None:
            days = min(tolerable, default=pending.cap)
            within = f"自容缺受理之日起{days}个工作日内"
            basis = house.cited(pending.basis)
            return Supplying(
                mode, gaps, within, pending.lapse, undone=False, credit=pending.credit, basis=basis
            )
        case Mode.ISSUE_THEN_SUPPLY if later is not None:
            within = f"自办理结果发出之日起{length(later.limit)}内"
            basis = house.cited(later.basis)
            return Supplying(
                mode, gaps, within, None, undone=later.undone, credit=later.credit, basis=basis
            )
        case Mode.HOLD:
            within = f"自收件之日起{length(hold.limit)}内"
            basis = house.cited(hold.basis)
            return Supplying(
                mode, gaps, within, hold.lapse, undone=False, credit=hold.credit, basis=basis
            )
        case _:
            return None


def _informing(sheet: Sheet, signed: list[Signed]) -> Informing | None:
    rule = sheet.planned.inform_commit
    own = next((each for each in signed if each.mode is Mode.INFORM_COMMIT), None)
    materials = sheet.state.materials
    promised = tuple(
        gate.code
        for gate in sheet.planned.gates
        if materials[gate.code].status is MaterialStatus.PROMISED
    )
    codes = promised or (own.materials if own else ())
    if rule is None or not (own or promised):
        return None
    return Informing(
        conditions=rule.conditions,
        replaced=tuple(sheet.material(code).name for code in codes),
        verify=length(rule.verify),
        rectify=length(rule.rectify),
        credit=rule.credit,
        basis=sheet.house.cited(rule.basis),
    )


def not_accepted(sheet: Sheet) -> NotAccepted:
    """不予受理通知书 (行政许可法 32(1)(1)–(2), 72(7))."""
    event = sheet.last(MatterNotAccepted)
    told = (event.says,) if event.says else ()
    return NotAccepted(
        case=sheet.case(event.bases),
        why=event.why,
        reasons=(*told, *sheet.said(event.reasons)),
        competent=event.organ,
    )


def correction(sheet: Sheet) -> Correction:
    """补正告知书, the one its `about` counts to (行政许可法 32(1)(4))."""
    examine = sheet.planned.examine
    told = sheet.events(SupplementNoticed)
    count = int(sheet.document.about or 1)
    if examine is None or count > len(told):
        msg = f"{sheet.document.id} tells of a notice that was not given"
        raise LookupError(msg)
    event = told[count - 1]
    before = {point.material for point in told[count - 2].points} if count > 1 else None
    added = [p.material for p in event.points if before is not None and p.material not in before]
    allowed = sheet.events(SecondNoticeAllowed)
    return Correction(
        case=sheet.case((examine.basis,)),
        points=tuple(_point(sheet, point) for point in event.points),
        within=sheet.term(event.clock),
        lapse=examine.lapse,
        again=before is not None,
        added=tuple(sheet.material(code).name for code in added),
        because=sheet.said((allowed[-1].reason,))[0] if added and allowed else None,
    )


def _point(sheet: Sheet, point: Noticed) -> Point:
    material = sheet.material(point.material)
    came = sheet.state.materials[point.material].files
    return Point(
        name=material.name,
        defect=sheet.said((point.defect,))[0],
        standard=material.standard,
        way="更正后重新提交" if came else "补交",
    )


def acceptance(sheet: Sheet) -> Acceptance:
    """受理通知书. Deemed or supplemented, it counts from an earlier day, and says why."""
    planned, state = sheet.planned, sheet.state
    accepted, terms = sheet.events(MatterAccepted), sheet.terms()
    later = planned.issue_then_supply
    promised = bool(accepted) and accepted[-1].mode is Mode.ISSUE_THEN_SUPPLY
    return Acceptance(
        case=sheet.case(),
        terms=terms,
        excluded=tuple(p.name for p in state.plan.procedures)
        if any(term.pausable for term in terms)
        else (),
        papers=sheet.papers(),
        collected=tuple(d.name for d in planned.documents if d.delivery == "counter"),
        complete=not missing(state, planned),
        told_by=_told_by(sheet) if sheet.events(MatterDeemedAccepted) else None,
        supplemented=accepted[-1].since if accepted else None,
        afterwards=length(later.limit) if promised and later else None,
    )


def _told_by(sheet: Sheet) -> Day:
    """The last day on which acceptance or anything else should have been told."""
    limits = [c for c in sheet.matter.clocks if c.kind is ClockKind.ACCEPTANCE]
    return sheet.day(limits[-1])


def pending(sheet: Sheet) -> Pending:
    """容缺受理通知书 (domain.md §2.3 step 3)."""
    event, terms = sheet.last(MatterAcceptedPending), sheet.planned.accept_pending
    supplement = next((c for c in event.clocks if c.kind is ClockKind.SUPPLEMENT), None)
    if terms is None or supplement is None:
        msg = f"{sheet.document.id} tells of gaps that its matter does not bear"
        raise LookupError(msg)
    return Pending(
        case=sheet.case((terms.basis, *sheet.planned.bases)),
        gaps=sheet.gaps(event.missing),
        within=sheet.term(supplement),
        terms=sheet.terms(),
        lapse=terms.lapse,
        credit=terms.credit,
    )
