"""What the lead of a matter asks of others (主办、协办); what the hall's window follows up."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from definitions.bundle.commands import AskColleagues, Complain, RecuseOfficer, WithdrawRequest
from definitions.bundle.state import BundleState
from definitions.bundle.targets import in_hand, matter_of, own
from definitions.errors import Code, Refused
from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.language.roles import WINDOW, Actor, Role
from definitions.language.supervision import Collaboration
from definitions.matter.events import (
    Event,
    OfficerRecused,
    TaskCancelled,
    TaskHandedOver,
    TaskOpened,
    TaskReleased,
    TaskSentBack,
)
from definitions.matter.tasks import (
    COLLABORATION,
    HELD,
    Outcome,
    Request,
    TaskKind,
    TaskState,
    TaskStatus,
)
from definitions.rules.calendar import local_day
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.permissions import Act, require


def ask(
    state: BundleState, command: AskColleagues, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """One task for each organ that is asked, all of one request."""
    planned, matter = own(state, command.matter, actor, Act.ASK)
    in_hand(matter)
    rule = _rule(state, command)
    days = rule.days if command.days is None else command.days
    _check_asked(command, rule, days, planned.department, now)
    if command.to in state.recused:
        raise Refused(Code.RECUSED, "这位专家须回避本件", field="/to")
    taken = {task.request.id for task in state.tasks.values() if task.request}
    request = Request(
        id=f"{command.matter}-{command.what}-{len(taken) + 1}",
        department=planned.department,
        by=actor.id,
        question=command.question,
        tacit=command.tacit,
        dates=command.dates,
        files=command.files,
    )
    clock = _limited(days, now, rule.name, rule.basis)
    opened: list[Event] = []
    for department in command.departments:
        name = f"{state.number}.{command.matter}.{command.what}-{len(taken) + 1}-{department}"
        task = TaskState(
            id=name,
            matter=command.matter,
            kind=TaskKind(command.what),
            name=rule.name,
            department=department,
            role=Role.OFFICER,
            opened_at=now,
            clock=clock,
            request=request,
            reasons=(command.question,),
        )
        opened.append(TaskOpened(matter=command.matter, task=task))
        if command.to is not None:
            opened.append(TaskHandedOver(matter=command.matter, task=name, to=command.to))
    return tuple(opened)


def withdraw_request(
    state: BundleState, command: WithdrawRequest, actor: Actor
) -> tuple[Event, ...]:
    """Call off what is not answered yet."""
    asked = [t for t in state.tasks.values() if t.request and t.request.id == command.request]
    if not asked or asked[0].request is None or asked[0].request.department != actor.department:
        raise Refused(Code.UNKNOWN_REQUEST, "没有这项协同请求")
    require(actor, Act.ASK)
    still = [task for task in asked if task.is_open]
    if not still:
        raise Refused(Code.TASK_NOT_OPEN, "各方都已答复，不能再撤回")
    return tuple(
        TaskCancelled(matter=task.matter, task=task.id, reasons=command.reasons) for task in still
    )


def complain(
    state: BundleState, command: Complain, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    """办不成事反映: the hall's window finds out why and answers."""
    require(actor, Act.COMPLAIN)
    matter_of(state, command.matter)
    so_far = sum(task.kind is TaskKind.COMPLAINT for task in state.tasks.values())
    watched = state.plan.supervision
    days = watched.complaint_days if watched else None
    task = TaskState(
        id=f"{state.number}.{command.matter}.complaint-{so_far + 1}",
        matter=command.matter,
        kind=TaskKind.COMPLAINT,
        name="办不成事反映",
        department=WINDOW,
        role=Role.WINDOW_CLERK,
        opened_at=now,
        clock=None if days is None else _limited(days, now, "答复期限"),
        reasons=(command.complaint,),
    )
    return (TaskOpened(matter=command.matter, task=task),)


def recuse(state: BundleState, command: RecuseOfficer, actor: Actor) -> tuple[Event, ...]:
    """回避: declared. What the officer holds goes back to the department.

    What he was to look at a second time goes back to its author.
    """
    require(actor, Act.RECUSE)
    if command.officer not in actor.people:
        require(actor, Act.ASSIGN)
    if command.officer in state.recused:
        return ()
    left = (_left(task, command) for task in state.tasks.values() if task.status in HELD)
    recused = OfficerRecused(officer=command.officer, reasons=command.reasons)
    return (recused, *(event for event in left if event is not None))


