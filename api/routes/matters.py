"""Every command on one matter: special procedures, more time, hearings, and how it may end."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Any

from fastapi import APIRouter, Response

from api import commands
from api.auth.identity import (
    Extender,
    Filer,
    Hearer,
    HearingAsker,
    Objector,
    Prolonger,
    Returner,
    Revoker,
    SecondNoticer,
    Suspender,
    Terminator,
)
from api.problems import ApiCode
from api.routes.answers import V1, Acted, Calling, acted, command_responses
from api.routes.bodies import (
    ExtensionProposal,
    Grounds,
    HearingAnswer,
    HearingDay,
    Nothing,
    Objection,
    ProcedureEnd,
    ProcedureStart,
    Prolonging,
    Revocation,
    SecondNotice,
    Termination,
)
from api.routes.places import MatterKey, Number
from definitions.errors import Code

router = APIRouter(prefix=f"{V1}/bundles/{{number}}/matters/{{matter_key}}", tags=["事项"])


def _refusals(*codes: Code | ApiCode) -> dict[int | str, dict[str, Any]]:
    return command_responses(Code.UNKNOWN_MATTER, *codes)


@router.post(
    "/file", summary="在申请期内申请", response_model=Acted, responses=_refusals(Code.NOT_FILING)
)
async def file(
    call: Calling, who: Filer, number: Number, matter_key: MatterKey, body: Nothing | None = None
) -> Response:
    """例如公示期满后 20 日内申请注销登记。"""
    ours = call.sent(body)
    return acted(await commands.file_application(call.given, who.actor, number, matter_key, ours))


@router.post(
    "/object", summary="公示异议", response_model=Acted, responses=_refusals(Code.NOT_IN_PUBLICITY)
)
async def object_to(
    call: Calling, who: Objector, number: Number, matter_key: MatterKey, body: Objection
) -> Response:
    """登记公示期内他人提出的异议，由公示机关审查。"""
    return acted(
        await commands.raise_objection(
            call.given, who.actor, number, matter_key, call.sent(body), objection=body.objection
        )
    )


@router.post(
    "/second-notice",
    summary="准许再次告知补正",
    response_model=Acted,
    responses=_refusals(Code.SECOND_NOTICE, Code.REASONS_MISSING),
)
async def second_notice(
    call: Calling, who: SecondNoticer, number: Number, matter_key: MatterKey, body: SecondNotice
) -> Response:
    """一次性告知的例外：督办人员写明理由，准许补正告知写入第一次没有写明的内容，永久留痕。"""
    return acted(
        await commands.allow_second_notice(
            call.given, who.actor, number, matter_key, call.sent(body), reason=body.reason
        )
    )


@router.post(
    "/procedures",
    summary="开始特别程序",
    response_model=Acted,
    responses=_refusals(
        Code.NOT_IN_HAND,
        Code.SUSPENDED,
        Code.CAUSE_UNKNOWN,
        Code.REASONS_MISSING,
        Code.DEADLINE_PAST,
        Code.LIMIT_TOO_LONG,
    ),
)
async def start_procedure(
    call: Calling, who: Suspender, number: Number, matter_key: MatterKey, body: ProcedureStart
) -> Response:
    """只有法定的几种情形（`cause`）不计入期限；须写明所需工作日和理由。现场踏勘不在其中。"""
    return acted(
        await commands.start_procedure(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            cause=body.cause,
            days=body.days,
            reasons=body.reasons,
        )
    )


@router.post(
    "/procedures/end",
    summary="结束特别程序",
    response_model=Acted,
    responses=_refusals(Code.NOT_SUSPENDED, Code.HEARING_DUE),
)
async def end_procedure(
    call: Calling, who: Suspender, number: Number, matter_key: MatterKey, body: ProcedureEnd
) -> Response:
    """次日起继续计算期限；可附检验、检测、鉴定、评审的结果。听证以听证笔录结束。"""
    return acted(
        await commands.end_procedure(
            call.given, who.actor, number, matter_key, call.sent(body), files=body.files
        )
    )


@router.post(
    "/extension",
    summary="提请延长办理期限",
    response_model=Acted,
    responses=_refusals(
        Code.NOT_IN_HAND,
        Code.NOT_EXTENDABLE,
        Code.ALREADY_EXTENDED,
        Code.REASONS_MISSING,
        Code.DEADLINE_PAST,
        Code.LIMIT_TOO_LONG,
    ),
)
async def propose_extension(
    call: Calling, who: Extender, number: Number, matter_key: MatterKey, body: ExtensionProposal
) -> Response:
    """只能一次；由依法有权的负责人另行批准（生成一项待办），提请人不能自己批准。"""
    return acted(
        await commands.propose_extension(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            days=body.days,
            reasons=body.reasons,
        )
    )


@router.post(
    "/supplement/prolong",
    summary="补正、补交期限展期",
    response_model=Acted,
    responses=_refusals(
        Code.NOT_EXTENDABLE,
        Code.ALREADY_EXTENDED,
        Code.SUPPLEMENT_LATE,
        Code.REASONS_MISSING,
        Code.DEADLINE_PAST,
        Code.LIMIT_TOO_LONG,
    ),
)
async def prolong_supplement(
    call: Calling, who: Prolonger, number: Number, matter_key: MatterKey, body: Prolonging
) -> Response:
    """申请人的期限：一般只能展期一次，不可抗力另计；不得晚于办结期限。"""
    return acted(
        await commands.prolong_supplement(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            clock=body.clock,
            days=body.days,
            reasons=body.reasons,
            force_majeure=body.force_majeure,
        )
    )


@router.post(
    "/hearing/tell",
    summary="告知听证权利",
    response_model=Acted,
    responses=_refusals(Code.NOT_IN_HAND, Code.HEARING_NOT_OPEN, Code.REASONS_MISSING),
)
async def tell_hearing_right(
    call: Calling, who: Hearer, number: Number, matter_key: MatterKey, body: Grounds
) -> Response:
    """写明拟作决定的事实和理由；申请人五日内可以申请听证。"""
    return acted(
        await commands.tell_hearing_right(
            call.given, who.actor, number, matter_key, call.sent(body), reasons=body.reasons
        )
    )


@router.post(
    "/hearing/answer",
    summary="申请或者放弃听证",
    response_model=Acted,
    responses=_refusals(Code.HEARING_NOT_OPEN),
)
async def answer_hearing(
    call: Calling, who: HearingAsker, number: Number, matter_key: MatterKey, body: HearingAnswer
) -> Response:
    """窗口登记申请人在期限内的答复。"""
    return acted(
        await commands.answer_hearing(
            call.given, who.actor, number, matter_key, call.sent(body), wanted=body.wanted
        )
    )


@router.post(
    "/hearing/schedule",
    summary="确定听证时间、地点和主持人",
    response_model=Acted,
    responses=_refusals(
        Code.NOT_IN_HAND,
        Code.HEARING_NOT_OPEN,
        Code.FOUR_EYES,
        Code.DEADLINE_PAST,
        Code.LIMIT_TOO_SHORT,
        Code.LIMIT_TOO_LONG,
    ),
)
async def schedule_hearing(
    call: Calling, who: Hearer, number: Number, matter_key: MatterKey, body: HearingDay
) -> Response:
    """至少提前七个工作日通知；主持人不能是审查本申请的人。没有人申请的，机关可以依职权举行。"""
    return acted(
        await commands.schedule_hearing(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            on=body.on,
            place=body.place,
            chair=body.chair,
        )
    )


@router.post(
    "/return",
    summary="退件",
    response_model=Acted,
    responses=_refusals(Code.NOT_RETURNABLE, Code.REASONS_MISSING),
)
async def return_matter(
    call: Calling, who: Returner, number: Number, matter_key: MatterKey, body: Grounds
) -> Response:
    """尚未受理的登记申请，材料不齐或者不合法定形式的，退还材料并一次写明全部问题。"""
    return acted(
        await commands.return_matter(
            call.given, who.actor, number, matter_key, call.sent(body), reasons=body.reasons
        )
    )


@router.post(
    "/terminate",
    summary="终止办理",
    response_model=Acted,
    responses=_refusals(Code.NOT_IN_HAND, Code.CAUSE_UNKNOWN, Code.REASONS_MISSING),
)
async def terminate_matter(
    call: Calling, who: Terminator, number: Number, matter_key: MatterKey, body: Termination
) -> Response:
    """受理之后、决定之前，因列明的情形（`cause`）不能再办的。"""
    return acted(
        await commands.terminate_matter(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            cause=body.cause,
            reasons=body.reasons,
        )
    )


@router.post(
    "/revoke",
    summary="撤销准予决定",
    response_model=Acted,
    responses=_refusals(Code.NOT_REVOCABLE, Code.REASONS_MISSING),
)
async def revoke_decision(
    call: Calling, who: Revoker, number: Number, matter_key: MatterKey, body: Revocation
) -> Response:
    """已经办结的也可以撤销；须写明理由和法律依据。以它为前提的其他决定，由各自机关审查。"""
    return acted(
        await commands.revoke_decision(
            call.given,
            who.actor,
            number,
            matter_key,
            call.sent(body),
            reasons=body.reasons,
            bases=body.bases,
        )
    )
