"""Legal acts around a matter: notices, procedures, hearings, promises, credit, corrections."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0002"
down_revision: str | None = "2026_11_23_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward. Columns have defaults, so that the release before still writes its rows."""
    op.execute("SET lock_timeout = '3s'")
    for table, column in (
        ("matter", sa.Column("suspended", sa.Boolean(), server_default=sa.text("false"))),
        ("matter", sa.Column("special", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"))),
        ("task", sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"))),
        (
            "application",
            sa.Column("corrections", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb")),
        ),
    ):
        column.nullable = False
        op.add_column(table, column)
    op.add_column("task", sa.Column("days", sa.Integer(), nullable=True))
    op.add_column("document", sa.Column("about", sa.Text(), nullable=True))
    op.create_table(
        "credit",
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("recorded_at", AT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("repaired_at", AT, server_default=sa.text("NULL"), nullable=True),
        sa.Column("repaired_by", sa.Text(), server_default=sa.text("NULL"), nullable=True),
        sa.ForeignKeyConstraint(
            ["bundle"], ["bundle.number"], name=op.f("fk_credit_bundle_bundle")
        ),
        sa.PrimaryKeyConstraint("bundle", "matter", name=op.f("pk_credit")),
    )


def downgrade() -> None:
    """Back, for a release that is taken back at once."""
    op.drop_table("credit")
    op.drop_column("document", "about")
    op.drop_column("task", "days")
    op.drop_column("application", "corrections")
    op.drop_column("task", "reasons")
    op.drop_column("matter", "special")
    op.drop_column("matter", "suspended")
