"""What the passing of time alone brings about: limits, reminders, and when the next one comes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from definitions.bundle.gaps import applicants, missing, still_owed
from definitions.bundle.receiving import legal_clocks
from definitions.bundle.state import BundleState
from definitions.bundle.urging import next_of_tasks
from definitions.language.clocks import Expiry
from definitions.language.pending import AcceptPending, Lapse
from definitions.language.roles import SYSTEM
from definitions.matter.events import (
    ClockExpired,
    Event,
    HearingWaived,
    MatterDeemedAccepted,
    MatterGranted,
    MatterLapsed,
    MatterRefused,
    PromiseBroken,
    PublicityEnded,
    Reminded,
)
from definitions.matter.state import Decision, MaterialStatus, MatterState, Result
from definitions.matter.tasks import TaskKind
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    Certainty,
    add_working_days,
    end_of_day,
)
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.plan import PlannedMatter

APPLICANTS = frozenset(
    {
        ClockKind.HOLD,
        ClockKind.SUPPLEMENT,
        ClockKind.CORRECTION,
        ClockKind.FILING,
        ClockKind.HEARING_REQUEST,
        ClockKind.PROMISE,
        ClockKind.RECTIFICATION,
    }
)


def expiry(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """What follows for this matter because a limit has passed."""
    for clock in matter.clocks:
        if not clock.runs:
            continue
        ends = due(clock, state.calendar)
        if ends.at is not None and now >= ends.at and not postponed(state, planned, clock):
            yield _expired(planned, matter, clock, now)
        reminder = next_reminder(clock, state.calendar)
        if reminder is not None and now >= reminder[1] and clock.runs:
            yield Reminded(matter=planned.key, clock=clock.kind, days=reminder[0])


def next_due(state: BundleState) -> datetime | None:
    """The instant at which, without any act, something will follow."""
    instants = [*next_of_tasks(state)]
    for planned in state.plan.matters:
        for clock in state.matters[planned.key].clocks:
            if not clock.runs:
                continue
            ends = due(clock, state.calendar)
            if ends.at is not None and not postponed(state, planned, clock):
                instants.append(ends.at)
            reminder = next_reminder(clock, state.calendar)
            if reminder is not None:
                instants.append(reminder[1])
    return min(instants, default=None)


def next_reminder(clock: Clock, calendar: Calendar) -> tuple[int, datetime] | None:
    """How many working days before the last the next reminder falls, and when."""
    if clock.reminded >= len(clock.reminders):
        return None
    last = due(clock, calendar).day
    if last is None:
        return None
    ladder: list[tuple[int, datetime]] = []
    for days in clock.reminders:
        try:
            day = add_working_days(last, -days, calendar)
        except BeyondCalendar:
            continue
        # At the opening hour: the end of the day before, plus the hours until the office opens.
        opens = timedelta(hours=calendar.opens.hour, minutes=calendar.opens.minute)
        moment = end_of_day(day - timedelta(days=1)) + opens
        if moment > clock.started_at:
            ladder.append((days, moment))
    return ladder[clock.reminded] if clock.reminded < len(ladder) else None


def postponed(state: BundleState, planned: PlannedMatter, clock: Clock) -> bool:
    """Publicity waits for an objection's examination; a hand-in in time, for its check.

    For supplements the time that counts is arrival (domain.md §2.3 step 5). Nothing that an
    applicant owes lapses on a day that no published calendar has fixed yet.
    """
    if clock.kind is ClockKind.PUBLICITY:
        return any(
            task.matter == planned.key and task.kind is TaskKind.OBJECTION and task.is_open
            for task in state.tasks.values()
        )
    if clock.kind not in APPLICANTS:
        return False
    if due(clock, state.calendar).certainty is not Certainty.PUBLISHED:
        return True
    return _arrived(state, planned, clock)


def _arrived(state: BundleState, planned: PlannedMatter, clock: Clock) -> bool:
    """Whether everything that this clock waits for is in, if only to be looked at."""
    matter = state.matters[planned.key]
    match clock.kind:
        case ClockKind.HOLD | ClockKind.SUPPLEMENT | ClockKind.PROMISE:
            gaps = missing(state, planned)
            owed = applicants(state, gaps) if clock.kind is ClockKind.HOLD else gaps
            # None owed: found right after the limit had passed, so nothing lapses any more.
            return all(
                state.materials[gate.code].status is MaterialStatus.SUPPLIED for gate in owed
            )
        case ClockKind.CORRECTION:
            return matter.notice is not None and not still_owed(state, matter.notice.materials)
        case ClockKind.RECTIFICATION:
            promised = matter.promise.materials if matter.promise else ()
            supplied = MaterialStatus.SUPPLIED
            return all(state.materials[code].status is supplied for code in promised)
        case _:
            return False


def _expired(planned: PlannedMatter, matter: MatterState, clock: Clock, now: datetime) -> Event:
    key = planned.key
    match clock.kind:
        case ClockKind.PUBLICITY:
            return PublicityEnded(matter=key)
        case ClockKind.SUPPLEMENT if planned.accept_pending is not None:
            return _lapsed_pending(planned, planned.accept_pending, clock, now)
        case ClockKind.CORRECTION if planned.examine is not None:
            return MatterLapsed(matter=key, lapse=planned.examine.lapse, clock=clock.kind)
        case ClockKind.HOLD | ClockKind.FILING:
            return MatterLapsed(matter=key, lapse=planned.hold.lapse, clock=clock.kind)
        case ClockKind.PROMISE | ClockKind.RECTIFICATION:
            return PromiseBroken(matter=key)
        case _:
            return _by_rule(planned, matter, clock)


def _by_rule(planned: PlannedMatter, matter: MatterState, clock: Clock) -> Event:
    """What the catalogue says of this clock's end."""
    key = planned.key
    match clock.expiry:
        case Expiry.DEEM_ACCEPTED if matter.accepted_at is None:
            since = clock.started_at
            return MatterDeemedAccepted(
                matter=key, since=since, clocks=legal_clocks(planned, since)
            )
        case Expiry.DEEM_RENEWED if matter.decision is None:
            return MatterGranted(matter=key, deemed=True)
        case Expiry.RIGHT_LAPSES:
            return HearingWaived(matter=key)
        case _:
            return ClockExpired(matter=key, clock=clock.kind)


def _lapsed_pending(
    planned: PlannedMatter, terms: AcceptPending, clock: Clock, now: datetime
) -> Event:
    if terms.lapse is not Lapse.REFUSED:
        return MatterLapsed(matter=planned.key, lapse=terms.lapse, clock=clock.kind)
    decision = Decision(
        result=Result.REFUSED,
        by=SYSTEM.id,
        at=now,
        bases=(terms.basis,),
        says="未在承诺的期限内补齐容缺的材料",
    )
    return MatterRefused(matter=planned.key, decision=decision)
