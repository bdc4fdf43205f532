"""Work that Temporal begins by itself: made or brought up to date whenever a worker starts."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from activities.contracts.profiles import BEHIND_PEOPLE
from activities.digests import Digests
from activities.store.engine import Store
from definitions.loading import load_calendars, load_catalogue
from deploy.settings import Settings
from workflows.benefit_schedule import BenefitScheduleInput, BenefitScheduleWorkflow
from workflows.digest import DigestInput, DigestWorkflow

log = structlog.get_logger(__name__)

DIGEST, BENEFITS = "digest", "benefits"
# Every day; whether it is a working day says the calendar in force, which changes.
_MORNING, _ZONE = "30 8 * * *", "Asia/Shanghai"
# Before people come: what begins by itself asks every source for what is new.
_EARLY = "0 6 * * *"
# A server that was away over 08:30 makes it up, as long as the morning's figures are of any use.
_CATCH_UP = timedelta(hours=8)
_LATEST = timedelta(hours=12)
# A day on which runs begin is never left out.
_CATCH_UP_RUNS = timedelta(days=30)


def activities(store: Store) -> Sequence[Callable[..., Any]]:
    """What the schedules' workflows call."""
    watched = load_catalogue().supervision
    assert watched is not None, "the catalogue says how work is watched"
    return (Digests(store, watched, load_calendars()).compose_digests,)


async def ensure_schedules(client: Client, settings: Settings) -> None:
    """Create what is missing, and bring what is there to what this release says. Idempotent.

    Whether an operator has paused a schedule is left as it is. A server that does not let us leaves
    the worker without its mornings, not the applications without their worker.
    """
    try:
        await _ensure(client, settings)
    except RPCError as error:
        log.warning("schedules_not_set", error=error.message)


async def _ensure(client: Client, settings: Settings) -> None:
    for name, wanted in ((DIGEST, _digest(settings)), (BENEFITS, _benefits(settings))):
        await _put(client, name, wanted)


async def _put(client: Client, name: str, wanted: Schedule) -> None:
    try:
        await client.create_schedule(name, wanted)
    except ScheduleAlreadyRunningError:

        def brought_up(found: ScheduleUpdateInput) -> ScheduleUpdate:
            wanted.state = found.description.schedule.state
            return ScheduleUpdate(schedule=wanted)

        await client.get_schedule_handle(name).update(brought_up)


def _benefits(settings: Settings) -> Schedule:
    """One after another: a day that a server was away over has its turn, for its own runs."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            BenefitScheduleWorkflow.run,
            BenefitScheduleInput(),
            id=BENEFITS,
            task_queue=settings.batch_queue,
            priority=BEHIND_PEOPLE,
        ),
        spec=ScheduleSpec(cron_expressions=[_EARLY], time_zone_name=_ZONE),
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.BUFFER_ALL, catchup_window=_CATCH_UP_RUNS
        ),
    )


def _digest(settings: Settings) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            DigestWorkflow.run,
            DigestInput(),
            id=DIGEST,
            task_queue=settings.task_queue,
            # Without a worker for a day, the next morning has its turn: this one is over.
            execution_timeout=_LATEST,
        ),
        spec=ScheduleSpec(cron_expressions=[_MORNING], time_zone_name=_ZONE),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
    )
