"""What begins by itself: runs that are due, runs that new facts begin, verifications, late news.

Everything is found in the register and done under a key of its own, so that a morning that is made
up for, or comes twice, does nothing twice.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Protocol

import structlog
from sqlalchemy import exists, func, select
from temporalio import activity

from activities.beating import beating
from activities.benefits.running import report_again
from activities.benefits.tools import Tools, utc_now
from activities.benefits.verifying import overdue_recoveries
from activities.contracts.benefits import DueAsked, DueDone
from activities.store.benefits.beginning import begin_run
from activities.store.benefits.corrections import touched_policies
from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.runs import act_on_run
from activities.store.benefits.subscriptions import refresh_subscriptions
from activities.store.engine import ReadSession, Store
from activities.store.tables.benefits import BenefitCase, BenefitEvent, BenefitRun, Entitlement
from activities.store.tables.register import Bundle
from activities.store.tables.subjects import FactBatch
from definitions.benefits.commands import Verify
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import begins_on, period_of
from definitions.benefits.run import OVER, Cause, Phase
from definitions.bundle.state import BundleStatus
from definitions.errors import Refused
from definitions.language.base import SHANGHAI
from definitions.language.roles import SYSTEM
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.calendar import Calendar

log = structlog.get_logger(__name__)

# As long as mornings may have been missed: facts that came in before have had their turn.
LOOKS_BACK = timedelta(days=7)
# Of a closed run, what may be paid or settled by now; its driver finds out.
_LATE = (Status.HELD, Status.SHORT, Status.FAILED, Status.CLEARED, Status.CONFIRMED)


class Drivers(Protocol):
    """The drivers of runs, wherever they run."""

    async def wake(self, run: str) -> None:
        """Let it look at the register at once. Raises where nobody answers: it is tried again."""
        ...


class Scheduling:
    """Holds what the activity needs. `shipped` is the calendar until one is published."""

    def __init__(
        self,
        store: Store,
        catalogue: FactCatalogue,
        shipped: Calendar,
        drivers: Drivers,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._tools = Tools(store, catalogue, shipped, now)
        self._drivers = drivers

    @activity.defn(name="begin_due_runs")
    async def begin_due_runs(self, asked: DueAsked) -> DueDone:
        """See `activities.contracts.benefits.begin_due_runs`."""
        async with beating():
            begun = (*await self._by_calendar(asked.day), *await self._by_facts(asked.day))
            verified = await self._verify(asked.day)
            await self._report_again(asked.day)
            await self._subscriptions()
            woken = await self._wake()
        log.info("benefits_due", begun=len(begun), verified=len(verified), woken=woken)
        return DueDone(begun=begun, verified=verified, woken=woken)

    async def _by_calendar(self, day: date) -> tuple[str, ...]:
        """Of each policy in force whose day this is."""
        async with self._tools.store.reading() as session:
            policies = await policies_in_force(session, day)
        begun = [
            await self._begin(loaded, day, Cause.SCHEDULE, f"schedule:{day}")
            for loaded in policies
            if begins_on(loaded.definition.begins, day)
        ]
        return tuple(run for run in begun if run)

    async def _by_facts(self, day: date) -> tuple[str, ...]:
        """Of each policy that facts begin which came in lately, once a batch."""
        since = datetime.combine(day, time(), SHANGHAI) - LOOKS_BACK
        async with self._tools.store.reading() as session:
            batches = tuple(
                await session.scalars(
                    select(FactBatch.id)
                    .where(FactBatch.loaded_at >= since, FactBatch.good > 0)
                    # A correction has been matched with the case that brought it.
                    .where(FactBatch.loaded_by != SYSTEM.id)
                    .order_by(FactBatch.id)
                )
            )
            due = [
                (b, loaded) for b in batches for loaded in await touched_policies(session, b, day)
            ]
        begun = [
            await self._begin(loaded, day, Cause.FACTS, f"facts:{batch}", batch)
            for batch, loaded in due
        ]
        return tuple(run for run in begun if run)

    async def _begin(
        self, loaded: LoadedPolicy, day: date, cause: Cause, why: str, batch: int | None = None
    ) -> str | None:
        """The run that began just now; None where it has begun before."""
        tools, policy = self._tools, loaded.definition
        act = f"{why}:{policy.policy}"
        async with tools.store.begin() as session:
            await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(act))))
            before = select(BenefitEvent.run).where(BenefitEvent.seq == 1, BenefitEvent.act == act)
            if await session.scalar(before.limit(1)) is not None:
                return None
            state = await begin_run(
                session,
                loaded,
                period=period_of(policy, day),
                on=day,
                cause=cause,
                actor=SYSTEM,
                act=act,
                now=tools.now(),
                calendar=await tools.calendar(session),
                batch=batch,
            )
            return state.id

    async def _verify(self, day: date) -> tuple[str, ...]:
        """Closed runs whose day of verification has come."""
        tools = self._tools
        async with tools.store.reading() as session:
            due = tuple(
                await session.scalars(
                    select(BenefitRun.id)
                    .where(BenefitRun.verify_at <= day, BenefitRun.phase == Phase.CLOSED)
                    .order_by(BenefitRun.id)
                )
            )
        done: list[str] = []
        for run in due:
            try:
                async with tools.store.begin() as session:
                    await act_on_run(
                        session,
                        Verify(),
                        run=run,
                        actor=SYSTEM,
                        act=f"verify:{day}",
                        now=tools.now(),
                        calendar=await tools.calendar(session),
                    )
                done.append(run)
            except Refused as refused:
                # Somebody has set it going in between; its next closing is the next occasion.
                log.info("not_verified", run=run, code=refused.code)
        return tuple(done)

    async def _report_again(self, day: date) -> None:
        """Reports of runs whose recoveries are past their day say so."""
        tools = self._tools
        async with tools.store.reading() as session:
            runs = await overdue_recoveries(session, day)
        for run in runs:
            async with tools.store.begin() as session:
                await report_again(session, tools, run)

    async def _subscriptions(self) -> None:
        tools, after = self._tools, 0
        while True:
            async with tools.store.begin() as session:
                seen = await refresh_subscriptions(
                    session, tools.catalogue, tools.now(), after=after
                )
            if seen.after is None:
                return
            after = seen.after

    async def _wake(self) -> int:
        """Everything that is under way, and closed runs that may have something to do by now."""
        async with self._tools.store.reading() as session:
            runs = await to_wake(session)
        for run in runs:
            await self._drivers.wake(run)
        return len(runs)


async def to_wake(session: ReadSession) -> tuple[str, ...]:
    """Runs whose drivers have something to do, or may have."""
    late = exists().where(Entitlement.run == BenefitRun.id, Entitlement.status.in_(_LATE))
    over = (BundleStatus.FOLLOWED.value, BundleStatus.CLOSED.value)
    ended = exists().where(
        BenefitCase.run == BenefitRun.id,
        BenefitCase.outcome.is_(None),
        Bundle.number == BenefitCase.bundle,
        Bundle.status.in_(over),
    )
    open_ = BenefitRun.phase.not_in([phase.value for phase in OVER])
    # What became of a case is carried out, whatever became of the run.
    found = select(BenefitRun.id).where(
        open_ | ((BenefitRun.phase == Phase.CLOSED) & late) | (BenefitRun.phase.in_(OVER) & ended)
    )
    return tuple(await session.scalars(found.order_by(BenefitRun.id)))
