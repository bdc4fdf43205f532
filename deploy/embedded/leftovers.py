"""Processes that a killed supervisor left behind on one data folder, and nothing but those.

A pid in a file proves nothing (pids are reused, files get damaged), so each process is recognised
by what it runs and by the data folder in its command line or, for PostgreSQL's own children, its
working folder.
"""

import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import psutil

_TITLES = {"command": "工作进程", "temporal": "Temporal", "postgres": "PostgreSQL"}
_STOP_SIGNALS = {"postgres": signal.SIGINT}
_PATIENCE = 10.0


def find(home: Path) -> list[tuple[str, psutil.Process]]:
    """(kind, process) for each process of this data folder, ourselves and our parents excepted."""
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found: list[tuple[str, psutil.Process]] = []
    for process in psutil.process_iter():
        if process.pid in mine:
            continue
        with contextlib.suppress(psutil.Error, OSError):
            kind = _kind(process, home)
            if kind is not None:
                found.append((kind, process))
    return found


def clear(home: Path) -> list[str]:
    """Stop them, clients before servers; returns what was stopped, for the user to read.

    The caller holds the lock of the data folder, so none of them has a supervisor.
    """
    stopped: list[str] = []
    for kind in ("command", "temporal", "postgres"):
        group = [process for found, process in find(home) if found == kind]
        if group:
            # PostgreSQL's own children follow their parent: naming them would only confuse.
            heads = [p for p in group if kind != "postgres" or "-D" in p.cmdline()] or group
            stopped += [f"{_TITLES[kind]}（进程 {process.pid}）" for process in heads]
            _stop(group, _STOP_SIGNALS.get(kind, signal.SIGTERM))
    return stopped


def clear_postmaster_file(data: Path, *, home: Path) -> None:
    """Remove PostgreSQL's pid file when no process of it is left.

    PostgreSQL refuses to start on a damaged file, and on one whose pid now belongs to a stranger.
    """
    path = data / "postmaster.pid"
    if path.exists() and not any(kind == "postgres" for kind, _ in find(home)):
        path.unlink()


def _kind(process: psutil.Process, home: Path) -> str | None:
    command = process.cmdline()
    if not command or process.status() == psutil.STATUS_ZOMBIE:
        return None
    if process.name() == "postgres":
        data = str(home / "postgres" / "data")
        return "postgres" if data in command or process.cwd() == data else None
    if process.name() == "temporal":
        return "temporal" if str(home / "temporal" / "temporal.db") in command else None
    return "command" if _is_ours(command, home) else None


def _is_ours(command: Sequence[str], home: Path) -> bool:
    """`python -m deploy.main --home HOME worker`, as the supervisor starts it."""
    with contextlib.suppress(ValueError):
        start = command.index("deploy.main")
        return command[start - 1] == "-m" and list(command[start + 1 : start + 3]) == [
            "--home",
            str(home),
        ]
    return False


def _stop(processes: Sequence[psutil.Process], wish: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(wish)
    _, alive = psutil.wait_procs(processes, timeout=_PATIENCE)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=_PATIENCE)
