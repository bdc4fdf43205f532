"""Who may be entitled, what is known of them, and the policies: the two sides of a match.

Facts are never overwritten: of each source the latest by its as-of day counts, and what was known
on an earlier day can be told again.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json


class Subject(Base):
    """对象: a firm (by credit code) or a person (by ID number), once.

    `query_code` opens the beneficiary's own page. A new account has a new `account_version`;
    `said_accounts` is what each source said of it last: {source: {name, number, as_of}}.
    """

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    account_name: Mapped[str | None]
    account_number: Mapped[str | None]
    account_version: Mapped[int] = mapped_column(server_default=sql("0"))
    said_accounts: Mapped[Json] = mapped_column(server_default=sql("'{}'::jsonb"))
    query_code: Mapped[str] = mapped_column(server_default=sql("left(gen_random_uuid()::text, 8)"))
    added_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("kind IN ('firm', 'person')", name="kind"),
        Index("uq_subject_code", "kind", "code", unique=True),
    )


class FactBatch(Base):
    """One file or one fetch of a source: what was taken, and each line that was not, and why.

    The same bytes of the same source and day are taken once.
    """

    __tablename__ = "fact_batch"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    kind: Mapped[str]
    as_of: Mapped[date]
    name: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[int]
    good: Mapped[int]
    bad: Mapped[int]
    # The first thousand: {line, field, rule, says}.
    problems: Mapped[list[Json]] = mapped_column(server_default=sql("'[]'::jsonb"))
    facts: Mapped[list[str]] = mapped_column(server_default=sql("'[]'::jsonb"))
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))

    __table_args__ = (
        Index("uq_fact_batch_file", "source", "kind", "as_of", "sha256", unique=True),
    )


class SubjectFacts(Base):
    """What one source says of one subject as of one day; of that day's the last batch counts."""

    __tablename__ = "subject_facts"

    source: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(ForeignKey("fact_batch.id"), primary_key=True, index=True)
    facts: Mapped[Json]


class Snapshot(Base):
    """数据快照: the facts of everybody of one kind, as they counted on one day.

    The rows stand in a table of their own, `snapshot.<relation>`, typed by the fact catalogue.
    """

    __tablename__ = "snapshot"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    on_day: Mapped[date]
    relation: Mapped[str]
    rows: Mapped[int]
    sha256: Mapped[str]
    # Of each source: {as_of, subjects, fresh}.
    sources: Mapped[Json]
    taken_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    dropped_at: Mapped[datetime | None]


class PolicyText(Base):
    """One version of a policy: proposed, published, in force by its validity, retired.

    `earlier` are the texts that were returned before this one: {sha256, by, at, decided_by,
    decided_at, reason}. `key` and `payload` are those of the request that proposed it.
    """

    __tablename__ = "policy_text"

    policy: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    name: Mapped[str]
    organ: Mapped[str]
    state: Mapped[str]
    since: Mapped[str]
    until: Mapped[str | None]
    text: Mapped[str]
    cases: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=sql("''"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    retired_by: Mapped[str | None]
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[str | None]
    earlier: Mapped[list[Json]] = mapped_column(server_default=sql("'[]'::jsonb"))
    key: Mapped[str | None]
    payload: Mapped[str | None]

    __table_args__ = (
        Index("uq_policy_text_key", "proposed_by", "key", unique=True),
        CheckConstraint("state IN ('proposed', 'returned', 'published', 'retired')", name="state"),
    )


class Simulation(Base):
    """推演: a draft policy on the facts of an earlier day, beside the version in force.

    `key` and `payload` are those of the request that asked for it.
    """

    __tablename__ = "simulation"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    policy: Mapped[str]
    sha256: Mapped[str]
    on_day: Mapped[date]
    text: Mapped[str]
    result: Mapped[Json]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    key: Mapped[str | None]
    payload: Mapped[str | None]

    __table_args__ = (
        Index("uq_simulation_key", "made_by", "key", unique=True),
        Index("ix_simulation_policy", "policy", "id"),
    )


class OptOut(Base):
    """A subject's no: to one policy or to all (`policy` empty), or to being decided by machine.

    Nothing is ever changed or taken out: where the last word is none (`no` false), it was taken
    back.
    """

    __tablename__ = "opt_out"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    policy: Mapped[str]
    kind: Mapped[str]
    no: Mapped[bool]
    by: Mapped[str]
    act: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("kind IN ('benefit', 'automated')", name="kind"),
        Index("uq_opt_out_act", "subject", "act", unique=True),
        Index("ix_opt_out_said", "subject", "kind", "policy", "id"),
    )


class Subscription(Base):
    """政策订阅: who wants to hear of changes of the check-up; `last` is what it said."""

    __tablename__ = "subscription"

    subject: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
    last: Mapped[Json]
    last_at: Mapped[datetime]
    changes: Mapped[list[Json]] = mapped_column(server_default=sql("'[]'::jsonb"))
