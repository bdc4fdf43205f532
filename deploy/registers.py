"""The stand-in for the registers as a process: made-up firms for demonstrations and tests."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import uvicorn
from pydantic import TypeAdapter

from activities.outside.registers.http import HttpRegisters
from activities.outside.registers.sandbox.app import create_app
from activities.outside.registers.sandbox.facts import FactDesk
from activities.outside.registers.sandbox.firms import MadeFirm, made
from definitions.policy_loading import load_facts
from definitions.rules.calendar import local_day
from deploy import facts, telemetry
from deploy.embedded import ports
from deploy.embedded.stack import REGISTERS_PORT
from deploy.seed import FIRMS
from deploy.settings import Settings

_SAMPLES = TypeAdapter(tuple[MadeFirm, ...])


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises Trouble where the port is busy."""
    port = settings.registers_port or REGISTERS_PORT
    ports.choose("YIJIANSHI_REGISTERS_PORT", fixed=port, usual=port)
    telemetry.configure_logging(settings)
    on = local_day(datetime.now(UTC))
    desk = FactDesk(facts.sample_subjects(load_facts()), lambda: local_day(datetime.now(UTC)))
    app = create_app(made(on, more=samples()), on=on, token=token(settings), facts=desk)
    config = uvicorn.Config(
        app, port=port, log_config=None, access_log=False, server_header=False, lifespan="off"
    )
    asyncio.run(uvicorn.Server(config).serve())


def samples() -> Iterable[MadeFirm]:
    """The sample firms, as they are loaded at the first start."""
    return _SAMPLES.validate_json(FIRMS.read_bytes())


def connected(settings: Settings) -> HttpRegisters | None:
    """The registers that the settings name."""
    if settings.registers_url is None:
        return None
    return HttpRegisters(settings.registers_url, token=token(settings))


def token(settings: Settings) -> str:
    """What both sides know; empty where the settings have none."""
    return settings.registers_token.get_secret_value() if settings.registers_token else ""
