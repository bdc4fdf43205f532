"""What registers said last of a firm, and what sharing did for an application."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0004"
down_revision: str | None = "2026_11_23_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COLUMNS = (("firm", "answers"), ("application", "sharing"))


def upgrade() -> None:
    """Forward. Columns have defaults, so that the release before still writes its rows."""
    op.execute("SET lock_timeout = '3s'")
    for table, name in _COLUMNS:
        column: sa.Column[object] = sa.Column(
            name, postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        )
        op.add_column(table, column)
    op.alter_column("firm", "as_of", nullable=True)


def downgrade() -> None:
    """Back, for a release that is taken back at once."""
    op.execute("DELETE FROM firm WHERE as_of IS NULL")
    op.alter_column("firm", "as_of", nullable=False)
    for table, name in reversed(_COLUMNS):
        op.drop_column(table, name)
