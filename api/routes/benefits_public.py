"""Beneficiaries' own: by code and query code, or spoken for at a window; and public lists."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from activities.store.benefits.cases import CaseView
from activities.store.benefits.reading import EntryLine
from activities.store.desk.applications import application_of
from api.auth.identity import find
from api.benefits import own, publicity, rights
from api.benefits.beneficiary import Beneficiary, admitted, served
from api.benefits.own import Explained, OwnBenefits
from api.benefits.publicity import Objection, PublicEntry
from api.paging import After, Limit, Page, after_id, paged
from api.problems import ApiCode, responses, wrong
from api.routes.answers import V1, Calling
from api.routes.bodies_benefits import (
    CorrectionBody,
    EntryBody,
    FactsBody,
    ObjectionBody,
    OptOutBody,
    OwnAccountBody,
    RecoveryBody,
    ReviewBody,
    SubjectBody,
)
from api.services import Given, Services
from definitions.errors import Code
from definitions.language.roles import Actor

router = APIRouter(prefix=f"{V1}/public/benefits", tags=["免申即享（公开）"])

RunId = Annotated[str, Path(max_length=120)]
_ADMITTED = (
    *(Code.UNKNOWN_SUBJECT, ApiCode.TOO_MANY, Code.INVALID, Code.FORBIDDEN),
    *(ApiCode.CROSS_SITE, ApiCode.REGISTER_AWAY),
)
_ACT = (*_ADMITTED, ApiCode.MALFORMED, ApiCode.KEY_MISSING, Code.KEY_REUSED)
_ENTRY = (*_ACT, Code.UNKNOWN_ENTITLEMENT, Code.ENTITLEMENT_NOT_OPEN)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever calls: a clerk who is signed in, or anybody from an address."""

    services: Services
    account: Actor | None
    address: str

    async def beneficiary(self, body: SubjectBody) -> Beneficiary:
        """For whom they speak. Raises `unknown-subject`, `forbidden`, `too-many-requests`."""
        if body.query_code:
            return await admitted(
                self.services, body.kind, body.code, body.query_code, address=self.address
            )
        if self.account is None:
            raise wrong("/query_code", "required", "请填写查询码；可以到办事窗口凭有效证件查询")
        return await served(self.services, self.account, body.kind, body.code)


async def speaker(request: Request, given: Given) -> Speaker:
    """A dependency: nobody need be signed in."""
    found = await find(request, given)
    address = request.client.host if request.client else ""
    return Speaker(given, found.actor if found else None, address)


Speaking = Annotated[Speaker, Depends(speaker)]


class CaseBody(BaseModel):
    """A case was opened. By `number` and `query_code` its progress is seen, like any other's."""

    kind: str
    number: str | None
    query_code: str | None


class PublicList(BaseModel):
    """A list in publicity: until the end of `until`, `days` working days after `since`."""

    run: str
    policy: str
    number: str
    organ: str
    period: str
    since: date
    until: date
    days: int


async def _opened(given: Services, case: CaseView) -> CaseBody:
    code = None
    if case.bundle is not None:
        async with given.store.reading() as session:
            found = await application_of(session, case.bundle)
        code = found.query_code if found else None
    return CaseBody(kind=case.kind, number=case.bundle, query_code=code)


@router.get("/lists", summary="正在公示的名单", responses=responses(ApiCode.REGISTER_AWAY))
async def lists(given: Given) -> list[PublicList]:
    """不需要账号。"""
    return [
        PublicList(
            run=each.run.id,
            policy=each.policy.name,
            number=each.policy.number,
            organ=each.policy.organ,
            period=each.run.state.period,
            since=span.since,
            until=span.until,
            days=span.days,
        )
        for each in await publicity.public_runs(given)
        if (span := each.run.state.publicity) is not None
    ]


@router.get(
    "/lists/{run}",
    summary="一份公示名单",
    responses=responses(Code.UNKNOWN_RUN, Code.INVALID, ApiCode.REGISTER_AWAY),
)
async def public_list(
    given: Given, run: RunId, after: After = None, limit: Limit = 50
) -> Page[PublicEntry]:
    """只有政策规定公示的内容，按规定隐去。"""
    found = await publicity.public_list(given, run, after=after_id(after), limit=limit)
    return paged(found, limit, lambda last: (last.entitlement,))


@router.post(
    "/lists/{run}/objections",
    summary="提出异议",
    status_code=201,
    responses=responses(*_ACT, Code.UNKNOWN_RUN, Code.UNKNOWN_ENTITLEMENT, Code.NOT_IN_PUBLICITY),
)
async def objection(call: Calling, speaking: Speaking, run: RunId, body: ObjectionBody) -> CaseBody:
    """任何人都可以提出；写明姓名、联系方式和理由，主管部门书面答复。"""
    case = await publicity.raise_objection(
        call.given,
        run,
        Objection(**body.model_dump()),
        address=speaking.address,
        sent=call.sent(body),
    )
    return await _opened(call.given, case)


