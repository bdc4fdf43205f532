"""What the embedded stack consists of, and the order of its parts.

Each part is left out where the settings name an external one; everything else is the same, so
worker and server never know whether their servers are embedded.
"""

import contextlib
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from pydantic import SecretStr

from deploy.embedded import leftovers, lock, ports, postgres, temporal
from deploy.embedded.postgres import Postgres
from deploy.embedded.processes import Spec
from deploy.embedded.supervisor import Supervisor
from deploy.embedded.temporal import Temporal
from deploy.settings import DEFAULT_PORT, Settings, environment
from deploy.trouble import Exit, Trouble

TEMPORAL_PORT = 7233
REGISTERS_PORT = 8090
DEPARTMENTS_PORT = 8091
TREASURY_PORT = 8092
_TEMPORAL_UI_PORT = 8233
_METRICS_PORT = 9464


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A supervisor with its servers ready; `settings` say where everything is.

    `registers`, `departments`, `treasury`: made-up ones belong to it, because the settings name no
    others.
    """

    supervisor: Supervisor
    settings: Settings
    temporal_ui: str | None
    registers: bool = False
    departments: bool = False
    treasury: bool = False

    def serve(self) -> None:
        """Workers, server and what is made up together: none needs another to start."""
        parts = [_worker(self.settings), _batch(self.settings), _server(self.settings)]
        if self.registers:
            parts.append(_registers(self.settings))
        if self.departments:
            parts.append(_departments(self.settings))
        if self.treasury:
            parts.append(_treasury(self.settings))
        self.supervisor.start(*parts)

    def demo(self, file: Path, *, as_json: bool = False) -> int:
        """Run one sample in the user's terminal, as another process; returns its exit code."""
        options = ("--json",) if as_json else ()
        return self._attached("demo", str(file.absolute()), *options)

    def day(self) -> int:
        """Take the sample day in, as another process; returns its exit code."""
        return self._attached("day")

    def _attached(self, *command: str) -> int:
        return self.supervisor.run_attached(
            (*_command(self.settings), *command), environment=environment(self.settings)
        )


@contextlib.contextmanager
def servers(
    settings: Settings,
    *,
    say: Callable[[str], None],
    search_attributes: tuple[str, ...] = (),
    with_temporal: bool = True,
) -> Iterator[Stack]:
    """PostgreSQL and Temporal, ready, under the lock of the data folder; stopped at the end."""
    home = settings.home
    lock.prepare(home)
    with lock.held(home):
        _tidy(home, say)
        database = None if settings.database_url else postgres.prepare(home)
        engine = None
        if with_temporal and settings.temporal_address is None:
            engine = _temporal(settings, search_attributes, say)
        found = _settled(settings, database, engine, say)
        ui = engine.ui if engine else None
        supervisor = Supervisor(
            home / "log", say=say, changed=lambda: _publish(found, ui, supervisor)
        )
        try:
            with supervisor.listening():
                _start(supervisor, found, database, engine)
                yield Stack(
                    supervisor=supervisor,
                    settings=found,
                    temporal_ui=ui,
                    registers=settings.registers_url is None,
                    departments=settings.departments_url is None,
                    treasury=settings.treasury_url is None,
                )
        finally:
            lock.withdraw(home)


def attached_to(settings: Settings) -> Settings | None:
    """Settings of what already runs: on this data folder, or outside; None when nothing does.

    A child of the supervisor has been told everything and need not look.
    """
    outside = settings.database_url is not None and settings.temporal_address is not None
    if outside and settings.port is not None:
        return settings
    running = lock.running(settings.home)
    if running is not None:
        return settings.having(
            database_url=running.database_url,
            temporal_address=running.temporal_address,
            port=running.port,
            registers=_running(
                settings.registers_url, running.registers_url, running.registers_token
            ),
            treasury=_running(settings.treasury_url, running.treasury_url, running.treasury_token),
        ).model_copy(update={"host": running.host})
    if lock.is_held(settings.home):
        message = "另一个 yijianshi up 正在启动，请稍后再试。"
        raise Trouble(message, code=Exit.ALREADY_RUNNING)
    return settings if outside else None


def _running(named: str | None, address: str | None, token: str) -> tuple[str, str, int] | None:
    """A made-up neighbour that runs; None where the settings name another."""
    if named is not None or address is None:
        return None
    port = urllib.parse.urlsplit(address).port
    assert port is not None
    return address, token, port


def _tidy(home: Path, say: Callable[[str], None]) -> None:
    stopped = leftovers.clear(home)
    if stopped:
        say(f"上次运行未正常结束，已停止遗留的进程：{'、'.join(stopped)}。")


def _start(
    supervisor: Supervisor, settings: Settings, database: Postgres | None, engine: Temporal | None
) -> None:
    inherited = environment(settings)
    parts: list[Spec] = []
    if database is not None:
        parts.append(postgres.spec(database, environment=inherited))
    if engine is not None:
        parts.append(temporal.spec(engine, environment=inherited))
    supervisor.start(*parts)
    if engine is not None:
        temporal.keep_history(engine)


def _temporal(
    settings: Settings, search_attributes: tuple[str, ...], say: Callable[[str], None]
) -> Temporal:
    port = _port("TEMPORAL_PORT", settings.temporal_port, usual=TEMPORAL_PORT, say=say)
    ui = _port(
        "TEMPORAL_UI_PORT",
        settings.temporal_ui_port,
        usual=_TEMPORAL_UI_PORT,
        taken=frozenset({port}),
        say=say,
    )
    (settings.home / "temporal").mkdir(mode=0o700, exist_ok=True)
    return Temporal(
        settings.home,
        port,
        ui,
        settings.temporal_namespace,
        settings.time_skipping,
        search_attributes,
    )


