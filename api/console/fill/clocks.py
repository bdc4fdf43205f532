"""Limits with their working, so that anybody can recompute the day a limit ends."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from activities.store.reading import matters as reading
from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import MatterView
from api.console import deadlines, formats, words
from api.console.fill.seen import Seen, last_day
from api.console.views.shared import ClockView, DeadlineKind, DeadlineView
from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.matter.state import TERMINAL
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    local_day,
)
from definitions.rules.clocks import Clock, ClockKind, Due, Why, due, walk

STARTED_BY = {
    ClockKind.PROMISED: "受理",
    ClockKind.STATUTORY: "受理",
    ClockKind.INTERNAL: "环节开始",
    ClockKind.ACCEPTANCE: "收到材料",
    ClockKind.CORRECTION: "补正告知",
    ClockKind.HOLD: "收件",
    ClockKind.SUPPLEMENT: "容缺受理",
    ClockKind.FILING: "申请期开始",
    ClockKind.DUTY: "所填事由发生",
    ClockKind.PUBLICITY: "公示开始",
    ClockKind.HEARING_REQUEST: "告知听证权利",
    ClockKind.HEARING: "申请听证",
    ClockKind.PROCEDURE: "特别程序开始",
    ClockKind.RENEWAL: "有效期届满",
    ClockKind.DELIVERY: "准予决定",
    ClockKind.DISCLOSURE: "准予决定",
    ClockKind.PROMISE: "结果发出",
    ClockKind.VERIFICATION: "结果发出",
    ClockKind.RECTIFICATION: "责令整改",
}
"""The event a limit runs from; its own day is not counted."""
_OFFICE = frozenset({ClockKind.PROMISED, ClockKind.STATUTORY})
_UNKNOWN = "超出已知的工作日历，未定"
_ONE = timedelta(days=1)


def clock_views(
    seen: Seen, bundle: BundleView, matters: Iterable[MatterView]
) -> tuple[ClockView, ...]:
    """Every limit of these matters, in the order they began."""
    return tuple(
        replace(
            _clock(seen, matter.name, clock, _basis(seen, bundle, matter, clock)),
            url=f"/console/bundles/{bundle.number}/matters/{matter.key}/clocks",
        )
        for matter in matters
        for clock in matter.clocks
    )


def matter_deadline(seen: Seen, matter: MatterView) -> DeadlineView | None:
    """The limit people look at first; of a matter that has ended, whether its office kept it."""
    promise = matter.special.promise
    if promise is not None and promise.is_open:
        kinds = (ClockKind.RECTIFICATION, ClockKind.PROMISE, ClockKind.VERIFICATION)
        found = (clock_deadline(seen, matter, kind) for kind in kinds)
        return next((each for each in found if each is not None), None)
    if matter.status in TERMINAL:
        office = [clock for clock in matter.clocks if clock.kind in _OFFICE]
        return one_deadline(seen, office[0]) if office else None
    if matter.suspended and matter.special.procedures:
        return deadlines.suspended(matter.special.procedures[-1])
    if matter.due_kind is None:
        return deadlines.not_started() if matter.accepted_at is None else None
    same = [clock for clock in matter.clocks if clock.kind == matter.due_kind]
    return one_deadline(seen, same[-1]) if same else None


def clock_deadline(
    seen: Seen, matter: MatterView, kind: ClockKind, *, open_only: bool = True
) -> DeadlineView | None:
    """How the matter's last limit of that kind stands; an ended one only where asked for."""
    same = [clock for clock in matter.clocks if clock.kind == kind]
    if not same or (open_only and (same[-1].stopped_at is not None or same[-1].expired)):
        return None
    return one_deadline(seen, same[-1])


def bundle_deadline(seen: Seen, bundle: BundleView) -> DeadlineView | None:
    """The nearest limit of all that still runs."""
    running = [m for m in bundle.matters if m.status not in TERMINAL and m.due_at is not None]
    nearest = min(running, key=lambda each: each.due_at or seen.now, default=None)
    return matter_deadline(seen, nearest) if nearest else None


def standing(clock: Clock, ends: Due, now: datetime, calendar: Calendar) -> DeadlineView | None:
    """How a limit stands, from its facts."""
    if ends.stopped:
        return deadlines.paused(clock.open_pause.cause if clock.open_pause else "")
    if ends.at is None:
        return deadlines.not_started(_UNKNOWN)
    return _standing(
        ends.at,
        clock.limit.unit,
        now,
        calendar,
        stopped_at=clock.stopped_at,
        provisional=ends.provisional,
    )


