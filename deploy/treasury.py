"""The treasury: the one that the settings name, and a stand-in for it as a process."""

import asyncio

import uvicorn

from activities.outside.payments.http import HttpTreasury
from activities.outside.payments.sandbox.app import create_app
from activities.outside.payments.sandbox.book import Book
from activities.outside.payments.treasury import NoTreasury, Treasury
from deploy import telemetry
from deploy.embedded import ports
from deploy.embedded.stack import TREASURY_PORT
from deploy.settings import Settings


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises Trouble where the port is busy."""
    port = settings.treasury_port or TREASURY_PORT
    ports.choose("YIJIANSHI_TREASURY_PORT", fixed=port, usual=port)
    telemetry.configure_logging(settings)
    book = Book(settings.home / "treasury" / "book.sqlite")
    config = uvicorn.Config(
        create_app(book, token=token(settings)),
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    asyncio.run(uvicorn.Server(config).serve())
    book.close()


def connected(settings: Settings) -> Treasury:
    """The treasury that the settings name; where they name none, nothing can be paid."""
    if settings.treasury_url is None:
        return NoTreasury()
    return HttpTreasury(settings.treasury_url, token=token(settings))


def token(settings: Settings) -> str:
    """What both sides know; empty where the settings have none."""
    return settings.treasury_token.get_secret_value() if settings.treasury_token else ""
