"""Following the outbox: a task of a department that works in its own system goes there.

Nobody waits for this. The row of an assignment is committed before its errand starts, and the
errand looks the task up after that, so that news overtaking the start is never missed: either it
finds the row and tells the errand, or the errand finds the task over.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

import psycopg
import structlog
from sqlalchemy import bindparam, func, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT

from activities.contracts.assignments import AssignmentInput, Over
from activities.store.desk.accounts import AccountView
from activities.store.desk.connections import (
    UNDER_WAY,
    ConnectionView,
    active_connections,
    keep_assignment,
)
from activities.store.engine import Store, WriteSession
from activities.store.reading.feed import news
from activities.store.tables.register import Outbox
from definitions.language.roles import Confidentiality

log = structlog.get_logger(__name__)

BATCH = 200
BULK = 5000
# Errands started at the same time; people's acts go through the same server.
TOGETHER = 8
# How long a message that failed is left, so that it never holds up those behind it.
LEFT = 30.0
# Between two looks where nothing is heard; where much is, they are taken together.
PAUSE = 5.0
GATHERED = 0.2

_OPENING = ("task_opened", "task_transferred")
_ENDS = {
    "task_completed": Over.OVERTAKEN,
    "consent_deemed": Over.OVERTAKEN,
    "task_cancelled": Over.CANCELLED,
    "task_returned": Over.RETURNED,
    "task_transferred": Over.TRANSFERRED,
}
TOPICS = ("task_opened", *_ENDS)

# Nobody is connected and nothing is under way: what piles up is done with at once.
_NOBODY = text(
    "WITH done AS (UPDATE outbox SET sent_at = clock_timestamp() WHERE id IN ("
    "SELECT id FROM outbox WHERE topic = ANY(:topics) AND sent_at IS NULL LIMIT :bulk "
    "FOR UPDATE SKIP LOCKED) RETURNING 1) SELECT count(*) FROM done"
)
_UNDER_WAY = text("SELECT EXISTS (SELECT FROM assignment WHERE status = ANY(:statuses))")
# The oldest of each topic by its own run of the index, merged; then what each is about.
_WAITING = text(
    "WITH oldest AS (SELECT found.id FROM unnest(CAST(:topics AS text[])) AS topics(topic), "
    "LATERAL (SELECT id FROM outbox WHERE topic = topics.topic AND sent_at IS NULL "
    "AND id <> ALL(:left) ORDER BY id LIMIT :batch) AS found ORDER BY found.id LIMIT :batch), "
    "taken AS (SELECT id, bundle, seq, topic FROM outbox JOIN oldest USING (id) "
    "WHERE sent_at IS NULL ORDER BY id FOR UPDATE OF outbox SKIP LOCKED) "
    "SELECT taken.id, taken.bundle, taken.seq, taken.topic, told.task, told.department, "
    "told.obsolete, event.actor->>'id' AS actor, task.open AND task.department = told.department "
    "AS open, task.item, task.confidentiality, assignment.workflow, assignment.status, "
    "connection.account FROM taken JOIN event USING (bundle, seq) CROSS JOIN LATERAL (SELECT "
    "coalesce(event.body->>'task', '') AS task, event.body->>'department' AS department, "
    "coalesce(event.body->>'obsolete', 'false')::boolean AS obsolete "
    "WHERE taken.topic <> 'task_opened' UNION ALL SELECT event.body->'task'->>'id', "
    "event.body->'task'->>'department', false WHERE taken.topic = 'task_opened') AS told "
    "LEFT JOIN task ON task.id = told.task LEFT JOIN assignment ON assignment.task = told.task "
    "LEFT JOIN connection ON connection.id = assignment.connection ORDER BY taken.id"
).bindparams(bindparam("left", type_=ARRAY(BIGINT)))

Connected = Sequence[tuple[ConnectionView, AccountView]]


class Away(Exception):
    """The workflows cannot be reached just now."""


class Errands(Protocol):
    """The workflows that see to assignments, wherever they run. Each raises `Away`."""

    async def begin(self, given: AssignmentInput) -> None:
        """Start the errand, unless it was started before."""
        ...

    async def end(self, workflow: str, why: Over) -> None:
        """Tell the errand that its task is over; one that has ended needs no telling."""
        ...


class _Message(NamedTuple):
    """A row of `_WAITING`: what happened to which task, and who has it."""

    id: int
    bundle: str
    seq: int
    topic: str
    task: str
    department: str | None
    obsolete: bool
    actor: str
    open: bool | None
    item: str | None
    confidentiality: str | None
    workflow: str | None
    status: str | None
    account: str | None

    @property
    def errand(self) -> str:
        """The id of the errand that this would start: one for each department it comes to."""
        name = f"assignment:{self.task}"
        return name if self.topic == "task_opened" else f"{name}:{self.seq}"

    @property
    def why(self) -> Over:
        """Why the task is over for who had it."""
        if self.topic == "task_completed" and self.actor == self.account:
            return Over.ANSWERED
        return Over.OBSOLETE if self.obsolete else _ENDS[self.topic]


class Follower:
    """Holds the store and the errands."""

    def __init__(self, store: Store, errands: Errands) -> None:
        self._store = store
        self._errands = errands
        self._left: dict[int, float] = {}

    async def take(self) -> int:
        """Take up what the outbox tells of tasks; returns how many messages were looked at.

        Several may run at once: each takes messages that no other holds. What a crash cuts short is
        taken again, and starts nothing twice.
        """
        async with self._store.begin() as session:
            connected = await active_connections(session)
            if not connected and not await _any_under_way(session):
                bulk = {"topics": list(TOPICS), "bulk": BULK}
                return int(await session.scalar(_NOBODY, bulk) or 0)
            waiting = await self._waiting(session)
            if waiting:
                failed = await self._pass_on(waiting, connected)
                sent = [message.id for message in waiting if message.id not in failed]
                await session.execute(
                    update(Outbox).where(Outbox.id.in_(sent)).values(sent_at=func.clock_timestamp())
                )
        return len(waiting)

    async def _waiting(self, session: WriteSession) -> list[_Message]:
        now = time.monotonic()
        self._left = {number: until for number, until in self._left.items() if until > now}
        found = await session.execute(
            _WAITING, {"topics": list(TOPICS), "left": list(self._left), "batch": BATCH}
        )
        return [_Message(*row) for row in found]

    async def _pass_on(self, waiting: Sequence[_Message], connected: Connected) -> set[int]:
        """Tell the errands; returns the messages that failed. Those of one task go in order."""
        by_task: dict[str, list[_Message]] = {}
        for message in waiting:
            by_task.setdefault(message.task, []).append(message)
        left, failed, away = iter(by_task.values()), set[int](), False

        async def lane() -> None:
            nonlocal away
            for messages in left:
                if away:
                    failed.update(message.id for message in messages)
                    continue
                try:
                    failed.update(await self._in_order(messages, connected))
                except Away:
                    away = True
                    failed.update(message.id for message in messages)

        await asyncio.gather(*(lane() for _ in range(TOGETHER)))
        if away:
            log.warning("errands_away", messages=len(failed))
        self._left |= dict.fromkeys(failed, time.monotonic() + LEFT)
        return failed

    async def _in_order(self, messages: Sequence[_Message], connected: Connected) -> list[int]:
        """One task's; where one fails, those behind it wait as well."""
        for place, message in enumerate(messages):
            try:
                await self._one(message, connected)
            except Away:
                raise
            except Exception:
                log.exception("task_not_passed_on", task=message.task, topic=message.topic)
                return [each.id for each in messages[place:]]
        return []

    async def _one(self, message: _Message, connected: Connected) -> None:
        going = message.status in UNDER_WAY
        if message.topic in _ENDS and message.workflow not in {None, message.errand} and going:
            assert message.workflow is not None
            await self._errands.end(message.workflow, message.why)
        if message.topic not in _OPENING:
            return
        # Over in the meantime, but its row was written: the errand sees to the row.
        if not message.open and not (message.workflow == message.errand and going):
            return
        given = _given(message, connected)
        if given is None:
            return
        async with self._store.begin() as session:
            await keep_assignment(session, given)
        await self._errands.begin(given)


