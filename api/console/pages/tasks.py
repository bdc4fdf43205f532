"""One task: what was handed in, what is to be decided, and the acts that move it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Response

from activities.store.reading import tasks as reading
from activities.store.reading.matters import matter as matter_of
from activities.store.reading.scope import EVERYTHING
from activities.store.reading.tasks import TaskFilter, TaskQuery, TaskView
from activities.store.reading.timeline import TimelineEntry, timeline
from api import commands
from api.auth.identity import workable_roles
from api.commands import Answer
from api.console import words
from api.console.fill import application, clocks, matters
from api.console.fill import task as sections
from api.console.fill.outcomes import Entered, Ground
from api.console.fill.standing import Known
from api.console.fill.tasks import deadline, status_of, task_url
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
from api.console.pages.entered import (
    colleagues,
    known_of,
    refused_at,
    sent_with,
    taken,
    typed_in,
)
from api.console.request import (
    Posted,
    Posting,
    Visit,
    Visiting,
    moved,
    page,
    submission,
    task_scope,
)
from api.console.request import router as pages
from api.console.taking import prechecks
from api.console.views.desk import TaskPage
from api.console.views.shared import Breadcrumb, ErrorView, Frame, Link, Notice
from api.problems import Problem
from api.sent import Sent
from definitions.errors import Code, Refused
from definitions.matter.tasks import TaskKind, TaskStatus
from definitions.rules.numbers import bundle_of_task
from definitions.rules.permissions import Act

router = pages()

TaskId = Annotated[str, Path(max_length=120)]
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_LOOK = 20
_MEBI = 1024 * 1024
# Nothing that is typed into the form mends these.
_NOT_MENDED = frozenset({Code.FORBIDDEN, Code.UNKNOWN_TASK, Code.UNKNOWN_BUNDLE})


@router.get("/console/tasks/{task}")
async def one(visitor: Visiting, task: TaskId) -> Response:
    """What changed, what was handed in, what is to be decided."""
    return await _task_page(visitor, task)


@router.post("/console/tasks/{task}/claim")
async def claim(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Take it."""
    return await _moved(visitor, form, task, commands.claim_task, "已领取，由您办理")


