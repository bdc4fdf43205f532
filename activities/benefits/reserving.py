"""Before money is asked for: the last look, what is kept back, and what the budget still holds.

All of it in one transaction, the budget's row locked in it, so that what is set aside and what is
written on instructions is the same, whoever else does so at the same time.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from activities.benefits.rechecking import recheck
from activities.contracts.benefits import Chunk, ChunkDone
from activities.store.benefits.budgets import BudgetKey, opened
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.instructions import (
    Instruction,
    Payable,
    instruction_id,
    is_short_before,
    last_of,
    payable,
    put_instructions,
)
from activities.store.benefits.ledger import Booking, book
from activities.store.benefits.notices import Notice, NoticeKind, tell_all
from activities.store.benefits.recoveries import Owed, kept_back, overdue
from activities.store.benefits.settling import give_up, release, subjects_of
from activities.store.engine import WriteSession
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Entry, EntryKind
from definitions.language.roles import SYSTEM
from definitions.policy_loading import FactCatalogue, LoadedPolicy

_BY = SYSTEM.id
NO_ACCOUNT = "no_account"
BUDGET = "budget"
_TOLD = {
    Status.STOPPED: (NoticeKind.STOPPED, "发放前复核未通过，不予发放。如有异议，可以申请人工复核"),
    Status.HELD: (NoticeKind.HELD, "发放前复核所需的数据暂缺，待数据补齐后发放"),
    Status.EXCLUDED: (NoticeKind.EXCLUDED, "同类政策只能享受一项，这一项不再发放"),
}
_NO_ACCOUNT = "没有登记收款账户，请补充账户，补充后发放"


class Step:
    """One chunk's transaction: what all of its parts need. `act` names the acts of this try only.

    Nothing is done twice, because what is chosen is chosen by its status under a lock.
    """

    def __init__(
        self,
        session: WriteSession,
        catalogue: FactCatalogue,
        policy: LoadedPolicy,
        *,
        act: str,
        now: datetime,
        today: date,
    ) -> None:
        self.session, self.catalogue, self.policy = session, catalogue, policy
        self.act, self.now, self.today = act, now, today

    async def looked_at(self, rows: Sequence[Payable]) -> list[Payable]:
        """Those that may be paid now; the others go where the last look sends them."""
        with_account = [row for row in rows if row.has_account]
        seen = await recheck(
            self.session,
            self.catalogue,
            self.policy,
            [row.id for row in with_account],
            self.today,
        )
        lacking = tuple(
            Move(entitlement=row.id, to=Status.HELD, why=NO_ACCOUNT)
            for row in rows
            if not row.has_account
        )
        await self._away(rows, (*seen.moves, *lacking))
        good = set(seen.good)
        return [row for row in with_account if row.id in good]

    async def _away(self, rows: Sequence[Payable], moves: Sequence[Move]) -> None:
        of = {row.id: row for row in rows}
        failed = [each for each in moves if of[each.entitlement].status is Status.FAILED]
        stopped = {each.entitlement: each.why or "" for each in failed if each.to is Status.STOPPED}
        gone = await give_up(
            self.session, stopped, actor=SYSTEM, act=f"{self.act}:stopped", now=self.now
        )
        others = [each for each in moves if of[each.entitlement].status is not Status.FAILED]
        short = [each for each in others if of[each.entitlement].status is Status.SHORT]
        # Who waits for facts does not hold up those behind him who wait for the budget.
        back = [Move(entitlement=each.entitlement, to=Status.CLEARED) for each in short]
        await self._move(back, "back")
        moved = {*gone, *await self._move(others, "looked")}
        told = [each for each in moves if each.entitlement in moved]
        notices = [
            self._notice(of[each.entitlement].subject, each.entitlement, each.to, each.why)
            for each in told
        ]
        await tell_all(self.session, notices)

    async def _move(self, moves: Sequence[Move], what: str) -> tuple[str, ...]:
        act = f"{self.act}:{what}"
        return await move(self.session, moves, actor=SYSTEM, act=act, now=self.now, lenient=True)

    async def still_good(self, entitlements: Sequence[str]) -> frozenset[str]:
        """Which of those that money is set aside for may be sent; what has stopped is given up."""
        seen = await recheck(self.session, self.catalogue, self.policy, entitlements, self.today)
        stopped = {
            each.entitlement: each.why or "" for each in seen.moves if each.to is Status.STOPPED
        }
        act = f"{self.act}:stopped"
        gone = await give_up(self.session, stopped, actor=SYSTEM, act=act, now=self.now)
        subjects = await subjects_of(self.session, gone)
        notices = [self._notice(subjects[name], name, Status.STOPPED) for name in gone]
        await tell_all(self.session, notices)
        return frozenset(seen.good)

    async def open_again(self, rows: Sequence[Payable]) -> None:
        """What was held back is not any more."""
        held = [row for row in rows if row.status is Status.HELD]
        await self._move([Move(entitlement=row.id, to=Status.CLEARED) for row in held], "held")

    async def short(self, rows: Sequence[Payable]) -> None:
        """The budget does not reach for these."""
        new = [row for row in rows if row.status is not Status.SHORT]
        moves = [Move(entitlement=row.id, to=Status.SHORT, why=BUDGET) for row in new]
        await self._move(moves, "short")

    async def set_aside(self, rows: Sequence[Payable], key: BudgetKey, run: str) -> None:
        """Money for each, and an instruction of the next attempt."""
        made = await self._instructions(rows, run)
        again = [row.id for row in rows if row.status is Status.FAILED]
        # The money of the attempt that failed was kept for this one.
        before = await last_of(self.session, again)
        await release(self.session, list(before.values()), by=_BY)
        by_attempt: dict[int, list[Move]] = defaultdict(list)
        for each in made:
            said = {"instruction": each.id}
            by_attempt[each.attempt].append(
                Move(
                    entitlement=each.entitlement,
                    to=Status.RESERVED,
                    said=said,
                    attempt=each.attempt,
                )
            )
        for attempt, moves in sorted(by_attempt.items()):
            moved = await move(
                self.session, moves, actor=SYSTEM, act=f"reserve#{attempt}", now=self.now
            )
            assert len(moved) == len(moves), f"reserve#{attempt} was done before"
        await put_instructions(self.session, made)
        bookings = [
            Booking(
                key=key,
                act=each.id,
                entry=Entry(
                    entitlement=each.entitlement,
                    kind=EntryKind.RESERVE,
                    attempt=each.attempt,
                    fen=each.whole,
                ),
            )
            for each in made
        ]
        await book(self.session, bookings, by=_BY)

    async def _instructions(self, rows: Sequence[Payable], run: str) -> list[Instruction]:
        organ = self.policy.definition.organ
        subjects = sorted({row.subject for row in rows})
        owed = await overdue(self.session, subjects, organ=organ, on=self.today)
        made: list[Instruction] = []
        for row in rows:
            offsets = kept_back(row.fen, owed.get(row.subject, ()))
            kept = {offset.entitlement: offset.fen for offset in offsets}
            if kept:
                owed[row.subject] = [_less(each, kept) for each in owed[row.subject]]
            attempt = row.attempt + 1
            made.append(
                Instruction(
                    id=instruction_id(row.id, attempt),
                    entitlement=row.id,
                    run=run,
                    attempt=attempt,
                    fen=row.fen - sum(kept.values()),
                    account_name=row.account_name,
                    account_number=row.account_number,
                    account_version=row.account_version,
                    offsets=offsets,
                )
            )
        return made

    def _notice(self, subject: int, name: str, to: Status, why: str | None = None) -> Notice:
        kind, says = _TOLD[to]
        if why == NO_ACCOUNT:
            says = _NO_ACCOUNT
        return Notice(
            subject=subject,
            entitlement=name,
            kind=kind,
            key=f"{name}:{kind}:{self.today}",
            text=f"{self.policy.definition.name}：{says}。",
        )


async def reserve(step: Step, chunk: Chunk, period: str) -> ChunkDone:
    """Go through a chunk of those that wait for their money."""
    session = step.session
    rows = await payable(session, chunk)
    after = rows[-1].id if len(rows) == chunk.limit else None
    good = await step.looked_at(rows)
    await step.open_again(good)
    key = BudgetKey.of(step.policy.definition, period)
    # Money for another attempt is set aside already.
    again = [row for row in good if row.status is Status.FAILED]
    fresh = [row for row in good if row.status is not Status.FAILED]
    fits = 0
    if fresh:
        balance = await opened(session, key, step.policy.definition)
        if not await is_short_before(session, chunk.run, fresh[0].id):
            fits = balance.fits(tuple(row.fen for row in fresh))
    await step.short(fresh[fits:])
    paid = sorted((*again, *fresh[:fits]), key=lambda row: row.id)
    await step.set_aside(paid, key, chunk.run)
    fen = sum(row.fen for row in paid)
    return ChunkDone(after=after, seen=len(rows), moved=len(paid), fen=fen)


def _less(owed: Owed, kept: dict[str, int]) -> Owed:
    return owed.model_copy(update={"fen": owed.fen - kept.get(owed.entitlement, 0)})
