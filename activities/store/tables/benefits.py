"""Runs of policies, what they come to for each subject, and the money: each once."""

from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json

_BY_BEGINNING = {"key": "text_pattern_ops"}


class BenefitRun(Base):
    """兑现批次: `state` is `definitions.benefits.run.RunState`, the columns beside it for lists.

    `progress` is how far the chunks of the phase have come: {phase, done, total, since}.
    """

    __tablename__ = "benefit_run"

    id: Mapped[str] = mapped_column(primary_key=True)
    policy: Mapped[str]
    version: Mapped[int]
    period: Mapped[str]
    organ: Mapped[str]
    phase: Mapped[str]
    paused: Mapped[bool]
    state: Mapped[Json]
    seq: Mapped[int]
    progress: Mapped[Json] = mapped_column(server_default=sql("'{}'::jsonb"))
    report: Mapped[Json | None]
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    verify_at: Mapped[date | None]

    __table_args__ = (
        Index("ix_benefit_run_policy", "policy", "period"),
        Index("ix_benefit_run_begun", "begun_at"),
        Index("ix_benefit_run_verify", "verify_at", postgresql_where=sql("verify_at IS NOT NULL")),
    )


class BenefitEvent(Base):
    """What happened to a run, in a chain; one act writes its events once."""

    __tablename__ = "benefit_event"

    run: Mapped[str] = mapped_column(ForeignKey("benefit_run.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[Json]
    body: Mapped[Json]
    chain: Mapped[str]

    __table_args__ = (Index("ix_benefit_event_act", "run", "act"),)


class BenefitMatch(Base):
    """比对结果 of a run: hits, near misses, unknown and excluded. Others are only counted."""

    __tablename__ = "benefit_match"

    run: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    verdict: Mapped[str]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    near: Mapped[bool]

    # Near misses are most of the rows, and are read by their subjects.
    __table_args__ = (
        Index(
            "ix_benefit_match_verdict",
            "run",
            "verdict",
            "subject",
            postgresql_where=sql("verdict <> 'miss'"),
        ),
    )


class Entitlement(Base):
    """应享: paid once for its policy, period, subject and item, which its id is made of.

    `evidence` are the facts it was decided by, each with source and day, and the figures;
    `claims` what it uses up of its exclusion group. `attempt` counts payments tried. `back_fen` is
    what is to be given back by `back_by`; how much of it has come back, the ledger says.
    """

    __tablename__ = "entitlement"

    id: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(ForeignKey("benefit_run.id"))
    policy: Mapped[str]
    version: Mapped[int]
    period: Mapped[str]
    subject: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    item: Mapped[str]
    organ: Mapped[str]
    fen: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str]
    why: Mapped[str | None]
    evidence: Mapped[Json]
    attempt: Mapped[int] = mapped_column(server_default=sql("0"))
    back_by: Mapped[date | None]
    back_fen: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    seq: Mapped[int]
    chain: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("policy", "period", "subject", "item"),
        CheckConstraint("fen > 0", name="fen"),
        Index("ix_entitlement_status", "run", "status", "id"),
        Index("ix_entitlement_organ", "organ", "status", "id"),
    )


class EntitlementEvent(Base):
    """What happened to an entitlement, in a chain. An act touches it at most once."""

    __tablename__ = "entitlement_event"

    entitlement: Mapped[str] = mapped_column(ForeignKey("entitlement.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    status: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[Json]
    body: Mapped[Json]
    chain: Mapped[str]

    __table_args__ = (UniqueConstraint("entitlement", "act"),)


class Claim(Base):
    """What an exclusion group has used up: a subject in a period, or one entry for good."""

    __tablename__ = "claim"

    group: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True)
    entitlement: Mapped[str] = mapped_column(ForeignKey("entitlement.id"), index=True)


class BenefitCase(Base):
    """复核件: what needs a human, as an application of its own (service `benefit_review`).

    `outcome` is set once its matter has ended: `upheld`, `rejected`, `dropped`.
    """

    __tablename__ = "benefit_case"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    run: Mapped[str] = mapped_column(ForeignKey("benefit_run.id"))
    subject: Mapped[int | None] = mapped_column(ForeignKey("subject.id"), index=True)
    entitlement: Mapped[str | None] = mapped_column(ForeignKey("entitlement.id"), index=True)
    bundle: Mapped[str | None]
    said: Mapped[Json]
    key: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    outcome: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('objection', 'review', 'correction', 'account', 'unknown', 'recovery', "
            "'verification')",
            name="kind",
        ),
        # Looked up by how they begin, too: that, the language's own order would not serve.
        Index("uq_benefit_case_key", "key", unique=True, postgresql_ops=_BY_BEGINNING),
        Index("uq_benefit_case_bundle", "bundle", unique=True),
        Index("ix_benefit_case_run", "run", "id"),
    )


