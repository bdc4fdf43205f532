"""What an extension would come to: each limit's last day now, and with the days asked for."""

from collections.abc import Iterator
from datetime import datetime

from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskView
from activities.store.reading.timeline import TimelineEntry
from api.console import formats, words
from api.console.fill.seen import Seen
from api.console.views.shared import Pair
from definitions.language.clocks import ExtensionRule
from definitions.language.limits import Unit
from definitions.rules.clocks import Clock, ClockKind, Due, Extension, due

_STRETCHED = (ClockKind.STATUTORY, ClockKind.PROMISED)


def extendable(matter: MatterView) -> tuple[Clock, ExtensionRule] | None:
    """The law's limit with the rule by which it may be stretched, where it may and runs."""
    clock = next((c.facts for c in matter.clocks if c.kind == ClockKind.STATUTORY), None)
    if clock is None or clock.extension is None or clock.extensions or not clock.runs:
        return None
    return clock, clock.extension


def comparison(seen: Seen, matter: MatterView, days: int, now: datetime) -> Iterator[Pair]:
    """Old and new last day of every limit that an extension stretches."""
    for view in matter.clocks:
        clock = view.facts
        if clock is None or view.kind not in _STRETCHED or clock.stopped_at is not None:
            continue
        added = Extension(days=days, by="", reason="", at=now)
        longer = clock.model_copy(update={"extensions": (*clock.extensions, added)})
        old, new = due(clock, seen.calendar), due(longer, seen.calendar)
        label = f"{words.CLOCK[view.kind]}期限"
        unit = formats.unit(Unit(view.unit))
        if old.stopped:
            told = f"{view.days} 个{unit} → {view.days + days} 个{unit}；计时已停，日期待恢复后重算"
        else:
            told = f"{_day(seen, old)} → {_day(seen, new)}"
        yield Pair(label, told)


def proposal(
    seen: Seen, task: TaskView, matter: MatterView | None, asked: TimelineEntry | None
) -> tuple[Pair, ...]:
    """Who asks for how much more time and why, and what that comes to."""
    who = f"{seen.organ(asked.actor_department)} {asked.actor_name or ''}" if asked else ""
    when = formats.moment(asked.at, seen.now) if asked else ""
    days = task.days or 0
    asks = Pair("延长", f"{days} 个工作日，只能延长一次")
    facts = [Pair("提请人", f"{who} {when}".strip()), asks]
    facts += [Pair("理由", reason) for reason in task.reasons]
    if matter is not None:
        facts += comparison(seen, matter, days, seen.now)
    return tuple(facts)


def _day(seen: Seen, ends: Due) -> str:
    return formats.day(ends.day, seen.now) if ends.day else "日历未公布，未定"
