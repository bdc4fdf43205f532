"""Waiting in a test for what comes by itself, however slow the machine is."""

import asyncio
import inspect
from collections.abc import Callable

import pytest

TURNS, PAUSE = 3_000, 0.02
PATIENCE = 60.0
"""Seconds within which even a machine that stood still answers."""


async def until(is_so: Callable[[], object]) -> None:
    """Wait until it holds, or what it returns, where that has to be awaited.

    Turns are counted and not the time: a machine that stands still for a while costs one.
    """
    for _ in range(TURNS):
        found = is_so()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return
        await asyncio.sleep(PAUSE)
    pytest.fail("it never came to that")
