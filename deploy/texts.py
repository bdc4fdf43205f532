"""What the commands on services' and policies' texts share: files, the database, who answers."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from activities.store.desk.accounts import AccountView, accounts
from activities.store.engine import ReadSession, Store
from definitions.errors import Refused
from definitions.rules.permissions import Act, may
from definitions.source import MAX_BYTES
from deploy.database import url
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble

T = TypeVar("T")


def read_text_file(path: Path) -> str:
    """A text file. Raises `Trouble`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"{path} 超过 {MAX_BYTES // 1000} KB。"
            raise Trouble(message, code=Exit.INPUT)
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"读不到 {path}：{error.strerror}。"
        raise Trouble(message, code=Exit.INPUT) from error
    except UnicodeDecodeError as error:
        message = f"{path} 不是 UTF-8 编码，请另存为 UTF-8。"
        raise Trouble(message, code=Exit.INPUT) from error


def with_store(settings: Settings, name: str, work: Callable[[Store], Awaitable[T]]) -> T:
    """The work on a store of its own; a refusal ends the command with its sentence."""

    async def done() -> T:
        store = Store(url(settings), name=name, size=2)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(done())
    except Refused as refused:
        message = f"没有办成：{refused.message}。"
        raise Trouble(message, code=Exit.INPUT) from refused


async def policy_officer(session: ReadSession, login: str, act: Act, what: str) -> AccountView:
    """The account that answers for a publication. Raises `Trouble`."""
    found = next((each for each in await accounts(session) if each.login == login), None)
    if found is None or not found.active:
        message = f"没有可用的账号 {login}。"
        raise Trouble(message, code=Exit.INPUT)
    if not may(found.actor, act):
        message = f"账号 {login}（{found.name}）不能提出或者批准{what}，须为政策专员或者管理员。"
        raise Trouble(message, code=Exit.INPUT)
    return found