async def follow_forever(store: Store, errands: Errands, *, pause: float = PAUSE) -> None:
    """Follow until cancelled: at once when something is recorded, and now and then in any case."""
    follower, heard = Follower(store, errands), asyncio.Event()
    listening = asyncio.create_task(_listen(store, heard, pause=pause), name="assignments-news")
    try:
        while True:
            heard.clear()
            try:
                taken = await follower.take()
            except Exception:
                log.exception("following_failed")
                taken = 0
            if taken < BATCH:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await heard.wait()
                await asyncio.sleep(GATHERED)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _listen(store: Store, heard: asyncio.Event, *, pause: float) -> None:
    while True:
        try:
            async for _ in news(store):
                heard.set()
        except (psycopg.Error, OSError) as error:
            log.warning("not_listening", error=type(error).__name__)
        await asyncio.sleep(pause)


async def _any_under_way(session: WriteSession) -> bool:
    return bool(await session.scalar(_UNDER_WAY, {"statuses": list(UNDER_WAY)}))


def _given(message: _Message, connected: Connected) -> AssignmentInput | None:
    """Where the task goes: the department's connection for the item, else that for all its items.

    None where it stays with people, as what the connection's account may not see does.
    """
    item = message.item or ""
    level = Confidentiality(message.confidentiality or Confidentiality.ORDINARY)
    fitting = [
        connection
        for connection, account in connected
        if connection.department == message.department
        and (not connection.items or item in connection.items)
        and account.department == message.department
        and account.authority.covers(item, level)
    ]
    if not fitting:
        return None
    chosen = min(fitting, key=lambda each: not each.items)
    return AssignmentInput(
        workflow=message.errand,
        task=message.task,
        bundle=message.bundle,
        department=chosen.department,
        connection=chosen.id,
        way=chosen.way,
        queue=chosen.queue or f"dept-{chosen.department}",
        endpoint=chosen.endpoint,
    )
