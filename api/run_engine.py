"""Runs of policies as Temporal workflows: waking their driver.

What a run is stands in the register; a call that is lost here costs minutes and nothing else.
"""

import asyncio

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.contracts.profiles import BEHIND_PEOPLE
from api.engine import ANSWER, away
from workflows.benefit_run import BenefitRunInput, BenefitRunWorkflow, driver_of


class RunEngine:
    """The drivers of runs, one workflow each."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._queue = task_queue

    async def wake(self, run: str) -> None:
        """Let its driver look at the register at once; one that is not there is started.

        Raises `EngineAway`: the schedule finds it later.
        """
        with away():
            async with asyncio.timeout(ANSWER):
                await self._client.start_workflow(
                    BenefitRunWorkflow.run,
                    BenefitRunInput(run=run),
                    id=driver_of(run),
                    task_queue=self._queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    start_signal="wake",
                    static_summary=run,
                    priority=BEHIND_PEOPLE,
                )
