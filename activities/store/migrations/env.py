"""Alembic's entry: it gets its connection by argument and reads no environment."""

from alembic import context
from sqlalchemy import Connection

from activities.store.tables import (
    benefits,
    calendars,
    connections,
    definitions,
    desk,
    inbox,
    register,
    subjects,
)
from activities.store.tables.base import Base

# Tables register themselves where they are defined.
TABLES = (benefits, calendars, connections, definitions, desk, inbox, register, subjects)


def run() -> None:
    """Apply the steps on the connection that `migrations.run` put into the configuration."""
    connection = context.config.attributes["connection"]
    assert isinstance(connection, Connection)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
