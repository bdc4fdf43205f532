"""A whole stack under load while its processes are killed: for `tests/deploy` and `bench`.

Clients work through the public API as real ones do, each on one application at a time. Meanwhile
one process after the other gets SIGKILL, spread over the run at random moments, and the supervisor
brings it back.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
import psycopg
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.store.engine import Store
from deploy.embedded import lock, ports, temporal
from deploy.embedded.stack import answers
from deploy.journey import Journey
from deploy.people import TIMEOUT, Exchange, People, gathered
from deploy.sample import Sample, read
from deploy.settings import PREFIX
from tests.support.stack import stack
from tests.support.survival_checks import Findings, examined, existing

SAMPLES = Path(__file__).parent.parent.parent / "deploy" / "samples"
CHANGES = ("name-change", "address-change", "legal-representative-change")
PARTS = ("worker", "server", "postgres", "temporal")
# One of PostgreSQL's own processes: it then ends every connection and recovers.
BACKEND = "backend"
CLIENTS = 8
# Fewer than any sample has, so that the last kill falls well before the end.
ACTS = 7
PATIENCE = 90.0
BACK = 60.0
LOOK = 0.02


@dataclass(frozen=True, slots=True)
class Kill:
    """One process killed, and how long until its successor answered."""

    part: str
    after: float
    recovery_ms: float


@dataclass
class Heard:
    """What clients were told. `contradictions` are answers that the register's order rules out."""

    acts: list[Exchange] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def __call__(self, exchange: Exchange) -> None:
        """An act, or a look at an application that must show every act answered before."""
        answer = exchange.answer
        if exchange.act is not None and "number" in answer:
            self.acts.append(exchange)
            self._seen[answer["number"]] = max(self._last(answer), answer.get("seq") or 0)
        elif exchange.path.startswith("/bundles/") and "version" in answer:
            if answer["version"] < self._last(answer):
                told = f"{answer['number']}: {answer['version']} after {self._last(answer)}"
                self.contradictions.append(told)
            self._seen[answer["number"]] = max(self._last(answer), answer["version"])

    def _last(self, answer: dict[str, Any]) -> int:
        return self._seen.get(answer["number"], 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    summaries: dict[str, list[dict[str, Any]]]
    heard: Heard
    kills: list[Kill]
    seconds: float
    findings: Findings
    seed: int

    def report(self) -> dict[str, Any]:
        """The figures, as the benchmark prints them."""
        acts = self.heard.acts
        return {
            "bundles": sum(map(len, self.summaries.values())),
            "acts": len(acts),
            "kills": dict(Counter(kill.part for kill in self.kills)),
            "seconds": round(self.seconds, 1),
            "acts_retried": sum(act.tries > 1 for act in acts),
            **{name: len(found) for name, found in asdict(self.findings).items()},
            "contradictions": len(self.heard.contradictions),
            "slowest_recovery_ms": max((round(kill.recovery_ms) for kill in self.kills), default=0),
            "slowest_act_ms": max((round(act.seconds * 1000) for act in acts), default=0),
            "seed": self.seed,
        }


@contextmanager
def standing(home: Path) -> Iterator[Path]:
    """A stack on this data folder, on ports of its own; gives the folder back."""
    names = ("PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT", "METRICS_PORT")
    free = (str(port) for port in _free_ports(len(names)))
    with stack(home, **{PREFIX + name: port for name, port in zip(names, free, strict=True)}):
        yield home


class Killer:
    """Kills the parts given, one after the other, while `progress` goes from 0 to 1."""

    def __init__(
        self, home: Path, parts: Sequence[str], *, seed: int, progress: Callable[[], float]
    ) -> None:
        self._home = home
        self._parts = parts
        self._chance = random.Random(seed)  # noqa: S311 - a run that can be repeated
        self._progress = progress
        self._begun = time.monotonic()
        self.kills: list[Kill] = []

    async def run(self) -> None:
        """Until every kill was made and every part is back."""
        for place, part in enumerate(self._parts):
            moment = (place + self._chance.random()) / len(self._parts)
            while self._progress() < moment:  # noqa: ASYNC110 - a look is all there is
                await asyncio.sleep(LOOK)
            await asyncio.sleep(self._chance.random() * 0.3)
            await self._kill(part)

    async def _kill(self, part: str) -> None:
        name = "postgres" if part == BACKEND else part
        before = self._running.processes[name]
        pid = await asyncio.to_thread(self._backend) if part == BACKEND else before
        begun = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        while not await asyncio.to_thread(self._is_back, name, pid):
            assert time.monotonic() - begun < BACK, f"{part} did not come back"
            await asyncio.sleep(LOOK)
        recovery = (time.monotonic() - begun) * 1000
        self.kills.append(Kill(part, round(begun - self._begun, 1), recovery))

    def _is_back(self, name: str, killed: int) -> bool:
        running = self._running
        if psutil.pid_exists(killed) or running.processes.get(name) in {None, killed}:
            return False
        match name:
            case "worker" | "batch":
                ready = self._home / "run" / f"{name}.ready"
                return ready.exists() and ready.read_text() == f"{running.processes[name]}\n"
            case "server":
                return answers(f"http://{running.host}:{running.port}/healthz")
            case "treasury":
                return answers(f"{running.treasury_url}/healthz")
            case "temporal":
                return temporal.is_ready(running.temporal_ui or "", namespace="default")
            case _:
                return self._database_answers()

    def _database_answers(self) -> bool:
        try:
            with psycopg.connect(self._url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _backend(self) -> int:
        """A connection of the worker, or of the server where the worker has none."""
        query = (
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'yijianshi-%' "
            "ORDER BY application_name DESC, query_start DESC LIMIT 1"
        )
        with psycopg.connect(self._url) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    @property
    def _running(self) -> lock.Running:
        return where(self._home)

    @property
    def _url(self) -> str:
        return self._running.database_url.replace("+psycopg", "", 1)


def where(home: Path) -> lock.Running:
    """Where everything is now."""
    found = lock.running(home)
    assert found is not None, "the supervisor is gone"
    return found


async def survive(
    home: Path, *, samples: Sequence[str], bundles: int, parts: Sequence[str], seed: int
) -> Outcome:
    """`bundles` applications of the samples in turn, while `parts` are killed in that order."""
    running = where(home)
    client = await Client.connect(running.temporal_address, data_converter=pydantic_data_converter)
    url = running.database_url
    store, known = Store(url, name="survival", size=2), await asyncio.to_thread(existing, url)
    heard = Heard()
    killer = Killer(home, parts, seed=seed, progress=lambda: len(heard.acts) / (bundles * ACTS))
    limits = httpx2.Limits(max_connections=CLIENTS * 2)
    api = f"http://{running.host}:{running.port}"
    begun = time.monotonic()
    async with httpx2.AsyncClient(base_url=api, timeout=TIMEOUT, limits=limits) as http:
        people = await gathered(store, http, patience=PATIENCE, heard=heard)
        plan = [samples[n % len(samples)] for n in range(bundles)]
        summaries, _ = await _all(_worked_off(plan, people, client), killer.run())
    seconds = time.monotonic() - begun
    await store.close()
    findings = await asyncio.to_thread(
        lambda: examined(home, url, heard.acts, ours=_numbers(summaries), known=known)
    )
    await asyncio.sleep(0.25)
    return Outcome(summaries, heard, killer.kills, seconds, findings, seed)


async def _worked_off(
    plan: Sequence[str], people: People, client: Client
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in plan}
    samples = {name: read(SAMPLES / f"{name}.json") for name in found}
    left = iter(plan)

    async def desk() -> None:
        for name in left:
            found[name].append(await _one(samples[name], people, client))

    await _all(*(desk() for _ in range(CLIENTS)))
    return found


async def _one(sample: Sample, people: People, client: Client) -> dict[str, Any]:
    return await Journey(sample, people, client, lambda _step: None).run()


async def _all(*work: Awaitable[Any]) -> list[Any]:
    """Like `gather`, but the first failure ends the others: nobody waits for a lost run."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


def _numbers(summaries: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [summary["number"] for found in summaries.values() for summary in found]


def _free_ports(count: int) -> list[int]:
    """Below those that outgoing connections take, or one could be gone when its server restarts."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(20000, 30000)
        if port not in found and ports.is_free(port):
            found.append(port)
    return found
