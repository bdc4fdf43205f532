"""Keeping near what other processes publish: asked again every few seconds, for ever."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)


async def follow(what: str, current: Callable[[], Awaitable[object]], *, every: float) -> None:
    """Ask `current` every so many seconds; a database that is away is asked again."""
    while True:
        try:
            await current()
        except (SQLAlchemyError, OSError) as error:
            log.warning("not_followed", what=what, error=type(error).__name__)
        await asyncio.sleep(every)
