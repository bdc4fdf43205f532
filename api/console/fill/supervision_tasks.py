"""Tasks as whoever watches them reads them: whose, since when, under which limit, and why."""

from collections.abc import Iterator
from datetime import timedelta

from activities.store.reading.escalated import PressingClock, Unanswered, WatchedTask
from api.console import deadlines, formats, words
from api.console.fill.matters import matter_url
from api.console.fill.seen import Seen
from api.console.fill.tasks import task_url
from api.console.views.shared import DeadlineView, Link
from api.console.views.supervision import TaskWatchRow
from definitions.language.limits import Unit
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

_INSTANT = timedelta(microseconds=1)


def task_row(seen: Seen, task: WatchedTask) -> TaskWatchRow:
    """A task in a list. Who may work it opens it; who supervises opens its matter."""
    mine = seen.may(Act.WORK_TASK)
    return TaskWatchRow(
        url=task_url(task.id) if mine else matter_url(task.bundle, task.matter),
        task=task.name,
        matter=task.matter_name,
        applicant=task.firm_name,
        number=task.bundle,
        organ=seen.organ(task.department),
        status=words.TASK[task.status],
        holder=task.assignee_name or "无人领取",
        since=task.opened_at,
        deadline=task_deadline(seen, task),
        limit=limit(task.clock, asked=task.clock is None and task.due_at is not None),
        notes=(
            *reasons_to_wait(seen, task),
            *(unanswered(seen, each) for each in task.unanswered),
        ),
        told=told(seen, task),
        acts=tuple(task_acts(seen, task)),
    )


def task_deadline(seen: Seen, task: WatchedTask) -> DeadlineView | None:
    """The limit as a chip: in the unit in which it was given."""
    if task.due_at is None:
        return None
    unit = Unit(task.clock.unit) if task.clock else Unit.WORKING_DAY
    return deadlines.ticking(due_at=task.due_at, now=seen.now, unit=unit, calendar=seen.calendar)


def limit(clock: PressingClock | None, *, asked: bool) -> str:
    """Which limit presses."""
    if clock is None:
        return "答复期限" if asked else ""
    unit = "工作日" if clock.unit == "working_day" else "自然日"
    return f"{clock.name or words.CLOCK[clock.kind]} {clock.days} 个{unit}"


def told(seen: Seen, task: WatchedTask) -> str:
    """How far up the ladder it has come."""
    if task.alerted is None or task.alerted_at is None:
        return ""
    when = formats.moment(task.alerted_at, seen.now)
    return f"{when} 已提醒{words.ALERTED[task.alerted]}（第 {task.level} 次）"


def reasons_to_wait(seen: Seen, task: WatchedTask) -> Iterator[str]:
    """What it waits for, and that it was urged."""
    if task.waiting is not None:
        wait = task.waiting
        until = f"，预计到{formats.short_day(wait.until, seen.now)}" if wait.until else ""
        why = f"：{'；'.join(wait.reasons)}" if wait.reasons else ""
        since = formats.short_day(wait.since, seen.now)
        yield f"{words.CAUSE[wait.cause]}（{since}起{until}）{why}"
    if task.urged is not None:
        when, by = formats.moment(task.urged.at, seen.now), task.urged.by
        yield f"{when} {by} 催办：{'；'.join(task.urged.reasons)}"


def unanswered(seen: Seen, asked: Unanswered) -> str:
    """Who was asked, and by when an answer is due."""
    due = ""
    if asked.due_at is not None:
        day = formats.short_day(local_day(asked.due_at - _INSTANT), seen.now)
        due = f"，{day}到期{'，已超期' if asked.overdue else ''}"
    return f"{asked.name}：{seen.organ(asked.department)}还没有答复{due}"


def task_acts(seen: Seen, task: WatchedTask) -> Iterator[Link]:
    """What may be done about it."""
    base = f"/console/supervision/tasks/{task.id}"
    if seen.may(Act.URGE):
        yield Link("催办", f"{base}/urge")
    if seen.may(Act.ASSIGN):
        yield Link("改派", f"{base}/assign")
