"""How one matter changes with each of its events.

Total: every event of a matter is taken, none refused.
"""

from datetime import datetime
from typing import Any

from definitions.matter.events import (
    ClockExpired,
    FilingOpened,
    MatterAccepted,
    MatterAcceptedPending,
    MatterAwaitsSupplement,
    MatterClosed,
    MatterFiled,
    MatterGranted,
    MatterHeld,
    MatterIssued,
    MatterLapsed,
    MatterNotNeeded,
    MatterReceived,
    MatterRefused,
    MatterTerminated,
    MatterWithdrawn,
    ObjectionRaised,
    OfMatter,
    PublicityEnded,
    PublicityOpened,
    SupplementCompleted,
    TaskClaimed,
    TaskCompleted,
)
from definitions.matter.state import Decision, MatterState, MatterStatus, Outcome, Result
from definitions.rules.clocks import Clock, ClockKind

Change = dict[str, Any]
_APPLICANTS = frozenset({ClockKind.HOLD, ClockKind.SUPPLEMENT, ClockKind.FILING})


def evolve_matter(
    matter: MatterState, event: OfMatter, *, seq: int, at: datetime, by: str
) -> MatterState:
    """The matter after the event."""
    change = (
        _receipt(matter, event, at)
        or _handling(matter, event, at, by)
        or _ending(matter, event, at)
    )
    return matter.model_copy(update={**change, "version": seq})


def _receipt(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    match event:
        case FilingOpened(clock=clock):
            return {"status": MatterStatus.TO_FILE, "clocks": (*matter.clocks, clock)}
        case MatterReceived() | MatterFiled():
            return {
                "status": MatterStatus.RECEIVED,
                "received_at": at,
                "clocks": _stopped(matter.clocks, at, ClockKind.FILING),
            }
        case MatterHeld(clock=clock):
            kept = matter.clocks if clock else _stopped(matter.clocks, at, ClockKind.HOLD)
            return {
                "status": MatterStatus.HOLDING,
                "clocks": (*kept, clock) if clock else kept,
            }
        case MatterAccepted(clocks=clocks):
            return _accepted(matter, MatterStatus.ACCEPTED, clocks, at)
        case MatterAcceptedPending(clocks=clocks):
            return _accepted(matter, MatterStatus.ACCEPTED_PENDING, clocks, at)
        case _:
            return {}


def _handling(matter: MatterState, event: OfMatter, at: datetime, by: str) -> Change:
    match event:
        case TaskClaimed() if matter.status is MatterStatus.ACCEPTED:
            return {"status": MatterStatus.REVIEWING}
        case TaskCompleted(step=True):
            return _completed(matter, event, at, by)
        case SupplementCompleted():
            return {
                "status": MatterStatus.REVIEWING,
                "clocks": _stopped(matter.clocks, at, ClockKind.SUPPLEMENT),
            }
        case PublicityOpened(clock=clock):
            return {"status": MatterStatus.REVIEWING, "clocks": (*matter.clocks, clock)}
        case PublicityEnded():
            return {
                "step": matter.step + 1,
                "clocks": _stopped(matter.clocks, at, ClockKind.PUBLICITY),
            }
        case ObjectionRaised():
            return {"objections": matter.objections + 1}
        case MatterAwaitsSupplement():
            return {"status": MatterStatus.REVIEWED_AWAITING_SUPPLEMENT}
        case ClockExpired(clock=kind):
            return {"clocks": tuple(_expired(clock, kind) for clock in matter.clocks)}
        case _:
            return {}


def _ending(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    clocks = _stopped(matter.clocks, at, *ClockKind)
    match event:
        case MatterGranted():
            return {"status": MatterStatus.GRANTED, "result": Result.GRANTED, "clocks": clocks}
        case MatterRefused():
            return {"status": MatterStatus.REFUSED, "result": Result.REFUSED, "clocks": clocks}
        case MatterIssued():
            return {"status": MatterStatus.ISSUED}
        case MatterClosed():
            return {"status": MatterStatus.CLOSED, "closed_at": at, "clocks": clocks}
        case MatterNotNeeded(reason=reason):
            return _ended(MatterStatus.NOT_NEEDED, Result.NOT_NEEDED, at, clocks, reason)
        case MatterLapsed(clock=kind):
            lapsed = tuple(_expired(clock, kind) for clock in matter.clocks)
            clocks = _stopped(lapsed, at, *ClockKind)
            return _ended(MatterStatus.LAPSED, Result.LAPSED, at, clocks, None)
        case MatterTerminated(reason=reason):
            return _ended(MatterStatus.TERMINATED, Result.TERMINATED, at, clocks, reason)
        case MatterWithdrawn():
            return _ended(MatterStatus.WITHDRAWN, Result.WITHDRAWN, at, clocks, None)
        case _:
            return {}


def _accepted(
    matter: MatterState, status: MatterStatus, clocks: tuple[Clock, ...], at: datetime
) -> Change:
    stopped = _stopped(matter.clocks, at, *_APPLICANTS)
    return {"status": status, "accepted_at": at, "clocks": (*stopped, *clocks)}


def _completed(matter: MatterState, event: TaskCompleted, at: datetime, by: str) -> Change:
    change: Change = {"step": matter.step + 1}
    if event.outcome in {Outcome.GRANT, Outcome.REFUSE}:
        result = Result.GRANTED if event.outcome is Outcome.GRANT else Result.REFUSED
        change["decision"] = Decision(
            result=result, by=by, at=at, reasons=event.reasons, bases=event.bases
        )
    else:
        change["reviewed_by"] = by
    return change


def _ended(
    status: MatterStatus,
    result: Result,
    at: datetime,
    clocks: tuple[Clock, ...],
    reason: str | None,
) -> Change:
    return {
        "status": status,
        "result": result,
        "closed_at": at,
        "clocks": clocks,
        "reason": reason,
    }


def _stopped(clocks: tuple[Clock, ...], at: datetime, *kinds: ClockKind) -> tuple[Clock, ...]:
    return tuple(
        clock.model_copy(update={"stopped_at": at}) if clock.kind in kinds and clock.runs else clock
        for clock in clocks
    )


def _expired(clock: Clock, kind: ClockKind) -> Clock:
    if clock.kind is kind and clock.runs:
        return clock.model_copy(update={"expired": True})
    return clock
