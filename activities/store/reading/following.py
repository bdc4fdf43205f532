"""What has to be followed up: limits that are past, procedures going on, open promises.

Each list is one query over the matters' own rows, and one for whose task it is; a department reads
its own matters.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Select,
    cast,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope, own_matters
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Matter, Task
from definitions.bundle.rows import Special
from definitions.bundle.view import OFFICE
from definitions.language.clocks import ClockKind
from definitions.matter.state import PromiseStatus
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    end_of_day,
    local_day,
    working_days_between,
)

Place = tuple[datetime, str, str, str]

_FOLLOWED = (ClockKind.PROMISE, ClockKind.VERIFICATION, ClockKind.RECTIFICATION)
_NEVER = "9000-01-01 00:00:00+00"


class Followed(Read):
    """A matter in one of the lists: whose it is, at which step, and who has the open tasks."""

    bundle: str
    matter: str
    matter_name: str
    matter_number: str
    department: str
    department_name: str
    status: str
    step: str | None
    firm_name: str
    service_name: str
    tasks: tuple[str, ...]
    assignees: tuple[str, ...]


class Overdue(Followed):
    """A limit of the office that is past. `working_days` since then, as far as calendars reach."""

    clock: str
    clock_name: str | None
    due_on: date
    due_at: datetime
    working_days: int | None


class Suspended(Followed):
    """A special procedure that goes on: its cause, since when, how long was told, until when."""

    cause: str
    cause_name: str
    since: datetime
    days: int
    ends_at: datetime | None
    over: bool


class FollowedPromise(Followed):
    """A promise behind a result that is out: what is owed or checked, and by when."""

    mode: str
    state: str
    materials: tuple[str, ...]
    clock: str
    due_at: datetime | None
    past: bool


async def overdue(
    session: ReadSession,
    scope: Scope,
    calendar: Calendar,
    now: datetime,
    *,
    after: Place | None,
    limit: int,
) -> Sequence[tuple[Overdue, Place]]:
    """Limits of the office that are past and not met, the oldest first."""
    clock, due = _clock()
    query = _joined(clock, due).where(
        Matter.overdue,
        clock["kind"].astext.in_([str(kind) for kind in OFFICE]),
        cast(clock["expired"].astext, Boolean),
        clock["stopped_at"].astext.is_(None),
        own_matters(scope),
    )
    rows = await _page(session, query, clock, due, after=after, limit=limit)
    whose = await _whose(session, rows)
    return [
        (
            Overdue(
                **_followed(row, whose),
                clock=row.clock["kind"],
                clock_name=row.clock.get("name"),
                due_on=_last_day(row.place),
                due_at=row.place,
                working_days=_late(_last_day(row.place), calendar, now),
            ),
            _place(row),
        )
        for row in rows
    ]


async def suspended(
    session: ReadSession, scope: Scope, now: datetime, *, after: Place | None, limit: int
) -> Sequence[tuple[Suspended, Place]]:
    """Special procedures that go on; what was told to be over by now comes first."""
    clock, due = _clock()
    query = _joined(clock, due).where(
        Matter.suspended,
        clock["kind"].astext == ClockKind.PROCEDURE,
        clock["stopped_at"].astext.is_(None),
        own_matters(scope),
    )
    rows = await _page(session, query, clock, due, after=after, limit=limit)
    whose = await _whose(session, rows)
    found = []
    for row in rows:
        special = Special.model_validate(row.Matter.special)
        going = next(each for each in special.procedures if each.until is None)
        ends = _known(row.place)
        one = Suspended(
            **_followed(row, whose),
            cause=going.cause,
            cause_name=going.name,
            since=going.since,
            days=going.days,
            ends_at=ends,
            over=ends is not None and ends <= now,
        )
        found.append((one, _place(row)))
    return found


async def promises(
    session: ReadSession, scope: Scope, now: datetime, *, after: Place | None, limit: int
) -> Sequence[tuple[FollowedPromise, Place]]:
    """Open promises behind results that are out (承诺制容缺办结、告知承诺), the nearest first."""
    clock, due = _clock()
    query = _joined(clock, due).where(
        # As the partial index says it.
        text("matter.special #>> '{promise,status}' IN ('open', 'rectifying')"),
        clock["kind"].astext.in_([str(kind) for kind in _FOLLOWED]),
        clock["stopped_at"].astext.is_(None),
        own_matters(scope),
    )
    rows = await _page(session, query, clock, due, after=after, limit=limit)
    whose = await _whose(session, rows)
    found = []
    for row in rows:
        promise = Special.model_validate(row.Matter.special).promise
        if promise is None:
            continue
        ends = _known(row.place)
        one = FollowedPromise(
            **_followed(row, whose),
            mode=promise.mode,
            state=PromiseStatus(promise.status),
            materials=promise.materials,
            clock=row.clock["kind"],
            due_at=ends,
            past=ends is not None and ends <= now,
        )
        found.append((one, _place(row)))
    return found


def _clock() -> tuple[ColumnElement[Any], ColumnElement[datetime]]:
    """One clock of a matter, and when it runs out; a limit that no calendar reaches sorts last."""
    each = func.jsonb_array_elements(Matter.clocks, type_=JSONB()).column_valued(
        "clock", joins_implicitly=True
    )
    at = cast(each["due_at"].astext, DateTime(timezone=True))
    return each, func.coalesce(at, cast(literal(_NEVER), DateTime(timezone=True)))


def _joined(clock: ColumnElement[Any], due: ColumnElement[datetime]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Matter,
            clock.label("clock"),
            due.label("place"),
            Application.firm_name,
            Bundle.name.label("service_name"),
        )
        .join(Bundle, Bundle.number == Matter.bundle)
        .join(Application, Application.id == Bundle.application)
    )


async def _page(
    session: ReadSession,
    query: Select[*tuple[Any, ...]],
    clock: ColumnElement[Any],
    due: ColumnElement[datetime],
    *,
    after: Place | None,
    limit: int,
) -> Sequence[Any]:
    order = (due, Matter.bundle, Matter.key, clock["kind"].astext)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return (await session.execute(query.order_by(*order).limit(limit))).all()


async def _whose(
    session: ReadSession, rows: Sequence[Any]
) -> dict[tuple[str, str], list[tuple[str, str | None]]]:
    """The open tasks of the page's matters, each with who holds it."""
    keys = {(row.Matter.bundle, row.Matter.key) for row in rows}
    if not keys:
        return {}
    found = await session.execute(
        select(Task.bundle, Task.matter, Task.name, Account.name)
        .outerjoin(Account, Account.id == Task.assignee)
        .where(tuple_(Task.bundle, Task.matter).in_(sorted(keys)), Task.open)
        .order_by(Task.opened_at, Task.id)
    )
    whose: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    for bundle, matter, name, assignee in found:
        whose.setdefault((bundle, matter), []).append((name, assignee))
    return whose


