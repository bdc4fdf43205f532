"""The activities of a run, standing for the register: rows are counted, nothing is paid.

What a run may do is decided by the core, as in the register; of rows only their number is known.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.contracts.benefits import (
    Chunk,
    ChunkDone,
    DueAsked,
    DueDone,
    Frozen,
    MatchedRange,
    Range,
    RunAct,
    RunRef,
    Standing,
)
from definitions.benefits.commands import Close, PassTrial, ReportList, RunCommand
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Counts, Phase, RunState, Sampled
from definitions.errors import Refused
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import SYSTEM, Actor
from definitions.rules.calendar import local_day
from tests.support.benefits import NOW, after, begin, officer
from workflows.benefit_run import BenefitRunInput, BenefitRunWorkflow, driver_of
from workflows.benefit_schedule import BenefitScheduleInput, BenefitScheduleWorkflow
from workflows.sandbox import runner


class RunBook:
    """One run: so many `rows`, in statuses; what was done to it, in order."""

    def __init__(self, of: PolicyDefinition, rows: int = 10) -> None:
        self.state: RunState = after(None, begin(of), officer("a-begins"))
        self.rows = rows
        self.now: datetime = NOW
        self.open: dict[str, int] = {}
        self.cases = self.payable = 0
        self.steps: list[str] = []
        self.settled: list[Phase] = []
        self.seen: list[tuple[str, int, str]] = []
        self.refusing: list[str] = []
        self.owed = 0
        self.together = self.most = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.refusing_all = False
        self._acts: set[str] = set()
        self._round = "match"

    def say(self, command: RunCommand, actor: Actor) -> None:
        """A person's act, at once in the register."""
        self.state = after(self.state, command, actor, self.now)

    def pass_trial(self) -> None:
        """Everything that was looked at is right."""
        sampled = tuple(Sampled(subject=n, right=True) for n in range(self.state.terms.sample))
        self.say(PassTrial(sampled=sampled), officer("a-samples"))

    def next_day(self, days: int = 1) -> None:
        """The register's clock."""
        self.now += timedelta(days=days)

    @activity.defn(name="run_standing")
    async def run_standing(self, ref: RunRef) -> Standing:
        """As the register."""
        assert ref.run == self.state.id
        until = local_day(NOW) + timedelta(days=60)
        paying = self.state.phase in {Phase.PAYING, Phase.CLOSED, Phase.VERIFYING}
        return Standing(
            state=self.state,
            today=local_day(self.now),
            open={status: n for status, n in sorted(self.open.items()) if n},
            cases=self.cases,
            payable=self.payable,
            pay_until=until if paying else None,
        )

    @activity.defn(name="act_on_run")
    async def act_on_run(self, asked: RunAct) -> Standing:
        """As the register."""
        command = asked.command
        if asked.act not in self._acts:
            if isinstance(command, ReportList):
                command = ReportList(listed=self.rows, fen=self.rows)
            try:
                self.state = after(self.state, command, SYSTEM, self.now)
            except Refused as refused:
                self.refusing.append(refused.code)
                raise ApplicationError("no", type=refused.code, non_retryable=True) from refused
            self._acts.add(asked.act)
            self.steps.append(command.kind)
        return await self.run_standing(RunRef(run=asked.run))

    @activity.defn(name="freeze_facts")
    async def freeze_facts(self, ref: RunRef) -> Frozen:
        """As the register."""
        return Frozen(snapshot=f"{ref.run}#{self.state.turn}", sha256="0" * 64, away=())

    @activity.defn(name="refresh_facts")
    async def refresh_facts(self, ref: RunRef) -> None:
        """As the register."""
        assert ref.run == self.state.id
        self.steps.append("refresh")

    @activity.defn(name="match_range")
    async def match_range(self, asked: Range) -> MatchedRange:
        """As the register."""
        last = min(asked.after + asked.limit, self.rows)
        n = last - asked.after
        at_end = last >= self.rows
        counts = Counts(subjects=n, hits=n, fen=n)
        return MatchedRange(after=None if at_end else last, counts=counts)

    @activity.defn(name="list_chunk")
    async def list_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        done = await self._through("list", chunk)
        if done.after is None:
            self.open = {Status.LISTED: self.rows}
        return done

    @activity.defn(name="ask_chunk")
    async def ask_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        return await self._through("ask", chunk, Status.LISTED, Status.ASKED)

    @activity.defn(name="remind_chunk")
    async def remind_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        return await self._through(f"remind-{chunk.turn}", chunk)

    @activity.defn(name="silence_chunk")
    async def silence_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        return await self._through("silence", chunk, Status.ASKED, Status.SILENT)

    @activity.defn(name="clear_chunk")
    async def clear_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        before = Status.CONFIRMED if self.open.get(Status.CONFIRMED) else Status.LISTED
        return await self._through("clear", chunk, before, Status.CLEARED)

    @activity.defn(name="settle_cases")
    async def settle_cases(self, ref: RunRef) -> Standing:
        """As the register."""
        self.settled.append(self.state.phase)
        return await self.run_standing(ref)

    @activity.defn(name="reserve_chunk")
    async def reserve_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        self.payable = 0
        return await self._through("reserve", chunk, Status.CLEARED, Status.RESERVED)

    @activity.defn(name="send_chunk")
    async def send_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the treasury takes it."""
        return await self._through("send", chunk, Status.RESERVED, Status.SENT)

    @activity.defn(name="collect_chunk")
    async def collect_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the treasury answers: not before it was asked `owed` times.

        What it refuses has failed when the days promised are over.
        """
        if self.owed:
            self.owed -= chunk.lane == 0
            return ChunkDone(after=None, seen=1, moved=0)
        if self.refusing_all:
            if not chunk.late:
                return ChunkDone(after=None, seen=1, moved=0)
            return await self._through("fail", chunk, Status.SENT, Status.FAILED)
        return await self._through("collect", chunk, Status.SENT, Status.PAID)

    @activity.defn(name="verify_chunk")
    async def verify_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        return await self._through("verify", chunk)

    @activity.defn(name="cancel_chunk")
    async def cancel_chunk(self, chunk: Chunk) -> ChunkDone:
        """As the register."""
        return await self._through("cancel", chunk, Status.LISTED, Status.CANCELLED)

    @activity.defn(name="close_run")
    async def close_run(self, ref: RunRef) -> Standing:
        """As the register."""
        if self.state.phase is not Phase.CLOSED:
            self.state = after(self.state, Close(), SYSTEM, self.now)
            self.steps.append("close")
        return await self.run_standing(ref)

    @activity.defn(name="begin_due_runs")
    async def begin_due_runs(self, asked: DueAsked) -> DueDone:
        """As the register."""
        return DueDone(begun=(f"some_award:{asked.day}:1",))

    async def _through(
        self, step: str, chunk: Chunk, before: Status | None = None, to: Status | None = None
    ) -> ChunkDone:
        """Row n is in lane n modulo the lanes; they move when every lane has come to its end."""
        self.together += 1
        self.most = max(self.most, self.together)
        await self.hold.wait()
        self.together -= 1
        self.seen.append((step, chunk.lane, chunk.after))
        own = [n for n in range(self.rows) if n % chunk.lanes == chunk.lane]
        first = int(chunk.after or 0)
        some = own[first : first + chunk.limit]
        moved = 0
        if before is not None and to is not None:
            moved = min(len(some), self.open.get(before, 0))
            self.open[before] = self.open.get(before, 0) - moved
            self.open[to] = self.open.get(to, 0) + moved
        if not self.steps or self.steps[-1] != step:
            self.steps.append(step)
        last = first + len(some)
        return ChunkDone(after=str(last) if last < len(own) else None, seen=len(some), moved=moved)


