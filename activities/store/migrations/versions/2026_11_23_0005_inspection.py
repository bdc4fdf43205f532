"""What uploads turned out to be, the pre-check's findings at submission, and its false alarms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0005"
down_revision: str | None = "2026_11_23_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward. Columns have defaults, so that the release before still writes its rows."""
    op.execute("SET lock_timeout = '3s'")
    op.add_column("upload", _json("seen", "'{}'::jsonb"))
    op.add_column("application", _json("findings", "'[]'::jsonb"))
    op.add_column(
        "application",
        sa.Column("insisted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "precheck_feedback",
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application"],
            ["application.id"],
            name=op.f("fk_precheck_feedback_application_application"),
        ),
        sa.PrimaryKeyConstraint("application", "rule", "place", name=op.f("pk_precheck_feedback")),
    )
    op.create_index("ix_precheck_feedback_rule", "precheck_feedback", ["rule", "at"])


def _json(name: str, default: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text(default), nullable=False)


def downgrade() -> None:
    """Back, for a release that is taken back at once."""
    op.drop_table("precheck_feedback")
    op.drop_column("application", "insisted")
    op.drop_column("application", "findings")
    op.drop_column("upload", "seen")
