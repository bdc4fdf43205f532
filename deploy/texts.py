"""What the commands on services' and policies' texts share: files, the database, who answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from activities.store.desk.accounts import AccountView, accounts
from activities.store.engine import ReadSession, Store
from definitions.errors import Refused
from definitions.lifecycle.comparing import Change
from definitions.lifecycle.judging import Finding, Judgement
from definitions.lifecycle.pinning import Text, changed, pin_of, pinned, unpinned
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


def put_pins(texts: Sequence[Text], file: Path, out: Console) -> None:
    """Add what is shipped and not in the list yet. Raises Trouble where a listed text changed."""
    pins = pinned(file.read_bytes())
    broken = changed(texts, pins)
    if broken:
        message = f"已发布的文本不能改动，请另起版本号：{'、'.join(broken)}。"
        raise Trouble(message)
    added = unpinned(texts, pins)
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(map(pin_of, added))
    out.print(f"✓ 新登记 {len(added)} 个版本，共 {len(pins) + len(added)} 个。")


def show_findings(findings: Sequence[Finding], out: Console) -> None:
    """Each with its place. Raises Trouble where there is one."""
    for each in findings:
        place = f"{each.file}:{each.line}:{each.column}"
        where = f" {each.path}" if each.path else ""
        out.print(f"{place} {each.rule}{where} {each.message}", markup=False)
    if findings:
        message = f"{len(findings)} 处需要修改。"
        raise Trouble(message, code=Exit.INPUT)


def show_cases(report: Judgement, what: str, out: Console) -> None:
    """Every case that came out otherwise. Raises Trouble where one did."""
    for case in report.failed:
        out.print(f"✗ {case.case}", markup=False)
        for unlike in case.unlike:
            told = f"{unlike.label}：应为 {unlike.expected}，得到 {unlike.found}"
            out.print(f"    {told}", markup=False)
    if report.failed:
        message = f"{len(report.failed)} 个金例与{what}不符（共 {len(report.cases)} 个）。"
        raise Trouble(message)


def show_changes(
    name: str, before: int, after: int, changes: Sequence[Change], out: Console
) -> None:
    """What a version says otherwise than another, under its headings."""
    out.print(f"{name}：第 {before} 版 → 第 {after} 版，{len(changes)} 处不同")
    for heading, group in groupby(changes, key=lambda change: change.section):
        out.print(heading)
        for change in group:
            out.print(f"  {change.text}", markup=False)


def version_among(known: Mapping[int, T], name: str, version: int) -> T:
    """That version of what is called so. Raises Trouble."""
    if version not in known:
        there = "、".join(map(str, sorted(known))) or "没有"
        message = f"没有 {name} 第 {version} 版；现有：{there}。"
        raise Trouble(message, code=Exit.INPUT)
    return known[version]


def require_reason(reason: str) -> None:
    """Raises Trouble where a retirement is not explained."""
    if not reason.strip():
        message = "请用 --why 写明停用的理由。"
        raise Trouble(message, code=Exit.INPUT)


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
