"""The first schema: the register, and what the service desk owns."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_22_0000"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = postgresql.JSONB(none_as_null=True)
AT = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    """Forward."""
    # A lock that is not had soon is not waited for: everybody else would queue behind it.
    op.execute("SET lock_timeout = '3s'")
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", AT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "bundle",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("service_version", sa.Integer(), nullable=False),
        sa.Column("definition_sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("situation_name", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bundle")),
        sa.UniqueConstraint("application", name=op.f("uq_bundle_application")),
    )
    op.create_index(
        "ix_bundle_status_started", "bundle", ["status", "started_at", "number"], unique=False
    )
    op.create_table(
        "definition",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("loaded_at", AT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_definition")),
    )
    op.create_index("uq_definition_version", "definition", ["service", "version"], unique=True)
    op.create_table(
        "event",
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=True),
        sa.Column("matter_seq", sa.Integer(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("recorded_at", AT, server_default=NOW, nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "transaction",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("bundle", "seq", name=op.f("pk_event")),
    )
    op.create_index("ix_event_feed", "event", ["transaction", "position"], unique=False)
    op.create_index("ix_event_matter", "event", ["bundle", "matter", "matter_seq"], unique=True)
    op.create_table(
        "firm",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_firm")),
    )
    op.create_table(
        "issued",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("file", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued")),
        sa.UniqueConstraint("number", name=op.f("uq_issued_number")),
    )
    op.create_index(op.f("ix_issued_bundle"), "issued", ["bundle"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", AT, server_default=NOW, nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["topic", "id"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_index("uq_outbox_event", "outbox", ["bundle", "seq"], unique=True)
    op.create_table(
        "remark",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", AT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_remark")),
    )
    op.create_table(
        "serial",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "period", name=op.f("pk_serial")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("subject_sha256", sa.Text(), nullable=False),
        sa.Column("at", AT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_at", "sign_in_failure", ["at"], unique=False)
    op.create_index(
        "ix_sign_in_failure_subject", "sign_in_failure", ["subject_sha256", "at"], unique=False
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("created_at", AT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_sha256"), "upload", ["sha256"], unique=False)
    op.create_table(
        "application",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("firm_code", sa.Text(), nullable=False),
        sa.Column("firm_name", sa.Text(), nullable=False),
        sa.Column("firm", JSON, nullable=False),
        sa.Column("firm_source", JSON, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("form", JSON, nullable=False),
        sa.Column("materials", JSON, nullable=False),
        sa.Column("committed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", AT, server_default=NOW, nullable=False),
        sa.Column("changed_at", AT, server_default=NOW, nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("query_code", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("payload_sha256", sa.Text(), nullable=True),
        sa.Column("start", JSON, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'handed_over', 'submitted')", name=op.f("ck_application_state")
        ),
        sa.ForeignKeyConstraint(
            ["owner"], ["account.id"], name=op.f("fk_application_owner_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
    )
    op.create_index(
        "ix_application_drafts",
        "application",
        ["changed_at", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'submitted'"),
    )
    op.create_index("ix_application_firm", "application", ["firm_code"], unique=False)
    op.create_index(
        "ix_application_unstarted",
        "application",
        ["submitted_at"],
        unique=False,
        postgresql_where=sa.text("start IS NOT NULL"),
    )
    op.create_index(
        "uq_application_key",
        "application",
        ["submitted_by", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("counter", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("delivered_at", AT, nullable=True),
        sa.Column("delivered_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bundle"], ["bundle.number"], name=op.f("fk_document_bundle_bundle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("number", name=op.f("uq_document_number")),
    )
    op.create_index(op.f("ix_document_bundle"), "document", ["bundle"], unique=False)
    op.create_index(
        "ix_document_to_deliver",
        "document",
        ["issued_at", "id"],
        unique=False,
        postgresql_where=sa.text("counter AND delivered_at IS NULL"),
    )
    op.create_table(
        "material",
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("waived_by", sa.Text(), nullable=True),
        sa.Column("produced_by", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("due_at", AT, nullable=True),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle"], ["bundle.number"], name=op.f("fk_material_bundle_bundle")
        ),
        sa.PrimaryKeyConstraint("bundle", "code", name=op.f("pk_material")),
    )
    op.create_index(
        "ix_material_awaited",
        "material",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("mode IS NOT NULL"),
    )
    op.create_table(
        "matter",
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("department_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("received_at", AT, nullable=True),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("due_at", AT, nullable=True),
        sa.Column("due_kind", sa.Text(), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("clocks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason_bases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("remedies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle"], ["bundle.number"], name=op.f("fk_matter_bundle_bundle")
        ),
        sa.PrimaryKeyConstraint("bundle", "key", name=op.f("pk_matter")),
        sa.UniqueConstraint("number", name=op.f("uq_matter_number")),
    )
    op.create_index("ix_matter_department_status", "matter", ["department", "status"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("created_at", AT, server_default=NOW, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_session_account_account")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account"), "session", ["account"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=True),
        sa.Column("completed_at", AT, nullable=True),
        sa.Column(
            "sort_at",
            AT,
            sa.Computed("coalesce(due_at, '9000-01-01 00:00:00+00'::timestamptz)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["bundle"], ["bundle.number"], name=op.f("fk_task_bundle_bundle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_bundle"), "task", ["bundle"], unique=False)
    op.create_index("ix_task_done", "task", ["department", "completed_at", "id"], unique=False)
    op.create_index(
        "ix_task_inbox",
        "task",
        ["department", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('ready', 'claimed')"),
    )


def downgrade() -> None:
    """Back."""
    op.execute("SET lock_timeout = '3s'")
    op.drop_table("task")
    op.drop_table("session")
    op.drop_table("matter")
    op.drop_table("material")
    op.drop_table("document")
    op.drop_table("application")
    op.drop_table("upload")
    op.drop_table("sign_in_failure")
    op.drop_table("serial")
    op.drop_table("remark")
    op.drop_table("outbox")
    op.drop_table("issued")
    op.drop_table("firm")
    op.drop_table("event")
    op.drop_table("definition")
    op.drop_table("bundle")
    op.drop_table("account")
