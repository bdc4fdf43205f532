"""How one matter changes with each of its events.

Total: every event of a matter is taken, none refused.
"""

from datetime import datetime

from definitions.language.clocks import ClockKind
from definitions.language.roles import Actor
from definitions.matter.changes import Change, as_ended, on, with_expired, with_stopped
from definitions.matter.events import (
    ClockExpired,
    FilingOpened,
    MatterAccepted,
    MatterAcceptedPending,
    MatterAwaitsSupplement,
    MatterClosed,
    MatterDeemedAccepted,
    MatterFiled,
    MatterGranted,
    MatterHeld,
    MatterIssued,
    MatterLapsed,
    MatterNotAccepted,
    MatterNotNeeded,
    MatterReceived,
    MatterRefused,
    MatterReturned,
    MatterTerminated,
    MatterWithdrawn,
    ObjectionRaised,
    OfMatter,
    PublicityEnded,
    PublicityOpened,
    Reminded,
    SecondNoticeAllowed,
    SupplementArrived,
    SupplementCompleted,
    SupplementNoticed,
    TaskClaimed,
    TaskCompleted,
    TaskOpened,
    TaskReturned,
)
from definitions.matter.special import on_following, on_procedure
from definitions.matter.state import Decision, MatterState, MatterStatus, Notice, Result
from definitions.matter.tasks import Outcome
from definitions.rules.clocks import Clock

_BEFORE = (
    ClockKind.HOLD,
    ClockKind.SUPPLEMENT,
    ClockKind.FILING,
    ClockKind.ACCEPTANCE,
    ClockKind.CORRECTION,
    ClockKind.DUTY,
)
# What goes on when the matter itself is done: the paper's delivery, its publication, the promise.
_AFTER = (
    ClockKind.DELIVERY,
    ClockKind.DISCLOSURE,
    ClockKind.PROMISE,
    ClockKind.VERIFICATION,
    ClockKind.RECTIFICATION,
)
_OPEN = tuple(kind for kind in ClockKind if kind not in _AFTER)


def evolve_matter(
    matter: MatterState, event: OfMatter, *, seq: int, at: datetime, by: Actor
) -> MatterState:
    """The matter after the event."""
    change = (
        _receipt(matter, event, at)
        or _noticed(matter, event, at)
        or _worked(matter, event, at, by)
        or _handling(matter, event, at)
        or on_procedure(matter, event, at)
        or _ending(matter, event, at)
        or _undone(matter, event, at)
        or on_following(matter, event, at)
    )
    return matter.model_copy(update={**change, "version": seq})