@router.post("/mine", summary="我的惠企利民政策", responses=responses(*_ADMITTED))
async def mine(speaking: Speaking, body: SubjectBody) -> OwnBenefits:
    """凭代码和查询码；窗口代办凭账号。"""
    return await own.own_benefits(speaking.services, await speaking.beneficiary(body))


@router.post(
    "/explain",
    summary="说明理由",
    responses=responses(*_ADMITTED, Code.UNKNOWN_ENTITLEMENT),
)
async def explain(speaking: Speaking, body: EntryBody) -> Explained:
    """条件、依据的数据及来源和截至日、算式。"""
    who = await speaking.beneficiary(body)
    return await own.explained(speaking.services, who, body.entitlement)


@router.post("/confirm", summary="一键确认", responses=responses(*_ENTRY))
async def confirm(call: Calling, speaking: Speaking, body: EntryBody) -> EntryLine:
    """需要这一项。"""
    who = await speaking.beneficiary(body)
    return await rights.confirm(call.given, who, body.entitlement, sent=call.sent(body))


@router.post("/decline", summary="放弃", responses=responses(*_ENTRY))
async def decline(call: Calling, speaking: Speaking, body: EntryBody) -> EntryLine:
    """这一次不要。"""
    who = await speaking.beneficiary(body)
    return await rights.decline(call.given, who, body.entitlement, sent=call.sent(body))


@router.post("/opt-out", summary="不再享受", responses=responses(*_ACT, Code.UNKNOWN_POLICY))
async def say_no(call: Calling, speaking: Speaking, body: OptOutBody) -> OwnBenefits:
    """一项政策或者全部；或者拒绝仅由自动化方式作出决定。"""
    who = await speaking.beneficiary(body)
    await rights.say_no(call.given, who, kind=body.of, policy=body.policy, sent=call.sent(body))
    return await own.own_benefits(call.given, who)


@router.post("/opt-in", summary="恢复享受", responses=responses(*_ACT))
async def take_back_no(call: Calling, speaking: Speaking, body: OptOutBody) -> OwnBenefits:
    """收回以前的不要。"""
    who = await speaking.beneficiary(body)
    sent = call.sent(body)
    await rights.take_back_no(call.given, who, kind=body.of, policy=body.policy, sent=sent)
    return await own.own_benefits(call.given, who)


@router.post(
    "/review",
    summary="要求人工复核",
    status_code=201,
    responses=responses(*_ENTRY, Code.UNKNOWN_RUN),
)
async def review(call: Calling, speaking: Speaking, body: ReviewBody) -> CaseBody:
    """对自动作出的结论；还没有拨付的，复核期间不拨付。"""
    who = await speaking.beneficiary(body)
    case = await rights.ask_review(
        call.given,
        who,
        reason=body.reason,
        run=body.run,
        entitlement=body.entitlement,
        sent=call.sent(body),
    )
    return await _opened(call.given, case)


@router.post(
    "/correction",
    summary="更正数据",
    status_code=201,
    responses=responses(*_ENTRY, Code.UNKNOWN_RUN),
)
async def correction(call: Calling, speaking: Speaking, body: CorrectionBody) -> CaseBody:
    """写明哪一项、应当是什么、为什么。"""
    who = await speaking.beneficiary(body)
    case = await rights.ask_correction(
        call.given,
        who,
        facts=body.facts,
        reason=body.reason,
        run=body.run,
        entitlement=body.entitlement,
        sent=call.sent(body),
    )
    return await _opened(call.given, case)


@router.post(
    "/facts", summary="快申快享", status_code=201, responses=responses(*_ACT, Code.UNKNOWN_RUN)
)
async def bring_facts(call: Calling, speaking: Speaking, body: FactsBody) -> CaseBody:
    """补充缺少的数据，由人核对。"""
    who = await speaking.beneficiary(body)
    case = await rights.bring_facts(
        call.given,
        who,
        run=body.run,
        facts=body.facts,
        reason=body.reason,
        sent=call.sent(body),
    )
    return await _opened(call.given, case)


@router.post("/account", summary="更正收款账户", status_code=201, responses=responses(*_ENTRY))
async def account(call: Calling, speaking: Speaking, body: OwnAccountBody) -> CaseBody:
    """由主管部门核对后更正；急用的到窗口凭材料当场更正。"""
    who = await speaking.beneficiary(body)
    case = await rights.ask_account(
        call.given,
        who,
        body.entitlement,
        name=body.name,
        number=body.number,
        sent=call.sent(body),
    )
    return await _opened(call.given, case)


@router.post("/recovery", summary="对追回陈述、申辩", status_code=201, responses=responses(*_ENTRY))
async def recovery(call: Calling, speaking: Speaking, body: RecoveryBody) -> CaseBody:
    """不应当退回的理由。"""
    who = await speaking.beneficiary(body)
    case = await rights.object_recovery(
        call.given, who, body.entitlement, reason=body.reason, sent=call.sent(body)
    )
    return await _opened(call.given, case)
