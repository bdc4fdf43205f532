"""事后核查: what was paid, held against what is known by now of the day it was decided for.

Who seems to have had less coming, or nothing, is a case for two persons; only what they uphold is
asked back. What is not known any more takes nothing back from anybody.
"""

from datetime import date

from sqlalchemy import select

from activities.benefits.tools import Batch, Tools, batch_of, note_seen
from activities.benefits.wording import Told, say
from activities.contracts.benefits import Chunk, ChunkDone
from activities.store.benefits.cases import CaseKind, CaseOutcome, open_case
from activities.store.benefits.entitlements import Move
from activities.store.benefits.facts import facts_of, usable
from activities.store.benefits.lanes import in_lane
from activities.store.benefits.notices import Notice, NoticeKind, tell_all
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import BenefitRun, Entitlement
from definitions.benefits.entitlement import CANCELLABLE, Status
from definitions.benefits.excluding import without
from definitions.benefits.run import Phase
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, Verdict
from definitions.language.roles import SYSTEM
from definitions.rules.conditions import Fact
from definitions.rules.matching import Match, match
from definitions.rules.money import yuan

CANCELLED = "run-cancelled"


class Paid(Value):
    """What was paid to whom, and what of the list fact others had used up then."""

    id: str
    subject: int
    fen: int
    used: tuple[str, ...]


class Owing(Value):
    """What of it has to come back, and by which condition (the first one, or `amount`)."""

    paid: Paid
    fen: int
    why: str


async def verify_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """One chunk in one transaction; what was found before is passed over."""
    async with tools.store.begin() as session:
        batch = await batch_of(session, chunk)
        if batch.state.phase is not Phase.VERIFYING:
            return ChunkDone(after=None, seen=0, moved=0)
        rows = await _paid(session, chunk)
        found = await _owing(session, tools, batch, rows)
        for each in found:
            await _look_into(session, batch, each)
        seen = chunk.done + len(rows)
        await note_seen(session, batch.state, done=seen, total=None, now=tools.now())
        more = len(rows) == chunk.limit
        return ChunkDone(
            after=rows[-1].id if more else None,
            seen=len(rows),
            moved=len(found),
            fen=sum(each.fen for each in found),
        )


async def _look_into(session: WriteSession, batch: Batch, found: Owing) -> None:
    """A case for two persons. What they have decided of the very same is decided."""
    paid, why = found.paid, _said(batch.policy.definition, found.why)
    reason = (
        f"事后核查：按现在掌握的数据，{why}。已发放 {yuan(paid.fen)}，拟追回 {yuan(found.fen)}。"
    )
    key = f"verification:{paid.id}:{found.why}:{found.fen}"
    for again in (key, f"{key}:{batch.state.seq}"):
        case = await open_case(
            session,
            kind=CaseKind.VERIFICATION,
            run=batch.state.id,
            subject=paid.subject,
            entitlement=paid.id,
            said={"reason": reason, "fen": found.fen, "why": found.why},
            key=again,
            by=SYSTEM.id,
        )
        # What was dropped, nobody has decided: another verification finds it once more.
        if case.outcome is not CaseOutcome.DROPPED:
            return


def _said(policy: PolicyDefinition, why: str) -> str:
    for condition in policy.conditions:
        if condition.id == why:
            return f"{'属于' if condition.excludes else '不符合'}“{condition.says}”"
    return "应发的比已发的少"


async def ask_back(
    session: WriteSession, tools: Tools, batch: Batch, owing: list[Owing], act: str
) -> tuple[str, ...]:
    """Who is asked to give back just now: told how much, until when, and how to object.

    `act` is what asks: the same asks once, another may ask again of whom it was dropped.
    """
    terms = batch.state.terms
    until = await tools.due(session, tools.today, terms.recovery_days)
    moves = [
        Move(
            entitlement=each.paid.id,
            to=Status.RECOVERING,
            why=each.why,
            back_by=until,
            back_fen=each.fen,
        )
        for each in owing
    ]
    moved = await tools.move(session, moves, act)
    notices = [
        Notice(
            subject=each.paid.subject,
            entitlement=each.paid.id,
            kind=NoticeKind.RECOVERY,
            key=f"recovery:{each.paid.id}:{act}",
            text=say(Told(kind=NoticeKind.RECOVERY, terms=terms, fen=each.fen, until=until)),
        )
        for each in owing
        if each.paid.id in moved
    ]
    await tell_all(session, notices)
    return moved


