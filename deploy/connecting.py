"""Connecting departments' own systems from a command line; every command may be given again."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from temporalio.service import RPCError

from activities.contracts.assignments import Way
from activities.outside.departments.signing import SECRET_BYTES, Algorithm, secret_of
from activities.outside.departments.webhooks import is_address
from activities.store.desk.accounts import AccountView, accounts, create_account, hashed
from activities.store.desk.connections import (
    ConnectionGiven,
    ConnectionView,
    add_secret,
    connection_of,
    connections,
    drop_old_secrets,
    put_connection,
    set_active,
)
from activities.store.engine import Store, WriteSession
from definitions.language.roles import Role
from deploy import temporal_setup
from deploy.database import url
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble

BY = "cli"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A connection as it was asked for; what is None follows from the department.

    `decides`: an account made for it is an approver's, so that 自动办理 may decide as well.
    """

    name: str
    department: str
    way: Way
    account: str | None = None
    items: tuple[str, ...] = ()
    queue: str | None = None
    namespace: str | None = None
    endpoint: str | None = None
    url: str | None = None
    algorithm: Algorithm = Algorithm.SHA256
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """The connection, and what is told this once: a new account's password, a new secret."""

    connection: ConnectionView
    login: str
    password: str | None
    secret: str | None


def add(settings: Settings, wanted: Wanted) -> Added:
    """Make or change a connection; a new one takes nothing yet. Raises Trouble."""
    if wanted.way is Way.WEBHOOK and not (wanted.url and is_address(wanted.url)):
        raise Trouble("webhook 方式须写明部门系统的地址（--url http(s)://…）。", code=Exit.INPUT)
    if wanted.way is Way.NEXUS:
        asyncio.run(_own_namespace(settings, wanted))
    return asyncio.run(_with_store(settings, lambda session: _add(session, wanted)))


def listed(settings: Settings) -> tuple[ConnectionView, ...]:
    """Every connection, by department."""
    return asyncio.run(_with_store(settings, connections))


def switch(settings: Settings, name: str, *, active: bool) -> None:
    """Let tasks that are opened from now on go there, or to people. Raises Trouble."""

    async def work(session: WriteSession) -> bool:
        return await set_active(session, name, active=active, by=BY)

    _require(name, found=asyncio.run(_with_store(settings, work)))


def new_secret(settings: Settings, name: str) -> str:
    """A new secret; the one of before stays valid until `drop_old`. Raises Trouble."""
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))

    async def work(session: WriteSession) -> bool:
        return await add_secret(session, name, secret, by=BY)

    _require(name, found=asyncio.run(_with_store(settings, work)))
    return secret


def drop_old(settings: Settings, name: str) -> None:
    """Only the newest secret is valid any more. Raises Trouble."""

    async def work(session: WriteSession) -> bool:
        return await drop_old_secrets(session, name, by=BY)

    _require(name, found=asyncio.run(_with_store(settings, work)))


def endpoint_of(department: str) -> str:
    """The usual name of a department's endpoint; these may hold no underscore."""
    return f"dept-{department.replace('_', '-')}"


def _require(name: str, *, found: bool) -> None:
    if not found:
        message = f"没有对接 {name}：可用 yijianshi connections list 查看。"
        raise Trouble(message, code=Exit.INPUT)


async def _add(session: WriteSession, wanted: Wanted) -> Added:
    login = wanted.account or f"{wanted.department}.system"
    account, password = await _account(session, login, wanted)
    before = await connection_of(session, wanted.name)
    given = ConnectionGiven(
        department=wanted.department,
        way=wanted.way,
        account=account.id,
        items=wanted.items,
        queue=(wanted.queue or f"dept-{wanted.department}") if wanted.way is Way.WORKER else None,
        endpoint=_endpoint(wanted) if wanted.way is Way.NEXUS else None,
        url=wanted.url if wanted.way is Way.WEBHOOK else None,
        algorithm=wanted.algorithm,
    )
    await put_connection(session, wanted.name, given, by=BY)
    secret = None
    if wanted.way is Way.WEBHOOK and not (before and before.secrets):
        secret = secret_of(secrets.token_bytes(SECRET_BYTES))
        await add_secret(session, wanted.name, secret, by=BY)
    after = await connection_of(session, wanted.name)
    assert after is not None
    return Added(after, login, password, secret)


async def _account(
    session: WriteSession, login: str, wanted: Wanted
) -> tuple[AccountView, str | None]:
    department = wanted.department
    found = next((a for a in await accounts(session) if a.login == login), None)
    if found is not None:
        if found.department != department:
            message = f"账号 {login} 不属于 {department}。"
            raise Trouble(message, code=Exit.INPUT)
        return found, None
    password = secrets.token_urlsafe(18)
    made = await create_account(
        session,
        login=login,
        name=f"{department} 系统",
        role=Role.APPROVER if wanted.decides else Role.DEPARTMENT_SYSTEM,
        department=department,
        password_hash=await asyncio.to_thread(hashed, password),
    )
    return made, password


async def _own_namespace(settings: Settings, wanted: Wanted) -> None:
    """The department's namespace and our way to it. Raises Trouble."""
    if settings.temporal_address is None:
        raise Trouble("nexus 方式须先运行 yijianshi up，或设置 Temporal 地址。", code=Exit.INPUT)
    client = await temporal_setup.connect(settings)
    namespace = wanted.namespace or endpoint_of(wanted.department)
    queue = wanted.queue or f"dept-{wanted.department}"
    try:
        await temporal_setup.give_namespace(client, namespace)
        await temporal_setup.give_endpoint(
            client, _endpoint(wanted), namespace=namespace, queue=queue
        )
    except RPCError as error:
        message = (
            f"不能建立部门的命名空间或 Nexus 入口（{error.message}）："
            f"请由 Temporal 的管理员建立命名空间 {namespace} 和入口 {_endpoint(wanted)}。"
        )
        raise Trouble(message) from error
    finally:
        await asyncio.sleep(temporal_setup.LAST_BREATH)


def _endpoint(wanted: Wanted) -> str:
    return wanted.endpoint or endpoint_of(wanted.department)


async def _with_store(settings: Settings, work: Callable[[WriteSession], Awaitable[T]]) -> T:
    store = Store(url(settings), name="connections", size=1)
    try:
        async with store.begin() as session:
            return await work(session)
    finally:
        await store.close()
