"""Policies: proposed by one, published by another, retired; every version by its text.

What was published says the same for ever. All processes read it from here, so that a publication
or retirement counts at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import structlog
from pydantic import ConfigDict
from sqlalchemy import select, text, tuple_

from activities.store.desk.definitions import Asked, DefinitionChanged
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.subjects import PolicyText
from definitions.errors import Code, Refused
from definitions.language.base import Validity, Value
from definitions.policy_loading import LoadedPolicy, PolicyLibrary, parsed

log = structlog.get_logger(__name__)

PROPOSED, RETURNED, PUBLISHED, RETIRED = "proposed", "returned", "published", "retired"
SHIPPED_BY = "shipped"
"""Who published what a release brings."""
# Of one version there is one text: acts on policies take turns.
_TURN = 0x59494A50


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """A judged text as it was written, with its golden cases."""

    loaded: LoadedPolicy
    text: str
    cases: str


class ReturnedText(Value):
    """A text that was returned before the one that stands."""

    sha256: str
    by: str
    at: datetime
    decided_by: str
    decided_at: datetime
    reason: str


class PolicyHead(Value):
    """One version of a policy without its text; `state` as in the table."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    policy: str
    version: int
    sha256: str
    name: str
    organ: str
    state: str
    since: str
    until: str | None
    note: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    retired_by: str | None
    retired_at: datetime | None
    retired_why: str | None
    earlier: tuple[ReturnedText, ...] = ()


class PolicyRow(PolicyHead):
    """One version with its text and its golden cases."""

    text: str
    cases: str

    def loaded(self) -> LoadedPolicy:
        """The policy that the text says."""
        return _parsed(self.text, self.cases, f"{self.policy}/v{self.version}.yaml")


async def propose(
    session: WriteSession, written: WrittenPolicy, asked: Asked, now: datetime
) -> PolicyRow:
    """Keep a text for a second person. The same under the same key again is the same proposal.

    Raises `Refused`: KEY_REUSED, POLICY_PUBLISHED, POLICY_PROPOSED.
    """
    await _turn(session)
    before = await _under_key(session, asked)
    if before is not None:
        return before
    definition = written.loaded.definition
    named = f"{definition.policy} 第 {definition.version} 版"
    row = await session.get(PolicyText, (definition.policy, definition.version))
    values = _columns(written) | {
        "state": PROPOSED,
        "note": asked.note,
        "proposed_by": asked.by,
        "proposed_at": now,
        "key": asked.key,
        "payload": asked.payload,
    }
    if row is not None and row.state == PROPOSED:
        raise Refused(Code.POLICY_PROPOSED, f"{named}已有文本在等批准，请先批准或者退回")
    if row is not None and row.state != RETURNED:
        said = f"{named}已经发布，不能改动；请另起一个版本号"
        raise Refused(Code.POLICY_PUBLISHED, said)
    written_down = _written_down(session, row, values)
    await session.flush()
    return PolicyRow.model_validate(written_down)


async def approve(
    session: WriteSession, written: WrittenPolicy, *, by: str, now: datetime
) -> PolicyRow:
    """Publish what stands proposed. `written` is that text, judged once more.

    Raises `Refused`: POLICY_NOT_PROPOSED, POLICY_FOUR_EYES. The same person again: the same
    publication.
    """
    await _turn(session)
    definition, sha256 = written.loaded.definition, written.loaded.sha256
    row = await session.get(PolicyText, (definition.policy, definition.version))
    done = row is not None and row.state in {PUBLISHED, RETIRED}
    if row is not None and done and (row.decided_by, row.sha256) == (by, sha256):
        return PolicyRow.model_validate(row)
    stands = row is not None and (row.sha256, row.cases) == (sha256, written.cases)
    if row is None or row.state != PROPOSED or not stands:
        raise Refused(Code.POLICY_NOT_PROPOSED, "没有等待批准的文本，或者文本已经换过")
    if row.proposed_by == by:
        raise Refused(Code.POLICY_FOUR_EYES, "提出的人不能自己批准，请由另一人批准")
    row.state, row.decided_by, row.decided_at = PUBLISHED, by, now
    await session.flush()
    return PolicyRow.model_validate(row)


