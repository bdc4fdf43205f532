"""The worker processes: workflows and activities, wired to the store and to Temporal.

Two kinds, each with a task queue of its own: what people wait for, and runs of policies. They share
no event loop, so that a hundred thousand payments hold up nobody at a window (decisions/0024).
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
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
from workflows.registry import OF_BATCHES, OF_PEOPLE
from workflows.sandbox import runner

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=20)
# How much later than people's processes a batch gets a core that both want (`nice`).
BEHIND_PEOPLE = 10

_Working = Callable[[Client, Store, Settings], AbstractAsyncContextManager[None]]


def run(settings: Settings) -> None:
    """Work until told to stop; what is running then gets `GRACE` to finish."""
    asyncio.run(_run(settings, "worker", _for_people))


def run_batches(settings: Settings) -> None:
    """The same for runs of policies."""
    os.nice(BEHIND_PEOPLE)
    asyncio.run(_run(settings, "batch", _for_batches))


async def _run(settings: Settings, name: str, working: _Working) -> None:
    telemetry.configure_logging(settings)
    provider = telemetry.start_tracing(settings, process=name)
    client = await temporal_setup.connect(
        settings,
        plugins=telemetry.temporal_plugins(provider),
        runtime=telemetry.temporal_runtime(settings),
    )
    await temporal_setup.require(client, settings)
    store = Store(url(settings), name=name)
    telemetry.trace_store(store.engine, provider)
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with contextlib.suppress(asyncio.CancelledError):
        async with working(client, store, settings):
            log.info("worker_started", process=name)
            mark_ready(settings)
            await stop.wait()
    await store.close()
    log.info("worker_stopped", process=name)
    await asyncio.sleep(temporal_setup.LAST_BREATH)


@contextlib.asynccontextmanager
async def _for_people(client: Client, store: Store, settings: Settings) -> AsyncIterator[None]:
    await schedules.ensure_schedules(client, settings)
    library = Library.load()
    recorder = Recorder(store)
    calendars = Calendars(store, Applications(client, store, settings))
    activities: tuple[Callable[..., object], ...] = (
        recorder.record,
        recorder.recorded_after,
        calendars.open_bundles,
        calendars.give_calendar,
        calendars.note_progress,
        *assignments.activities(client, store, settings, library),
        *schedules.activities(store),
    )
    async with (
        _worker(client, settings.task_queue, OF_PEOPLE, activities),
        _printing(store, settings, library),
        assignments.following(client, store, settings),
    ):
        yield


@contextlib.asynccontextmanager
async def _for_batches(client: Client, store: Store, settings: Settings) -> AsyncIterator[None]:
    async with (
        benefits.activities(client, store, settings) as activities,
        _worker(client, settings.batch_queue, OF_BATCHES, activities),
    ):
        yield


def _worker(
    client: Client,
    queue: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., object]],
) -> Worker:
    """Unversioned on purpose: a new worker takes over running applications at once (AUTO_UPGRADE).

    The build id is still given, because the default one hashes every loaded module at start.
    """
    build = WorkerDeploymentVersion(deployment_name="yijianshi", build_id=version("yijianshi"))
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
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
