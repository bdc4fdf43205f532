"""Steering the errands that see to tasks given to departments' systems, through Temporal."""

import asyncio
from typing import Protocol

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from api.engine import ANSWER, EngineAway
from workflows.assignment import AssignmentWorkflow


class Errands(Protocol):
    """The workflows of assignments, wherever they run."""

    async def send_again(self, workflow: str) -> bool:
        """Send the task once more; False where its errand is over. Raises `EngineAway`."""
        ...


class AssignmentErrands:
    """`Errands` over Temporal."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send_again(self, workflow: str) -> bool:
        """See `Errands.send_again`."""
        errand = self._client.get_workflow_handle_for(AssignmentWorkflow.run, workflow)
        try:
            async with asyncio.timeout(ANSWER):
                await errand.signal(AssignmentWorkflow.send_again)
        except TimeoutError as error:
            raise EngineAway from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise EngineAway from error
        except RuntimeError as error:
            # A client that never reached the server yet; the SDK has no type of its own for it.
            if not str(error).startswith("Failed client connect"):
                raise
            raise EngineAway from error
        return True
