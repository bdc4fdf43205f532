"""One Temporal server for all workflow tests.

A worker, a queue and a register of its own for each.
"""

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.temporal import Desk, Register, time_skipping, working


@pytest.fixture(scope="session")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A real server with time skipping."""
    async with time_skipping() as environment:
        yield environment


@pytest.fixture
def register() -> Register:
    """A register of this test alone."""
    return Register()


@pytest.fixture
async def desk(env: WorkflowEnvironment, register: Register) -> AsyncIterator[Desk]:
    """A worker in the strict sandbox."""
    async with working(env.client, register) as desk:
        yield desk
