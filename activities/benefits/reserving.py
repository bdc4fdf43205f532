"""Before money is asked for: the last look, what is kept back, and what the budget still holds.

All of it in one transaction, the budget's row locked in it, so that what is set aside and what is
written on instructions is the same, whoever else does so at the same time.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from activities.benefits.rechecking import recheck
from activities.contracts.benefits import Chunk, ChunkDone
from activities.store.benefits.budgets import BudgetKey, opened
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.instructions import (
    REFUSED,
    SENT,
    Instruction,
    Payable,
    by_id,
    instruction_id,
    is_short_before,
    last_of,
    mark_sent,
    payable,
    put_instructions,
)
from activities.store.benefits.ledger import Booking, book
from activities.store.benefits.notices import Notice, NoticeKind, tell_all
from activities.store.benefits.opting import OPTED_OUT
from activities.store.benefits.recoveries import Owed, kept_back, overdue
from activities.store.benefits.settling import (
    fail_refused,
    give_up,
    release,
    subjects_of,
    take_back,
)
from activities.store.engine import WriteSession
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Entry, EntryKind
from definitions.language.roles import SYSTEM
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.calendar import local_day

_BY = SYSTEM.id
NO_ACCOUNT = "no_account"
BUDGET = "budget"
# Longer than any call to the treasury takes, all of its tries together.
ARRIVED = timedelta(minutes=15)
_TOLD = {
    Status.STOPPED: (NoticeKind.STOPPED, "发放前复核未通过，不予发放。如有异议，可以申请人工复核"),
    Status.HELD: (NoticeKind.HELD, "发放前复核所需的数据暂缺，待数据补齐后发放"),
    Status.EXCLUDED: (NoticeKind.EXCLUDED, "同类政策只能享受一项，这一项不再发放"),
}
_NO_ACCOUNT = "没有登记收款账户，请补充账户，补充后发放"
_UNWILLING = "按您的选择不享受，不予发放"


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
        gone = await self._without_money(failed)
        others = [each for each in moves if of[each.entitlement].status is not Status.FAILED]
        short = [each for each in others if of[each.entitlement].status is Status.SHORT]
        # Who waits for facts does not hold up those behind him who wait for the budget.
        back = [Move(entitlement=each.entitlement, to=Status.CLEARED) for each in short]
        await self._move(back, "back")
        moved = {*gone, *await self._move(others, "looked")}
        await self._tell([each for each in moves if each.entitlement in moved])

    async def _without_money(self, moves: Sequence[Move]) -> frozenset[str]:
        """Money is set aside for these: it is free again, and they go where the look sends them.

        Who waits for facts waits without it as well: the run ends without him when his days are
        over, and he comes back when the facts are there.
        """
        why = {each.entitlement: each.why or "" for each in moves}
        act = f"{self.act}:given_up"
        gone = await give_up(self.session, why, actor=SYSTEM, act=act, now=self.now)
        held = [each for each in moves if each.to is Status.HELD and each.entitlement in gone]
        back = [Move(entitlement=each.entitlement, to=Status.CLEARED) for each in held]
        await self._move(back, "given_back")
        await self._move(held, "given_held")
        return frozenset(gone)

    async def _tell(self, moves: Sequence[Move]) -> None:
        subjects = await subjects_of(self.session, [each.entitlement for each in moves])
        notices = [
            self._notice(subjects[each.entitlement], each.entitlement, each.to, each.why)
            for each in moves
        ]
        await tell_all(self.session, notices)

    async def _move(self, moves: Sequence[Move], what: str) -> tuple[str, ...]:
        act = f"{self.act}:{what}"
        return await move(self.session, moves, actor=SYSTEM, act=act, now=self.now, lenient=True)

    async def still_good(self, entitlements: Sequence[str]) -> frozenset[str]:
        """Which of those that money is set aside for may be sent; the others are given up."""
        seen = await recheck(self.session, self.catalogue, self.policy, entitlements, self.today)
        gone = await self._without_money(seen.moves)
        await self._tell([each for each in seen.moves if each.entitlement in gone])
        return frozenset(seen.good)

    async def to_send_again(self, lost: Sequence[Instruction], *, late: bool) -> list[Instruction]:
        """Of what was sent and never arrived, what is sent again now.

        What was told last on an earlier day is looked at again. Where that is against it, it is
        taken back, once no call that tells it can be under way any more; so is what the treasury
        refuses, once it is `late`.
        """
        still = {each.id: each for each in await by_id(self.session, _ids(lost), status=SENT)}
        # Who changed since we looked, somebody else is at.
        ours = [
            each for each in lost if each.id in still and still[each.id].sent_at == each.sent_at
        ]
        refused = [each for each in ours if late and each.reason == REFUSED]
        ours = [each for each in ours if each not in refused]
        over = [each for each in refused if self._is_over(each)]
        await fail_refused(self.session, self.policy.definition.name, over, self.now)
        old = [each for each in ours if each.sent_at and local_day(each.sent_at) < self.today]
        names = [each.entitlement for each in old]
        seen = await recheck(self.session, self.catalogue, self.policy, names, self.today)
        bad = {each.entitlement for each in seen.moves}
        over = [each for each in old if each.entitlement in bad and self._is_over(each)]
        await take_back(self.session, over, self.now)
        taken = {each.entitlement for each in over}
        gone = await self._without_money([m for m in seen.moves if m.entitlement in taken])
        await self._tell([each for each in seen.moves if each.entitlement in gone])
        again = [each for each in ours if each.entitlement not in bad]
        await mark_sent(self.session, _ids(again), self.now)
        return again

    def _is_over(self, sent: Instruction) -> bool:
        """Whether no call that tells it can be under way any more."""
        return sent.sent_at is not None and self.now - sent.sent_at >= ARRIVED

    async def open_again(self, rows: Sequence[Payable]) -> None:
        """What was held back is not any more."""
        held = [row for row in rows if row.status is Status.HELD]
        await self._move([Move(entitlement=row.id, to=Status.CLEARED) for row in held], "held")

    async def short(self, rows: Sequence[Payable]) -> None:
        """The budget does not reach for these."""
        new = [row for row in rows if row.status is not Status.SHORT]
        moves = [Move(entitlement=row.id, to=Status.SHORT, why=BUDGET) for row in new]
        await self._move(moves, "short")

    async def owed_by(self, rows: Sequence[Payable]) -> dict[int, list[Owed]]:
        """What may be kept back, by subject; locked, and so before anything of the budget."""
        organ = self.policy.definition.organ
        subjects = sorted({row.subject for row in rows})
        return await overdue(self.session, subjects, organ=organ, on=self.today)

    async def set_aside(
        self, rows: Sequence[Payable], key: BudgetKey, run: str, owed: dict[int, list[Owed]]
    ) -> None:
        """Money for each, and an instruction of the next attempt."""
        made = _instructions(rows, run, owed)
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

    def _notice(self, subject: int, name: str, to: Status, why: str | None = None) -> Notice:
        kind, says = _TOLD[to]
        if why == NO_ACCOUNT:
            says = _NO_ACCOUNT
        elif why == OPTED_OUT:
            says = _UNWILLING
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
    owed = await step.owed_by(rows)
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
    await step.set_aside(paid, key, chunk.run, owed)
    fen = sum(row.fen for row in paid)
    return ChunkDone(after=after, seen=len(rows), moved=len(paid), fen=fen)


def _instructions(
    rows: Sequence[Payable], run: str, owed: dict[int, list[Owed]]
) -> list[Instruction]:
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


def _ids(instructions: Sequence[Instruction]) -> list[str]:
    return [each.id for each in instructions]


def _less(owed: Owed, kept: dict[str, int]) -> Owed:
    return owed.model_copy(update={"fen": owed.fen - kept.get(owed.entitlement, 0)})
