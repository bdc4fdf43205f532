"""Absences (请假、出差) and who stands in. Both ends count, as days in Shanghai."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import Select, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Account
from activities.store.tables.inbox import Absence
from activities.store.tables.register import Task
from definitions.language.base import Value
from definitions.matter.tasks import TaskStatus


class AbsenceView(Value):
    """One absence, with everybody's name. `ended_at`: it was ended before its last day."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    account: str
    account_name: str
    substitute: str
    substitute_name: str
    department: str | None
    since: date
    until: date
    reason: str
    set_by: str
    set_by_name: str | None
    set_at: datetime
    ended_at: datetime | None


class Planned(Value):
    """An absence that is to be: who, who stands in, from the first to the last day, and why."""

    account: str
    substitute: str
    since: date
    until: date
    reason: str


class StandIn(Value):
    """A task's people that are absent today and have this substitute."""

    absent: frozenset[str] = frozenset()
    in_review: bool = False
    holder: str | None = None
    reviewer: str | None = None
    handed_by: str | None = None


async def take_turns(session: WriteSession, department: str) -> None:
    """Whoever plans an absence in this department waits until we have committed ours."""
    key = func.hashtextextended(f"absence {department}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def put_absence(
    session: WriteSession, name: str, planned: Planned, *, by: str, now: datetime
) -> None:
    """Keep an absence under this id."""
    session.add(Absence(id=name, set_by=by, set_at=now, **dict(planned)))
    await session.flush()


async def end_absence(session: WriteSession, name: str, now: datetime) -> None:
    """End it now; one that has ended stays as it is."""
    await session.execute(
        update(Absence).where(Absence.id == name, Absence.ended_at.is_(None)).values(ended_at=now)
    )


async def absence(session: ReadSession, name: str) -> AbsenceView | None:
    """One absence."""
    found = (await session.execute(_joined().where(Absence.id == name))).first()
    return AbsenceView.model_validate(found) if found else None


async def absences(
    session: ReadSession,
    *,
    department: str | None = None,
    account: str | None = None,
    since: date | None = None,
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> Sequence[AbsenceView]:
    """The latest first: of a department, or those in which one person is absent or stands in.

    `since` leaves out what was over before that day.
    """
    query = _joined()
    if department is not None:
        query = query.where(_ABSENT.department == department)
    if account is not None:
        query = query.where(or_(Absence.account == account, Absence.substitute == account))
    if since is not None:
        query = query.where(Absence.until >= since, Absence.ended_at.is_(None))
    if after is not None:
        query = query.where(tuple_(Absence.since, Absence.id) < after)
    rows = await session.execute(
        query.order_by(Absence.since.desc(), Absence.id.desc()).limit(limit)
    )
    return [AbsenceView.model_validate(row) for row in rows]


async def clashing(session: ReadSession, planned: Planned) -> Sequence[AbsenceView]:
    """Absences on one of these days in which one of the two is absent, or the absent stands in."""
    rows = await session.execute(
        _joined()
        .where(
            Absence.ended_at.is_(None),
            Absence.since <= planned.until,
            Absence.until >= planned.since,
            or_(
                Absence.account.in_((planned.account, planned.substitute)),
                Absence.substitute == planned.account,
            ),
        )
        .order_by(Absence.since, Absence.id)
    )
    return [AbsenceView.model_validate(row) for row in rows]


async def stand_in(session: ReadSession, task: str, substitute: str, day: date) -> StandIn:
    """Whom of a task's people this account stands in for that day."""
    handed_by = Task.more["handed"]["by"].astext
    query = (
        select(Absence.account, Task.status, Task.assignee, Task.reviewer, handed_by)
        .join(Task, Absence.account.in_((Task.assignee, Task.reviewer, handed_by)))
        .where(
            Task.id == task,
            Absence.substitute == substitute,
            Absence.since <= day,
            Absence.until >= day,
            Absence.ended_at.is_(None),
        )
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return StandIn()
    _, status, holder, reviewer, handed = rows[0]
    return StandIn(
        absent=frozenset(row[0] for row in rows),
        in_review=status == TaskStatus.IN_REVIEW,
        holder=holder,
        reviewer=reviewer,
        handed_by=handed,
    )


_ABSENT, _SUBSTITUTE, _SETTER = aliased(Account), aliased(Account), aliased(Account)


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *Absence.__table__.columns,
            _ABSENT.name.label("account_name"),
            _ABSENT.department,
            _SUBSTITUTE.name.label("substitute_name"),
            _SETTER.name.label("set_by_name"),
        )
        .join(_ABSENT, _ABSENT.id == Absence.account)
        .join(_SUBSTITUTE, _SUBSTITUTE.id == Absence.substitute)
        .outerjoin(_SETTER, _SETTER.id == Absence.set_by)
    )
