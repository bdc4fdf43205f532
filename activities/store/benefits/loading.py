"""Files of facts, taken in: every line that is right, in one transaction with what was wrong.

A million lines go through a temporary table, so that neither memory nor time grows with more than
the lines themselves.
"""

import asyncio
import csv
import hashlib
import io
import json
from codecs import getincrementaldecoder
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, cast

import psycopg
from pydantic import Field
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from activities.store.benefits.accounts import put_coming
from activities.store.benefits.fact_files import FactFile, Good, Lines, Rule, Wrong
from activities.store.engine import ReadSession, Store, WriteSession
from activities.store.tables.subjects import FactBatch
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue

SHOWN = 1_000
_CHUNK = 2_000
_PIECE = 1 << 20
_ENCODINGS = ("utf-8-sig", "gb18030")
_COPY = (
    "COPY coming (line, code, name, account_name, account_number, facts) FROM STDIN (FORMAT csv)"
)


class Coming(Value):
    """What a file is said to be: whose facts of whom, as of which day; who brings it."""

    source: str
    kind: SubjectKind
    as_of: date
    name: str = Field(max_length=200)
    by: str


class BatchLine(Coming):
    """A batch in a list; `bad` counts lines."""

    id: int
    sha256: str
    rows: int
    good: int
    bad: int
    facts: tuple[str, ...]
    at: datetime


class BatchView(BatchLine):
    """A batch. `problems` are the first thousand."""

    problems: tuple[Wrong, ...]


class Loaded(Value):
    """A batch, and whether it was there before."""

    batch: BatchView
    is_new: bool


_TABLE = text(
    "CREATE TEMPORARY TABLE coming (line int, code text, name text, account_name text, "
    "account_number text, facts jsonb) ON COMMIT DROP"
)
_TWICE = text(
    "DELETE FROM coming c USING (SELECT code, min(line) AS first FROM coming "
    "GROUP BY code HAVING count(*) > 1) d WHERE c.code = d.code AND c.line > d.first "
    "RETURNING c.line"
)
# Two files of one source and day add up; the later one counts where both say something.
_FACTS = text(
    "INSERT INTO subject_facts (source, subject, as_of, batch, facts) "
    "SELECT :source, s.id, :as_of, :batch, coalesce(p.facts, '{}') || c.facts FROM coming c "
    "JOIN subject s ON s.kind = :kind AND s.code = c.code LEFT JOIN LATERAL ("
    "SELECT f.facts FROM subject_facts f WHERE :again AND f.source = :source "
    "AND f.subject = s.id AND f.as_of = :as_of ORDER BY f.batch DESC LIMIT 1) p ON true "
    "WHERE c.facts <> '{}' ORDER BY s.id"
)


async def load_file(
    store: Store, catalogue: FactCatalogue, coming: Coming, file: BinaryIO, *, today: date
) -> Loaded:
    """Take a file in. The same bytes of the same source and day a second time: the first result.

    Raises `Refused` where no line of it could be right.
    """
    require_known(catalogue, coming, today)
    sha256, encoding = await asyncio.to_thread(_looked_at, file)
    reading = FactFile(catalogue, coming.source, coming.kind)
    async with store.begin() as session:
        await session.execute(text("SET LOCAL statement_timeout = '30min'"))
        key = f"{coming.source}:{coming.kind}:{coming.as_of}"
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
        before = await _same(session, coming, sha256)
        if before is not None:
            return Loaded(batch=_view(before), is_new=False)
        await session.execute(_TABLE)
        wrong = await _copied(session, _lines(reading, file, encoding))
        name = next(each.name for each in catalogue.sources if each.id == coming.source)
        row = await _taken(session, coming, sha256, wrong, sorted(reading.facts), source=name)
    return Loaded(batch=_view(row), is_new=True)


def require_known(catalogue: FactCatalogue, coming: Coming, today: date) -> None:
    """Raises `Refused`: the source keeps nothing of this kind, or the day is yet to come."""
    ours = {fact.source for fact in catalogue.facts if fact.kind is coming.kind}
    if coming.source not in ours:
        says = "数据目录里没有这个来源，或者它不掌握这一类对象的数据"
        raise Refused(Code.UNKNOWN_SOURCE, says, field="/source")
    if coming.as_of > today:
        raise Refused(Code.FACTS_IN_FUTURE, "数据的截至日不能晚于今天", field="/as_of")


async def batches(
    session: ReadSession, *, before: int | None = None, limit: int = 50
) -> tuple[BatchLine, ...]:
    """The latest first, those before that one."""
    found = select(FactBatch).options(defer(FactBatch.problems, raiseload=True))
    if before is not None:
        found = found.where(FactBatch.id < before)
    rows = await session.scalars(found.order_by(FactBatch.id.desc()).limit(limit))
    return tuple(BatchLine.model_validate(_said(row)) for row in rows)


async def last_days(session: ReadSession) -> dict[str, date]:
    """Of each source as of which day it has spoken last; of who never has, nothing."""
    last = func.max(FactBatch.as_of).label("last")
    rows = await session.execute(select(FactBatch.source, last).group_by(FactBatch.source))
    return {row.source: row.last for row in rows}


