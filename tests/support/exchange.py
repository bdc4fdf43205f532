"""The made-up registers over a real socket, for tests that ask them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import httpx2

from activities.outside.registers.http import HttpRegisters
from activities.outside.registers.sandbox.app import create_app
from activities.outside.registers.sandbox.firms import Made, MadeFirm, made
from tests.support.serving import serving
from tests.support.waiting import PATIENCE

TOKEN = "a token of the exchange"  # noqa: S105 - a test's
ON = date(2026, 11, 24)
MADE = made(ON)


@dataclass
class Exchange:
    """A running exchange and how to make trouble in it."""

    url: str
    data: Made
    http: httpx2.AsyncClient

    def registers(self, **more: object) -> HttpRegisters:
        """A client with the right token, and more patience than a window's."""
        given: dict[str, object] = {"token": TOKEN, "timeout": PATIENCE, **more}
        return HttpRegisters(self.url, **given)  # type: ignore[arg-type]

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

    async def trouble(self, mode: str, register: str | None = None) -> None:
        """A register behaves so from now on; all where none is named."""
        body = {"mode": mode, "which": register, "seconds": 60}
        answer = await self.http.post("/sandbox/trouble", json=body)
        assert answer.status_code == 204, answer.text


@asynccontextmanager
async def exchange() -> AsyncIterator[Exchange]:
    """The exchange on a port of its own."""
    app = create_app(MADE, on=ON, token=TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        serving(app) as url,
        httpx2.AsyncClient(
            base_url=url, headers=headers, timeout=PATIENCE, trust_env=False
        ) as http,
    ):
        yield Exchange(url=url, data=MADE, http=http)
