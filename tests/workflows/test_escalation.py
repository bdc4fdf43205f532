"""The ladder of reminders on a real server: each rung once, at its office hour, to whom it names.

The days are sparse on purpose: every second day is worked, weekends among them (调休上班), so that
every stretch of office hours leads over a lunch, a day off and a make-up day.
"""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.language.base import SHANGHAI
from definitions.language.supervision import Supervision
from definitions.matter.events import BundleStarted, TaskEscalated
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import Calendar
from tests.support.legal import CALENDAR, CLERK, HEAD, OFFICER, SECOND, WHY, life, planned
from tests.support.temporal import Desk, Register, until
from workflows.bundle import BundleWorkflow

pytestmark = pytest.mark.stack

Handle = WorkflowHandle[BundleWorkflow, str]
OFFICE = ((time(9), time(11, 30)), (time(13, 30), time(17)))
LADDER = (("early", -12, "holder"), ("near", -4, "head"), ("breach", 0, "head"))
LATE = ("late", 4, "supervisor")
WATCHED = Supervision.model_validate(
    {
        "office_hours": [{"from": since, "until": ends} for since, ends in OFFICE],
        "amber": 3,
        "red": 1,
        "ladder": [
            {"id": name, "name": name, "hours": hours, "to": to}
            for name, hours, to in (*LADDER, LATE)
        ],
        "outside": {"minutes": 10, "entries": 20, "entries_minutes": 10},
    }
)
A_MINUTE = timedelta(minutes=1)


def every_second_day() -> Calendar:
    """Today is worked, tomorrow not, and so on for months."""
    today = datetime.now(SHANGHAI).date()
    return Calendar(
        region=CALENDAR.region,
        version="sparse",
        exceptions={today + timedelta(days=n): n % 2 == 0 for n in range(-40, 200)},
        published_until=date(2099, 12, 31),
        known_until=date(2099, 12, 31),
    )


SPARSE = every_second_day()


def in_office(moment: datetime) -> bool:
    """Whether the minute that begins here is an office minute."""
    there = moment.astimezone(SHANGHAI)
    worked = SPARSE.is_worked(there.date())
    return worked and any(since <= there.time() < ends for since, ends in OFFICE)


def counted(ends: datetime, hours: int) -> datetime:
    """So many office hours before or after, minute by minute, as with a finger on the clock."""
    left, moment = abs(hours) * 60, ends
    while left:
        back = hours < 0
        minute = moment - A_MINUTE if back else moment
        left -= in_office(minute)
        moment = minute if back else minute + A_MINUTE
    while hours == 0 and not in_office(moment):
        moment += A_MINUTE
    return moment


async def in_review(desk: Desk, register: Register) -> tuple[str, Handle]:
    """PERMIT is accepted; its review lies there, and nobody claims it."""
    event = life().events[0].event
    assert isinstance(event, BundleStarted)
    number = f"SJ-YJS-310117-20260302-{uuid4().int % 10**12:012d}"
    plan = planned().model_copy(update={"supervision": WATCHED})
    started = event.model_copy(update={"number": number, "calendar": SPARSE, "plan": plan})
    handle = await desk.start(started, CLERK)
    receipt = c.CompleteTask(task=f"{number}.PERMIT.receipt", outcome=Outcome.ACCEPT)
    await desk.act(number, OFFICER, receipt)
    await until(register, number, "matter_accepted")
    return number, handle


async def limit_of(handle: Handle) -> datetime:
    """By when PERMIT was promised to be done, as its clock stands."""
    state = await handle.query(BundleWorkflow.state)
    clock = next(each for each in state.matters["PERMIT"].clocks if each.kind == "promised")
    day, left = clock.started_at.astimezone(SHANGHAI).date(), clock.days
    while left:
        day += timedelta(days=1)
        left -= SPARSE.is_worked(day)
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def climbed(register: Register, number: str) -> list[tuple[str, str, datetime]]:
    """The rungs of the review that were climbed: which, to whom, when."""
    return [
        (recorded.event.rung, recorded.event.to, recorded.at)
        for recorded in register.events[number]
        if isinstance(recorded.event, TaskEscalated)
        and recorded.event.task == f"{number}.PERMIT.review"
    ]


async def until_climbed(
    env: WorkflowEnvironment, handle: Handle, register: Register, rung: str, moment: datetime
) -> None:
    """Let time pass just beyond the moment at which the rung is climbed."""
    now = (await handle.query(BundleWorkflow.state)).started_at
    known = [recorded.at for recorded in register.events[handle.id]]
    await env.fast_forward(handle, moment - max(now, *known) + A_MINUTE)
    for _ in range(3):
        if rung in {name for name, _, _ in climbed(register, handle.id)}:
            return
        await until(register, handle.id, "task_escalated")
        await env.fast_forward(handle, A_MINUTE)


def assert_at(
    found: list[tuple[str, str, datetime]], expected: list[tuple[str, str, datetime]]
) -> None:
    """The same rungs, to the same people, each within the minute in which it was due."""
    assert [each[:2] for each in found] == [each[:2] for each in expected]
    for (name, _, at), (_, _, due) in zip(found, expected, strict=True):
        assert due <= at < due + A_MINUTE, (name, at, due)


class TestLadder:
    async def test_each_rung_is_climbed_once_at_its_office_hour_by_whom_it_names(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        number, handle = await in_review(desk, register)
        ends = await limit_of(handle)
        await env.fast_forward(handle, timedelta(days=60))
        await until(register, number, "clock_expired")
        expected = [(name, to, counted(ends, hours)) for name, hours, to in (*LADDER, LATE)]
        assert_at(climbed(register, number), expected)
        assert all(in_office(at - A_MINUTE) or in_office(at) for _, _, at in expected)

    async def test_none_is_climbed_once_the_task_is_done(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        number, handle = await in_review(desk, register)
        ends = await limit_of(handle)
        await until_climbed(env, handle, register, "early", counted(ends, -12))
        review = c.CompleteTask(
            task=f"{number}.PERMIT.review", outcome=Outcome.PASS, companions=(SECOND.id,)
        )
        await desk.act(number, OFFICER, review)
        await env.fast_forward(handle, timedelta(days=60))
        await until(register, number, "clock_expired")
        assert_at(climbed(register, number), [("early", "holder", counted(ends, -12))])

    async def test_more_time_moves_the_rungs_that_are_left(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        number, handle = await in_review(desk, register)
        before = await limit_of(handle)
        await until_climbed(env, handle, register, "early", counted(before, -12))
        await desk.act(number, OFFICER, c.ProposeExtension(matter="PERMIT", days=5, reasons=(WHY,)))
        state = await handle.query(BundleWorkflow.state)
        task = next(each.id for each in state.tasks.values() if each.kind == "extension")
        await desk.act(number, HEAD, c.CompleteTask(task=task, outcome=Outcome.APPROVE))
        ends = await limit_of(handle)
        assert ends > before
        await env.fast_forward(handle, timedelta(days=90))
        await until(register, number, "clock_expired")
        left = [(name, to, counted(ends, hours)) for name, hours, to in (*LADDER[1:], LATE)]
        assert_at(climbed(register, number), [("early", "holder", counted(before, -12)), *left])
