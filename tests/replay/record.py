"""Records the histories that `test_replay` replays: `python -m tests.replay.record RELEASE`.

A history is added at each release and never changed: running applications of that release must
replay.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.matter.events import BundleStarted
from definitions.matter.state import Outcome
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
from tests.support.temporal import Desk, Register, time_skipping, working
from workflows.bundle import BundleWorkflow

HISTORIES = Path(__file__).parent / "histories"
Handle = WorkflowHandle[BundleWorkflow, str]


def _event(place: int, *, term: bool = False, **more: tuple[str, ...]) -> BundleStarted:
    event = started(planned({"changes": ("term",)} if term else None), **more)[0].event
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


async def main(release: str) -> None:
    """Record every scenario."""
    async with time_skipping() as env, working(env.client, Register()) as desk:
        for scenario in (supplement, publicity):
            handle = await scenario(env, desk)
            history = await handle.fetch_history()
            file = HISTORIES / f"bundle-{scenario.__name__}@{release}.json"
            file.write_text(history.to_json(), encoding="utf-8")
    await asyncio.sleep(0.25)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
