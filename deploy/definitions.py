"""`yijianshi definitions …`: publishing and comparing definitions from a command line.

What only reads needs no database. Publishing writes into the database of the running stack;
its processes take the version up by themselves.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from activities.store.desk import definitions as kept
from activities.store.desk.definitions import Asked, DefinitionChanged, PublicationView
from activities.store.engine import Store
from activities.store.reading import definitions as reading
from api.definitions import fit
from api.problems import Problem
from definitions.composing import Parts
from definitions.lifecycle.diffing import changes
from definitions.lifecycle.picture import drawn
from definitions.loading import (
    CATALOGUE,
    Library,
    Loaded,
    load_catalogue,
    read_service,
    reread,
)
from definitions.rules.permissions import Act
from deploy.definition_texts import text_of
from deploy.settings import Settings
from deploy.texts import (
    policy_officer,
    require_reason,
    show_changes,
    version_among,
    with_store,
)
from deploy.trouble import Exit, Trouble

T = TypeVar("T")


def publish(
    settings: Settings,
    path: Path,
    *,
    cases: Sequence[Path],
    proposed_by: str,
    approved_by: str,
    note: str,
    console: Console,
) -> None:
    """Propose and approve in one step, by two people. Raises Trouble with everything wrong."""
    text = text_of(path, cases)
    try:
        written = fit(text.judged(), text.text, text.cases)
    except Problem as problem:
        raise Trouble(_listed(problem), code=Exit.INPUT) from problem

    async def put(store: Store) -> PublicationView:
        async with store.begin() as session:
            one = await policy_officer(session, proposed_by, Act.PUBLISH_DEFINITION, "定义")
            other = await policy_officer(session, approved_by, Act.PUBLISH_DEFINITION, "定义")
            await kept.propose(session, written, Asked(by=one.id, note=note))
            return await kept.approve(session, written, by=other.id, now=datetime.now(UTC))

    made = _with_store(settings, put)
    until = f"至 {made.until}" if made.until else "起"
    console.print(f"✓ 已发布 {made.name}（{made.service} 第 {made.version} 版，{made.sha256}）。")
    console.print(f"· {made.since} {until}有效；在办的件不变，新收的件按生效的版本办理。")


def retire(
    settings: Settings, service: str, version: int, *, by: str, reason: str, console: Console
) -> None:
    """Let nothing new be handled under a version. Raises Trouble."""
    require_reason(reason)

    async def put(store: Store) -> PublicationView:
        async with store.begin() as session:
            who = await policy_officer(session, by, Act.PUBLISH_DEFINITION, "定义")
            return await kept.retire(
                session, service, version, by=who.id, reason=reason, now=datetime.now(UTC)
            )

    made = _with_store(settings, put)
    console.print(f"✓ 已停用 {made.name} 第 {version} 版：不再收件，在办的照旧办完。")


def show_diff(
    settings: Settings | None, service: str, before: int, after: int, console: Console
) -> None:
    """What a version says otherwise than another. Raises Trouble."""
    known = versions_of(settings, service)
    was, becomes = (version_among(known, service, number) for number in (before, after))
    found = changes(was.definition, becomes.definition, load_catalogue())
    show_changes(becomes.definition.name, before, after, found, console)


def show_impact(settings: Settings, service: str, version: int, console: Console) -> None:
    """What is handled under which version, and what this one will judge. Raises Trouble."""

    async def ask(store: Store) -> Iterator[str]:
        async with store.reading() as session:
            running = await reading.running(session, service)
            matters = await reading.matters(session, service)
            drafts = await reading.drafts(session, service)
        lines = [f"在办 {sum(each.count for each in running)} 件，都按收件时的版本办完，不受影响"]
        lines += [f"  第 {r.version} 版 {r.status}：{r.count} 件" for r in running]
        lines += [f"    第 {m.version} 版 {m.name} {m.status}：{m.count}" for m in matters]
        waiting = sum(each.count for each in drafts)
        lines.append(f"草稿 {waiting} 份，提交时按当时生效的版本（第 {version} 版生效后按它）办理")
        return iter(lines)

    version_among(versions_of(settings, service), service, version)
    for line in _with_store(settings, ask):
        console.print(line)


def picture(
    settings: Settings | None,
    service: str,
    version: int | None,
    *,
    file: Path | None,
    console: Console,
) -> None:
    """Draw a version, into a file or on the terminal's output. Raises Trouble."""
    known = versions_of(settings, service)
    number = version if version is not None else max(known, default=0)
    loaded = version_among(known, service, number)
    made = drawn(loaded.definition, load_catalogue())
    if file is None:
        console.file.write(made.svg + "\n")
        return
    try:
        file.write_text(made.svg, encoding="utf-8")
    except OSError as error:
        message = f"写不了 {file}：{error.strerror}。"
        raise Trouble(message, code=Exit.INPUT) from error
    console.print(f"✓ 已画成 {file}。")
    for line in made.lines:
        console.print(f"  {line}")


def show_list(settings: Settings | None, console: Console) -> None:
    """Every version with its standing."""
    if settings is None:
        for loaded in Library.load().services:
            definition = loaded.definition
            since = definition.validity.since.isoformat()
            console.print(f"{definition.service} 第 {definition.version} 版 {since} 起（随软件）")
        return

    async def ask(store: Store) -> Sequence[str]:
        async with store.reading() as session:
            published = await kept.publication_heads(session)
            proposed = await kept.proposal_heads(session)
        lines = []
        for each in published:
            shipped = each.approved_by == kept.RELEASE
            how = "随软件发布" if shipped else "已发布"
            gone = f"，{each.retired_at:%Y-%m-%d} 停用" if each.retired_at else ""
            until = f"至 {each.until}" if each.until else "起"
            named = f"{each.service} 第 {each.version} 版 {each.name}"
            lines.append(f"{named}：{each.since} {until}，{how}{gone}")
        waits = {"proposed": "等批准", "returned": "已退回"}
        lines += [
            f"{each.service} 第 {each.version} 版 {each.name}：{waits[each.state]}"
            for each in proposed
            if each.state in waits
        ]
        return lines

    for line in _with_store(settings, ask):
        console.print(line)


def versions_of(settings: Settings | None, service: str) -> dict[int, Loaded]:
    """Every version of a service that is shipped or published. `settings` None: no database."""
    catalogue, parts = load_catalogue(), Parts(CATALOGUE)
    found: dict[int, Loaded] = {}
    for path in sorted((CATALOGUE / service).glob("v[1-9]*.yaml")):
        if ".cases" not in path.name:
            loaded, _ = read_service(path.read_bytes(), path.name, catalogue, parts)
            found |= {loaded.definition.version: loaded} if loaded else {}
    if settings is None:
        return found

    async def ask(store: Store) -> Sequence[PublicationView]:
        async with store.reading() as session:
            return await kept.publications(session)

    published = _with_store(settings, ask)
    own = {each.version: each for each in published if each.service == service}
    return found | {number: reread(each.composed, each.sha256) for number, each in own.items()}


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    try:
        return with_store(settings, "definitions", work)
    except DefinitionChanged as error:
        message = f"已发布的版本不能改动：{error}。"
        raise Trouble(message, code=Exit.INPUT) from error


def _listed(problem: Problem) -> str:
    lines = [
        f"第 {fault.line} 行第 {fault.column} 列 {fault.rule} {fault.message}"
        if fault.line is not None
        else fault.message
        for fault in problem.errors
    ]
    return f"没有发布：{problem.detail}\n  " + "\n  ".join(lines)
