"""A 45-working-day joint case: two pauses across the Spring Festival, an extension, a new calendar.

On a real server with time skipping, in the strict sandbox. The festival lies where the real one
would lie in a case that begins some weeks before it; its days depend on the day the test runs, so
the expected last day is counted here with a pencil, not by the code under test.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.bundle.evolve import replay
from definitions.bundle.state import BundleState
from definitions.language.clocks import ClockKind
from definitions.language.roles import SYSTEM
from definitions.matter.events import BundleStarted, ClockExpired, MatterAccepted
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import Calendar, Certainty, end_of_day, local_day
from definitions.rules.explanations import Explanation, explain
from tests.support.legal import BASES, FILE, HEAD, MAYOR, OFFICER, WHY, life, planned, rewritten
from tests.support.temporal import Desk, Register
from workflows.bundle import BundleWorkflow

pytestmark = pytest.mark.stack

ONE = timedelta(days=1)


class Festival:
    """A Spring Festival from the Monday some four weeks after the start."""

    def __init__(self, start: date) -> None:
        monday = start + timedelta(days=28)
        self.eve = monday + timedelta(days=(7 - monday.weekday()) % 7)
        self.statutory = [self.eve + timedelta(days=n) for n in range(4)]
        # As notices have it: nine days off, a Saturday before and one after worked.
        self.off = [self.eve + timedelta(days=n) for n in range(9)]
        self.made_up = [self.eve - timedelta(days=2), self.eve + timedelta(days=19)]
        self.start = start

    def calendar(self, *, published: bool) -> Calendar:
        """Statutory days only, provisional; or as published, with 调休."""
        off = dict.fromkeys(self.off if published else self.statutory, False)
        work = dict.fromkeys(self.made_up if published else [], True)
        return Calendar(
            region="CN",
            version="published" if published else "provisional",
            exceptions={**off, **work},
            names={**dict.fromkeys(off, "春节"), **dict.fromkeys(work, "调休上班")},
            published_from=self.start - timedelta(days=400),
            published_until=(self.start + timedelta(days=400)) if published else self.eve - ONE,
            known_until=self.start + timedelta(days=400),
        )

    def is_worked(self, day: date) -> bool:
        """By the published calendar."""
        return day in self.made_up or (day.weekday() < 5 and day not in self.off)


class Case:
    """The case on the server, and what its register says of it."""

    def __init__(
        self,
        env: WorkflowEnvironment,
        desk: Desk,
        register: Register,
        handle: WorkflowHandle[BundleWorkflow, str],
    ) -> None:
        self.env, self.desk, self.register, self.handle = env, desk, register, handle
        self.number = handle.id

    async def act(self, actor: object, command: object) -> None:
        """Take a command at the workflow's own moment."""
        await self.desk.act(self.number, actor, command)  # type: ignore[arg-type]

    async def wait(self, days: int) -> None:
        """So many days later."""
        await self.env.fast_forward(self.handle, timedelta(days=days))

    async def state(self) -> BundleState:
        """As the workflow has it; the register says the same."""
        state = await self.handle.query(BundleWorkflow.state)
        assert replay(self.register.events[self.number]) == state
        return state

    def moment(self, kind: str, nth: int = 0) -> datetime:
        """When an event of that kind happened."""
        return [r.at for r in self.register.events[self.number] if r.event.kind == kind][nth]

    @property
    def pauses(self) -> list[tuple[date, date]]:
        """From which day to which each special procedure lasted."""
        return [
            (
                local_day(self.moment("procedure_started", n)),
                local_day(self.moment("procedure_ended", n)),
            )
            for n in range(2)
        ]

    @property
    def accepted(self) -> date:
        """The day the joint matter was accepted."""
        moments = (
            r.at
            for r in self.register.events[self.number]
            if isinstance(r.event, MatterAccepted) and r.event.matter == "JOINT"
        )
        return local_day(next(moments))

    @property
    def overdue(self) -> list[datetime]:
        """When the law's limit of the joint matter was found to have passed."""
        return [
            r.at
            for r in self.register.events[self.number]
            if isinstance(r.event, ClockExpired)
            and (r.event.matter, r.event.clock) == ("JOINT", ClockKind.STATUTORY)
        ]

    async def explained(self) -> Explanation:
        """The statutory clock of the joint matter."""
        state = await self.state()
        clock = next(x for x in state.matters["JOINT"].clocks if x.kind is ClockKind.STATUTORY)
        return explain(clock, state.calendar)