class BenefitBudget(Base):
    """预算 of a policy and period. That it is never exceeded, the database itself sees to."""

    __tablename__ = "benefit_budget"

    policy: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    paid: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))
    returned: Mapped[int] = mapped_column(BigInteger, server_default=sql("0"))

    __table_args__ = (
        CheckConstraint("reserved >= 0 AND paid >= 0 AND returned >= 0", name="signs"),
        CheckConstraint("reserved + paid <= total", name="kept"),
        CheckConstraint("returned <= paid", name="returned"),
    )


class BudgetEvent(Base):
    """A budget was changed by a person: from how much to how much, in a chain."""

    __tablename__ = "budget_event"

    policy: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[Json]
    before: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str]


class PaymentInstruction(Base):
    """拨付指令: one attempt to pay one entitlement; its id is the treasury's idempotency key.

    There is no second attempt before the first has failed for good, and the subject has named
    another account since. `offsets` is what was kept back of it for recoveries: {entitlement, fen};
    `fen` is what is left to be paid, and may be nothing.
    """

    __tablename__ = "payment_instruction"

    id: Mapped[str] = mapped_column(primary_key=True)
    entitlement: Mapped[str] = mapped_column(ForeignKey("entitlement.id"))
    run: Mapped[str]
    attempt: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)
    account_name: Mapped[str]
    account_number: Mapped[str]
    account_version: Mapped[int]
    offsets: Mapped[list[Json]] = mapped_column(server_default=sql("'[]'::jsonb"))
    status: Mapped[str] = mapped_column(server_default=sql("'ready'"))
    reason: Mapped[str | None]
    treasury_ref: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("entitlement", "attempt"),
        CheckConstraint("status IN ('ready', 'sent', 'paid', 'failed')", name="status"),
        CheckConstraint("fen >= 0", name="fen"),
        Index("uq_payment_instruction_ref", "treasury_ref", unique=True),
        Index(
            "ix_payment_instruction_offsets",
            "id",
            postgresql_where=sql("offsets <> '[]'::jsonb AND status IN ('ready', 'sent')"),
        ),
        Index("ix_payment_instruction_run", "run", "status", "id"),
    )


class LedgerEntry(Base):
    """台账分录, double entry; each kind once an attempt. Nothing is ever changed or taken out.

    `period` is the budget's. Of what comes back in parts, `attempt` is which part. `act` and `by`
    say what it was booked for, and by whom; of an offset, `act` is the instruction that paid less.
    """

    __tablename__ = "ledger_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    policy: Mapped[str]
    period: Mapped[str]
    entitlement: Mapped[str] = mapped_column(ForeignKey("entitlement.id"))
    kind: Mapped[str]
    attempt: Mapped[int]
    taken_from: Mapped[str]
    given_to: Mapped[str]
    fen: Mapped[int] = mapped_column(BigInteger)
    act: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint("entitlement", "kind", "attempt"),
        CheckConstraint("fen > 0", name="fen"),
        Index("ix_ledger_entry_policy", "policy", "period", "id"),
    )


class BenefitNotice(Base):
    """结果告知: what was told to a beneficiary, shown on the beneficiary's own page."""

    __tablename__ = "benefit_notice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    entitlement: Mapped[str | None] = mapped_column(ForeignKey("entitlement.id"))
    kind: Mapped[str]
    key: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_benefit_notice_key", "key", unique=True, postgresql_ops=_BY_BEGINNING),
    )
