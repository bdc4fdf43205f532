"""Whether people at windows feel that a large batch is being paid beside them.

On the embedded stack one clerk takes in changes of name and hands their licences out, and the
departments work them, one act after the other through the API: first alone, then while a run with
`--scale` beneficiaries is paid by the batch worker. What is printed is how long people waited:
`clerk_…` for what is done at the window, `act_…` for every act.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlalchemy import func, select

from activities.store.engine import Store
from activities.store.tables.benefits import BenefitRun, Entitlement
from api.run_engine import RunEngine
from bench.bundle import SAMPLE, Ours
from bench.payments import cleared, woken
from bench.running import quantile
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from deploy import temporal_setup
from deploy.embedded.stack import attached_to
from deploy.people import Json, gathered
from deploy.sample import read
from deploy.settings import load
from tests.support.payments import FEN, award
from tests.support.survival import standing

WARM_UP = 5
TIMEOUT = 60.0
PAUSE = 0.2
LOOK = 0.5


@dataclass
class Took:
    """Seconds that people waited: at the window, and everywhere."""

    clerk: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)
    applications: int = 0

    def report(self, ending: str) -> Json:
        """In ms; the key's ending says when."""
        every = {"clerk": self.clerk, "act": self.acts}
        return {
            **{
                f"{name}_p{percent}_ms{ending}": quantile(took, percent)
                for name, took in every.items()
                for percent in (50, 95)
            },
            f"applications{ending}": self.applications,
        }


async def work(ours: Ours, is_over: Callable[[], bool]) -> Took:
    """Application after application, from intake to its licence, until it is over."""
    took = Took()
    while not is_over():
        acts: list[float] = []
        await ours.one(acts)
        took.clerk += [acts[0], acts[-1]]
        took.acts += acts
        took.applications += 1
        await asyncio.sleep(PAUSE)
    return took


async def measure(home: Path, scale: int, alone: float) -> Json:
    """Alone for so many seconds, then beside the batch until that is paid."""
    settings = attached_to(load(home=home))
    assert settings is not None
    assert settings.database_url is not None
    store = Store(settings.database_url.get_secret_value(), name="bench", size=4)
    client = await temporal_setup.connect(settings)
    run = await cleared(store, award(budget={"fen": scale * FEN}), scale)
    async with httpx2.AsyncClient(base_url=settings.server_url, timeout=TIMEOUT) as http:
        ours = Ours(await gathered(store, http), read(SAMPLE), client)
        await ours.prepare()
        for _ in range(WARM_UP):
            await ours.one([])
        ends = time.monotonic() + alone
        before = await work(ours, lambda: time.monotonic() > ends)
        begun = time.monotonic()
        await woken(RunEngine(client, settings.batch_queue), run)
        paying = asyncio.create_task(_over(store, run), name="paying")
        beside = await work(ours, paying.done)
        seconds = time.monotonic() - begun
    async with store.reading() as session:
        paid = await session.scalar(
            select(func.count()).where(Entitlement.run == run, Entitlement.status == Status.PAID)
        )
    await store.close()
    await asyncio.sleep(temporal_setup.LAST_BREATH)
    return {
        **beside.report(""),
        **before.report("_alone"),
        "payments": paid,
        "seconds": round(seconds, 1),
        "payments_per_s": round((paid or 0) / seconds, 1),
    }


async def _over(store: Store, run: str) -> None:
    while True:
        async with store.reading() as session:
            phase = await session.scalar(select(BenefitRun.phase).where(BenefitRun.id == run))
        if phase == Phase.CLOSED:
            return
        await asyncio.sleep(LOOK)


def main() -> int:
    """Print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=100_000, help="payments")
    parser.add_argument("--alone", type=float, default=60.0, help="seconds without the batch")
    given = parser.parse_args()
    load_before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="window-") as folder,
        standing(Path(folder) / "data") as home,
    ):
        found = asyncio.run(measure(home, given.scale, given.alone))
    machine = {"cores": os.cpu_count(), "load_average_before": round(load_before, 2)}
    print(json.dumps({"scale": given.scale, **machine, **found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
