"""拨付: money set aside, instructions sent, receipts collected. Each can be killed anywhere.

What is sent stands in the register before it is sent; what the treasury says of a key is the only
truth about it. A treasury that is away is no failure: the chunk ends, and the driver comes again.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from activities.benefits.reserving import Step, reserve
from activities.contracts.benefits import Chunk, ChunkDone
from activities.outside.payments.exchange import Heard, exchanged
from activities.outside.payments.treasury import MOST, Answered, Payment, Receipt, Treasury
from activities.store.benefits.budgets import BudgetKey
from activities.store.benefits.instructions import (
    READY,
    SENT,
    Instruction,
    note_refused,
    waiting,
    with_new_accounts,
)
from activities.store.benefits.policies import policy_at
from activities.store.benefits.runs import run_view
from activities.store.benefits.settling import Answer, Settled, send, settle
from activities.store.engine import ReadSession, Store, WriteSession
from definitions.benefits.run import Phase, RunState
from definitions.errors import Code
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.calendar import local_day

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


async def _nowhere(_place: str) -> None:
    """Where tests make it break off."""


class Paying:
    """Holds what `reserve_chunk`, `send_chunk` and `collect_chunk` need.

    `between` is called between two steps that a crash may part.
    """

    def __init__(
        self,
        store: Store,
        treasury: Treasury,
        catalogue: FactCatalogue,
        *,
        now: Callable[[], datetime] = _now,
        between: Callable[[str], Awaitable[None]] = _nowhere,
    ) -> None:
        self._store, self._treasury, self._catalogue = store, treasury, catalogue
        self._now, self._between = now, between

    @activity.defn(name="reserve_chunk")
    async def reserve_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.reserve_chunk`."""
        async with beating():
            return await self._reserve(chunk)

    async def _reserve(self, chunk: Chunk) -> ChunkDone:
        async with self._store.begin() as session:
            run, policy = await _paid_by(session, chunk.run)
            done = await reserve(self._step(session, policy), chunk, run.period)
            await self._between("reserving")
        await self._between("reserved")
        log.info("payments_reserved", run=chunk.run, seen=done.seen, moved=done.moved)
        return done

    @activity.defn(name="send_chunk")
    async def send_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.send_chunk`."""
        async with beating():
            return await self._send(chunk)

    async def _send(self, chunk: Chunk) -> ChunkDone:
        limit = min(chunk.limit, MOST)
        async with self._store.begin() as session:
            await _paid_by(session, chunk.run)
            first = await waiting(session, chunk, READY, limit=1)
        # Where nobody answers, nothing is handed out: the last look would be spent on it. The
        # driver comes again later.
        if (await self._receipts(first)).away:
            return ChunkDone(after=None, seen=len(first), moved=0)
        async with self._store.begin() as session:
            run, policy = await _paid_by(session, chunk.run)
            ready = await waiting(session, chunk, READY, limit=limit)
            good = await self._still_good(self._step(session, policy), ready)
            fresh = await with_new_accounts(session, good)
            await send(session, fresh, self._now())
            await self._between("sending")
        await self._between("sent")
        after = ready[-1].id if len(ready) == limit else None
        heard = await self._pay(fresh, run, policy)
        settled = await self._settle(run, policy, fresh, heard.receipts)
        away = heard.away
        log.info("payments_sent", run=chunk.run, sent=len(fresh), paid=settled.paid, away=away)
        moved = 0 if away else len(fresh)
        return ChunkDone(
            after=None if away else after, seen=len(ready), moved=moved, fen=settled.fen
        )

    @activity.defn(name="collect_chunk")
    async def collect_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.collect_chunk`."""
        async with beating():
            return await self._collect(chunk)

    async def _collect(self, chunk: Chunk) -> ChunkDone:
        limit = min(chunk.limit, MOST)
        async with self._store.begin() as session:
            run, policy = await _paid_by(session, chunk.run)
            sent = await waiting(session, chunk, SENT, limit=limit)
        after = sent[-1].id if len(sent) == limit else None
        heard = await self._receipts(sent)
        await self._between("answered")
        # What is known is booked, whatever becomes of the others.
        settled = await self._settle(run, policy, sent, heard.receipts)
        lost = [each for each in sent if each.fen and heard.is_unknown(each.id)]
        again = await self._again(policy, lost, late=chunk.late)
        await self._between("asked")
        told = await self._pay(again, run, policy)
        more = await self._settle(run, policy, again, told.receipts)
        paid, failed = settled.paid + more.paid, settled.failed + more.failed
        log.info(
            "payments_collected",
            run=chunk.run,
            asked=len(sent),
            paid=paid,
            failed=failed,
            refused=len(heard.refused) + len(told.refused),
            away=heard.away or told.away,
        )
        return ChunkDone(
            after=None if heard.away else after,
            seen=len(sent),
            moved=paid + failed,
            fen=settled.fen + more.fen,
        )

    def _step(self, session: WriteSession, policy: LoadedPolicy) -> Step:
        now = self._now()
        return Step(
            session,
            self._catalogue,
            policy,
            act=f"pay:{secrets.token_hex(8)}",
            now=now,
            today=local_day(now),
        )

    async def _still_good(self, step: Step, ready: Sequence[Instruction]) -> list[Instruction]:
        """Those that may go out today. The last look holds for the day on which it was taken."""
        old = {
            each.entitlement
            for each in ready
            if each.made_at and local_day(each.made_at) < step.today
        }
        good = await step.still_good(sorted(old)) if old else frozenset()
        return [each for each in ready if each.entitlement not in old or each.entitlement in good]

    async def _again(
        self, policy: LoadedPolicy, lost: Sequence[Instruction], *, late: bool
    ) -> Sequence[Instruction]:
        """Of what the treasury has never heard of, what it is told again."""
        if not lost:
            return ()
        async with self._store.begin() as session:
            return await self._step(session, policy).to_send_again(lost, late=late)

    async def _receipts(self, sent: Sequence[Instruction]) -> Heard:
        fens = {each.id: each.fen for each in sent if each.fen}

        async def ask(keys: Sequence[str]) -> Mapping[str, Receipt]:
            return await self._treasury.receipts(keys, {key: fens[key] for key in keys})

        return await exchanged(ask, list(fens))

    async def _pay(
        self, instructions: Sequence[Instruction], run: RunState, policy: LoadedPolicy
    ) -> Heard:
        project = BudgetKey.of(policy.definition, run.period).project
        payments = {
            each.id: Payment(
                key=each.id,
                project=project,
                fen=each.fen,
                account_name=each.account_name,
                account_number=each.account_number,
                purpose=f"{run.terms.name} {run.period}",
            )
            for each in instructions
            if each.fen
        }

        async def ask(keys: Sequence[str]) -> Mapping[str, Receipt]:
            return await self._treasury.pay([payments[key] for key in keys])

        heard = await exchanged(ask, list(payments))
        if refused := heard.refused - heard.differing:
            async with self._store.begin() as session:
                await note_refused(session, refused)
        return heard

    async def _settle(
        self,
        run: RunState,
        policy: LoadedPolicy,
        asked: Sequence[Instruction],
        receipts: Mapping[str, Receipt],
    ) -> Settled:
        """Last words only. What was kept back altogether is paid as soon as it is handed out."""
        answers = [Answer(id=each.id, paid=True) for each in asked if not each.fen]
        answers += [
            Answer(
                id=receipt.key,
                paid=receipt.answered is Answered.PAID,
                ref=receipt.ref,
                reason=receipt.reason,
            )
            for receipt in receipts.values()
            if receipt.answered is not Answered.TAKEN
        ]
        if not answers:
            return Settled()
        key = BudgetKey.of(policy.definition, run.period)
        async with self._store.begin() as session:
            settled = await settle(session, key, run.terms.name, answers, self._now())
            await self._between("settling")
        await self._between("settled")
        return settled


async def _paid_by(session: ReadSession, run: str) -> tuple[RunState, LoadedPolicy]:
    """The run and its policy. Nothing is ever paid in another phase."""
    state = (await run_view(session, run)).state
    if state.phase is not Phase.PAYING:
        raise ApplicationError(state.phase, type=Code.RUN_PHASE, non_retryable=True)
    return state, await policy_at(session, state.policy, state.version)
