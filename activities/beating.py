"""Heartbeats beside the work of an activity: a worker that was killed is soon found out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

BEAT = 2.0


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """One every other second for as long as the work inside goes on; none outside an activity."""
    if not activity.in_activity():
        yield
        return

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(BEAT)

    task = asyncio.create_task(beat(), name="heartbeat")
    try:
        yield
    finally:
        task.cancel()
