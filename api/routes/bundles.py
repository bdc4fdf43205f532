"""Running and finished applications: reading them, and every command on them."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from activities.store.engine import ReadSession
from activities.store.reading import bundles as reading
from activities.store.reading.bundles import BundleHead, BundleView
from activities.store.reading.documents import DocumentView
from activities.store.reading.materials import AwaitedMaterial, MaterialView, awaited
from activities.store.reading.matters import MatterView, matter
from activities.store.reading.scope import Scope
from activities.store.reading.timeline import TimelineEntry, timeline
from api import commands
from api.auth.identity import Filer, Objector, Reader, Supplier, Withdrawer, Worker
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import Fault, Problem, responses
from api.routes.answers import READING, V1, Acted, acted, command_responses, versioned
from api.routes.bodies import Check, Nothing, Objection, Supply
from api.sent import IfMatch, Key, etag, sent
from api.services import Given, Services
from definitions.errors import Code, Refused

router = APIRouter(prefix=V1, tags=["办件"])

Number = Annotated[str, Path(max_length=40, examples=["SJ-YJS-310117-20261122-000123"])]
MatterKey = Annotated[str, Path(max_length=24, examples=["REG"])]
Material = Annotated[str, Path(max_length=24, examples=["M07"])]
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
    key = key_of(after, 1)
    async with given.store.reading() as session:
        found = await reading.search(
            session, who.scope, asked=q.strip(), after=key[0] if key else None, limit=limit
        )
    more = cursor((found[-1].number,)) if len(found) == limit else None
    return Page(items=list(found), next=more)


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
    more = cursor((found[-1].seq,)) if len(found) == limit else None
    return Page(items=list(found), next=more)


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
    responses=command_responses(Code.NOT_WITHDRAWABLE),
)
async def withdraw(
    *,
    given: Given,
    request: Request,
    who: Withdrawer,
    number: Number,
    body: Nothing | None = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """尚未决定的事项撤回；已经决定的不变。"""
    ours = sent(request, body, key, if_match)
    return acted(await commands.withdraw_bundle(given, who.actor, number, ours))


@router.post(
    "/bundles/{number}/materials/{material}/supply",
    summary="补交材料",
    response_model=Acted,
    responses=command_responses(
        Code.UNKNOWN_MATERIAL, Code.MATERIAL_NOT_AWAITED, Code.FILES_MISSING
    ),
)
async def supply(
    *,
    given: Given,
    request: Request,
    who: Supplier,
    number: Number,
    material: Material,
    body: Supply,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """先上传文件（POST /files），再以文件编号补交。"""
    return acted(
        await commands.supply_material(
            given,
            who.actor,
            number,
            material,
            sent(request, body, key, if_match),
            files=body.files,
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
    *,
    given: Given,
    request: Request,
    who: Worker,
    number: Number,
    material: Material,
    body: Check,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """`accept` 合格；`reject` 退回重补，须写明理由。"""
    return acted(
        await commands.check_material(
            given,
            who.actor,
            number,
            material,
            sent(request, body, key, if_match),
            outcome=body.outcome,
            reasons=body.reasons,
        )
    )


@router.post(
    "/bundles/{number}/matters/{matter_key}/file",
    summary="在申请期内申请",
    response_model=Acted,
    responses=command_responses(Code.UNKNOWN_MATTER, Code.NOT_FILING),
)
async def file(
    *,
    given: Given,
    request: Request,
    who: Filer,
    number: Number,
    matter_key: MatterKey,
    body: Nothing | None = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """例如公示期满后 20 日内申请注销登记。"""
    ours = sent(request, body, key, if_match)
    return acted(await commands.file_application(given, who.actor, number, matter_key, ours))


@router.post(
    "/bundles/{number}/matters/{matter_key}/object",
    summary="公示异议",
    response_model=Acted,
    responses=command_responses(Code.UNKNOWN_MATTER, Code.NOT_IN_PUBLICITY),
)
async def object_to(
    *,
    given: Given,
    request: Request,
    who: Objector,
    number: Number,
    matter_key: MatterKey,
    body: Objection,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """登记公示期内他人提出的异议，由公示机关审查。"""
    return acted(
        await commands.raise_objection(
            given,
            who.actor,
            number,
            matter_key,
            sent(request, body, key, if_match),
            objection=body.objection,
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
