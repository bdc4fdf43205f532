"""The stand-in for departments' own systems as a process, for demonstrations and tests.

It is one of the hall's neighbours: it knows the hall's address, and of its connections what their
departments would know, from a file that seeding leaves in the data folder.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import uvicorn
from pydantic import TypeAdapter

from activities.outside.departments.sandbox.answering import Answering
from activities.outside.departments.sandbox.app import create_app
from activities.outside.departments.sandbox.behaviour import Credentials
from activities.outside.departments.sandbox.book import Book
from deploy import telemetry
from deploy.embedded import ports
from deploy.embedded.stack import DEPARTMENTS_PORT
from deploy.settings import Settings

CREDENTIALS = "departments.json"
_CREDENTIALS = TypeAdapter(dict[str, Credentials])
_TIMEOUT = 20.0


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises Trouble where the port is busy."""
    port = settings.departments_port or DEPARTMENTS_PORT
    ports.choose("YIJIANSHI_DEPARTMENTS_PORT", fixed=port, usual=port)
    telemetry.configure_logging(settings)
    asyncio.run(_run(settings, port))


async def _run(settings: Settings, port: int) -> None:
    book = Book(settings.home / "departments" / "book.sqlite")
    for department, credentials in known(settings.home).items():
        book.connect(department, credentials, anew=False)
    given = settings.departments_token
    hall = httpx2.AsyncClient(base_url=settings.server_url, timeout=_TIMEOUT, trust_env=False)
    async with hall:
        answering = Answering(book, hall, now=_now)
        token = given.get_secret_value() if given else ""
        app = create_app(book, answering, token=token, now=_now)
        config = uvicorn.Config(
            app, port=port, log_config=None, access_log=False, server_header=False, lifespan="off"
        )
        work = asyncio.create_task(answering.forever(), name="answering")
        await uvicorn.Server(config).serve()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    book.close()


def known(home: Path) -> dict[str, Credentials]:
    """What seeding left for the departments' systems, by department."""
    file = home / CREDENTIALS
    return _CREDENTIALS.validate_json(file.read_bytes()) if file.exists() else {}


def leave(home: Path, department: str, credentials: Credentials) -> None:
    """Leave a department what it would be told by its administrator. Only the operator reads it."""
    every = {**known(home), department: credentials}
    file = home / CREDENTIALS
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600, exist_ok=True)
    draft.write_bytes(_CREDENTIALS.dump_json(every, indent=1))
    draft.replace(file)


def _now() -> datetime:
    return datetime.now(UTC)
