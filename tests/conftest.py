"""Fixtures that several folders share: one PostgreSQL a session, emptied for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from activities.store.engine import Store
from tests.support.database import emptied, migrated, server


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database's address."""
    with server(tmp_path_factory.mktemp("postgres")) as url:
        yield migrated(url)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store on an empty schema."""
    async for made in emptied(database_url):
        yield made
