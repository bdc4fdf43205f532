"""The made-up registers over a real socket, for tests that ask them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import httpx2
import uvicorn

from activities.outside.registers.http import HttpRegisters
from activities.outside.registers.sandbox.app import create_app
from activities.outside.registers.sandbox.firms import Made, MadeFirm, made

TOKEN = "a token of the exchange"  # noqa: S105 - a test's
ON = date(2026, 11, 24)
MADE = made(ON)


@dataclass
class Exchange:
    """A running exchange and how to make trouble in it."""

    url: str
    data: Made
    http: httpx2.AsyncClient
    server: uvicorn.Server

    def registers(self, **more: object) -> HttpRegisters:
        """A client with the right token."""
        return HttpRegisters(self.url, token=TOKEN, **more)  # type: ignore[arg-type]

    def firm(self, kind: str = "limited_company") -> MadeFirm:
        """One of that kind that every register knows and that has no trouble."""
        return next(
            firm
            for firm in self.data.firms
            if firm.facts["kind"] == kind
            and not firm.absent
            and firm.facts["property_registered"] is True
            and firm.facts["legal_representative_barred"] is False
            and firm.facts["equity_frozen_or_pledged"] is False
        )

    async def trouble(self, mode: str, register: str | None = None, seconds: float = 5) -> None:
        """A register behaves so from now on; all where none is named."""
        body = {"mode": mode, "which": register, "seconds": seconds}
        answer = await self.http.post("/sandbox/trouble", json=body)
        assert answer.status_code == 204, answer.text


@asynccontextmanager
async def exchange() -> AsyncIterator[Exchange]:
    """The exchange on a port of its own."""
    config = uvicorn.Config(
        create_app(MADE, on=ON, token=TOKEN), log_config=None, lifespan="off", access_log=False
    )
    server = uvicorn.Server(config)
    # It listens already, so that whoever is early waits in line.
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
        yield Exchange(url=url, data=MADE, http=http, server=server)
    server.should_exit = True
    await serving