def _receipt(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    match event:
        case FilingOpened(clock=clock):
            return {"status": MatterStatus.TO_FILE, "clocks": (*matter.clocks, clock)}
        case MatterReceived(clocks=clocks) | MatterFiled(clocks=clocks):
            return _received(matter, at, clocks)
        case MatterHeld(clock=clock):
            kept = matter.clocks if clock else with_stopped(matter.clocks, at, ClockKind.HOLD)
            return {
                "status": MatterStatus.HOLDING,
                "clocks": (*kept, clock) if clock else kept,
            }
        case MatterAccepted(clocks=clocks, since=since, mode=mode):
            accepted = _accepted(matter, MatterStatus.ACCEPTED, clocks, at, since)
            return {**accepted, "mode": mode}
        case MatterAcceptedPending(clocks=clocks):
            return _accepted(matter, MatterStatus.ACCEPTED_PENDING, clocks, at, None)
        case MatterDeemedAccepted(clocks=clocks, since=since):
            missed = _missed(matter, ClockKind.ACCEPTANCE)
            return _accepted(missed, MatterStatus.DEEMED_ACCEPTED, clocks, at, since)
        case _:
            return {}


def _noticed(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    match event:
        case SupplementNoticed(points=points, clock=clock):
            count = matter.notice.count + 1 if matter.notice else 1
            stopped = with_stopped(matter.clocks, at, ClockKind.ACCEPTANCE, ClockKind.CORRECTION)
            return {
                "status": MatterStatus.SUPPLEMENTING,
                "notice": Notice(points=points, at=at, count=count),
                "clocks": (*stopped, clock),
                "overridden": False,
            }
        case SupplementArrived(clock=clock):
            stopped = with_stopped(matter.clocks, at, ClockKind.CORRECTION)
            return {"clocks": (*stopped, clock)}
        case SecondNoticeAllowed():
            return {"overridden": True}
        case _:
            return {}


def _worked(matter: MatterState, event: OfMatter, at: datetime, by: Actor) -> Change:
    fresh = {MatterStatus.ACCEPTED, MatterStatus.DEEMED_ACCEPTED}
    match event:
        case TaskOpened(task=task) if task.limit is not None:
            clock = Clock(kind=ClockKind.INTERNAL, limit=task.limit, started_at=at, name=task.name)
            return {"clocks": (*matter.clocks, clock)}
        case TaskClaimed() if matter.status in fresh:
            return {"status": MatterStatus.REVIEWING}
        case TaskCompleted(step=True):
            return _completed(matter, event, at, by)
        case TaskReturned(again=True, step=step):
            stopped = with_stopped(matter.clocks, at, ClockKind.INTERNAL)
            change: Change = {"round": matter.round + 1, "clocks": stopped}
            return change if step is None else {**change, "step": step}
        case _:
            return {}


def _handling(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    match event:
        case SupplementCompleted():
            return {
                "status": MatterStatus.REVIEWING,
                "clocks": with_stopped(matter.clocks, at, ClockKind.SUPPLEMENT),
            }
        case PublicityOpened(clock=clock):
            return {"status": MatterStatus.REVIEWING, "clocks": (*matter.clocks, clock)}
        case PublicityEnded():
            return {
                "step": matter.step + 1,
                "clocks": with_stopped(matter.clocks, at, ClockKind.PUBLICITY),
            }
        case ObjectionRaised():
            return {"objections": matter.objections + 1}
        case MatterAwaitsSupplement():
            return {"status": MatterStatus.REVIEWED_AWAITING_SUPPLEMENT}
        case ClockExpired(clock=kind):
            return {"clocks": tuple(with_expired(clock, kind) for clock in matter.clocks)}
        case Reminded(clock=kind):
            return on(matter, kind, lambda clock: {"reminded": clock.reminded + 1})
        case _:
            return {}


def _ending(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    clocks = with_stopped(matter.clocks, at, *_OPEN)
    match event:
        case MatterGranted(clocks=started):
            return {
                "status": MatterStatus.GRANTED,
                "result": Result.GRANTED,
                "clocks": (*clocks, *started),
            }
        case MatterRefused(decision=decision):
            change = {"status": MatterStatus.REFUSED, "result": Result.REFUSED}
            if decision is None:
                return {**change, "clocks": clocks}
            lapsed = tuple(with_expired(clock, ClockKind.SUPPLEMENT) for clock in matter.clocks)
            stopped = with_stopped(lapsed, at, *_OPEN)
            return {**change, "decision": decision, "clocks": stopped}
        case MatterIssued():
            return {"status": MatterStatus.ISSUED}
        case MatterClosed():
            delivered = with_stopped(clocks, at, ClockKind.DELIVERY)
            return {"status": MatterStatus.CLOSED, "closed_at": at, "clocks": delivered}
        case _:
            return {}


def _undone(matter: MatterState, event: OfMatter, at: datetime) -> Change:
    """Endings without a decision."""
    clocks = with_stopped(matter.clocks, at, *ClockKind)
    match event:
        case MatterNotAccepted(why=why, organ=organ, says=says):
            ended = as_ended(MatterStatus.NOT_ACCEPTED, Result.NOT_ACCEPTED, at, clocks, says)
            return {**ended, "not_accepted": why, "competent": organ}
        case MatterNotNeeded(reason=reason):
            return as_ended(MatterStatus.NOT_NEEDED, Result.NOT_NEEDED, at, clocks, reason)
        case MatterLapsed(clock=kind):
            lapsed = tuple(with_expired(clock, kind) for clock in matter.clocks)
            clocks = with_stopped(lapsed, at, *ClockKind)
            return as_ended(MatterStatus.LAPSED, Result.LAPSED, at, clocks, None)
        case MatterReturned():
            return as_ended(MatterStatus.LAPSED, Result.LAPSED, at, clocks, None)
        case MatterTerminated(reason=reason):
            return as_ended(MatterStatus.TERMINATED, Result.TERMINATED, at, clocks, reason)
        case MatterWithdrawn():
            return as_ended(MatterStatus.WITHDRAWN, Result.WITHDRAWN, at, clocks, None)
        case _:
            return {}


def _received(matter: MatterState, at: datetime, clocks: tuple[Clock, ...]) -> Change:
    # The applicant's own duty to apply in time is done by applying.
    stopped = with_stopped(matter.clocks, at, ClockKind.FILING, ClockKind.DUTY)
    return {
        "status": MatterStatus.RECEIVED,
        "received_at": at,
        "clocks": (*stopped, *clocks),
    }


def _accepted(
    matter: MatterState,
    status: MatterStatus,
    clocks: tuple[Clock, ...],
    at: datetime,
    since: datetime | None,
) -> Change:
    stopped = with_stopped(matter.clocks, at, *_BEFORE)
    return {"status": status, "accepted_at": since or at, "clocks": (*stopped, *clocks)}


def _missed(matter: MatterState, kind: ClockKind) -> MatterState:
    """The office let this limit pass: that stays to be seen, whatever follows."""
    clocks = tuple(
        clock.model_copy(update={"expired": True}) if clock.kind is kind and clock.runs else clock
        for clock in matter.clocks
    )
    return matter.model_copy(update={"clocks": clocks})


def _completed(matter: MatterState, event: TaskCompleted, at: datetime, by: Actor) -> Change:
    change: Change = {
        "step": matter.step + 1,
        "clocks": with_stopped(matter.clocks, at, ClockKind.INTERNAL),
    }
    if event.outcome in {Outcome.GRANT, Outcome.REFUSE}:
        result = Result.GRANTED if event.outcome is Outcome.GRANT else Result.REFUSED
        change["decision"] = Decision(
            result=result, by=by.id, at=at, reasons=event.reasons, bases=event.bases
        )
    else:
        drafted = () if event.drafted_by is None else (event.drafted_by,)
        people = (*event.handled_by, *sorted(by.people), *drafted, *event.companions)
        change["reviewed_by"] = (*matter.reviewed_by, *people)
    return change
