"""Bringing a database to the schema's head, and asking where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

HERE = Path(__file__).parent
# Two processes that start together must not migrate together.
_LOCK = 0x59494A53


def migrate(url: str, *, to: str = "head") -> None:
    """Bring the schema to `to`; `base` takes everything down again. Takes turns with others."""
    with _connection(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        config = configuration(connection)
        if to == "base":
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def revisions(url: str) -> tuple[str | None, str | None]:
    """The database's revision, and the newest there is."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision(), head()


@cache
def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory(str(HERE)).get_current_head()


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for this connection."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option(
        "file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
