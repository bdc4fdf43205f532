"""Definitions as published and as proposed. What is published says the same for ever."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0006"
down_revision: str | None = "2026_11_23_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("clock_timestamp()")
_WHEN = sa.DateTime(timezone=True)

# Retiring writes three columns, once; everything else of a row, and the row itself, stays.
_LOCK = """
CREATE FUNCTION publication_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.retired_at IS NULL
     AND to_jsonb(NEW) - '{retired_at,retired_by,retired_why}'::text[]
       = to_jsonb(OLD) - '{retired_at,retired_by,retired_why}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% v% is published and cannot change', OLD.service, OLD.version
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER publication_stays BEFORE UPDATE OR DELETE ON publication
  FOR EACH ROW EXECUTE FUNCTION publication_stays();
"""


def upgrade() -> None:
    """Forward.

    The evidence table takes two digests of one version: how a digest is made has changed once.
    """
    op.execute("SET lock_timeout = '3s'")
    _publications()
    _proposals()
    op.drop_index("uq_definition_version", table_name="definition")
    op.create_index("ix_definition_version", "definition", ["service", "version"])


def _publications() -> None:
    op.create_table(
        "publication",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("composed", postgresql.JSONB(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cases", postgresql.JSONB(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", _WHEN, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("published_at", _WHEN, server_default=_NOW, nullable=False),
        sa.Column("retired_at", _WHEN, nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retired_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("service", "version", name=op.f("pk_publication")),
    )
    op.execute(_LOCK)


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cases", postgresql.JSONB(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", _WHEN, server_default=_NOW, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", _WHEN, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("payload_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'returned', 'published')", name=op.f("ck_proposal_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["service", "version"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "uq_proposal_key",
        "proposal",
        ["proposed_by", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.create_index("ix_proposal_version", "proposal", ["service", "version", "id"])


def downgrade() -> None:
    """Back, for a release that is taken back at once; what was published meanwhile is lost."""
    op.drop_index("ix_definition_version", table_name="definition")
    op.create_index("uq_definition_version", "definition", ["service", "version"], unique=True)
    op.drop_table("proposal")
    op.drop_table("publication")
    op.execute("DROP FUNCTION publication_stays()")
