"""The register: what each running and finished application has come to.

Written by `writing.register` only.

`event` is the evidence (append-only, chained by digest); the others are what it amounts to, and
can be rebuilt from it at any time.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Computed,
    ForeignKey,
    Identity,
    Index,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json

# A column that has a default and is written all the same.
WRITTEN = {"written": True}


class Bundle(Base):
    """一件事办件."""

    __tablename__ = "bundle"

    number: Mapped[str] = mapped_column(primary_key=True)
    application: Mapped[str] = mapped_column(unique=True)
    service: Mapped[str]
    service_version: Mapped[int]
    definition_sha256: Mapped[str]
    name: Mapped[str]
    situation: Mapped[str]
    situation_name: Mapped[str]
    lead: Mapped[str]
    status: Mapped[str]
    version: Mapped[int]
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # Which calendar it is reckoned by; the default is for rows of before there was the column.
    calendar: Mapped[str] = mapped_column(server_default=text("''"), info=WRITTEN)

    __table_args__ = (
        Index("ix_bundle_status_started", "status", "started_at", "number"),
        Index("ix_bundle_number", "number", postgresql_ops={"number": "text_pattern_ops"}),
        # By its last signs, which is what people remember.
        Index(
            "ix_bundle_number_end",
            func.reverse(literal_column("number")).label("backwards"),
            postgresql_ops={"backwards": "text_pattern_ops"},
        ),
        Index("ix_bundle_open", "number", "calendar", postgresql_where=text("status <> 'closed'")),
    )


class Matter(Base):
    """联办事项办件."""

    __tablename__ = "matter"

    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    department: Mapped[str]
    department_name: Mapped[str]
    status: Mapped[str]
    result: Mapped[str | None]
    reason: Mapped[str | None]
    version: Mapped[int]
    step: Mapped[str | None]
    received_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_kind: Mapped[str | None]
    due_provisional: Mapped[bool]
    overdue: Mapped[bool]
    suspended: Mapped[bool] = mapped_column(server_default=text("false"), info={"written": True})
    special: Mapped[Json] = mapped_column(
        server_default=text("'{}'::jsonb"), info={"written": True}
    )
    clocks: Mapped[list[Json]]
    needs: Mapped[list[Json]]
    gates: Mapped[list[str]]
    missing: Mapped[list[str]]
    decided_by: Mapped[str | None]
    reasons: Mapped[list[Json]]
    reason_bases: Mapped[list[Json]]
    bases: Mapped[list[Json]]
    remedies: Mapped[list[str]]
    confidentiality: Mapped[str] = mapped_column(server_default=text("'ordinary'"), info=WRITTEN)
    # 实施编码: a matter's number is this, the day and the serial.
    item: Mapped[str] = mapped_column(Computed('"left"(number, 31)', persisted=True))

    __table_args__ = (
        Index("ix_matter_department_status", "department", "status"),
        Index("ix_matter_number", "number", postgresql_ops={"number": "text_pattern_ops"}),
        # The supervisor's lists.
        Index("ix_matter_overdue", "bundle", "key", postgresql_where=text("overdue")),
        Index("ix_matter_suspended", "bundle", "key", postgresql_where=text("suspended")),
        Index(
            "ix_matter_promised",
            "bundle",
            "key",
            postgresql_where=text("special #>> '{promise,status}' IN ('open', 'rectifying')"),
        ),
    )


class Task(Base):
    """待办. The partial indexes are the inbox: what an officer may see is part of their key.

    A list is merged from one run of the index for each item that the officer is trusted with.
    """

    __tablename__ = "task"

    id: Mapped[str] = mapped_column(primary_key=True)
    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), index=True)
    matter: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    department: Mapped[str]
    role: Mapped[str]
    status: Mapped[str]
    version: Mapped[int]
    assignee: Mapped[str | None]
    outcome: Mapped[str | None]
    material: Mapped[str | None]
    days: Mapped[int | None]
    reasons: Mapped[list[Json]] = mapped_column(
        server_default=text("'[]'::jsonb"), info={"written": True}
    )
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    item: Mapped[str] = mapped_column(server_default=text("''"), info=WRITTEN)
    confidentiality: Mapped[str] = mapped_column(server_default=text("'ordinary'"), info=WRITTEN)
    level: Mapped[int] = mapped_column(server_default=text("0"), info=WRITTEN)
    alerted: Mapped[str | None]
    alerted_at: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]
    drafted_by: Mapped[str | None]
    reviewer: Mapped[str | None]
    asked_by: Mapped[str | None]
    more: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"), info=WRITTEN)
    open: Mapped[bool] = mapped_column(
        Computed(
            "status IN ('ready', 'claimed', 'in_progress', 'waiting', 'in_review')", persisted=True
        )
    )
    # Keyset paging needs one total order; a task without a limit sorts last. Not 'infinity': the
    # driver has no such moment.
    sort_at: Mapped[datetime] = mapped_column(
        Computed("coalesce(due_at, '9000-01-01 00:00:00+00'::timestamptz)", persisted=True)
    )

    __table_args__ = (
        Index(
            "ix_task_inbox",
            "department",
            "item",
            "sort_at",
            "id",
            postgresql_include=["role", "confidentiality", "status", "bundle", "kind", "level"],
            postgresql_where=text("open"),
        ),
        Index(
            "ix_task_review",
            "department",
            "sort_at",
            "id",
            postgresql_include=["item", "role", "confidentiality", "bundle"],
            postgresql_where=text("status = 'in_review'"),
        ),
        # Of one department, what was told of on the ladder: counted beside the navigation.
        Index(
            "ix_task_risen",
            "department",
            "item",
            postgresql_include=["alerted", "status", "role", "confidentiality", "bundle"],
            postgresql_where=text("open AND level > 0"),
        ),
        # All departments' together, as a supervisor reads them.
        Index("ix_task_open", "sort_at", "id", postgresql_where=text("open")),
        Index("ix_task_mine", "assignee", "sort_at", "id", postgresql_where=text("open")),
        Index(
            "ix_task_alerted",
            "alerted",
            "sort_at",
            "id",
            postgresql_where=text("open AND level > 0"),
        ),
        Index(
            "ix_task_urged", "sort_at", "id", postgresql_where=text("open AND urged_at IS NOT NULL")
        ),
        # What was completed in a period, wherever: the digest, and what looks handled elsewhere.
        Index("ix_task_completed", "completed_at", postgresql_where=text("status = 'completed'")),
        Index("ix_task_asked", "asked_by", "sort_at", "id", postgresql_where=text("open")),
        Index(
            "ix_task_answered",
            "asked_by",
            "completed_at",
            "id",
            postgresql_where=text("asked_by IS NOT NULL AND completed_at IS NOT NULL"),
        ),
        Index(
            "ix_task_done",
            "department",
            "item",
            "completed_at",
            "id",
            postgresql_include=["role", "confidentiality", "status", "bundle"],
            postgresql_where=text("completed_at IS NOT NULL"),
        ),
        Index(
            "ix_task_done_by", "assignee", "completed_at", "id", postgresql_where=text("NOT open")
        ),
    )


class Recusal(Base):
    """回避: who neither sees nor handles the application."""

    __tablename__ = "recusal"

    account: Mapped[str] = mapped_column(primary_key=True)
    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), primary_key=True, index=True)


class Material(Base):
    """材料."""

    __tablename__ = "material"

    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    source: Mapped[str]
    main: Mapped[bool]
    standard: Mapped[str]
    status: Mapped[str]
    version: Mapped[int]
    waived_by: Mapped[str | None]
    produced_by: Mapped[str | None]
    mode: Mapped[str | None]
    due_at: Mapped[datetime | None]
    files: Mapped[list[Json]]
    reasons: Mapped[list[Json]]
    gates: Mapped[list[str]]
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_material_awaited", "due_at", postgresql_where=text("mode IS NOT NULL")),
    )


class Document(Base):
    """文书."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(primary_key=True)
    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), index=True)
    matter: Mapped[str | None]
    kind: Mapped[str]
    name: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    wording: Mapped[str]
    about: Mapped[str | None]
    counter: Mapped[bool]
    version: Mapped[int]
    issued_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    delivered_by: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_document_to_deliver",
            "issued_at",
            "id",
            postgresql_where=text("counter AND delivered_at IS NULL"),
        ),
    )


