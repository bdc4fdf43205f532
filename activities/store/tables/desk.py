"""What the service desk owns: accounts, drafts and applications, uploads, texts, numbers, firms.

Personal data lives here and only here; the register and every workflow refer to it by id or digest.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json


class Account(Base):
    """A person or program that may sign in. `department` bounds what it sees."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    department: Mapped[str | None]
    # What of the department's work it is trusted with; see `language.roles.Authority`.
    items: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    clearance: Mapped[str] = mapped_column(server_default=text("'ordinary'"))
    # Whose it is, by ID number: so that nobody handles what concerns himself.
    person: Mapped[str | None]
    password: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class Session(Base):
    """A signed-in session; the token itself is never stored."""

    __tablename__ = "session"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    expires_at: Mapped[datetime]


class SignInFailure(Base):
    """A failed guess (at a password, at a query code), to slow guessing down.

    What was guessed at is kept as a digest only: people type passwords into the login field.
    """

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    subject_sha256: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        Index("ix_sign_in_failure_subject", "subject_sha256", "at"),
        Index("ix_sign_in_failure_at", "at"),
    )


class Application(Base):
    """What the applicant says: a draft until it is submitted, then unchangeable.

    `state` is draft, handed_over (from a virtual window to the clerks) or submitted. `start`
    holds the workflow's input from the moment of submission until the register shows the
    application, so that a crash before the start loses nothing. `firm` is what was known of the
    firm, `firm_source` from whom.
    """

    __tablename__ = "application"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    service: Mapped[str]
    # An account, or whoever applies without one (`case:…`).
    owner: Mapped[str]
    channel: Mapped[str]
    firm_code: Mapped[str]
    firm_name: Mapped[str]
    firm: Mapped[Json]
    firm_source: Mapped[Json]
    answers: Mapped[Json]
    form: Mapped[Json]
    # 当场更正, written with the event that says so; the form stays as it was submitted.
    corrections: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    materials: Mapped[Json]
    committed: Mapped[list[str]]
    # Whence the facts are, who was away, what was overridden; see `desk.sharing`.
    sharing: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    # How each promise was signed; `committed` only says for which matters.
    commitments: Mapped[list[Json]] = mapped_column(server_default=text("'[]'::jsonb"))
    # Told what speaks against it, the applicant applies all the same.
    insisted: Mapped[bool] = mapped_column(server_default=text("false"))
    # What the pre-check said at submission. Advice: nothing was decided by it.
    findings: Mapped[list[Json]] = mapped_column(server_default=text("'[]'::jsonb"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    query_code: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    payload_sha256: Mapped[str | None]
    start: Mapped[Json | None]

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'handed_over', 'submitted')", name="state"),
        Index(
            "uq_application_key",
            "submitted_by",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index(
            "ix_application_drafts",
            "changed_at",
            "id",
            postgresql_where=text("state <> 'submitted'"),
        ),
        Index(
            "ix_application_unstarted", "submitted_at", postgresql_where=text("start IS NOT NULL")
        ),
        Index("ix_application_firm", "firm_code"),
        Index(
            "ix_application_name",
            text("bigrams(firm_name)"),
            postgresql_using="gin",
            postgresql_where=text("state = 'submitted'"),
        ),
    )


class PrecheckFeedback(Base):
    """Somebody's word that a finding of the pre-check was wrong; the last one a rule and place."""

    __tablename__ = "precheck_feedback"

    application: Mapped[str] = mapped_column(ForeignKey("application.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str]
    definition: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_precheck_feedback_rule", "rule", "at"),)


class Upload(Base):
    """A stored file. The content lies in the file store under its digest.

    `seen` is what a look into it found: its pages, its size in pixels, whether it is a photograph.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    name: Mapped[str]
    owner: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    seen: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))


class Remark(Base):
    """Free text people wrote, under its digest: reasons, opinions, objections."""

    __tablename__ = "remark"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class Serial(Base):
    """Counters for numbers, one a scope and period."""

    __tablename__ = "serial"

    scope: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Firm(Base):
    """What is kept of a firm: a loaded snapshot and, in `answers`, each register's last word."""

    __tablename__ = "firm"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    facts: Mapped[Json]
    source: Mapped[str]
    as_of: Mapped[date | None]
    answers: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))


class Definition(Base):
    """Every definition text that was ever in force here, by digest: the evidence behind a plan.

    Two digests may stand for one version that says the same: how a digest is made changed once.
    """

    __tablename__ = "definition"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str]
    version: Mapped[int]
    body: Mapped[Json]
    loaded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_definition_version", "service", "version"),)
