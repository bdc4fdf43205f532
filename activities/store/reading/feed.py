"""The feed of events for live pages: commit-safe order, resumable, what a reader may see."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import aliased

from activities.store.engine import ReadSession, Store
from activities.store.reading.scope import Read, Scope, covered, unconcerned
from activities.store.tables.register import Event, Matter, Recusal, Task
from definitions.language.base import Value
from definitions.language.roles import Confidentiality

CHANNEL = "register"
_TRANSFERRED = "task_transferred"


class Place(Value):
    """A place in the feed. Whatever lies before it never changes any more."""

    transaction: int = 0
    position: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """As it is ordered."""
        return self.transaction, self.position

    def __str__(self) -> str:
        """The token a client resumes with."""
        return f"{self.transaction}-{self.position}"


def place_of(token: str) -> Place | None:
    """The place a token names; None where it is none."""
    transaction, separator, position = token.partition("-")
    if not (separator and _is_number(transaction) and _is_number(position)):
        return None
    return Place(transaction=int(transaction), position=int(position))


class FeedTask(Read):
    """The task an event is about, as it stands now: an inbox sees whether it is gone or new."""

    id: str
    department: str
    item: str
    role: str
    status: str
    assignee: str | None


class Heard(Read):
    """What bounds who hears of something.

    `told` are the departments it concerns, `areas` items and confidentiality of what it is about,
    `kept_from` who must not hear of the application (回避).
    """

    told: frozenset[str] = frozenset()
    areas: tuple[tuple[str, Confidentiality], ...] = ()
    kept_from: frozenset[str] = frozenset()

    def is_for(self, scope: Scope) -> bool:
        """Whether this reader may hear of it."""
        if scope.department is not None and scope.department not in self.told:
            return False
        if scope.account in self.kept_from:
            return False
        return not scope.is_bounded or any(scope.covers(*area) for area in self.areas)


class FeedEvent(Heard):
    """One event as live pages hear of it: ids and codes, nothing to read."""

    place: Place
    bundle: str
    seq: int
    kind: str
    matter: str | None
    department: str | None
    at: datetime
    task: FeedTask | None = None


async def tail(session: ReadSession) -> Place:
    """The place behind everything that is safe to read now."""
    found = (
        await session.execute(
            select(Event.transaction, Event.position)
            .where(Event.transaction < _horizon())
            .order_by(Event.transaction.desc(), Event.position.desc())
            .limit(1)
        )
    ).first()
    return Place(transaction=found[0], position=found[1]) if found else Place()


async def events_after(
    session: ReadSession, place: Place, scope: Scope, *, limit: int = 500
) -> Sequence[FeedEvent]:
    """Events behind `place` of transactions that are over, in order.

    A transaction that is still open could commit events in between: reading waits for it.
    """
    found = await session.execute(
        _joined()
        .where(
            tuple_(Event.transaction, Event.position) > place.key,
            Event.transaction < _horizon(),
            _heard(scope),
        )
        .order_by(Event.transaction, Event.position)
        .limit(limit)
    )
    return [_event(row) for row in found]


def _joined() -> Select[*tuple[Any, ...]]:
    """Each event with what bounds who hears of it: a few rows by key for each."""
    area = func.jsonb_build_array(Matter.item, Matter.confidentiality)
    areas = select(func.jsonb_agg(area)).where(_about()).correlate(Event).scalar_subquery()
    kept_from = (
        select(func.jsonb_agg(Recusal.account))
        .where(Recusal.bundle == Event.bundle)
        .correlate(Event)
        .scalar_subquery()
    )
    return select(
        Event.transaction,
        Event.position,
        Event.bundle,
        Event.seq,
        Event.kind,
        Event.matter,
        Event.department,
        Event.at,
        Task.id,
        Task.department.label("task_department"),
        Task.item,
        Task.role,
        Task.status,
        Task.assignee,
        Task.asked_by,
        Task.more["came_from"].label("came_from"),
        _left().label("left"),
        areas.label("areas"),
        kept_from.label("kept_from"),
    ).outerjoin(Task, Task.id == _task())


def _event(row: Any) -> FeedEvent:  # noqa: ANN401 - a row of `_joined`
    told = {row.department, row.task_department, row.asked_by, row.left, *(row.came_from or ())}
    task = row.id and FeedTask(
        id=row.id,
        department=row.task_department,
        item=row.item,
        role=row.role,
        status=row.status,
        assignee=row.assignee,
    )
    return FeedEvent(
        place=Place(transaction=row.transaction, position=row.position),
        bundle=row.bundle,
        seq=row.seq,
        kind=row.kind,
        matter=row.matter,
        department=row.department,
        at=row.at,
        task=task or None,
        told=frozenset(each for each in told if each),
        areas=tuple((item, Confidentiality(level)) for item, level in row.areas or ()),
        kept_from=frozenset(row.kept_from or ()),
    )


def _heard(scope: Scope) -> ColumnElement[bool]:
    """As `FeedEvent.is_for`, where the events are."""
    bounds = [unconcerned(scope, Event.bundle)]
    if scope.department is not None:
        before = func.jsonb_exists(Task.more["came_from"], scope.department)
        of = (Event.department, Task.department, Task.asked_by, _left())
        bounds.append(or_(before, *(column == scope.department for column in of)))
    if scope.is_bounded:
        trusted = covered(scope, Matter.item, Matter.confidentiality)
        bounds.append(exists().where(_about(), trusted).correlate(Event))
    return and_(*bounds)


def _about() -> ColumnElement[bool]:
    """The matter of the event, or all of them."""
    return and_(
        Matter.bundle == Event.bundle, or_(Event.matter.is_(None), Matter.key == Event.matter)
    )


def _task() -> ColumnElement[str]:
    """The id of the task the event is about: it holds either the task itself or only its id."""
    return func.coalesce(Event.body["task"]["id"].astext, Event.body["task"].astext)


def _left() -> ColumnElement[str]:
    """The department that a transferred task was taken from: where the transfer before led to."""
    before = aliased(Event)
    led_to = (
        select(before.body["department"].astext)
        .where(
            before.bundle == Event.bundle,
            before.seq < Event.seq,
            before.kind == _TRANSFERRED,
            before.body["task"].astext == Event.body["task"].astext,
        )
        .order_by(before.seq.desc())
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )
    return case((Event.kind == _TRANSFERRED, led_to))


async def news(store: Store) -> AsyncIterator[None]:
    """Yields once listening has begun, then whenever something was recorded. May raise."""
    async for _ in notices(store, CHANNEL):
        yield


async def notices(store: Store, channel: str) -> AsyncIterator[str]:
    """What is told on the channel; first, once listening has begun, nothing. May raise."""
    address = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await psycopg.AsyncConnection.connect(
        address, autocommit=True, application_name="yijianshi-feed"
    )
    async with connection:
        await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        yield ""
        async for told in connection.notifies():
            yield told.payload


def _horizon() -> object:
    xmin = func.pg_snapshot_xmin(func.pg_current_snapshot())
    return cast(cast(xmin, TEXT), BigInteger)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - fits a bigint
