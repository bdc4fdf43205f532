"""Keeps children running: starts them, waits until they answer, restarts the dead, stops in order.

Single-threaded on purpose, because it forks. It knows nothing of what the children are.
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from deploy.embedded.processes import Child, Spec, attached, spawn, stop, tail
from deploy.trouble import Exit, Trouble, text_trouble

_TICK = 0.05
_FIRST_DELAY = 0.2
_LONGEST_DELAY = 5.0
_TRIES_AT_START = 3
# A child that lived this long starts with a clean record.
_STEADY = 20.0
# A terminal may deliver one Ctrl-C twice (to us and through make); a later one is impatience.
_SAME_KEYSTROKE = 1.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The user asked us to stop."""


@dataclass(slots=True)
class _Watched:
    spec: Spec
    child: Child | None = None
    started: float = 0.0
    next_start: float = 0.0
    ready: bool = False
    failures: int = 0
    trouble: Trouble | None = None


class Supervisor:
    """`say` shows one line to the user; `changed` is called when a pid changed."""

    def __init__(
        self, logs: Path, *, say: Callable[[str], None], changed: Callable[[], None] | None = None
    ) -> None:
        self._logs = logs
        self._say = say
        self._changed = changed
        self._watched: list[_Watched] = []
        self._asked_at: float | None = None
        self._hurry = False

    @property
    def pids(self) -> dict[str, int]:
        return {w.spec.name: w.child.pid for w in self._watched if w.child is not None}

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Until Ctrl-C, SIGTERM or a closed terminal; what was started is stopped at the end."""
        before = {name: signal.signal(name, self._on_signal) for name in _SIGNALS}
        try:
            yield
        except BaseException:
            self._stop_all()
            raise
        else:
            self._stop_all()
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    def start(self, *specs: Spec) -> None:
        """Start them together and wait for all. Raises Trouble with the child's own last words."""
        new = [_Watched(spec) for spec in specs]
        self._watched += new
        while not all(watched.ready for watched in new):
            self.tick()
            for watched in new:
                if watched.failures >= _TRIES_AT_START:
                    raise self._cannot_start(watched)
            self.pause()

    def tick(self) -> None:
        """One look at every child."""
        for watched in self._watched:
            if watched.child is None:
                if time.monotonic() >= watched.next_start:
                    self._spawn(watched)
            elif not watched.child.is_running():
                self._report_death(watched, watched.child)
            elif not watched.ready:
                self._look_ready(watched, watched.child)

    def pause(self) -> None:
        """Between two looks. Raises Stopped once the user asked for it."""
        if self._asked_at is not None:
            raise Stopped
        time.sleep(_TICK)

    def watch(self) -> None:
        """Until the user asks us to stop."""
        while True:
            self.tick()
            self.pause()

    def run_attached(self, command: tuple[str, ...], *, environment: Mapping[str, str]) -> int:
        """Run a command in the user's terminal while the children are looked after."""
        process = attached(command, environment=environment)
        try:
            while process.poll() is None:
                self.tick()
                self.pause()
        finally:
            _end(process)
        return process.returncode

    def _spawn(self, watched: _Watched) -> None:
        """A full disk must not end the supervisor of what still runs, so it counts as a failure."""
        watched.ready = False
        watched.started = time.monotonic()
        try:
            watched.child = spawn(watched.spec, logs=self._logs)
        except Trouble as trouble:
            watched.trouble = trouble
            watched.next_start = self._next_start(watched)
            self._say(trouble.message)
            return
        watched.trouble = None
        if self._changed is not None:
            with contextlib.suppress(Trouble):  # only a notice for other commands
                self._changed()

    def _look_ready(self, watched: _Watched, child: Child) -> None:
        if watched.spec.is_ready():
            watched.ready = True
            if watched.failures:
                self._say(f"{watched.spec.title} 已恢复（进程 {child.pid}）。")
        elif time.monotonic() - watched.started > watched.spec.start_seconds:
            # While starting up, another try would only double the wait; later it is just restarted.
            seconds = f"{watched.spec.start_seconds:.0f}"
            message = f"{watched.spec.title} 在 {seconds} 秒内未就绪。完整日志：{child.log}"
            watched.trouble = Trouble(message, code=Exit.NOT_STARTED)
            watched.failures = _TRIES_AT_START
            stop(child, hurry=lambda: True)

    def _report_death(self, watched: _Watched, child: Child) -> None:
        if watched.ready and time.monotonic() - watched.started > _STEADY:
            watched.failures = 0
        watched.child = None
        watched.ready = False
        watched.next_start = self._next_start(watched)
        delay = watched.next_start - time.monotonic()
        reason = text_trouble(tail(child.log))
        because = f"，{reason}" if reason else ""
        how = _ending(child.process.returncode)
        self._say(
            f"{watched.spec.title}（进程 {child.pid}）已退出（{how}{because}），"
            f"{delay:.1f} 秒后重新启动。"
        )

    def _next_start(self, watched: _Watched) -> float:
        delay = min(_FIRST_DELAY * 2.0**watched.failures, _LONGEST_DELAY)
        watched.failures += 1
        return time.monotonic() + delay

    def _cannot_start(self, watched: _Watched) -> Trouble:
        if watched.trouble is not None:
            return watched.trouble
        log = self._logs / f"{watched.spec.name}.log"
        said = tail(log)
        reason = text_trouble(said) or (said.splitlines()[-1] if said else "没有输出")
        message = f"{watched.spec.title} 无法启动：{reason}。完整日志：{log}"
        return Trouble(message, code=Exit.NOT_STARTED)

    def _stop_all(self) -> None:
        """In the reverse order of starting: clients first, the database last."""
        running = [w for w in reversed(self._watched) if w.child is not None]
        if running:
            self._say("正在停止……")
        for watched in running:
            if watched.child is not None:
                stop(watched.child, hurry=lambda: self._hurry)
        self._watched.clear()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif now - self._asked_at > _SAME_KEYSTROKE:
            self._hurry = True


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ending(code: int) -> str:
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"
