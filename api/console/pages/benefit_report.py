"""结项报告 of a run: what it came to, who was missed and why, for the screen and for paper."""

from fastapi import Response

from activities.store.benefits.policies import policies_in_force, policy_at
from activities.store.benefits.reading import run_report
from api.benefits.base import read_run
from api.console.fill import benefits as fill
from api.console.fill.benefit_report import facts, parts
from api.console.fill.benefits import URL
from api.console.pages.benefits import HOME, Run
from api.console.request import Visiting, page
from api.console.request import router as pages
from api.console.views.benefit_money import ReportPage
from api.console.views.shared import Breadcrumb
from definitions.benefits.report import Report

router = pages()


@router.get(f"{URL}/runs/{{run}}/report")
async def report(visitor: Visiting, run: Run) -> Response:
    """The closing report; a verification writes it anew."""
    state = (await read_run(visitor.services, visitor.actor, run)).state
    async with visitor.services.store.reading() as session:
        policy = (await policy_at(session, state.policy, state.version)).definition
        says = fill.says_of(policy, await policies_in_force(session, state.on))
        kept = await run_report(session, run)
    found = Report.model_validate(kept) if kept else None
    view = ReportPage(
        frame=await visitor.frame(
            f"结项报告：{state.terms.name}",
            nav=URL,
            here=fill.run_url(run, "report"),
            crumbs=(HOME, Breadcrumb(fill.name(state), fill.run_url(run))),
        ),
        head=fill.head(visitor.services, state, "report"),
        facts=facts(found) if found else (),
        parts=parts(found, policy, says, visitor.services.facts) if found else (),
        missing="" if found else "结项之后才有报告。",
    )
    return page(visitor.request, view)
