"""How promises were signed, why credit was repaired, and the supervisor's lists."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0003"
down_revision: str | None = "2026_11_23_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LISTS = (
    ("ix_matter_overdue", "overdue"),
    ("ix_matter_suspended", "suspended"),
    ("ix_matter_promised", "special #>> '{promise,status}' IN ('open', 'rectifying')"),
)


def upgrade() -> None:
    """Forward. Columns have defaults, so that the release before still writes its rows."""
    op.execute("SET lock_timeout = '3s'")
    op.add_column(
        "application",
        sa.Column(
            "commitments",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column(
        "credit",
        sa.Column("repair_reason", sa.Text(), server_default=sa.text("NULL"), nullable=True),
    )
    for name, where in _LISTS:
        op.create_index(name, "matter", ["bundle", "key"], postgresql_where=sa.text(where))
    op.create_index(
        "ix_event_disclosed",
        "event",
        ["at", "bundle", "matter"],
        postgresql_where=sa.text("kind = 'decision_disclosed'"),
    )


def downgrade() -> None:
    """Back, for a release that is taken back at once."""
    op.drop_index("ix_event_disclosed", table_name="event")
    for name, _ in _LISTS:
        op.drop_index(name, table_name="matter")
    op.drop_column("credit", "repair_reason")
    op.drop_column("application", "commitments")
