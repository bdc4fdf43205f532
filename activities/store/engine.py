"""Connections to PostgreSQL.

Reading and writing sessions are different types; nobody commits by hand.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NewType

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

ReadSession = NewType("ReadSession", AsyncSession)
WriteSession = NewType("WriteSession", ReadSession)

STATEMENT_TIMEOUT_MS = 15_000
# Seconds for a connection: longer than a machine stands still that is moved or saved.
CONNECT_TIMEOUT = 15


class Store:
    """A pool of connections; `begin` to write in one transaction, `reading` to read."""

    def __init__(self, url: str, *, name: str, size: int = 10) -> None:
        options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=size,
            max_overflow=size,
            pool_timeout=CONNECT_TIMEOUT,
            pool_pre_ping=False,
            # A driver's error would otherwise quote the values: personal data in a log.
            hide_parameters=True,
            connect_args={
                "application_name": f"yijianshi-{name}",
                "connect_timeout": CONNECT_TIMEOUT,
                "options": options,
            },
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed at the end, rolled back on any error."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield WriteSession(ReadSession(session))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session that only reads."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield ReadSession(session)

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()
