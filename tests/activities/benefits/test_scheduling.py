"""What begins by itself, once: by the calendar, by facts, by the day of verification."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from activities.benefits.scheduling import Scheduling, to_wake
from activities.contracts.benefits import DueAsked
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitRun
from activities.store.tables.subjects import FactBatch
from definitions.benefits.run import Cause, Phase
from definitions.language.roles import SYSTEM
from definitions.rules.calendar import local_day
from tests.support.benefits import (
    CATALOGUE,
    NOW,
    ON,
    begin_in,
    policy,
    publish,
    say,
    subjects,
)
from tests.support.services import CALENDAR

YEARLY = policy("yearly", begins={"month": 9, "day": 30})
MONTHLY = policy("monthly", every="month", begins={"day": 31})
BY_FACT = policy("by_fact", begins={"facts": ["firm.high_tech_since"]})
MATCHED = {"loaded_by": SYSTEM.id}


class Woken:
    """Drivers that only note who was woken."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    async def wake(self, run: str) -> None:
        """As the engine."""
        self.runs.append(run)


@pytest.fixture
def woken() -> Woken:
    """Of this test."""
    return Woken()


@pytest.fixture
def scheduling(store: Store, woken: Woken) -> Scheduling:
    """The activity."""
    return Scheduling(store, CATALOGUE, CALENDAR, woken, now=lambda: NOW)


async def test_runs_begin_on_their_day_and_once(
    store: Store, scheduling: Scheduling, woken: Woken
) -> None:
    await publish(store, YEARLY, MONTHLY)
    done = await scheduling.begin_due_runs(DueAsked(day=ON))
    # The 31st of September is its 30th.
    assert done.begun == ("monthly:2026-09:1", "yearly:2026:1")
    assert sorted(woken.runs) == sorted(done.begun)
    assert (await scheduling.begin_due_runs(DueAsked(day=ON))).begun == ()
    later = await scheduling.begin_due_runs(DueAsked(day=date(2026, 10, 31)))
    assert later.begun == ("monthly:2026-10:1",)


async def test_new_facts_begin_a_run_for_those_they_are_about(
    store: Store, scheduling: Scheduling
) -> None:
    await publish(store, BY_FACT)
    (firm,) = await subjects(store, 1)
    batch = await say(store, "science", {firm: {"firm.high_tech_since": "2026-09-01"}})
    await say(store, "science", {firm: {"firm.title_level": 1}}, ON - timedelta(days=1))
    # They came in on the day on which the test runs.
    today = local_day(datetime.now(UTC))
    done = await scheduling.begin_due_runs(DueAsked(day=today))
    assert len(done.begun) == 1
    async with store.reading() as session:
        state = (await run_view(session, done.begun[0])).state
    assert (state.cause, state.batch, state.on) == (Cause.FACTS, batch, today)
    assert (await scheduling.begin_due_runs(DueAsked(day=today))).begun == ()


@pytest.mark.parametrize(("said", "begins"), [({"name": "更正后的名单.csv"}, 1), (MATCHED, 0)])
async def test_what_was_matched_with_its_case_begins_no_run(
    store: Store, scheduling: Scheduling, said: dict[str, str], begins: int
) -> None:
    """It is told by who put it there, not by what a file is called."""
    await publish(store, BY_FACT)
    (firm,) = await subjects(store, 1)
    await say(store, "science", {firm: {"firm.high_tech_since": "2026-09-01"}})
    async with store.begin() as session:
        await session.execute(update(FactBatch).values(said))
    done = await scheduling.begin_due_runs(DueAsked(day=local_day(datetime.now(UTC))))
    assert len(done.begun) == begins


async def test_a_closed_run_is_verified_on_its_day(store: Store, scheduling: Scheduling) -> None:
    of = policy()
    await publish(store, of)
    run = await begin_in(store, of)
    async with store.begin() as session:
        view = await run_view(session, run)
        closed = view.state.model_copy(update={"phase": Phase.CLOSED})
        await session.execute(
            update(BenefitRun)
            .where(BenefitRun.id == run)
            .values(phase=Phase.CLOSED, state=closed.model_dump(mode="json"), verify_at=ON)
        )
    early = await scheduling.begin_due_runs(DueAsked(day=ON - timedelta(days=1)))
    assert early.verified == ()
    assert (await scheduling.begin_due_runs(DueAsked(day=ON))).verified == (run,)
    async with store.reading() as session:
        assert (await run_view(session, run)).state.phase is Phase.VERIFYING
        assert await to_wake(session) == (run,)
