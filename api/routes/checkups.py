"""Policy check-ups: of a firm or a person, printed, subscribed to; and one's own."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from activities.store.benefits.subscriptions import SubscriptionView
from api import checkup
from api.auth.identity import Current, SignedIn, allowed
from api.benefits.beneficiary import admitted
from api.checkup import Found
from api.problems import ApiCode, responses
from api.routes.answers import READING, V1
from api.routes.bodies import Body, Word
from api.services import Given, Services
from definitions.benefits.checkup import Checked, Lacking, Standing
from definitions.benefits.entitlement import Status
from definitions.errors import Code
from definitions.language.benefits import SubjectKind, Way
from definitions.rules.conditions import Fact
from definitions.rules.matching import Finding
from definitions.rules.permissions import Act

router = APIRouter(prefix=V1, tags=["政策体检"])

Server = Annotated[SignedIn, Depends(allowed(Act.SERVE_BENEFICIARY))]
SubjectId = Annotated[int, Path(ge=1, le=10**15, description="体检结果里的对象编号")]
FACT = r"^(firm|person)\.[a-z][a-z0-9_]*$"
FactName = Annotated[str, Field(pattern=FACT, max_length=60)]
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {}}, "description": "体检报告（A4 网页，可打印）"}
}
KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class CheckUpAsked(Body):
    """Whom, and what is declared where nothing is known: numbers whole, dates as 2026-11-24."""

    kind: SubjectKind = SubjectKind.FIRM
    code: str = Field(max_length=24, examples=["91310117MA1J00001G"])
    declared: dict[FactName, bool | int | Word | list[Word]] = Field(
        default_factory=dict, max_length=60, examples=[{"firm.size": "small"}]
    )


class OwnCheckUpAsked(CheckUpAsked):
    """One's own: with the query code of the letter."""

    query_code: str = Field(min_length=1, max_length=16)


class FactBody(BaseModel):
    """A fact that was looked at. Of one that is too old (`fresh` false) nothing was used."""

    fact: str
    label: str
    value: Fact
    source: str
    as_of: date
    fresh: bool


class PolicyBody(BaseModel):
    """What one policy comes to. `fen` for the entitled; `says` is why, in sentences."""

    policy: str
    version: int
    name: str
    number: str
    organ: str
    period: str
    way: Way
    standing: Standing
    fen: int | None
    uncertain: bool
    note: str | None
    reasons: tuple[str, ...]
    says: tuple[str, ...]
    findings: tuple[Finding, ...]
    lacking: tuple[Lacking, ...]
    rival: str | None
    has: Status | None
    declined: bool


class CheckUpBody(BaseModel):
    """A check-up. `subject` is empty where nobody of that code is on record."""

    subject: int | None
    kind: SubjectKind
    on: date
    fen: int
    summary: str
    policies: list[PolicyBody]
    facts: list[FactBody]
    subscription: SubscriptionView | None


class Subscribed(BaseModel):
    """Since when changes are noted."""

    subject: int
    since: datetime


@router.post(
    "/checkups",
    summary="政策体检",
    responses=responses(*READING, ApiCode.MALFORMED, ApiCode.CROSS_SITE, Code.UNKNOWN_SUBJECT),
)
async def check_up(given: Given, who: Current, body: CheckUpAsked) -> CheckUpBody:
    """一次比对全部现行政策：可享、差一点、数据不全、被排除、不可享，各写明为什么。申报的只补缺的数据，不入库。"""
    found = await checkup.check_up_by_code(
        given, who.actor, body.kind, body.code, declared=body.declared
    )
    return _body(given, found)


@router.get(
    "/checkups/{subject}",
    summary="按编号体检",
    responses=responses(*READING, Code.UNKNOWN_SUBJECT),
)
async def by_number(given: Given, who: Current, subject: SubjectId) -> CheckUpBody:
    """同上，按现在掌握的数据。"""
    return _body(given, await checkup.check_up_of(given, who.actor, subject))


@router.get(
    "/checkups/{subject}/report",
    summary="体检报告",
    response_class=HTMLResponse,
    responses={**PAGE, **responses(*READING, Code.UNKNOWN_SUBJECT)},
)
async def report(given: Given, who: Current, subject: SubjectId) -> Response:
    """可以打印的报告。"""
    found = await checkup.check_up_of(given, who.actor, subject)
    return HTMLResponse(checkup.report(given, found), headers=KEPT)


@router.put(
    "/checkups/{subject}/subscription",
    summary="订阅政策变化",
    responses=responses(*READING, ApiCode.CROSS_SITE, Code.UNKNOWN_SUBJECT),
)
async def follow(given: Given, who: Server, subject: SubjectId) -> Subscribed:
    """为窗口前的对象订阅；体检结果有变的，每天记一次。已经订阅的不变。"""
    made = await checkup.follow(given, who.actor, subject)
    return Subscribed(subject=made.subject, since=made.at)


@router.delete(
    "/checkups/{subject}/subscription",
    summary="退订",
    status_code=204,
    responses=responses(*READING, ApiCode.CROSS_SITE),
)
async def unfollow(given: Given, who: Server, subject: SubjectId) -> Response:
    """不再记变化，已记的一并删去。"""
    await checkup.unfollow(given, who.actor, subject)
    return Response(status_code=204)


@router.post(
    "/public/checkups",
    summary="自己体检",
    responses=responses(
        *(ApiCode.MALFORMED, ApiCode.TOO_MANY, ApiCode.REGISTER_AWAY),
        *(Code.INVALID, Code.UNKNOWN_SUBJECT),
    ),
)
async def own(given: Given, request: Request, body: OwnCheckUpAsked) -> CheckUpBody:
    """凭信用代码（身份证号）和查询码（可以到办事窗口凭有效证件查询、更换），不需要账号。"""
    address = request.client.host if request.client else ""
    beneficiary = await admitted(given, body.kind, body.code, body.query_code, address=address)
    found = await checkup.own_check_up(given, beneficiary.subject, declared=body.declared)
    return _body(given, found)


def _body(given: Services, found: Found) -> CheckUpBody:
    return CheckUpBody(
        subject=found.subject.id if found.subject else None,
        kind=found.checkup.kind,
        on=found.checkup.on,
        fen=found.fen,
        summary=checkup.summary(found),
        policies=[_policy(given, found, each) for each in found.checkup.policies],
        facts=list(_facts(given, found)),
        subscription=found.subscription,
    )


def _policy(given: Services, found: Found, each: Checked) -> PolicyBody:
    return PolicyBody(
        policy=each.policy,
        version=each.version,
        name=each.name,
        number=each.number,
        organ=each.organ,
        period=each.period,
        way=each.way,
        standing=each.standing,
        fen=each.amount,
        uncertain=each.mark in checkup.UNCERTAIN,
        note=each.note,
        reasons=each.found.reasons,
        says=checkup.sentences(given, found, each),
        findings=each.found.findings,
        lacking=each.lacking,
        rival=each.rival,
        has=each.has,
        declined=each.declined,
    )


def _facts(given: Services, found: Found) -> Iterator[FactBody]:
    labels = {fact.fact: fact.label for fact in given.facts.facts}
    for name, fact in found.checkup.known.items():
        yield FactBody(
            fact=name,
            label=labels[name],
            value=fact.value,
            source=checkup.source_said(given, fact),
            as_of=fact.as_of,
            fresh=fact.fresh,
        )