def _followed(
    row: Any,  # noqa: ANN401 - a row of `_joined`
    whose: dict[tuple[str, str], list[tuple[str, str | None]]],
) -> dict[str, Any]:
    matter: Matter = row.Matter
    tasks = whose.get((matter.bundle, matter.key), [])
    return {
        "bundle": matter.bundle,
        "matter": matter.key,
        "matter_name": matter.name,
        "matter_number": matter.number,
        "department": matter.department,
        "department_name": matter.department_name,
        "status": matter.status,
        "step": matter.step,
        "firm_name": row.firm_name,
        "service_name": row.service_name,
        "tasks": tuple(name for name, _ in tasks),
        "assignees": tuple(dict.fromkeys(who for _, who in tasks if who)),
    }


def _place(row: Any) -> Place:  # noqa: ANN401 - a row of `_joined`
    return row.place, row.Matter.bundle, row.Matter.key, row.clock["kind"]


def _known(place: datetime) -> datetime | None:
    return None if place.year >= datetime.fromisoformat(_NEVER).year else place


def _last_day(due_at: datetime) -> date:
    """A limit ends at 24:00 of its last day; this is that day."""
    day = local_day(due_at)
    return day if end_of_day(day) == due_at else date.fromordinal(day.toordinal() - 1)


def _late(last: date, calendar: Calendar, now: datetime) -> int | None:
    """Working days after the last one, today included."""
    try:
        return working_days_between(last, local_day(now), calendar)
    except BeyondCalendar:
        return None
