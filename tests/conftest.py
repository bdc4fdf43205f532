"""Fixtures that several folders share: one PostgreSQL a session, emptied for each test.

Property tests try the same examples at every run, so that a red gate speaks of the change and not
of the dice; `make explore` tries new ones, many more of them.
"""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from hypothesis import settings

from activities.store.engine import Store
from tests.support.database import emptied, migrated, server

settings.register_profile("gate", derandomize=True)
settings.register_profile("explore", max_examples=3_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

# A traceback that prints every local prints a whole library with each: a minute for one error.
_PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])


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