_CHUNKS = ("list", "ask", "remind", "silence", "clear", "reserve", "send", "collect")
ACTIVITIES = (
    *("run_standing", "act_on_run", "freeze_facts", "refresh_facts", "match_range"),
    *("settle_cases", "close_run"),
    *(f"{step}_chunk" for step in (*_CHUNKS, "verify", "cancel")),
    "begin_due_runs",
)


@asynccontextmanager
async def driving(
    client: Client, book: RunBook, **given: object
) -> AsyncIterator[WorkflowHandle[BenefitRunWorkflow, str]]:
    """A driver at work on it, in the strict sandbox."""
    queue = f"runs-{uuid4().hex}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BenefitRunWorkflow, BenefitScheduleWorkflow],
        activities=[getattr(book, name) for name in ACTIVITIES],
        workflow_runner=runner(strict=True),
    ):
        said = {"chunk": 3, "range": 4, **given}
        yield await client.start_workflow(
            BenefitRunWorkflow.run,
            BenefitRunInput.model_validate({"run": book.state.id, **said}),
            id=f"{driver_of(book.state.id)}:{uuid4().hex}",
            task_queue=queue,
        )


@asynccontextmanager
async def morning(
    client: Client, book: RunBook, given: BenefitScheduleInput
) -> AsyncIterator[WorkflowHandle[BenefitScheduleWorkflow, DueDone]]:
    """The schedule's workflow."""
    queue = f"mornings-{uuid4().hex}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BenefitScheduleWorkflow],
        activities=[book.begin_due_runs],
        workflow_runner=runner(strict=True),
    ):
        yield await client.start_workflow(
            BenefitScheduleWorkflow.run, given, id=f"benefits:{uuid4().hex}", task_queue=queue
        )
