"""The page of one task, put together: for reading it, and again after each act on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Path, Response

from activities.store.desk.notes import NoteView
from activities.store.desk.notes import notes as noted
from activities.store.desk.task_drafts import DraftKept, task_draft
from activities.store.reading import tasks as reading
from activities.store.reading.matters import matter as matter_of
from activities.store.reading.scope import EVERYTHING
from activities.store.reading.tasks import TaskView
from activities.store.reading.timeline import TimelineEntry, timeline
from api.console import formats
from api.console.fill import application, clocks, matters
from api.console.fill import task as sections
from api.console.fill.asking import ask_links
from api.console.fill.beside import looking, notes, review_part
from api.console.fill.outcomes import Entered, Ground
from api.console.fill.requests import proposal, requests
from api.console.fill.standing import Known
from api.console.fill.tasks import deadline, held_by, status_of, task_url
from api.console.fill.working import Hands, banners, links, moves, returned
from api.console.pages.case import Case, case_of
from api.console.pages.entered import asked_about, colleagues, fellows, known_of, typed_in
from api.console.pages.neighbours import Neighbours, inbox_url, neighbours
from api.console.pages.presence import others_looking
from api.console.request import Posted, Visit, page, stands_for, task_scope
from api.console.taking import prechecks
from api.console.views.desk import DecisionForm, TaskPage
from api.console.views.shared import Breadcrumb, ErrorView, Frame, Link, Notice
from definitions.errors import Code, Refused
from definitions.matter.tasks import OPEN

TaskId = Annotated[str, Path(max_length=120)]
NOT_MENDED = frozenset({Code.FORBIDDEN, Code.UNKNOWN_TASK, Code.UNKNOWN_BUNDLE})
"""Nothing that is typed into the form mends these."""
MEBI = 1024 * 1024
_MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class _Around:
    """What is read besides the task and its application."""

    said: Sequence[TimelineEntry]
    known: Known
    draft: DraftKept
    notes: Sequence[NoteView]
    asked: Sequence[TaskView]
    looking: Sequence[str]
    near: Neighbours


async def task_of(visitor: Visit, name: str) -> TaskView:
    """The task. Raises `unknown-task`."""
    async with visitor.services.store.reading() as session:
        found = await reading.task(
            session, name, task_scope(visitor.who), now=visitor.services.now()
        )
    if found is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办，或者它不归您的部门")
    return found


async def ground(visitor: Visit, name: str) -> tuple[Ground, Case]:
    """The task with its matter, which who works the task may read."""
    task = await task_of(visitor, name)
    case = await case_of(visitor, task.bundle)
    matter = matters.own_matter(case.bundle, task.matter)
    async with visitor.services.store.reading() as session:
        people = await colleagues(session, visitor.actor.department)
        others = await fellows(session, task)
        if matter is None and task.department == visitor.actor.department:
            matter = await matter_of(session, task.bundle, task.matter, EVERYTHING)
    return Ground(case.seen, case.bundle, task, matter, people, fellows=others), case


async def hands_of(visitor: Visit, at: Ground) -> Hands:
    """The task before this person and whomever they stand in for today."""
    async with visitor.services.store.reading() as session:
        absent = await stands_for(visitor, session)
    return Hands(at.seen, at.task, frozenset({visitor.actor.id, *absent}))


def key_of(task: str) -> str:
    """The matter a task's id names: {application}.{matter}.{step}."""
    return task.split(".")[1]


