"""Pre-check: findings over an application, false alarms, and a firm's obstacles beforehand."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from activities.store.desk.feedback import Feedback, feedback_on
from api import findings, intake
from api.auth.identity import Preparer
from api.findings import DEREGISTRATION, Ahead
from api.problems import ApiCode, responses
from api.routes.answers import READING, V1
from api.routes.bodies import ApplicationBody, Body, Said, Word
from api.routes.intake import CLOSED, PREPARING, DraftId
from api.services import Given
from definitions.language.base import Basis
from definitions.language.checks import Severity
from definitions.rules.prechecks import Finding

router = APIRouter(prefix=V1, tags=["预审"])

RuleId = Annotated[str, Path(max_length=48, examples=["VOTE-TWOTHIRDS"])]


class FindingBody(BaseModel):
    """One finding. `pointer` is its place in the application.

    `called_wrong`: why somebody doubts it.
    """

    rule: str
    severity: Severity
    pointer: str = Field(examples=["/form/votes_for"])
    says: str
    remedy: str
    details: tuple[str, ...]
    basis: Basis | None
    called_wrong: str | None = None


class FindingsBody(BaseModel):
    """Every finding at once. Advice only: none of them stops an application."""

    findings: list[FindingBody]


class CallWrong(Body):
    """Why a finding is wrong."""

    reason: Said


class AheadBody(Body):
    """Which firm, for which service."""

    uscc: str = Field(max_length=24, examples=["91310117MA1J00001G"])
    service: Word = DEREGISTRATION


@router.post("/precheck", summary="智能预审", responses=responses(*PREPARING))
async def precheck(given: Given, who: Preparer, body: ApplicationBody) -> FindingsBody:
    """对填写的内容和文件逐条预审，一次说全；只是提示，不是决定，也不拦提交。"""
    return _body(await findings.findings_over(given, who.actor, body.entered()), ())


@router.get(
    "/drafts/{draft}/findings", summary="草稿的预审提示", responses=responses(*READING, *CLOSED)
)
async def of_draft(given: Given, who: Preparer, draft: DraftId) -> FindingsBody:
    """连同对误报的反馈。"""
    found = await intake.draft_of(given, who.actor, draft)
    seen = await findings.findings_of(given, found, actor=who.actor, owner=found.owner)
    async with given.store.reading() as session:
        said = await feedback_on(session, found.id)
    return _body(seen, said)


@router.post(
    "/drafts/{draft}/findings/{rule}/feedback",
    summary="反馈误报",
    responses=responses(*PREPARING, *CLOSED, ApiCode.UNKNOWN_FINDING),
)
async def call_wrong(
    given: Given, who: Preparer, draft: DraftId, rule: RuleId, body: CallWrong
) -> FindingsBody:
    """这条提示不对，写明理由；提示照旧显示，反馈留给规则的维护人。再次反馈以最后一次为准。"""
    found = await intake.draft_of(given, who.actor, draft)
    said = await findings.call_wrong(given, who.actor, found, rule, body.reason)
    seen = await findings.findings_of(given, found, actor=who.actor, owner=found.owner)
    return _body(seen, said)


@router.post("/precheck/deregistration", summary="一键预查", responses=responses(*PREPARING))
async def obstacles(given: Given, who: Preparer, body: AheadBody) -> Ahead:
    """按登记库等已知的情况，一次列出办不了的原因、找谁、怎么办；查不到的写明查不到。也可用于其他服务。"""
    uscc = "".join(body.uscc.split()).upper()
    return await findings.ahead(given, who.actor, uscc, service=body.service)


def _body(seen: tuple[Finding, ...], said: tuple[Feedback, ...]) -> FindingsBody:
    wrong = {(each.rule, each.place): each.reason for each in said}
    return FindingsBody(
        findings=[
            FindingBody(
                rule=each.rule,
                severity=each.severity,
                pointer=each.pointer,
                says=each.says,
                remedy=each.remedy,
                details=each.details,
                basis=each.basis,
                called_wrong=wrong.get((each.rule, each.at)),
            )
            for each in seen
        ]
    )
