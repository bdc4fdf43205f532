"""`yijianshi up` as a user runs it: killed in parts, refused twice, stopped without a trace."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

from activities.contracts.benefits import DueDone
from deploy import temporal_setup
from deploy.embedded import leftovers, lock
from deploy.embedded.stack import attached_to
from deploy.settings import load
from deploy.trouble import Exit
from workflows.benefit_schedule import BenefitScheduleInput, BenefitScheduleWorkflow

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

COMMAND = (sys.executable, "-m", "deploy.main")


def until(condition: Callable[[], object], *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--home", str(home), *arguments], text=True, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


class Up:
    """One `yijianshi up`, its output in a file."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.output = home.with_suffix(".out")
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                # Not `-m deploy.main`, by which the stack recognises children of its own.
                [
                    sys.executable,
                    "-c",
                    "from deploy.main import main; main()",
                    "--home",
                    str(home),
                    "up",
                ],
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "已就绪" in self.text or self.process.poll() is not None, seconds=200)
        assert self.process.poll() is None, self.text

    @property
    def text(self) -> str:
        return self.output.read_text()

    @property
    def pids(self) -> dict[str, int]:
        return json.loads((self.home / "run" / "stack.json").read_text())["processes"]  # type: ignore[no-any-return]

    def end(self, wish: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(wish)
        return self.process.wait(timeout=90)


@pytest.fixture(scope="module")
def up(home: Path) -> Iterator[Up]:
    started = Up(home)
    yield started
    if started.process.poll() is None:
        started.end()


class TestUp:
    def test_the_sample_day_is_taken_in_whole(self, up: Up) -> None:
        assert "载入样例数据" in up.text
        assert "✗" not in up.text

    @pytest.mark.parametrize(
        "name",
        ["server", "worker", "batch", "temporal", "postgres", "registers", "departments"],
    )
    def test_a_killed_part_comes_back(self, up: Up, name: str) -> None:
        before = up.pids[name]
        os.kill(before, signal.SIGKILL)
        until(lambda: up.pids.get(name, before) != before)
        until(lambda: up.text.count("已恢复") >= up.text.count("已退出"))
        until(lambda: run(up.home, "doctor").returncode == 0, seconds=30)

    async def test_runs_of_policies_have_a_process_that_lets_others_go_first(self, up: Up) -> None:
        nice = {name: psutil.Process(up.pids[name]).nice() for name in ("batch", "worker")}
        assert nice["batch"] > nice["worker"]
        settings = attached_to(load(home=up.home))
        assert settings is not None
        client = await temporal_setup.connect(settings)
        done = await client.execute_workflow(
            BenefitScheduleWorkflow.run,
            BenefitScheduleInput(day=date(2000, 1, 1)),
            id="benefits-test",
            task_queue=settings.batch_queue,
        )
        assert done == DueDone()
        await asyncio.sleep(temporal_setup.LAST_BREATH)

    def test_a_second_one_is_refused_in_one_line(self, up: Up) -> None:
        second = run(up.home, "up")
        assert second.returncode == Exit.ALREADY_RUNNING
        assert f"进程 {up.process.pid}" in second.stderr
        assert second.stderr.count("\n") == 1

    def test_ctrl_c_leaves_nothing_behind(self, up: Up) -> None:
        assert up.end() == 0
        assert "Traceback" not in up.text
        assert leftovers.find(up.home) == []
        assert not lock.is_held(up.home)

    def test_after_a_killed_supervisor_everything_starts_again(self, up: Up) -> None:
        killed = Up(up.home)
        children = [psutil.Process(pid) for pid in killed.pids.values()]
        killed.end(signal.SIGKILL)
        (up.home / "postgres" / "data" / "postmaster.pid").write_text("damaged")
        (up.home / "run" / "stack.json").write_text("damaged")
        again = Up(up.home)
        assert not any(child.is_running() for child in children)
        assert again.end(signal.SIGTERM) == 0