async def task_page(
    visitor: Visit,
    name: str,
    *,
    typed: Entered | None = None,
    note: tuple[str, str] = ("", ""),
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    """The task as it is now; `typed` and `note` are what was typed and not taken."""
    at, case = await ground(visitor, name)
    hands = await hands_of(visitor, at)
    around = await _around(visitor, at)
    told = banners(hands, _urged(around.said, name))
    errors = [ErrorView(field, text) for field, text in (typed.errors if typed else {}).items()]
    frame = await visitor.frame(
        at.task.matter_name,
        nav="/console/inbox",
        crumbs=(Breadcrumb("待办", inbox_url(visitor)),),
        errors=[*errors, *([ErrorView("body", note[1])] if note[1] else [])],
        notices=(*notices, *told),
        live=f"bundle:{at.task.bundle}",
    )
    filled = typed or _restored(around.draft, at)
    return page(visitor.request, _view(case, hands, at, around, frame, filled, note), status=status)


async def _around(visitor: Visit, at: Ground) -> _Around:
    """Everything that is read besides the task and its application."""
    task = at.task
    own = at.matter is None or matters.own_matter(at.bundle, task.matter) is not None
    scope = visitor.who.scope if own else EVERYTHING
    async with visitor.services.store.reading() as session:
        said = await timeline(session, task.bundle, scope, matter=task.matter, limit=200)
        return _Around(
            said=said,
            known=await known_of(session, at.matter, at.colleagues) if at.matter else Known(),
            draft=await task_draft(session, task.id, visitor.actor.id),
            notes=await noted(session, task.id, limit=_MOST_NOTES),
            asked=await asked_about(session, visitor, task.bundle, task.matter),
            looking=await others_looking(visitor, task.id),
            near=await neighbours(visitor, session, task),
        )


def _view(  # noqa: PLR0917 - everything a page rests on
    case: Case,
    hands: Hands,
    at: Ground,
    around: _Around,
    frame: Frame,
    typed: Entered | None,
    note: tuple[str, str],
) -> TaskPage:
    seen, bundle, task, matter = at.seen, at.bundle, at.task, at.matter
    shown = sections.papers(seen, bundle, task, matter)
    form = _form(case, hands, at, around, typed)
    own = matters.own_matter(bundle, task.matter)
    asks = ask_links(seen, bundle, own) if own and task.status in OPEN else ()
    places = {material.code: material.name for material in bundle.materials}
    return TaskPage(
        frame=frame,
        bundle=Link(task.bundle, case.url),
        matter=Link("事项详情", matters.matter_url(task.bundle, task.matter)),
        applicant=task.firm_name,
        step=task.name,
        status=status_of(task),
        deadline=deadline(seen, task),
        holder=held_by(seen, task),
        looking=looking(task.id, around.looking),
        moves=moves(hands, closed=bool(form.closed)),
        acts=links(hands, asks),
        previous_url=around.near.previous_url,
        next_url=around.near.next_url,
        changes=application.changes(seen, bundle),
        about=sections.about(at, around.said),
        facts=sections.facts(at),
        hints=prechecks.hints(bundle.application.findings),
        materials=shown,
        preview=sections.preview(shown),
        earlier=sections.earlier(at, around.said),
        clocks=clocks.clock_views(seen, bundle, (matter,)) if matter else (),
        standing=sections.beside(at, case.tasks, around.known),
        returned=returned(at),
        proposal=proposal(seen, task, places),
        requests=requests(seen, around.asked),
        notes=notes(task.id, around.notes, typed=note[0], error=note[1]),
        decision=form,
    )


def _form(
    case: Case, hands: Hands, at: Ground, around: _Around, typed: Entered | None
) -> DecisionForm:
    """The form that ends the task; what was typed into it is kept as one types."""
    made = sections.form(at, around.said, typed=typed, people=hands.people)
    saved = around.draft.changed_at
    url = task_url(at.task.id)
    people = tuple(each for each in at.fellows if each.id not in hands.people)
    chosen = typed.said("to") if typed else ""
    error = typed.error("to") if typed else ""
    return replace(
        made,
        largest=f"{case.visitor.services.largest_upload // MEBI} MB",
        review=review_part(at.task.id, people, chosen=chosen, error=error),
        autosave=f"{url}/draft",
        saved=f"已保存 {formats.moment(saved, at.seen.now)}" if saved else "",
    )


def _restored(draft: DraftKept, at: Ground) -> Entered | None:
    """What this person had typed, unchecked; None where nothing is kept that this form knows."""
    kept = draft.body.get("fields") if isinstance(draft.body, dict) else None
    if not isinstance(kept, list) or at.task.status not in OPEN:
        return None
    pairs = [pair for pair in kept if isinstance(pair, list) and len(pair) == 2]  # noqa: PLR2004
    fields = tuple((str(name), str(value)) for name, value in pairs)
    return replace(typed_in(Posted(path="", fields=fields), at), errors={})


def _urged(said: Sequence[TimelineEntry], task: str) -> str:
    """The words of the last urging."""
    found = (e for e in said if e.kind == "task_urged" and e.task == task)
    last = next(found, None)
    return "；".join(last.reasons) if last else ""
