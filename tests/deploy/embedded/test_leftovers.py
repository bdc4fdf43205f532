"""Left-over processes: those of this data folder, and of no other."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import leftovers

SLEEP = "import time; time.sleep(600)"


def start(*arguments: str, executable: str = sys.executable) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*arguments], executable=executable)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Like ours on this folder; like ours on another; and a stranger that names this one."""
    command = (sys.executable, "-c", SLEEP, "-m", "deploy.main", "--home")
    started = {
        "ours": start(*command, str(tmp_path), "worker"),
        "another": start(*command, f"{tmp_path}-2", "worker"),
        "stranger": start(sys.executable, "-c", SLEEP, str(tmp_path)),
    }
    yield started
    for process in started.values():
        process.kill()
        process.wait()


class TestClear:
    def test_only_processes_of_this_folder_are_stopped(
        self, tmp_path: Path, processes: dict[str, subprocess.Popen[bytes]]
    ) -> None:
        found = [process.pid for _, process in leftovers.find(tmp_path)]
        assert found == [processes["ours"].pid]
        (line,) = leftovers.clear(tmp_path)
        assert str(processes["ours"].pid) in line
        assert processes["ours"].poll() is not None
        assert processes["another"].poll() is None
        assert processes["stranger"].poll() is None


class TestClearPostmasterFile:
    @pytest.mark.parametrize("content", ["", "garbage", "1\n/elsewhere\n"])
    def test_a_damaged_or_strangers_pid_file_is_removed(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "postgres" / "data" / "postmaster.pid"
        path.parent.mkdir(parents=True)
        path.write_text(content)
        leftovers.clear_postmaster_file(path.parent, home=tmp_path)
        assert not path.exists()
