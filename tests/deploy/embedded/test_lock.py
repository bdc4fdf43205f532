"""One supervisor per data folder, and what others may read about it."""

import os
from pathlib import Path

import pytest

from deploy.embedded import lock
from deploy.trouble import Exit, Trouble

NOTICE = lock.Running(
    supervisor=1,
    started_at=0,
    database_url="postgresql+psycopg://x",
    temporal_address="127.0.0.1:7233",
    temporal_ui=None,
    host="127.0.0.1",
    port=8080,
    metrics_port=None,
    processes={"worker": 2},
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lock.prepare(tmp_path)
    return tmp_path


class TestHeld:
    def test_a_second_one_is_told_who_runs(self, home: Path) -> None:
        with lock.held(home):
            with pytest.raises(Trouble, match=f"进程 {os.getpid()}") as caught, lock.held(home):
                pass
            assert caught.value.code == Exit.ALREADY_RUNNING
        assert not lock.is_held(home)

    @pytest.mark.parametrize("content", [b"", b"garbage\n", b"\xff\xfe", b"999999999\n"])
    def test_a_damaged_file_neither_locks_nor_breaks(self, home: Path, content: bytes) -> None:
        path = home / "run" / "up.lock"
        path.write_bytes(content)
        with lock.held(home):
            path.write_bytes(content)
            with pytest.raises(Trouble, match="另一个 yijianshi up"), lock.held(home):
                pass


class TestRunning:
    def test_the_notice_is_read_while_the_lock_is_held(self, home: Path) -> None:
        with lock.held(home):
            lock.publish(home, NOTICE)
            assert lock.running(home) == NOTICE
            assert (home / "run" / "stack.json").stat().st_mode & 0o077 == 0

    def test_the_notice_of_a_killed_supervisor_counts_for_nothing(self, home: Path) -> None:
        lock.publish(home, NOTICE)
        assert lock.running(home) is None

    def test_a_damaged_notice_is_none(self, home: Path) -> None:
        with lock.held(home):
            (home / "run" / "stack.json").write_bytes(b"{\xff")
            assert lock.running(home) is None


class TestPrepare:
    def test_a_file_in_the_way_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(Trouble, match="不是文件夹") as caught:
            lock.prepare(tmp_path / "file")
        assert caught.value.code == Exit.STORAGE

    def test_a_full_disk_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_path: Path, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(Trouble, match="磁盘已满") as caught:
            lock.prepare(tmp_path)
        assert caught.value.code == Exit.STORAGE
