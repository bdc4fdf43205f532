"""What supervisors follow: limits that are past, procedures going on, promises, credit."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from activities.store.reading import digests, escalated, officers, outside
from activities.store.reading import following as reading
from activities.store.reading.following import FollowedPromise, Overdue, Place, Suspended
from activities.store.reading.standing import CreditView, credits_of
from api.auth.identity import CreditRepairer, Overseer, Reader, SignedIn, allowed
from api.credits import repair_credit
from api.overseeing import (
    WARNING,
    alert_reader,
    narrowed,
    outside_asked,
    watched,
    week_of,
)
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import ApiCode, Problem, responses
from api.routes.answers import COMMAND, READING, V1, Calling
from api.routes.bodies import Repair
from api.routes.places import MatterKey, Number
from api.services import Given
from definitions.errors import Code
from definitions.rules.calendar import local_day
from definitions.rules.codes import uscc_fault
from definitions.rules.permissions import Act

router = APIRouter(prefix=V1, tags=["督办"])

T = TypeVar("T", Overdue, Suspended, FollowedPromise)
Alerted = Annotated[SignedIn, Depends(allowed(Act.URGE, Act.WORK_TASK))]
Watcher = Annotated[SignedIn, Depends(allowed(Act.ASSIGN))]
Department = Annotated[str | None, Query(max_length=40, description="部门代码；不给则是全部")]


class OutsidePage(Page[outside.Lead]):
    """体外循环的线索，以及按部门、人员的数字；`minutes` 等是所用的尺度。"""

    since: datetime
    until: datetime
    minutes: int
    entries: int
    entries_minutes: int
    figures: list[outside.OutsideFigures]
    note: str = Field(examples=[WARNING])


@router.get("/overdue", summary="超期事项", responses=responses(*READING))
async def overdue(
    *,
    given: Given,
    who: Reader,
    department: Department = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Overdue]:
    """超过时限还没有办的：哪个机关、哪一步、谁在办、从哪天起、超了几个工作日。最早超期的在前。"""
    await given.in_force.current()
    async with given.store.reading() as session:
        found = await reading.overdue(
            session,
            narrowed(who, department),
            given.calendar,
            given.now(),
            after=_place(after),
            limit=limit,
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


@router.get("/supervision/alerts", summary="提醒", responses=responses(*READING))
async def alerts(
    *, given: Given, who: Alerted, after: After = None, limit: Limit = 50
) -> Page[escalated.WatchedTask]:
    """逐级提醒到本人的待办，以及被催办的，最急的在前。

    经办人看自己的和可以领取的，负责人看本部门提醒到负责人的，督办人员看提醒到督办的。
    """
    reader = alert_reader(given, who)
    if reader is None:
        return Page(items=[])
    async with given.store.reading() as session:
        found, more = await escalated.alerts(
            session, reader, given.now(), after=_task_place(after), limit=limit
        )
    return Page(items=found, next=cursor(more) if more else None)


@router.get("/supervision/tasks", summary="超期待办", responses=responses(*READING))
async def overdue_tasks(
    *,
    given: Given,
    who: Watcher,
    department: Department = None,
    level: Annotated[int, Query(ge=0, le=20, description="至少提醒过几级")] = 0,
    after: After = None,
    limit: Limit = 50,
) -> Page[escalated.WatchedTask]:
    """超过时限的待办：谁的、从哪天起、哪个时限、在等什么、问了谁还没有答复、催办过没有。"""
    async with given.store.reading() as session:
        found, more = await escalated.overdue_tasks(
            session,
            narrowed(who, department),
            given.now(),
            level=level,
            after=_task_place(after),
            limit=limit,
        )
    return Page(items=found, next=cursor(more) if more else None)


@router.get("/supervision/officers", summary="人员在办情况", responses=responses(*READING))
async def officer_loads(
    *,
    given: Given,
    who: Watcher,
    department: Department = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[officers.OfficerLoad]:
    """每个经办人手上几件、超期几件、等待几件、本周办结几件。"""
    key, now = key_of(after, 3), given.now()
    async with given.store.reading() as session:
        found, more = await officers.officer_loads(
            session,
            narrowed(who, department),
            since=week_of(now),
            now=now,
            after=(key[0], key[1], key[2]) if key else None,
            limit=limit,
        )
    return Page(items=found, next=cursor(more) if more else None)


@router.get(
    "/supervision/outside",
    summary="体外循环线索",
    responses=responses(*READING, ApiCode.NOT_FOUND),
)
async def outside_(
    *,
    given: Given,
    who: Watcher,
    since: Annotated[date | None, Query(description="从哪天起；不给则是三十天前")] = None,
    until: Annotated[date | None, Query(description="到哪天止，含当天；不给则是今天")] = None,
    department: Department = None,
    officer: Annotated[str | None, Query(max_length=40, description="人员账号")] = None,
    sign: Annotated[outside.Sign | None, Query(description="哪一类线索")] = None,
    after: After = None,
    limit: Limit = 50,
) -> OutsidePage:
    """受理后几分钟即作决定、非办公时间办理、短时间成批办结的记录。只是线索，不是结论。"""
    await given.in_force.current()
    key = key_of(after, 2)
    asked = outside_asked(given, since, until, officer=officer)
    scope = narrowed(who, department)
    async with given.store.reading() as session:
        figures = await outside.outside_figures(session, scope, asked)
        found, more = await outside.outside_leads(
            session,
            scope,
            asked,
            sign=sign,
            after=(moment(key[0]), key[1]) if key else None,
            limit=limit,
        )
    measure = watched(given).outside
    return OutsidePage(
        items=found,
        next=cursor(more) if more else None,
        since=asked.since,
        until=asked.until,
        minutes=measure.minutes,
        entries=measure.entries,
        entries_minutes=measure.entries_minutes,
        figures=figures,
        note=WARNING,
    )


@router.get(
    "/supervision/digest",
    summary="每日督办摘要",
    responses=responses(*READING, ApiCode.NOT_FOUND),
)
async def digest(
    *,
    given: Given,
    who: Watcher,
    day: Annotated[date | None, Query(description="哪一天；不给则是最近一天")] = None,
    department: Department = None,
) -> digests.DigestView:
    """工作日早上八点半做成的摘要，当时的数字；督办人员不给部门，看全部部门的。"""
    name = narrowed(who, department).department or digests.ALL
    async with given.store.reading() as session:
        on = day or await digests.last_day(session, name, until=local_day(given.now()))
        found = await digests.digest(session, on, name) if on else None
    if found is None:
        raise Problem(ApiCode.NOT_FOUND)
    return found


def _task_place(after: str | None) -> escalated.Place | None:
    key = key_of(after, 2)
    return (moment(key[0]), key[1]) if key else None


def _place(after: str | None) -> Place | None:
    key = key_of(after, 4)
    return (moment(key[0]), key[1], key[2], key[3]) if key else None


def _page(found: Sequence[tuple[T, Place]], limit: int) -> Page[T]:
    more = cursor(found[-1][1]) if len(found) == limit else None
    return Page(items=[one for one, _ in found], next=more)
