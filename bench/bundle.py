"""What a company change costs, beside a bare Temporal workflow with as many updates.

Both run on the same embedded stack in the same run, eight at a time, in alternating rounds: (a) our
change of name with its linked matters through the public API, every act checked, recorded and
answered; (b) `bench.bare`, without register, checks or documents. `--peers` adds (c), the engines
of `bench.peers`, in their own processes on a PostgreSQL of their own.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2
import psutil
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.store.engine import Store
from bench.bare import Asked, BareWorkflow
from definitions.language.roles import Role
from deploy.embedded import lock
from deploy.people import Declined, Json, People, Person, gathered
from deploy.sample import Sample, read

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "deploy" / "samples" / "name-change.json"
SCAN = (ROOT / "deploy" / "samples" / "scan.pdf").read_bytes()
QUEUE = "bare"
# A task that opens when another organ's documents are made is there a moment later.
RETRY = 0.015
NOT_THERE = 404
READY_SECONDS = 60


@dataclass
class Figures:
    """Of one of the two, over its rounds."""

    seconds: list[float] = field(default_factory=list)
    bundles: int = 0
    act_seconds: list[float] = field(default_factory=list)
    worker_cpu: float = 0.0
    rates: list[float] = field(default_factory=list)

    def report(self) -> Json:
        """Throughput, latency in ms, and CPU of the worker process per act."""
        acts = sorted(self.act_seconds)
        return {
            "bundles_per_s": round(self.bundles / sum(self.seconds), 2),
            "bundles_per_s_of_rounds": [round(rate, 2) for rate in self.rates],
            "acts_per_s": round(len(acts) / sum(self.seconds), 1),
            **{f"act_p{p}_ms": round(_quantile(acts, p) * 1000, 1) for p in (50, 95, 99)},
            "worker_cpu_ms_per_act": round(self.worker_cpu / len(acts) * 1000, 2),
        }


class Ours:
    """(a): one company change after another, through the API, as seven departments and a window."""

    steps = (
        ("REG.review", Role.OFFICER, "market_regulation", "pass"),
        ("REG.decide", Role.APPROVER, "market_regulation", "grant"),
        ("TAX.decide", Role.OFFICER, "tax", "grant"),
        ("SI.decide", Role.OFFICER, "human_resources", "grant"),
        ("HPF.decide", Role.OFFICER, "housing_fund", "grant"),
        ("LIC_FACE.decide", Role.OFFICER, "market_regulation", "grant"),
        ("SEAL.decide", Role.OFFICER, "public_security", "grant"),
        ("BANK.decide", Role.OFFICER, "bank", "grant"),
    )

    def __init__(self, people: People, sample: Sample, client: Client) -> None:
        self._people = people
        self._sample = sample
        self._client = client
        self._body: Json = {}
        self.last = ""

    @property
    def clerk(self) -> Person:
        """The window."""
        return self._people.post(Role.WINDOW_CLERK)

    @property
    def acts(self) -> int:
        """Acts of one application: its start, each department's, and handing out the licence."""
        return 1 + len(self.steps) + 1

    async def prepare(self) -> None:
        """What every application hands in: uploaded once, the cost of scanning is not ours."""
        body: Json = {
            "service": "company_change",
            # A sample firm with social insurance, housing fund and an account; no food licence.
            "firm_code": "91310117MA1JCD568K",
            "answers": {"changes": ["name"], "paper_licence": "held", "filed_by": "agent"},
            "form": self._sample.form,
        }
        plan = (await self.clerk.act("/guidance", body))["plan"]
        file = await self.clerk.upload("scan.pdf", SCAN)
        asked = [m for m in plan["materials"] if not m["waived_by"] and not m["produced_by"]]
        body["materials"] = {m["code"]: {"received": True, "files": [file]} for m in asked}
        self._body = body

    async def one(self, took: list[float]) -> None:
        """One application from intake to its licence handed out."""
        number = (await _timed(took, lambda: self.clerk.act("/bundles", self._body)))["number"]
        for task, role, department, outcome in self.steps:
            person = self._people.post(role, department)
            path = f"/tasks/{number}.{task}/complete"
            await self._until_there(took, person, path, {"outcome": outcome})
        path = f"/documents/{number}.LIC_FACE.business_licence/deliver"
        await self._until_there(took, self.clerk, path, {})
        self.last = number

    async def history_events(self) -> int:
        """Events in the history of the last application."""
        handle = self._client.get_workflow_handle(self.last)
        return len((await handle.fetch_history()).events)

    async def _until_there(self, took: list[float], person: Person, path: str, body: Json) -> None:
        while True:
            started = time.perf_counter()
            try:
                await person.act(path, body)
            except Declined as declined:
                if declined.problem["status"] != NOT_THERE:
                    raise
                await asyncio.sleep(RETRY)
            else:
                took.append(time.perf_counter() - started)
                return


