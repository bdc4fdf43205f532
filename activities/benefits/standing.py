"""How a run stands, as its driver asks; and what of it can be paid after all by now."""

from datetime import date

from sqlalchemy import func, select

from activities.benefits.rechecking import recheck
from activities.benefits.tools import Batch, Tools, batch_of
from activities.benefits.wishes import cleared, rows_of
from activities.contracts.benefits import Chunk, Standing
from activities.store.benefits.budgets import BudgetKey, balance_of
from activities.store.benefits.entitlements import Move
from activities.store.benefits.policies import policy_at
from activities.store.benefits.runs import run_view
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import (
    BenefitCase,
    BenefitEvent,
    Entitlement,
    PaymentInstruction,
)
from activities.store.tables.subjects import Subject
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import PolicyDefinition
from definitions.rules.calendar import local_day

_HELD = frozenset({Status.HELD})
_OPEN_FOR_PAY = frozenset({Phase.PAYING, Phase.VERIFYING, Phase.CLOSED})


async def standing_of(session: ReadSession, tools: Tools, run: str) -> Standing:
    """Raises `Refused(UNKNOWN_RUN)`."""
    state = (await run_view(session, run)).state
    policy = (await policy_at(session, state.policy, state.version)).definition
    rows = await session.execute(
        select(Entitlement.status, func.count().label("held"))
        .where(Entitlement.run == run)
        .group_by(Entitlement.status)
        .order_by(Entitlement.status)
    )
    open_: dict[str, int] = {row.status: row.held for row in rows}
    cases = await session.scalar(
        select(func.count()).where(BenefitCase.run == run, BenefitCase.outcome.is_(None))
    )
    paying = state.phase in _OPEN_FOR_PAY
    return Standing(
        state=state,
        today=tools.today,
        open=open_,
        cases=cases or 0,
        payable=await _payable(session, state, policy, open_) if paying else 0,
        pay_until=await _pay_until(session, tools, run, policy) if paying else None,
    )


async def again_open(tools: Tools, run: str) -> int:
    """How many can be paid now that could not before: said yes late, or the facts are there.

    Where the run is still paying, the last look of each payment does the same for what is held.
    """
    moved = 0
    for statuses in ((Status.CONFIRMED,), (Status.HELD,)):
        after = ""
        while True:
            chunk = Chunk(run=run, after=after)
            async with tools.store.begin() as session:
                batch = await batch_of(session, chunk)
                if batch.state.phase not in _OPEN_FOR_PAY:
                    return moved
                if Status.HELD in statuses and batch.state.phase is not Phase.CLOSED:
                    return moved
                rows = await rows_of(session, chunk, statuses)
                if Status.CONFIRMED in statuses:
                    moved += await cleared(session, tools, batch, rows)
                else:
                    ready = [row.id for row in rows if row.account]
                    moved += await _unheld(session, tools, batch, ready)
            if len(rows) < chunk.limit:
                break
            after = rows[-1].id
    return moved


async def _unheld(session: WriteSession, tools: Tools, batch: Batch, ids: list[str]) -> int:
    seen = await recheck(session, tools.catalogue, batch.policy, ids, tools.today)
    moves = [Move(entitlement=key, to=Status.CLEARED, only_from=_HELD) for key in seen.good]
    act = f"unheld:{batch.state.id}:{batch.state.seq}"
    return len(await tools.move(session, moves, act))


async def _payable(
    session: ReadSession, state: RunState, policy: PolicyDefinition, open_: dict[str, int]
) -> int:
    failed = await session.scalar(
        select(func.count())
        .select_from(Entitlement)
        .join(Subject, Subject.id == Entitlement.subject)
        .join(
            PaymentInstruction,
            (PaymentInstruction.entitlement == Entitlement.id)
            & (PaymentInstruction.attempt == Entitlement.attempt),
        )
        .where(
            Entitlement.run == state.id,
            Entitlement.status == Status.FAILED,
            Subject.account_version > PaymentInstruction.account_version,
        )
    )
    short = 0
    if open_.get(Status.SHORT):
        first = await session.scalar(
            select(Entitlement.fen)
            .where(Entitlement.run == state.id, Entitlement.status == Status.SHORT)
            .order_by(Entitlement.id)
            .limit(1)
        )
        balance = await balance_of(session, BudgetKey.of(policy, state.period))
        if balance is not None and first is not None and first <= balance.left:
            short = open_[Status.SHORT]
    return open_.get(Status.CLEARED, 0) + (failed or 0) + short


async def _pay_until(
    session: ReadSession, tools: Tools, run: str, policy: PolicyDefinition
) -> date | None:
    """Of the latest beginning of paying, so many working days on."""
    begun = await session.scalar(
        select(func.max(BenefitEvent.at)).where(
            BenefitEvent.run == run, BenefitEvent.kind == "paying_begun"
        )
    )
    if begun is None:
        return None
    return await tools.due(session, local_day(begun), policy.promised_days)