def _settled(
    settings: Settings,
    database: Postgres | None,
    engine: Temporal | None,
    say: Callable[[str], None],
) -> Settings:
    taken = frozenset({engine.port, engine.ui_port} if engine else ())
    port = _port(
        "PORT", settings.port, usual=DEFAULT_PORT, host=settings.host, taken=taken, say=say
    )
    metrics = ports.choose(
        "YIJIANSHI_METRICS_PORT",
        fixed=settings.metrics_port,
        usual=_METRICS_PORT,
        taken=taken | {port},
    )
    taken |= {port, metrics.port}
    registers = _made_up(settings, "registers", REGISTERS_PORT, taken, say=say)
    taken |= {registers[2]} if registers else frozenset()
    departments = _made_up(settings, "departments", DEPARTMENTS_PORT, taken, say=say)
    taken |= {departments[2]} if departments else frozenset()
    return settings.having(
        database_url=database.url if database else None,
        temporal_address=engine.address if engine else None,
        port=port,
        metrics_port=metrics.port,
        registers=registers,
        departments=departments,
        treasury=_made_up(settings, "treasury", TREASURY_PORT, taken, say=say),
    )


def _made_up(
    settings: Settings, name: str, usual: int, taken: frozenset[int], *, say: Callable[[str], None]
) -> tuple[str, str, int] | None:
    """Address, token and port of a made-up neighbour; None where the settings name another."""
    if getattr(settings, f"{name}_url") is not None:
        return None
    fixed = getattr(settings, f"{name}_port")
    port = _port(f"{name.upper()}_PORT", fixed, usual=usual, taken=taken, say=say)
    given = getattr(settings, f"{name}_token")
    token = given.get_secret_value() if given else secrets.token_urlsafe(24)
    return f"http://127.0.0.1:{port}", token, port


def _port(
    name: str,
    fixed: int | None,
    *,
    usual: int,
    say: Callable[[str], None],
    host: str = "127.0.0.1",
    taken: frozenset[int] = frozenset(),
) -> int:
    choice = ports.choose(f"YIJIANSHI_{name}", fixed=fixed, usual=usual, host=host, taken=taken)
    if choice.moved:
        say(f"端口 {usual} 已被占用，改用 {choice.port}（可用 YIJIANSHI_{name} 指定）。")
    return choice.port


def _publish(settings: Settings, ui: str | None, supervisor: Supervisor) -> None:
    database = settings.database_url.get_secret_value() if settings.database_url else ""
    lock.publish(
        settings.home,
        lock.Running(
            supervisor=os.getpid(),
            started_at=time.time(),
            database_url=database,
            temporal_address=settings.temporal_address or "",
            temporal_ui=ui,
            host=settings.host,
            port=settings.port or DEFAULT_PORT,
            metrics_port=settings.metrics_port,
            registers_url=settings.registers_url,
            registers_token=_secret(settings.registers_token),
            departments_url=settings.departments_url,
            departments_token=_secret(settings.departments_token),
            treasury_url=settings.treasury_url,
            treasury_token=_secret(settings.treasury_token),
            processes=supervisor.pids,
        ),
    )


def _secret(given: SecretStr | None) -> str:
    return given.get_secret_value() if given else ""


def _worker(settings: Settings) -> Spec:
    return _polling("worker", "工作进程", settings)


def _batch(settings: Settings) -> Spec:
    # The port of metrics is the other worker's.
    own = settings.model_copy(update={"metrics_port": None})
    return _polling("batch", "批量进程", own)


def _polling(name: str, title: str, settings: Settings) -> Spec:
    ready = settings.home / "run" / f"{name}.ready"
    return Spec(
        name=name,
        title=title,
        command=(*_command(settings), name),
        environment=environment(settings.having(ready_file=ready)),
        is_ready=ready.exists,
        before_start=lambda: ready.unlink(missing_ok=True),
        stop_seconds=45,
    )


def _server(settings: Settings) -> Spec:
    return Spec(
        name="server",
        title="接口服务",
        command=(*_command(settings), "server"),
        environment=environment(settings),
        is_ready=lambda: answers(f"{settings.server_url}/readyz"),
        stop_seconds=20,
    )


def _registers(settings: Settings) -> Spec:
    return Spec(
        name="registers",
        title="样例登记库",
        command=(*_command(settings), "registers"),
        environment=environment(settings),
        is_ready=lambda: answers(f"{settings.registers_url}/healthz"),
        stop_seconds=5,
    )


def _departments(settings: Settings) -> Spec:
    return Spec(
        name="departments",
        title="样例部门系统",
        command=(*_command(settings), "departments"),
        environment=environment(settings),
        is_ready=lambda: answers(f"{settings.departments_url}/healthz"),
        stop_seconds=5,
    )


def _treasury(settings: Settings) -> Spec:
    return Spec(
        name="treasury",
        title="样例国库",
        command=(*_command(settings), "treasury"),
        environment=environment(settings),
        is_ready=lambda: answers(f"{settings.treasury_url}/healthz"),
        stop_seconds=5,
    )


def answers(url: str) -> bool:
    """Whether an HTTP address of ours says 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            fine: bool = answer.status == HTTPStatus.OK
            return fine
    except (urllib.error.URLError, OSError, ValueError):
        return False


def speaks(url: str) -> bool:
    """Whether anybody answers there in HTTP, whatever it is."""
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, OSError, ValueError):
        return False
    return True


def _command(settings: Settings) -> tuple[str, ...]:
    """The data folder stands in the command line so that leftovers can be recognised by it.

    -P keeps the user's working folder off the import path: it may hold an `api` of its own.
    """
    return (sys.executable, "-P", "-m", "deploy.main", "--home", str(settings.home))
