"""Every setting of every process, read from the environment here and nowhere else.

Lower layers are given values and never look for them. A variable with our prefix that is not
listed below is refused, because a misspelt setting that is silently ignored is found in production.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.trouble import Exit, Trouble

PREFIX = "YIJIANSHI_"
DEFAULT_PORT = 8080

_REASONS = {
    "int_parsing": "应为整数",
    "greater_than_equal": "应在 1 到 65535 之间",
    "less_than_equal": "应在 1 到 65535 之间",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "应为 DEBUG、INFO、WARNING、ERROR 之一",
}

Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Frozen; `home` is made absolute, so that children with another working folder agree."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    home: Path = Field(Path(".data"), description="数据文件夹（数据库、Temporal、附件、日志）")
    host: str = Field("127.0.0.1", description="接口监听地址")
    port: Port | None = Field(
        None, description=f"接口端口；不设则用 {DEFAULT_PORT}，被占用时自动另选"
    )
    database_url: SecretStr | None = Field(
        None, description="外部 PostgreSQL 地址（postgresql://…）；不设则用内嵌数据库"
    )
    temporal_address: str | None = Field(
        None, description="外部 Temporal 地址（主机:端口）；不设则用内嵌 Temporal"
    )
    temporal_namespace: str = Field("default", description="Temporal 命名空间")
    temporal_port: Port | None = Field(None, description="内嵌 Temporal 端口；不设则自动")
    temporal_ui_port: Port | None = Field(None, description="内嵌 Temporal 界面端口；不设则自动")
    registers_url: str | None = Field(
        None, description="登记库共享接口地址（http(s)://…）；不设则 up 用内嵌的样例登记库"
    )
    registers_token: SecretStr | None = Field(
        None, description="登记库共享接口的令牌；内嵌的每次启动另造"
    )
    registers_port: Port | None = Field(None, description="内嵌样例登记库端口；不设则自动")
    departments_url: str | None = Field(
        None, description="样例部门系统地址（http(s)://…）；不设则 up 用内嵌的样例部门系统"
    )
    departments_token: SecretStr | None = Field(
        None, description="样例部门系统的令牌；内嵌的每次启动另造"
    )
    departments_port: Port | None = Field(None, description="内嵌样例部门系统端口；不设则自动")
    facts_url: str | None = Field(
        None,
        description="免申即享数据的共享接口地址（http(s)://…）；不设则 up 用内嵌的样例登记库",
    )
    facts_token: SecretStr | None = Field(
        None, description="免申即享数据共享接口的令牌；内嵌的与样例登记库相同"
    )
    treasury_url: str | None = Field(
        None, description="国库支付接口地址（http(s)://…）；不设则 up 用内嵌的样例国库"
    )
    treasury_token: SecretStr | None = Field(
        None, description="国库支付接口的令牌；内嵌的每次启动另造"
    )
    treasury_port: Port | None = Field(None, description="内嵌样例国库端口；不设则自动")
    task_queue: str = Field("bundles", description="Temporal 任务队列；批次的队列另加 -batch")
    otlp_endpoint: str | None = Field(
        None, description="OpenTelemetry 接收地址（OTLP/HTTP）；不设则不采集链路"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="日志级别")
    metrics_port: Port | None = Field(
        None, description="工作进程指标端口（Prometheus）；不设则由 up 自动选择，单独运行时不开"
    )
    time_skipping: bool = Field(
        default=True, description="内嵌 Temporal 是否允许演示快进法定等待时间"
    )
    ready_file: Path | None = Field(None, description="进程就绪后写入的文件（由监督进程设置）")

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _psycopg(cls, url: SecretStr | None) -> SecretStr | None:
        """One driver; the plain spellings that other tools write are accepted too."""
        if url is None:
            return None
        scheme, separator, rest = url.get_secret_value().partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            message = "应为 postgresql://用户:口令@主机:端口/库名"
            raise ValueError(message)
        return SecretStr(f"postgresql+psycopg://{rest}")

    @field_validator("registers_url", "departments_url", "treasury_url", "facts_url")
    @classmethod
    def _http(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in {"http", "https"}:
            message = "应为 http://主机:端口 或 https://主机"
            raise ValueError(message)
        return url.rstrip("/") if url is not None else None

    @property
    def batch_queue(self) -> str:
        """Where runs of policies are driven: by a worker of their own, never by that of people."""
        return f"{self.task_queue}-batch"

    @property
    def server_url(self) -> str:
        """Where a client on this machine finds the API; a wildcard address is not one."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 -- compared
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port or DEFAULT_PORT}"

    def having(
        self,
        *,
        database_url: str | None = None,
        temporal_address: str | None = None,
        port: int | None = None,
        metrics_port: int | None = None,
        registers: tuple[str, str, int] | None = None,
        departments: tuple[str, str, int] | None = None,
        treasury: tuple[str, str, int] | None = None,
        ready_file: Path | None = None,
    ) -> Self:
        """A copy that knows what the supervisor chose; None leaves a setting as it was.

        `registers`, `departments` and `treasury` are address, token and port.
        """
        changes: dict[str, object] = {}
        if database_url is not None:
            changes["database_url"] = SecretStr(database_url)
        if temporal_address is not None:
            changes["temporal_address"] = temporal_address
        if port is not None:
            changes["port"] = port
        if metrics_port is not None:
            changes["metrics_port"] = metrics_port
        neighbours = {"registers": registers, "departments": departments, "treasury": treasury}
        for name, outside in neighbours.items():
            if outside is not None:
                address, token, chosen = outside
                changes |= {f"{name}_url": address, f"{name}_token": SecretStr(token)}
                changes[f"{name}_port"] = chosen
        if registers is not None and self.facts_url is None:
            # The made-up registers serve the made-up facts too.
            changes |= {"facts_url": registers[0], "facts_token": SecretStr(registers[1])}
        if ready_file is not None:
            changes["ready_file"] = ready_file
        return self.model_copy(update=changes)