class Credit(Base):
    """信用: a broken promise, until it is repaired. Whose it is stands in the application."""

    __tablename__ = "credit"

    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), primary_key=True)
    matter: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
    grade: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    repaired_at: Mapped[datetime | None] = mapped_column(server_default=text("NULL"))
    repaired_by: Mapped[str | None] = mapped_column(server_default=text("NULL"))
    repair_reason: Mapped[str | None] = mapped_column(server_default=text("NULL"))


class Event(Base):
    """One event, for ever. `chain` digests the event and its predecessor's chain.

    `position` and `transaction` order the feed: a reader takes only transactions that are over,
    so that it never skips an event committed late.
    """

    __tablename__ = "event"

    bundle: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str | None]
    matter_seq: Mapped[int | None]
    department: Mapped[str | None]
    kind: Mapped[str]
    at: Mapped[datetime]
    act: Mapped[str]
    actor: Mapped[Json]
    body: Mapped[Json]
    chain: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    transaction: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )

    __table_args__ = (
        Index("ix_event_matter", "bundle", "matter", "matter_seq", unique=True),
        Index("ix_event_feed", "transaction", "position"),
        Index(
            "ix_event_disclosed",
            "at",
            "bundle",
            "matter",
            postgresql_where=text("kind = 'decision_disclosed'"),
        ),
    )


class Outbox(Base):
    """What is to be told to others, in the order it happened; sent by whoever takes it up."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    bundle: Mapped[str]
    seq: Mapped[int]
    topic: Mapped[str]
    body: Mapped[Json]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_outbox_event", "bundle", "seq", unique=True),
        Index("ix_outbox_unsent", "topic", "id", postgresql_where=text("sent_at IS NULL")),
    )


class Issued(Base):
    """A document's file, made once: making it again finds it here."""

    __tablename__ = "issued"

    id: Mapped[str] = mapped_column(primary_key=True)
    bundle: Mapped[str] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    file: Mapped[Json]
