"""One entitlement, and the money: lists, accounts, returns, budgets, payments, ledger."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path, Query

from activities.store.benefits import reading_money
from activities.store.benefits.budget_changes import BudgetChanges
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_entitlement import EntitlementView
from activities.store.benefits.reading_money import BudgetLine, LedgerLine, PaymentLine
from api.auth.identity import (
    AccountCorrector,
    BenefitReader,
    BenefitReviewer,
    BenefitRunner,
    BudgetSetter,
)
from api.auth.person import organ_of
from api.benefits import entries, money
from api.benefits.base import read_run
from api.benefits.discreet import told
from api.benefits.money import AccountGiven
from api.paging import After, Limit, Page, after_id, after_number, key_of, paged
from api.problems import responses
from api.routes.answers import READING, V1, Calling
from api.routes.benefits import COMMAND
from api.routes.bodies_benefits import AccountBody, BudgetBody, FenBody, ReasonBody
from api.services import Given
from definitions.errors import Code

router = APIRouter(prefix=f"{V1}/benefits", tags=["免申即享"])

EntryId = Annotated[str, Path(max_length=160, examples=["elder_allowance:2026-11:42:elder"])]
PolicyId = Annotated[str, Path(max_length=48)]
Period = Annotated[str, Path(max_length=16)]
_ENTRY = (*COMMAND, Code.UNKNOWN_ENTITLEMENT, Code.ENTITLEMENT_NOT_OPEN)


@router.get(
    "/entitlements/{entitlement}",
    summary="一笔应享",
    responses=responses(*READING, Code.UNKNOWN_ENTITLEMENT),
)
async def entitlement(given: Given, who: BenefitReader, entitlement: EntryId) -> EntitlementView:
    """依据的数据、经过、拨付、台账、复核件、告知。"""
    return (await entries.read_entitlement(given, who.actor, entitlement)).view


@router.post(
    "/entitlements/{entitlement}/strike",
    summary="从名单删去",
    responses=responses(*_ENTRY, Code.RUN_PHASE, Code.REASONS_MISSING),
)
async def strike(
    call: Calling, who: BenefitReviewer, entitlement: EntryId, body: ReasonBody
) -> EntryLine:
    """第一人复核通过之前；写明理由。"""
    sent = call.sent(body)
    return await entries.strike(call.given, who.actor, entitlement, reason=body.reason, sent=sent)


@router.post(
    "/entitlements/{entitlement}/restore",
    summary="恢复到名单",
    responses=responses(*_ENTRY, Code.RUN_PHASE, Code.REASONS_MISSING),
)
async def restore(
    call: Calling, who: BenefitReviewer, entitlement: EntryId, body: ReasonBody
) -> EntryLine:
    """删去的放回名单；写明理由。"""
    sent = call.sent(body)
    return await entries.restore(call.given, who.actor, entitlement, reason=body.reason, sent=sent)


@router.post(
    "/entitlements/{entitlement}/account",
    summary="更正收款账户",
    responses=responses(*_ENTRY, Code.FILES_MISSING),
)
async def account(
    call: Calling, who: AccountCorrector, entitlement: EntryId, body: AccountBody
) -> EntryLine:
    """窗口凭受益人签名的材料，或者主管部门；拨付失败的随后重新拨付。"""
    given = AccountGiven(name=body.name, number=body.number, files=tuple(body.files))
    sent = call.sent(body)
    return await money.correct_account(call.given, who.actor, entitlement, given, sent=sent)


@router.post(
    "/entitlements/{entitlement}/return",
    summary="登记退回",
    responses=responses(*_ENTRY, Code.RETURN_TOO_MUCH),
)
async def note_return(
    call: Calling, who: BenefitRunner, entitlement: EntryId, body: FenBody
) -> EntryLine:
    """追回的款项退回了全部或者一部分。"""
    sent = call.sent(body)
    return await money.note_return(call.given, who.actor, entitlement, fen=body.fen, sent=sent)


@router.post(
    "/entitlements/{entitlement}/drop-recovery",
    summary="不再追回",
    responses=responses(*_ENTRY, Code.REASONS_MISSING, Code.OFFSET_OPEN),
)
async def drop_recovery(
    call: Calling, who: BenefitReviewer, entitlement: EntryId, body: ReasonBody
) -> EntryLine:
    """原来的拨付没有错；写明理由。"""
    sent = call.sent(body)
    return await money.drop_recovery(
        call.given, who.actor, entitlement, reason=body.reason, sent=sent
    )


@router.get(
    "/runs/{run}/payments",
    summary="拨付指令",
    responses=responses(*READING, Code.UNKNOWN_RUN),
)
async def payments(
    *,
    given: Given,
    who: BenefitReader,
    run: Annotated[str, Path(max_length=120)],
    status: Annotated[list[str] | None, Query(max_length=4)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[PaymentLine]:
    """账号只显示末四位。"""
    organ = (await read_run(given, who.actor, run)).state.terms.organ
    async with given.store.reading() as session:
        found = await reading_money.payments(
            session, run, statuses=status or (), after=after_id(after), limit=limit
        )
    return paged([told(who.actor, organ, each) for each in found], limit, lambda last: (last.id,))


@router.get("/budgets", summary="预算", responses=responses(*READING))
async def budgets(
    *, given: Given, who: BenefitReader, after: After = None, limit: Limit = 50
) -> Page[BudgetLine]:
    """总额、占用、已拨、退回。"""
    key = key_of(after, 2)
    place = (key[0], key[1]) if key else None
    found = await money.read_budgets(given, who.actor, after=place, limit=limit)
    return paged(found, limit, lambda last: (last.policy, last.period))


@router.put(
    "/budgets/{policy}/{period}",
    summary="调整预算",
    responses=responses(*READING, Code.UNKNOWN_POLICY, Code.BUDGET_TOO_SMALL),
)
async def set_budget(
    given: Given, who: BudgetSetter, policy: PolicyId, period: Period, body: BudgetBody
) -> BudgetLine:
    """由主管部门的审批人；不能少于已经占用和拨付的。重复请求结果相同。"""
    return await money.set_budget(given, who.actor, policy=policy, period=period, total=body.total)


@router.get(
    "/budgets/{policy}/{period}/changes",
    summary="预算变更记录",
    responses=responses(*READING, Code.UNKNOWN_POLICY),
)
async def budget_changes(
    given: Given, who: BenefitReader, policy: PolicyId, period: Period
) -> BudgetChanges:
    """谁、何时、从多少改到多少；`holds` 为假的，记录被动过。"""
    return await money.budget_changes(given, who.actor, policy=policy, period=period)


@router.get("/ledger/{policy}", summary="台账", responses=responses(*READING))
async def ledger(
    *,
    given: Given,
    who: BenefitReader,
    policy: PolicyId,
    period: Annotated[str | None, Query(max_length=16)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[LedgerLine]:
    """复式分录，按记账先后。"""
    async with given.store.reading() as session:
        found = await reading_money.ledger(
            session,
            policy=policy,
            period=period,
            organ=organ_of(who.actor),
            after=after_number(after),
            limit=limit,
        )
    return paged(found, limit, lambda last: (last.id,))
