"""Supervision, with small Python programs as children."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.embedded.processes import Spec
from deploy.embedded.supervisor import Stopped, Supervisor
from deploy.trouble import Exit, Trouble
from tests.support.waiting import PATIENCE

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"


def spec(code: str = SLEEPER, **changes: object) -> Spec:
    values: dict[str, object] = {
        "name": "child",
        "title": "孩子",
        "command": (sys.executable, "-c", code),
        "environment": dict(os.environ),
        "is_ready": lambda: True,
        "stop_seconds": PATIENCE,
    }
    return Spec(**(values | changes))  # type: ignore[arg-type]


def until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        supervisor.tick()
        time.sleep(0.01)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(tmp_path, say=said.append)


class TestSupervisor:
    def test_everything_started_is_stopped_at_the_end_last_first(
        self, supervisor: Supervisor, tmp_path: Path
    ) -> None:
        order = tmp_path / "order"
        code = (
            "import signal, sys, time\n"
            "def end(*_):\n"
            f"    open({str(order)!r}, 'a').write(sys.argv[1]); sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, end); open(sys.argv[2], 'w'); time.sleep(600)"
        )
        with supervisor.listening():
            for name in ("1", "2", "3"):
                ready = tmp_path / f"ready{name}"
                command = (sys.executable, "-c", code, name, str(ready))
                supervisor.start(spec(name=name, command=command, is_ready=ready.exists))
            pids = list(supervisor.pids.values())
        assert order.read_text() == "321"
        assert not any(psutil.pid_exists(pid) for pid in pids)

    def test_a_killed_child_is_started_again_and_said_so(
        self, supervisor: Supervisor, said: list[str]
    ) -> None:
        with supervisor.listening():
            supervisor.start(spec())
            first = supervisor.pids["child"]
            os.kill(first, signal.SIGKILL)
            until(supervisor, lambda: supervisor.pids.get("child", first) != first)
            until(supervisor, lambda: any("已恢复" in line for line in said))
        assert f"孩子（进程 {first}）已退出（信号 9）" in said[0]

    def test_a_child_that_never_starts_is_given_up_with_its_last_words(
        self, supervisor: Supervisor
    ) -> None:
        failing = spec("raise SystemExit('the reason')", is_ready=lambda: False)
        with (
            pytest.raises(Trouble, match="孩子 无法启动：the reason") as caught,
            supervisor.listening(),
        ):
            supervisor.start(failing)
        assert caught.value.code == Exit.NOT_STARTED

    def test_a_child_that_lives_but_never_answers_is_given_up_in_time(
        self, supervisor: Supervisor
    ) -> None:
        silent = spec(is_ready=lambda: False, start_seconds=0.3)
        with pytest.raises(Trouble, match="孩子 在 0 秒内未就绪"), supervisor.listening():
            supervisor.start(silent)

    def test_a_full_disk_in_a_childs_output_is_named(self, supervisor: Supervisor) -> None:
        failing = spec("raise SystemExit('x: No space left on device')", is_ready=lambda: False)
        with pytest.raises(Trouble, match="磁盘已满"), supervisor.listening():
            supervisor.start(failing)

    def test_a_signal_stops_everything_even_while_starting(self, supervisor: Supervisor) -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Stopped), supervisor.listening():
            supervisor.start(spec(is_ready=lambda: False))
        assert supervisor.pids == {}

    def test_a_child_that_ignores_the_signal_is_killed(self, supervisor: Supervisor) -> None:
        deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
        with supervisor.listening():
            supervisor.start(spec(deaf, stop_seconds=0.3))
            pid = supervisor.pids["child"]
            time.sleep(0.2)
        assert not psutil.pid_exists(pid)

    def test_ctrl_c_in_the_terminal_does_not_reach_the_children(
        self, supervisor: Supervisor
    ) -> None:
        with supervisor.listening():
            supervisor.start(spec())
            assert os.getpgid(supervisor.pids["child"]) != os.getpgid(0)

    def test_a_command_in_the_terminal_returns_its_code(self, supervisor: Supervisor) -> None:
        with supervisor.listening():
            code = supervisor.run_attached(
                (sys.executable, "-c", "raise SystemExit(7)"), environment=dict(os.environ)
            )
        assert code == 7


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
class TestDeathOfTheSupervisor:
    def test_children_end_with_a_killed_supervisor(self, tmp_path: Path) -> None:
        program = (
            "import os, sys, time\n"
            "from pathlib import Path\n"
            "from deploy.embedded.processes import Spec, spawn\n"
            f"child = spawn(Spec(name='c', title='c', command=(sys.executable, '-c', {SLEEPER!r}),"
            " environment=dict(os.environ), is_ready=lambda: True), logs=Path(sys.argv[1]))\n"
            "Path(sys.argv[1], 'pid').write_text(str(child.pid))\n"
            "time.sleep(600)"
        )
        parent = psutil.Popen([sys.executable, "-c", program, str(tmp_path)])
        deadline = time.monotonic() + PATIENCE
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child = psutil.Process(int((tmp_path / "pid").read_text()))
        parent.kill()
        parent.wait()
        gone, _ = psutil.wait_procs([child], timeout=PATIENCE)
        assert gone
