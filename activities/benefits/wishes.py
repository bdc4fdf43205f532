"""意愿确认, and the end of the list: asking, reminding, silence, and who may be paid or is invited.

Silence is no. Who stands in an objection waits until that is settled, and nobody waits for him.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from sqlalchemy import func, select

from activities.benefits.tools import Batch, Tools, batch_of, is_late, note_seen
from activities.benefits.wording import Told, say
from activities.contracts.benefits import Chunk, ChunkDone
from activities.store.benefits.entitlements import Move
from activities.store.benefits.lanes import in_lane
from activities.store.benefits.notices import Notice, NoticeKind, tell_all
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import BenefitMatch, Entitlement
from activities.store.tables.subjects import Subject
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.base import Value
from definitions.language.benefits import Verdict, Way

ROWS, UNKNOWN = "1:", "2:"
_CLEARED = frozenset({Phase.PAYING, Phase.CLOSED})


class Row(Value):
    """An entitlement as a chunk looks at it."""

    id: str
    subject: int
    status: Status
    fen: int
    why: str | None
    account: str | None


async def ask_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """Everybody listed is asked, with the day until which to answer."""

    async def ask(session: WriteSession, batch: Batch, rows: Sequence[Row]) -> int:
        moves = [_from(row, Status.ASKED) for row in rows]
        moved = await tools.move(session, moves, batch.act("ask"))
        await _tell(session, batch, rows, NoticeKind.ASKED, "asked", only=moved)
        return len(moved)

    return await _wished(tools, chunk, Status.LISTED, ask)


async def remind_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """The `turn`-th reminder to whoever has not answered; each is given once."""

    async def remind(session: WriteSession, batch: Batch, rows: Sequence[Row]) -> int:
        return await _tell(session, batch, rows, NoticeKind.REMINDED, f"reminded-{chunk.turn}")

    return await _wished(tools, chunk, Status.ASKED, remind)


async def silence_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """The last day is over: who has not answered is not paid."""

    async def silence(session: WriteSession, batch: Batch, rows: Sequence[Row]) -> int:
        moves = [_from(row, Status.SILENT) for row in rows]
        moved = await tools.move(session, moves, batch.act("silence"))
        await _tell(session, batch, rows, NoticeKind.SILENT, "silent", only=moved)
        return len(moved)

    return await _wished(tools, chunk, Status.ASKED, silence, over=True)


async def _wished(
    tools: Tools,
    chunk: Chunk,
    status: Status,
    do: Callable[[WriteSession, Batch, Sequence[Row]], Awaitable[int]],
    *,
    over: bool = False,
) -> ChunkDone:
    """A chunk of those who stand like that, while wishes are asked; or when that is `over`."""
    async with tools.store.begin() as session:
        batch = await batch_of(session, chunk)
        if batch.state.phase is not Phase.WISH or (over and not is_late(tools, batch.state)):
            return ChunkDone(after=None, seen=0, moved=0)
        rows = await rows_of(session, chunk, (status,))
        moved = await do(session, batch, rows)
        seen = chunk.done + len(rows)
        every = select(func.count()).where(Entitlement.run == chunk.run)
        total = await session.scalar(every) or 0
        await note_seen(session, batch.state, done=seen, total=total, now=tools.now())
        more = len(rows) == chunk.limit
        after = f"{ROWS}{rows[-1].id}" if more else None
        return ChunkDone(after=after, seen=len(rows), moved=moved)


async def clear_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """Who is listed or has confirmed may be paid, or is invited; the others are told why not."""
    async with tools.store.begin() as session:
        batch = await batch_of(session, chunk)
        if batch.state.phase not in _CLEARED:
            return ChunkDone(after=None, seen=0, moved=0)
        if chunk.after.startswith(UNKNOWN):
            return await _unknown(session, batch)
        rows = await rows_of(session, chunk, (Status.LISTED, Status.CONFIRMED, Status.EXCLUDED))
        moved = await cleared(session, tools, batch, rows)
        out = [row for row in rows if row.status is Status.EXCLUDED]
        await _tell(session, batch, out, NoticeKind.EXCLUDED, "excluded")
        at_end = len(rows) < chunk.limit
        after = UNKNOWN if at_end else f"{ROWS}{rows[-1].id}"
        return ChunkDone(after=after, seen=len(rows), moved=moved)


async def cleared(session: WriteSession, tools: Tools, batch: Batch, rows: Sequence[Row]) -> int:
    """How many of these may be paid or are invited from now on."""
    way = batch.state.terms.way
    # Where a wish is asked for, only who has said yes; an invitation is answered the same way.
    listed = {Way.DIRECT: Status.CLEARED, Way.INVITE: Status.INVITED}.get(way)
    to = {Status.CONFIRMED: Status.CLEARED, Status.LISTED: listed}
    moves = [_from(row, after) for row in rows if (after := to.get(row.status)) is not None]
    by_act = {"clear": Status.CLEARED, "invite": Status.INVITED}
    moved: list[str] = []
    for what, after in by_act.items():
        chosen = [each for each in moves if each.to is after]
        moved += await tools.move(session, chosen, batch.act(what))
    invited = [row for row in rows if row.status is Status.LISTED and listed is Status.INVITED]
    sure = [row for row in rows if row not in invited]
    await _tell(session, batch, invited, NoticeKind.INVITED, "invited", only=moved)
    await _tell(session, batch, sure, NoticeKind.LISTED, "listed", only=moved)
    return len(moved)


def _from(row: Row, to: Status) -> Move:
    """Rows are read without a lock: who has declined or objected since stays where that is."""
    return Move(entitlement=row.id, to=to, only_from=frozenset({row.status}))


async def rows_of(
    session: ReadSession, chunk: Chunk, statuses: Iterable[Status]
) -> tuple[Row, ...]:
    """The chunk's entitlements in one of these statuses."""
    found = await session.execute(
        select(
            Entitlement.id,
            Entitlement.subject,
            Entitlement.status,
            Entitlement.fen,
            Entitlement.why,
            Subject.account_number.label("account"),
        )
        .join(Subject, Subject.id == Entitlement.subject)
        .where(
            Entitlement.run == chunk.run,
            Entitlement.status.in_([status.value for status in statuses]),
            Entitlement.id > chunk.after.removeprefix(ROWS),
            in_lane(chunk, Entitlement.id),
        )
        .order_by(Entitlement.id)
        .limit(chunk.limit)
    )
    return tuple(Row.model_validate(row, from_attributes=True) for row in found)


