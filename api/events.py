"""Live news: one listener and one reader per process, fanned out to every stream.

Each stream reads what it missed from the register by its own place, then follows the hub; both see
the same order of finished transactions, so nothing is skipped or told twice.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog
from psycopg import Error as DatabaseError
from sqlalchemy.exc import SQLAlchemyError

from activities.store.desk.presence import CHANNEL as PRESENCE
from activities.store.engine import Store
from activities.store.reading.feed import FeedEvent, Place, events_after, news, notices, tail
from activities.store.reading.presence import Looked, looked
from activities.store.reading.scope import EVERYTHING, Scope

log = structlog.get_logger(__name__)

# An open transaction may hold events back that were announced already: look again soon.
PATIENCE = 0.25
IDLE = 2.0
BACK_OFF = 1.0
QUEUE = 1000
PAGE = 500

EAGER_ROUNDS = 8

News = FeedEvent | Looked
Queue = asyncio.Queue[News | None]
Work = Callable[[], Awaitable[None]]


class Hub:
    """Reads new events once for all streams. `None` in a queue ends its stream."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._queues: set[Queue] = set()
        self._place = Place()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    async def start(self) -> None:
        """Begin to listen and to read."""
        self._tasks = [
            asyncio.create_task(self._forever(self._listen), name="feed-listen"),
            asyncio.create_task(self._forever(self._read), name="feed-read"),
            asyncio.create_task(self._forever(self._look), name="feed-presence"),
        ]

    async def close(self) -> None:
        """End every stream, then stop."""
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def end_streams(self) -> None:
        """End every stream, now and from now on: a server that stops need not wait for them."""
        self._closed = True
        for queue in self._queues:
            _end(queue)

    async def follow(self, scope: Scope, after: Place | None) -> AsyncIterator[News | None]:
        """Events of the scope behind `after` (None: from now on); None when there is a pause.

        Between them who looks at tasks: only as it happens, for nobody misses it afterwards.
        """
        async with self._subscribed() as queue:
            place = after
            if place is None:
                async with self._store.reading() as session:
                    place = await tail(session)
            while missed := await self._page(place, scope):
                for event in missed:
                    place = event.place
                    yield event
            async for followed in _followed(queue):
                if followed is None:
                    yield None
                elif isinstance(followed, Looked):
                    if followed.is_for(scope):
                        yield followed
                elif followed.place.key > place.key:
                    place = followed.place
                    if followed.is_for(scope):
                        yield followed

    async def _page(self, place: Place, scope: Scope) -> list[FeedEvent]:
        async with self._store.reading() as session:
            return list(await events_after(session, place, scope, limit=PAGE))

    @asynccontextmanager
    async def _subscribed(self) -> AsyncIterator[Queue]:
        queue: Queue = asyncio.Queue(QUEUE)
        if not self._queues:
            # Nobody listened, so nothing was read: the reader goes on from here.
            async with self._store.reading() as session:
                self._place = await tail(session)
        self._queues.add(queue)
        if self._closed:
            _end(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def _listen(self) -> None:
        async for _ in news(self._store):
            self._news.set()

    async def _look(self) -> None:
        async for task in notices(self._store, PRESENCE):
            if not task or not self._queues:
                continue
            async with self._store.reading() as session:
                found = await looked(session, task, self._now())
            for queue in tuple(self._queues) if found else ():
                self._offer(queue, found)

    async def _read(self) -> None:
        eager = 0
        while True:
            told = await self._told(PATIENCE if eager else IDLE)
            eager = EAGER_ROUNDS if told else max(0, eager - 1)
            if self._queues:
                await self._publish()

    async def _told(self, patience: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._news.wait()
        told = self._news.is_set()
        self._news.clear()
        return told

    async def _publish(self) -> None:
        while events := await self._page(self._place, EVERYTHING):
            for event in events:
                for queue in tuple(self._queues):
                    self._offer(queue, event)
            self._place = events[-1].place

    def _offer(self, queue: Queue, event: News | None) -> None:
        """A stream that does not keep up is ended: its client comes back with its last place."""
        if queue.full():
            self._queues.discard(queue)
            _end(queue)
        else:
            queue.put_nowait(event)

    async def _forever(self, work: Work) -> None:
        while True:
            try:
                await work()
            except (DatabaseError, SQLAlchemyError, OSError) as error:
                log.warning("feed_interrupted", error=type(error).__name__)
            await asyncio.sleep(BACK_OFF)


def _end(queue: Queue) -> None:
    while queue.full():
        queue.get_nowait()
    queue.put_nowait(None)


async def _followed(queue: Queue, pause: float = 15.0) -> AsyncIterator[News | None]:
    """What comes through the queue; None after each pause; ends with the queue."""
    while True:
        try:
            async with asyncio.timeout(pause):
                event = await queue.get()
        except TimeoutError:
            yield None
            continue
        if event is None:
            return
        yield event
