"""A run gone through in the register: its activities in the driver's order, people's acts between.

Everything is real but the clock: PostgreSQL, the facts, the treasury over a socket.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta

from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities.benefits.matching import Matching, sample_of
from activities.benefits.paying import Paying
from activities.benefits.running import Running
from activities.contracts.benefits import Chunk, ChunkDone, Range, RunAct, RunRef, Standing
from activities.outside.facts.protocol import NoFeeds
from activities.outside.payments.treasury import Treasury
from activities.store.benefits.runs import act_on_run
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitNotice, BenefitRun, Entitlement
from definitions.benefits.commands import (
    ApproveList,
    EndSpan,
    FreezeFacts,
    PassTrial,
    ReportList,
    ReportMatch,
    RunCommand,
)
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.benefits.report import Report
from definitions.benefits.run import Counts, Phase, Sampled
from definitions.language.base import SHANGHAI
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import Actor
from definitions.rules.calendar import local_day
from tests.support.benefits import CATALOGUE, NOW, officer, policy, say_all, subjects
from tests.support.services import CALENDAR

HERE = {"id": "here", "says": "在松江登记", "when": {"fact": "firm.registered_here", "is": True}}
ACTIVE = {
    "id": "active",
    "says": "存续",
    "again": True,
    "when": {"fact": "firm.active", "is": True},
}
AWARD = policy(conditions=[HERE, ACTIVE], sample=1, verified_after=30)
ASKING = policy(
    "asking_award",
    item="asking",
    conditions=[HERE, ACTIVE],
    sample=1,
    publicity=None,
    way="confirm",
    confirmation={"days": 5, "reminders": [2]},
)
Step = Callable[[Chunk], Awaitable[ChunkDone]]


class Batches:
    """Runs at a moment that the test sets."""

    def __init__(self, store: Store, treasury: Treasury) -> None:
        self.store = store
        self.now = NOW
        self.matching = Matching(store, CATALOGUE, NoFeeds())
        self.running = Running(store, CATALOGUE, CALENDAR, now=lambda: self.now)
        self.paying = Paying(store, treasury, CATALOGUE, now=lambda: self.now)
        self._acts = 0

    async def say(self, run: str, command: RunCommand, actor: Actor) -> None:
        """A person's act."""
        self._acts += 1
        async with self.store.begin() as session:
            await act_on_run(
                session,
                command,
                run=run,
                actor=actor,
                act=f"person:{self._acts}",
                now=self.now,
                calendar=CALENDAR,
            )

    async def drive(self, run: str, command: RunCommand) -> Standing:
        """A command of the driver."""
        standing = await self.running.run_standing(RunRef(run=run))
        act = f"driver:{standing.state.seq}"
        return await self.running.act_on_run(RunAct(run=run, act=act, command=command))

    async def chunks(self, step: Step, run: str, *, limit: int = 500) -> tuple[int, int]:
        """Every chunk of a step: how many rows were seen, and how many moved."""
        after, seen, moved = "", 0, 0
        while True:
            chunk = Chunk(run=run, after=after, limit=limit, done=seen)
            done: ChunkDone = await ActivityEnvironment().run(step, chunk)
            seen, moved = seen + done.seen, moved + done.moved
            if done.after is None:
                return seen, moved
            after = done.after

    async def to_trial(self, run: str) -> Standing:
        """Facts frozen, everybody matched."""
        environment = ActivityEnvironment()
        frozen = await environment.run(self.matching.freeze_facts, RunRef(run=run))
        await self.drive(
            run, FreezeFacts(snapshot=frozen.snapshot, sha256=frozen.sha256, away=frozen.away)
        )
        counts, after = Counts(), 0
        while True:
            matched = await self.matching.match_range(Range(run=run, after=after, limit=1_000))
            counts = counts.plus(matched.counts)
            if matched.after is None:
                break
            after = matched.after
        return await self.drive(run, ReportMatch(counts=counts))

    async def to_review(self, run: str, *, limit: int = 500) -> Standing:
        """The sample found right, the list made."""
        await self.to_trial(run)
        return await self.relist(run, limit=limit)

    async def relist(self, run: str, *, limit: int = 500) -> Standing:
        """From the trial to the list."""
        async with self.store.reading() as session:
            drawn = await sample_of(session, run)
        sampled = tuple(Sampled(subject=each.subject, right=True) for each in drawn)
        await self.say(run, PassTrial(sampled=sampled), officer("a-samples"))
        await self.chunks(self.running.list_chunk, run, limit=limit)
        return await self.drive(run, ReportList(listed=0, fen=0))

    async def approve(self, run: str) -> Standing:
        """By two."""
        await self.say(run, ApproveList(), officer("a-first"))
        await self.say(run, ApproveList(), officer("a-second"))
        return await self.running.run_standing(RunRef(run=run))

    async def to_paying(self, run: str, *, limit: int = 500) -> Standing:
        """All the way, whatever it waits for being over."""
        await self.to_review(run, limit=limit)
        return await self.to_paying_from_review(run)

    async def to_paying_from_review(self, run: str) -> Standing:
        """The list approved, its publicity over."""
        return await self.end_publicity(run, await self.approve(run))

    async def end_publicity(self, run: str, standing: Standing) -> Standing:
        """The day after its last one."""
        publicity = standing.state.publicity
        if standing.state.phase is Phase.PUBLICITY:
            assert publicity is not None
            self.go_to(publicity.until + timedelta(days=1))
            return await self.drive(run, EndSpan())
        return standing

    async def pay(self, run: str) -> Standing:
        """Once round, as the driver does."""
        await self.chunks(self.running.clear_chunk, run)
        await ActivityEnvironment().run(self.running.settle_cases, RunRef(run=run))
        for step in (
            self.paying.reserve_chunk,
            self.paying.send_chunk,
            self.paying.collect_chunk,
        ):
            await self.chunks(step, run)
        return await self.running.run_standing(RunRef(run=run))

    async def settle(self, run: str) -> Standing:
        """What became of cases."""
        standing: Standing = await ActivityEnvironment().run(
            self.running.settle_cases, RunRef(run=run)
        )
        return standing

    def go_to(self, day: object) -> None:
        """Ten in the morning of that day."""
        self.now = datetime.combine(day, time(10), SHANGHAI)  # type: ignore[arg-type]

    async def statuses(self, run: str) -> dict[int, Status]:
        """Where each subject of the run stands."""
        async with self.store.reading() as session:
            rows = await session.execute(
                select(Entitlement.subject, Entitlement.status).where(Entitlement.run == run)
            )
            return {row.subject: Status(row.status) for row in rows}

    async def told(self, subject: int) -> list[str]:
        """The kinds of notices a subject got, in their order."""
        async with self.store.reading() as session:
            rows = await session.scalars(
                select(BenefitNotice.kind)
                .where(BenefitNotice.subject == subject)
                .order_by(BenefitNotice.id)
            )
            return list(rows)


async def known(store: Store, count: int, **more: object) -> list[int]:
    """So many firms that are registered here and active."""
    firms = await subjects(store, count)
    facts = {"firm.registered_here": True, "firm.active": True, **more}
    await say_all(store, dict.fromkeys(firms, facts))
    return firms


async def heard(batches: Batches, *firms: int) -> None:
    """The register says today what it said before: the last look needs it fresh."""
    facts = {"firm.registered_here": True, "firm.active": True}
    await say_all(batches.store, dict.fromkeys(firms, facts), local_day(batches.now))


async def report(store: Store, run: str) -> Report:
    """The closing report."""
    async with store.reading() as session:
        return Report.model_validate(
            await session.scalar(select(BenefitRun.report).where(BenefitRun.id == run))
        )


def name_of(of: PolicyDefinition, subject: int) -> str:
    """The entitlement's id."""
    return entitlement_id(of.policy, "2026", subject, of.item)
