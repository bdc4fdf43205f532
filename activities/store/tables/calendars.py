"""Working calendars as published, and the recalculations that publishing them sets off."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from activities.store.tables.base import Base, Json


class PublishedCalendar(Base):
    """All years of a region as of one publication. Rows are never changed."""

    __tablename__ = "calendar"

    region: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    years: Mapped[list[Json]]
    published_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    published_by: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    idempotency_key: Mapped[str | None]
    payload_sha256: Mapped[str | None]
    recalculation: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq_calendar_key",
            "published_by",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
    )


class Recalculation(Base):
    """How far the open applications of a region are on a newly published calendar.

    `calendar` is the version's text. `done` counts applications that need nothing more, `skipped`
    those among them that were closed in between, `moved` limits that fall on another day; the
    applications in `failures` would not take the calendar. A newer publication supersedes it.
    """

    __tablename__ = "recalculation"

    id: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str]
    calendar: Mapped[str]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    moved: Mapped[int] = mapped_column(server_default=text("0"))
    failed: Mapped[int] = mapped_column(server_default=text("0"))
    failures: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    state: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('running', 'paused', 'done', 'superseded')", name="state"),
        Index("ix_recalculation_started", "started_at", "id"),
    )


class MovedLimit(Base):
    """One limit that a new calendar moved; None where nothing was or is known of the day.

    `stands`: it would come earlier than the applicant was told, so what was told holds.
    """

    __tablename__ = "moved_limit"

    recalculation: Mapped[str] = mapped_column(ForeignKey("recalculation.id"), primary_key=True)
    bundle: Mapped[str] = mapped_column(ForeignKey("bundle.number"), primary_key=True)
    matter: Mapped[str] = mapped_column(primary_key=True)
    clock: Mapped[str] = mapped_column(primary_key=True)
    was: Mapped[date | None]
    becomes: Mapped[date | None]
    stands: Mapped[bool] = mapped_column(server_default=text("false"))
