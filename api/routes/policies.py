"""Policies: reading them, judging a text, proposing, publishing, retiring, simulating."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from activities.store.benefits.simulations import SimulationLine
from api import policies, simulating
from api.auth.identity import PolicyProposer, PolicyPublisher, PolicyReader
from api.policies import PolicyDiff
from api.policy_views import PolicyVersions, PolicyView
from api.problems import ApiCode, responses
from api.routes.answers import READING, V1
from api.routes.texts import ACTING, Reason, Version
from api.sent import Key, sent
from api.services import Given
from api.simulating import SimulationShown
from api.texts import NOTE
from definitions.errors import Code
from definitions.lifecycle.policy_judging import PolicyReport

router = APIRouter(prefix=V1, tags=["惠企利民政策"])

Policy = Annotated[str, Path(max_length=48, examples=["high_tech_award"])]
_UNFIT = (Code.POLICY_INVALID, Code.POLICY_CASES)


class PolicyBody(BaseModel):
    """A policy as YAML text with its golden cases, and why it is proposed."""

    model_config = {"extra": "forbid"}

    text: str
    cases: str = ""
    note: str = Field(default="", max_length=NOTE)


class SimulationBody(BaseModel):
    """A policy as YAML text, and the day whose facts it is tried on (a year ago)."""

    model_config = {"extra": "forbid"}

    text: str
    on: date | None = None


@router.get("/policies", summary="政策库", responses=responses(*READING))
async def library(given: Given, who: PolicyReader) -> list[PolicyVersions]:
    """全部政策：生效的版本（用中文说明），以及已提出、已退回、已发布、已停用的版本。"""
    return list(await policies.listed(given, who.actor))


@router.post(
    "/policies/check",
    summary="检查一份政策",
    responses=responses(*READING, ApiCode.TOO_LARGE),
)
async def check(*, given: Given, who: PolicyProposer, body: PolicyBody) -> PolicyReport:
    """不保存，只列出全部问题（行、列、规则）和金例的结果。"""
    return await policies.check(given, who.actor, body.text, body.cases)


@router.post(
    "/policies",
    summary="提出一版政策",
    status_code=201,
    responses=responses(
        *(*ACTING, *_UNFIT, ApiCode.TOO_LARGE), Code.POLICY_PUBLISHED, Code.POLICY_PROPOSED
    ),
)
async def propose(
    *, given: Given, request: Request, who: PolicyProposer, body: PolicyBody, key: Key = None
) -> PolicyView:
    """检查和金例都通过才收下，由另一人批准发布。"""
    asked = sent(request, body, key)
    return await policies.propose(given, who.actor, body.text, body.cases, asked, note=body.note)


@router.post(
    "/policies/simulations",
    summary="推演一份政策",
    status_code=201,
    responses=responses(
        *(*ACTING, ApiCode.TOO_LARGE),
        *(Code.POLICY_INVALID, Code.SIMULATION_BUSY, Code.SIMULATION_TOO_LARGE),
    ),
)
async def simulate(
    *, given: Given, request: Request, who: PolicyProposer, body: SimulationBody, key: Key = None
) -> SimulationShown:
    """按某一天的数据试算：多少户符合、多少钱、为什么不符合；与生效的版本比，谁多得、谁少得。"""
    asked = sent(request, body, key)
    return await simulating.simulate(given, who.actor, body.text, asked, on=body.on)


@router.get("/policies/simulations", summary="做过的推演", responses=responses(*READING))
async def simulations(
    *,
    given: Given,
    who: PolicyReader,
    policy: Annotated[str | None, Query(max_length=48)] = None,
) -> list[SimulationLine]:
    """最近 50 次，新的在前。"""
    return list(await simulating.simulations(given, who.actor, policy))


@router.get(
    "/policies/simulations/{number}",
    summary="一次推演",
    responses=responses(*READING, Code.UNKNOWN_SIMULATION),
)
async def simulation(
    *, given: Given, who: PolicyReader, number: Annotated[int, Path(ge=1, le=2**53)]
) -> SimulationShown:
    """各组的户数和金额，以及前 200 户；个人的姓名和证件号部分隐去。"""
    return await simulating.simulation(given, who.actor, number)


@router.get(
    "/policies/{policy}",
    summary="一项政策的各个版本",
    responses=responses(*READING, Code.UNKNOWN_POLICY),
)
async def versions(given: Given, who: PolicyReader, policy: Policy) -> PolicyVersions:
    """新的在前；`in_force` 是现在批次所依据的版本。"""
    return await policies.policy(given, who.actor, policy)


@router.get(
    "/policies/{policy}/{version}",
    summary="一版政策",
    responses=responses(*READING, Code.UNKNOWN_POLICY),
)
async def version(given: Given, who: PolicyReader, policy: Policy, version: Version) -> PolicyView:
    """原文、金例、中文说明、检查和金例的结果、由谁提出和批准。"""
    return await policies.version(given, who.actor, policy, version)


@router.get(
    "/policies/{policy}/{version}/diff",
    summary="与另一版的差别",
    responses=responses(*READING, Code.UNKNOWN_POLICY),
)
async def diff(
    *,
    given: Given,
    who: PolicyReader,
    policy: Policy,
    version: Version,
    before: Annotated[int | None, Query(alias="from", ge=1, le=100_000)] = None,
) -> PolicyDiff:
    """用中文逐条说明；不写 from 就与前一版比。"""
    return await policies.diff(given, who.actor, policy, version, before=before)


@router.post(
    "/policies/{policy}/{version}/approve",
    summary="批准并发布",
    responses=responses(*ACTING, *_UNFIT, Code.POLICY_FOUR_EYES, Code.POLICY_NOT_PROPOSED),
)
async def approve(
    *,
    given: Given,
    request: Request,
    who: PolicyPublisher,
    policy: Policy,
    version: Version,
    key: Key = None,
) -> PolicyView:
    """由提出人以外的一人批准；发布后不能再改，按有效期生效，已经开始的批次不受影响。"""
    sent(request, None, key)
    return await policies.approve(given, who.actor, policy, version)


@router.post(
    "/policies/{policy}/{version}/return",
    summary="退回修改",
    responses=responses(*ACTING, Code.POLICY_NOT_PROPOSED, Code.REASONS_MISSING),
)
async def give_back(
    *,
    given: Given,
    request: Request,
    who: PolicyPublisher,
    policy: Policy,
    version: Version,
    body: Reason,
    key: Key = None,
) -> PolicyView:
    """写明理由，退给提出人；改后可以重新提出同一版本号。"""
    sent(request, body, key)
    return await policies.give_back(given, who.actor, policy, version, reason=body.reason)


@router.post(
    "/policies/{policy}/{version}/retire",
    summary="停用一版政策",
    responses=responses(*ACTING, Code.UNKNOWN_POLICY, Code.POLICY_RETIRED, Code.REASONS_MISSING),
)
async def retire(
    *,
    given: Given,
    request: Request,
    who: PolicyPublisher,
    policy: Policy,
    version: Version,
    body: Reason,
    key: Key = None,
) -> PolicyView:
    """立即不再依它开始新的批次；已经开始的照旧办完，前一版不会因此恢复。"""
    sent(request, body, key)
    return await policies.retire(given, who.actor, policy, version, reason=body.reason)
