"""What people do with tasks: one route a command, from claiming to completing."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Any

from fastapi import APIRouter, Response

from api import commands
from api.auth.identity import Assigner, Transferrer, Urger, Worker
from api.problems import ApiCode
from api.routes.answers import V1, Acted, Calling, acted, command_responses
from api.routes.bodies import Nothing
from api.routes.bodies_tasks import (
    Completion,
    HandOver,
    Proposal,
    Return,
    SendBack,
    Transfer,
    Urging,
    Wait,
)
from api.routes.tasks import TaskId
from definitions.errors import Code

router = APIRouter(prefix=f"{V1}/tasks/{{task}}", tags=["待办"])


def _refusals(*codes: Code | ApiCode) -> dict[int | str, dict[str, Any]]:
    every = (Code.UNKNOWN_TASK, Code.TASK_NOT_OPEN, Code.TASK_TAKEN, Code.RECUSED)
    return command_responses(*every, *codes)


_COMPLETING = (
    Code.OUTCOME_NOT_POSSIBLE,
    Code.REASONS_MISSING,
    Code.FOUR_EYES,
    Code.OFFICERS_MISSING,
)
# What follows from an outcome may be refused as well.
_FOLLOWING = (
    Code.MATERIAL_MISSING,
    Code.UNKNOWN_MATERIAL,
    Code.NOT_ASKABLE,
    Code.SECOND_NOTICE,
    Code.DEADLINE_PAST,
    Code.LIMIT_TOO_LONG,
    Code.SUSPENDED,
    Code.HEARING_DUE,
    Code.HEARING_NOT_OPEN,
    Code.FILES_MISSING,
    Code.REQUESTS_OPEN,
)


@router.post("/claim", summary="领取", response_model=Acted, responses=_refusals())
async def claim(call: Calling, who: Worker, task: TaskId, body: Nothing | None = None) -> Response:
    """领取后他人不能办理；已由他人领取的，拒绝并告知。"""
    return acted(await commands.claim_task(call.given, who.actor, task, call.sent(body)))


@router.post("/release", summary="放回待领", response_model=Acted, responses=_refusals())
async def release(
    call: Calling, who: Worker, task: TaskId, body: Nothing | None = None
) -> Response:
    """自己领取的才能放回。"""
    return acted(await commands.release_task(call.given, who.actor, task, call.sent(body)))


@router.post("/begin", summary="开始办理", response_model=Acted, responses=_refusals())
async def begin(call: Calling, who: Worker, task: TaskId, body: Nothing | None = None) -> Response:
    """还没有领取的，同时领取。"""
    return acted(await commands.begin_task(call.given, who.actor, task, call.sent(body)))


@router.post(
    "/wait",
    summary="等待",
    response_model=Acted,
    responses=_refusals(Code.TASK_NOT_HELD, Code.REASONS_MISSING, Code.DEADLINE_PAST),
)
async def wait(call: Calling, who: Worker, task: TaskId, body: Wait) -> Response:
    """写明等谁（`cause`）、等到哪一天。等待不停止任何时限。"""
    return acted(
        await commands.wait_task(
            call.given,
            who.actor,
            task,
            call.sent(body),
            cause=body.cause,
            until=body.until,
            reasons=body.reasons,
        )
    )


@router.post(
    "/resume", summary="继续办理", response_model=Acted, responses=_refusals(Code.TASK_NOT_HELD)
)
async def resume(call: Calling, who: Worker, task: TaskId, body: Nothing | None = None) -> Response:
    """等待的事项有了结果，或者不再等待。"""
    return acted(await commands.resume_task(call.given, who.actor, task, call.sent(body)))


@router.post("/hand-over", summary="转交", response_model=Acted, responses=_refusals())
async def hand_over(call: Calling, who: Assigner, task: TaskId, body: HandOver) -> Response:
    """自己的待办转交同事；负责分派的，可以把本部门的任何一项指派给任何一位同事。

    同事应当在本部门、岗位和授权能够办理这项待办，并且不须回避。
    """
    return acted(
        await commands.hand_over_task(
            call.given, who.actor, task, call.sent(body), to=body.to, reasons=body.reasons
        )
    )


@router.post(
    "/take-back",
    summary="收回转交或移送",
    response_model=Acted,
    responses=_refusals(Code.TASK_NOT_HELD),
)
async def take_back(
    call: Calling, who: Worker, task: TaskId, body: Nothing | None = None
) -> Response:
    """对方还没有开始办理的，可以收回。"""
    return acted(await commands.take_back_task(call.given, who.actor, task, call.sent(body)))


@router.post("/propose", summary="送复核", response_model=Acted, responses=_refusals(*_COMPLETING))
async def propose(call: Calling, who: Worker, task: TaskId, body: Proposal) -> Response:
    """写明拟办意见，送同事复核；不能办结的，也不能送复核。`to` 指定复核人，不填则任何同事。"""
    return acted(
        await commands.propose_completion(
            call.given,
            who.actor,
            task,
            call.sent(body),
            outcome=body.outcome,
            to=body.to,
            **body.said(),
        )
    )


@router.post(
    "/approve",
    summary="复核同意",
    response_model=Acted,
    responses=_refusals(*_COMPLETING, *_FOLLOWING),
)
async def approve(
    call: Calling, who: Worker, task: TaskId, body: Nothing | None = None
) -> Response:
    """照拟办意见办结。拟办人不能复核自己的意见。"""
    return acted(await commands.approve_proposal(call.given, who.actor, task, call.sent(body)))


@router.post(
    "/send-back",
    summary="复核退改",
    response_model=Acted,
    responses=_refusals(Code.REASONS_MISSING, Code.FOUR_EYES),
)
async def send_back(call: Calling, who: Worker, task: TaskId, body: SendBack) -> Response:
    """写明要改什么，退给拟办人。"""
    return acted(
        await commands.send_back_task(
            call.given, who.actor, task, call.sent(body), reasons=body.reasons
        )
    )


@router.post(
    "/transfer",
    summary="移送",
    response_model=Acted,
    responses=_refusals(
        Code.TASK_NOT_HELD, Code.NOT_RETURNABLE, Code.REASONS_MISSING, Code.UNKNOWN_DEPARTMENT
    ),
)
async def transfer(call: Calling, who: Transferrer, task: TaskId, body: Transfer) -> Response:
    """移送有管辖权的部门，须写明理由；时限照算，联办的其他事项不受影响。决定不能移送。"""
    return acted(
        await commands.transfer_task(
            call.given,
            who.actor,
            task,
            call.sent(body),
            department=body.department,
            reasons=body.reasons,
        )
    )


@router.post(
    "/return",
    summary="退回",
    response_model=Acted,
    responses=_refusals(Code.TASK_NOT_HELD, Code.NOT_RETURNABLE, Code.REASONS_MISSING),
)
async def give_back(call: Calling, who: Worker, task: TaskId, body: Return) -> Response:
    """逐项写明原因，退给移送、请求的部门，或者上一环节、综合窗口；时限照算。"""
    return acted(
        await commands.return_task(
            call.given,
            who.actor,
            task,
            call.sent(body),
            points=[point.given() for point in body.points],
        )
    )


@router.post(
    "/complete",
    summary="办结待办",
    response_model=Acted,
    responses=_refusals(*_COMPLETING, *_FOLLOWING),
)
async def complete(call: Calling, who: Worker, task: TaskId, body: Completion) -> Response:
    """可能的结果见待办的 `outcomes`。

    不予、退回须写明理由，不予决定还须写明依据；`ask_supplement` 须以 `points`
    逐项写明要补正的材料和问题，`not_competent` 须写明应当申请的机关 `organ`，
    `held` 须附听证笔录 `files`，`available` 须在提出的日期里选 `dates`。
    """
    return acted(
        await commands.complete_task(
            call.given,
            who.actor,
            task,
            call.sent(body),
            outcome=body.outcome,
            **body.said(),
        )
    )


@router.post(
    "/urge",
    summary="催办",
    response_model=Acted,
    responses=command_responses(Code.UNKNOWN_TASK, Code.TASK_NOT_OPEN, Code.REASONS_MISSING),
)
async def urge(call: Calling, who: Urger, task: TaskId, body: Urging) -> Response:
    """督办人员写明催办的内容，永久留痕。"""
    return acted(
        await commands.urge_task(call.given, who.actor, task, call.sent(body), reasons=body.reasons)
    )