async def give_back(
    session: WriteSession, policy: str, version: int, *, by: str, reason: str, now: datetime
) -> PolicyRow:
    """Return what stands proposed to whoever wrote it. Raises `Refused(POLICY_NOT_PROPOSED)`.

    The same person for the same reason again: the same answer.
    """
    await _turn(session)
    row = await session.get(PolicyText, (policy, version))
    if row is not None and (row.state, row.decided_by, row.reason) == (RETURNED, by, reason):
        return PolicyRow.model_validate(row)
    if row is None or row.state != PROPOSED:
        raise Refused(Code.POLICY_NOT_PROPOSED, "没有等待批准的文本")
    row.state, row.decided_by, row.decided_at, row.reason = RETURNED, by, now, reason
    await session.flush()
    return PolicyRow.model_validate(row)


async def retire(
    session: WriteSession, policy: str, version: int, *, by: str, reason: str, now: datetime
) -> PolicyRow:
    """From now on no run begins under it; runs that have begun go on. Raises `Refused`.

    UNKNOWN_POLICY; POLICY_RETIRED, unless the same person did it for the same reason.
    """
    await _turn(session)
    row = await session.get(PolicyText, (policy, version))
    if row is None or row.state not in {PUBLISHED, RETIRED}:
        raise Refused(Code.UNKNOWN_POLICY, f"没有发布过 {policy} 第 {version} 版")
    if row.state == PUBLISHED:
        row.state, row.retired_by, row.retired_at, row.retired_why = RETIRED, by, now, reason
        await session.flush()
    elif (row.retired_by, row.retired_why) != (by, reason):
        raise Refused(Code.POLICY_RETIRED, "这一版已经停用")
    return PolicyRow.model_validate(row)


async def policy_heads(session: ReadSession, policy: str | None = None) -> tuple[PolicyHead, ...]:
    """Every version of a policy, or of all, by policy and version."""
    wanted = [getattr(PolicyText, name) for name in PolicyHead.model_fields]
    query = select(*wanted).order_by(PolicyText.policy, PolicyText.version)
    if policy is not None:
        query = query.where(PolicyText.policy == policy)
    return tuple(PolicyHead.model_validate(row) for row in await session.execute(query))


async def policy_rows(session: ReadSession, versions: Mapping[str, int]) -> tuple[PolicyRow, ...]:
    """Of each policy this version, by policy."""
    wanted = tuple_(PolicyText.policy, PolicyText.version).in_(versions.items())
    query = select(PolicyText).where(wanted).order_by(PolicyText.policy)
    return tuple(PolicyRow.model_validate(row) for row in await session.scalars(query))


async def policy_row(session: ReadSession, policy: str, version: int) -> PolicyRow | None:
    """One version, whatever became of it."""
    row = await session.get(PolicyText, (policy, version))
    return PolicyRow.model_validate(row) if row else None


async def put_shipped(session: WriteSession, library: PolicyLibrary, now: datetime) -> int:
    """Publish what a release brings; how many were new. Raises `DefinitionChanged`.

    A number that a text of the own has, proposed or published, is left to that; a release never
    says something else under a number of its own.
    """
    await _turn(session)
    new = 0
    for loaded in library.policies:
        definition = loaded.definition
        row = await session.get(PolicyText, (definition.policy, definition.version))
        if row is None or row.state == RETURNED:
            _written_down(session, row, _columns(_shipped(loaded)) | _by_release(now))
            new += 1
        elif row.sha256 != loaded.sha256 and row.decided_by == SHIPPED_BY:
            msg = f"{row.policy} v{row.version} was published with digest {row.sha256}"
            raise DefinitionChanged(msg)
        elif row.sha256 != loaded.sha256:
            log.warning("number_taken", policy=row.policy, version=row.version, state=row.state)
    await session.flush()
    return new