class Bare:
    """(b): the same number of updates on a workflow that does nothing."""

    def __init__(self, client: Client, updates: int) -> None:
        self._client = client
        self._updates = updates
        self._serial = 0

    async def one(self, took: list[float]) -> None:
        """Start, every update in turn, and the end."""
        self._serial += 1
        name = f"bare-{os.getpid()}-{self._serial}"
        started = time.perf_counter()
        handle = await self._client.start_workflow(
            BareWorkflow.run, self._updates, id=name, task_queue=QUEUE
        )
        took.append(time.perf_counter() - started)
        for n in range(self._updates):
            asked = Asked(key=f"{name}-{n}", task="task", outcome="grant")
            started = time.perf_counter()
            await handle.execute_update(BareWorkflow.act, asked, id=asked.key)
            took.append(time.perf_counter() - started)
        await handle.result()


async def measure(scale: int, concurrency: int, rounds: int, home: Path) -> Json:
    """Both.

    In alternating rounds of `scale` applications, after a warm-up of one round's eighth.
    """
    running = _running(home)
    client = await Client.connect(running.temporal_address, data_converter=pydantic_data_converter)
    store = Store(running.database_url, name="bench", size=1)
    limits = httpx2.Limits(max_connections=concurrency * 2)
    url = f"http://{running.host}:{running.port}"
    async with httpx2.AsyncClient(base_url=url, timeout=30, limits=limits) as http:
        ours = Ours(await gathered(store, http), read(SAMPLE), client)
        await ours.prepare()
        bare = Bare(client, ours.acts - 1)
        with _bare_worker(running.temporal_address, home) as process:
            pids = {"ours": running.processes["worker"], "bare": process.pid}
            found = {"ours": Figures(), "bare": Figures()}
            for measured in (False, *[True] * rounds):
                for name, one in (("ours", ours.one), ("bare", bare.one)):
                    count = scale if measured else max(concurrency, scale // 8)
                    figures = found[name] if measured else Figures()
                    await _round(figures, one, count, concurrency, psutil.Process(pids[name]))
        events = await ours.history_events()
    await store.close()
    ratio = found["ours"].report()["bundles_per_s"] / found["bare"].report()["bundles_per_s"]
    return {
        **found["ours"].report(),
        "acts_per_bundle": ours.acts,
        "history_events_per_bundle": events,
        "ratio_to_bare": round(ratio, 3),
        "bare": found["bare"].report(),
    }


async def _round(
    figures: Figures,
    one: Callable[[list[float]], Awaitable[None]],
    count: int,
    concurrency: int,
    worker: psutil.Process,
) -> None:
    left = iter(range(count))

    async def client() -> None:
        for _ in left:
            await one(figures.act_seconds)

    cpu, started = _cpu(worker), time.perf_counter()
    await asyncio.gather(*(client() for _ in range(concurrency)))
    seconds = time.perf_counter() - started
    figures.seconds.append(seconds)
    figures.rates.append(count / seconds)
    figures.bundles += count
    figures.worker_cpu += _cpu(worker) - cpu


T = TypeVar("T")


async def _timed(took: list[float], call: Callable[[], Awaitable[T]]) -> T:
    started = time.perf_counter()
    answer = await call()
    took.append(time.perf_counter() - started)
    return answer


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _quantile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _running(home: Path) -> lock.Running:
    running = lock.running(home)
    assert running is not None
    return running


@contextmanager
def _bare_worker(address: str, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    ready = home / "bare.ready"
    command = [sys.executable, "-m", "bench.bare", address, "default", QUEUE, str(ready)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        _until(ready.exists)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def _stack(home: Path) -> Iterator[None]:
    command = [sys.executable, "-P", "-m", "deploy.main", "--home", str(home), "up"]
    with (home / "up.log").open("wb") as log, subprocess.Popen(command, stdout=log) as process:
        try:
            _until(lambda: "已就绪" in (home / "up.log").read_text(encoding="utf-8"))
            yield
        finally:
            process.send_signal(signal.SIGINT)


def _until(is_there: Callable[[], bool]) -> None:
    end = time.monotonic() + READY_SECONDS
    while not is_there():
        assert time.monotonic() < end, "not ready in time"
        time.sleep(0.1)


def _peers(scale: int) -> Json:
    command = [sys.executable, "-m", "bench.peers", "--scale", str(scale)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    report: Json = json.loads(done.stdout.splitlines()[-1])
    return report


def main() -> None:
    """Print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=60, help="applications a round")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", action="store_true", help="measure the other engines too")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        home = Path(folder)
        with _stack(home):
            found = asyncio.run(measure(given.scale, given.concurrency, given.rounds, home))
    if given.peers:
        found["peers"] = _peers(given.scale)
    machine = {"cores": os.cpu_count(), "load_average_before": round(load, 2)}
    print(json.dumps({"scale": given.scale, "rounds": given.rounds, **machine, **found}))


if __name__ == "__main__":
    main()
