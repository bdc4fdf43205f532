"""How special procedures, hearings and promises change a matter."""

from datetime import datetime

from definitions.language.clocks import ClockKind
from definitions.matter.changes import Change, as_ended, with_stopped
from definitions.matter.events import (
    BasisLost,
    ClockExtended,
    CreditRecorded,
    DecisionDisclosed,
    HearingHeld,
    HearingRequested,
    HearingScheduled,
    HearingTold,
    HearingWaived,
    MatterRevoked,
    OfMatter,
    ProcedureEnded,
    ProcedureStarted,
    PromiseBroken,
    PromiseKept,
    PromiseOpened,
    RectificationOrdered,
)
from definitions.matter.state import (
    Hearing,
    HearingStatus,
    MatterState,
    MatterStatus,
    Promise,
    PromiseStatus,
    Result,
)
from definitions.rules.clocks import Clock, Pause


def on_procedure(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    """特别程序, 延期, 听证."""
    match event:
        case ProcedureStarted(procedure=procedure, clock=clock):
            pause = Pause(procedure=procedure.id, cause=procedure.name, since=at)
            paused = tuple(
                c.model_copy(update={"pauses": (*c.pauses, pause)}) if c.pausable and c.runs else c
                for c in matter.clocks
            )
            return {"procedures": (*matter.procedures, procedure), "clocks": (*paused, clock)}
        case ProcedureEnded(procedure=name, result=result):
            ended = {"until": at, "result": result}
            return {
                "procedures": tuple(
                    p.model_copy(update=ended) if p.id == name else p for p in matter.procedures
                ),
                "clocks": tuple(
                    _resumed(clock, name, at)
                    for clock in with_stopped(matter.clocks, at, ClockKind.PROCEDURE)
                ),
            }
        case ClockExtended(clocks=kinds, extension=extension):
            return {
                "clocks": tuple(
                    clock.model_copy(update={"extensions": (*clock.extensions, extension)})
                    if clock.kind in kinds and clock.stopped_at is None
                    else clock
                    for clock in matter.clocks
                )
            }
        case HearingTold(clock=clock):
            told = Hearing(status=HearingStatus.TOLD, told_at=at)
            return {"hearing": told, "clocks": (*matter.clocks, clock)}
        case HearingRequested(clock=clock):
            stopped = with_stopped(matter.clocks, at, ClockKind.HEARING_REQUEST)
            asked = _heard(matter, HearingStatus.REQUESTED, requested_at=at)
            return {**asked, "clocks": (*stopped, clock)}
        case HearingScheduled(on=on, place=place, chair=chair):
            return _heard(matter, HearingStatus.SCHEDULED, on=on, place=place, chair=chair)
        case HearingHeld(minutes=minutes):
            held = _heard(matter, HearingStatus.HELD, minutes=minutes)
            return {**held, "clocks": with_stopped(matter.clocks, at, ClockKind.HEARING)}
        case HearingWaived():
            waived = _heard(matter, HearingStatus.WAIVED)
            return {**waived, "clocks": with_stopped(matter.clocks, at, ClockKind.HEARING_REQUEST)}
        case _:
            return {}


def on_following(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    """What happens after the result went out."""
    match event:
        case PromiseOpened(mode=mode, materials=materials, clock=clock):
            promise = Promise(mode=mode, status=PromiseStatus.OPEN, materials=materials)
            return {"promise": promise, "clocks": (*matter.clocks, clock)}
        case RectificationOrdered(clock=clock):
            stopped = with_stopped(matter.clocks, at, ClockKind.VERIFICATION)
            return {**_promised(matter, PromiseStatus.RECTIFYING), "clocks": (*stopped, clock)}
        case PromiseKept():
            stopped = with_stopped(matter.clocks, at, *ClockKind)
            return {**_promised(matter, PromiseStatus.KEPT), "clocks": stopped}
        case PromiseBroken():
            stopped = with_stopped(matter.clocks, at, *ClockKind)
            return {**_promised(matter, PromiseStatus.BROKEN), "clocks": stopped}
        case CreditRecorded(grade=grade):
            return {"credit": grade}
        case DecisionDisclosed():
            return {"clocks": with_stopped(matter.clocks, at, ClockKind.DISCLOSURE)}
        case MatterRevoked(says=says):
            clocks = with_stopped(matter.clocks, at, *ClockKind)
            ended = as_ended(MatterStatus.REVOKED, Result.REVOKED, at, clocks, says)
            return {**ended, "revoked_at": at}
        case BasisLost(other=other):
            return {"basis_lost": (*matter.basis_lost, other)}
        case _:
            return {}


def _heard(matter: MatterState, status: HearingStatus, **more: object) -> Change:
    hearing = matter.hearing or Hearing(status=status)
    return {"hearing": hearing.model_copy(update={"status": status, **more})}


def _promised(matter: MatterState, status: PromiseStatus) -> Change:
    promise = matter.promise
    if promise is None:
        return {}
    checks = promise.checks + (status is PromiseStatus.RECTIFYING)
    return {"promise": promise.model_copy(update={"status": status, "checks": checks})}


def _resumed(clock: Clock, procedure: str, at: datetime) -> Clock:
    pauses = tuple(
        pause.model_copy(update={"until": at})
        if pause.procedure == procedure and pause.until is None
        else pause
        for pause in clock.pauses
    )
    return clock.model_copy(update={"pauses": pauses}) if pauses else clock
