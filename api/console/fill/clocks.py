"""Limits with their working, so that anybody can recompute the day a limit ends."""

from collections.abc import Iterable
from datetime import date, timedelta

from activities.store.reading import matters as reading
from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import MatterView
from api.console import deadlines, formats, words
from api.console.fill.seen import Seen, last_day
from api.console.views.shared import ClockView, DeadlineKind, DeadlineView
from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.matter.state import TERMINAL
from definitions.rules.calendar import local_day, working_days_between
from definitions.rules.clocks import Clock, ClockKind, due

_STARTED_BY = {
    ClockKind.PROMISED: "受理",
    ClockKind.STATUTORY: "受理",
    ClockKind.HOLD: "收件",
    ClockKind.SUPPLEMENT: "容缺受理",
    ClockKind.PUBLICITY: "公示开始",
    ClockKind.FILING: "申请期开始",
}
_OFFICE = frozenset({ClockKind.PROMISED, ClockKind.STATUTORY})
_ONE = timedelta(days=1)


def clock_views(
    seen: Seen, bundle: BundleView, matters: Iterable[MatterView]
) -> tuple[ClockView, ...]:
    """Every limit of these matters, in the order they began."""
    return tuple(
        _clock(seen, matter.name, clock, _basis(seen, bundle, matter, clock))
        for matter in matters
        for clock in matter.clocks
    )


def matter_deadline(seen: Seen, matter: MatterView) -> DeadlineView | None:
    """The limit people look at first; of a matter that has ended, whether its office kept it."""
    if matter.status in TERMINAL:
        office = [clock for clock in matter.clocks if clock.kind in _OFFICE]
        return _deadline(seen, office[0]) if office else None
    if matter.due_at is None:
        return deadlines.not_started() if matter.accepted_at is None else None
    same = [clock for clock in matter.clocks if clock.kind == matter.due_kind]
    return _deadline(seen, same[-1]) if same else None


def bundle_deadline(seen: Seen, bundle: BundleView) -> DeadlineView | None:
    """The nearest limit of all that still runs."""
    running = [m for m in bundle.matters if m.status not in TERMINAL and m.due_at is not None]
    nearest = min(running, key=lambda each: each.due_at or seen.now, default=None)
    return matter_deadline(seen, nearest) if nearest else None


def _clock(seen: Seen, matter: str, clock: reading.ClockView, basis: Basis | None) -> ClockView:
    return ClockView(
        matter=matter,
        kind=words.CLOCK[clock.kind],
        days=clock.days,
        unit=Unit(clock.unit),
        started_on=local_day(clock.started_at),
        started_by=_STARTED_BY[ClockKind(clock.kind)],
        paused_days=0,
        deadline=_deadline(seen, clock),
        basis=seen.basis(basis) if basis else None,
        working=_working(seen, clock),
    )


def _deadline(seen: Seen, clock: reading.ClockView) -> DeadlineView:
    last, unit = last_day(clock.due_at), Unit(clock.unit)
    if clock.stopped_at is None:
        return deadlines.ticking(
            due_at=clock.due_at,
            now=seen.now,
            unit=unit,
            calendar=seen.calendar,
            provisional=clock.provisional,
        )
    if clock.stopped_at <= clock.due_at:
        return deadlines.met(last)
    stopped = local_day(clock.stopped_at)
    if unit is Unit.WORKING_DAY:
        over = working_days_between(last, stopped, seen.calendar)
    else:
        over = (stopped - last).days
    return DeadlineView(kind=DeadlineKind.OVERDUE, due_on=last, days=over, unit=unit)


def _working(seen: Seen, clock: reading.ClockView) -> str:
    """Which days were not counted. Silent where the calendar has changed since it was reckoned."""
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
    definition = seen.definition(bundle)
    found = (
        next((m for m in definition.matters if m.key == matter.key), None) if definition else None
    )
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
