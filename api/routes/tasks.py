"""Tasks of a department: the inbox, one task, claiming, releasing, completing."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from activities.store.reading import tasks as reading
from activities.store.reading.scope import Scope
from activities.store.reading.tasks import Counts, TaskFilter, TaskQuery, TaskView
from api import commands
from api.auth.identity import Reader, SignedIn, Worker, workable_roles
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import responses
from api.routes.answers import (
    READING,
    V1,
    Acted,
    Calling,
    acted,
    command_responses,
    versioned,
)
from api.routes.bodies import Completion, Nothing
from api.sent import etag
from api.services import Given
from definitions.errors import Code, Refused
from definitions.rules.permissions import Act, may

router = APIRouter(prefix=V1, tags=["待办"])

TaskId = Annotated[str, Path(max_length=120, examples=["SJ-YJS-310117-20261122-000123.REG.review"])]
TAKING = command_responses(Code.UNKNOWN_TASK, Code.TASK_NOT_OPEN, Code.TASK_TAKEN)


@router.get("/tasks", summary="待办列表", responses=responses(*READING))
async def inbox(
    *,
    given: Given,
    who: Reader,
    status: TaskFilter = TaskFilter.OPEN,
    mine: Annotated[bool, Query(description="只看自己领取的")] = False,
    everything: Annotated[bool, Query(alias="all", description="包括本部门其他岗位的")] = False,
    bundle: Annotated[str | None, Query(max_length=40)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[TaskView]:
    """本部门的待办，最急的在前；已办的最近的在前。督办等岗位看得到各部门的。"""
    key = key_of(after, 2)
    roles = None if everything or not may(who.actor, Act.WORK_TASK) else workable_roles(who.actor)
    asked = TaskQuery(
        status=status, roles=roles, assignee=who.account.id if mine else None, bundle=bundle
    )
    async with given.store.reading() as session:
        found = await reading.tasks(
            session,
            task_scope(who),
            asked,
            after=(moment(key[0]), key[1]) if key else None,
            limit=limit,
        )
    more = cursor((found[-1][1], found[-1][0].id)) if len(found) == limit else None
    return Page(items=[task for task, _ in found], next=more)


@router.get("/tasks/counts", summary="待办数", responses=responses(*READING))
async def counts(given: Given, who: Reader) -> Counts:
    """导航旁的数字：要做的事，不是统计。"""
    async with given.store.reading() as session:
        return await reading.counts(
            session,
            who.scope,
            department=task_scope(who),
            account=who.account.id,
            roles=workable_roles(who.actor),
            now=given.now(),
        )


@router.get(
    "/tasks/{task}",
    summary="一项待办",
    response_model=TaskView,
    responses=responses(*READING, Code.UNKNOWN_TASK),
)
async def one_task(given: Given, request: Request, who: Reader, task: TaskId) -> Response:
    """其他部门的待办视为不存在。"""
    async with given.store.reading() as session:
        found = await reading.task(session, task, task_scope(who))
    if found is None:
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    return versioned(request, found, etag(found.version, found.bundle_version))


@router.post("/tasks/{task}/claim", summary="领取", response_model=Acted, responses=TAKING)
async def claim(call: Calling, who: Worker, task: TaskId, body: Nothing | None = None) -> Response:
    """领取后他人不能办理；已由他人领取的，拒绝并告知。"""
    return acted(await commands.claim_task(call.given, who.actor, task, call.sent(body)))


@router.post("/tasks/{task}/release", summary="退回待领", response_model=Acted, responses=TAKING)
async def release(
    call: Calling, who: Worker, task: TaskId, body: Nothing | None = None
) -> Response:
    """自己领取的才能退回。"""
    return acted(await commands.release_task(call.given, who.actor, task, call.sent(body)))


@router.post(
    "/tasks/{task}/complete",
    summary="办结待办",
    response_model=Acted,
    responses=command_responses(
        Code.UNKNOWN_TASK,
        Code.TASK_NOT_OPEN,
        Code.TASK_TAKEN,
        Code.OUTCOME_NOT_POSSIBLE,
        Code.REASONS_MISSING,
        Code.FOUR_EYES,
        Code.OFFICERS_MISSING,
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
    ),
)
async def complete(call: Calling, who: Worker, task: TaskId, body: Completion) -> Response:
    """可能的结果见待办的 `outcomes`。

    不予、退回须写明理由，不予决定还须写明依据；`ask_supplement` 须以 `points`
    逐项写明要补正的材料和问题，`not_competent` 须写明应当申请的机关 `organ`，
    `held` 须附听证笔录 `files`。
    """
    return acted(
        await commands.complete_task(
            call.given,
            who.actor,
            task,
            call.sent(body),
            outcome=body.outcome,
            reasons=body.reasons,
            bases=body.bases,
            points=[point.given() for point in body.points],
            days=body.days,
            organ=body.organ,
            files=body.files,
            companions=body.companions,
        )
    )


def task_scope(who: SignedIn) -> Scope:
    """Who works tasks sees their own department's, even where they read all applications."""
    if may(who.actor, Act.WORK_TASK):
        return Scope(department=who.account.department or "")
    return who.scope
