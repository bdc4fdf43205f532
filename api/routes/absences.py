"""Absences and who stands in."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from activities.store.desk.absences import AbsenceView
from api.acting import absences
from api.auth.identity import Worker
from api.paging import After, Limit, Page, key_of, paged
from api.problems import ApiCode, responses, wrong
from api.routes.answers import READING, V1, Calling
from api.routes.bodies import Nothing
from api.routes.bodies_tasks import AbsencePlan
from api.services import Given
from definitions.errors import Code

router = APIRouter(prefix=V1, tags=["代办"])

_WRITING = (*READING, ApiCode.MALFORMED, ApiCode.CROSS_SITE, ApiCode.KEY_MISSING)


@router.get("/absences", summary="请假、出差", responses=responses(*READING))
async def listed(
    *,
    given: Given,
    who: Worker,
    past: Annotated[bool, Query(description="包括已经结束的")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[AbsenceView]:
    """本人的，和由本人代办的；部门负责人看得到本部门的。后开始的在前。"""
    key = key_of(after, 2)
    found = await absences.absences_for(
        given, who.actor, past=past, after=(_day(key[0]), key[1]) if key else None, limit=limit
    )
    return paged(found, limit, lambda last: (last.since.isoformat(), last.id))


@router.post(
    "/absences",
    summary="登记请假、出差",
    status_code=201,
    responses=responses(*_WRITING, Code.REASONS_MISSING, Code.KEY_REUSED),
)
async def plan(call: Calling, who: Worker, body: AbsencePlan) -> AbsenceView:
    """起止两天都算在内（北京时间）；期间由代办人办理，两人的姓名都记入办理过程。

    部门负责人可以为本部门同事登记。代办人应当能够办理本人的全部待办，同一期间自己在岗。
    """
    return await absences.plan_absence(
        call.given,
        who.actor,
        call.sent(body),
        account=body.account,
        substitute=body.substitute,
        since=body.since,
        until=body.until,
        reason=body.reason,
    )


@router.post(
    "/absences/{absence}/end",
    summary="提前结束",
    responses=responses(*_WRITING, ApiCode.UNKNOWN_ABSENCE),
)
async def end(
    call: Calling,
    who: Worker,
    absence: Annotated[str, Path(max_length=40)],
    body: Nothing | None = None,
) -> AbsenceView:
    """即时生效；还没有开始的，即为取消。重发结果相同。"""
    call.sent(body)
    return await absences.end_absence(call.given, who.actor, absence)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise wrong("/query/after", "cursor", "翻页位置无效，请从第一页开始") from None
