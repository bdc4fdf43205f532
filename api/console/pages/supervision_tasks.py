"""督办 of tasks: whom the ladder has told, what is late, and the two acts: 催办 and 改派."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Response

from activities.store.desk.accounts import accounts_of
from activities.store.reading import escalated as reading
from activities.store.reading.escalated import Told, WatchedTask
from api.acting.tasks import hand_over_task, urge_task
from api.console import words
from api.console.fill.matters import matter_url
from api.console.fill.seen import seen_by
from api.console.fill.supervision_tabs import ALERTS, TASKS, crumbs, home, organs, tabs
from api.console.fill.supervision_tasks import reasons_to_wait, task_row, told, unanswered
from api.console.pages.case import CONFLICTS, tell
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.shared import (
    ErrorView,
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
    Pager,
    Pair,
)
from api.console.views.supervision import TaskActPage, TaskWatchPage
from api.overseeing import alert_reader, narrowed
from api.paging import cursor, key_of, moment
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.language.roles import Role
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

_ROWS, _LONGEST, _MOST_LEVELS = 40, 500, 20
# More than these are a list to choose from, and it begins with nobody.
_RADIOS = 5
_NOTES = {
    Told.HOLDER: "临近期限、已经超期或者被催办的待办：您手上的，以及没有人领取、您可以领取的。",
    Told.HEAD: "已经提醒到部门负责人的、被催办的，以及您自己手上的待办。改派或者督促办理。",
    Told.SUPERVISOR: "已经提醒到督办人员的，以及催办过还没有办的待办。",
}
After = Annotated[str | None, Query(max_length=400)]
Task = Annotated[str, Path(max_length=80)]
_LEVELS = (("0", "全部"), ("1", "已提醒"), ("2", "提醒两次以上"), ("4", "已提醒到督办"))


@router.get("/console/supervision/alerts")
async def alerts(visitor: Visiting, after: After = None) -> Response:
    """What the ladder has brought to this very person."""
    services, seen = visitor.services, seen_by(visitor)
    reader = alert_reader(services, visitor.who)
    if reader is None:
        raise Refused(Code.FORBIDDEN, "您的岗位不办理待办，没有提醒")
    async with services.store.reading() as session:
        found, more = await reading.alerts(
            session, reader, seen.now, after=_place(after), limit=_ROWS
        )
    view = TaskWatchPage(
        frame=await visitor.frame("提醒", nav=ALERTS, here=ALERTS),
        tabs=tabs(ALERTS, visitor.actor),
        filters=Filters(ALERTS, ()),
        note=_NOTES[reader.told],
        rows=tuple(task_row(seen, each) for each in found),
        pager=Pager("", f"{ALERTS}?{urlencode({'after': cursor(more)})}" if more else ""),
        empty="没有提醒。临近期限或者超期的待办会出现在这里。",
    )
    return page(visitor.request, view)


@router.get("/console/supervision/tasks")
async def overdue(
    visitor: Visiting,
    department: Annotated[str, Query(max_length=40)] = "",
    level: Annotated[int, Query(ge=0, le=_MOST_LEVELS)] = 0,
    after: After = None,
) -> Response:
    """Tasks whose limit is past, the longest first."""
    permissions.require(visitor.actor, Act.ASSIGN)
    seen = seen_by(visitor)
    async with visitor.services.store.reading() as session:
        found, more = await reading.overdue_tasks(
            session,
            narrowed(visitor.who, department),
            seen.now,
            level=level,
            after=_place(after),
            limit=_ROWS,
        )
    query = _query(department, level)
    view = TaskWatchPage(
        frame=await visitor.frame(
            "超期待办", nav=home(visitor.actor), here=TASKS, crumbs=crumbs(visitor.actor)
        ),
        tabs=tabs(TASKS, visitor.actor),
        filters=_filters(visitor, department, level),
        note="已经超过期限、还没有办的待办，超期最久的在前；写明在谁手上、等什么、问了谁还没有答复。",
        rows=tuple(task_row(seen, each) for each in found),
        pager=Pager("", f"{TASKS}?{urlencode({**query, 'after': cursor(more)})}" if more else ""),
        empty="没有超期的待办。",
    )
    return page(visitor.request, view)


@router.get("/console/supervision/tasks/{task}/urge")
async def urging(visitor: Visiting, task: Task) -> Response:
    """What is to be said to who has the task."""
    permissions.require(visitor.actor, Act.URGE)
    return await _urge_page(visitor, await _task(visitor, task))


@router.post("/console/supervision/tasks/{task}/urge")
async def urge(visitor: Visiting, form: Posting, task: Task) -> Response:
    """催办: it is on record, and shown to who has the task and to the head."""
    permissions.require(visitor.actor, Act.URGE)
    said = form.one("reasons").strip()
    if not said or len(said) > _LONGEST:
        wrong = "请写明催办的内容" if not said else f"催办的内容不得超过 {_LONGEST} 个字"
        return await _urge_page(
            visitor, await _task(visitor, task), said, ErrorView("reasons", wrong)
        )
    try:
        answer = await urge_task(visitor.services, visitor.actor, task, form.sent, reasons=[said])
    except Refused as refused:
        if refused.code not in CONFLICTS:
            raise
        return moved(TASKS, f"没有催办：{refused.message}")
    return moved(TASKS, tell(answer, "已催办，经办人和部门负责人会在“提醒”里看到"))


@router.get("/console/supervision/tasks/{task}/assign")
async def assigning(visitor: Visiting, task: Task) -> Response:
    """Who is to have the task instead."""
    permissions.require(visitor.actor, Act.ASSIGN)
    return await _assign_page(visitor, await _task(visitor, task))


@router.post("/console/supervision/tasks/{task}/assign")
async def assign(visitor: Visiting, form: Posting, task: Task) -> Response:
    """改派 within the department, by who assigns its work."""
    permissions.require(visitor.actor, Act.ASSIGN)
    to, said = form.one("to"), form.one("reasons").strip()
    error = None
    if not to:
        error = ErrorView("to", "请选择改派给谁")
    elif not said or len(said) > _LONGEST:
        wrong = "请写明改派的理由" if not said else f"改派的理由不得超过 {_LONGEST} 个字"
        error = ErrorView("reasons", wrong)
    if error is not None:
        return await _assign_page(visitor, await _task(visitor, task), form, error)
    try:
        answer = await hand_over_task(
            visitor.services, visitor.actor, task, form.sent, to=to, reasons=[said]
        )
    except Refused as refused:
        if refused.code is Code.RECUSED:
            error = ErrorView("to", refused.message)
        elif refused.code not in CONFLICTS:
            raise
        else:
            error = ErrorView("to", f"{refused.message}。下面是最新情况，请核对后再提交")
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        error = ErrorView("to", problem.detail)
    else:
        return moved(TASKS, tell(answer, "已改派，对方会在待办里看到"))
    return await _assign_page(visitor, await _task(visitor, task), form, error)


async def _task(visitor: Visit, name: str) -> WatchedTask:
    """The open task. Raises `unknown-task` where it is not to be seen, or over by now."""
    async with visitor.services.store.reading() as session:
        found = await reading.watched_task(session, name, visitor.who.scope, visitor.services.now())
    if found is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办，或者它刚刚办结")
    return found


async def _urge_page(
    visitor: Visit, task: WatchedTask, typed: str = "", error: ErrorView | None = None
) -> Response:
    words_ = FieldView(
        "reasons",
        "催办的内容",
        FieldControl.LONG_TEXT,
        value=typed,
        hint="希望做什么、什么时候以前；经办人和部门负责人会看到，并记入办理记录",
        error=error.message if error else "",
        max_length=_LONGEST,
    )
    return await _act_page(visitor, task, "催办", "urge", (words_,), error=error)


async def _assign_page(
    visitor: Visit,
    task: WatchedTask,
    form: Posted | None = None,
    error: ErrorView | None = None,
) -> Response:
    async with visitor.services.store.reading() as session:
        people = await accounts_of(session, task.department)
    chosen = form.one("to") if form else ""
    wrong = {error.field: error.message} if error else {}
    able = [
        each
        for each in people
        if each.id != task.assignee
        and permissions.may_work(each.actor, department=task.department, role=Role(task.role))
    ]
    fields = (
        FieldView(
            "to",
            "改派给",
            FieldControl.CHOICE,
            error=wrong.get("to", ""),
            options=(
                *([] if len(able) <= _RADIOS else [Option("", "请选择")]),
                *(
                    Option(
                        each.id, f"{each.name}（{words.ROLE[each.role]}）", chosen=each.id == chosen
                    )
                    for each in able
                ),
            ),
        ),
        FieldView(
            "reasons",
            "理由",
            FieldControl.LONG_TEXT,
            value=form.one("reasons") if form else "",
            hint="原来的经办人和接手的人都会看到，并记入办理记录",
            error=wrong.get("reasons", ""),
            max_length=_LONGEST,
        ),
    )
    return await _act_page(visitor, task, "改派", "assign", fields, error=error)


async def _act_page(
    visitor: Visit,
    task: WatchedTask,
    title: str,
    slug: str,
    fields: tuple[FieldView, ...],
    *,
    error: ErrorView | None,
) -> Response:
    seen, row = seen_by(visitor), task_row(seen_by(visitor), task)
    notes = (*reasons_to_wait(seen, task), *(unanswered(seen, each) for each in task.unanswered))
    view = TaskActPage(
        frame=await visitor.frame(
            title,
            nav=home(visitor.actor),
            crumbs=crumbs(visitor.actor),
            errors=(error,) if error else (),
        ),
        task=Link(f"{task.name} · {task.matter_name}", matter_url(task.bundle, task.matter)),
        applicant=task.firm_name,
        facts=(
            Pair("在谁手上", f"{row.organ}，{row.holder}"),
            Pair("时限", row.limit),
            Pair("提醒", told(seen, task) or "还没有提醒过"),
        ),
        notes=notes,
        submission=submission(
            f"{TASKS}/{task.id}/{slug}", task.version if slug == "assign" else None
        ),
        fields=fields,
        button=f"提交{title}",
    )
    return page(visitor.request, view, status=422 if error else 200)


def _filters(visitor: Visit, department: str, level: int) -> Filters:
    every = visitor.services.library.catalogue.departments
    whole = visitor.may(Act.READ_ALL)
    rungs = FieldView(
        "level",
        "提醒",
        FieldControl.CHOICE,
        required=False,
        options=tuple(Option(n, label, chosen=n == str(level)) for n, label in _LEVELS),
    )
    chips = [
        Link(each.name, f"{TASKS}?{urlencode(_query('', level))}")
        for each in every
        if each.code == department
    ]
    return Filters(TASKS, (*((organs(every, department),) if whole else ()), rungs), tuple(chips))


def _query(department: str, level: int) -> dict[str, str]:
    asked = {"department": department, "level": str(level) if level else ""}
    return {name: value for name, value in asked.items() if value}


def _place(after: str | None) -> reading.Place | None:
    key = key_of(after, 2)
    return (moment(key[0]), key[1]) if key else None