def _clock(seen: Seen, matter: str, clock: reading.ClockView, basis: Basis | None) -> ClockView:
    kind = ClockKind(clock.kind)
    return ClockView(
        matter=matter,
        kind=words.CLOCK[kind],
        days=clock.days,
        unit=Unit(clock.unit),
        started_on=local_day(clock.started_at),
        started_by=STARTED_BY[kind],
        paused_days=_paused_days(clock, seen.calendar),
        deadline=one_deadline(seen, clock),
        basis=seen.basis(basis) if basis else None,
        working=_working(seen, clock),
    )


def one_deadline(seen: Seen, clock: reading.ClockView) -> DeadlineView:
    """How one limit stands."""
    if clock.stopped:
        pause = clock.facts.open_pause if clock.facts else None
        return deadlines.paused(pause.cause if pause else "")
    if clock.due_at is None:
        return deadlines.not_started(_UNKNOWN)
    return _standing(
        clock.due_at,
        Unit(clock.unit),
        seen.now,
        seen.calendar,
        stopped_at=clock.stopped_at,
        provisional=clock.provisional,
    )


def _standing(
    due_at: datetime,
    unit: Unit,
    now: datetime,
    calendar: Calendar,
    *,
    stopped_at: datetime | None,
    provisional: bool,
) -> DeadlineView:
    if stopped_at is None:
        return deadlines.ticking(
            due_at=due_at, now=now, unit=unit, calendar=calendar, provisional=provisional
        )
    last = last_day(due_at)
    if stopped_at <= due_at:
        return deadlines.met(last)
    over = deadlines.between(last, local_day(stopped_at), unit, calendar)
    return DeadlineView(kind=DeadlineKind.OVERDUE, due_on=last, days=over, unit=unit)


def _paused_days(clock: reading.ClockView, calendar: Calendar) -> int:
    """Working days that special procedures took."""
    if clock.facts is None or not clock.facts.pauses:
        return 0
    found = 0
    try:
        for tick in walk(clock.facts, calendar):
            found += tick.why is Why.PAUSED
    except BeyondCalendar:
        pass
    return found


def _working(seen: Seen, clock: reading.ClockView) -> str:
    """Which days were not counted. Silent where the calendar has changed since it was reckoned."""
    if clock.due_at is None or (clock.facts is not None and clock.facts.pauses):
        return ""
    unit, last = Unit(clock.unit), last_day(clock.due_at)
    limit = Limit(days=clock.days, unit=unit)
    kind = ClockKind(clock.kind)
    reckoned = due(Clock(kind=kind, limit=limit, started_at=clock.started_at), seen.calendar)
    if reckoned.day != last:
        return ""
    first = local_day(clock.started_at)
    if unit is Unit.CALENDAR_DAY:
        nominal = first + clock.days * _ONE
        if nominal == last:
            return ""
        return f"第 {clock.days} 日 {formats.day(nominal, seen.now)}是休息日，顺延到工作日"
    days = [first + n * _ONE for n in range(1, (last - first).days)]
    rest = [day for day in days if not seen.calendar.is_worked(day)]
    if not rest:
        return ""
    return f"其间休息日 {len(rest)} 天不计：{_spans(rest, seen)}"


def _spans(days: list[date], seen: Seen) -> str:
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == _ONE:
            spans[-1].append(day)
        else:
            spans.append([day])
    return "、".join(_span(span[0], span[-1], seen) for span in spans)


def _span(first: date, last: date, seen: Seen) -> str:
    begins = formats.short_day(first, seen.now)
    if first == last:
        return begins
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{begins}至{f'{last.day}日' if same_month else formats.short_day(last, seen.now)}"


def _basis(
    seen: Seen, bundle: BundleView, matter: MatterView, clock: reading.ClockView
) -> Basis | None:
    """The limit's own article, else the rule's that opened it."""
    if clock.basis is not None:
        return clock.basis
    if clock.kind == ClockKind.PROCEDURE:
        causes = (p.cause for p in matter.special.procedures if p.since == clock.started_at)
        cause = next(causes, None)
        known = seen.library.catalogue.procedures
        return next((each.basis for each in known if each.id == cause), None)
    found = seen.planned(bundle, matter.key)
    if found is None:
        return None
    match clock.kind:
        case ClockKind.HOLD:
            return found.hold.basis
        case ClockKind.SUPPLEMENT if found.accept_pending is not None:
            return found.accept_pending.basis
        case ClockKind.FILING if found.filing is not None:
            return found.filing.basis
        case _:
            return None
