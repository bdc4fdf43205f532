"""Services, guided questions, firms, drafts and submission."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from activities.outside.registers.answers import KEPT_BY, Register
from activities.store.desk import applications as kept
from activities.store.desk.sharing import From, Origin, Sharing
from api import firms, intake
from api.assessment import Signature
from api.auth.identity import Current, Preparer, Submitter
from api.intake import Guided, Submitted
from api.paging import After, Limit, Page, cursor, key_of, moment
from api.problems import ApiCode, Problem, responses
from api.routes.answers import COMMAND, READING, V1, versioned
from api.routes.bodies import ApplicationBody, SignatureBody
from api.sent import IfMatch, Key, etag, sent, version_of
from api.services import Given
from definitions.errors import Code, Refused
from definitions.language.service import ServiceDefinition
from definitions.matter.events import Commitment
from definitions.rules import permissions
from definitions.rules.codes import uscc_fault
from definitions.rules.conditions import Fact

router = APIRouter(prefix=V1, tags=["申请"])

DraftId = Annotated[str, Path(max_length=40)]
CLOSED = (ApiCode.UNKNOWN_DRAFT, ApiCode.DRAFT_CLOSED, ApiCode.DRAFT_SUBMITTED)
PREPARING = (*READING, ApiCode.CROSS_SITE, Code.UNKNOWN_SERVICE)

SUBMITTING = (
    *COMMAND,
    *(Code.BLOCKED, Code.NO_SITUATION, Code.UNKNOWN_SERVICE),
    *(Code.PROMISE_NOT_OPEN, Code.ITEM_NOT_IN_FORCE),
)


class ServiceHead(BaseModel):
    """A service in the list."""

    service: str
    version: int
    name: str
    summary: str
    lead: str
    situations: list[str]


class DraftBody(BaseModel):
    """A draft. `firm_source` says of each fact of the firm where it comes from, `sharing` more."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    state: kept.ApplicationStatus
    service: str
    firm_code: str
    firm_name: str
    firm: Mapping[str, Fact]
    firm_source: Mapping[str, str]
    sharing: Sharing
    answers: Mapping[str, kept.Answer]
    form: Mapping[str, str]
    materials: Mapping[str, kept.MaterialGiven]
    committed: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    insisted: bool
    owner: str
    channel: str
    version: int
    created_at: datetime
    changed_at: datetime


class FirmBody(BaseModel):
    """A firm as the registers know it. `away`: registers that could not be asked now."""

    code: str
    name: str
    facts: Mapping[str, Fact]
    source: str
    as_of: date | None
    origins: Mapping[str, Origin]
    away: list[Register]


@router.get("/services", summary="可办的一件事", responses=responses(*READING))
async def services(given: Given, _: Current) -> list[ServiceHead]:
    """今天有效的各项服务。"""
    now = given.now()
    names = dict.fromkeys(loaded.definition.service for loaded in given.library.services)
    found = []
    for name in names:
        try:
            definition = given.library.service(name, now).definition
        except Refused:
            continue
        if definition.inside:
            continue
        found.append(
            ServiceHead(
                service=definition.service,
                version=definition.version,
                name=definition.name,
                summary=definition.summary,
                lead=definition.lead,
                situations=[situation.name for situation in definition.situations],
            )
        )
    return found


@router.get(
    "/services/{service}",
    summary="一项服务的定义",
    response_model=ServiceDefinition,
    responses=responses(*READING, Code.UNKNOWN_SERVICE),
)
async def service(given: Given, request: Request, _: Current, service: str) -> Response:
    """问题、表单、材料、联办事项和依据，与所发布的文本一致。"""
    loaded = given.library.service(service, given.now())
    body = loaded.definition.model_dump(mode="json", by_alias=True)
    return versioned(request, body, f'"{loaded.sha256}"')


@router.post("/guidance", summary="情形引导", responses=responses(*PREPARING))
async def guidance(given: Given, _: Preparer, body: ApplicationBody) -> Guided:
    """还要问什么、现在不能办的原因（一次说全）、所答情况对应的事项和材料。"""
    return await intake.guidance(given, body.entered())


@router.get(
    "/firms/{uscc}", summary="登记库里的企业", responses=responses(*READING, ApiCode.UNKNOWN_FIRM)
)
async def known_firm(given: Given, _: Preparer, uscc: str) -> FirmBody:
    """能共享的不再要申请人提供。个人的号码只在申请里用，这里不给。"""
    fault = uscc_fault(uscc)
    if fault is not None:
        raise Problem(Code.INVALID, fault)
    found = await firms.known_firm(given, uscc)
    if not found.registered:
        raise Problem(ApiCode.UNKNOWN_FIRM)
    of_people = {name for name, owner in KEPT_BY.items() if owner is Register.POPULATION}
    facts = {n: value for n, value in found.facts.items() if n not in of_people}
    main = found.origins.get("name") or Origin(source="", kind=From.DECLARED)
    return FirmBody(
        code=found.code,
        name=found.name,
        facts=facts,
        source=main.source,
        as_of=main.as_of,
        origins={n: origin for n, origin in found.origins.items() if n in facts},
        away=list(found.away),
    )


