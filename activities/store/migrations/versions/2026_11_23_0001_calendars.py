"""Working calendars as published data, and which of them each application is reckoned by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0001"
down_revision: str | None = "2026_11_22_0000"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
ZERO = sa.text("0")


def upgrade() -> None:
    """Forward. The column has a default, so that the release before still writes its rows."""
    op.execute("SET lock_timeout = '3s'")
    op.create_table(
        "calendar",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("years", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", AT, server_default=NOW, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("payload_sha256", sa.Text(), nullable=True),
        sa.Column("recalculation", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("region", "version", name=op.f("pk_calendar")),
    )
    op.create_index(
        "uq_calendar_key",
        "calendar",
        ["published_by", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    _recalculations()
    op.add_column(
        "bundle", sa.Column("calendar", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.create_index(
        "ix_bundle_open",
        "bundle",
        ["number", "calendar"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed'"),
    )


def _recalculations() -> None:
    op.create_table(
        "recalculation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default=ZERO, nullable=False)
            for name in ("done", "skipped", "moved", "failed")
        ),
        sa.Column(
            "failures", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", AT, server_default=NOW, nullable=False),
        sa.Column("finished_at", AT, nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'done', 'superseded')",
            name=op.f("ck_recalculation_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalculation")),
    )
    op.create_index("ix_recalculation_started", "recalculation", ["started_at", "id"], unique=False)
    op.create_table(
        "moved_limit",
        sa.Column("recalculation", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("was", sa.Date(), nullable=True),
        sa.Column("becomes", sa.Date(), nullable=True),
        sa.Column("stands", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["recalculation"],
            ["recalculation.id"],
            name=op.f("fk_moved_limit_recalculation_recalculation"),
        ),
        sa.ForeignKeyConstraint(
            ["bundle"], ["bundle.number"], name=op.f("fk_moved_limit_bundle_bundle")
        ),
        sa.PrimaryKeyConstraint(
            "recalculation", "bundle", "matter", "clock", name=op.f("pk_moved_limit")
        ),
    )


def downgrade() -> None:
    """Back."""
    op.execute("SET lock_timeout = '3s'")
    op.drop_index("ix_bundle_open", table_name="bundle")
    op.drop_column("bundle", "calendar")
    op.drop_table("moved_limit")
    op.drop_table("recalculation")
    op.drop_table("calendar")