async def batch_view(session: ReadSession, batch: int) -> BatchView | None:
    """One batch."""
    row = await session.scalar(select(FactBatch).where(FactBatch.id == batch))
    return None if row is None else _view(row)


async def last_of(session: ReadSession, source: str, kind: SubjectKind) -> tuple[date | None, str]:
    """The day and the hash of what the source said last, from which a feed goes on."""
    row = await session.scalar(
        select(FactBatch)
        .where(FactBatch.source == source, FactBatch.kind == kind)
        .order_by(FactBatch.as_of.desc(), FactBatch.id.desc())
        .limit(1)
    )
    return (None, "") if row is None else (row.as_of, row.sha256)


def _looked_at(file: BinaryIO) -> tuple[str, str | None]:
    """Hash and encoding: Chinese offices send either. None: it is no text at all."""
    file.seek(0)
    digest = hashlib.sha256()
    decoders = {name: getincrementaldecoder(name)() for name in _ENCODINGS}
    while True:
        piece = file.read(_PIECE)
        digest.update(piece)
        for name, decoder in list(decoders.items()):
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError:
                del decoders[name]
        if not piece:
            return digest.hexdigest(), next(iter(decoders), None)


def _lines(reading: FactFile, file: BinaryIO, encoding: str | None) -> Lines:
    if encoding is None:
        says = "文件不是 UTF-8 或者 GB 18030 编码的文字"
        yield (Wrong(line=1, field="", rule=Rule.ENCODING, says=says),)
        return
    file.seek(0)
    is_csv = not file.read(_PIECE).decode(encoding, "ignore").lstrip().startswith("{")
    file.seek(0)
    opened = io.TextIOWrapper(file, encoding=encoding, newline="" if is_csv else None)
    try:
        yield from reading.lines(opened, is_csv=is_csv)
    finally:
        opened.detach()


class _Told:
    """What was wrong: all lines counted, the first thousand kept."""

    def __init__(self) -> None:
        self.bad = 0
        self.first: list[Wrong] = []

    def add(self, wrong: Iterable[Wrong]) -> None:
        self.bad += 1
        self.first += list(wrong)[: SHOWN - len(self.first)]


async def _copied(session: WriteSession, lines: Lines) -> _Told:
    """The good ones into the temporary table; what was wrong with the others."""
    told = _Told()
    made = await cast("AsyncSession", session).connection()
    raw = (await made.get_raw_connection()).driver_connection
    assert isinstance(raw, psycopg.AsyncConnection)
    async with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
        while (some := await asyncio.to_thread(_some, lines, told)) is not None:
            await copy.write(some)
    return told


def _some(lines: Lines, told: _Told) -> str | None:
    """The next lines as they are copied, read and written beside the event loop; None at the end.

    No column of theirs is ever empty: an empty cell is what nothing was said of.
    """
    chunk = list(islice(lines, _CHUNK))
    if not chunk:
        return None
    text = io.StringIO()
    rows = csv.writer(text)
    for each in chunk:
        if isinstance(each, Good):
            facts = json.dumps(each.facts, ensure_ascii=False)
            account = (each.account_name, each.account_number)
            rows.writerow((each.line, each.code, each.name, *account, facts))
        else:
            told.add(each)
    return text.getvalue()


async def _taken(
    session: WriteSession,
    coming: Coming,
    sha256: str,
    told: _Told,
    facts: Sequence[str],
    *,
    source: str,
) -> FactBatch:
    await session.execute(text("ANALYZE coming"))
    for line in sorted(await session.scalars(_TWICE)):
        says = "同一个代码在文件里不止一行，只取第一行"
        told.add([Wrong(line=line, field="code", rule=Rule.CODE_TWICE, says=says)])
    good = await session.scalar(text("SELECT count(*) FROM coming")) or 0
    said = coming.model_dump(exclude={"by", "name"})
    again = await session.scalar(select(func.count()).select_from(FactBatch).filter_by(**said))
    row = FactBatch(
        **said,
        name=coming.name,
        sha256=sha256,
        rows=good + told.bad,
        good=good,
        bad=told.bad,
        problems=[wrong.model_dump(mode="json") for wrong in told.first],
        facts=list(facts),
        loaded_by=coming.by,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await put_coming(session, said, source)
    await session.execute(_FACTS, {**said, "batch": row.id, "again": bool(again)})
    return row


async def _same(session: ReadSession, coming: Coming, sha256: str) -> FactBatch | None:
    said = coming.model_dump(exclude={"by", "name"})
    found: FactBatch | None = await session.scalar(
        select(FactBatch).filter_by(**said, sha256=sha256)
    )
    return found


def _view(row: FactBatch) -> BatchView:
    return BatchView.model_validate({**_said(row), "problems": row.problems})


def _said(row: FactBatch) -> dict[str, object]:
    alike = BatchLine.model_fields.keys() - {"by", "at"}
    said = {name: getattr(row, name) for name in alike}
    return said | {"by": row.loaded_by, "at": row.loaded_at}
