"""Runs of policies: beginning one, its trial, its list, steering it, its report."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from activities.store.benefits import reading
from activities.store.benefits.reading import EntryLine, EventLine, MatchLine, Tally
from activities.store.benefits.reading_cases import CaseLine, case_lines
from activities.store.benefits.runs import Progress, RunView
from api.auth.identity import BenefitReader, BenefitReviewer, BenefitRunner
from api.auth.person import organ_of
from api.benefits import running, sampling
from api.benefits.base import read_run
from api.benefits.discreet import told
from api.benefits.working import SampleView
from api.paging import After, Limit, Page, after_id, after_number, cursor, key_of, moment, paged
from api.problems import ApiCode, Problem, responses
from api.routes.answers import READING, V1, Calling
from api.routes.bodies_benefits import AgainBody, BeginBody, PaceBody, ReasonBody, TrialBody
from api.services import Given
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, RunState
from definitions.errors import Code
from definitions.language.benefits import Verdict

router = APIRouter(prefix=f"{V1}/benefits", tags=["免申即享"])

RunId = Annotated[str, Path(max_length=120, examples=["elder_allowance:2026-11:1"])]
COMMAND = (
    *(ApiCode.MALFORMED, ApiCode.KEY_MISSING, ApiCode.UNAUTHENTICATED, ApiCode.CROSS_SITE),
    *(Code.FORBIDDEN, Code.INVALID, Code.KEY_REUSED, ApiCode.REGISTER_AWAY),
)
_RUN = (*COMMAND, Code.UNKNOWN_RUN, Code.RUN_PHASE)


class RunBody(BaseModel):
    """A run: `state` is what stands, `progress` how far the chunks of its phase have come."""

    state: RunState
    progress: Progress
    begun_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    tallies: list[Tally] = []


class Timeline(BaseModel):
    """What happened, newest first; `chain_holds`: nothing of it all was changed since."""

    events: list[EventLine]
    next: str | None
    chain_holds: bool


def _run(found: RunView, tallies: tuple[Tally, ...] = ()) -> RunBody:
    said = found.model_dump(include={"progress", "begun_at", "changed_at", "closed_at"})
    return RunBody(state=found.state, tallies=list(tallies), **said)


@router.post(
    "/runs",
    summary="开始一个批次",
    status_code=201,
    responses=responses(*COMMAND, Code.UNKNOWN_POLICY, Code.RUN_BEGUN),
)
async def begin(call: Calling, who: BenefitRunner, body: BeginBody) -> RunBody:
    """试算，不产生任何效力：冻结数据、逐户比对、等人抽查。"""
    return _run(
        await running.begin_run(
            call.given,
            who.actor,
            policy=body.policy,
            on=body.on,
            period=body.period,
            sent=call.sent(body),
        )
    )


@router.get("/runs", summary="批次", responses=responses(*READING))
async def runs(
    *,
    given: Given,
    who: BenefitReader,
    policy: Annotated[str | None, Query(max_length=48)] = None,
    phase: Phase | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[RunBody]:
    """新的在前；部门只看本部门政策的。"""
    key = key_of(after, 2)
    async with given.store.reading() as session:
        found = await reading.runs(
            session,
            organ=organ_of(who.actor),
            policy=policy,
            phases=(phase,) if phase else (),
            after=(moment(key[0]), key[1]) if key else None,
            limit=limit,
        )
    last = found[-1] if len(found) == limit else None
    return Page(
        items=[_run(each) for each in found],
        next=cursor((last.begun_at, last.id)) if last else None,
    )


@router.get("/runs/{run}", summary="一个批次", responses=responses(*READING, Code.UNKNOWN_RUN))
async def run(given: Given, who: BenefitReader, run: RunId) -> RunBody:
    """阶段、进度、各种结果的户数和金额。"""
    found = await read_run(given, who.actor, run)
    async with given.store.reading() as session:
        return _run(found, await reading.tallies(session, run))


@router.get(
    "/runs/{run}/sample", summary="抽查样本", responses=responses(*READING, Code.UNKNOWN_RUN)
)
async def sample(given: Given, who: BenefitReader, run: RunId) -> list[SampleView]:
    """每一例都带过程：条件、数据、来源、截至日、算式。"""
    return list(await sampling.sample(given, who.actor, run))


@router.get(
    "/runs/{run}/matches", summary="比对结果", responses=responses(*READING, Code.UNKNOWN_RUN)
)
async def matches(
    *,
    given: Given,
    who: BenefitReader,
    run: RunId,
    verdict: Verdict | None = None,
    near: bool | None = None,
    reason: Annotated[str | None, Query(max_length=48)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[MatchLine]:
    """符合、差一点、数据缺失、被排除的；不符合的只计数。"""
    organ = (await read_run(given, who.actor, run)).state.terms.organ
    async with given.store.reading() as session:
        found = await reading.matches(
            session,
            run,
            verdict=verdict,
            near=near,
            reason=reason,
            after=after_number(after),
            limit=limit,
        )
    return paged(
        [told(who.actor, organ, each) for each in found], limit, lambda last: (last.subject,)
    )


@router.get(
    "/runs/{run}/matches/{subject}",
    summary="一户（人）的比对过程",
    responses=responses(*READING, Code.UNKNOWN_RUN, Code.UNKNOWN_SUBJECT),
)
async def match(given: Given, who: BenefitReader, run: RunId, subject: int) -> SampleView:
    """按批次冻结的数据重新算一遍。"""
    return await sampling.match_working(given, who.actor, run, subject)


@router.get(
    "/runs/{run}/entitlements", summary="名单", responses=responses(*READING, Code.UNKNOWN_RUN)
)
async def entitlements(
    *,
    given: Given,
    who: BenefitReader,
    run: RunId,
    status: Annotated[list[Status] | None, Query(max_length=20)] = None,
    subject: Annotated[
        int | None, Query(ge=1, lt=2**63, description="对象编号，由 `POST /facts/subjects` 查得")
    ] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[EntryLine]:
    """按状态筛选，或者只看一户（人）。"""
    organ = (await read_run(given, who.actor, run)).state.terms.organ
    async with given.store.reading() as session:
        found = await reading.entries(
            session,
            run=run,
            statuses=status or (),
            subject=subject,
            after=after_id(after),
            limit=limit,
        )
    return paged([told(who.actor, organ, each) for each in found], limit, lambda last: (last.id,))


@router.get(
    "/runs/{run}/cases", summary="批次的复核件", responses=responses(*READING, Code.UNKNOWN_RUN)
)
async def cases(
    given: Given, who: BenefitReader, run: RunId, after: After = None, limit: Limit = 50
) -> Page[CaseLine]:
    """异议、人工复核、更正、快申快享、追回异议；新的在前。"""
    organ = (await read_run(given, who.actor, run)).state.terms.organ
    async with given.store.reading() as session:
        found = await case_lines(session, run=run, before=after_number(after), limit=limit)
    return paged([told(who.actor, organ, each) for each in found], limit, lambda last: (last.id,))


@router.get(
    "/runs/{run}/timeline", summary="批次的经过", responses=responses(*READING, Code.UNKNOWN_RUN)
)
async def timeline(
    given: Given, who: BenefitReader, run: RunId, after: After = None, limit: Limit = 100
) -> Timeline:
    """谁在什么时候做了什么；并核对审计链。"""
    await read_run(given, who.actor, run)
    async with given.store.reading() as session:
        found = await reading.run_events(session, run, before=after_number(after), limit=limit)
        holds = await reading.run_chain_holds(session, run)
    shown = paged(found, limit, lambda last: (last.seq,))
    return Timeline(events=shown.items, next=shown.next, chain_holds=holds)


@router.get(
    "/runs/{run}/report",
    summary="结项报告",
    responses=responses(*READING, Code.UNKNOWN_RUN, ApiCode.NOT_FOUND),
)
async def report(given: Given, who: BenefitReader, run: RunId) -> JSONResponse:
    """应享尽享的数字：应享未享及原因、异议、账户失败、追回、各阶段用时。"""
    await read_run(given, who.actor, run)
    async with given.store.reading() as session:
        found = await reading.run_report(session, run)
    if found is None:
        raise Problem(ApiCode.NOT_FOUND, "批次还没有结项报告")
    return JSONResponse(found)


@router.post(
    "/runs/{run}/pass-trial",
    summary="通过试算",
    responses=responses(*_RUN, Code.SAMPLE_TOO_SMALL, Code.SAMPLE_WRONG),
)
async def pass_trial(call: Calling, who: BenefitRunner, run: RunId, body: TrialBody) -> RunBody:
    """抽查样本逐例看过，全都对的，才往下走；有不对的，记录在案，批次停在试算。"""
    sent = call.sent(body)
    return _run(
        await running.pass_trial(call.given, who.actor, run, sampled=body.given(), sent=sent)
    )


@router.post("/runs/{run}/match-again", summary="重新比对", responses=responses(*_RUN))
async def match_again(call: Calling, who: BenefitRunner, run: RunId, body: AgainBody) -> RunBody:
    """重新冻结数据再比对；名单复核通过之前都可以。"""
    sent = call.sent(body)
    return _run(
        await running.match_again(
            call.given, who.actor, run, reason=body.reason, on=body.on, sent=sent
        )
    )


@router.post(
    "/runs/{run}/approve", summary="复核通过名单", responses=responses(*_RUN, Code.FOUR_EYES)
)
async def approve(call: Calling, who: BenefitReviewer, run: RunId) -> RunBody:
    """要两个人分别通过。"""
    return _run(await running.approve_list(call.given, who.actor, run, sent=call.sent(None)))


@router.post("/runs/{run}/return", summary="退回名单", responses=responses(*_RUN))
async def send_back(call: Calling, who: BenefitReviewer, run: RunId, body: ReasonBody) -> RunBody:
    """已有的复核作废。"""
    sent = call.sent(body)
    return _run(
        await running.return_list(call.given, who.actor, run, reason=body.reason, sent=sent)
    )


@router.post("/runs/{run}/pause", summary="暂停", responses=responses(*_RUN))
async def pause(call: Calling, who: BenefitRunner, run: RunId, body: ReasonBody) -> RunBody:
    """手上的一块办完即停。"""
    sent = call.sent(body)
    return _run(await running.pause_run(call.given, who.actor, run, reason=body.reason, sent=sent))


@router.post("/runs/{run}/resume", summary="继续", responses=responses(*_RUN))
async def resume(call: Calling, who: BenefitRunner, run: RunId) -> RunBody:
    """从停下的地方继续。"""
    return _run(await running.resume_run(call.given, who.actor, run, sent=call.sent(None)))


@router.post("/runs/{run}/pace", summary="快慢", responses=responses(*_RUN))
async def pace(call: Calling, who: BenefitRunner, run: RunId, body: PaceBody) -> RunBody:
    """快、缓、慢。"""
    sent = call.sent(body)
    return _run(await running.set_pace(call.given, who.actor, run, pace=body.pace, sent=sent))


@router.post("/runs/{run}/cancel", summary="取消", responses=responses(*_RUN))
async def cancel(call: Calling, who: BenefitRunner, run: RunId, body: ReasonBody) -> RunBody:
    """还没有拨付的才能取消。"""
    sent = call.sent(body)
    return _run(await running.cancel_run(call.given, who.actor, run, reason=body.reason, sent=sent))


@router.post("/runs/{run}/verify", summary="事后核查", responses=responses(*_RUN))
async def verify(call: Calling, who: BenefitRunner, run: RunId) -> RunBody:
    """用现在知道的数据核对已经拨付的。"""
    return _run(await running.verify_run(call.given, who.actor, run, sent=call.sent(None)))
