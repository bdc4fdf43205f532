"""Subjects, what is known of them, and policies."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0008"
down_revision: str | None = "2026_11_23_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("clock_timestamp()")
_AT = sa.DateTime(timezone=True)
_LIST = sa.text("'[]'::jsonb")


def upgrade() -> None:
    """Forward."""
    op.execute("SET lock_timeout = '3s'")
    _fact_batch()
    _policy_text()
    _simulation()
    _snapshot()
    _subject()
    _opt_out()
    _subject_facts()
    _subscription()
    # Snapshots are tables of their own, typed by the fact catalogue.
    op.execute("CREATE SCHEMA snapshot")


def downgrade() -> None:
    """Back."""
    op.execute("DROP SCHEMA snapshot CASCADE")
    for table in (
        "subscription",
        "subject_facts",
        "opt_out",
        "subject",
        "snapshot",
        "simulation",
        "policy_text",
        "fact_batch",
    ):
        op.drop_table(table)


def _fact_batch() -> None:
    op.create_table(
        "fact_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), server_default=_LIST, nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default=_LIST, nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("loaded_at", _AT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_batch")),
    )
    op.create_index(
        "uq_fact_batch_file", "fact_batch", ["source", "kind", "as_of", "sha256"], unique=True
    )


def _policy_text() -> None:
    op.create_table(
        "policy_text",
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", _AT, server_default=_NOW, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retired_at", _AT, nullable=True),
        sa.Column("retired_why", sa.Text(), nullable=True),
        sa.Column("earlier", postgresql.JSONB(), server_default=_LIST, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'returned', 'published', 'retired')",
            name=op.f("ck_policy_text_state"),
        ),
        sa.PrimaryKeyConstraint("policy", "version", name=op.f("pk_policy_text")),
    )
    op.create_index("uq_policy_text_key", "policy_text", ["proposed_by", "key"], unique=True)


def _simulation() -> None:
    op.create_table(
        "simulation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", _AT, server_default=_NOW, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation")),
    )
    op.create_index("uq_simulation_key", "simulation", ["made_by", "key"], unique=True)
    op.create_index("ix_simulation_policy", "simulation", ["policy", "id"])


def _snapshot() -> None:
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sources", postgresql.JSONB(), nullable=False),
        sa.Column("taken_at", _AT, server_default=_NOW, nullable=False),
        sa.Column("dropped_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )


def _subject() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=True),
        sa.Column("account_number", sa.Text(), nullable=True),
        sa.Column("account_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "said_accounts",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "query_code",
            sa.Text(),
            server_default=sa.text("left(gen_random_uuid()::text, 8)"),
            nullable=False,
        ),
        sa.Column("added_at", _AT, server_default=_NOW, nullable=False),
        sa.CheckConstraint("kind IN ('firm', 'person')", name=op.f("ck_subject_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
    )
    op.create_index("uq_subject_code", "subject", ["kind", "code"], unique=True)


def _opt_out() -> None:
    op.create_table(
        "opt_out",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("no", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", _AT, server_default=_NOW, nullable=False),
        sa.CheckConstraint("kind IN ('benefit', 'automated')", name=op.f("ck_opt_out_kind")),
        sa.ForeignKeyConstraint(
            ["subject"], ["subject.id"], name=op.f("fk_opt_out_subject_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    op.create_index("uq_opt_out_act", "opt_out", ["subject", "act"], unique=True)
    op.create_index("ix_opt_out_said", "opt_out", ["subject", "kind", "policy", "id"])


def _subject_facts() -> None:
    op.create_table(
        "subject_facts",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"], ["fact_batch.id"], name=op.f("fk_subject_facts_batch_fact_batch")
        ),
        sa.ForeignKeyConstraint(
            ["subject"], ["subject.id"], name=op.f("fk_subject_facts_subject_subject")
        ),
        sa.PrimaryKeyConstraint(
            "source", "subject", "as_of", "batch", name=op.f("pk_subject_facts")
        ),
    )
    op.create_index("ix_subject_facts_batch", "subject_facts", ["batch"])


def _subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _AT, server_default=_NOW, nullable=False),
        sa.Column("last", postgresql.JSONB(), nullable=False),
        sa.Column("last_at", _AT, nullable=False),
        sa.Column("changes", postgresql.JSONB(), server_default=_LIST, nullable=False),
        sa.ForeignKeyConstraint(
            ["subject"], ["subject.id"], name=op.f("fk_subscription_subject_subject")
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_subscription")),
    )
