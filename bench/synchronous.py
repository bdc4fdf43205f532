"""How fast the embedded Temporal is under each way of writing its SQLite file.

Each mode gets fresh folders and the same load: small workflows of six updates, eight at a time.
Rounds alternate between the modes, so that a busy moment of the machine does not favour one.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from deploy.embedded import temporal
from deploy.embedded.ports import choose

UPDATES = 6
CONCURRENT = 8
QUEUE = "synchronous"
MODES: dict[str, tuple[str, ...]] = {
    "default": (),
    "wal_full": ("journal_mode=WAL", "synchronous=FULL"),
    "wal_normal": ("journal_mode=WAL", "synchronous=NORMAL"),
    "wal_off": ("journal_mode=WAL", "synchronous=OFF"),
}


@workflow.defn
class Small:
    """Ends after its sixth update."""

    def __init__(self) -> None:
        self._count = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self._count >= UPDATES)
        return self._count

    @workflow.update
    def act(self) -> int:
        self._count += 1
        return self._count


@dataclass
class Figures:
    """Of one mode, over its rounds."""

    rates: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        cuts = statistics.quantiles(self.acts, n=100)
        return {
            "workflows_per_s": round(statistics.median(self.rates), 1),
            "act_p50_ms": round(cuts[49] * 1000, 1),
            "act_p95_ms": round(cuts[94] * 1000, 1),
            "act_p99_ms": round(cuts[98] * 1000, 1),
            "act_max_ms": round(max(self.acts) * 1000, 1),
            "server_cpu_ms_per_workflow": round(statistics.median(self.cpu), 1),
        }


async def one(client: Client, number: int, acts: list[float]) -> None:
    """One workflow through its six updates."""
    handle = await client.start_workflow(
        Small.run, id=f"small-{number}", task_queue=QUEUE, run_timeout=timedelta(minutes=5)
    )
    for _ in range(UPDATES):
        began = time.perf_counter()
        await handle.execute_update(Small.act)
        acts.append(time.perf_counter() - began)
    await handle.result()


async def load(address: str, *, count: int) -> tuple[float, list[float]]:
    """`count` workflows, eight at a time; (workflows per second, seconds of each update)."""
    client = await _connect(address)
    acts: list[float] = []
    numbers = iter(range(count))

    async def lane() -> None:
        for number in numbers:
            await one(client, number, acts)

    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[Small],
        workflow_runner=UnsandboxedWorkflowRunner(),
        build_id="bench",
    ):
        await one(client, -1, [])
        began = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(CONCURRENT)))
        took = time.perf_counter() - began
    return count / took, acts


async def _connect(address: str) -> Client:
    for _ in range(200):
        try:
            return await Client.connect(address)
        except RuntimeError:
            await asyncio.sleep(0.05)
    message = f"no Temporal server at {address}"
    raise RuntimeError(message)


async def measure(pragmas: tuple[str, ...], figures: Figures, *, count: int) -> None:
    """One round: a server of its own on an empty folder."""
    port = choose("", fixed=None, usual=17300).port
    ui = choose("", fixed=None, usual=17400).port
    with tempfile.TemporaryDirectory() as folder:
        command = [str(temporal.binary()), "server", "start-dev", "--log-level", "never"]
        command += ["--db-filename", str(Path(folder) / "temporal.db")]
        command += ["--port", str(port), "--ui-port", str(ui)]
        for pragma in pragmas:
            command += ["--sqlite-pragma", pragma]
        server = subprocess.Popen(  # noqa: ASYNC220 -- nothing else runs yet
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            before = sum(psutil.Process(server.pid).cpu_times()[:2])
            rate, acts = await load(f"127.0.0.1:{port}", count=count)
            after = sum(psutil.Process(server.pid).cpu_times()[:2])
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    figures.rates.append(rate)
    figures.acts += acts
    figures.cpu.append((after - before) * 1000 / count)


async def main() -> None:
    """Three rounds of each mode; the last line is the result as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    scale: float = parser.parse_args().scale
    count = max(CONCURRENT, int(60 * scale))
    all_figures = {mode: Figures() for mode in MODES}
    for round_number in range(3):
        for mode, pragmas in MODES.items():
            await measure(pragmas, all_figures[mode], count=count)
            rate = all_figures[mode].rates[-1]
            print(f"round {round_number + 1} {mode}: {rate:.1f} workflows/s", flush=True)
    summaries = {mode: figures.summary() for mode, figures in all_figures.items()}
    full = summaries["wal_full"]["workflows_per_s"]
    result = {
        "bench": "synchronous",
        "scale": scale,
        "cores": os.cpu_count(),
        "workflows_per_round": count,
        "rounds": 3,
        "ratio_full_to_off": round(full / summaries["wal_off"]["workflows_per_s"], 2),
        **summaries,
    }
    print(json.dumps(result))
    # temporalio 1.35 on Python 3.11 may abort when the interpreter ends right after an RPC.
    await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(main())
