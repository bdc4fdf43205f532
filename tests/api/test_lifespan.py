"""The application's end: whatever runs beside the requests stops with it."""

import asyncio
from dataclasses import replace

import pytest

from api.app import create_app
from api.services import Services
from tests.support.api import World


class Stubborn:
    """An engine that takes the first cancellation for an answer, as Temporal's SDK does."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.swallowed = 0

    async def settle(self) -> None:
        self.asked.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.swallowed += 1
            if self.swallowed > 1:
                raise


@pytest.mark.timeout(30)
class TestLifespan:
    async def test_a_swallowed_cancellation_does_not_hold_up_the_end(self, desk: World) -> None:
        engine = Stubborn()
        services: Services = replace(
            desk.services,
            engine=engine,  # type: ignore[arg-type] - asked for no more than this
            recover_every=0.01,
        )
        app = create_app(services)
        async with app.router.lifespan_context(app):
            await engine.asked.wait()
        assert engine.swallowed == 2
