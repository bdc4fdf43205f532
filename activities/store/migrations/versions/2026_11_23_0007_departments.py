"""Departments: whose a task is, item by item; what surrounds it; systems it is given to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0007"
down_revision: str | None = "2026_11_23_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("clock_timestamp()")
_AT = sa.DateTime(timezone=True)
_LIST = sa.text("'[]'::jsonb")
_OPEN = "status IN ('ready', 'claimed', 'in_progress', 'waiting', 'in_review')"

# What a name is found by: every two neighbouring signs of it, and each sign alone. Words that every
# firm's name has would only make the search slow.
_BIGRAMS = r"""
CREATE FUNCTION bigrams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT gram), '{}')
  FROM regexp_replace(lower(said), '[\s()（）·“”"-]', '', 'g') AS plain,
       generate_series(1, length(plain)) AS place,
       LATERAL (VALUES (substr(plain, place, 1)), (substr(plain, place, 2))) AS cut (gram)
  WHERE gram <> ''
$$
"""


def upgrade() -> None:
    """Forward. A task's item is its matter's number without the day and the serial."""
    op.execute("SET lock_timeout = '3s'")
    _accounts()
    _matters()
    _tasks()
    _around()
    _people()
    _systems()
    _calls()
    op.execute(_BIGRAMS)
    op.execute(
        "CREATE INDEX ix_application_name ON application USING gin (bigrams(firm_name)) "
        "WHERE state = 'submitted'"
    )
    op.execute("CREATE INDEX ix_bundle_number ON bundle (number text_pattern_ops)")
    op.execute("CREATE INDEX ix_bundle_number_end ON bundle (reverse(number) text_pattern_ops)")
    op.execute("CREATE INDEX ix_matter_number ON matter (number text_pattern_ops)")


def _accounts() -> None:
    op.add_column(
        "account", sa.Column("items", postgresql.JSONB(), nullable=False, server_default=_LIST)
    )
    op.add_column(
        "account", sa.Column("clearance", sa.Text(), nullable=False, server_default="ordinary")
    )
    op.add_column("account", sa.Column("person", sa.Text(), nullable=True))


def _tasks() -> None:
    for column in (
        sa.Column("item", sa.Text(), nullable=False, server_default=""),
        sa.Column("confidentiality", sa.Text(), nullable=False, server_default="ordinary"),
        sa.Column("level", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("alerted", sa.Text(), nullable=True),
        sa.Column("alerted_at", _AT, nullable=True),
        sa.Column("urged_at", _AT, nullable=True),
        sa.Column("drafted_by", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column(
            "more", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")
        ),
        sa.Column("open", sa.Boolean(), sa.Computed(_OPEN, persisted=True), nullable=False),
    ):
        op.add_column("task", column)
    op.execute(
        "UPDATE task SET item = left(m.number, 31) FROM matter m "
        "WHERE m.bundle = task.bundle AND m.key = task.matter AND m.department = task.department"
    )
    op.drop_index("ix_task_inbox", table_name="task")
    for name, columns, where in (
        ("mine", ["assignee", "sort_at", "id"], "open"),
        ("alerted", ["alerted", "sort_at", "id"], "open AND level > 0"),
        ("open", ["sort_at", "id"], "open"),
        ("urged", ["sort_at", "id"], "open AND urged_at IS NOT NULL"),
        ("completed", ["completed_at"], "status = 'completed'"),
        ("asked", ["asked_by", "sort_at", "id"], "open"),
        ("done_by", ["assignee", "completed_at", "id"], "NOT open"),
    ):
        op.create_index(f"ix_task_{name}", "task", columns, postgresql_where=sa.text(where))
    op.create_index(
        "ix_task_inbox",
        "task",
        ["department", "item", "sort_at", "id"],
        postgresql_include=["role", "confidentiality", "status", "bundle", "kind", "level"],
        postgresql_where=sa.text("open"),
    )
    _more_indexes()
    op.create_table(
        "recusal",
        sa.Column("account", sa.Text(), primary_key=True),
        sa.Column(
            "bundle", sa.Text(), sa.ForeignKey("bundle.number"), primary_key=True, index=True
        ),
    )


def _matters() -> None:
    op.add_column(
        "matter",
        sa.Column("confidentiality", sa.Text(), nullable=False, server_default="ordinary"),
    )
    op.add_column(
        "matter",
        sa.Column(
            "item", sa.Text(), sa.Computed('"left"(number, 31)', persisted=True), nullable=False
        ),
    )


def _more_indexes() -> None:
    """What a list or a counter of the inbox reads besides."""
    trusted = ["role", "confidentiality", "status", "bundle"]
    op.drop_index("ix_task_done", table_name="task")
    for name, columns, include, where in (
        (
            "review",
            ["department", "sort_at", "id"],
            ["item", "role", "confidentiality", "bundle"],
            "status = 'in_review'",
        ),
        (
            "risen",
            ["department", "item"],
            ["alerted", "status", "role", "confidentiality", "bundle"],
            "open AND level > 0",
        ),
        (
            "answered",
            ["asked_by", "completed_at", "id"],
            [],
            "asked_by IS NOT NULL AND completed_at IS NOT NULL",
        ),
        ("done", ["department", "item", "completed_at", "id"], trusted, "completed_at IS NOT NULL"),
    ):
        op.create_index(
            f"ix_task_{name}",
            "task",
            columns,
            postgresql_include=include or None,
            postgresql_where=sa.text(where),
        )


def _around() -> None:
    op.create_table(
        "task_draft",
        sa.Column("task", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False, server_default=_NOW),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("files", postgresql.JSONB(), nullable=False, server_default=_LIST),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False, server_default=_NOW),
    )
    op.create_index("ix_note_task", "note", ["task", "id"])
    op.create_index("uq_note_key", "note", ["account", "key"], unique=True)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def _people() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("substitute", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", _AT, nullable=False, server_default=_NOW),
        sa.Column("ended_at", _AT, nullable=True),
    )
    op.create_index("ix_absence_account", "absence", ["account", "until"])
    op.create_index("ix_absence_substitute", "absence", ["substitute", "until"])
    op.create_table(
        "work_setting",
        sa.Column("account", sa.Text(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("at_most", sa.Integer(), nullable=False, server_default="20"),
        sa.Column("shift_from", sa.Time(), nullable=True),
        sa.Column("shift_until", sa.Time(), nullable=True),
        sa.Column("skills", postgresql.JSONB(), nullable=False, server_default=_LIST),
        sa.Column("keys", sa.Boolean(), nullable=False, server_default=sa.text("true")),
    )
    op.create_table(
        "offer",
        sa.Column("task", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("until", _AT, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "presence",
        sa.Column("task", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), primary_key=True),
        sa.Column("until", _AT, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "digest",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("department", sa.Text(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", _AT, nullable=False, server_default=_NOW),
    )


def _systems() -> None:
    op.create_table(
        "connection",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False, server_default=_LIST),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("endpoint", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("algorithm", sa.Text(), nullable=False, server_default="hmac-sha256"),
        sa.Column("secrets", postgresql.JSONB(), nullable=False, server_default=_LIST),
        sa.Column("account", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False, server_default=_NOW),
        sa.CheckConstraint("way IN ('worker', 'nexus', 'webhook', 'automatic')", name="way"),
    )
    op.create_index("ix_connection_department", "connection", ["department"])
    op.create_table(
        "assignment",
        sa.Column("task", sa.Text(), primary_key=True),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("connection", sa.Text(), sa.ForeignKey("connection.id"), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("believes", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", _AT, nullable=False, server_default=_NOW),
        sa.Column("changed_at", _AT, nullable=False, server_default=_NOW),
        sa.Column("delivered_at", _AT, nullable=True),
        sa.Column("closed_at", _AT, nullable=True),
        sa.Column("checked_at", _AT, nullable=True),
    )
    op.create_index("ix_assignment_status", "assignment", ["status", "changed_at", "task"])
    op.create_index(
        "ix_assignment_open",
        "assignment",
        ["connection", "task"],
        postgresql_where=sa.text("status IN ('sending', 'delivered', 'dead')"),
    )


def _calls() -> None:
    op.create_table(
        "callback",
        sa.Column("connection", sa.Text(), sa.ForeignKey("connection.id"), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.Text(), nullable=False),
        sa.Column("receipt", postgresql.JSONB(), nullable=False),
        sa.Column("at", _AT, nullable=False, server_default=_NOW),
    )
    op.create_table(
        "refused_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("at", _AT, nullable=False, server_default=_NOW),
    )
    op.create_index("ix_refused_call_at", "refused_call", ["at"])


def downgrade() -> None:
    """Back, for a release that is taken back at once; what was put beside tasks is lost."""
    for index, table in (
        ("ix_application_name", "application"),
        ("ix_bundle_number", "bundle"),
        ("ix_bundle_number_end", "bundle"),
        ("ix_matter_number", "matter"),
    ):
        op.drop_index(index, table_name=table)
    op.execute("DROP FUNCTION bigrams(text)")
    for table in (
        "refused_call",
        "callback",
        "assignment",
        "connection",
        "digest",
        "presence",
        "offer",
        "work_setting",
        "absence",
        "saved_view",
        "note",
        "task_draft",
        "recusal",
    ):
        op.drop_table(table)
    for name in (
        *("inbox", "open", "mine", "alerted", "urged", "completed", "asked", "done_by"),
        *("review", "risen", "answered", "done"),
    ):
        op.drop_index(f"ix_task_{name}", table_name="task")
    _columns_away()
    for name in ("person", "clearance", "items"):
        op.drop_column("account", name)


def _columns_away() -> None:
    for name in ("item", "confidentiality"):
        op.drop_column("matter", name)
    for name in (
        "open",
        "more",
        "asked_by",
        "reviewer",
        "drafted_by",
        "urged_at",
        "alerted_at",
        "alerted",
        "level",
        "confidentiality",
        "item",
    ):
        op.drop_column("task", name)
    op.create_index(
        "ix_task_inbox",
        "task",
        ["department", "sort_at", "id"],
        postgresql_where=sa.text("status IN ('ready', 'claimed')"),
    )
    op.create_index("ix_task_done", "task", ["department", "completed_at", "id"])
