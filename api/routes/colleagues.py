"""Between organs and people: requests of the lead, complaints, recusal."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import commands
from api.auth.identity import Asker, Complainer, Recuser
from api.routes.answers import V1, Acted, Calling, acted, command_responses
from api.routes.bodies_tasks import Asking, Complaint, Recusal, Withdrawing
from api.routes.places import MatterKey, Number
from definitions.errors import Code

router = APIRouter(prefix=f"{V1}/bundles/{{number}}", tags=["协同"])

RequestId = Annotated[str, Path(max_length=60, examples=["REG-consultation-1"])]


@router.post(
    "/matters/{matter_key}/ask",
    summary="请求协同",
    response_model=Acted,
    responses=command_responses(
        Code.UNKNOWN_MATTER,
        Code.NOT_IN_HAND,
        Code.UNKNOWN_DEPARTMENT,
        Code.CAUSE_UNKNOWN,
        Code.REASONS_MISSING,
        Code.DEADLINE_PAST,
        Code.LIMIT_TOO_LONG,
        Code.OUTCOME_NOT_POSSIBLE,
        Code.RECUSED,
    ),
)
async def ask(
    call: Calling, who: Asker, number: Number, matter_key: MatterKey, body: Asking
) -> Response:
    """征求意见、行政协助、专家意见、踏勘约期：每个部门一项待办，各有答复期限，不停止办理时限。

    专家意见以 `to` 指定专家，踏勘约期以 `dates` 提出日期；答复以前不能作出决定，可以撤回请求。
    """
    return acted(
        await commands.ask_colleagues(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            what=body.what,
            departments=body.departments,
            question=body.question,
            days=body.days,
            tacit=body.tacit,
            to=body.to,
            dates=body.dates,
            files=body.files,
        )
    )


@router.post(
    "/requests/{request}/withdraw",
    summary="撤回协同请求",
    response_model=Acted,
    responses=command_responses(Code.UNKNOWN_REQUEST, Code.TASK_NOT_OPEN, Code.RECUSED),
)
async def withdraw(
    call: Calling, who: Asker, number: Number, request: RequestId, body: Withdrawing
) -> Response:
    """撤回还没有答复的；已经答复的照旧。"""
    return acted(
        await commands.withdraw_request(
            call.given, who.actor, number, request, call.sent(body), reasons=body.reasons
        )
    )


@router.post(
    "/matters/{matter_key}/complain",
    summary="登记“办不成事”反映",
    response_model=Acted,
    responses=command_responses(Code.UNKNOWN_MATTER, Code.REASONS_MISSING),
)
async def complain(
    call: Calling, who: Complainer, number: Number, matter_key: MatterKey, body: Complaint
) -> Response:
    """代申请人登记；综合窗口在规定的期限内查明原因并答复。"""
    return acted(
        await commands.complain(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            complaint=body.complaint,
        )
    )


@router.post(
    "/recuse",
    summary="回避",
    response_model=Acted,
    responses=command_responses(Code.REASONS_MISSING, Code.RECUSED),
)
async def recuse(call: Calling, who: Recuser, number: Number, body: Recusal) -> Response:
    """本人须回避的，写明理由；负责分派的，可以决定本部门同事回避。手上的待办放回待领。"""
    return acted(
        await commands.recuse_officer(
            call.given,
            who.actor,
            number,
            call.sent(body),
            officer=body.officer,
            reasons=body.reasons,
        )
    )
