"""智能预审 in the console: calling a finding wrong, applying all the same, 一键预查."""

from typing import Annotated

from fastapi import Path, Response

from api import findings
from api.console import request as pages
from api.console.fill.benefits import CHECKUP
from api.console.request import Posting, Visit, Visiting, moved, page
from api.console.taking import prechecks
from api.console.taking.drafts import loaded, save
from api.console.views.prechecks import AheadPage
from api.console.views.shared import ErrorView, FieldView, Option
from api.entered import entered_of
from api.findings import DEREGISTRATION, Ahead
from api.problems import Problem
from definitions.errors import Refused
from definitions.rules import permissions
from definitions.rules.codes import uscc_fault
from definitions.rules.obstacles import Found
from definitions.rules.permissions import Act

router = pages.router()

DraftId = Annotated[str, Path(max_length=40)]
RuleId = Annotated[str, Path(max_length=48)]
_HERE = "/console/precheck"
_LONGEST = 500


@router.post("/console/drafts/{draft}/findings/{rule}")
async def call_wrong(visitor: Visiting, form: Posting, draft: DraftId, rule: RuleId) -> Response:
    """Keep why a finding is wrong; it goes on being shown, with the reason beside it."""
    at = await loaded(visitor, draft)
    reason = form.one("reason").strip()[:_LONGEST]
    if not reason:
        return moved(f"{at.url}/check", "请写明这条提示为什么不对。")
    try:
        await findings.call_wrong(visitor.services, visitor.actor, at.draft, rule, reason)
    except Problem as problem:
        return moved(f"{at.url}/check", problem.detail)
    return moved(f"{at.url}/check", "已记下，交给规则维护人核对。")


@router.post("/console/drafts/{draft}/insist")
async def insist(visitor: Visiting, form: Posting, draft: DraftId) -> Response:
    """The applicant was told what rules the service out, and applies all the same."""
    at = await loaded(visitor, draft)
    entered = entered_of(at.draft).model_copy(update={"insisted": True})
    saved = await save(visitor, at.draft, entered, form.version)
    told = "草稿刚被改过，请再看一遍。" if saved.theirs else "已记下：告知申请人后仍要申请。"
    return moved(f"{at.url}/guidance", told)


@router.get(_HERE)
async def ahead(visitor: Visiting, uscc: str = "", service: str = DEREGISTRATION) -> Response:
    """一键预查: before an application, everything registers know that stands in its way."""
    permissions.require(visitor.actor, Act.PREPARE)
    code = "".join(uscc.split()).upper()[:24]
    fault = uscc_fault(code) if code else None
    found: Ahead | None = None
    if code and fault is None:
        try:
            found = await findings.ahead(visitor.services, visitor.actor, code, service=service)
        except (Problem, Refused) as refused:
            fault = refused.detail if isinstance(refused, Problem) else refused.message
    return await _page(visitor, code, service, found, fault or "")


async def _page(
    visitor: Visit, code: str, service: str, found: Ahead | None, fault: str
) -> Response:
    errors = (ErrorView("uscc", fault),) if fault else ()
    view = AheadPage(
        frame=await visitor.frame("一键预查", nav=_HERE, here=_HERE, errors=errors),
        uscc=FieldView(
            "uscc",
            "统一社会信用代码",
            value=code,
            hint="扫营业执照上的二维码，或者输入 18 位代码",
            error=fault,
            max_length=24,
        ),
        services=tuple(_services(visitor, service)),
        firm=(found.firm_name or "登记库没有这家企业") if found else "",
        service=found.service_name if found else "",
        obstacles=prechecks.obstacle_views(visitor.services, found) if found else (),
        clear=tuple(o.reason for o in found.obstacles if o.found is Found.CLEAR) if found else (),
        away=prechecks.away_words(found) if found else "",
        unpaid=tuple(findings.unpaid_said(each) for each in found.unpaid) if found else (),
        checkup_url=CHECKUP if visitor.may(Act.SERVE_BENEFICIARY) else "",
        asked=found is not None,
    )
    return page(visitor.request, view, status=422 if fault else 200)


def _services(visitor: Visit, chosen: str) -> list[Option]:
    """The services in force."""
    now = visitor.services.now()
    options = []
    for name in dict.fromkeys(
        each.definition.service for each in visitor.services.library.services
    ):
        try:
            definition = visitor.services.library.service(name, now).definition
        except Refused:
            continue
        if definition.inside:
            continue
        options.append(Option(name, definition.name, chosen=name == chosen))
    return options