def pencil(
    start: date, days: int, is_worked: Callable[[date], bool], pauses: list[tuple[date, date]]
) -> date:
    """The last day: count worked days after the start that lie in no pause."""
    day, counted = start, 0
    while counted < days:
        day += ONE
        paused = any(since < day <= until for since, until in pauses)
        counted += is_worked(day) and not paused
    return day


@pytest.mark.law("行政许可法 42(2)", "行政许可法 45", "时限 D45")
async def test_it_ends_on_the_right_day_and_says_why(
    env: WorkflowEnvironment, desk: Desk, register: Register
) -> None:
    """行政许可法 42(2), 45, 82: 45 + 15 working days, without the time of two procedures."""
    start = local_day(datetime.now(UTC))
    festival = Festival(start)
    joint = rewritten("JOINT", needs=[], promised={"days": 45})
    plan = planned("joint", service=joint)
    first = life(plan, calendar=festival.calendar(published=False)).events[0].event
    assert isinstance(first, BundleStarted)
    number = f"SJ-YJS-310117-20261123-{uuid4().int % 10**12:012d}"
    handle = await desk.start(first.model_copy(update={"number": number}), OFFICER)
    case = Case(env, desk, register, handle)
    assert (await case.explained()).due.certainty is Certainty.PROVISIONAL
    await handled(case, festival)

    said = await case.explained()
    expected = pencil(case.accepted, 60, festival.is_worked, case.pauses)
    assert said.due.day == expected
    assert [line.nth for line in said.lines if line.nth] == list(range(1, 61))
    assert {line.note for line in said.lines} >= {"春节", "调休上班", "检测", "专家评审"}

    # It is not overdue a moment before, and is when the day is over.
    now = register.events[number][-1].at
    await env.fast_forward(handle, end_of_day(expected) - now - timedelta(hours=1))
    assert not case.overdue
    await env.fast_forward(handle, timedelta(hours=3))
    assert local_day(case.overdue[0] - timedelta(seconds=1)) == expected
    decide = c.CompleteTask(
        task=f"{number}.JOINT.decide", outcome=Outcome.GRANT, reasons=(WHY,), bases=BASES
    )
    await case.act(HEAD, decide)
    assert (await case.explained()).due.day == expected


async def handled(case: Case, festival: Festival) -> None:
    """Two procedures, one across the eve of the festival; the notice is published after it."""
    await case.wait((festival.eve - festival.start).days - 4)
    testing = c.StartProcedure(matter="JOINT", cause="testing", days=8, reasons=(WHY,))
    await case.act(OFFICER, testing)
    assert (await case.explained()).due.stopped
    await case.wait(6)
    await case.act(OFFICER, c.EndProcedure(matter="JOINT", result=(FILE,)))

    calendar = festival.calendar(published=True)
    before = (await case.explained()).due.day
    await case.act(SYSTEM, c.UseCalendar(calendar=calendar))
    assert (await case.explained()).due.day != before

    await case.wait(5)
    review = c.StartProcedure(matter="JOINT", cause="expert_review", days=10, reasons=(WHY,))
    await case.act(OFFICER, review)
    await case.wait(9)
    await case.act(OFFICER, c.EndProcedure(matter="JOINT", result=(FILE,)))
    await case.act(OFFICER, c.ProposeExtension(matter="JOINT", days=15, reasons=(WHY,)))
    approve = c.CompleteTask(task=f"{case.number}.JOINT.extension-1", outcome=Outcome.APPROVE)
    await case.act(MAYOR, approve)
