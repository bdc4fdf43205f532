"""Hearings: the right is told, asked for or given up, the day is set in time, the minutes bind."""

from datetime import datetime

from definitions.bundle.commands import (
    AnswerHearing,
    CompleteTask,
    ScheduleHearing,
    TellHearingRight,
)
from definitions.bundle.procedures import HEARING, begin
from definitions.bundle.state import BundleState
from definitions.bundle.targets import in_hand, own
from definitions.errors import Code, Refused
from definitions.language.procedures import HearingRule
from definitions.language.roles import Actor, Role
from definitions.matter.events import (
    Event,
    HearingHeld,
    HearingRequested,
    HearingScheduled,
    HearingTold,
    HearingWaived,
    ProcedureEnded,
    TaskOpened,
)
from definitions.matter.state import HearingStatus, MatterState
from definitions.matter.tasks import TaskKind, TaskState
from definitions.rules.calendar import BeyondCalendar, add_working_days, local_day
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.permissions import Act
from definitions.rules.plan import PlannedMatter


def tell_hearing_right(
    state: BundleState, command: TellHearingRight, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Tell the right to a hearing; the five days to ask begin (47)."""
    planned, matter = own(state, command.matter, actor, Act.HEAR)
    in_hand(matter)
    rule = _rule(planned)
    if matter.hearing is not None:
        raise Refused(Code.HEARING_NOT_OPEN, "听证权利已经告知过", status=matter.hearing.status)
    if not command.reasons:
        raise Refused(Code.REASONS_MISSING, "请写明拟作决定的事实和理由", field="/reasons")
    clock = _clock(planned, rule.request, now)
    return (HearingTold(matter=matter.key, reasons=command.reasons, clock=clock),)


def answer_hearing(
    state: BundleState, command: AnswerHearing, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Ask for the hearing within the limit, or give the right up."""
    planned, matter = own(state, command.matter, actor, Act.ASK_HEARING)
    if matter.hearing is None or matter.hearing.status is not HearingStatus.TOLD:
        raise Refused(Code.HEARING_NOT_OPEN, "现在不在申请听证的期限内")
    if not command.wanted:
        return (HearingWaived(matter=matter.key),)
    return _requested(state, planned, matter, now, own_motion=False)


def schedule_hearing(
    state: BundleState, command: ScheduleHearing, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """Set time, place and chair, at least seven working days ahead (48); once more if need be."""
    planned, matter = own(state, command.matter, actor, Act.HEAR)
    in_hand(matter)
    _rule(planned)
    hearing = matter.hearing
    if hearing is not None and (hearing.is_over or hearing.status is HearingStatus.TOLD):
        raise Refused(Code.HEARING_NOT_OPEN, "没有等待举行的听证", status=hearing.status)
    if command.chair in matter.reviewed_by or command.chair == _examiner(state, matter):
        raise Refused(Code.FOUR_EYES, "听证主持人不能是审查本申请的人", field="/chair")
    if command.chair in state.recused:
        raise Refused(Code.RECUSED, "听证主持人与本件有利害关系，须回避", field="/chair")
    opened: tuple[Event, ...] = ()
    if hearing is None:
        opened = _requested(state, planned, matter, now, own_motion=True)
    _check_day(state, planned, matter, command, now)
    scheduled = HearingScheduled(
        matter=matter.key, on=command.on, place=command.place, chair=command.chair
    )
    return (*opened, scheduled)


def held(
    state: BundleState, task: TaskState, command: CompleteTask, now: datetime
) -> tuple[Event, ...]:
    """The hearing was held: its minutes go with it, and days count again from tomorrow."""
    matter = state.matters[task.matter]
    hearing, procedure = matter.hearing, matter.procedure
    if hearing is None or hearing.on is None or now < hearing.on:
        raise Refused(Code.HEARING_NOT_OPEN, "听证还没有举行，请先通知时间、地点")
    if not command.files:
        raise Refused(Code.FILES_MISSING, "请附经参加人签字的听证笔录", field="/files")
    ended: tuple[Event, ...] = ()
    if procedure is not None:
        ended = (ProcedureEnded(matter=matter.key, procedure=procedure.id, result=command.files),)
    return (HearingHeld(matter=matter.key, minutes=command.files), *ended)


def check_decidable(planned: PlannedMatter, matter: MatterState) -> None:
    """No decision during a special procedure, or before a hearing that is owed (46–48, 72)."""
    hearing = matter.hearing
    if hearing is not None and not hearing.is_over:
        raise Refused(Code.HEARING_DUE, "听证程序尚未结束，不能作出决定", status=hearing.status)
    if matter.procedure is not None:
        name = matter.procedure.name
        raise Refused(Code.SUSPENDED, f"特别程序（{name}）正在进行，结束后才能作出决定")
    if hearing is None and planned.hearing_due:
        raise Refused(Code.HEARING_DUE, "本事项作出决定前，应当告知听证权利")


def _rule(planned: PlannedMatter) -> HearingRule:
    if planned.hearing is None:
        raise Refused(Code.HEARING_NOT_OPEN, "本事项没有规定听证")
    return planned.hearing


def _clock(planned: PlannedMatter, name: str, now: datetime) -> Clock:
    rule = planned.rule(name)
    if rule is None:
        raise Refused(Code.HEARING_NOT_OPEN, f"本事项没有时限 {name}")
    return Clock.of(rule, now)


def _requested(
    state: BundleState,
    planned: PlannedMatter,
    matter: MatterState,
    now: datetime,
    *,
    own_motion: bool,
) -> tuple[Event, ...]:
    """The hearing is due: twenty days to hold it, none of which the office's limits count (45)."""
    clock = _clock(planned, _rule(planned).hold, now)
    known = next((p for p in state.plan.procedures if p.id == HEARING), None)
    name = known.name if known else "听证"
    started: tuple[Event, ...] = ()
    if matter.procedure is None:
        days = clock.limit.days
        started = (begin(planned, matter, HEARING, name, days, (), now),)
    task = TaskState(
        id=f"{state.number}.{matter.key}.hearing",
        matter=matter.key,
        kind=TaskKind.HEARING,
        name="组织听证",
        department=planned.department,
        role=Role.OFFICER,
        opened_at=now,
    )
    requested = HearingRequested(matter=matter.key, own_motion=own_motion, clock=clock)
    return (requested, *started, TaskOpened(matter=matter.key, task=task))


def _examiner(state: BundleState, matter: MatterState) -> str | None:
    return next(
        (
            task.assignee
            for task in state.tasks.values()
            if task.matter == matter.key and task.kind is TaskKind.REVIEW and task.is_open
        ),
        None,
    )


def _check_day(
    state: BundleState,
    planned: PlannedMatter,
    matter: MatterState,
    command: ScheduleHearing,
    now: datetime,
) -> None:
    if command.on <= now:
        raise Refused(Code.DEADLINE_PAST, "听证时间应当晚于现在", field="/on")
    day = local_day(command.on)
    notice = planned.rule(_rule(planned).notice)
    ahead = notice.limit.days if notice else 0
    try:
        latest = add_working_days(day, -ahead, state.calendar)
        worked = state.calendar.is_worked(day)
    except BeyondCalendar:
        raise Refused(Code.LIMIT_TOO_LONG, "听证日期超出已公布的工作日历", field="/on") from None
    if not worked:
        raise Refused(Code.INVALID, "听证应当在工作日举行", field="/on")
    if local_day(now) > latest:
        raise Refused(
            Code.LIMIT_TOO_SHORT,
            f"应当在举行听证的 {ahead} 个工作日前通知，最早可定在 {ahead} 个工作日之后",
            field="/on",
            latest_notice=str(latest),
        )
    running = matter.clock(ClockKind.HEARING)
    ends = due(running, state.calendar) if running else None
    if ends is not None and ends.day is not None and day > ends.day:
        raise Refused(
            Code.LIMIT_TOO_LONG, f"听证应当在 {ends.day} 前举行", field="/on", latest=str(ends.day)
        )
