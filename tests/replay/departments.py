"""The history of an application that departments returned, reviewed, passed on and were late at."""

from datetime import timedelta

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.matter.events import BundleStarted
from definitions.matter.tasks import Outcome
from tests.support import legal
from tests.support.at_work import POINT, ask, said, watched
from tests.support.temporal import Desk
from workflows.bundle import BundleWorkflow

NAME = "SJ-YJS-310117-20260302-000004"
WHY = (legal.WHY,)


async def departments(env: WorkflowEnvironment, desk: Desk) -> WorkflowHandle[BundleWorkflow, str]:
    """Two requests, one answered by silence; two returns, a transfer, a recusal, a complaint."""
    event = legal.life(watched(legal.planned())).events[0].event
    assert isinstance(event, BundleStarted)
    handle = await desk.start(event.model_copy(update={"number": NAME}), legal.CLERK)
    await _reviewed(desk)
    await desk.act(NAME, legal.OFFICER, ask("consultation", "tax", "line", tacit=True))
    asked = f"{NAME}.PERMIT.consultation-1-tax"
    await desk.act(NAME, legal.OTHER, c.ReturnTask(task=asked, points=(POINT,)))
    await env.fast_forward(handle, timedelta(days=5))
    await _returned(desk)
    await env.fast_forward(handle, timedelta(days=14))
    await _ended(desk)
    await handle.result()
    return handle


async def _reviewed(desk: Desk) -> None:
    """Proposed, sent back, proposed again, approved."""
    receipt, review = f"{NAME}.PERMIT.receipt", f"{NAME}.PERMIT.review"
    accepted = c.CompleteTask(task=receipt, outcome=Outcome.ACCEPT)
    passed = said(Outcome.PASS, companions=("third",))
    put = c.ProposeCompletion(task=review, completion=passed, to="head")
    for actor, command in (
        (legal.OFFICER, accepted),
        (legal.SECOND, c.RecuseOfficer(officer="second", reasons=WHY)),
        (legal.OFFICER, c.BeginTask(task=review)),
        (legal.OFFICER, c.WaitTask(task=review, cause="register")),
        (legal.OFFICER, c.ResumeTask(task=review)),
        (legal.OFFICER, put),
        (legal.HEAD, c.SendBackTask(task=review, reasons=WHY)),
        (legal.OFFICER, put),
        (legal.HEAD, c.ApproveProposal(task=review)),
    ):
        await desk.act(NAME, actor, command)


async def _returned(desk: Desk) -> None:
    """From the decision to the review, from there to the window; to another organ and back."""
    decide, again = f"{NAME}.PERMIT.decide", f"{NAME}.PERMIT.review-r1"
    rework, last = f"{NAME}.PERMIT.rework-2", f"{NAME}.PERMIT.review-r2"
    for actor, command in (
        (legal.HEAD, c.ReturnTask(task=decide, points=(POINT,))),
        (legal.OFFICER, c.ReturnTask(task=again, points=(POINT,))),
        (legal.CLERK, c.CompleteTask(task=rework, outcome=Outcome.DONE)),
        (legal.OFFICER, c.TransferTask(task=last, department="tax", reasons=WHY)),
        (legal.OTHER, c.ReturnTask(task=last, points=(POINT,))),
        (legal.HEAD, c.HandOverTask(task=last, to="officer")),
        (legal.SUPERVISOR, c.UrgeTask(task=last, reasons=WHY)),
    ):
        await desk.act(NAME, actor, command)


async def _ended(desk: Desk) -> None:
    """Late, but granted; what was complained of is answered after the last paper went out."""
    passed = said(Outcome.PASS, companions=("third",))
    mayor = legal.HEAD.model_copy(update={"id": "deputy"})
    for actor, command in (
        (legal.APPLICANT, c.Complain(matter="PERMIT", complaint=legal.WHY)),
        (legal.OFFICER, c.CompleteTask(task=f"{NAME}.PERMIT.review-r2", **dict(passed))),
        (mayor, c.CompleteTask(task=f"{NAME}.PERMIT.decide-r2", outcome=Outcome.GRANT)),
        (legal.CLERK, c.DeliverDocument(document=f"{NAME}.PERMIT.licence")),
        (
            legal.CLERK,
            c.CompleteTask(
                task=f"{NAME}.PERMIT.complaint-1", outcome=Outcome.EXPLAINED, reasons=WHY
            ),
        ),
    ):
        await desk.act(NAME, actor, command)
