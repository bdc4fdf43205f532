"""The life of definitions: judged, proposed by one, published by another, compared, retired.

Used by routes and console alike. What is published holds for what is taken in afterwards; what is
running carries its own plan and is never changed (DESIGN.md §4).
"""

import asyncio
from collections.abc import Sequence

import structlog

from activities.store.desk import definitions as kept
from activities.store.desk.definitions import RELEASE, Asked, Written
from activities.store.reading import definitions as reading
from activities.store.reading.definitions import DraftCount, MatterCount, RunningCount
from api.definition_views import (
    ServiceVersions,
    VersionHead,
    VersionView,
    of_proposal,
    of_publication,
    of_service,
)
from api.sent import Sent
from api.services import Services
from api.texts import NOTE, kept_once, people_of, reason_of, refuse_large, refuse_unfit
from definitions.composing import Parts
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.lifecycle.diffing import Change, changes
from definitions.lifecycle.judging import CaseFile, Judged, Report, judge
from definitions.lifecycle.picture import Picture, drawn
from definitions.loading import CATALOGUE, Loaded
from definitions.rules import permissions
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

_SHOWN = "definition/definition.yaml"


class Diff(Value):
    """What one version says otherwise than another; empty: the same, in whichever order."""

    service: str
    before: int
    after: int
    changes: tuple[Change, ...]


class Impact(Value):
    """What is handled under which version, and what will be judged by this one.

    `running` and `matters` of older versions stay under them. `drafts` are judged by whatever is in
    force when they are submitted.
    """

    service: str
    version: int
    running: tuple[RunningCount, ...]
    matters: tuple[MatterCount, ...]
    drafts: tuple[DraftCount, ...]


async def listed(services: Services, actor: Actor) -> tuple[ServiceVersions, ...]:
    """Every service with all its versions, published and proposed, the newest first."""
    permissions.require(actor, Act.READ_ALL)
    library = await services.definitions.current()
    async with services.store.reading() as session:
        published = await kept.publication_heads(session)
        proposed = await kept.proposal_heads(session)
    people, now = await people_of(services.store, RELEASE), services.now()
    heads: dict[tuple[str, int], VersionHead] = {
        (each.service, each.version): of_proposal(each, people) for each in proposed
    }
    heads |= {
        (each.service, each.version): of_publication(each, people, library, now)
        for each in published
    }
    names = sorted({name for name, _ in heads})
    return tuple(
        of_service(name, [heads[key] for key in sorted(heads) if key[0] == name], library, now)
        for name in names
    )


async def service(services: Services, actor: Actor, service: str) -> ServiceVersions:
    """One service with its versions. Raises `unknown-service`."""
    for each in await listed(services, actor):
        if each.service == service:
            return each
    raise Refused(Code.UNKNOWN_SERVICE, f"没有这项服务：{service}")


async def version(services: Services, actor: Actor, service: str, version: int) -> VersionView:
    """One version with its text, its cases and what judging came to. `unknown-definition`."""
    permissions.require(actor, Act.READ_ALL)
    library = await services.definitions.current()
    people = await people_of(services.store, RELEASE)
    async with services.store.reading() as session:
        published = await kept.publication(session, service, version)
        proposed = None if published else await kept.proposal(session, service, version)
    if published is not None:
        head = of_publication(published, people, library, services.now())
        return VersionView.of(head, published)
    if proposed is not None:
        return VersionView.of(of_proposal(proposed, people), proposed)
    raise _unknown(service, version)


async def loaded(services: Services, actor: Actor, service: str, version: int) -> Loaded:
    """The definition itself, published or proposed. Raises `unknown-definition`."""
    permissions.require(actor, Act.READ_ALL)
    return await _loaded(services, service, version)


async def check(
    services: Services, actor: Actor, text: str, cases: Sequence[CaseFile] = ()
) -> Report:
    """Everything that is wrong with a text and its cases; nothing is kept. Raises `too-large`."""
    permissions.require(actor, Act.PROPOSE_DEFINITION)
    return (await _judged(services, text, cases)).report


async def propose(
    services: Services,
    actor: Actor,
    text: str,
    cases: Sequence[CaseFile],
    sent: Sent,
    *,
    note: str = "",
) -> VersionView:
    """Keep a text that nothing is wrong with, for another person to publish.

    Raises `definition-invalid`, `definition-cases-differ`, `definition-published`,
    `definition-proposed`.
    """
    permissions.require(actor, Act.PROPOSE_DEFINITION)
    written = fit(await _judged(services, text, cases), text, cases)
    asked = Asked(by=actor.id, note=note[:NOTE], key=sent.key, payload=sent.payload)
    made = await kept_once(services.store, lambda session: kept.propose(session, written, asked))
    log.info("definition_proposed", service=made.service, version=made.version, by=actor.id)
    return VersionView.of(of_proposal(made, await people_of(services.store, RELEASE)), made)


