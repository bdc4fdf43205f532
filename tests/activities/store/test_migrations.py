"""The schema goes up and down, and says the same as the tables."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from activities.store.migrations.run import head, migrate, revisions
from activities.store.tables import desk, register
from activities.store.tables.base import Base
from tests.support.database import server


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A database without a schema."""
    with server(tmp_path_factory.mktemp("empty")) as url:
        yield url


class TestMigrate:
    def test_goes_up_and_down_and_up_again(self, empty: str) -> None:
        migrate(empty)
        migrate(empty, to="base")
        assert revisions(empty) == (None, head())
        migrate(empty)
        migrate(empty)
        assert revisions(empty) == (head(), head())
        migrate(empty, to="base")
        engine = create_engine(empty)
        assert inspect(engine).get_table_names() == ["alembic_version"]
        migrate(empty)
        engine.dispose()

    def test_comes_to_what_the_tables_say(self, empty: str) -> None:
        migrate(empty)
        engine = create_engine(empty)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        engine.dispose()
        assert {desk.Application.__tablename__, register.Event.__tablename__} <= set(
            Base.metadata.tables
        )

    def test_files_are_named_by_date(self) -> None:
        folder = Path("activities/store/migrations/versions")
        names = [path.stem for path in folder.glob("[!_]*.py")]
        assert names
        assert all(name[:4].isdigit() for name in names)
