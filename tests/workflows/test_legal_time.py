"""The law's own time on a real server: silence accepts, pauses and calendars move the timer."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.language.roles import SYSTEM
from definitions.matter.events import BundleStarted
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import Calendar
from tests.support.legal import CALENDAR, CLERK, OFFICER, WHY, life
from tests.support.temporal import Desk, Register, until
from workflows.bundle import BundleWorkflow

pytestmark = pytest.mark.stack

Handle = WorkflowHandle[BundleWorkflow, str]
# Working days at any time of the year, so that a test comes to the same whenever it runs.
EVEN = Calendar(
    region=CALENDAR.region,
    version="even",
    exceptions={},
    published_until=date(2099, 12, 31),
    known_until=date(2099, 12, 31),
)


def application() -> BundleStarted:
    """PERMIT, complete, under a number of its own."""
    event = life().events[0].event
    assert isinstance(event, BundleStarted)
    number = f"SJ-YJS-310117-20260302-{uuid4().int % 10**12:012d}"
    return event.model_copy(update={"number": number, "calendar": EVEN})


async def accepted(desk: Desk, register: Register) -> tuple[str, Handle]:
    """PERMIT is in hand: ten working days promised, twenty by law."""
    event = application()
    handle = await desk.start(event, CLERK)
    task = f"{event.number}.PERMIT.receipt"
    await desk.act(event.number, OFFICER, c.CompleteTask(task=task, outcome=Outcome.ACCEPT))
    await until(register, event.number, "matter_accepted")
    return event.number, handle


class TestSilence:
    @pytest.mark.law("行政许可法 32(1)(4)")
    async def test_of_five_working_days_is_acceptance(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        event = application()
        handle = await desk.start(event, CLERK)
        await until(register, event.number, "document_delivered")
        await env.fast_forward(handle, timedelta(days=4))
        assert "matter_deemed_accepted" not in register.kinds(event.number)
        await env.fast_forward(handle, timedelta(days=6))
        await until(register, event.number, "matter_deemed_accepted")
        state = await handle.query(BundleWorkflow.state)
        assert state.matters["PERMIT"].accepted_at == state.started_at


class TestPause:
    @pytest.mark.law("行政许可法 45")
    async def test_moves_the_timer_by_its_length(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        number, handle = await accepted(desk, register)
        pause = c.StartProcedure(matter="PERMIT", cause="inspection", days=10, reasons=(WHY,))
        await desk.act(number, OFFICER, pause)
        await env.fast_forward(handle, timedelta(days=60))
        assert not _promised_expired(register, number)
        await desk.act(number, OFFICER, c.EndProcedure(matter="PERMIT"))
        await env.fast_forward(handle, timedelta(days=11))
        assert not _promised_expired(register, number)
        await env.fast_forward(handle, timedelta(days=8))
        await until(register, number, "clock_expired")
        assert _promised_expired(register, number)


class TestCalendar:
    async def test_published_meanwhile_moves_the_timer(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        number, handle = await accepted(desk, register)
        begun = (await handle.query(BundleWorkflow.state)).started_at.date()
        closed = {begun + timedelta(days=n): False for n in range(1, 31)}
        later = EVEN.model_copy(update={"version": "later", "exceptions": closed})
        await desk.act(number, SYSTEM, c.UseCalendar(calendar=later))
        await env.fast_forward(handle, timedelta(days=29))
        assert not _promised_expired(register, number)
        await env.fast_forward(handle, timedelta(days=18))
        await until(register, number, "clock_expired")
        assert _promised_expired(register, number)


def _promised_expired(register: Register, number: str) -> bool:
    return any(
        recorded.event.kind == "clock_expired" and recorded.event.clock == "promised"
        for recorded in register.events[number]
    )