async def cancel_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """What a cancelled run had listed and nobody has paid is free again, its claims with it."""
    async with tools.store.begin() as session:
        batch = await batch_of(session, chunk)
        if batch.state.phase is not Phase.CANCELLED:
            return ChunkDone(after=None, seen=0, moved=0)
        ids = list(
            await session.scalars(
                select(Entitlement.id)
                .where(Entitlement.run == chunk.run, Entitlement.id > chunk.after)
                .where(Entitlement.status.in_(CANCELLABLE), in_lane(chunk, Entitlement.id))
                .order_by(Entitlement.id)
                .limit(chunk.limit)
                # A later run may take one up at the same time: then it is not this one's any more.
                .with_for_update()
            )
        )
        moves = [Move(entitlement=key, to=Status.CANCELLED, why=CANCELLED) for key in ids]
        moved = await tools.move(session, moves, batch.act("cancel"))
        more = len(ids) == chunk.limit
        return ChunkDone(after=ids[-1] if more else None, seen=len(ids), moved=len(moved))


async def overdue_recoveries(session: ReadSession, day: date) -> tuple[str, ...]:
    """The runs some of whose recoveries are past their day."""
    found = (
        select(Entitlement.run)
        .join(BenefitRun, BenefitRun.id == Entitlement.run)
        .where(Entitlement.status == Status.RECOVERING, Entitlement.back_by < day)
        .where(BenefitRun.phase == Phase.CLOSED)
        .distinct()
        .order_by(Entitlement.run)
    )
    return tuple(await session.scalars(found))


async def _owing(
    session: ReadSession, tools: Tools, batch: Batch, rows: tuple[Paid, ...]
) -> list[Owing]:
    policy, on = batch.policy.definition, batch.state.on
    subjects = [row.subject for row in rows]
    found = await facts_of(session, tools.catalogue, policy.subject, subjects, on)
    catalogue = {fact.fact: fact for fact in tools.catalogue.facts}
    owing: list[Owing] = []
    for row in rows:
        facts: dict[str, Fact] = usable(found.get(row.subject, {}))
        if row.used and policy.exclusion is not None and policy.exclusion.by is not None:
            facts = without(facts, policy.exclusion.by, row.used, catalogue)
        each = owed(row, match(policy, facts, on))
        owing += [each] if each else []
    return owing


def owed(paid: Paid, now: Match) -> Owing | None:
    """What has to come back by what is known now; nothing where that is not known."""
    if now.verdict is Verdict.UNKNOWN:
        return None
    if now.verdict is not Verdict.HIT:
        return Owing(paid=paid, fen=paid.fen, why=now.reasons[0])
    less = paid.fen - (now.amount or 0)
    return Owing(paid=paid, fen=less, why="amount") if less > 0 else None


async def _paid(session: ReadSession, chunk: Chunk) -> tuple[Paid, ...]:
    rows = await session.execute(
        select(Entitlement.id, Entitlement.subject, Entitlement.fen, Entitlement.evidence)
        .where(Entitlement.run == chunk.run, Entitlement.status == Status.PAID)
        .where(Entitlement.id > chunk.after, in_lane(chunk, Entitlement.id))
        # Who was asked once and was right not to give it back is not asked again.
        .where(Entitlement.back_fen == 0)
        .order_by(Entitlement.id)
        .limit(chunk.limit)
    )
    return tuple(
        Paid(id=row.id, subject=row.subject, fen=row.fen, used=row.evidence.get("used", ()))
        for row in rows
    )
