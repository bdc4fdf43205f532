"""The load of the peers' benchmark: the five-task matter, and one worker process that drives it.

Each peer gives a `Peer`; everything measured is measured here, the same for all of them. Nothing
here knows a framework. `bench.peers` starts this as `python -m bench.peers_…`, one step or worker a
process.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Protocol

# By environment: the address may hold a password, and anyone may read a command line.
URL_VARIABLE = "YIJIANSHI_BENCH_PEERS_URL"
FIRST = "REG"
DEPARTMENTS = ("TAX", "SI", "HPF", "SEAL")
TASKS = (FIRST, *DEPARTMENTS)


class Client(Protocol):
    """One of the concurrent clients, used by one thread, with one matter in hand at a time."""

    def start(self) -> None:
        """Return when the new matter is committed and REG waits for a person."""

    def complete(self, task: str) -> None:
        """Return when the person's decision is committed to PostgreSQL."""

    def finish(self) -> None:
        """Return when the matter has ended; untimed as an act, inside the time of the matter."""


class Peer(Protocol):
    def prepare(self, url: str) -> None:
        """Make the schema in an empty database."""

    def open(self, url: str, *, threads: int, worker: int) -> None:
        """Once in each worker process, before the clients are made."""

    def client(self) -> Client: ...

    def close(self) -> None: ...

    def ended(self, url: str) -> int:
        """How many matters PostgreSQL says have ended: the figures count only if all did."""


@dataclass(frozen=True, slots=True)
class Samples:
    started_at: float
    ended_at: float
    cpu_s: float
    acts_s: list[float]


def decision(task: str) -> dict[str, str]:
    """What the officer's command carries; the same few bytes for each peer."""
    return {"task": task, "officer": f"officer-{task}", "result": "PASS"}


def _drive(client: Client, order: random.Random) -> list[float]:
    """One matter from start to end, with the seconds each of its six acts took."""
    departments = order.sample(DEPARTMENTS, len(DEPARTMENTS))
    acts: list[Callable[[], None]] = [client.start]
    acts += [partial(client.complete, task) for task in (FIRST, *departments)]
    taken = []
    for act in acts:
        before = time.perf_counter()
        act()
        taken.append(time.perf_counter() - before)
    client.finish()
    return taken


def _await_go() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "go":
        raise SystemExit("the benchmark ended before this worker was told to go")


def _load(peer: Peer, *, matters: int, threads: int, worker: int, warm_up: int) -> Samples:
    clients = [peer.client() for _ in range(threads)]
    tickets = iter(range(matters))
    lock = threading.Lock()
    # Makes each phase use every thread, so that no connection is opened in the timed one.
    barrier = threading.Barrier(threads)

    def warm(client: Client) -> None:
        """Untimed: connections, prepared statements, lazy imports."""
        barrier.wait()
        for turn in range(warm_up):
            _drive(client, random.Random(turn))  # noqa: S311 - an order of departments, no secret

    def run(client: Client) -> list[float]:
        barrier.wait()
        taken: list[float] = []
        while True:
            with lock:
                ticket = next(tickets, None)
            if ticket is None:
                return taken
            taken += _drive(client, random.Random(f"{worker}:{ticket}"))  # noqa: S311 - as above

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(warm, clients))
        _await_go()
        started_at, cpu = time.monotonic(), time.process_time()
        acts = [act for taken in pool.map(run, clients) for act in taken]
        ended_at, cpu = time.monotonic(), time.process_time() - cpu
    return Samples(started_at, ended_at, cpu, acts)


def work(peers: Mapping[str, Peer]) -> None:
    """The command line of a peer's module."""
    parser = argparse.ArgumentParser(description="A part of bench.peers; start that instead.")
    parser.add_argument("step", choices=["prepare", "load", "ended"])
    parser.add_argument("--peer", choices=list(peers), required=True)
    parser.add_argument("--matters", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--warm-up", type=int, default=0)
    asked = parser.parse_args()
    peer, url = peers[asked.peer], os.environ[URL_VARIABLE]
    if asked.step == "prepare":
        peer.prepare(url)
        return
    if asked.step == "ended":
        sys.stdout.write(f"{json.dumps(peer.ended(url))}\n")
        return
    peer.open(url, threads=asked.threads, worker=asked.worker)
    try:
        samples = _load(
            peer,
            matters=asked.matters,
            threads=asked.threads,
            worker=asked.worker,
            warm_up=asked.warm_up,
        )
    finally:
        peer.close()
    sys.stdout.write(f"{json.dumps(asdict(samples))}\n")
