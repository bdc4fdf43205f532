"""After a crash: starting what was submitted and not begun, going on with what was cut short."""

from datetime import datetime, timedelta

import structlog

from activities.store.desk.applications import settle_started, unstarted
from activities.store.desk.calendars import unfinished
from activities.store.engine import Store
from api.engine import Engine, EngineAway
from definitions.errors import Refused
from workflows.messages import BundleInput
from workflows.recalculation import RecalculationInput

log = structlog.get_logger(__name__)


async def recover(
    store: Store, engine: Engine, *, now: datetime, after: timedelta = timedelta(seconds=20)
) -> int:
    """Start again what was submitted and is not in the register; how many were.

    A crash, or an engine that was away, between submission and start loses nothing by this; nor
    does one between the register's taking an act and the engine's (`Engine.settle`).
    """
    async with store.begin() as session:
        await settle_started(session)
    async with store.reading() as session:
        found = await unstarted(session, submitted_before=now - after)
    for each in found:
        try:
            await engine.start(BundleInput.model_validate(each.start))
            log.info("start_recovered", bundle=each.number)
        except (EngineAway, Refused) as error:
            log.warning("start_not_recovered", bundle=each.number, error=type(error).__name__)
    await engine.settle()
    await resume_recalculations(store, engine)
    return len(found)


async def resume_recalculations(store: Store, engine: Engine) -> None:
    """Let every recalculation go on that was published and is not done: a crash may lie between."""
    async with store.reading() as session:
        found = await unfinished(session)
    for name, region, calendar in found:
        given = RecalculationInput(id=name, region=region, calendar=calendar)
        try:
            await engine.recalculate(given)
        except EngineAway:
            log.warning("recalculation_postponed", recalculation=name)