async def approve(services: Services, actor: Actor, service: str, version: int) -> VersionView:
    """Publish what stands proposed: judged once more, by another person than who proposed it.

    Raises `definition-not-proposed`, `definition-four-eyes`, `definition-invalid`,
    `definition-cases-differ`.
    """
    permissions.require(actor, Act.PUBLISH_DEFINITION)
    async with services.store.reading() as session:
        proposed = await kept.proposal(session, service, version)
    if proposed is None:
        raise Refused(Code.DEFINITION_NOT_PROPOSED, "没有等待批准的文本")
    if proposed.proposed_by == actor.id:
        raise Refused(Code.DEFINITION_FOUR_EYES, "提出的人不能自己批准，请由另一人批准")
    judged = await _judged(services, proposed.text, proposed.cases)
    written = fit(judged, proposed.text, proposed.cases)
    async with services.store.begin() as session:
        made = await kept.approve(session, written, by=actor.id, now=services.now())
    library = await services.definitions.current()
    log.info("definition_published", service=service, version=version, by=actor.id)
    head = of_publication(made, await people_of(services.store, RELEASE), library, services.now())
    return VersionView.of(head, made)


async def give_back(
    services: Services, actor: Actor, service: str, version: int, *, reason: str
) -> VersionView:
    """Return what stands proposed, and why.

    Raises `definition-not-proposed`, `reasons-missing`.
    """
    permissions.require(actor, Act.PUBLISH_DEFINITION)
    why = reason_of(reason, "请写明退回的理由")
    async with services.store.begin() as session:
        made = await kept.give_back(
            session, service, version, by=actor.id, reason=why, now=services.now()
        )
    log.info("definition_returned", service=service, version=version, by=actor.id)
    return VersionView.of(of_proposal(made, await people_of(services.store, RELEASE)), made)


async def retire(
    services: Services, actor: Actor, service: str, version: int, *, reason: str
) -> VersionView:
    """Let nothing new be handled under it from now on; what is running goes on.

    Raises `unknown-definition`, `definition-retired`, `reasons-missing`.
    """
    permissions.require(actor, Act.PUBLISH_DEFINITION)
    why = reason_of(reason, "请写明停用的理由")
    async with services.store.begin() as session:
        made = await kept.retire(
            session, service, version, by=actor.id, reason=why, now=services.now()
        )
    library = await services.definitions.current()
    log.info("definition_retired", service=service, version=version, by=actor.id)
    head = of_publication(made, await people_of(services.store, RELEASE), library, services.now())
    return VersionView.of(head, made)


async def diff(
    services: Services, actor: Actor, service: str, version: int, *, before: int | None = None
) -> Diff:
    """What a version says otherwise than `before`, or than the one before it.

    Raises `unknown-definition`.
    """
    permissions.require(actor, Act.READ_ALL)
    after = await _loaded(services, service, version)
    if before is None:
        known = (await services.definitions.current()).services
        numbers = [d.definition.version for d in known if d.definition.service == service]
        before = max((number for number in numbers if number < version), default=None)
        if before is None:
            raise Refused(Code.UNKNOWN_DEFINITION, f"{service} 第 {version} 版之前没有别的版本")
    was = await _loaded(services, service, before)
    found = changes(was.definition, after.definition, services.library.catalogue)
    return Diff(service=service, before=before, after=version, changes=found)


async def impact(services: Services, actor: Actor, service: str, version: int) -> Impact:
    """What publishing this version leaves alone, and what it will judge. `unknown-definition`."""
    permissions.require(actor, Act.READ_ALL)
    await _loaded(services, service, version)
    async with services.store.reading() as session:
        return Impact(
            service=service,
            version=version,
            running=await reading.running(session, service),
            matters=await reading.matters(session, service),
            drafts=await reading.drafts(session, service),
        )


async def picture(services: Services, actor: Actor, service: str, version: int) -> Picture:
    """The linked matters of a version, drawn and in words. Raises `unknown-definition`."""
    permissions.require(actor, Act.READ_ALL)
    loaded = await _loaded(services, service, version)
    return drawn(loaded.definition, services.library.catalogue)


def fit(judged: Judged, text: str, cases: Sequence[CaseFile]) -> Written:
    """What may be kept. Raises `definition-invalid`, `definition-cases-differ`: everything."""
    report = judged.report
    refuse_unfit(report, "定义", Code.DEFINITION_INVALID, Code.DEFINITION_CASES)
    assert judged.loaded is not None
    return Written(loaded=judged.loaded, text=text, cases=tuple(cases), report=report)


async def _judged(services: Services, text: str, cases: Sequence[CaseFile]) -> Judged:
    """Off the loop: a large text takes its time."""
    refuse_large((text, *(file.text for file in cases)), "定义和金例每个文件")
    catalogue = services.library.catalogue
    return await asyncio.to_thread(judge, text, cases, catalogue, Parts(CATALOGUE), shown=_SHOWN)


async def _loaded(services: Services, service: str, version: int) -> Loaded:
    """A version that was published, or stands proposed."""
    library = await services.definitions.current()
    for each in library.services:
        if (each.definition.service, each.definition.version) == (service, version):
            return each
    async with services.store.reading() as session:
        proposed = await kept.proposal(session, service, version)
    if proposed is None:
        raise _unknown(service, version)
    judged = await _judged(services, proposed.text, proposed.cases)
    if judged.loaded is None:
        raise _unknown(service, version)
    return judged.loaded


def _unknown(service: str, version: int) -> Refused:
    return Refused(Code.UNKNOWN_DEFINITION, f"没有 {service} 第 {version} 版")
