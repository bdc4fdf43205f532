"""Running and finished applications: reading them, and every command on them."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from activities.store.engine import ReadSession
from activities.store.reading import bundles as reading
from activities.store.reading.bundles import BundleHead, BundleView
from activities.store.reading.documents import DocumentView
from activities.store.reading.explained import MatterClocks, explained
from activities.store.reading.materials import AwaitedMaterial, MaterialView, awaited
from activities.store.reading.matters import MatterView, matter
from activities.store.reading.scope import Scope
from activities.store.reading.timeline import TimelineEntry, timeline
from api import commands
from api.auth.identity import Corrector, Reader, Supplier, Withdrawer, Worker
from api.paging import After, Limit, Page, after_id, cursor, key_of, moment, paged
from api.problems import Fault, Problem, responses
from api.routes.answers import (
    READING,
    V1,
    Acted,
    Calling,
    acted,
    command_responses,
    versioned,
)
from api.routes.bodies import Check, Correction, Supply, Withdrawal
from api.routes.places import Material, MatterKey, Number
from api.sent import etag
from api.services import Given, Services
from definitions.errors import Code, Refused

router = APIRouter(prefix=V1, tags=["办件"])

ONE = responses(*READING, Code.UNKNOWN_BUNDLE)


@router.get("/bundles", summary="查找办件", responses=responses(*READING))
async def search(
    *,
    given: Given,
    who: Reader,
    q: Annotated[str, Query(max_length=100, description="编号、企业名称或统一社会信用代码")] = "",
    after: After = None,
    limit: Limit = 50,
) -> Page[BundleHead]:
    """新收的在前。部门只看得到本部门参与的。"""
    async with given.store.reading() as session:
        found = await reading.search(
            session, who.scope, asked=q.strip(), after=after_id(after), limit=limit
        )
    return paged(found, limit, lambda last: (last.number,))


@router.get("/awaited-materials", summary="待补材料", responses=responses(*READING))
async def awaited_materials(
    *, given: Given, who: Reader, after: After = None, limit: Limit = 50
) -> Page[AwaitedMaterial]:
    """正在期限内等待补交的材料，最急的在前。"""
    key = key_of(after, 3)
    async with given.store.reading() as session:
        found = await awaited(
            session,
            who.scope,
            after=(moment(key[0]), key[1], key[2]) if key else None,
            limit=limit,
        )
    last = found[-1] if len(found) == limit else None
    place = (last.due_at, last.bundle, last.code) if last and last.due_at else None
    return Page(items=list(found), next=cursor(place) if place else None)


@router.get("/bundles/{number}", summary="一个办件", response_model=BundleView, responses=ONE)
async def bundle(given: Given, request: Request, who: Reader, number: Number) -> Response:
    """办件及其事项、材料、文书。部门看得到本部门的事项；其他事项只看得到办到哪一步。"""
    async with given.store.reading() as session:
        head = await _head(session, number, who.scope)
        if request.headers.get("if-none-match") == etag(head.version):
            return versioned(request, None, etag(head.version))
        found = await reading.bundle(session, number, who.scope)
    if found is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    return versioned(request, found, etag(found.version))


@router.get(
    "/bundles/{number}/matters/{key}",
    summary="一个事项",
    response_model=MatterView,
    responses=responses(*READING, Code.UNKNOWN_BUNDLE, Code.UNKNOWN_MATTER),
)
async def one_matter(
    *, given: Given, request: Request, who: Reader, number: Number, key: MatterKey
) -> Response:
    """状态、时限、决定、救济途径。"""
    async with given.store.reading() as session:
        head = await _head(session, number, who.scope)
        found = await matter(session, number, key, who.scope)
    if found is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return versioned(request, found, etag(found.version, head.version))


@router.get(
    "/bundles/{number}/clocks",
    summary="全部时限的计算经过",
    response_model=list[MatterClocks],
    responses=ONE,
)
async def bundle_clocks(given: Given, request: Request, who: Reader, number: Number) -> Response:
    """各事项的每个时限：从哪天起算、哪些天计入、哪些天不计入、为什么、到哪天止。部门只看得到本部门的。"""
    async with given.store.reading() as session:
        head = await _head(session, number, who.scope)
        found = await explained(session, number, who.scope)
    return versioned(request, found, etag(head.version))


@router.get(
    "/bundles/{number}/matters/{key}/clocks",
    summary="一个事项各时限的计算经过",
    response_model=MatterClocks,
    responses=responses(*READING, Code.UNKNOWN_BUNDLE, Code.UNKNOWN_MATTER),
)
async def matter_clocks(
    *, given: Given, request: Request, who: Reader, number: Number, key: MatterKey
) -> Response:
    """每个时限逐日列出：计入的是第几天，不计入的是什么缘故；照着数得出同一天。"""
    async with given.store.reading() as session:
        head = await _head(session, number, who.scope)
        found = await explained(session, number, who.scope, key=key)
    if not found:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return versioned(request, found[0], etag(head.version))


@router.get("/bundles/{number}/timeline", summary="办理经过", responses=ONE)
async def history(
    *,
    given: Given,
    who: Reader,
    number: Number,
    matter_key: Annotated[str | None, Query(alias="matter", max_length=24)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[TimelineEntry]:
    """最近的在前。"""
    key = key_of(after, 1)
    async with given.store.reading() as session:
        await _head(session, number, who.scope)
        found = await timeline(
            session,
            number,
            who.scope,
            matter=matter_key,
            before=_seq(key[0]) if key else None,
            limit=limit,
        )
    return paged(found, limit, lambda last: (last.seq,))


@router.get(
    "/bundles/{number}/materials",
    summary="材料",
    response_model=list[MaterialView],
    responses=ONE,
)
async def materials(given: Given, request: Request, who: Reader, number: Number) -> Response:
    """一套材料，各事项共用。"""
    found = await _bundle(given, number, who.scope)
    return versioned(request, found.materials, etag(found.version))


@router.get(
    "/bundles/{number}/documents",
    summary="文书",
    response_model=list[DocumentView],
    responses=ONE,
)
async def documents(given: Given, request: Request, who: Reader, number: Number) -> Response:
    """已经作出的文书。"""
    found = await _bundle(given, number, who.scope)
    return versioned(request, found.documents, etag(found.version))


@router.post(
    "/bundles/{number}/withdraw",
    summary="撤回",
    response_model=Acted,
    responses=command_responses(Code.NOT_WITHDRAWABLE, Code.UNKNOWN_MATTER),
)
async def withdraw(
    call: Calling, who: Withdrawer, number: Number, body: Withdrawal | None = None
) -> Response:
    """撤回所列的事项；没有列明的，尚未决定的都撤回。已经决定的不变。"""
    asked = body or Withdrawal(reasons=[])
    return acted(
        await commands.withdraw_bundle(
            call.given,
            who.actor,
            number,
            call.sent(body),
            matters=asked.matters,
            reasons=asked.reasons,
        )
    )


@router.post(
    "/bundles/{number}/corrections",
    summary="当场更正",
    response_model=Acted,
    responses=command_responses(
        Code.NOT_CORRECTABLE, Code.UNKNOWN_MATERIAL, Code.FILES_MISSING, Code.UNKNOWN_SERVICE
    ),
)
async def correct(call: Calling, who: Corrector, number: Number, body: Correction) -> Response:
    """受理之前当场更正：表单的一栏（`field`、`value`），或者一份材料（`material`、`files`）。"""
    return acted(
        await commands.correct_on_the_spot(
            call.given,
            who.actor,
            number,
            call.sent(body),
            field=body.field,
            value=body.value,
            material=body.material,
            files=body.files,
        )
    )


@router.post(
    "/bundles/{number}/materials/{material}/supply",
    summary="补交材料",
    response_model=Acted,
    responses=command_responses(
        Code.UNKNOWN_MATERIAL,
        Code.MATERIAL_NOT_AWAITED,
        Code.SUPPLEMENT_LATE,
        Code.FILES_MISSING,
    ),
)
async def supply(
    call: Calling, who: Supplier, number: Number, material: Material, body: Supply
) -> Response:
    """先上传文件（POST /files），再以文件编号补交。"""
    return acted(
        await commands.supply_material(
            call.given, who.actor, number, material, call.sent(body), files=body.files
        )
    )


@router.post(
    "/bundles/{number}/materials/{material}/check",
    summary="核对补交材料",
    response_model=Acted,
    responses=command_responses(
        Code.MATERIAL_NOT_AWAITED,
        Code.UNKNOWN_TASK,
        Code.TASK_NOT_OPEN,
        Code.TASK_TAKEN,
        Code.OUTCOME_NOT_POSSIBLE,
        Code.REASONS_MISSING,
    ),
)
async def check(
    call: Calling, who: Worker, number: Number, material: Material, body: Check
) -> Response:
    """`accept` 合格；`reject` 退回重补，须写明理由。"""
    return acted(
        await commands.check_material(
            call.given,
            who.actor,
            number,
            material,
            call.sent(body),
            outcome=body.outcome,
            reasons=body.reasons,
        )
    )


async def _head(session: ReadSession, number: str, scope: Scope) -> BundleHead:
    found = await reading.bundle_head(session, number, scope)
    if found is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    return found


async def _bundle(given: Services, number: str, scope: Scope) -> BundleView:
    async with given.store.reading() as session:
        found = await reading.bundle(session, number, scope)
    if found is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    return found


def _seq(text: str) -> int:
    if not text.isdigit():
        fault = Fault(pointer="/query/after", rule="cursor", message="翻页位置无效")
        raise Problem(Code.INVALID, fault.message, errors=[fault])
    return int(text)
