"""The embedded PostgreSQL and Temporal themselves: started, killed, started again."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.embedded import lock, ports, postgres, temporal
from deploy.embedded.processes import Child, Spec, spawn, stop, tail
from deploy.embedded.temporal import Temporal

pytestmark = pytest.mark.stack


def begin(spec: Spec, home: Path) -> Child:
    child = spawn(spec, logs=home / "log")
    deadline = time.monotonic() + 60
    while not spec.is_ready():
        assert child.is_running(), tail(child.log)
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return child


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lock.prepare(tmp_path)
    return tmp_path


@pytest.fixture
def started(home: Path) -> Iterator[Callable[[Spec], Child]]:
    children: list[Child] = []

    def run(spec: Spec) -> Child:
        children.append(begin(spec, home))
        return children[-1]

    yield run
    for child in children:
        stop(child)


class TestPostgres:
    def test_what_was_committed_survives_kill_9(
        self, home: Path, started: Callable[[Spec], Child]
    ) -> None:
        server = postgres.prepare(home)
        spec = postgres.spec(server, environment=dict(os.environ))
        url = server.url.replace("+psycopg", "")
        first = started(spec)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE act (id int)")
            connection.execute("INSERT INTO act VALUES (7)")
        os.kill(first.pid, signal.SIGKILL)
        first.process.wait()
        # Orphaned backends hold the shared memory for a moment; the supervisor would try again.
        time.sleep(1)
        assert postgres.prepare(home) == server
        started(spec)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT id FROM act").fetchall() == [(7,)]

    def test_it_is_durable_and_deaf_to_the_network(
        self, home: Path, started: Callable[[Spec], Child]
    ) -> None:
        server = postgres.prepare(home)
        started(postgres.spec(server, environment=dict(os.environ)))
        with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
            for name, value in {
                "fsync": "on",
                "synchronous_commit": "on",
                "full_page_writes": "on",
                "listen_addresses": "",
            }.items():
                assert connection.execute(f"SHOW {name}".encode()).fetchone() == (value,)
        assert server.sockets.stat().st_mode & 0o077 == 0

    def test_a_long_path_gets_a_short_socket(self, tmp_path: Path) -> None:
        home = tmp_path / ("长" * 40)
        lock.prepare(home)
        server = postgres.prepare(home)
        assert len(os.fsencode(server.sockets)) < 90
        child = begin(postgres.spec(server, environment=dict(os.environ)), home)
        stop(child)
        server.sockets.rmdir()


class TestTemporal:
    def test_it_comes_back_on_the_same_port_after_kill_9(
        self, home: Path, started: Callable[[Spec], Child]
    ) -> None:
        port = ports.choose("", fixed=None, usual=17233).port
        ui = ports.choose("", fixed=None, usual=18233, taken=frozenset({port})).port
        server = Temporal(home, port, ui, "hall", time_skipping=True, search_attributes=("A=Int",))
        (home / "temporal").mkdir()
        spec = temporal.spec(server, environment=dict(os.environ))
        first = started(spec)
        assert temporal.skips_time(first.pid)
        os.kill(first.pid, signal.SIGKILL)
        first.process.wait()
        assert not temporal.is_ready(server.ui, namespace="hall")
        started(spec)
        assert temporal.is_healthy(server.address)
