"""By when a task is to be done, and who is told when it is not (督办)."""

from collections.abc import Iterator
from datetime import datetime

from definitions.bundle.commands import UrgeTask
from definitions.bundle.state import BundleState
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.language.roles import Actor
from definitions.language.supervision import Rung
from definitions.matter.events import ConsentDeemed, Event, TaskEscalated, TaskUrged
from definitions.matter.tasks import PRESSING, TaskState
from definitions.rules.clocks import due
from definitions.rules.hours import shift
from definitions.rules.permissions import Act, require


def task_due(state: BundleState, task: TaskState) -> datetime | None:
    """By when the task is to be done: its own limit, or the earliest of those that press on it."""
    if task.clock is not None:
        return due(task.clock, state.calendar).at
    kinds = PRESSING.get(task.kind, (ClockKind.INTERNAL, ClockKind.PROMISED))
    instants = (
        due(clock, state.calendar).at
        for clock in state.matters[task.matter].clocks
        if clock.kind in kinds and (clock.kind is ClockKind.PROMISED or clock.stopped_at is None)
    )
    return min((at for at in instants if at is not None), default=None)


def overdue_tasks(state: BundleState, matter: str, now: datetime) -> Iterator[Event]:
    """What follows for the matter's open tasks because time has passed: agreement, the next rung.

    Of several rungs that were passed at once, each is climbed: all who should know are told.
    """
    for task in state.tasks.values():
        if task.matter != matter or not task.is_open:
            continue
        ends = task_due(state, task)
        if ends is None:
            continue
        if task.request is not None and task.request.tacit and now >= ends:
            yield ConsentDeemed(matter=matter, task=task.id)
            continue
        rung = _next_rung(state, task, ends)
        if rung is not None and now >= rung[1]:
            yield TaskEscalated(matter=matter, task=task.id, rung=rung[0].id, to=rung[0].to)


def next_of_tasks(state: BundleState) -> Iterator[datetime]:
    """The instants at which something will follow for open tasks."""
    for task in state.tasks.values():
        ends = task_due(state, task) if task.is_open else None
        if ends is None:
            continue
        if task.request is not None and task.request.tacit:
            yield ends
        rung = _next_rung(state, task, ends)
        if rung is not None:
            yield rung[1]


def urge(state: BundleState, command: UrgeTask, actor: Actor) -> tuple[Event, ...]:
    """催办."""
    require(actor, Act.URGE)
    task = state.tasks.get(command.task)
    if task is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    if not task.is_open:
        raise Refused(Code.TASK_NOT_OPEN, "这项待办已经办结或取消", status=task.status)
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明催办的内容", field="/reasons")
    return (TaskUrged(matter=task.matter, task=task.id, reasons=command.reasons),)


def alerted(state: BundleState, task: TaskState) -> str | None:
    """Who stands on the last rung that was climbed."""
    watched = state.plan.supervision
    if watched is None or not task.escalated:
        return None
    return next((rung.to for rung in watched.ladder if rung.id == task.escalated[-1]), None)


def _next_rung(state: BundleState, task: TaskState, ends: datetime) -> tuple[Rung, datetime] | None:
    """The next rung and when it is climbed.

    A warning that lies before the task was opened is none; a breach always is one, told in the
    first office hours that the task has seen.
    """
    watched = state.plan.supervision
    if watched is None:
        return None
    for rung in watched.ladder:
        if rung.id in task.escalated:
            continue
        at = shift(ends, rung.hours, watched.office_hours, state.calendar)
        seen = shift(task.opened_at, 0, watched.office_hours, state.calendar)
        if at is not None and seen is not None and (rung.hours >= 0 or at > task.opened_at):
            return rung, max(at, seen)
    return None
