"""The API process: JSON routes and the console, wired to the store and to Temporal."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI

from activities.documents.issue import Printer
from activities.files import LocalFiles
from activities.outside.departments.webhooks import HttpDepartments
from activities.store.engine import Store
from api.app import create_app
from api.engine import BundleEngine
from api.errands import AssignmentErrands
from api.run_engine import RunEngine
from api.services import Services
from definitions.loading import Library, load_calendars
from deploy import registers, telemetry, temporal_setup
from deploy.database import url
from deploy.embedded import ports
from deploy.settings import DEFAULT_PORT, Settings

log = structlog.get_logger(__name__)

# Streams of live news end when told so; whatever else still runs then has this long.
GRACE_SECONDS = 10


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises Trouble where the port is busy."""
    port = settings.port or DEFAULT_PORT
    ports.choose("YIJIANSHI_PORT", fixed=port, usual=port, host=settings.host)
    asyncio.run(_run(settings))


class _Server(uvicorn.Server):
    """Ends the streams of live news first: they would otherwise outlast the grace."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the base's
        """On SIGTERM and SIGINT."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        services = app.state.services
        assert isinstance(services, Services)
        services.hub.end_streams()
        # The base class would raise the signal again at the end, before connections are given back
        # and the last spans are sent.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


async def _run(settings: Settings) -> None:
    telemetry.configure_logging(settings)
    async with application(settings) as app:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port or DEFAULT_PORT,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        await _Server(config).serve()
    await asyncio.sleep(temporal_setup.LAST_BREATH)


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[FastAPI]:
    """The whole application over real servers. It starts while Temporal is away, and says so."""
    provider = telemetry.start_tracing(settings, process="server")
    client = await temporal_setup.connect(
        settings, plugins=telemetry.temporal_plugins(provider), lazy=True
    )
    store = Store(url(settings), name="server")
    telemetry.trace_store(store.engine, provider)
    files, library = LocalFiles(settings.home / "files"), Library.load()
    outside = registers.connected(settings)
    systems = HttpDepartments(sandbox=settings.departments_url)
    services = Services(
        store=store,
        files=files,
        printer=Printer(store, files, catalogue=library.catalogue),
        engine=BundleEngine(client, store, task_queue=settings.task_queue),
        shipped_library=library,
        shipped=load_calendars(),
        registers=outside,
        departments=systems,
        errands=AssignmentErrands(client),
        run_engine=RunEngine(client, settings.batch_queue),
    )
    app = create_app(services)
    telemetry.trace_api(app, provider)
    try:
        yield app
    finally:
        if outside is not None:
            await outside.close()
        await systems.close()
        await store.close()