@router.post(
    "/drafts",
    status_code=201,
    summary="起草",
    response_model=DraftBody,
    responses=responses(*PREPARING),
)
async def create_draft(given: Given, who: Preparer, body: ApplicationBody) -> Response:
    """可以不完整；答案须是可选的。"""
    return _draft(await intake.prepare(given, who.actor, body.entered()), status=201)


@router.get("/drafts", summary="草稿", responses=responses(*READING))
async def drafts(
    *, given: Given, who: Preparer, after: After = None, limit: Limit = 50
) -> Page[DraftBody]:
    """自己的草稿；窗口人员另有虚拟窗口移交的。最近改动的在前。"""
    key = key_of(after, 2)
    async with given.store.reading() as session:
        found = await kept.drafts(
            session,
            owner=who.account.id,
            with_handed_over=permissions.may(who.actor, permissions.Act.SUBMIT),
            after=(moment(key[0]), key[1]) if key else None,
            limit=limit,
        )
    more = cursor((found[-1].changed_at, found[-1].id)) if len(found) == limit else None
    return Page(items=[DraftBody.model_validate(each) for each in found], next=more)


@router.get(
    "/drafts/{draft}",
    summary="一份草稿",
    response_model=DraftBody,
    responses=responses(*READING, *CLOSED),
)
async def draft(given: Given, request: Request, who: Preparer, draft: DraftId) -> Response:
    """只看得到自己的和移交来的。"""
    found = await intake.draft_of(given, who.actor, draft)
    return versioned(request, DraftBody.model_validate(found), etag(found.version))


@router.put(
    "/drafts/{draft}",
    summary="改草稿",
    response_model=DraftBody,
    responses=responses(
        *PREPARING,
        *CLOSED,
        Code.VERSION_CONFLICT,
        ApiCode.VERSION_MISSING,
    ),
)
async def revise_draft(
    *, given: Given, who: Preparer, draft: DraftId, body: ApplicationBody, if_match: IfMatch = None
) -> Response:
    """整份替换；须带所见版本（If-Match），两人同时改时后到的被拒绝。"""
    expected = version_of(if_match)
    if expected is None:
        raise Problem(ApiCode.VERSION_MISSING, "请在 If-Match 头中给出所见版本")
    return _draft(await intake.revise(given, who.actor, draft, body.entered(), expected=expected))


@router.post(
    "/drafts/{draft}/hand-over",
    summary="移交综合窗口",
    response_model=DraftBody,
    responses=responses(*PREPARING, *CLOSED, Code.VERSION_CONFLICT),
)
async def hand_over(
    *, given: Given, who: Preparer, draft: DraftId, if_match: IfMatch = None
) -> Response:
    """远程虚拟窗口协助填报后移交；由综合窗口与申请人核对后提交。"""
    return _draft(await intake.hand_over(given, who.actor, draft, expected=version_of(if_match)))


@router.post(
    "/drafts/{draft}/submit",
    status_code=201,
    summary="提交草稿",
    response_model=Submitted,
    responses=responses(*SUBMITTING, *CLOSED),
)
async def submit_draft(
    *,
    given: Given,
    request: Request,
    who: Submitter,
    draft: DraftId,
    body: SignatureBody | None = None,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """收件并启动办理，返回办件编号和查询码。同一幂等键重发，编号不变；再次提交另有错误代码。"""
    ours = sent(request, body, key, if_match)
    signature = body.given() if body else None
    return _submitted(await intake.submit(given, who.actor, draft, ours, signature=signature))


@router.post(
    "/bundles",
    status_code=201,
    summary="收件",
    response_model=Submitted,
    responses=responses(*SUBMITTING),
)
async def start_bundle(
    *, given: Given, request: Request, who: Submitter, body: ApplicationBody, key: Key = None
) -> Response:
    """不经草稿，一次收件并启动办理。"""
    return _submitted(
        await intake.submit_directly(
            given,
            who.actor,
            body.entered(),
            sent(request, body, key),
            signature=Signature(insisted=body.insisted),
        )
    )


def _draft(found: kept.ApplicationView, *, status: int = 200) -> Response:
    body: dict[str, Any] = DraftBody.model_validate(found).model_dump(mode="json")
    return JSONResponse(body, status, headers={"ETag": etag(found.version)})


def _submitted(done: Submitted) -> Response:
    status = 201 if done.state == "registered" else 202
    headers = {"Location": f"/api/v1/bundles/{done.number}"}
    return JSONResponse(done.model_dump(mode="json"), status, headers=headers)
