"""What supervisors follow: limits that are past, procedures going on, promises, credit."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Response

from activities.store.reading import following as reading
from activities.store.reading.following import FollowedPromise, Overdue, Place, Suspended
from activities.store.reading.standing import CreditView, credits_of
from api.auth.identity import CreditRepairer, Overseer, Reader
from api.credits import repair_credit
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import ApiCode, Problem, responses
from api.routes.answers import COMMAND, READING, V1, Calling
from api.routes.bodies import Repair
from api.routes.places import MatterKey, Number
from api.services import Given
from definitions.errors import Code
from definitions.rules.codes import uscc_fault

router = APIRouter(prefix=V1, tags=["督办"])

T = TypeVar("T", Overdue, Suspended, FollowedPromise)


@router.get("/overdue", summary="超期事项", responses=responses(*READING))
async def overdue(
    *, given: Given, who: Reader, after: After = None, limit: Limit = 50
) -> Page[Overdue]:
    """超过时限还没有办的：哪个机关、哪一步、谁在办、从哪天起、超了几个工作日。最早超期的在前。"""
    await given.in_force.current()
    async with given.store.reading() as session:
        found = await reading.overdue(
            session, who.scope, given.calendar, given.now(), after=_place(after), limit=limit
        )
    return _page(found, limit)


@router.get("/suspended", summary="进行中的特别程序", responses=responses(*READING))
async def suspended(
    *, given: Given, who: Reader, after: After = None, limit: Limit = 50
) -> Page[Suspended]:
    """正在进行、时间不计入期限的特别程序；`over` 表示已经超过所告知的时间。"""
    async with given.store.reading() as session:
        found = await reading.suspended(
            session, who.scope, given.now(), after=_place(after), limit=limit
        )
    return _page(found, limit)


@router.get("/promises", summary="跟踪中的承诺", responses=responses(*READING))
async def promises(
    *, given: Given, who: Reader, after: After = None, limit: Limit = 50
) -> Page[FollowedPromise]:
    """结果已经发出、还要补交材料或者核查的承诺，最急的在前。"""
    async with given.store.reading() as session:
        found = await reading.promises(
            session, who.scope, given.now(), after=_place(after), limit=limit
        )
    return _page(found, limit)


@router.get("/credits", summary="失信记录", responses=responses(*READING))
async def credits_(
    *,
    given: Given,
    who: Overseer,  # noqa: ARG001 - who may read every application
    uscc: Annotated[str | None, Query(max_length=18, description="统一社会信用代码")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[CreditView]:
    """没有履行的承诺及其修复；修复以前，不能再以承诺代替材料。"""
    fault = uscc_fault(uscc) if uscc is not None else None
    if fault is not None:
        raise Problem(Code.INVALID, fault)
    key = key_of(after, 3)
    async with given.store.reading() as session:
        found = await credits_of(
            session,
            firm_code=uscc,
            after=(moment(key[0]), key[1], key[2]) if key else None,
            limit=limit,
        )
    last = found[-1] if len(found) == limit else None
    more = cursor((last.recorded_at, last.bundle, last.matter)) if last else None
    return Page(items=list(found), next=more)


@router.post(
    "/credits/{number}/{matter_key}/repair",
    summary="信用修复",
    status_code=204,
    responses=responses(
        *(code for code in COMMAND if code not in {Code.UNKNOWN_BUNDLE, Code.BUNDLE_CLOSED}),
        ApiCode.UNKNOWN_CREDIT,
        ApiCode.CREDIT_REPAIRED,
    ),
)
async def repair(
    call: Calling, who: CreditRepairer, number: Number, matter_key: MatterKey, body: Repair
) -> Response:
    """督办人员写明理由，修复一条失信记录；此后可以再以承诺代替材料。重发结果相同。"""
    call.sent(body)
    await repair_credit(call.given, who.actor, number, matter_key, reason=body.reason)
    return Response(status_code=204)


def _place(after: str | None) -> Place | None:
    key = key_of(after, 4)
    return (moment(key[0]), key[1], key[2], key[3]) if key else None


def _page(found: Sequence[tuple[T, Place]], limit: int) -> Page[T]:
    more = cursor(found[-1][1]) if len(found) == limit else None
    return Page(items=[one for one, _ in found], next=more)
