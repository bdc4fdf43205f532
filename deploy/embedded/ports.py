"""Choosing TCP ports on the loopback: the usual one, another if it is busy, never a fixed one's.

A port fixed by a setting is a promise to somebody else, so a busy one is an error and not replaced.
"""

import contextlib
import errno
import socket
from dataclasses import dataclass

import psutil

from deploy.trouble import Exit, Trouble

_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """`moved` says that the usual port was busy, so that the user is told."""

    port: int
    moved: bool


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now; sockets still closing do not count as busy."""
    try:
        _bind(port, host=host)
    except OSError as error:
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            return False
        message = f"无法监听 {host}（{error.strerror}），请检查 YIJIANSHI_HOST。"
        raise Trouble(message, code=Exit.PORT_BUSY) from None
    return True


def choose(
    setting: str,
    *,
    fixed: int | None,
    usual: int,
    host: str = "127.0.0.1",
    taken: frozenset[int] = frozenset(),
) -> Choice:
    """The port for one server; `setting` names the variable that could fix it."""
    if fixed is not None:
        _require(setting, fixed, host=host, taken=taken)
        return Choice(fixed, moved=False)
    for port in range(usual, min(usual + _NEIGHBOURS, 65536)):
        if port not in taken and is_free(port, host=host):
            return Choice(port, moved=port != usual)
    return Choice(_bind(0, host=host), moved=True)


def _require(setting: str, port: int, *, host: str, taken: frozenset[int]) -> None:
    if port in taken:
        message = f"设置 {setting}={port} 与本系统的另一个端口相同，请改用不同的端口。"
        raise Trouble(message, code=Exit.PORT_BUSY)
    try:
        _bind(port, host=host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"已被{_holder(port)}占用"
        elif error.errno == errno.EACCES:
            reason = "需要管理员权限"
        else:
            reason = f"无法监听 {host}（{error.strerror}）"
        message = f"设置 {setting}={port} 的端口{reason}；请释放该端口，或改用其他端口。"
        raise Trouble(message, code=Exit.PORT_BUSY) from None


def _bind(port: int, *, host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        chosen: int = probe.getsockname()[1]
        return chosen


def _holder(port: int) -> str:
    """Who listens, as far as this user may see it."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and listens.port == port and connection.pid:
                return f" {psutil.Process(connection.pid).name()}（进程 {connection.pid}）"
    return "其他程序"
