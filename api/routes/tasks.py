"""Tasks of a department: the inbox, one task. What is done with them is in `working`."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from activities.store.reading import tasks as reading
from activities.store.reading.scope import Scope
from activities.store.reading.tasks import Counts, TaskFilter, TaskQuery, TaskView
from api import inbox as shown
from api.auth.identity import Reader, SignedIn, workable_roles
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import responses
from api.routes.answers import READING, V1, versioned
from api.sent import etag
from api.services import Given, Services
from definitions.errors import Code, Refused
from definitions.matter.tasks import TaskKind
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act, may

router = APIRouter(prefix=V1, tags=["待办"])

TaskId = Annotated[str, Path(max_length=120, examples=["SJ-YJS-310117-20261122-000123.REG.review"])]
Item = Annotated[str, Query(max_length=31)]
ITEMS = "事项实施编码（31 位），或者事项编码（12 位）"


@router.get("/tasks", summary="待办列表", responses=responses(*READING))
async def inbox(
    *,
    given: Given,
    who: Reader,
    status: TaskFilter = TaskFilter.OPEN,
    mine: Annotated[bool, Query(description="只看自己的，以及今天由自己代办的")] = False,
    everything: Annotated[bool, Query(alias="all", description="包括本部门其他岗位的")] = False,
    kind: Annotated[list[TaskKind] | None, Query(max_length=20)] = None,
    item: Annotated[list[Item] | None, Query(max_length=90, description=ITEMS)] = None,
    service: Annotated[str | None, Query(max_length=48)] = None,
    overdue: Annotated[bool, Query(description="只看已经超期的")] = False,
    due_within: Annotated[
        int | None, Query(ge=0, le=60, description="几个工作日内到期的，包括已经超期的")
    ] = None,
    level: Annotated[int, Query(ge=0, le=20, description="至少提醒过几级的")] = 0,
    asked: Annotated[bool, Query(description="本部门请其他部门办的")] = False,
    bundle: Annotated[str | None, Query(max_length=40)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[TaskView]:
    """本部门的待办，最急的在前；已办的最近的在前。督办等岗位看得到各部门的。

    只有授权范围以内的事项、密级；与本人有利害关系的办件不在其中。
    """
    works = may(who.actor, Act.WORK_TASK)
    query = TaskQuery(
        status=status,
        roles=workable_roles(who.actor) if works and not everything else None,
        assignee=who.account.id if mine else None,
        bundle=bundle,
        kinds=tuple(kind or ()),
        items=shown.items_named(given, item or ()),
        service=service,
        due_by=shown.due_by(given, overdue=overdue, within=due_within),
        level=level,
        asked=asked,
        now=given.now(),
    )
    return await _page(given, who, query, after, limit)


@router.get("/tasks/counts", summary="待办数", responses=responses(*READING))
async def counts(given: Given, who: Reader) -> Counts:
    """导航旁的数字：要做的事，不是统计。数到 1000 为止，`capped` 所列的表示“999+”。"""
    now = given.now()
    async with given.store.reading() as session:
        return await reading.counts(
            session,
            who.scope,
            department=task_scope(who),
            account=who.account.id,
            roles=workable_roles(who.actor),
            now=now,
            stands_for=await reading.absent_for(session, who.account.id, local_day(now)),
        )


@router.get(
    "/tasks/{task}",
    summary="一项待办",
    response_model=TaskView,
    responses=responses(*READING, Code.UNKNOWN_TASK),
)
async def one_task(given: Given, request: Request, who: Reader, task: TaskId) -> Response:
    """其他部门的待办视为不存在；本部门请办的、移送出去的除外。"""
    async with given.store.reading() as session:
        found = await reading.task(session, task, task_scope(who), now=given.now())
        if found is None:
            raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
        one = (await shown.dressed(given, session, [found]))[0]
    return versioned(request, one, etag(one.version, one.bundle_version))


async def _page(
    given: Services, who: SignedIn, query: TaskQuery, after: str | None, limit: int
) -> Page[TaskView]:
    """A page of the list, with what the API adds to each task."""
    key, today = key_of(after, 2), local_day(given.now())
    async with given.store.reading() as session:
        people = await reading.absent_for(session, who.account.id, today)
        found = await reading.tasks(
            session,
            task_scope(who),
            query.model_copy(update={"stands_for": people}),
            after=(moment(key[0]), key[1]) if key else None,
            limit=limit,
        )
        items = await shown.dressed(given, session, [task for task, _ in found])
    more = cursor((found[-1][1], found[-1][0].id)) if len(found) == limit else None
    return Page(items=items, next=more)


def task_scope(who: SignedIn) -> Scope:
    """Who works tasks sees their own department's, even where they read all applications."""
    if may(who.actor, Act.WORK_TASK):
        return who.scope.model_copy(update={"department": who.account.department or ""})
    return who.scope
