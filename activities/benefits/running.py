"""The activities of a run, but for matching and paying: each reads, decides and writes once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import update
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from activities.benefits.listing import list_chunk, whole_list
from activities.benefits.outcomes import settle_ended
from activities.benefits.standing import again_open, standing_of
from activities.benefits.tools import Tools, note_seen, utc_now
from activities.benefits.verifying import cancel_chunk, verify_chunk
from activities.benefits.wishes import ask_chunk, clear_chunk, remind_chunk, silence_chunk
from activities.contracts.benefits import Chunk, ChunkDone, RunAct, RunRef, Standing
from activities.store.benefits.policies import policy_at
from activities.store.benefits.reports import put_report, report_of
from activities.store.benefits.runs import act_on_run, run_view
from activities.store.engine import Store, WriteSession
from activities.store.tables.benefits import BenefitRun
from definitions.benefits.commands import Close, ReportList
from definitions.benefits.entitlement import HAD, IN_HAND
from definitions.benefits.report import Report
from definitions.benefits.run import Phase
from definitions.errors import Refused
from definitions.language.roles import SYSTEM
from definitions.policy_loading import FactCatalogue
from definitions.rules.calendar import Calendar

log = structlog.get_logger(__name__)


class Running:
    """Holds what the activities need. `shipped` is the calendar until one is published."""

    def __init__(
        self,
        store: Store,
        catalogue: FactCatalogue,
        shipped: Calendar,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._tools = Tools(store, catalogue, shipped, now)

    @activity.defn(name="run_standing")
    async def run_standing(self, ref: RunRef) -> Standing:
        """See `activities.contracts.benefits.run_standing`."""
        try:
            async with self._tools.store.reading() as session:
                return await standing_of(session, self._tools, ref.run)
        except Refused as refused:
            raise refusal(refused) from refused

    @activity.defn(name="act_on_run")
    async def act_on_run(self, asked: RunAct) -> Standing:
        """See `activities.contracts.benefits.act_on_run`.

        What the list comes to is counted here, where all of it stands.
        """
        tools = self._tools
        try:
            async with tools.store.begin() as session:
                command = asked.command
                if isinstance(command, ReportList):
                    listed, fen = await whole_list(session, asked.run)
                    command = ReportList(listed=listed, fen=fen)
                state = await act_on_run(
                    session,
                    command,
                    run=asked.run,
                    actor=SYSTEM,
                    act=asked.act,
                    now=tools.now(),
                    calendar=await tools.calendar(session),
                )
                log.info("run_moved", run=asked.run, phase=state.phase, seq=state.seq)
                return await standing_of(session, tools, asked.run)
        except Refused as refused:
            raise refusal(refused) from refused

    @activity.defn(name="list_chunk")
    async def list_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.list_chunk`."""
        return await self._chunk(list_chunk, chunk)

    @activity.defn(name="ask_chunk")
    async def ask_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.ask_chunk`."""
        return await self._chunk(ask_chunk, chunk)

    @activity.defn(name="remind_chunk")
    async def remind_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.remind_chunk`."""
        return await self._chunk(remind_chunk, chunk)

    @activity.defn(name="silence_chunk")
    async def silence_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.silence_chunk`."""
        return await self._chunk(silence_chunk, chunk)

    @activity.defn(name="clear_chunk")
    async def clear_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.clear_chunk`."""
        return await self._chunk(clear_chunk, chunk)

    @activity.defn(name="verify_chunk")
    async def verify_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.verify_chunk`."""
        return await self._chunk(verify_chunk, chunk)

    @activity.defn(name="cancel_chunk")
    async def cancel_chunk(self, chunk: Chunk) -> ChunkDone:
        """See `activities.contracts.benefits.cancel_chunk`."""
        return await self._chunk(cancel_chunk, chunk)

    @activity.defn(name="settle_cases")
    async def settle_cases(self, ref: RunRef) -> Standing:
        """See `activities.contracts.benefits.settle_cases`."""
        tools = self._tools
        try:
            async with beating():
                cases = await settle_ended(tools, ref.run)
                opened = await again_open(tools, ref.run)
            if cases or opened:
                log.info("cases_settled", run=ref.run, cases=cases, again_open=opened)
            async with tools.store.begin() as session:
                standing = await standing_of(session, tools, ref.run)
                await note_paying(session, tools, standing)
                if standing.state.phase is Phase.CLOSED:
                    await report_again(session, tools, ref.run)
                return standing
        except Refused as refused:
            raise refusal(refused) from refused

    @activity.defn(name="close_run")
    async def close_run(self, ref: RunRef) -> Standing:
        """See `activities.contracts.benefits.close_run`."""
        tools = self._tools
        try:
            async with tools.store.begin() as session:
                await close(session, tools, ref.run)
                return await standing_of(session, tools, ref.run)
        except Refused as refused:
            raise refusal(refused) from refused

    async def _chunk(
        self, what: Callable[[Tools, Chunk], Awaitable[ChunkDone]], chunk: Chunk
    ) -> ChunkDone:
        try:
            async with beating():
                return await what(self._tools, chunk)
        except Refused as refused:
            raise refusal(refused) from refused


async def close(session: WriteSession, tools: Tools, run: str) -> None:
    """The report is written and the run closed; when it is to be verified is noted with it."""
    before = (await run_view(session, run)).state
    if before.phase is Phase.CLOSED:
        return
    policy = (await policy_at(session, before.policy, before.version)).definition
    state = await act_on_run(
        session,
        Close(),
        run=run,
        actor=SYSTEM,
        act=f"close:{before.seq}",
        now=tools.now(),
        calendar=await tools.calendar(session),
    )
    report = await report_again(session, tools, run)
    verify_at = None
    if policy.verified_after is not None and not state.verified:
        verify_at = tools.today + timedelta(days=policy.verified_after)
    await session.execute(
        update(BenefitRun).where(BenefitRun.id == run).values(verify_at=verify_at)
    )
    money = report.money
    log.info("run_closed", run=run, paid=money.entitlements_paid, equal=money.is_equal)


async def report_again(session: WriteSession, tools: Tools, run: str) -> Report:
    """The report as the run stands now takes the place of an earlier one."""
    state = (await run_view(session, run)).state
    policy = (await policy_at(session, state.policy, state.version)).definition
    report = await report_of(session, state, policy, today=tools.today, now=tools.now())
    await put_report(session, run, report)
    return report


async def note_paying(session: WriteSession, tools: Tools, standing: Standing) -> None:
    """How far paying has come; who waits for facts or for people is not waited for here."""
    if standing.state.phase is not Phase.PAYING:
        return
    done = sum(standing.open.get(status, 0) for status in HAD)
    total = done + sum(standing.open.get(status, 0) for status in IN_HAND)
    await note_seen(session, standing.state, done=done, total=total, now=tools.now())


def refusal(refused: Refused) -> ApplicationError:
    """Not tried again: the driver looks at the register and goes by that."""
    return ApplicationError(refused.message, type=refused.code, non_retryable=True)
