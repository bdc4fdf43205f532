"""What stops a command and how it is told: one line in Chinese and an exit code, never a traceback.

Only for trouble with the machine, the settings or the processes; refusals of a business kind have
their own errors in the core.
"""

import errno
from enum import IntEnum
from pathlib import Path


class Exit(IntEnum):
    """Exit codes of the console script; documented in docs/operating.md."""

    FAILED = 1
    INPUT = 2
    ALREADY_RUNNING = 3
    PORT_BUSY = 4
    STORAGE = 5
    NOT_STARTED = 6


class Trouble(Exception):
    """Ends the command with `message` and `code`."""

    def __init__(self, message: str, *, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


_REASONS = {
    errno.ENOSPC: "磁盘已满，请清理空间后重试",
    errno.EDQUOT: "磁盘配额已用完，请清理空间后重试",
    errno.EACCES: "没有写入权限，请更改权限，或用 YIJIANSHI_HOME 指定另一个文件夹",
    errno.EPERM: "没有写入权限，请更改权限，或用 YIJIANSHI_HOME 指定另一个文件夹",
    errno.EROFS: "所在磁盘为只读，请用 YIJIANSHI_HOME 指定另一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹，请检查 YIJIANSHI_HOME",
    errno.EEXIST: "此处已有同名文件（不是文件夹），请检查 YIJIANSHI_HOME",
    errno.ENOENT: "路径不存在且无法建立，请检查 YIJIANSHI_HOME",
    errno.EIO: "磁盘读写出错，请检查磁盘",
}


def storage_trouble(error: OSError, path: Path) -> Trouble:
    """The line for an operating-system error on a file or folder of ours."""
    reason = _REASONS.get(error.errno or 0, error.strerror or "无法读写")
    where = error.filename or path
    return Trouble(f"数据文件夹无法使用：{where}：{reason}。", code=Exit.STORAGE)


def text_trouble(text: str) -> str | None:
    """The reason hidden in a child's own output, where it is one we can name."""
    lowered = text.lower()
    if "no space left on device" in lowered or "disk is full" in lowered:
        return _REASONS[errno.ENOSPC]
    if "disk quota exceeded" in lowered:
        return _REASONS[errno.EDQUOT]
    if "address already in use" in lowered:
        return "端口已被占用"
    if "permission denied" in lowered:
        return "没有权限"
    return None