@dataclass(frozen=True, slots=True)
class Described:
    """One line of `yijianshi settings`."""

    variable: str
    value: str
    changed: bool
    meaning: str


def load(*, home: Path | None = None) -> Settings:
    """Settings from the environment; `home` overrides it. Raises Trouble naming the variable."""
    _refuse_unknown(os.environ)
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as error:
        lines = [
            f"设置 {PREFIX}{str(found['loc'][0]).upper()} 有误："
            f"{_REASONS.get(found['type'], found['msg']).removeprefix('Value error, ')}"
            for found in error.errors(include_input=False, include_url=False)
        ]
        raise Trouble("；".join(lines) + "。", code=Exit.INPUT) from None


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process: ours, with exactly these settings in it."""
    others = {k: v for k, v in os.environ.items() if not k.upper().startswith(PREFIX)}
    ours = {
        PREFIX + name.upper(): _plain(value)
        for name in Settings.model_fields
        if (value := getattr(settings, name)) is not None
    }
    return others | ours


def described(settings: Settings) -> list[Described]:
    """What `yijianshi settings` prints: secrets hidden, but the host of an address visible."""
    return [
        Described(
            variable=PREFIX + name.upper(),
            value=_shown(getattr(settings, name)),
            changed=name in settings.model_fields_set,
            meaning=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _refuse_unknown(variables: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(
        v for v in variables if v.upper().startswith(PREFIX) and v.upper() not in known
    )
    if not unknown:
        return
    near = difflib.get_close_matches(unknown[0].upper(), known, n=1)
    hint = f"，是否应为 {near[0]}？" if near else "。"
    message = f"不认识的设置 {'、'.join(unknown)}{hint}可用 yijianshi settings 查看全部设置。"
    raise Trouble(message, code=Exit.INPUT)


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if not isinstance(value, SecretStr):
        return str(value)
    parts = urlsplit(value.get_secret_value())
    if not parts.netloc:
        return "***"
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://***@{place}{parts.path}"
