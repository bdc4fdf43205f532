"""What moves a task on by one button: taken, put back, begun, gone on with, agreed to."""

from collections.abc import Awaitable, Callable

from fastapi import Response

from api import commands
from api.commands import Answer
from api.console.fill.tasks import task_url
from api.console.pages.case import CONFLICTS, changed, tell
from api.console.pages.task_page import NOT_MENDED, TaskId, key_of, task_page
from api.console.request import Posted, Posting, Visit, Visiting, moved
from api.console.request import router as pages
from api.console.views.shared import Notice, Tone
from definitions.errors import Refused
from definitions.rules.numbers import bundle_of_task

router = pages()


@router.post("/console/tasks/{task}/claim")
async def claim(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Take it."""
    return await _pressed(visitor, form, task, commands.claim_task, "已领取，由您办理")


@router.post("/console/tasks/{task}/release")
async def release(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Put it back."""
    return await _pressed(visitor, form, task, commands.release_task, "已放回待领")


@router.post("/console/tasks/{task}/begin")
async def begin(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Begin to work on it."""
    return await _pressed(visitor, form, task, commands.begin_task, "已开始办理")


@router.post("/console/tasks/{task}/resume")
async def resume(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Go on with what had waited."""
    return await _pressed(visitor, form, task, commands.resume_task, "已继续办理")


@router.post("/console/tasks/{task}/take-back")
async def take_back(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """Withdraw a hand-over or a transfer that nobody has begun on."""
    return await _pressed(visitor, form, task, commands.take_back_task, "已收回")


@router.post("/console/tasks/{task}/approve")
async def approve(visitor: Visiting, form: Posting, task: TaskId) -> Response:
    """复核同意: it is completed as it was proposed."""
    said = "已复核同意，按拟办意见办结"
    return await _pressed(visitor, form, task, commands.approve_proposal, said)


async def _pressed(
    visitor: Visit, form: Posted, task: str, act: Callable[..., Awaitable[Answer]], said: str
) -> Response:
    """The task as it is after the act; or as it is now, with why it was not taken."""
    try:
        answer = await act(visitor.services, visitor.actor, task, form.sent)
    except Refused as refused:
        if refused.code in NOT_MENDED:
            raise
        if refused.code in CONFLICTS:
            notice = await changed(visitor, bundle_of_task(task), refused, key_of(task))
            return await task_page(visitor, task, notices=(notice,), status=409)
        notice = Notice(Tone.BAD, f"没有办成：{refused.message}。")
        return await task_page(visitor, task, notices=(notice,), status=422)
    return moved(task_url(task), tell(answer, said))