def _left(task: TaskState, command: RecuseOfficer) -> Event | None:
    """How the officer's part in a task ends."""
    if task.assignee == command.officer:
        return TaskReleased(matter=task.matter, task=task.id)
    reviewing = task.status is TaskStatus.IN_REVIEW and task.proposal is not None
    if reviewing and task.proposal is not None and task.proposal.to == command.officer:
        return TaskSentBack(matter=task.matter, task=task.id, reasons=command.reasons)
    return None


def surveying(state: BundleState, matter: str, now: datetime) -> Iterator[Event]:
    """联合踏勘: all have said which days suit; on the first that suits all, they go together."""
    for request, tasks in _surveys(state, matter).items():
        name = f"{state.number}.{matter}.site-{request.rpartition('-')[2]}"
        if name in state.tasks or any(task.is_open for task in tasks):
            continue
        day = _common(tasks)
        lead = tasks[0].request
        if day is None or lead is None:
            continue
        task = TaskState(
            id=name,
            matter=matter,
            kind=TaskKind.SITE,
            name="联合踏勘",
            department=lead.department,
            role=Role.OFFICER,
            opened_at=now,
            on=day,
            request=lead,
        )
        yield TaskOpened(matter=matter, task=task)


def open_requests(state: BundleState, matter: str) -> tuple[TaskState, ...]:
    """What others were asked and have not answered: the decision waits for it."""
    return tuple(
        task
        for task in state.tasks.values()
        if task.matter == matter and task.kind in COLLABORATION and task.is_open
    )


def _limited(days: int, now: datetime, name: str, basis: Basis | None = None) -> Clock:
    """The task's own clock: so many working days from now."""
    limit = Limit(days=days, unit=Unit.WORKING_DAY, basis=basis)
    return Clock(kind=ClockKind.INTERNAL, limit=limit, started_at=now, name=name)


def _surveys(state: BundleState, matter: str) -> Mapping[str, list[TaskState]]:
    found: dict[str, list[TaskState]] = {}
    for task in state.tasks.values():
        counts = task.kind is TaskKind.SURVEY and task.status is not TaskStatus.CANCELLED
        if counts and task.matter == matter and task.request:
            found.setdefault(task.request.id, []).append(task)
    return found


def _common(tasks: Sequence[TaskState]) -> date | None:
    """The first proposed day that suits everybody."""
    if any(task.outcome is not Outcome.AVAILABLE or task.answer is None for task in tasks):
        return None
    days = [set(task.answer.dates) for task in tasks if task.answer]
    proposed = tasks[0].request.dates if tasks[0].request else ()
    return next((day for day in sorted(proposed) if all(day in each for each in days)), None)


def _rule(state: BundleState, command: AskColleagues) -> Collaboration:
    rule = next((r for r in state.plan.collaboration if r.kind == command.what), None)
    if rule is None:
        raise Refused(Code.CAUSE_UNKNOWN, "办理方案里没有这种协同方式", field="/what")
    return rule


def _check_asked(
    command: AskColleagues, rule: Collaboration, days: int, lead: str, now: datetime
) -> None:
    if not command.departments or len(set(command.departments)) < len(command.departments):
        raise Refused(
            Code.UNKNOWN_DEPARTMENT, "请写明向哪些部门提出，每个部门一次", field="/departments"
        )
    never = {WINDOW} if command.what == "expert" else {WINDOW, lead}
    if not never.isdisjoint(command.departments):
        raise Refused(Code.UNKNOWN_DEPARTMENT, "不必向本部门、向窗口提出", field="/departments")
    if (command.what == "expert") is (command.to is None):
        raise Refused(Code.INVALID, "专家意见应当写明请哪位专家；其他协同不指定个人", field="/to")
    if command.to is not None and len(command.departments) != 1:
        raise Refused(Code.INVALID, "请专家意见，只写专家所在的部门", field="/departments")
    if days < 1:
        raise Refused(Code.DEADLINE_PAST, "期限至少 1 个工作日", field="/days")
    if days > rule.at_most:
        raise Refused(
            Code.LIMIT_TOO_LONG, f"{rule.name}的期限最多 {rule.at_most} 个工作日", field="/days"
        )
    if command.tacit and not rule.tacit:
        raise Refused(Code.OUTCOME_NOT_POSSIBLE, f"{rule.name}不能逾期视为同意", field="/tacit")
    if (command.what == "survey") is (not command.dates):
        raise Refused(Code.INVALID, "踏勘约期应当提出几个可选的日期；其他协同不提", field="/dates")
    if any(day <= local_day(now) for day in command.dates):
        raise Refused(Code.DEADLINE_PAST, "可选的日期应当在今天之后", field="/dates")
