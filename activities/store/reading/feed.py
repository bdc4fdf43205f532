"""The feed of events for live pages: commit-safe order, resumable, what a reader may see."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import psycopg
from sqlalchemy import BigInteger, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import TEXT

from activities.store.engine import ReadSession, Store
from activities.store.reading.scope import Read, Scope, of_department
from activities.store.tables.register import Event
from definitions.language.base import Value

CHANNEL = "register"


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


class FeedEvent(Read):
    """One event as live pages hear of it: ids and codes, nothing to read."""

    place: Place
    bundle: str
    seq: int
    kind: str
    matter: str | None
    department: str | None
    at: datetime


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
        select(
            Event.transaction,
            Event.position,
            Event.bundle,
            Event.seq,
            Event.kind,
            Event.matter,
            Event.department,
            Event.at,
        )
        .where(
            tuple_(Event.transaction, Event.position) > place.key,
            Event.transaction < _horizon(),
            of_department(scope, Event.department),
        )
        .order_by(Event.transaction, Event.position)
        .limit(limit)
    )
    return [
        FeedEvent(
            place=Place(transaction=row.transaction, position=row.position),
            bundle=row.bundle,
            seq=row.seq,
            kind=row.kind,
            matter=row.matter,
            department=row.department,
            at=row.at,
        )
        for row in found
    ]


async def news(store: Store) -> AsyncIterator[None]:
    """Yields once listening has begun, then whenever something was recorded. May raise."""
    address = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await psycopg.AsyncConnection.connect(
        address, autocommit=True, application_name="yijianshi-feed"
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield
        async for _ in connection.notifies():
            yield


def _horizon() -> object:
    xmin = func.pg_snapshot_xmin(func.pg_current_snapshot())
    return cast(cast(xmin, TEXT), BigInteger)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - fits a bigint
