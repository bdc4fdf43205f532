"""What is wrong with this machine or installation, and how to mend it.

Only looks: it starts nothing, changes nothing, and a check that cannot be made is told as such.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from packaging.markers import Marker
from packaging.version import InvalidVersion, Version

from deploy import database, temporal_setup
from deploy.embedded import leftovers, lock, ports, postgres, stack, temporal
from deploy.embedded.lock import Running
from deploy.settings import DEFAULT_PORT, Settings
from deploy.trouble import Trouble

_LOCK_FILE = Path(__file__).parent.parent / "requirements.lock"
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)( *; *(?P<marker>[^\\]+))?")
_LEAST_SPACE = 1_000_000_000
_OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok` is None for what could not be, or need not be, checked."""

    subject: str
    ok: bool | None
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which things are needed."""
    running = lock.running(settings.home)
    return [
        _python(),
        _packages(),
        _home(settings.home),
        _space(settings.home),
        _postgres_binary(),
        _temporal_binary(),
        *_ports(settings, running),
        _database(settings, running),
        _temporal(settings, running),
        _server(settings, running),
        _registers(settings, running),
        _treasury(settings, running),
        _leftovers(settings.home),
    ]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    fine = sys.version_info[:2] >= _OLDEST
    return Finding("Python", fine, version, "" if fine else "请安装 Python 3.11 或更高版本")


def _packages() -> Finding:
    subject = "依赖包"
    if not _LOCK_FILE.exists():
        return Finding(subject, None, "安装包不带锁定文件，未比对")
    wrong = list(_differences(_LOCK_FILE.read_text()))
    if wrong:
        return Finding(subject, ok=False, detail="；".join(wrong[:5]), remedy="重新运行 make run")
    return Finding(subject, ok=True, detail="与锁定文件一致")


def _differences(lock_file: str) -> Iterator[str]:
    for line in lock_file.splitlines():
        found = _LOCKED.match(line)
        if found is None:
            continue
        marker = found["marker"]
        if marker and not Marker(marker.strip()).evaluate():
            continue
        try:
            installed = importlib.metadata.version(found["name"])
        except importlib.metadata.PackageNotFoundError:
            yield f"缺少 {found['name']} {found['version']}"
            continue
        if not _same(installed, found["version"]):
            yield f"{found['name']} 为 {installed}，应为 {found['version']}"


def _same(installed: str, locked: str) -> bool:
    try:
        return Version(installed) == Version(locked)
    except InvalidVersion:
        return installed == locked


def _home(home: Path) -> Finding:
    place = _nearest(home)
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return Finding("数据文件夹", ok=True, detail=f"{home} 可写")
    remedy = "更改权限，或用 YIJIANSHI_HOME 指定另一个文件夹"
    return Finding("数据文件夹", ok=False, detail=f"{place} 不可写", remedy=remedy)


def _nearest(home: Path) -> Path:
    """The data folder, or what is there of the way to it before the first start."""
    return next(folder for folder in (home, *home.parents) if folder.exists())


def _space(home: Path) -> Finding:
    free = shutil.disk_usage(_nearest(home)).free
    detail = f"剩余 {free / 1e9:.1f} GB"
    if free < _LEAST_SPACE:
        remedy = "请清理磁盘，或用 YIJIANSHI_HOME 换一个位置（至少 1 GB）"
        return Finding("磁盘空间", ok=False, detail=detail, remedy=remedy)
    return Finding("磁盘空间", ok=True, detail=detail)


def _postgres_binary() -> Finding:
    try:
        return Finding("内嵌 PostgreSQL", ok=True, detail=postgres.version())
    except (OSError, subprocess.SubprocessError, Trouble) as error:
        remedy = "重新运行 make run；仍不行则设置 YIJIANSHI_DATABASE_URL 使用外部数据库"
        return Finding("内嵌 PostgreSQL", ok=False, detail=f"不能运行：{error}", remedy=remedy)


def _temporal_binary() -> Finding:
    try:
        return Finding("内嵌 Temporal", ok=True, detail=temporal.version())
    except (OSError, subprocess.SubprocessError, Trouble) as error:
        remedy = "重新运行 make run；仍不行则设置 YIJIANSHI_TEMPORAL_ADDRESS 使用外部 Temporal"
        return Finding("内嵌 Temporal", ok=False, detail=f"不能运行：{error}", remedy=remedy)


def _ports(settings: Settings, running: Running | None) -> Iterator[Finding]:
    if running is not None:
        yield Finding("端口", ok=True, detail=f"接口 {running.port}（运行中）")
        return
    if _is_outside(settings) and stack.answers(f"{settings.server_url}/readyz"):
        yield Finding("端口", ok=True, detail=f"{settings.server_url}（运行中）")
        return
    wanted = [("YIJIANSHI_PORT", settings.port, DEFAULT_PORT, settings.host)]
    if settings.temporal_address is None:
        wanted.append(
            ("YIJIANSHI_TEMPORAL_PORT", settings.temporal_port, stack.TEMPORAL_PORT, "127.0.0.1")
        )
    for name, fixed, usual, host in wanted:
        try:
            choice = ports.choose(name, fixed=fixed, usual=usual, host=host)
        except Trouble as trouble:
            yield Finding("端口", ok=False, detail=trouble.message, remedy=f"释放端口或更改 {name}")
            continue
        note = f"{usual} 被占用，将改用 {choice.port}" if choice.moved else f"{choice.port} 可用"
        yield Finding("端口", ok=True, detail=f"{name}：{note}")


def _database(settings: Settings, running: Running | None) -> Finding:
    subject = "数据库"
    secret = settings.database_url
    url = running.database_url if running else secret.get_secret_value() if secret else None
    if url is None:
        return Finding(subject, None, "未运行", "运行 yijianshi up 后再检查")
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=3) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        first = str(error).strip().splitlines()[0]
        return Finding(subject, ok=False, detail=f"连接失败：{first}", remedy="检查数据库是否运行")
    current, head = database.revisions(settings.having(database_url=url))
    if current != head:
        detail = f"结构版本为 {current or '空'}，应为 {head}"
        return Finding(subject, ok=False, detail=detail, remedy="运行 yijianshi migrate")
    return Finding(subject, ok=True, detail=f"PostgreSQL {version}，结构为最新（{head or '空'}）")


def _temporal(settings: Settings, running: Running | None) -> Finding:
    subject = "Temporal"
    address = running.temporal_address if running else settings.temporal_address
    if not address:
        return Finding(subject, None, "未运行", "运行 yijianshi up 后再检查")
    if not temporal.is_healthy(address):
        remedy = f"检查 {address} 是否可达；内嵌的见 {settings.home / 'log' / 'temporal.log'}"
        return Finding(subject, ok=False, detail=f"{address} 无应答", remedy=remedy)
    if running is None:
        return _prepared(subject, settings)
    skipping = temporal.skips_time(running.processes.get("temporal"))
    note = "可快进法定等待时间（仅演示）" if skipping else "不可快进时间，演示将在等待处停下"
    return Finding(subject, ok=True, detail=f"{address} 正常，{note}")


def _prepared(subject: str, settings: Settings) -> Finding:
    try:
        lacking = temporal_setup.lacking(settings)
    except Trouble as trouble:
        return Finding(subject, ok=False, detail=trouble.message)
    if lacking:
        detail = f"{settings.temporal_address} 正常，但缺少查询属性 {'、'.join(lacking)}"
        return Finding(subject, ok=False, detail=detail, remedy="运行 yijianshi migrate")
    return Finding(subject, ok=True, detail=f"{settings.temporal_address} 正常，查询属性齐全")


def _server(settings: Settings, running: Running | None) -> Finding:
    if running is None and not _is_outside(settings):
        return Finding("接口服务", None, "未运行")
    found = settings if running is None else settings.having(port=running.port)
    url = f"{found.server_url}/readyz"
    if stack.answers(url):
        return Finding("接口服务", ok=True, detail=f"{url} 正常")
    if running is None:
        return Finding("接口服务", None, "未运行")
    remedy = f"见 {settings.home / 'log' / 'server.log'}"
    return Finding("接口服务", ok=False, detail=f"{url} 无应答", remedy=remedy)


def _registers(settings: Settings, running: Running | None) -> Finding:
    url = running.registers_url if running else settings.registers_url
    remedy = "办理照常，共享失败的由窗口说明理由后要求提交；内嵌的见 log/registers.log"
    return _neighbour("登记库", "registers", url, running, remedy=remedy)


def _treasury(settings: Settings, running: Running | None) -> Finding:
    url = running.treasury_url if running else settings.treasury_url
    remedy = "拨付指令留存，国库恢复后自动续办；内嵌的见 log/treasury.log"
    return _neighbour("国库", "treasury", url, running, remedy=remedy)


def _neighbour(
    subject: str, name: str, url: str | None, running: Running | None, *, remedy: str
) -> Finding:
    """Ours says that it is well; of others one can only see that somebody answers."""
    if url is None:
        return Finding(subject, None, "未运行")
    if running is not None and name in running.processes:
        if stack.answers(f"{url}/healthz"):
            return Finding(subject, ok=True, detail=f"{url} 正常（样例）")
    elif stack.speaks(url):
        return Finding(subject, ok=True, detail=f"{url} 有应答")
    return Finding(subject, ok=False, detail=f"{url} 无应答", remedy=remedy)


def _is_outside(settings: Settings) -> bool:
    return settings.database_url is not None and settings.temporal_address is not None


def _leftovers(home: Path) -> Finding:
    subject = "遗留进程"
    if lock.is_held(home):
        return Finding(subject, ok=True, detail="无（有监督进程在运行）")
    try:
        found = leftovers.find(home)
    except psutil.Error as error:
        return Finding(subject, None, f"无法查看：{error}")
    if found:
        pids = "、".join(f"{process.name()} {process.pid}" for _, process in found)
        remedy = "下一次 yijianshi up 会自动停止它们"
        return Finding(subject, ok=False, detail=pids, remedy=remedy)
    return Finding(subject, ok=True, detail="无")
