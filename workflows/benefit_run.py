"""兑现批次 on its way: what makes a run move, while the run itself stands in the register.

Nothing is kept here that the register could not tell again, but where the chunks of a phase have
come. So a driver that was lost is started anew and goes through the phase once more: what is done
already is passed over. People's acts are decided in the register, and this is woken to look.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.contracts import benefits as asked
from activities.contracts.benefits import Chunk, ChunkDone, RunAct, RunRef, Standing
from activities.contracts.profiles import BATCH, FREEZING, LOOKUP, SWEEP
from definitions.benefits.commands import (
    EndSpan,
    FreezeFacts,
    PayLate,
    ReportList,
    ReportMatch,
    RunCommand,
)
from definitions.benefits.entitlement import IN_HAND, Status
from definitions.benefits.run import OVER, Counts, Phase
from definitions.language.base import Value
from workflows.benefit_lanes import Lanes, Pass, lanes_of

# Where it waits for people or days; a wake that was lost costs this much.
LOOK = timedelta(minutes=5)
# Where the treasury owes receipts: the first wait, doubled up to the last.
SOON, LATER = timedelta(seconds=2), timedelta(minutes=1)
# After a refusal: somebody was faster, or the clocks differ.
AGAIN = timedelta(seconds=10)
# While payments wait for facts, sources are asked for new ones this often.
STALE = timedelta(minutes=30)
RANGE = 20_000
# Rows a transaction: more of them make a run faster, and PostgreSQL busier at a time.
CHUNK = 100
# Looks at the register before a fresh run begins, whatever the server suggests.
LONG = 500

_WAITS = (Status.HELD, Status.OBJECTED)
# Looked at again before they are paid, and by then what is known may be too old.
_LOOKED_AT = (Status.HELD, Status.FAILED, Status.RESERVED)


class BenefitRunInput(Value):
    """Which run, and where an earlier run of its driver had come to.

    `reminded` is how many reminders of the wish went out; `cleared` that everybody was looked at
    since paying began. `range` is how many subjects are matched at a time, `looks` how often it
    looks before it begins a fresh run.
    """

    run: str
    going: Pass | None = None
    counts: Counts = Counts()
    reminded: int = 0
    cleared: bool = False
    range: int = RANGE
    chunk: int = CHUNK
    looks: int = LONG


def driver_of(run: str) -> str:
    """The id of the workflow that drives this run."""
    return f"benefit:{run}"


@workflow.defn(name="BenefitRun")
class BenefitRunWorkflow:
    """The driver of one run, until the run is over."""

    @workflow.init
    def __init__(self, given: BenefitRunInput) -> None:
        self._given = given
        self._woken = False
        self._lanes = Lanes(given.going, given.chunk)
        self._counts = given.counts
        self._reminded = given.reminded
        self._cleared = given.cleared
        self._refreshed: datetime | None = None
        self._looks = 0
        self._pause = SOON
        self._steps: dict[Phase, Callable[[Standing], Awaitable[None]]] = {
            Phase.SNAPSHOT: self._freeze,
            Phase.MATCHING: self._match,
            Phase.LISTING: self._list,
            Phase.WISH: self._wish,
            Phase.PUBLICITY: self._publicity,
            Phase.PAYING: self._pay,
            Phase.VERIFYING: self._verify,
        }

    @workflow.run
    async def run(self, _given: BenefitRunInput) -> str:
        """Drive it until it is over; returns the phase in which it ended."""
        while True:
            try:
                standing = await self._look()
                if standing.state.phase in OVER:
                    if await self._is_over(standing):
                        return standing.state.phase
                elif standing.state.is_driven:
                    self._cleared = self._cleared and standing.state.phase is Phase.PAYING
                    await self._steps[standing.state.phase](standing)
                else:
                    await self._stand(standing)
            except ActivityError as error:
                # Refused: somebody was faster. What stands is in the register.
                workflow.logger.info("driver_refused", extra={"kind": type(error.cause).__name__})
                await self._wait(AGAIN)
            if self._looks >= self._given.looks or self._is_suggested():
                self._continue()

    @workflow.signal
    def wake(self) -> None:
        """Something has changed in the register."""
        self._woken = True

    @workflow.query
    def going(self) -> Pass | None:
        """Where the chunks of the phase have come."""
        return self._lanes.going

    async def _stand(self, standing: Standing) -> None:
        """It is people's turn. What became of cases meanwhile still goes onto the list."""
        if standing.cases and not standing.state.paused:
            await self._settle()
        await self._wait(LOOK)

    async def _freeze(self, standing: Standing) -> None:
        frozen = await workflow.execute_activity(asked.freeze_facts, self._ref, **FREEZING)
        command = FreezeFacts(snapshot=frozen.snapshot, sha256=frozen.sha256, away=frozen.away)
        await self._act(standing, command)

    async def _match(self, standing: Standing) -> None:
        """Range by range; what they come to is added up as they are done."""

        async def match(chunk: Chunk) -> ChunkDone:
            wanted = asked.Range(
                run=chunk.run,
                after=int(chunk.after or 0),
                limit=self._given.range,
                done=chunk.done,
            )
            matched = await workflow.execute_activity(asked.match_range, wanted, **SWEEP)
            self._counts = self._counts.plus(matched.counts)
            after = None if matched.after is None else str(matched.after)
            return ChunkDone(after=after, seen=matched.counts.subjects, moved=0)

        if self._lanes.begins("match", standing.state):
            self._counts = Counts()
        if await self._through("match", match, standing, single=True):
            await self._act(standing, ReportMatch(counts=self._counts))

    async def _list(self, standing: Standing) -> None:
        # In one lane: who of two gets what only one can have, is the same every time.
        if await self._through("list", _chunked(asked.list_chunk), standing, single=True):
            # What it comes to is counted in the register, when all of it is there.
            await self._act(standing, ReportList(listed=0, fen=0))

    async def _wish(self, standing: Standing) -> None:
        wish = standing.state.wish
        assert wish is not None
        if standing.open.get(Status.LISTED) and not await self._through(
            "ask", _chunked(asked.ask_chunk), standing
        ):
            return
        due = sum(day <= standing.today for day in wish.reminders)
        if standing.today <= wish.until:
            if due > self._reminded:
                remind = _chunked(asked.remind_chunk, turn=due)
                if not await self._through(f"remind-{due}", remind, standing):
                    return
                self._reminded = due
            await self._settle()
            await self._wait(LOOK)
        elif await self._through("silence", _chunked(asked.silence_chunk), standing):
            await self._settle()
            await self._act(standing, EndSpan())

    async def _publicity(self, standing: Standing) -> None:
        publicity = standing.state.publicity
        assert publicity is not None
        await self._settle()
        if standing.today <= publicity.until:
            await self._wait(LOOK)
        else:
            # Who is objected to waits for his case; nobody waits for him.
            await self._act(standing, EndSpan())

    async def _pay(self, standing: Standing) -> None:
        """Once round: what cases brought, money set aside, instructions, receipts."""
        await self._refresh(standing)
        if not self._cleared:
            clear = _chunked(asked.clear_chunk)
            self._cleared = await self._through("clear", clear, standing)
            return
        standing = await self._settle()
        steps = (
            ("reserve", asked.reserve_chunk, True),
            ("send", asked.send_chunk, False),
            ("collect", asked.collect_chunk, False),
        )
        moved = 0
        late = is_late(standing)
        for name, step, single in steps:
            if not await self._through(name, _chunked(step, late=late), standing, single=single):
                return
            moved += self._lanes.moved
        standing = await self._look()
        if standing.state.phase is not Phase.PAYING or standing.state.paused:
            return
        if is_paid(standing):
            await workflow.execute_activity(asked.close_run, self._ref, **BATCH)
        elif not moved:
            await self._wait_for_money(standing)
        else:
            self._pause = SOON

    async def _refresh(self, standing: Standing) -> None:
        """Before the last look, and then now and again while it waits for facts."""
        now = workflow.now()
        if self._refreshed is not None and self._cleared:
            waits = any(standing.open.get(status) for status in _LOOKED_AT)
            if not waits or now - self._refreshed < STALE:
                return
        await workflow.execute_activity(asked.refresh_facts, self._ref, **FREEZING)
        self._refreshed = now

    async def _verify(self, standing: Standing) -> None:
        if await self._through("verify", _chunked(asked.verify_chunk), standing):
            await workflow.execute_activity(asked.close_run, self._ref, **BATCH)

    async def _is_over(self, standing: Standing) -> bool:
        """Whether there is nothing left to do for a run that is closed or cancelled."""
        if standing.state.phase is Phase.CANCELLED:
            if standing.cases:
                # An account or a fact that is wrong is put right, and who waits is answered.
                standing = await self._settle()
            gone = await self._through("cancel", _chunked(asked.cancel_chunk), standing)
            return gone and not self._woken
        self._cleared = False
        standing = await self._settle()
        if standing.state.phase is Phase.CLOSED and standing.payable:
            await self._act(standing, PayLate())
            return False
        return standing.state.phase is Phase.CLOSED and not self._woken

    async def _through(
        self,
        name: str,
        do: Callable[[Chunk], Awaitable[ChunkDone]],
        standing: Standing,
        *,
        single: bool = False,
    ) -> bool:
        """Go through all rows, in lanes by the pace; False where somebody wants to be looked at."""
        lanes = 1 if single else lanes_of(standing.state.pace)
        return await self._lanes.through(
            name,
            do,
            standing.state,
            lanes=lanes,
            stops=lambda: self._woken or self._is_suggested(),
        )

    async def _look(self) -> Standing:
        self._woken = False
        self._looks += 1
        return await workflow.execute_activity(asked.run_standing, self._ref, **LOOKUP)

    async def _settle(self) -> Standing:
        return await workflow.execute_activity(asked.settle_cases, self._ref, **BATCH)

    async def _act(self, standing: Standing, command: RunCommand) -> None:
        act = f"driver:{standing.state.seq}:{command.kind}"
        told = RunAct(run=self._given.run, act=act, command=command)
        await workflow.execute_activity(asked.act_on_run, told, **BATCH)

    async def _wait(self, longest: timedelta) -> None:
        """Until somebody says that something has changed, but not for ever."""
        try:
            await workflow.wait_condition(lambda: self._woken, timeout=longest)
        except TimeoutError:
            return

    async def _wait_for_money(self, standing: Standing) -> None:
        """Sooner where the treasury owes receipts, later the longer it does."""
        if any(standing.open.get(status) for status in IN_HAND):
            await self._wait(self._pause)
            self._pause = min(self._pause * 2, LATER)
        else:
            await self._wait(LOOK)

    @property
    def _ref(self) -> RunRef:
        return RunRef(run=self._given.run)

    def _is_suggested(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()

    def _continue(self) -> None:
        """A fresh run: nothing is in flight, and a wake that came now is looked at first thing."""
        workflow.continue_as_new(
            self._given.model_copy(
                update={
                    "going": self._lanes.going,
                    "counts": self._counts,
                    "reminded": self._reminded,
                    "cleared": self._cleared,
                }
            )
        )


def is_paid(standing: Standing) -> bool:
    """Whether the run may be closed: nothing is in hand, and what waits has had its days.

    What is short of budget, or failed for its account, comes back by itself when that is put right.
    """
    if standing.payable or any(standing.open.get(status) for status in IN_HAND):
        return False
    waits = standing.cases or any(standing.open.get(status) for status in _WAITS)
    return not waits or is_late(standing)


def is_late(standing: Standing) -> bool:
    """Whether the last day promised is over."""
    return standing.pay_until is not None and standing.today > standing.pay_until


def _chunked(
    step: Callable[[Chunk], Awaitable[ChunkDone]], *, turn: int = 1, late: bool = False
) -> Callable[[Chunk], Awaitable[ChunkDone]]:
    async def do(chunk: Chunk) -> ChunkDone:
        given = chunk.model_copy(update={"turn": turn, "late": late})
        return await workflow.execute_activity(step, given, **BATCH)

    return do
