"""Runs of policies, wired: their activities, the treasury, the sources of facts, and the drivers.

Activities know neither workflows nor the API; all of them meet here.
"""

import contextlib
from collections.abc import AsyncIterator, Callable

from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.benefits.matching import Matching
from activities.benefits.paying import Paying
from activities.benefits.running import Running
from activities.benefits.scheduling import Scheduling
from activities.outside.facts.http import HttpFeeds
from activities.store.engine import Store
from api.engine import EngineAway
from api.run_engine import RunEngine
from definitions.loading import load_calendars
from definitions.policy_loading import load_facts
from deploy import facts, treasury
from deploy.settings import Settings


class Drivers:
    """`activities.benefits.scheduling.Drivers` over the engine that people's acts use."""

    def __init__(self, engine: RunEngine) -> None:
        self._engine = engine

    async def wake(self, run: str) -> None:
        """See the protocol."""
        try:
            await self._engine.wake(run)
        except EngineAway as away:
            raise ApplicationError("engine-away") from away


@contextlib.asynccontextmanager
async def activities(
    client: Client, store: Store, settings: Settings
) -> AsyncIterator[tuple[Callable[..., object], ...]]:
    """Everything that runs ask for, as long as the connections behind it are open."""
    catalogue, calendar = load_facts(), load_calendars()
    drivers = Drivers(RunEngine(client, settings.batch_queue))
    feeds, outside = facts.connected(settings), treasury.connected(settings)
    matching = Matching(store, catalogue, feeds)
    running = Running(store, catalogue, calendar)
    paying = Paying(store, outside, catalogue)
    scheduling = Scheduling(store, catalogue, calendar, drivers)
    try:
        yield (
            matching.freeze_facts,
            matching.refresh_facts,
            matching.match_range,
            *of_running(running),
            paying.reserve_chunk,
            paying.send_chunk,
            paying.collect_chunk,
            scheduling.begin_due_runs,
        )
    finally:
        await outside.close()
        if isinstance(feeds, HttpFeeds):
            await feeds.close()


def of_running(running: Running) -> tuple[Callable[..., object], ...]:
    """The activities between matching and paying."""
    return (
        running.run_standing,
        running.act_on_run,
        running.list_chunk,
        running.ask_chunk,
        running.remind_chunk,
        running.silence_chunk,
        running.clear_chunk,
        running.settle_cases,
        running.verify_chunk,
        running.cancel_chunk,
        running.close_run,
    )
