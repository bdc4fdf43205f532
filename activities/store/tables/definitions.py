"""Definitions as proposed and as published: every text that was ever in force, and who said so."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json


class Publication(Base):
    """One version of a service as published. Only retiring writes on a row, and only once.

    `composed` is the text with every part in its place, of which `sha256` is the digest; `text` and
    `cases` are as they were written. A trigger holds everybody to it (migration 0006).
    """

    __tablename__ = "publication"

    service: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    name: Mapped[str]
    since: Mapped[str]
    until: Mapped[str | None]
    composed: Mapped[Json]
    text: Mapped[str]
    cases: Mapped[list[Json]]
    report: Mapped[Json]
    note: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None]
    retired_why: Mapped[str | None]


class Proposal(Base):
    """A checked text that waits for a second person, or what became of it."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    service: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    name: Mapped[str]
    since: Mapped[str]
    until: Mapped[str | None]
    text: Mapped[str]
    cases: Mapped[list[Json]]
    report: Mapped[Json]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=sql("'proposed'"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    payload_sha256: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'returned', 'published')", name="state"),
        Index(
            "uq_proposal_open",
            "service",
            "version",
            unique=True,
            postgresql_where=sql("state = 'proposed'"),
        ),
        Index(
            "uq_proposal_key",
            "proposed_by",
            "idempotency_key",
            unique=True,
            postgresql_where=sql("idempotency_key IS NOT NULL"),
        ),
        Index("ix_proposal_version", "service", "version", "id"),
    )
