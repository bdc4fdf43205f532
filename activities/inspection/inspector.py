"""Asking the looking process, and replacing it when a file has hung or killed it."""

import asyncio
import atexit
import os
import subprocess
import sys
import threading
from typing import IO

import structlog

from activities.inspection.seen import LENGTH, Flaw, Look

log = structlog.get_logger(__name__)

# A look takes milliseconds; what takes longer twice was made to.
PATIENCE = 5.0
_PIECE = 256 * 1024
_COMMAND = (sys.executable, "-m", "activities.inspection.worker")


class Inspector:
    """One looking process, begun when it is needed first; one file at a time."""

    def __init__(self, *, patience: float = PATIENCE, command: tuple[str, ...] = _COMMAND) -> None:
        self._patience = patience
        self._command = command
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    async def look(self, file: IO[bytes], size: int) -> Look:
        """What the file's next `size` bytes are. Nothing they hold can hang or end this process."""
        return await asyncio.to_thread(self.look_now, file, size)

    def look_now(self, file: IO[bytes], size: int) -> Look:
        """As `look`, in this thread."""
        with self._turn:
            begins = file.tell()
            look = self._look_once(file, size)
            if look.flaw is Flaw.TOO_SLOW:
                # Once, it may have been the machine that stood still: no fault of the paper.
                file.seek(begins)
                look = self._look_once(file, size)
            return look

    def close(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            self._end()

    def _look_once(self, file: IO[bytes], size: int) -> Look:
        process = self._running()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(self._patience, end)
        clock.start()
        try:
            line = _asked(process, file, size)
        except (BrokenPipeError, OSError):
            line = b""
        finally:
            clock.cancel()
        if line:
            return Look.model_validate_json(line)
        self._end()
        log.warning("inspection_ended", late=late.is_set(), size=size)
        return Look(flaw=Flaw.TOO_SLOW if late.is_set() else Flaw.UNREADABLE)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, in our own Python
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(sys.path)},
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was not written any more is lost with the process.
                    continue


def _asked(process: subprocess.Popen[bytes], file: IO[bytes], size: int) -> bytes:
    given, answers = process.stdin, process.stdout
    if given is None or answers is None:
        return b""
    given.write(size.to_bytes(LENGTH, "big"))
    left = size
    while left and (piece := file.read(min(_PIECE, left))):
        given.write(piece)
        left -= len(piece)
    given.flush()
    return b"" if left else answers.readline()


_ONE = Inspector()


def inspector() -> Inspector:
    """The one of this process: every part of it that takes files shares it."""
    return _ONE
