"""Records the histories that `test_replay` replays: `python -m tests.replay.record RELEASE`.

A history is added at each release and never changed: running applications of that release must
replay.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from definitions.bundle import commands as c
from definitions.matter.events import BundleStarted
from definitions.matter.tasks import Outcome
from tests.replay import benefits, errands
from tests.replay.departments import departments
from tests.replay.mornings import morning
from tests.support import legal
from tests.support.services import (
    APPROVER,
    CLERK,
    FILE,
    FOODER,
    REASON,
    REVIEWER,
    TAXER,
    planned,
    started,
)
from tests.support.sweep import Sweep
from tests.support.temporal import Desk, Register, time_skipping, working
from workflows.bundle import BundleWorkflow
from workflows.recalculation import RecalculationInput, RecalculationWorkflow, Window
from workflows.sandbox import runner

HISTORIES = Path(__file__).parent / "histories"
Handle = WorkflowHandle[BundleWorkflow, str]


def _event(
    place: int,
    *,
    term: bool = False,
    lacking: tuple[str, ...] = (),
    committed: tuple[str, ...] = (),
) -> BundleStarted:
    plan = planned({"changes": ("term",)} if term else None)
    event = started(plan, lacking=lacking, committed=committed)[0].event
    assert isinstance(event, BundleStarted)
    return event.model_copy(update={"number": f"SJ-YJS-310117-20261120-{place:06d}"})


async def supplement(_env: WorkflowEnvironment, desk: Desk) -> Handle:
    """A whole company change in which one paper comes later."""
    event = _event(1, lacking=("M03",), committed=("FOOD",))
    handle = await desk.start(event, CLERK)
    for actor, task, outcome in (
        (REVIEWER, "REG.review", Outcome.PASS),
        (APPROVER, "REG.decide", Outcome.GRANT),
    ):
        await desk.act(
            event.number, actor, c.CompleteTask(task=f"{event.number}.{task}", outcome=outcome)
        )
    for actor, task in ((TAXER, "TAX.handle"), (FOODER, "FOOD.handle")):
        await desk.act(
            event.number,
            actor,
            c.CompleteTask(task=f"{event.number}.{task}", outcome=Outcome.GRANT),
        )
    await desk.act(event.number, CLERK, c.SupplyMaterial(material="M03", files=(FILE,)))
    check = f"{event.number}.FOOD.check-M03-1"
    await desk.act(event.number, FOODER, c.CompleteTask(task=check, outcome=Outcome.ACCEPT))
    await desk.act(event.number, CLERK, c.DeliverDocument(document=f"{event.number}.REG.licence"))
    await handle.result()
    return handle


async def publicity(env: WorkflowEnvironment, desk: Desk) -> Handle:
    """Publicity, an objection dismissed, the filing window missed, and the rest withdrawn."""
    event = _event(2, term=True)
    handle = await desk.start(event, CLERK)
    await desk.act(event.number, CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
    await env.fast_forward(handle, timedelta(days=25))
    task = f"{event.number}.PUB.objection-1"
    dismiss = c.CompleteTask(task=task, outcome=Outcome.DISMISS, reasons=(REASON,))
    await desk.act(event.number, REVIEWER, dismiss)
    await env.fast_forward(handle, timedelta(days=40))
    await desk.act(event.number, CLERK, c.WithdrawBundle())
    await handle.result()
    return handle


async def procedure(env: WorkflowEnvironment, desk: Desk) -> Handle:
    """A licence that stood still, was granted late, and revoked in the end."""
    event = legal.life().events[0].event
    assert isinstance(event, BundleStarted)
    number = "SJ-YJS-310117-20260302-000003"
    event = event.model_copy(update={"number": number})
    handle = await desk.start(event, legal.CLERK)
    why = (legal.WHY,)
    pause = c.StartProcedure(matter="PERMIT", cause="inspection", days=10, reasons=why)
    await desk.act(number, legal.OFFICER, _done(f"{number}.PERMIT.receipt", Outcome.ACCEPT))
    await desk.act(number, legal.OFFICER, pause)
    await env.fast_forward(handle, timedelta(days=20))
    await desk.act(number, legal.OFFICER, c.EndProcedure(matter="PERMIT"))
    review = _done(f"{number}.PERMIT.review", Outcome.PASS)
    together = review.model_copy(update={"companions": ("second",)})
    await desk.act(number, legal.OFFICER, together)
    await desk.act(number, legal.HEAD, _done(f"{number}.PERMIT.decide", Outcome.GRANT))
    revoke = c.RevokeDecision(matter="PERMIT", reasons=why, bases=legal.BASES)
    await desk.act(number, legal.HEAD, revoke)
    await handle.result()
    return handle


def _done(task: str, outcome: Outcome) -> c.CompleteTask:
    return c.CompleteTask(task=task, outcome=outcome)


async def sweep(env: WorkflowEnvironment) -> WorkflowHandle[RecalculationWorkflow, str]:
    """A calendar for twenty applications, of which one does not answer."""
    stand_in = Sweep(20)
    stand_in.stubborn = {"SJ-0007"}
    window = Window(chunk=3, lanes=2, page=2, settling=timedelta(milliseconds=10))
    given = RecalculationInput(id="310117:CN-2", region="310117", calendar="CN-2", window=window)
    async with Worker(
        env.client,
        task_queue="sweep",
        workflows=[RecalculationWorkflow],
        activities=[stand_in.open_bundles, stand_in.give_calendar, stand_in.note_progress],
        workflow_runner=runner(strict=True),
    ):
        handle = await env.client.start_workflow(
            RecalculationWorkflow.run, given, id="recalculation:CN-2", task_queue="sweep"
        )
        await handle.result()
    return handle


async def main(release: str) -> None:
    """Record every scenario."""
    async with time_skipping() as env:
        async with working(env.client, Register()) as desk:
            for scenario in (supplement, publicity, procedure, departments):
                await _keep(await scenario(env, desk), f"bundle-{scenario.__name__}@{release}")
        await _keep(await sweep(env), f"recalculation-sweep@{release}")
        await _keep(await morning(env), f"digest-{morning.__name__}@{release}")
        for of_run in (benefits.paid, benefits.wished, benefits.cancelled):
            await _keep(await of_run(env), f"benefitrun-{of_run.__name__}@{release}")
        await _keep(await benefits.daily(env), f"benefitschedule-daily@{release}")
        for errand in (errands.worker, errands.nexus, errands.webhook, errands.automatic):
            await _keep(await errand(env), f"assignment-{errand.__name__}@{release}")
    await asyncio.sleep(0.25)


async def _keep(handle: WorkflowHandle[Any, Any], name: str) -> None:
    history = await handle.fetch_history()
    (HISTORIES / f"{name}.json").write_text(history.to_json(), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
