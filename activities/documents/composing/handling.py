"""Papers from acceptance to decision: what stops the time, stretches it, or asks to be heard."""

from activities.documents.composing.sheet import Sheet, length
from activities.documents.content.common import Term
from activities.documents.content.handling import (
    Extension,
    HearingNotice,
    HearingRight,
    ProcedureEnd,
    ProcedureStart,
)
from definitions.language.clocks import ExtendedBy
from definitions.matter.events import (
    ClockExtended,
    HearingRequested,
    HearingScheduled,
    HearingTold,
    ProcedureStarted,
)
from definitions.matter.state import Procedure
from definitions.matter.tasks import Outcome, TaskKind
from definitions.matter.values import Reason
from definitions.rules.calendar import BeyondCalendar, local_day, working_days_between
from definitions.rules.clocks import Clock, ClockKind

_OFFICE = frozenset({ClockKind.PROMISED, ClockKind.STATUTORY})


def procedure(sheet: Sheet) -> ProcedureStart:
    """特别程序告知书: the time needed, and which limits do not count it (行政许可法 45)."""
    name = sheet.document.about
    event = next((e for e in sheet.events(ProcedureStarted) if e.procedure.id == name), None)
    if event is None:
        msg = f"{sheet.document.id} tells of a procedure that did not begin"
        raise LookupError(msg)
    known = next((p for p in sheet.state.plan.procedures if p.id == event.procedure.cause), None)
    return ProcedureStart(
        case=sheet.case((known.basis,) if known else None),
        name=event.procedure.name,
        reasons=sheet.said(event.reasons) or _asked_for(sheet),
        since=local_day(event.procedure.since),
        days=event.procedure.days,
        expected=sheet.day(event.clock),
        stopped=_terms(sheet, event.procedure, stopped=True),
        running=_terms(sheet, event.procedure, stopped=False),
    )


def procedure_end(sheet: Sheet) -> ProcedureEnd:
    """Its end: what it took, and the new last days."""
    name = sheet.document.about
    ended = next((p for p in sheet.matter.procedures if p.id == name), None)
    if ended is None or ended.until is None:
        msg = f"{sheet.document.id} tells of a procedure that did not end"
        raise LookupError(msg)
    known = next((p for p in sheet.state.plan.procedures if p.id == ended.cause), None)
    since, until = local_day(ended.since), local_day(ended.until)
    try:
        taken = working_days_between(since, until, sheet.state.calendar)
    except BeyondCalendar:
        taken = None
    return ProcedureEnd(
        case=sheet.case((known.basis,) if known else None),
        name=ended.name,
        since=since,
        until=until,
        told=ended.days,
        taken=taken,
        resumed=_terms(sheet, ended, stopped=True),
        results=len(ended.result),
    )


def extension(sheet: Sheet) -> Extension:
    """延期通知书: reason, new limit, and whose approval the law asks for (行政许可法 42)."""
    told = [e for e in sheet.events(ClockExtended) if ClockKind.STATUTORY in e.clocks]
    clock = next((c for c in sheet.matter.clocks if c.kind is ClockKind.STATUTORY), None)
    if not told or clock is None:
        msg = f"{sheet.document.id} tells of an extension that was not approved"
        raise LookupError(msg)
    own = told[-1].extension
    rule = clock.extension
    return Extension(
        case=sheet.case(),
        reasons=sheet.said((Reason(text=own.reason),)) if own.reason else (),
        longer=length(clock.limit.model_copy(update={"days": own.days})),
        approved_by=_approver(sheet, clock),
        approved_on=local_day(own.at),
        terms=sheet.terms(),
        basis=sheet.house.cited(rule.basis) if rule else None,
    )


def hearing_right(sheet: Sheet) -> HearingRight:
    """听证权利告知书 (行政许可法 47)."""
    event, rule = sheet.last(HearingTold), sheet.planned.hearing
    hold = sheet.planned.rule(rule.hold) if rule else None
    if rule is None or hold is None:
        msg = f"{sheet.document.id} tells of a hearing that its matter does not know"
        raise LookupError(msg)
    return HearingRight(
        case=sheet.case((rule.basis,)),
        reasons=sheet.said(event.reasons),
        within=sheet.term(event.clock),
        held=length(hold.limit),
    )


def hearing_notice(sheet: Sheet) -> HearingNotice:
    """听证通知书, of the day its `about` names (行政许可法 48)."""
    told = sheet.events(HearingScheduled)
    event = next((e for e in told if f"{e.on:%Y%m%d%H%M}" == sheet.document.about), None)
    if event is None:
        msg = f"{sheet.document.id} tells of a hearing that was not set"
        raise LookupError(msg)
    earlier = [e.on for e in told[: told.index(event)] if e.on != event.on]
    rule = sheet.planned.hearing
    ahead = sheet.planned.rule(rule.notice) if rule else None
    return HearingNotice(
        case=sheet.case((rule.basis,) if rule else None),
        on=event.on,
        place=sheet.said((event.place,))[0],
        chair=sheet.found.people.get(event.chair, event.chair),
        own_motion=sheet.last(HearingRequested).own_motion,
        ahead=length(ahead.limit) if ahead else "",
        instead=earlier[-1] if earlier else None,
    )


def _asked_for(sheet: Sheet) -> tuple[str, ...]:
    """A hearing needs no reason beyond who wanted it."""
    asked = sheet.events(HearingRequested)
    if not asked:
        return ()
    return ("本机关认为需要听证",) if asked[-1].own_motion else ("你单位在期限内要求听证",)


def _terms(sheet: Sheet, own: Procedure, *, stopped: bool) -> tuple[Term, ...]:
    """The limits that this procedure stops, or those of the office that go on."""
    return tuple(
        sheet.term(clock)
        for clock in sheet.matter.clocks
        if _is_stopped(clock, own) is stopped and (stopped or clock.kind in _OFFICE)
    )


def _is_stopped(clock: Clock, own: Procedure) -> bool:
    return any(pause.procedure == own.id for pause in clock.pauses)


def _approver(sheet: Sheet, clock: Clock) -> str:
    """Whose head approved. The government's office keeps the approval of its head."""
    task = next(
        (
            task
            for task in reversed(tuple(sheet.state.tasks.values()))
            if task.matter == sheet.planned.key
            and task.kind is TaskKind.EXTENSION
            and task.outcome is Outcome.APPROVE
        ),
        None,
    )
    if clock.extension is not None and clock.extension.by is ExtendedBy.GOVERNMENT_HEAD:
        office = f"（{sheet.house.name(task.department)}）" if task else ""
        return f"本级人民政府负责人{office}"
    return "本机关负责人"
