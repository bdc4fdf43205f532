"""The application: routes, console, errors, what surrounds requests and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from api import docs, problems
from api.benefits.cases import recover_cases
from api.console import app as console
from api.middleware import Around
from api.recovery import recover
from api.routes import (
    absences,
    benefits,
    benefits_entries,
    benefits_public,
    bundles,
    calendars,
    checkups,
    colleagues,
    connections,
    definitions,
    departments,
    documents,
    events,
    facts,
    inbox,
    intake,
    matters,
    notes,
    policies,
    prechecks,
    prepared,
    public,
    search,
    sessions,
    settings,
    supervision,
    tasks,
    views,
    working,
)
from api.services import Services

log = structlog.get_logger(__name__)


def create_app(services: Services) -> FastAPI:
    """The API over these services."""
    app = FastAPI(
        title="一件事集成办理",
        version="1",
        summary="一次申请，一张表，一套材料，一个窗口；各部门各自依法办理。",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        # Ids hold no slashes, and a moved request would lose its body.
        redirect_slashes=False,
    )
    app.state.services = services
    problems.register(app)
    for module in (
        *(sessions, intake, prechecks, prepared, bundles, matters, tasks, documents),
        # Before the commands of one task: `bulk` is none.
        *(inbox, search, views),
        *(working, colleagues, notes, absences, settings),
        *(departments, connections, checkups),
        *(benefits, benefits_entries, benefits_public),
        *(supervision, calendars, definitions, policies, facts, events, public),
    ):
        app.include_router(module.router)
    app.include_router(public.probes)
    docs.mount(app)
    console.mount(app, services)
    app.add_middleware(Around, largest_upload=services.largest_upload)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await services.hub.start()
    recovery = asyncio.create_task(_recover_forever(services), name="recover")
    following = (
        asyncio.create_task(services.in_force.follow(), name="calendar"),
        asyncio.create_task(services.definitions.follow(), name="definitions"),
    )
    try:
        yield
    finally:
        # The SDK turns a cancelled update into an error of its own: once may not be enough.
        while not recovery.done():
            recovery.cancel()
            await asyncio.wait({recovery}, timeout=1)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        await services.hub.close()


async def _recover_forever(services: Services) -> None:
    """Applications that were submitted but never started, and cases never filed, once more."""
    while services.recover_every is not None:
        await asyncio.sleep(services.recover_every)
        try:
            await recover(services.store, services.engine, now=services.now())
            await recover_cases(services)
        except (SQLAlchemyError, OSError) as error:
            log.warning("recovery_interrupted", error=type(error).__name__)
        except Exception:
            # One start that cannot be made must not end the search for the others.
            log.exception("recovery_failed")
