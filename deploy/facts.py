"""Facts for benefits: where they are fetched, the made-up ones, and `yijianshi facts …`."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from activities.benefits.refreshing import refresh
from activities.outside.facts.http import HttpFeeds
from activities.outside.facts.protocol import FactFeed, NoFeeds
from activities.outside.registers.sandbox.facts import MadeSubject
from activities.store.benefits.fact_files import HOLDER, NAME, NUMBER, FactFile, Good
from activities.store.benefits.loading import BatchLine, Coming, Loaded, batches, load_file
from activities.store.engine import Store
from definitions.errors import Refused
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue, load_facts
from definitions.rules.calendar import local_day
from deploy.database import url
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble

SAMPLES = Path(__file__).parent / "samples" / "benefits"
BY = "cli"
SEED = "sample"
_KINDS = {SubjectKind.FIRM: "企业", SubjectKind.PERSON: "个人"}
_BASE = frozenset({"market-firm", "people-person"})
_LISTED = 20


def connected(settings: Settings) -> HttpFeeds | NoFeeds:
    """The exchange that the settings name; without one, facts come in files only."""
    if settings.facts_url is None:
        return NoFeeds()
    token = settings.facts_token.get_secret_value() if settings.facts_token else ""
    return HttpFeeds(settings.facts_url, token=token)


def sample_files() -> Iterator[tuple[str, SubjectKind, Path]]:
    """The made-up facts: source, kind, file. Who a subject is, the base registers say first."""
    files = sorted(SAMPLES.glob("*.csv"), key=lambda file: file.stem not in _BASE)
    for file in files:
        source, _, kind = file.stem.partition("-")
        yield source, SubjectKind(kind), file


def sample_subjects(catalogue: FactCatalogue) -> Iterator[MadeSubject]:
    """The same, line by line, for the stand-in that serves them."""
    for source, kind, file in sample_files():
        with file.open(encoding="utf-8", newline="") as opened:
            for line in FactFile(catalogue, source, kind).lines(opened, is_csv=True):
                assert isinstance(line, Good), f"{file.name}: {line}"
                own = {NAME: line.name, HOLDER: line.account_name, NUMBER: line.account_number}
                said = {**{n: v for n, v in own.items() if v is not None}, **line.facts}
                yield MadeSubject(source=source, kind=kind, code=line.code, said=said)


async def put_samples(store: Store, catalogue: FactCatalogue, today: date) -> int:
    """Load them, as of today; how many lines."""
    lines = 0
    for source, kind, file in sample_files():
        coming = Coming(source=source, kind=kind, as_of=today, name=file.name, by=SEED)
        with file.open("rb") as opened:
            loaded = await load_file(store, catalogue, coming, opened, today=today)
        lines += loaded.batch.good
    return lines


def load(
    settings: Settings, file: Path, *, source: str, kind: str, as_of: str, console: Console
) -> int:
    """Take a file in. 1 where some lines were wrong. Raises Trouble where none could be right."""
    coming = _coming(file, source, kind, as_of)

    async def put() -> Loaded:
        async with _store(settings) as store:
            with file.open("rb") as opened:
                return await load_file(store, load_facts(), coming, opened, today=_today())

    try:
        loaded = asyncio.run(put())
    except Refused as refused:
        message = f"没有装入：{refused.message}。"
        raise Trouble(message, code=Exit.INPUT) from refused
    except OSError as error:
        message = f"读不到文件 {file}：{error.strerror}。"
        raise Trouble(message, code=Exit.INPUT) from error
    _tell(loaded, console)
    return Exit.FAILED if loaded.batch.bad else 0


def fetch(settings: Settings | None, console: Console) -> int:
    """Ask every source for what is new. 1 where some are away. None: nothing runs here."""
    if settings is None or settings.facts_url is None:
        message = "没有运行中的服务，也没有设置 YIJIANSHI_FACTS_URL；数据可以由文件装入。"
        raise Trouble(message, code=Exit.INPUT)
    catalogue = load_facts()
    names = {source.id: source.name for source in catalogue.sources}

    async def ask() -> list[str]:
        feeds = connected(settings)
        try:
            async with _store(settings) as store:
                return await _asked(store, feeds, catalogue)
        finally:
            if isinstance(feeds, HttpFeeds):
                await feeds.close()

    away = asyncio.run(ask())
    for each in away:
        source, _, kind = each.partition(":")
        console.print(f"✕ {names[source]}（{_KINDS[SubjectKind(kind)]}）没有应答，用原有数据。")
    if not away:
        console.print("✓ 各来源已更新。")
    return Exit.FAILED if away else 0


def show_batches(settings: Settings, console: Console) -> None:
    """The latest batches."""
    names = {source.id: source.name for source in load_facts().sources}

    async def ask() -> tuple[BatchLine, ...]:
        async with _store(settings) as store, store.reading() as session:
            return await batches(session, limit=_LISTED)

    for batch in asyncio.run(ask()):
        wrong = f"，{batch.bad} 行有误" if batch.bad else ""
        whose = f"{names.get(batch.source, batch.source)}（{_KINDS[batch.kind]}）"
        console.print(f"{batch.id} {whose} 截至 {batch.as_of}：{batch.good} 行{wrong}")


async def _asked(store: Store, feeds: FactFeed, catalogue: FactCatalogue) -> list[str]:
    found: list[str] = []
    for kind in SubjectKind:
        found += [f"{each}:{kind}" for each in await refresh(store, feeds, catalogue, kind)]
    return found


def _coming(file: Path, source: str, kind: str, as_of: str) -> Coming:
    try:
        day, whose = date.fromisoformat(as_of), SubjectKind(kind)
    except ValueError as error:
        message = "--as-of 应写成 2026-11-24，--kind 应为 firm 或 person。"
        raise Trouble(message, code=Exit.INPUT) from error
    return Coming(source=source, kind=whose, as_of=day, name=file.name[-200:], by=BY)


def _tell(loaded: Loaded, console: Console) -> None:
    batch = loaded.batch
    if not loaded.is_new:
        console.print(f"· 这个文件先前已经装入（批次 {batch.id}），没有改动。")
    mark = "✓" if batch.good else "✕"
    console.print(f"{mark} 批次 {batch.id}：{batch.rows} 行，装入 {batch.good} 行。")
    for wrong in batch.problems:
        field = f" {wrong.field}" if wrong.field else ""
        console.print(f"  第 {wrong.line} 行{field} {wrong.rule} {wrong.says}")
    if len(batch.problems) < batch.bad:
        console.print(f"  共 {batch.bad} 行有误，只列出前面的。")


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    store = Store(url(settings), name="facts", size=2)
    try:
        yield store
    finally:
        await store.close()


def _today() -> date:
    return local_day(datetime.now(UTC))
