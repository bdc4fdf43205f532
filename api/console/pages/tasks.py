"""One task: what was handed in, what is to be decided, and the acts that move it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Response

from activities.store.reading import tasks as reading
from activities.store.reading.tasks import TaskFilter, TaskQuery, TaskView
from activities.store.reading.timeline import TimelineEntry, timeline
from api import commands
from api.auth.identity import workable_roles
from api.commands import Answer
from api.console import words
from api.console.fill import application, clocks, matters
from api.console.fill import task as sections
from api.console.fill.tasks import LONGEST, Entered, bases_of, deadline, status_of, task_url
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
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
from api.console.views.desk import TaskPage
from api.console.views.shared import Breadcrumb, ErrorView, Frame, Link, Notice
from api.problems import Problem
from api.sent import Sent
from definitions.bundle.tasks import NEED_REASONS, OUTCOMES
from definitions.errors import Code, Refused
from definitions.language.base import Basis
from definitions.matter.state import Outcome, TaskStatus
from definitions.rules.numbers import bundle_of_task
from definitions.rules.permissions import Act

router = pages()

TaskId = Annotated[str, Path(max_length=120)]
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_LOOK = 20
_WRONG = {"/outcome": "outcome", "/reasons": "reasons", "/bases": "bases"}


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
    """End it, with the reasons and bases its outcome needs."""
    found = await _task(visitor, task)
    case = await case_of(visitor, found.bundle)
    bases = bases_of(matters.own_matter(case.bundle, found.matter))
    typed = _typed(form, found, len(bases))
    if typed.errors:
        return await _task_page(visitor, task, typed=typed, status=422)
    outcome = Outcome(typed.outcome)
    try:
        answer = await commands.complete_task(
            visitor.services,
            visitor.actor,
            task,
            form.sent,
            outcome=outcome,
            reasons=_reasons(typed, outcome),
            bases=_cited(typed, outcome, bases),
        )
    except (Refused, Problem) as error:
        return await _not_taken(visitor, task, typed, error)
    return moved(task_url(task), tell(answer, f"已提交：{words.OUTCOME[outcome]}"))


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
        notice = await changed(visitor, bundle_of_task(task), refused, _matter_of(task))
        return await _task_page(visitor, task, notices=(notice,), status=409)
    return moved(task_url(task), tell(answer, said))


async def _not_taken(
    visitor: Visit, task: str, typed: Entered, error: Refused | Problem
) -> Response:
    """The task as it is now, with what was typed and why it was not taken."""
    if isinstance(error, Refused) and error.code in CONFLICTS:
        notice = await changed(visitor, bundle_of_task(task), error, _matter_of(task))
        return await _task_page(visitor, task, typed=typed, notices=(notice,), status=409)
    said = {
        Code.REASONS_MISSING: "reasons",
        Code.OUTCOME_NOT_POSSIBLE: "outcome",
        Code.FOUR_EYES: "outcome",
        Code.INVALID: "bases",
    }
    if error.code not in said:
        raise error
    text = error.message if isinstance(error, Refused) else error.detail
    field = _WRONG.get(getattr(error, "field", None) or "", said[Code(error.code)])
    wrong = Entered(typed.outcome, typed.opinion, typed.reasons, typed.bases, {field: text})
    return await _task_page(visitor, task, typed=wrong, status=422)


def _typed(form: Posted, task: TaskView, many: int) -> Entered:
    """What was typed, and every fault of it at once."""
    outcome, opinion = form.one("outcome"), form.one("opinion").strip()
    reasons = form.one("reasons").strip()
    known = {str(index) for index in range(many)}
    bases = tuple(each for each in form.all("bases") if each in known)
    errors: dict[str, str] = {}
    if outcome not in set(OUTCOMES[task.kind]):
        errors["outcome"] = "请选择一种结果"
    if outcome in NEED_REASONS and not reasons:
        errors["reasons"] = f"{words.OUTCOME[outcome]}的，请写明理由"
    if outcome == Outcome.REFUSE and not bases:
        errors["bases"] = "不予的，请勾选法律依据"
    for name, said in (("opinion", opinion), ("reasons", reasons)):
        if len(said) > LONGEST:
            errors[name] = f"这里不得超过 {LONGEST} 个字，现有 {len(said)} 个"
    return Entered(outcome, opinion, reasons, bases, errors)


def _reasons(typed: Entered, outcome: Outcome) -> tuple[str, ...]:
    """The reasons first: what was typed for another outcome is not sent."""
    return (typed.reasons, typed.opinion) if outcome in NEED_REASONS else (typed.opinion,)


def _cited(typed: Entered, outcome: Outcome, bases: Sequence[Basis]) -> tuple[Basis, ...]:
    if outcome is not Outcome.REFUSE:
        return ()
    return tuple(basis for index, basis in enumerate(bases) if str(index) in typed.bases)


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
    case = await case_of(visitor, task.bundle)
    async with visitor.services.store.reading() as session:
        said = await timeline(
            session, task.bundle, visitor.who.scope, matter=task.matter, limit=200
        )
    wrong = typed.errors if typed else {}
    frame = await visitor.frame(
        task.matter_name,
        nav="/console/inbox",
        crumbs=(Breadcrumb("待办", "/console/inbox"),),
        errors=[ErrorView(field, text) for field, text in wrong.items()],
        notices=notices,
        live=f"bundle:{task.bundle}",
    )
    following = await _next(visitor, task)
    view = _view(case, task, frame, said, typed=typed, next_url=following)
    return page(visitor.request, view, status=status)


def _view(
    case: Case,
    task: TaskView,
    frame: Frame,
    said: Sequence[TimelineEntry],
    *,
    typed: Entered | None,
    next_url: str,
) -> TaskPage:
    seen, bundle = case.seen, case.bundle
    matter = matters.own_matter(bundle, task.matter)
    url = task_url(task.id)
    shown = sections.papers(seen, bundle, task, matter)
    mine = task.status is TaskStatus.CLAIMED and task.assignee == seen.actor.id
    free = task.status is TaskStatus.READY and seen.may_work(task)
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
        next_url=next_url,
        changes=application.changes(seen, bundle),
        facts=sections.facts(seen, bundle, task, matter, said),
        hints=(),
        materials=shown,
        preview=sections.preview(shown),
        earlier=sections.earlier(seen, task, said),
        clocks=clocks.clock_views(seen, bundle, (matter,)) if matter else (),
        decision=sections.form(seen, bundle, task, matter, said, typed=typed),
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


def _matter_of(task: str) -> str:
    """The matter a task's id names: {application}.{matter}.{step}."""
    return task.split(".")[1]
