"""One child process: how it is started, known to be ready, and stopped.

Children get a process group of their own, so that Ctrl-C reaches only the supervisor, which stops
them in order; and on Linux the kernel tells them when the supervisor itself is killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.settings import Settings
from deploy.trouble import storage_trouble

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_LOG_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What to run. `title` is the name a user reads, `name` that of the log file."""

    name: str
    title: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10
    # A busy machine loads our modules for a minute; who has stood still is noticed all the same.
    start_seconds: float = 180
    before_start: Callable[[], None] | None = None
    folder: Path | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """A running instance of a Spec."""

    spec: Spec
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_running(self) -> bool:
        return self.process.poll() is None


def spawn(spec: Spec, *, logs: Path) -> Child:
    """Start it, its output appended to `logs`/name.log. Raises Trouble when the disk is full."""
    log = logs / f"{spec.name}.log"
    try:
        if spec.before_start is not None:
            spec.before_start()
        _rotate(log)
        with log.open("ab") as output:
            process = subprocess.Popen(
                spec.command,
                env=dict(spec.environment),
                cwd=spec.folder,
                user=spec.user,
                group=spec.user,
                extra_groups=[] if spec.user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=_die_with(os.getpid(), spec.stop_signal),
            )
    except OSError as error:
        raise storage_trouble(error, log) from error
    return Child(spec, log, process)


def attached(
    command: tuple[str, ...], *, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a command that talks to the user's terminal; it too ends with the supervisor."""
    return subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_die_with(os.getpid(), signal.SIGTERM),
    )


def stop(child: Child, *, hurry: Callable[[], bool] = lambda: False) -> None:
    """Ask, wait, then kill; `hurry` cuts the waiting short. One that is gone is left alone."""
    if not child.is_running():
        return
    child.process.send_signal(child.spec.stop_signal)
    deadline = time.monotonic() + child.spec.stop_seconds
    while child.is_running() and time.monotonic() < deadline and not hurry():
        time.sleep(0.02)
    if child.is_running():
        child.process.kill()
        child.process.wait()


def tail(log: Path, *, lines: int = 5) -> str:
    """The last lines a child wrote, for the message that says why it did not start."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


def mark_ready(settings: Settings) -> None:
    """Called by a process that serves no HTTP, once it polls; nothing without a supervisor."""
    if settings.ready_file is not None:
        settings.ready_file.write_text(f"{os.getpid()}\n")


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child between fork and exec: it only makes two system calls.

    The parent may have died before the first of them, hence the second.
    """
    libc = _LIBC
    if libc is None:
        return None

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
