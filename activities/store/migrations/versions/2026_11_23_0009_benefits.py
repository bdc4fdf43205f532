"""Runs of policies, entitlements, and the money: what is written of it stays."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_23_0009"
down_revision: str | None = "2026_11_23_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("clock_timestamp()")
_AT = sa.DateTime(timezone=True)
_NOTHING = sa.text("'{}'::jsonb")

_LASTING = ("benefit_event", "entitlement_event", "budget_event", "ledger_entry")
_STAYS = """
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END
$$
"""


def upgrade() -> None:
    """Forward."""
    op.execute("SET lock_timeout = '3s'")
    op.drop_constraint("fk_application_owner_account", "application", type_="foreignkey")
    _benefit_budget()
    _budget_event()
    _benefit_match()
    _benefit_run()
    _benefit_event()
    _entitlement()
    _benefit_case()
    _benefit_notice()
    _claim()
    _entitlement_event()
    _ledger_entry()
    _payment_instruction()
    _payment_instruction_indexes()
    _credit()
    op.execute(_STAYS)
    for table in _LASTING:
        op.execute(
            f"CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION stays()"
        )


def downgrade() -> None:
    """Back."""
    for table in (
        "payment_instruction",
        "ledger_entry",
        "budget_event",
        "entitlement_event",
        "claim",
        "benefit_notice",
        "benefit_case",
        "entitlement",
        "benefit_event",
        "benefit_run",
        "benefit_match",
        "benefit_budget",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION stays")


def _benefit_budget() -> None:
    op.create_table(
        "benefit_budget",
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paid", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("returned", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("reserved + paid <= total", name=op.f("ck_benefit_budget_kept")),
        sa.CheckConstraint(
            "reserved >= 0 AND paid >= 0 AND returned >= 0", name=op.f("ck_benefit_budget_signs")
        ),
        sa.CheckConstraint("returned <= paid", name=op.f("ck_benefit_budget_returned")),
        sa.PrimaryKeyConstraint("policy", "period", name=op.f("pk_benefit_budget")),
    )


def _benefit_match() -> None:
    op.create_table(
        "benefit_match",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run", "subject", name=op.f("pk_benefit_match")),
    )
    op.create_index(
        "ix_benefit_match_verdict",
        "benefit_match",
        ["run", "verdict", "subject"],
        postgresql_where=sa.text("verdict <> 'miss'"),
    )


def _benefit_run() -> None:
    op.create_table(
        "benefit_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("state", postgresql.JSONB(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("progress", postgresql.JSONB(), server_default=_NOTHING, nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("begun_at", _AT, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.Column("closed_at", _AT, nullable=True),
        sa.Column("verify_at", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_run")),
    )
    op.create_index("ix_benefit_run_begun", "benefit_run", ["begun_at"])
    op.create_index("ix_benefit_run_policy", "benefit_run", ["policy", "period"])
    op.create_index(
        "ix_benefit_run_verify",
        "benefit_run",
        ["verify_at"],
        postgresql_where=sa.text("verify_at IS NOT NULL"),
    )


def _benefit_event() -> None:
    op.create_table(
        "benefit_event",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        _foreign("benefit_event", "run", "benefit_run"),
        sa.PrimaryKeyConstraint("run", "seq", name=op.f("pk_benefit_event")),
    )
    op.create_index("ix_benefit_event_act", "benefit_event", ["run", "act"])


def _entitlement() -> None:
    op.create_table(
        "entitlement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("back_by", sa.Date(), nullable=True),
        sa.Column("back_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.CheckConstraint("fen > 0", name=op.f("ck_entitlement_fen")),
        _foreign("entitlement", "run", "benefit_run"),
        _foreign("entitlement", "subject", "subject"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        sa.UniqueConstraint(
            "policy",
            "period",
            "subject",
            "item",
            name=op.f("uq_entitlement_policy_period_subject_item"),
        ),
    )
    op.create_index("ix_entitlement_organ", "entitlement", ["organ", "status", "id"])
    op.create_index("ix_entitlement_status", "entitlement", ["run", "status", "id"])
    op.create_index("ix_entitlement_subject", "entitlement", ["subject"])


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _unique_key(table: str) -> None:
    """Looked up by how keys begin, too."""
    by = {"key": "text_pattern_ops"}
    op.create_index(f"uq_{table}_key", table, ["key"], unique=True, postgresql_ops=by)


def _benefit_case() -> None:
    op.create_table(
        "benefit_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("entitlement", sa.Text(), nullable=True),
        sa.Column("bundle", sa.Text(), nullable=True),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", _AT, server_default=_NOW, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", _AT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('objection', 'review', 'correction', 'account', 'unknown', 'recovery', "
            "'verification')",
            name=op.f("ck_benefit_case_kind"),
        ),
        _foreign("benefit_case", "entitlement", "entitlement"),
        _foreign("benefit_case", "run", "benefit_run"),
        _foreign("benefit_case", "subject", "subject"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_case")),
    )
    op.create_index("ix_benefit_case_entitlement", "benefit_case", ["entitlement"])
    op.create_index("ix_benefit_case_run", "benefit_case", ["run", "id"])
    op.create_index("ix_benefit_case_subject", "benefit_case", ["subject"])
    op.create_index("uq_benefit_case_bundle", "benefit_case", ["bundle"], unique=True)
    _unique_key("benefit_case")


def _budget_event() -> None:
    op.create_table(
        "budget_event",
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("policy", "period", "seq", name=op.f("pk_budget_event")),
    )


def _benefit_notice() -> None:
    op.create_table(
        "benefit_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("entitlement", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _AT, server_default=_NOW, nullable=False),
        sa.Column("read_at", _AT, nullable=True),
        _foreign("benefit_notice", "entitlement", "entitlement"),
        _foreign("benefit_notice", "subject", "subject"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_notice")),
    )
    op.create_index("ix_benefit_notice_subject", "benefit_notice", ["subject"])
    _unique_key("benefit_notice")


def _claim() -> None:
    op.create_table(
        "claim",
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("entitlement", sa.Text(), nullable=False),
        _foreign("claim", "entitlement", "entitlement"),
        sa.PrimaryKeyConstraint("group", "period", "token", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_entitlement", "claim", ["entitlement"])


def _entitlement_event() -> None:
    op.create_table(
        "entitlement_event",
        sa.Column("entitlement", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        _foreign("entitlement_event", "entitlement", "entitlement"),
        sa.PrimaryKeyConstraint("entitlement", "seq", name=op.f("pk_entitlement_event")),
        sa.UniqueConstraint(
            "entitlement", "act", name=op.f("uq_entitlement_event_entitlement_act")
        ),
    )


def _ledger_entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("entitlement", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("taken_from", sa.Text(), nullable=False),
        sa.Column("given_to", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _AT, server_default=_NOW, nullable=False),
        sa.CheckConstraint("fen > 0", name=op.f("ck_ledger_entry_fen")),
        _foreign("ledger_entry", "entitlement", "entitlement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint(
            "entitlement", "kind", "attempt", name=op.f("uq_ledger_entry_entitlement_kind_attempt")
        ),
    )
    op.create_index("ix_ledger_entry_policy", "ledger_entry", ["policy", "period", "id"])


def _payment_instruction() -> None:
    op.create_table(
        "payment_instruction",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entitlement", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("account_number", sa.Text(), nullable=False),
        sa.Column("account_version", sa.Integer(), nullable=False),
        sa.Column(
            "offsets", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("status", sa.Text(), server_default=sa.text("'ready'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("treasury_ref", sa.Text(), nullable=True),
        sa.Column("made_at", _AT, server_default=_NOW, nullable=False),
        sa.Column("sent_at", _AT, nullable=True),
        sa.Column("answered_at", _AT, nullable=True),
        sa.CheckConstraint(
            "status IN ('ready', 'sent', 'paid', 'failed')",
            name=op.f("ck_payment_instruction_status"),
        ),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_payment_instruction_fen")),
        _foreign("payment_instruction", "entitlement", "entitlement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_instruction")),
        sa.UniqueConstraint(
            "entitlement", "attempt", name=op.f("uq_payment_instruction_entitlement_attempt")
        ),
    )


def _payment_instruction_indexes() -> None:
    op.create_index("ix_payment_instruction_run", "payment_instruction", ["run", "status", "id"])
    op.create_index(
        "ix_payment_instruction_offsets",
        "payment_instruction",
        ["id"],
        postgresql_where=sa.text("offsets <> '[]'::jsonb AND status IN ('ready', 'sent')"),
    )
    op.create_index(
        "uq_payment_instruction_ref", "payment_instruction", ["treasury_ref"], unique=True
    )


def _credit() -> None:
    for column, kind in (
        ("repaired_at", postgresql.TIMESTAMP(timezone=True)),
        ("repaired_by", sa.TEXT()),
        ("repair_reason", sa.TEXT()),
    ):
        op.alter_column(
            "credit",
            column,
            existing_type=kind,
            server_default=sa.text("NULL"),
            existing_nullable=True,
        )
