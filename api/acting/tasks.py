"""Tasks: taking, putting back, going on, handing over; a second look, going back, completing."""

from collections.abc import Sequence
from datetime import date
from typing import Unpack

import structlog
from sqlalchemy.exc import SQLAlchemyError

from activities.store.desk.task_drafts import forget_task_drafts
from activities.store.desk.texts import digest_of
from activities.store.reading.bounds import needs_of_task
from api.acting.base import Answer, act, number_of_task, reasons_of
from api.acting.choosing import able, check_departments, repeated
from api.acting.completing import Said, completion_of
from api.problems import Fault, Problem
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import (
    ApproveProposal,
    BeginTask,
    ClaimTask,
    CompleteTask,
    HandOverTask,
    ProposeCompletion,
    ReleaseTask,
    ResumeTask,
    ReturnTask,
    SendBackTask,
    TakeBackTask,
    TransferTask,
    UrgeTask,
    WaitTask,
)
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.matter.tasks import Outcome, ReturnFault, ReturnPoint, WaitCause
from definitions.matter.values import Reason
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act as Permission

log = structlog.get_logger(__name__)


class ReturnPointGiven(Value):
    """One reason of a return as it was written: what kind of fault, in which paper or field."""

    fault: ReturnFault
    says: str
    material: str | None = None
    field: str | None = None


async def claim_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Take a task."""
    return await act(services, actor, number_of_task(task), ClaimTask(task=task), sent)


async def release_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Put a task back."""
    return await act(services, actor, number_of_task(task), ReleaseTask(task=task), sent)


async def begin_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Begin to work on a task; a ready one is taken by it."""
    return await act(services, actor, number_of_task(task), BeginTask(task=task), sent)


async def wait_task(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    cause: WaitCause,
    until: date | None = None,
    reasons: Sequence[str] = (),
) -> Answer:
    """Say what a task waits for, and until when as far as one knows. No limit stops for it."""
    number = number_of_task(task)
    said = await reasons_of(services, reasons)
    if cause == "other" and not said:
        raise Refused(Code.REASONS_MISSING, "请写明在等什么", field="/reasons")
    if until is not None and until < local_day(services.now()):
        raise Refused(Code.DEADLINE_PAST, "等到的日期应当是今天或者以后", field="/until")
    command = WaitTask(task=task, cause=cause, until=until, reasons=said)
    return await act(services, actor, number, command, sent)


async def resume_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Go on with a task that waited."""
    return await act(services, actor, number_of_task(task), ResumeTask(task=task), sent)


async def hand_over_task(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    to: str,
    reasons: Sequence[str] = (),
) -> Answer:
    """转交 to a colleague of the task's department, named by account id or login."""
    number = number_of_task(task)
    command = HandOverTask(
        task=task,
        to=await _colleague(services, actor, task, sent, to),
        reasons=await reasons_of(services, reasons),
    )
    return await act(services, actor, number, command, sent)


async def take_back_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Withdraw a hand-over or a transfer that nobody has begun on."""
    return await act(services, actor, number_of_task(task), TakeBackTask(task=task), sent)


async def propose_completion(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    outcome: Outcome,
    to: str | None = None,
    **said: Unpack[Said],
) -> Answer:
    """送复核: put how one would complete the task to a colleague; `to` names whom."""
    number = number_of_task(task)
    command = ProposeCompletion(
        task=task,
        completion=await completion_of(services, actor, task, outcome, **said),
        to=await _colleague(services, actor, task, sent, to) if to is not None else None,
    )
    return await act(services, actor, number, command, sent)


async def approve_proposal(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """复核同意: the task is completed as it was proposed."""
    answer = await act(services, actor, number_of_task(task), ApproveProposal(task=task), sent)
    return await _done(services, task, answer)


async def send_back_task(
    services: Services, actor: Actor, task: str, sent: Sent, *, reasons: Sequence[str]
) -> Answer:
    """复核退改: the author changes the proposal."""
    number = number_of_task(task)
    command = SendBackTask(task=task, reasons=await reasons_of(services, reasons))
    return await act(services, actor, number, command, sent)


async def transfer_task(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    department: str,
    reasons: Sequence[str],
) -> Answer:
    """移送 to the competent department of the catalogue."""
    permissions.require(actor, Permission.TRANSFER)
    number = number_of_task(task)
    check_departments(services, {"/department": department})
    said = await reasons_of(services, reasons)
    command = TransferTask(task=task, department=department, reasons=said)
    return await act(services, actor, number, command, sent)


async def return_task(
    services: Services, actor: Actor, task: str, sent: Sent, *, points: Sequence[ReturnPointGiven]
) -> Answer:
    """退回 with structured reasons: to who sent or asked it, to the step before, to the window."""
    number = number_of_task(task)
    command = ReturnTask(task=task, points=await _points(services, points))
    return await _done(services, task, await act(services, actor, number, command, sent))


async def complete_task(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    outcome: Outcome,
    **said: Unpack[Said],
) -> Answer:
    """Complete a task, with the texts of its reasons and the law it rests on."""
    number = number_of_task(task)
    completion = await completion_of(services, actor, task, outcome, **said)
    command = CompleteTask(task=task, **dict(completion))
    return await _done(services, task, await act(services, actor, number, command, sent))


async def urge_task(
    services: Services, actor: Actor, task: str, sent: Sent, *, reasons: Sequence[str]
) -> Answer:
    """催办."""
    permissions.require(actor, Permission.URGE)
    number = number_of_task(task)
    command = UrgeTask(task=task, reasons=await reasons_of(services, reasons))
    return await act(services, actor, number, command, sent)


async def _colleague(services: Services, actor: Actor, task: str, sent: Sent, given: str) -> str:
    """The account of who is to have the task. Raises `unknown-task` for tasks of others."""
    async with services.store.reading() as session:
        if await repeated(session, actor, number_of_task(task), sent):
            return given
        needs = await needs_of_task(session, task)
        if needs is None or actor.department not in {None, needs.department}:
            raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
        return await able(session, needs, given)


async def _points(
    services: Services, points: Sequence[ReturnPointGiven]
) -> tuple[ReturnPoint, ...]:
    empty = [
        Fault(pointer=f"/points/{index}/says", rule="required", message="请写明退回的原因")
        for index, point in enumerate(points)
        if not point.says.strip()
    ]
    if empty:
        raise Problem(Code.INVALID, empty[0].message, errors=empty)
    await reasons_of(services, [point.says for point in points])
    return tuple(
        ReturnPoint(
            fault=point.fault,
            material=point.material or None,
            field=point.field or None,
            says=Reason(text=digest_of(point.says.strip())),
        )
        for point in points
    )


async def _done(services: Services, task: str, answer: Answer) -> Answer:
    """The task is over: what people had typed for it is not kept.

    The act stands, whether or not this can be done now: drafts of tasks that are over are not read.
    """
    try:
        async with services.store.begin() as session:
            await forget_task_drafts(session, task)
    except (SQLAlchemyError, OSError):
        log.warning("drafts_not_forgotten", task=task)
    return answer