@router.post("/console/tasks/{task}/release")
async def release(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Put it back."""
    return await _moved(visitor, form, task, commands.release_task, "已放回待领")


@router.post("/console/tasks/{task}/complete")
async def complete(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """End it, with everything that its outcome needs."""
    at, _ = await _ground(visitor, await _task(visitor, task))
    typed = typed_in(form, at)
    if at.task.kind is TaskKind.HEARING:
        kept, wrong = await taken(visitor, form, "minutes")
        missing = "" if kept else "请附经参加人签字的听证笔录"
        errors = {**typed.errors, **({"minutes": wrong or missing} if wrong or missing else {})}
        typed = replace(typed, kept=kept, errors=errors)
    if typed.errors:
        return await _task_page(visitor, task, typed=typed, status=422)
    try:
        answer = await commands.complete_task(
            visitor.services, visitor.actor, task, form.sent, **sent_with(typed, at)
        )
    except (Refused, Problem) as error:
        return await _not_taken(visitor, task, typed, error)
    how = words.outcome(at.task.kind, typed.outcome)
    return moved(task_url(task), tell(answer, f"已提交：{how}"))


async def _moved(
    visitor: Visit,
    form: Posted,
    task: str,
    act: Callable[..., Awaitable[Answer]],
    said: str,
) -> Response:
    sent: Sent = form.sent
    try:
        answer = await act(visitor.services, visitor.actor, task, sent)
    except Refused as refused:
        if refused.code not in CONFLICTS:
            raise
        notice = await changed(visitor, bundle_of_task(task), refused, _key_of(task))
        return await _task_page(visitor, task, notices=(notice,), status=409)
    return moved(task_url(task), tell(answer, said))


async def _not_taken(
    visitor: Visit, task: str, typed: Entered, error: Refused | Problem
) -> Response:
    """The task as it is now, with what was typed and why it was not taken."""
    if isinstance(error, Refused) and error.code in CONFLICTS:
        notice = await changed(visitor, bundle_of_task(task), error, _key_of(task))
        return await _task_page(visitor, task, typed=typed, notices=(notice,), status=409)
    mendable = isinstance(error, Refused) or error.code is Code.INVALID
    if not mendable or error.code in _NOT_MENDED:
        raise error
    text = error.message if isinstance(error, Refused) else error.detail
    wrong = replace(typed, errors={refused_at(error, "outcome"): text})
    return await _task_page(visitor, task, typed=wrong, status=422)


async def _task(visitor: Visit, name: str) -> TaskView:
    async with visitor.services.store.reading() as session:
        found = await reading.task(session, name, task_scope(visitor.who))
    if found is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办，或者它不归您的部门")
    return found


async def _task_page(
    visitor: Visit,
    name: str,
    *,
    typed: Entered | None = None,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    task = await _task(visitor, name)
    at, case = await _ground(visitor, task)
    own = at.matter is None or matters.own_matter(at.bundle, task.matter) is not None
    scope = visitor.who.scope if own else EVERYTHING
    async with visitor.services.store.reading() as session:
        said = await timeline(session, task.bundle, scope, matter=task.matter, limit=200)
        known = await known_of(session, at.matter, at.colleagues) if at.matter else Known()
    wrong = typed.errors if typed else {}
    frame = await visitor.frame(
        task.matter_name,
        nav="/console/inbox",
        crumbs=(Breadcrumb("待办", "/console/inbox"),),
        errors=[ErrorView(field, text) for field, text in wrong.items()],
        notices=notices,
        live=f"bundle:{task.bundle}",
    )
    view = _view(case, at, frame, said, known, typed=typed)
    following = await _next(visitor, task)
    return page(visitor.request, replace(view, next_url=following), status=status)


async def _ground(visitor: Visit, task: TaskView) -> tuple[Ground, Case]:
    """The task with its matter, which who works the task may read."""
    case = await case_of(visitor, task.bundle)
    matter = matters.own_matter(case.bundle, task.matter)
    async with visitor.services.store.reading() as session:
        people = await colleagues(session, visitor.actor.department)
        if matter is None and task.department == visitor.actor.department:
            matter = await matter_of(session, task.bundle, task.matter, EVERYTHING)
    return Ground(case.seen, case.bundle, task, matter, people), case


def _view(
    case: Case,
    at: Ground,
    frame: Frame,
    said: Sequence[TimelineEntry],
    known: Known,
    *,
    typed: Entered | None,
) -> TaskPage:
    seen, bundle, task, matter = at.seen, at.bundle, at.task, at.matter
    url = task_url(task.id)
    shown = sections.papers(seen, bundle, task, matter)
    mine = task.status is TaskStatus.CLAIMED and task.assignee == seen.actor.id
    free = task.status is TaskStatus.READY and seen.may_work(task)
    largest = case.visitor.services.largest_upload // _MEBI
    return TaskPage(
        frame=frame,
        bundle=Link(task.bundle, case.url),
        matter=Link("事项详情", matters.matter_url(task.bundle, task.matter)),
        applicant=task.firm_name,
        step=task.name,
        status=status_of(task),
        deadline=deadline(seen, task),
        holder=task.assignee_name or "",
        claim=submission(f"{url}/claim", task.version) if free else None,
        release=submission(f"{url}/release", task.version) if mine else None,
        previous_url="",
        next_url="",
        changes=application.changes(seen, bundle),
        about=sections.about(at, said),
        facts=sections.facts(at),
        hints=prechecks.hints(bundle.application.findings),
        materials=shown,
        preview=sections.preview(shown),
        earlier=sections.earlier(at, said),
        clocks=clocks.clock_views(seen, bundle, (matter,)) if matter else (),
        standing=sections.beside(at, case.tasks, known),
        decision=replace(sections.form(at, said, typed=typed), largest=f"{largest} MB"),
    )


async def _next(visitor: Visit, task: TaskView) -> str:
    """The next task of one's own or nobody's, in the inbox's order; a done one's is the first."""
    if not visitor.may(Act.WORK_TASK):
        return ""
    place = None if task.completed_at else (task.due_at or _FAR, task.id)
    asked = TaskQuery(status=TaskFilter.OPEN, roles=workable_roles(visitor.actor))
    async with visitor.services.store.reading() as session:
        found = await reading.tasks(
            session, task_scope(visitor.who), asked, after=place, limit=_LOOK
        )
    open_ = (each for each, _ in found if each.assignee in {None, visitor.actor.id})
    following = next(open_, None)
    return task_url(following.id) if following else ""


def _key_of(task: str) -> str:
    """The matter a task's id names: {application}.{matter}.{step}."""
    return task.split(".")[1]