async def _unknown(session: WriteSession, batch: Batch) -> ChunkDone:
    """Of whom something is missing: never silently a no, but told, and how to bring it."""
    chunk, after = batch.chunk, int(batch.chunk.after.removeprefix(UNKNOWN) or 0)
    subjects = list(
        await session.scalars(
            select(BenefitMatch.subject)
            .where(BenefitMatch.run == chunk.run, BenefitMatch.verdict == Verdict.UNKNOWN)
            .where(BenefitMatch.subject > after, in_lane(chunk, BenefitMatch.subject))
            .order_by(BenefitMatch.subject)
            .limit(chunk.limit)
        )
    )
    told = Told(kind=NoticeKind.UNKNOWN, terms=batch.state.terms)
    await tell_all(
        session,
        [
            Notice(
                subject=subject,
                entitlement=None,
                kind=NoticeKind.UNKNOWN,
                key=f"unknown:{batch.state.id}:{subject}",
                text=say(told),
            )
            for subject in subjects
        ],
    )
    more = len(subjects) == chunk.limit
    after_this = f"{UNKNOWN}{subjects[-1]}" if more else None
    return ChunkDone(after=after_this, seen=0, moved=0)


async def _tell(
    session: WriteSession,
    batch: Batch,
    rows: Sequence[Row],
    kind: NoticeKind,
    key: str,
    *,
    only: Sequence[str] | None = None,
) -> int:
    wish = batch.state.wish
    chosen = [row for row in rows if only is None or row.id in set(only)]
    notices = [
        Notice(
            subject=row.subject,
            entitlement=row.id,
            kind=kind,
            key=f"{key}:{row.id}",
            text=say(
                Told(
                    kind=kind,
                    terms=batch.state.terms,
                    fen=row.fen,
                    until=wish.until if wish else None,
                    account=row.account,
                )
            ),
        )
        for row in chosen
    ]
    return await tell_all(session, notices)
