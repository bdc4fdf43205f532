"""The life of policies: judged, proposed by one, published by another, compared, retired.

Used by routes and console alike. Policies are read from the database wherever they are used, so a
publication counts at once; a run goes on under the version it began with.
"""

import asyncio
from datetime import date

import structlog

from activities.store.benefits import policies as kept
from activities.store.benefits.policies import (
    PUBLISHED,
    RETIRED,
    SHIPPED_BY,
    PolicyHead,
    PolicyRow,
    WrittenPolicy,
    in_force_among,
)
from activities.store.desk.definitions import Asked
from api.policy_views import PolicyVersion, PolicyVersions, PolicyView, version_of, versions_of
from api.sent import Sent
from api.services import Services
from api.texts import NOTE, kept_once, people_of, reason_of, refuse_large, refuse_unfit
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.lifecycle.comparing import Change
from definitions.lifecycle.policy_diffing import policy_changes
from definitions.lifecycle.policy_judging import JudgedPolicy, PolicyReport, judge_policy
from definitions.lifecycle.policy_plain import PlainPolicy, plain
from definitions.lifecycle.policy_saying import organs_of
from definitions.policy_loading import LoadedPolicy, house_of
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act
from definitions.source import DefinitionsBroken

log = structlog.get_logger(__name__)


class PolicyDiff(Value):
    """What one version says otherwise than another; empty: the same, in whichever order."""

    policy: str
    before: int
    after: int
    changes: tuple[Change, ...]


async def listed(services: Services, actor: Actor) -> tuple[PolicyVersions, ...]:
    """Every policy with all the versions one may read, the newest first. Raises `forbidden`."""
    return await _listed(services, actor, None)


async def _listed(
    services: Services, actor: Actor, policy: str | None
) -> tuple[PolicyVersions, ...]:
    permissions.require(actor, Act.READ_BENEFITS)
    today = _today(services)
    async with services.store.reading() as session:
        every = await kept.policy_heads(session, policy)
        heads = [head for head in every if _may_read(actor, head)]
        in_force = in_force_among(heads, today)
        newest = {head.policy: head.version for head in heads} | in_force
        rows = await kept.policy_rows(session, newest)
    people = await people_of(services.store, SHIPPED_BY)
    versions = [version_of(head, in_force, people, today) for head in heads]
    words = {row.policy: _plain(services, row) for row in rows}
    return tuple(
        versions_of(
            policy,
            [each for each in versions if each.policy == policy],
            in_force,
            words.get(policy),
        )
        for policy in sorted(newest)
    )


async def policy(services: Services, actor: Actor, policy: str) -> PolicyVersions:
    """One policy with its versions. Raises `unknown-policy`."""
    for each in await _listed(services, actor, policy):
        return each
    raise Refused(Code.UNKNOWN_POLICY, f"没有这项政策：{policy}")


async def version(services: Services, actor: Actor, policy: str, version: int) -> PolicyView:
    """One version with its texts, in words, and judged as of today. Raises `unknown-policy`."""
    return await _view(services, await _readable(services, actor, policy, version))


async def check(services: Services, actor: Actor, text: str, cases: str) -> PolicyReport:
    """Everything that is wrong with a text and its cases; nothing is kept. Raises `too-large`."""
    permissions.require(actor, Act.PROPOSE_POLICY)
    return (await judged(services, text, cases)).report


async def propose(
    services: Services, actor: Actor, text: str, cases: str, sent: Sent, *, note: str = ""
) -> PolicyView:
    """Keep a text that nothing is wrong with, for another person to publish.

    Raises `policy-invalid`, `policy-cases-differ`, `policy-published`, `policy-proposed`.
    """
    permissions.require(actor, Act.PROPOSE_POLICY)
    written = fit(await judged(services, text, cases), text, cases)
    asked = Asked(by=actor.id, note=note[:NOTE], key=sent.key, payload=sent.payload)
    made = await kept_once(
        services.store, lambda session: kept.propose(session, written, asked, services.now())
    )
    log.info("policy_proposed", policy=made.policy, version=made.version, by=actor.id)
    return await _view(services, made)


async def approve(services: Services, actor: Actor, policy: str, version: int) -> PolicyView:
    """Publish what stands proposed: judged once more, by another person than who proposed it.

    Raises `policy-not-proposed`, `policy-four-eyes`, `policy-invalid`, `policy-cases-differ`.
    """
    permissions.require(actor, Act.PUBLISH_POLICY)
    row = await _row(services, policy, version, otherwise=Code.POLICY_NOT_PROPOSED)
    if row.proposed_by == actor.id:
        raise Refused(Code.POLICY_FOUR_EYES, "提出的人不能自己批准，请由另一人批准")
    written = fit(await judged(services, row.text, row.cases), row.text, row.cases)
    async with services.store.begin() as session:
        made = await kept.approve(session, written, by=actor.id, now=services.now())
    log.info("policy_published", policy=policy, version=version, by=actor.id)
    return await _view(services, made)


