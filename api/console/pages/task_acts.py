"""The acts on a task that ask for something: each a page with a form, taken or shown again.

Whether an act is lawful the core decides; what it refuses comes back under the field it is about,
with everything that was typed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, cast

from fastapi import Path, Response

from api import commands
from api.commands import Answer, ReturnPointGiven
from api.console.fill.act_parts import Typed
from api.console.fill.matters import bundle_url
from api.console.fill.outcomes import Ground
from api.console.fill.tasks import task_url
from api.console.fill.work_forms import (
    MOST,
    POINT,
    FaultTyped,
    fault_errors,
    fault_fields,
    faults_of,
    form_of,
)
from api.console.fill.working import refusal
from api.console.pages.case import CONFLICTS, changed, tell
from api.console.pages.task_page import NOT_MENDED, TaskId, ground, hands_of, key_of
from api.console.pages.typed import day_of, typed_into
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.acts import ActPage
from api.console.views.shared import Breadcrumb, ErrorView, Link, Notice, Tone
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.matter.tasks import ReturnFault, WaitCause

router = pages()

Slug = Annotated[str, Path(max_length=20)]
_INBOX = "/console/inbox"
# After these the task is no longer before this person: the way goes on in the list.
_LEAVES = frozenset({"recuse", "transfer", "return", "hand-over"})


@dataclass(frozen=True, slots=True)
class _Opened:
    """An act on a task, before the person who does it."""

    visitor: Visit
    at: Ground
    slug: str

    @property
    def task(self) -> str:
        """The task's id."""
        return self.at.task.id


@router.get("/console/tasks/{task}/acts/{act}")
async def opening(visitor: Visiting, task: TaskId, act: Slug) -> Response:
    """What the act does, and its form."""
    return await _shown(await _open(visitor, task, act), Typed())


@router.post("/console/tasks/{task}/acts/{act}")
async def acting(visitor: Visiting, form: Posting, task: TaskId, act: Slug) -> Response:
    """Take the act, or show the form again with what is wrong."""
    opened = await _open(visitor, task, act, posted=True)
    blank = form_of(act, opened.at, Typed())
    typed = await typed_into(visitor, form, blank)
    faults = faults_of(form.below(POINT)) if act == "return" else ()
    if form.has("more"):
        return await _shown(opened, replace(typed, errors={}), (*faults, FaultTyped())[:MOST])
    if act == "return":
        typed = replace(typed, errors={**typed.errors, **fault_errors(faults)})
    if typed.errors:
        return await _shown(opened, typed, faults, status=422)
    try:
        answer = await _DO[act](opened, form, typed, faults)
    except Refused as refused:
        return await _refused(opened, typed, faults, refused)
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        pointer = problem.errors[0].pointer if problem.errors else ""
        invalid = Refused(Code.INVALID, problem.detail, field=pointer)
        return await _refused(opened, typed, faults, invalid)
    return moved(_INBOX if act in _LEAVES else task_url(task), tell(answer, blank.done))


async def _open(visitor: Visit, task: str, act: str, *, posted: bool = False) -> _Opened:
    """The act on this task. Raises `Refused` for what is not open to this person now.

    A form that comes late is answered as a form: with what has changed since.
    """
    at, _ = await ground(visitor, task)
    why_not = refusal(await hands_of(visitor, at), act) if act in _DO else "没有这种办法"
    if why_not and not (posted and act in _DO):
        raise Refused(Code.FORBIDDEN, why_not)
    return _Opened(visitor, at, act)


async def _refused(
    opened: _Opened, typed: Typed, faults: Sequence[FaultTyped], refused: Refused
) -> Response:
    """The form again: under the field that is to blame, or above it all."""
    if refused.code in NOT_MENDED:
        raise refused
    if refused.code in CONFLICTS:
        number = opened.at.bundle.number
        notice = await changed(opened.visitor, number, refused, key_of(opened.task))
        return await _shown(opened, typed, faults, notices=(notice,), status=409)
    field = (refused.field or "").strip("/").partition("/")[0]
    if field in {each.name for each in form_of(opened.slug, opened.at, Typed()).fields}:
        wrong = replace(typed, errors={field: refused.message})
        return await _shown(opened, wrong, faults, status=422)
    notice = Notice(Tone.BAD, f"没有办成：{refused.message}。您填的还在。")
    return await _shown(opened, typed, faults, notices=(notice,), status=422)


