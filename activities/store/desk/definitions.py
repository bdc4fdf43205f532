"""Definitions: proposing a text, publishing it by a second person, retiring it; and the evidence.

What is published says the same for ever: its digest is looked at here, and a trigger keeps the row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ConfigDict
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import distinct_on, insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.definitions import Proposal, Publication
from activities.store.tables.desk import Definition
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.service import ServiceDefinition
from definitions.lifecycle.judging import CaseFile, Report
from definitions.loading import Loaded

# Publications take turns, so that two counts tell whether anything is new (`marks`).
_TURN = 0x59494A44
RELEASE = "release"
"""Who published what a release brings."""


class DefinitionChanged(Exception):
    """A published version says something else now; it must get a new version number."""


@dataclass(frozen=True, slots=True)
class Written:
    """A judged text as it was written, with its cases."""

    loaded: Loaded
    text: str
    cases: tuple[CaseFile, ...]
    report: Report


class Asked(Value):
    """Who proposes, under which idempotency key, and why."""

    by: str
    note: str = ""
    key: str | None = None
    payload: str | None = None


class _Head(Value):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    service: str
    version: int
    sha256: str
    name: str
    since: str
    until: str | None
    note: str
    proposed_by: str
    proposed_at: datetime


class _Text(Value):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    text: str
    cases: tuple[CaseFile, ...]
    report: Report


class PublicationHead(_Head):
    """One published version without its text."""

    approved_by: str
    published_at: datetime
    retired_at: datetime | None
    retired_by: str | None
    retired_why: str | None


class PublicationView(PublicationHead, _Text):
    """One version as it was published."""

    composed: Json


class ProposalHead(_Head):
    """One text that was proposed; `state` is proposed, returned or published."""

    id: int
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class ProposalView(ProposalHead, _Text):
    """A proposal with its text."""


async def propose(session: WriteSession, written: Written, asked: Asked) -> ProposalView:
    """Keep a text for a second person. The same under the same key again is the same proposal.

    Raises `Refused`: KEY_REUSED, DEFINITION_PUBLISHED, DEFINITION_PROPOSED.
    """
    await _turn(session)
    before = await _under_key(session, asked)
    if before is not None:
        return before
    definition = written.loaded.definition
    named = f"{definition.service} 第 {definition.version} 版"
    if await publication(session, definition.service, definition.version) is not None:
        said = f"{named}已经发布，不能改动；请另起一个版本号"
        raise Refused(Code.DEFINITION_PUBLISHED, said)
    if await _open(session, definition.service, definition.version) is not None:
        raise Refused(Code.DEFINITION_PROPOSED, f"{named}已有文本在等批准，请先批准或者退回")
    row = Proposal(
        **_columns(written),
        note=asked.note,
        state="proposed",
        proposed_by=asked.by,
        idempotency_key=asked.key,
        payload_sha256=asked.payload,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return ProposalView.model_validate(row)


async def approve(
    session: WriteSession, written: Written, *, by: str, now: datetime
) -> PublicationView:
    """Publish what stands proposed. `written` is that text, judged once more.

    Raises `Refused`: DEFINITION_NOT_PROPOSED, DEFINITION_FOUR_EYES. The same person again: the
    same publication.
    """
    await _turn(session)
    definition = written.loaded.definition
    done = await publication(session, definition.service, definition.version)
    if done is not None and done.approved_by == by and done.sha256 == written.loaded.sha256:
        return done
    row = await _open(session, definition.service, definition.version)
    judged = _columns(written)
    same = row is not None and (row.sha256, row.cases) == (judged["sha256"], judged["cases"])
    if row is None or not same or done is not None:
        raise Refused(Code.DEFINITION_NOT_PROPOSED, "没有等待批准的文本，或者文本已经换过")
    if row.proposed_by == by:
        raise Refused(Code.DEFINITION_FOUR_EYES, "提出的人不能自己批准，请由另一人批准")
    row.state, row.decided_by, row.decided_at = "published", by, now
    await _evidence(session, written.loaded)
    made = Publication(
        **_columns(written),
        composed=written.loaded.body,
        note=row.note,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=by,
        published_at=now,
    )
    session.add(made)
    await session.flush()
    return PublicationView.model_validate(made)


async def give_back(
    session: WriteSession, service: str, version: int, *, by: str, reason: str, now: datetime
) -> ProposalView:
    """Return what stands proposed to whoever wrote it. Raises `Refused(DEFINITION_NOT_PROPOSED)`.

    The same person for the same reason again: the same answer.
    """
    await _turn(session)
    row = await _open(session, service, version)
    if row is None:
        last = await proposal(session, service, version)
        if last and (last.state, last.decided_by, last.reason) == ("returned", by, reason):
            return last
        raise Refused(Code.DEFINITION_NOT_PROPOSED, "没有等待批准的文本")
    row.state, row.decided_by, row.decided_at, row.reason = "returned", by, now, reason
    await session.flush()
    return ProposalView.model_validate(row)


async def retire(
    session: WriteSession, service: str, version: int, *, by: str, reason: str, now: datetime
) -> PublicationView:
    """From now on nothing new is handled under it. Raises `Refused`.

    UNKNOWN_DEFINITION; DEFINITION_RETIRED, unless the same person did it for the same reason.
    """
    await _turn(session)
    row = await session.get(Publication, (service, version))
    if row is None:
        raise Refused(Code.UNKNOWN_DEFINITION, f"没有发布过 {service} 第 {version} 版")
    if row.retired_at is None:
        row.retired_at, row.retired_by, row.retired_why = now, by, reason
        await session.flush()
    elif (row.retired_by, row.retired_why) != (by, reason):
        raise Refused(Code.DEFINITION_RETIRED, f"这一版已于 {row.retired_at.isoformat()} 停用")
    return PublicationView.model_validate(row)


async def put_shipped(
    session: WriteSession, shipped: Sequence[Loaded], written: Callable[[Loaded], Written]
) -> tuple[str, ...]:
    """Publish what a release brings; names what was new. Raises `DefinitionChanged`.

    `written` reads and judges a text: that takes its time, and is asked only for what is new.
    """
    await _turn(session)
    now = await session.scalar(select(func.clock_timestamp()))
    made = []
    kept = {(head.service, head.version): head for head in await publication_heads(session)}
    for loaded in shipped:
        definition = loaded.definition
        head = kept.get((definition.service, definition.version))
        if head is not None and head.sha256 != loaded.sha256:
            raise _changed(definition, head.sha256)
        await _evidence(session, loaded)
        if head is not None:
            continue
        session.add(
            Publication(
                **_columns(written(loaded)),
                composed=loaded.body,
                note="",
                proposed_by=RELEASE,
                proposed_at=now,
                approved_by=RELEASE,
            )
        )
        made.append(f"{definition.service} v{definition.version}")
    await session.flush()
    return tuple(made)


async def publication(session: ReadSession, service: str, version: int) -> PublicationView | None:
    """One version as published."""
    found = await session.get(Publication, (service, version))
    return PublicationView.model_validate(found) if found else None


async def publications(session: ReadSession) -> tuple[PublicationView, ...]:
    """Everything that was published, by service and version."""
    query = select(Publication).order_by(Publication.service, Publication.version)
    return tuple(PublicationView.model_validate(row) for row in await session.scalars(query))


async def publication_heads(session: ReadSession) -> tuple[PublicationHead, ...]:
    """The same without the texts."""
    wanted = [getattr(Publication, name) for name in PublicationHead.model_fields]
    found = await session.execute(
        select(*wanted).order_by(Publication.service, Publication.version)
    )
    return tuple(PublicationHead.model_validate(row) for row in found)


async def proposal(session: ReadSession, service: str, version: int) -> ProposalView | None:
    """The last text that was proposed as this version."""
    found = await session.scalar(
        select(Proposal)
        .where(Proposal.service == service, Proposal.version == version)
        .order_by(Proposal.id.desc())
        .limit(1)
    )
    return ProposalView.model_validate(found) if found else None


async def proposal_heads(session: ReadSession) -> tuple[ProposalHead, ...]:
    """The last proposal of each version without the text, by service and version."""
    wanted = [getattr(Proposal, name) for name in ProposalHead.model_fields]
    found = await session.execute(
        select(*wanted)
        .ext(distinct_on(Proposal.service, Proposal.version))
        .order_by(Proposal.service, Proposal.version, Proposal.id.desc())
    )
    return tuple(ProposalHead.model_validate(row) for row in found)


async def marks(session: ReadSession) -> tuple[int, int]:
    """How many were published and how many retired: both only ever grow."""
    found = await session.execute(select(func.count(), func.count(Publication.retired_at)))
    published, retired = found.one()
    return published, retired


async def put_definition(session: WriteSession, definition: ServiceDefinition, sha256: str) -> None:
    """Keep the text of a definition for ever, as evidence. Raises `DefinitionChanged`.

    Two digests of one version may stand here where both say the same.
    """
    kept = await session.execute(
        select(Definition.sha256, Definition.body).where(
            Definition.service == definition.service, Definition.version == definition.version
        )
    )
    for digest, body in kept:
        if digest != sha256 and ServiceDefinition.model_validate(body) != definition:
            raise _changed(definition, digest)
    row = {
        "sha256": sha256,
        "service": definition.service,
        "version": definition.version,
        "body": definition.model_dump(mode="json", by_alias=True),
    }
    await session.execute(insert(Definition).values(row).on_conflict_do_nothing())


async def definition_of(session: ReadSession, sha256: str) -> ServiceDefinition | None:
    """The text of a published definition by its digest."""
    body = await session.scalar(select(Definition.body).where(Definition.sha256 == sha256))
    return ServiceDefinition.model_validate(body) if body is not None else None


async def _evidence(session: WriteSession, loaded: Loaded) -> None:
    await put_definition(session, loaded.definition, loaded.sha256)


async def _turn(session: WriteSession) -> None:
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


async def _open(session: WriteSession, service: str, version: int) -> Proposal | None:
    found: Proposal | None = await session.scalar(
        select(Proposal).where(
            Proposal.service == service,
            Proposal.version == version,
            Proposal.state == "proposed",
        )
    )
    return found


async def _under_key(session: ReadSession, asked: Asked) -> ProposalView | None:
    if asked.key is None:
        return None
    row = await session.scalar(
        select(Proposal).where(
            Proposal.proposed_by == asked.by, Proposal.idempotency_key == asked.key
        )
    )
    if row is None:
        return None
    if row.payload_sha256 != asked.payload:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return ProposalView.model_validate(row)


def _columns(written: Written) -> Json:
    definition = written.loaded.definition
    validity = definition.validity
    return {
        "since": validity.since.isoformat(),
        "until": validity.until.isoformat() if validity.until else None,
        "service": definition.service,
        "version": definition.version,
        "sha256": written.loaded.sha256,
        "name": definition.name,
        "text": written.text,
        "cases": [file.model_dump(mode="json") for file in written.cases],
        "report": written.report.model_dump(mode="json"),
    }


def _changed(definition: ServiceDefinition, kept: str) -> DefinitionChanged:
    msg = f"{definition.service} v{definition.version} was published with digest {kept}"
    return DefinitionChanged(msg)