async def give_back(
    services: Services, actor: Actor, policy: str, version: int, *, reason: str
) -> PolicyView:
    """Return what stands proposed, and why. Raises `policy-not-proposed`, `reasons-missing`."""
    permissions.require(actor, Act.PUBLISH_POLICY)
    why = reason_of(reason, "请写明退回的理由")
    async with services.store.begin() as session:
        made = await kept.give_back(
            session, policy, version, by=actor.id, reason=why, now=services.now()
        )
    log.info("policy_returned", policy=policy, version=version, by=actor.id)
    return await _view(services, made)


async def retire(
    services: Services, actor: Actor, policy: str, version: int, *, reason: str
) -> PolicyView:
    """Let no run begin under it from now on; runs that have begun go on.

    Raises `unknown-policy`, `policy-retired`, `reasons-missing`.
    """
    permissions.require(actor, Act.PUBLISH_POLICY)
    why = reason_of(reason, "请写明停用的理由")
    async with services.store.begin() as session:
        made = await kept.retire(
            session, policy, version, by=actor.id, reason=why, now=services.now()
        )
    log.info("policy_retired", policy=policy, version=version, by=actor.id)
    return await _view(services, made)


async def diff(
    services: Services, actor: Actor, policy: str, version: int, *, before: int | None = None
) -> PolicyDiff:
    """What a version says otherwise than `before`, or than the one before it.

    Raises `unknown-policy`.
    """
    after = (await _readable(services, actor, policy, version)).loaded()
    if before is None:
        async with services.store.reading() as session:
            heads = await kept.policy_heads(session, policy)
        numbers = [head.version for head in heads if _may_read(actor, head)]
        before = max((number for number in numbers if number < version), default=None)
        if before is None:
            raise Refused(Code.UNKNOWN_POLICY, f"{policy} 第 {version} 版之前没有别的版本")
    was = (await _readable(services, actor, policy, before)).loaded()
    found = policy_changes(
        was.definition,
        after.definition,
        {fact.fact: fact for fact in services.facts.facts},
        organs_of(services.library.catalogue),
    )
    return PolicyDiff(policy=policy, before=before, after=version, changes=found)


def fit(judged: JudgedPolicy, text: str, cases: str) -> WrittenPolicy:
    """What may be kept. Raises `policy-invalid`, `policy-cases-differ`: everything."""
    refuse_unfit(judged.report, "政策", Code.POLICY_INVALID, Code.POLICY_CASES)
    assert judged.loaded is not None
    return WrittenPolicy(loaded=judged.loaded, text=text, cases=cases)


async def judged(services: Services, text: str, cases: str) -> JudgedPolicy:
    """Judged as of today, off the loop: a large text takes its time. Raises `too-large`."""
    refuse_large((text, cases), "政策和金例每个文件")
    house = house_of(services.facts, services.library.catalogue)
    return await asyncio.to_thread(judge_policy, text, cases, house, local_day(services.now()))


def drafts_read(actor: Actor, organ: str) -> bool:
    """Whether the actor reads what this organ has not published: writing policies, or its own."""
    return permissions.may(actor, Act.PROPOSE_POLICY) or actor.department == organ


def _may_read(actor: Actor, head: PolicyHead) -> bool:
    return head.state in {PUBLISHED, RETIRED} or drafts_read(actor, head.organ)


async def _readable(services: Services, actor: Actor, policy: str, version: int) -> PolicyRow:
    """A version that the actor may read; of another organ's draft as if there were none."""
    permissions.require(actor, Act.READ_BENEFITS)
    row = await _row(services, policy, version)
    if not _may_read(actor, row):
        raise Refused(Code.UNKNOWN_POLICY, f"没有 {policy} 第 {version} 版")
    return row


async def _row(
    services: Services, policy: str, version: int, *, otherwise: Code = Code.UNKNOWN_POLICY
) -> PolicyRow:
    async with services.store.reading() as session:
        row = await kept.policy_row(session, policy, version)
    if row is None:
        raise Refused(otherwise, f"没有 {policy} 第 {version} 版")
    return row


async def _view(services: Services, row: PolicyRow) -> PolicyView:
    return PolicyView(
        head=await _head(services, row),
        text=row.text,
        cases=row.cases,
        report=(await judged(services, row.text, row.cases)).report,
        plain=_plain(services, row),
    )


async def _head(services: Services, row: PolicyRow) -> PolicyVersion:
    async with services.store.reading() as session:
        heads = await kept.policy_heads(session, row.policy)
    today = _today(services)
    people = await people_of(services.store, SHIPPED_BY)
    return version_of(row, in_force_among(heads, today), people, today)


def _plain(services: Services, row: PolicyRow) -> PlainPolicy | None:
    """In words; None where this release cannot read the text (a later one published it)."""
    try:
        loaded: LoadedPolicy = row.loaded()
    except DefinitionsBroken:
        log.warning("policy_not_read", policy=row.policy, version=row.version)
        return None
    organs = organs_of(services.library.catalogue)
    return plain(loaded, services.facts, organs, _today(services))


def _today(services: Services) -> date:
    return local_day(services.now())
