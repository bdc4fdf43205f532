"""The worker process: workflows and activities, wired to the store and to Temporal."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from importlib.metadata import version

import structlog
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.calendars import Calendars
from activities.documents.issue import Printer, print_forever
from activities.files import LocalFiles
from activities.record import Recorder
from activities.store.engine import Store
from definitions.loading import Library
from deploy import assignments, benefits, schedules, telemetry, temporal_setup
from deploy.applications import Applications
from deploy.database import url
from deploy.embedded.processes import mark_ready
from deploy.settings import Settings
from workflows.registry import WORKFLOWS
from workflows.sandbox import runner

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=20)


def run(settings: Settings) -> None:
    """Work until told to stop; what is running then gets `GRACE` to finish."""
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    telemetry.configure_logging(settings)
    provider = telemetry.start_tracing(settings, process="worker")
    client = await temporal_setup.connect(
        settings,
        plugins=telemetry.temporal_plugins(provider),
        runtime=telemetry.temporal_runtime(settings),
    )
    await temporal_setup.require(client, settings)
    await schedules.ensure_schedules(client, settings)
    store = Store(url(settings), name="worker")
    telemetry.trace_store(store.engine, provider)
    stop, library = asyncio.Event(), Library.load()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with contextlib.suppress(asyncio.CancelledError):
        async with (
            benefits.activities(client, store, settings) as of_benefits,
            _worker(client, store, settings, library, of_benefits),
            _printing(store, settings, library),
            assignments.following(client, store, settings),
        ):
            log.info("worker_started", queue=settings.task_queue)
            mark_ready(settings)
            await stop.wait()
    await store.close()
    log.info("worker_stopped")
    await asyncio.sleep(temporal_setup.LAST_BREATH)


def _worker(
    client: Client,
    store: Store,
    settings: Settings,
    library: Library,
    of_benefits: Sequence[Callable[..., object]],
) -> Worker:
    """Unversioned on purpose: a new worker takes over running applications at once (AUTO_UPGRADE).

    The build id is still given, because the default one hashes every loaded module at start.
    """
    recorder = Recorder(store)
    calendars = Calendars(store, Applications(client, store, settings))
    build = WorkerDeploymentVersion(deployment_name="yijianshi", build_id=version("yijianshi"))
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=list(WORKFLOWS),
        activities=[
            recorder.record,
            recorder.recorded_after,
            calendars.open_bundles,
            calendars.give_calendar,
            calendars.note_progress,
            *assignments.activities(client, store, settings, library),
            *of_benefits,
            *schedules.activities(store),
        ],
        workflow_runner=runner(),
        deployment_config=WorkerDeploymentConfig(version=build, use_worker_versioning=False),
        graceful_shutdown_timeout=GRACE,
    )


@contextlib.asynccontextmanager
async def _printing(store: Store, settings: Settings, library: Library) -> AsyncIterator[None]:
    """Files of documents, made beside the workflows.

    What is cut short is made by the next worker.
    """
    files = LocalFiles(settings.home / "files")
    printer = Printer(store, files, catalogue=library.catalogue)
    printing = asyncio.create_task(print_forever(printer), name="printing")
    try:
        yield
    finally:
        printing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await printing
