"""Who uses a data folder: one supervisor at a time, and what it runs, for the other commands.

The lock is the kernel's (flock), so a killed supervisor cannot leave it behind; what is written in
the files only tells people and other commands about it, and may be missing or damaged.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from deploy.trouble import Exit, Trouble, storage_trouble


class Running(BaseModel):
    """What a supervisor runs; written to `run/stack.json` whenever it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    supervisor: int
    started_at: float
    database_url: str
    temporal_address: str
    temporal_ui: str | None
    host: str
    port: int
    metrics_port: int | None
    registers_url: str | None = None
    registers_token: str = ""
    departments_url: str | None = None
    departments_token: str = ""
    treasury_url: str | None = None
    treasury_token: str = ""
    processes: dict[str, int]


def prepare(home: Path) -> None:
    """Make the data folder and see that it can be written to. Raises Trouble."""
    try:
        for folder in (home, home / "run", home / "log"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / "run" / "probe"
        probe.write_bytes(b"\0" * 65536)
        probe.unlink()
    except OSError as error:
        raise storage_trouble(error, home) from error


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """Be the only supervisor of `home`. Raises Trouble that says who is."""
    path = home / "run" / "up.lock"
    descriptor = _open(path)
    try:
        if not _taken(descriptor):
            message = f"数据文件夹 {home} 正由{_owner(path)}使用，不能再启动一个。"
            raise Trouble(message, code=Exit.ALREADY_RUNNING)
        _sign(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def publish(home: Path, running: Running) -> None:
    """Tell the other commands; replaced in one step, so that none reads half of it."""
    path = home / "run" / "stack.json"
    draft = path.with_suffix(".new")
    try:
        draft.touch(mode=0o600)
        draft.write_text(running.model_dump_json(indent=1))
        draft.replace(path)
    except OSError as error:
        raise storage_trouble(error, path) from error


def withdraw(home: Path) -> None:
    """Take the notice down."""
    with contextlib.suppress(OSError):
        (home / "run" / "stack.json").unlink(missing_ok=True)


def running(home: Path) -> Running | None:
    """What runs on this data folder now; None when no supervisor holds it or its notice is bad."""
    if not is_held(home):
        return None
    try:
        return Running.model_validate_json((home / "run" / "stack.json").read_text())
    except (OSError, ValueError):
        return None


def is_held(home: Path) -> bool:
    """Whether a supervisor lives, tried without becoming one."""
    try:
        descriptor = os.open(home / "run" / "up.lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _taken(descriptor)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise storage_trouble(error, path) from error


def _sign(descriptor: int, path: Path) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise storage_trouble(error, path) from error


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(path: Path) -> str:
    """The text is only a hint: the pid in the file may be damaged, or gone meanwhile."""
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(path.read_text().strip()))
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(process.create_time()))
        return f"进程 {process.pid}（用户 {process.username()}，自 {since} 起，yijianshi up）"
    return "另一个 yijianshi up"
