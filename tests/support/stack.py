"""A whole stack as a user starts it, for tests that look at it from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded import lock
from deploy.embedded.lock import Running
from deploy.settings import PREFIX

_MAIN = "from deploy.main import main; main()"


def until(condition: Callable[[], object], *, seconds: float = 90) -> None:
    """Wait until the condition holds; fails where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def stack(home: Path, **variables: str) -> Iterator[Running]:
    """`yijianshi up` on this data folder, with these variables; stopped as by Ctrl-C."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    output = home.with_suffix(".out")
    with output.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own program
            # Not `-m deploy.main`, by which the stack recognises children of its own.
            [sys.executable, "-c", _MAIN, "--home", str(home), "up"],
            env=inherited | variables,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "已就绪" in output.read_text() or process.poll() is not None)
        running = lock.running(home)
        assert running is not None, output.read_text()
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=90)
