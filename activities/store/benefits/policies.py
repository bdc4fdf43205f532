"""Policies as they were published: every version, by its text."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.subjects import PolicyText
from definitions.errors import Code, Refused
from definitions.policy_loading import LoadedPolicy, PolicyLibrary, parsed

PUBLISHED = "published"
SHIPPED_BY = "shipped"


async def put_shipped(session: WriteSession, library: PolicyLibrary, now: datetime) -> int:
    """Publish what the software brings along and nobody has published; how many were new."""
    rows = [
        {
            "policy": loaded.definition.policy,
            "version": loaded.definition.version,
            "sha256": loaded.sha256,
            "name": loaded.definition.name,
            "organ": loaded.definition.organ,
            "state": PUBLISHED,
            "since": str(loaded.definition.validity.since),
            "until": _said(loaded),
            "text": loaded.path.read_text(encoding="utf-8"),
            "cases": _cases(loaded.path).read_text(encoding="utf-8"),
            "proposed_by": SHIPPED_BY,
            "decided_by": SHIPPED_BY,
            "decided_at": now,
        }
        for loaded in library.policies
    ]
    put = insert(PolicyText).values(rows).on_conflict_do_nothing().returning(PolicyText.policy)
    return len((await session.execute(put)).all())


async def policy_at(session: ReadSession, policy: str, version: int) -> LoadedPolicy:
    """One published version, retired or not. Raises `Refused(UNKNOWN_POLICY)`."""
    row = await session.scalar(
        select(PolicyText).where(
            PolicyText.policy == policy,
            PolicyText.version == version,
            PolicyText.state.in_((PUBLISHED, "retired")),
        )
    )
    if row is None:
        raise Refused(Code.UNKNOWN_POLICY, "没有这项政策的这个版本")
    return _parsed(row.text, row.cases, f"{policy}/v{version}.yaml")


async def policies_in_force(session: ReadSession, on: date) -> tuple[LoadedPolicy, ...]:
    """Of each policy that is not retired, the latest published version whose validity holds."""
    rows = await session.scalars(
        select(PolicyText)
        .where(PolicyText.state == PUBLISHED)
        .order_by(PolicyText.policy, PolicyText.version)
    )
    found: dict[str, LoadedPolicy] = {}
    for row in rows:
        loaded = _parsed(row.text, row.cases, f"{row.policy}/v{row.version}.yaml")
        if loaded.definition.validity.holds(on):
            found[row.policy] = loaded
    return tuple(found.values())


@lru_cache(maxsize=512)
def _parsed(text: str, cases: str, shown: str) -> LoadedPolicy:
    return parsed(text.encode(), cases.encode(), shown)


def _cases(path: Path) -> Path:
    return path.with_name(f"{path.stem}.cases.yaml")


def _said(loaded: LoadedPolicy) -> str | None:
    until = loaded.definition.validity.until
    return None if until is None else str(until)
