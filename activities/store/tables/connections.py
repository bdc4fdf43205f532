"""对接: departments that work in their own systems, what was given to them, what came back."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json


class Connection(Base):
    """How a department takes its tasks, for all its items or those named.

    `way`: worker (an activity on `queue`), nexus (an operation at `endpoint`), webhook (a signed
    request to `url`) or automatic. `secrets` are those of the webhook, the newest first; two are
    valid while one is replaced. `account` is who acts here for the department's system.
    """

    __tablename__ = "connection"

    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
    items: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    way: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("false"))
    queue: Mapped[str | None]
    endpoint: Mapped[str | None]
    url: Mapped[str | None]
    algorithm: Mapped[str] = mapped_column(server_default=text("'hmac-sha256'"))
    secrets: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    account: Mapped[str] = mapped_column(ForeignKey("account.id"))
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("way IN ('worker', 'nexus', 'webhook', 'automatic')", name="way"),
        Index("ix_connection_department", "department"),
    )


class Assignment(Base):
    """A task given to a department's system, and what became of it.

    `status`: sending, delivered, answered (it completed the task), overtaken (somebody else had),
    withdrawn (the task is over), dead (given up; an operator sends it again), declined (left to
    people). `believes` is what the other side last said of it. `workflow` sees to it: another one
    for each department that a task is transferred to.
    """

    __tablename__ = "assignment"

    task: Mapped[str] = mapped_column(primary_key=True)
    workflow: Mapped[str]
    bundle: Mapped[str]
    department: Mapped[str]
    connection: Mapped[str] = mapped_column(ForeignKey("connection.id"))
    way: Mapped[str]
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[str | None]
    believes: Mapped[Json | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_assignment_status", "status", "changed_at", "task"),
        Index(
            "ix_assignment_open",
            "connection",
            "task",
            postgresql_where=text("status IN ('sending', 'delivered', 'dead')"),
        ),
    )


class Callback(Base):
    """A signed answer that was taken; its id is never taken again."""

    __tablename__ = "callback"

    connection: Mapped[str] = mapped_column(ForeignKey("connection.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str]
    payload_sha256: Mapped[str]
    receipt: Mapped[Json]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class RefusedCall(Base):
    """A call in a department's name that was not taken, and why. Never its content."""

    __tablename__ = "refused_call"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    connection: Mapped[str]
    task: Mapped[str | None]
    webhook: Mapped[str | None]
    rule: Mapped[str]
    remote: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_refused_call_at", "at"),)
