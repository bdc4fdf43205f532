"""Supervisors' lists: a matter's pressing limit, where it is stuck, and what may be done."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from activities.store.reading.matters import ClockView, MatterView
from activities.store.reading.standing import CreditView
from activities.store.reading.watching import Watched
from api import known
from api.console import formats, words
from api.console.fill.clocks import one_deadline
from api.console.fill.matters import bundle_url, matter_url, status_of
from api.console.fill.seen import Seen, last_day
from api.console.fill.supervision_tasks import reasons_to_wait, task_acts, unanswered
from api.console.request import submission
from api.console.views.shared import Link
from api.console.views.supervision import CreditRow, WatchedRow
from definitions.bundle.passing import APPLICANTS
from definitions.bundle.view import OFFICE
from definitions.language.pending import Mode
from definitions.matter.state import MatterStatus, PromiseStatus
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    add_working_days,
    end_of_day,
    local_day,
)
from definitions.rules.clocks import ClockKind

Bound = tuple[datetime | None, datetime | None]
PROMISES = (ClockKind.PROMISE, ClockKind.VERIFICATION, ClockKind.RECTIFICATION)
_PROLONGED = APPLICANTS - {ClockKind.HEARING_REQUEST, ClockKind.RECTIFICATION}


def bounds(calendar: Calendar, now: datetime) -> dict[str, Bound]:
    """Late; due today; in 1–3 and in 4–10 working days. Each from after the one before."""
    today = end_of_day(local_day(now))
    three, ten = _after(calendar, now, 3), _after(calendar, now, 10)
    return {
        "overdue": (None, now),
        "today": (now, today),
        "three": (today, three),
        "ten": (three, ten),
    }


def _after(calendar: Calendar, now: datetime, days: int) -> datetime:
    day = local_day(now)
    try:
        return end_of_day(add_working_days(day, days, calendar))
    except BeyondCalendar:
        return end_of_day(day + timedelta(days=days))


def by_limit(seen: Seen, watched: Watched, kinds: Collection[ClockKind]) -> WatchedRow:
    """A matter by the nearest of these limits."""
    return _row(seen, watched, _nearest(watched.matter, kinds), ())


def in_procedure(seen: Seen, watched: Watched) -> WatchedRow:
    """A suspended matter by the end of its special procedure."""
    clock = _nearest(watched.matter, (ClockKind.PROCEDURE,))
    return _row(seen, watched, clock, tuple(_procedures(seen, watched.matter)))


def in_promise(seen: Seen, watched: Watched) -> WatchedRow:
    """A matter whose promise is open, by what is awaited next."""
    clock = _nearest(watched.matter, PROMISES)
    return _row(seen, watched, clock, tuple(_promised(seen, watched.matter)))


def credit_row(
    seen: Seen, found: CreditView, *, typed: str = "", error: str = "", may_repair: bool
) -> CreditRow:
    """A broken promise."""
    url = f"/console/supervision/credits/{found.bundle}/{found.matter}/repair"
    repaired = ""
    if found.repaired_at is not None:
        when = formats.short_day(found.repaired_at, seen.now)
        why = f"：{found.repair_reason}" if found.repair_reason else ""
        repaired = f"{when} {found.repaired_by_name or ''} 修复{why}"
    return CreditRow(
        id=f"{found.bundle}-{found.matter}",
        firm=found.firm_name,
        uscc=found.firm_code,
        bundle=Link(found.bundle, bundle_url(found.bundle)),
        matter=found.matter_name,
        organ=found.department_name,
        mode=words.MODE[found.mode],
        grade=words.CREDIT[found.grade],
        recorded_at=found.recorded_at,
        repaired=repaired,
        repair=submission(url) if may_repair and found.repaired_at is None else None,
        typed=typed,
        error=error,
    )


def _row(
    seen: Seen, watched: Watched, clock: ClockView | None, notes: tuple[str, ...]
) -> WatchedRow:
    matter, task = watched.matter, watched.task
    late = clock is not None and clock.due_at is not None and clock.due_at <= seen.now
    since = last_day(clock.due_at) if late and clock and clock.due_at else None
    return WatchedRow(
        url=matter_url(watched.bundle, matter.key),
        matter=matter.name,
        applicant=watched.firm_name,
        number=watched.bundle,
        organ=matter.department_name,
        status=status_of(matter),
        deadline=one_deadline(seen, clock) if clock else None,
        limit=_limit(clock),
        stuck=_stuck(watched),
        since=since if task is None else local_day(task.opened_at),
        notes=(*notes, *(reasons_to_wait(seen, task) if task else ()), *asked(seen, watched)),
        acts=(*_acts(watched), *(task_acts(seen, task) if task else ())),
    )


def _limit(clock: ClockView | None) -> str:
    if clock is None:
        return ""
    unit = "工作日" if clock.unit == "working_day" else "自然日"
    return f"{clock.name or words.CLOCK[clock.kind]} {clock.days} 个{unit}"


def _stuck(watched: Watched) -> str:
    """At which step, and with whom."""
    task, matter = watched.task, watched.matter
    if task is not None:
        return f"{task.name}，{task.assignee_name or '无人领取'}"
    if any(clock.kind in APPLICANTS and clock.stopped_at is None for clock in matter.clocks):
        return "等申请人"
    return matter.step or ""


def asked(seen: Seen, watched: Watched) -> tuple[str, ...]:
    """What other organs were asked and have not answered."""
    return tuple(unanswered(seen, each) for each in watched.unanswered)


def _acts(watched: Watched) -> Iterator[Link]:
    """What a supervisor may do: more time for the applicant, leave to ask for new points."""
    matter, base = watched.matter, f"{matter_url(watched.bundle, watched.matter.key)}/acts"
    if matter.status == MatterStatus.SUPPLEMENTING and not matter.special.overridden:
        yield Link("批准再次补正告知", f"{base}/second-notice")
    running = (c for c in matter.clocks if c.stopped_at is None and not c.expired)
    if any(clock.kind in _PROLONGED for clock in running):
        yield Link("展期", f"{base}/prolong")


def _nearest(matter: MatterView, kinds: Collection[ClockKind]) -> ClockView | None:
    running = [c for c in matter.clocks if c.kind in kinds and c.stopped_at is None]
    dated = [clock for clock in running if clock.due_at is not None]
    return min(dated, key=lambda c: c.due_at or c.started_at, default=next(iter(running), None))


def _procedures(seen: Seen, matter: MatterView) -> Iterator[str]:
    for procedure in matter.special.procedures:
        if procedure.until is None:
            since = formats.short_day(procedure.since, seen.now)
            yield f"{procedure.name}，{since}开始，告知 {procedure.days} 个工作日"
    dues = [c for c in matter.clocks if c.kind in OFFICE and c.stopped]
    if dues:
        yield f"停着的时限：{'、'.join(c.name or words.CLOCK[c.kind] for c in dues)}"


def _promised(seen: Seen, matter: MatterView) -> Iterator[str]:
    promise = matter.special.promise
    if promise is None:
        return
    said = {
        PromiseStatus.OPEN: "等核查" if promise.mode is Mode.INFORM_COMMIT else "等补交",
        PromiseStatus.RECTIFYING: "责令整改中",
    }
    yield f"{words.MODE[promise.mode]}，{said.get(promise.status, '')}"
    names = {material.code: material.name for material in known.materials(seen.library)}
    if promise.materials:
        yield f"材料：{'、'.join(names.get(code, code) for code in promise.materials)}"
