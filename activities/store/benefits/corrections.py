"""更正数据: a fact that was put right, or found out, by people: a batch of one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from activities.store.benefits.facts import subject_view
from activities.store.benefits.policies import policies_in_force
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.subjects import FactBatch, SubjectFacts
from definitions.errors import Code, Refused
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.conditions import Fact
from definitions.rules.fact_values import value_of

_NEWS = text(
    "SELECT name FROM unnest(CAST(:wanted AS text[])) name WHERE EXISTS ("
    "SELECT FROM subject_facts c LEFT JOIN LATERAL (SELECT p.facts FROM subject_facts p "
    "WHERE p.source = c.source AND p.subject = c.subject "
    "AND (p.as_of, p.batch) < (c.as_of, c.batch) "
    "ORDER BY p.as_of DESC, p.batch DESC LIMIT 1) before ON true WHERE c.batch = :batch "
    "AND c.facts ? name AND c.facts -> name IS DISTINCT FROM before.facts -> name)"
)


async def put_correction(
    session: WriteSession,
    catalogue: FactCatalogue,
    subject: int,
    facts: Mapping[str, Fact | Sequence[str]],
    *,
    on: date,
    by: str,
    case: int,
) -> tuple[int, ...]:
    """The batches, one for each day of a source that is put right. A second time changes nothing.

    They count from the day `on` (the day a run goes by). Where the source has said something fresh
    by then, that is corrected and is no younger for it; otherwise what was found out stands alone,
    as of that day. What it has said of later days is corrected too; what it says from now on
    counts again. Raises `Refused`.
    """
    seen = await subject_view(session, subject)
    if seen is None:
        raise Refused(Code.UNKNOWN_SUBJECT, "没有这个对象")
    right = checked(catalogue, seen.kind, facts)
    fresh = {source.id: source.fresh_days for source in catalogue.sources}
    made: list[int] = []
    for source, said in right.items():
        oldest = on - timedelta(days=fresh[source])
        for as_of, before in await _stand(session, subject, source, oldest=oldest, on=on):
            batch = await _batch(session, source, seen.kind, as_of, said, by=by, case=case)
            if batch is None:
                continue
            row = {"source": source, "subject": subject, "as_of": as_of, "batch": batch}
            await session.execute(insert(SubjectFacts).values(**row, facts={**before, **said}))
            made.append(batch)
    return tuple(made)


def checked(
    catalogue: FactCatalogue, kind: SubjectKind, facts: Mapping[str, Fact | Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """The facts by source, as they are kept. Raises `Refused(FACT_INVALID)` naming the first."""
    known = {fact.fact: fact for fact in catalogue.facts if fact.kind is kind}
    found: dict[str, dict[str, Any]] = {}
    for name, value in facts.items():
        fact = known.get(name)
        if fact is None:
            says = "数据目录里没有这一项数据"
            raise Refused(Code.FACT_INVALID, says, field=f"/facts/{name}")
        read = value_of(fact, value)
        if read is None:
            says = f"{fact.label}填写的形式不对"
            raise Refused(Code.FACT_INVALID, says, field=f"/facts/{name}")
        found.setdefault(fact.source, {})[name] = list(read) if isinstance(read, tuple) else read
    return found


async def touched_policies(session: ReadSession, batch: int, on: date) -> tuple[LoadedPolicy, ...]:
    """The policies in force of which a run begins by what came in.

    A delivery is whole: only what it says otherwise than before, of somebody, has come in.
    """
    row = await session.scalar(select(FactBatch).where(FactBatch.id == batch))
    if row is None or not row.good:
        return ()
    begun_by = [
        (loaded, set(loaded.definition.begins.facts) & set(row.facts))
        for loaded in await policies_in_force(session, on)
        if loaded.definition.begins is not None
    ]
    wanted = sorted(set[str]().union(*(facts for _, facts in begun_by)))
    if not wanted:
        return ()
    await session.execute(text("SET LOCAL statement_timeout = '5min'"))
    news = set(await session.scalars(_NEWS, {"batch": batch, "wanted": wanted}))
    return tuple(loaded for loaded, facts in begun_by if facts & news)


async def _stand(
    session: WriteSession, subject: int, source: str, *, oldest: date, on: date
) -> list[tuple[date, dict[str, Any]]]:
    """What counts of the day `on`, and of each later one; of `on` at least an empty row."""
    rows = await session.execute(
        select(SubjectFacts.as_of, SubjectFacts.facts)
        .where(
            SubjectFacts.subject == subject,
            SubjectFacts.source == source,
            SubjectFacts.as_of >= oldest,
        )
        .ext(distinct_on(SubjectFacts.as_of))
        .order_by(SubjectFacts.as_of, SubjectFacts.batch.desc())
    )
    said = [(row.as_of, row.facts) for row in rows]
    counts = [each for each in said if each[0] <= on][-1:] or [(on, {})]
    return counts + [each for each in said if each[0] > on]


async def _batch(
    session: WriteSession,
    source: str,
    kind: SubjectKind,
    as_of: date,
    facts: Mapping[str, Any],
    *,
    by: str,
    case: int,
) -> int | None:
    """None where the very same was put right before."""
    said = json.dumps([case, facts], ensure_ascii=False, sort_keys=True)
    sha256 = hashlib.sha256(said.encode()).hexdigest()
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(sha256))))
    same = select(FactBatch.id).filter_by(source=source, kind=kind, as_of=as_of, sha256=sha256)
    if await session.scalar(same) is not None:
        return None
    row = FactBatch(
        source=source,
        kind=kind,
        as_of=as_of,
        name=f"更正（复核件 {case}）",
        sha256=sha256,
        rows=1,
        good=1,
        bad=0,
        facts=sorted(facts),
        loaded_by=by,
    )
    session.add(row)
    await session.flush()
    return row.id