async def policy_at(session: ReadSession, policy: str, version: int) -> LoadedPolicy:
    """One published version, retired or not. Raises `Refused(UNKNOWN_POLICY)`."""
    row = await policy_row(session, policy, version)
    if row is None or row.state not in {PUBLISHED, RETIRED}:
        raise Refused(Code.UNKNOWN_POLICY, "没有这项政策的这个版本")
    return row.loaded()


async def published_policy(session: ReadSession, policy: str, on: date) -> LoadedPolicy:
    """The version in force, or the latest that was published: what it granted goes on beyond it.

    Raises `Refused(UNKNOWN_POLICY)` where none ever was.
    """
    heads = await policy_heads(session, policy)
    published = [head.version for head in heads if head.state in {PUBLISHED, RETIRED}]
    if not published:
        raise Refused(Code.UNKNOWN_POLICY, "没有发布过这项政策", field="/policy")
    version = in_force_among(heads, on).get(policy, max(published))
    return await policy_at(session, policy, version)


async def policies_in_force(session: ReadSession, on: date) -> tuple[LoadedPolicy, ...]:
    """Of each policy the latest published version whose validity holds.

    Where that one is retired, none: an earlier version does not come back by itself.
    """
    numbers = in_force_among(await policy_heads(session), on)
    return tuple(row.loaded() for row in await policy_rows(session, numbers))


def in_force_among(heads: Sequence[PolicyHead], on: date) -> dict[str, int]:
    """The version of each policy that is in force, by the heads alone."""
    found: dict[str, int | None] = {}
    for head in sorted(heads, key=lambda each: each.version):
        validity = Validity.model_validate({"since": head.since, "until": head.until})
        if head.state in {PUBLISHED, RETIRED} and validity.holds(on):
            found[head.policy] = None if head.state == RETIRED else head.version
    return {policy: version for policy, version in found.items() if version is not None}


async def _turn(session: WriteSession) -> None:
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


async def _under_key(session: ReadSession, asked: Asked) -> PolicyRow | None:
    if asked.key is None:
        return None
    row = await session.scalar(
        select(PolicyText).where(PolicyText.proposed_by == asked.by, PolicyText.key == asked.key)
    )
    if row is None:
        return None
    if row.payload != asked.payload:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return PolicyRow.model_validate(row)


def _written_down(session: WriteSession, row: PolicyText | None, values: Json) -> PolicyText:
    """A new text, in the place of the one that was returned, if there is one."""
    if row is None:
        row = PolicyText(**values)
        session.add(row)
        return row
    values = {"decided_by": None, "decided_at": None, "reason": None, **values}
    row.earlier = [*row.earlier, _returned(row).model_dump(mode="json")]
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _by_release(now: datetime) -> Json:
    return {
        "state": PUBLISHED,
        "note": "",
        "proposed_by": SHIPPED_BY,
        "proposed_at": now,
        "key": None,
        "payload": None,
        "decided_by": SHIPPED_BY,
        "decided_at": now,
    }


def _returned(row: PolicyText) -> ReturnedText:
    assert row.decided_by is not None
    assert row.decided_at is not None
    return ReturnedText(
        sha256=row.sha256,
        by=row.proposed_by,
        at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason or "",
    )


def _columns(written: WrittenPolicy) -> Json:
    definition = written.loaded.definition
    validity = definition.validity
    return {
        "policy": definition.policy,
        "version": definition.version,
        "sha256": written.loaded.sha256,
        "name": definition.name,
        "organ": definition.organ,
        "since": validity.since.isoformat(),
        "until": validity.until.isoformat() if validity.until else None,
        "text": written.text,
        "cases": written.cases,
    }


def _shipped(loaded: LoadedPolicy) -> WrittenPolicy:
    beside = loaded.path.with_name(f"{loaded.path.stem}.cases.yaml")
    return WrittenPolicy(loaded, _text(loaded.path), _text(beside))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _parsed(text: str, cases: str, shown: str) -> LoadedPolicy:
    return parsed(text.encode(), cases.encode(), shown)
