"""A run of benefits made to move: the driver's activities one after the other, on the register."""

from dataclasses import dataclass, field

from temporalio.testing import ActivityEnvironment

from activities.benefits.matching import Matching
from activities.benefits.running import Running
from activities.contracts.benefits import Range, RunAct, RunRef
from activities.outside.facts.protocol import NoFeeds
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from definitions.benefits.commands import EndSpan, FreezeFacts, ReportList, ReportMatch, RunCommand
from definitions.benefits.run import Counts, RunState
from tests.support.api import Now
from tests.support.benefits import CATALOGUE
from tests.support.payments import through
from tests.support.services import CALENDAR


@dataclass
class Driver:
    """What the workflow does, at the pace of a test."""

    store: Store
    now: Now
    acts: int = field(default=0)

    @property
    def running(self) -> Running:
        """The activities but for matching and paying."""
        return Running(self.store, CATALOGUE, CALENDAR, now=self.now)

    async def state(self, run: str) -> RunState:
        """How it stands."""
        async with self.store.reading() as session:
            return (await run_view(session, run)).state

    async def report(self, run: str, command: RunCommand) -> None:
        """What the driver tells the register."""
        self.acts += 1
        asked = RunAct(run=run, act=f"driver:{self.acts}", command=command)
        await ActivityEnvironment().run(self.running.act_on_run, asked)

    async def match(self, run: str) -> None:
        """Freeze the facts and match everybody, up to the trial."""
        matching = Matching(self.store, CATALOGUE, NoFeeds())
        frozen = await ActivityEnvironment().run(matching.freeze_facts, RunRef(run=run))
        await self.report(run, FreezeFacts(**frozen.model_dump()))
        counts, after = Counts(), 0
        while True:
            done = await matching.match_range(Range(run=run, after=after, limit=500))
            counts = counts.plus(done.counts)
            if done.after is None:
                break
            after = done.after
        await self.report(run, ReportMatch(counts=counts))

    async def list(self, run: str) -> None:
        """Make the list."""
        await through(self.running.list_chunk, run)
        await self.report(run, ReportList(listed=0, fen=0))

    async def end_span(self, run: str) -> None:
        """The publicity is over; who stands on the list may be paid."""
        await self.report(run, EndSpan())
        await self.clear(run)

    async def clear(self, run: str) -> None:
        """The list stands."""
        await through(self.running.clear_chunk, run)

    async def close(self, run: str) -> None:
        """The report is written."""
        await ActivityEnvironment().run(self.running.close_run, RunRef(run=run))
