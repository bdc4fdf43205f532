"""The bare workflow that `bench.bundle` compares with.

The same number of updates, and nothing else.

No register, no checks, no sign-in, no documents: what Temporal itself costs on this machine. Run
as a program it is that workflow's worker: `python -m bench.bare ADDRESS NAMESPACE QUEUE
READY_FILE`.
"""

import asyncio
import signal
import sys
from pathlib import Path

from pydantic import BaseModel
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

LAST_BREATH = 0.25


class Asked(BaseModel):
    """As much as an act of ours carries."""

    key: str
    task: str
    outcome: str


@workflow.defn(name="Bare")
class BareWorkflow:
    """Counts updates up to a number, then ends."""

    @workflow.init
    def __init__(self, updates: int) -> None:
        self._left = updates

    @workflow.run
    async def run(self, _updates: int) -> str:
        """Wait until every update has come."""
        await workflow.wait_condition(lambda: self._left == 0)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "closed"

    @workflow.update
    async def act(self, asked: Asked) -> str:
        """Take one."""
        self._left -= 1
        return asked.key

    @act.validator
    def _validate_act(self, asked: Asked) -> None:
        assert asked.key


async def main(address: str, namespace: str, queue: str, ready: Path) -> None:
    """Work until told to stop."""
    client = await Client.connect(
        address, namespace=namespace, data_converter=pydantic_data_converter
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(client, task_queue=queue, workflows=[BareWorkflow]):
        await asyncio.to_thread(ready.touch)
        await stop.wait()
    await asyncio.sleep(LAST_BREATH)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