async def _shown(
    opened: _Opened,
    typed: Typed,
    faults: Sequence[FaultTyped] = (),
    *,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    visitor, at = opened.visitor, opened.at
    made, url = form_of(opened.slug, at, typed), task_url(opened.task)
    name = f"{at.task.matter_name} · {at.task.name}"
    frame = await visitor.frame(
        made.title,
        nav=_INBOX,
        crumbs=(Breadcrumb("待办", _INBOX), Breadcrumb(name, url)),
        errors=[ErrorView(field, said) for field, said in typed.errors.items()],
        notices=notices,
    )
    view = ActPage(
        frame=frame,
        bundle=Link(at.task.bundle, bundle_url(at.task.bundle)),
        matter=Link(name, url),
        applicant=at.task.firm_name,
        effects=made.effects,
        basis=(),
        submission=submission(f"{url}/acts/{opened.slug}", at.task.version),
        fields=made.fields,
        upload=None,
        button=made.button,
        danger=made.danger,
        accept="",
        largest="",
        points=fault_fields(at, faults, typed.errors) if opened.slug == "return" else (),
    )
    return page(visitor.request, view, status=status)


# One call an act: what was typed, as the core's commands want it.
Do = Callable[[_Opened, Posted, Typed, Sequence[FaultTyped]], Awaitable[Answer]]


async def _sent(
    call: Callable[..., Awaitable[Answer]], opened: _Opened, form: Posted, **more: object
) -> Answer:
    visitor = opened.visitor
    return await call(visitor.services, visitor.actor, opened.task, form.sent, **more)


async def _wait(opened: _Opened, form: Posted, typed: Typed, _: object) -> Answer:
    return await _sent(
        commands.wait_task,
        opened,
        form,
        cause=cast("WaitCause", typed.said("cause")),
        until=day_of(typed.said("until")),
        reasons=[typed.said("reasons")],
    )


async def _hand_over(opened: _Opened, form: Posted, typed: Typed, _: object) -> Answer:
    to, reasons = typed.said("to"), [typed.said("reasons")]
    return await _sent(commands.hand_over_task, opened, form, to=to, reasons=reasons)


async def _transfer(opened: _Opened, form: Posted, typed: Typed, _: object) -> Answer:
    to, reasons = typed.said("department"), [typed.said("reasons")]
    return await _sent(commands.transfer_task, opened, form, department=to, reasons=reasons)


async def _return(opened: _Opened, form: Posted, _: Typed, faults: Sequence[FaultTyped]) -> Answer:
    points = [
        ReturnPointGiven(
            fault=cast("ReturnFault", each.fault),
            says=each.says,
            material=each.material,
            field=each.field,
        )
        for each in faults
        if not each.is_empty
    ]
    return await _sent(commands.return_task, opened, form, points=points)


async def _send_back(opened: _Opened, form: Posted, typed: Typed, _: object) -> Answer:
    reasons = [typed.said("reasons")]
    return await _sent(commands.send_back_task, opened, form, reasons=reasons)


async def _urge(opened: _Opened, form: Posted, typed: Typed, _: object) -> Answer:
    return await _sent(commands.urge_task, opened, form, reasons=[typed.said("reasons")])


async def _recuse(opened: _Opened, form: Posted, typed: Typed, _: object) -> Answer:
    visitor = opened.visitor
    # It is the application that is kept away from: the task's version has no say.
    sent = form.sent.model_copy(update={"expected": None})
    return await commands.recuse_officer(
        visitor.services,
        visitor.actor,
        opened.at.bundle.number,
        sent,
        reasons=[typed.said("reasons")],
    )


_DO: Mapping[str, Do] = {
    "wait": _wait,
    "hand-over": _hand_over,
    "transfer": _transfer,
    "return": _return,
    "send-back": _send_back,
    "urge": _urge,
    "recuse": _recuse,
}
