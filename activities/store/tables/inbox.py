"""What people put around their tasks: drafts, notes, views, absences, settings; and who looks on.

None of it is a legal act; those are events of the register.
"""

from datetime import date, datetime, time

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json


class TaskDraft(Base):
    """办理意见 as far as it was typed; never validated, one a person and task."""

    __tablename__ = "task_draft"

    task: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    body: Mapped[Json]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class Note(Base):
    """批注 beside a task: what colleagues of the department tell each other, with files."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task: Mapped[str]
    department: Mapped[str]
    account: Mapped[str] = mapped_column(ForeignKey("account.id"))
    body: Mapped[str]
    files: Mapped[list[Json]] = mapped_column(server_default=text("'[]'::jsonb"))
    # The author's own for it: sent twice, it is written once.
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        Index("ix_note_task", "task", "id"),
        Index("uq_note_key", "account", "key", unique=True),
    )


class SavedView(Base):
    """常用筛选 of one person: the query of an inbox under a name."""

    __tablename__ = "saved_view"

    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    query: Mapped[Json]
    position: Mapped[int]


class Absence(Base):
    """请假、出差: who stands in, from the first to the last day."""

    __tablename__ = "absence"

    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"))
    substitute: Mapped[str] = mapped_column(ForeignKey("account.id"))
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_absence_account", "account", "until"),
        Index("ix_absence_substitute", "substitute", "until"),
    )


class WorkSetting(Base):
    """How one person takes work: the shift, how many at once, and which kinds first."""

    __tablename__ = "work_setting"

    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    at_most: Mapped[int] = mapped_column(server_default=text("20"))
    shift_from: Mapped[time | None]
    shift_until: Mapped[time | None]
    skills: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    keys: Mapped[bool] = mapped_column(server_default=text("true"))


class Offer(Base):
    """What 领取下一件 has found for somebody: for a few seconds nobody else is offered it."""

    __tablename__ = "offer"

    task: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str]
    until: Mapped[datetime]

    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


class Presence(Base):
    """正在查看: who has a task open. Lost in a crash, and nobody misses it."""

    __tablename__ = "presence"

    task: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]

    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


class Digest(Base):
    """每日督办摘要 of a department (empty: of all), as it stood in the morning."""

    __tablename__ = "digest"

    day: Mapped[date] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[Json]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
