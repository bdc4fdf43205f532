"""Runs and their lists, as API and pages show them: whole pages by key, never by offset."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, any_, func, literal, select, tuple_

from activities.store.benefits.merging import merged
from activities.store.benefits.runs import RunView, viewed
from activities.store.chains import unbroken
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.base import Json
from activities.store.tables.benefits import (
    BenefitEvent,
    BenefitMatch,
    BenefitRun,
    Entitlement,
    EntitlementEvent,
)
from activities.store.tables.desk import Account
from activities.store.tables.subjects import Subject
from definitions.benefits.entitlement import Status
from definitions.benefits.run import OVER, Phase
from definitions.language.benefits import SubjectKind, Verdict


class Tally(Read):
    """How many entitlements of a run have a status, and what they come to."""

    status: Status
    count: int
    fen: int


class EntryLine(Read):
    """One entitlement in a list. `why` is the code or the words of its last move."""

    id: str
    run: str
    policy: str
    policy_name: str
    period: str
    organ: str
    subject: int
    kind: SubjectKind
    code: str
    name: str
    fen: int
    status: Status
    why: str | None
    attempt: int
    back_by: date | None
    back_fen: int
    has_account: bool
    changed_at: datetime


class MatchLine(Read):
    """How one subject came out. `entitlement` and `status` where something became of it."""

    subject: int
    kind: SubjectKind
    code: str
    name: str
    verdict: Verdict
    amount: int | None
    reasons: tuple[str, ...]
    near: bool
    entitlement: str | None
    status: Status | None


class EventLine(Read):
    """One entry of a run's or an entitlement's history."""

    seq: int
    at: datetime
    kind: str
    act: str
    actor: str
    actor_role: str
    actor_name: str | None
    body: Json


async def runs(
    session: ReadSession,
    *,
    policy: str | None = None,
    organ: str | None = None,
    phases: Collection[Phase] = (),
    open_only: bool = False,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[RunView, ...]:
    """Runs, the latest first. `after` is the last one's beginning and id."""
    query = select(BenefitRun)
    if policy is not None:
        query = query.where(BenefitRun.policy == policy)
    if organ is not None:
        query = query.where(BenefitRun.organ == organ)
    if phases:
        query = query.where(BenefitRun.phase.in_(list(phases)))
    if open_only:
        query = query.where(BenefitRun.phase.not_in(list(OVER)))
    if after is not None:
        query = query.where(tuple_(BenefitRun.begun_at, BenefitRun.id) < after)
    query = query.order_by(BenefitRun.begun_at.desc(), BenefitRun.id.desc()).limit(limit)
    return tuple(viewed(row) for row in await session.scalars(query))


async def tallies(session: ReadSession, run: str) -> tuple[Tally, ...]:
    """The run's entitlements by status; what nobody has is left out."""
    found = await session.execute(
        select(
            Entitlement.status,
            func.count().label("count"),
            func.coalesce(func.sum(Entitlement.fen), 0).label("fen"),
        )
        .where(Entitlement.run == run)
        .group_by(Entitlement.status)
    )
    by_status = {row.status: (row.count, int(row.fen)) for row in found}
    return tuple(
        Tally(status=status, count=by_status[status][0], fen=by_status[status][1])
        for status in Status
        if status in by_status
    )


async def next_turn(session: ReadSession, policy: str, period: str) -> int:
    """Which run of the policy for the period the next one is."""
    query = select(func.count()).where(BenefitRun.policy == policy, BenefitRun.period == period)
    return (await session.scalar(query) or 0) + 1


async def entries(
    session: ReadSession,
    *,
    run: str | None = None,
    organ: str | None = None,
    subject: int | None = None,
    statuses: Collection[Status] = (),
    after: str | None = None,
    limit: int = 50,
) -> tuple[EntryLine, ...]:
    """Entitlements by id."""
    query = entry_query()
    if subject is not None:
        query = query.where(*_of(run, organ), Entitlement.subject == subject)
        if statuses:
            query = query.where(Entitlement.status.in_(list(statuses)))
        if after is not None:
            query = query.where(Entitlement.id > after)
    else:
        within: FromClause | None = None
        conditions = _of(run, organ)
        if not conditions:
            within = select(BenefitRun.organ).distinct().subquery("organs")
            conditions = [Entitlement.organ == within.c.organ]
        first = merged(
            Entitlement.id,
            Entitlement.status,
            list(statuses or Status),
            *conditions,
            within=within,
            after=after,
            limit=limit,
        )
        query = query.where(Entitlement.id.in_(first))
    found = await session.execute(query.order_by(Entitlement.id).limit(limit))
    return tuple(EntryLine.model_validate(row) for row in found)


async def matches(
    session: ReadSession,
    run: str,
    *,
    verdict: Verdict | None = None,
    near: bool | None = None,
    reason: str | None = None,
    subject: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[MatchLine, ...]:
    """比对结果 that are kept: hits, near misses, unknown and excluded, by subject."""
    query = _match_query(run)
    if verdict is not None:
        query = query.where(BenefitMatch.verdict == verdict)
    if near is not None:
        query = query.where(BenefitMatch.near.is_(near))
    if reason is not None:
        query = query.where(literal(reason) == any_(BenefitMatch.__table__.c.reasons))
    if subject is not None:
        query = query.where(BenefitMatch.subject == subject)
    if after is not None:
        query = query.where(BenefitMatch.subject > after)
    found = await session.execute(query.order_by(BenefitMatch.subject).limit(limit))
    return tuple(MatchLine.model_validate(row) for row in found)


async def matches_of(
    session: ReadSession, run: str, subjects: Sequence[int]
) -> tuple[MatchLine, ...]:
    """The same of these subjects."""
    query = _match_query(run).where(BenefitMatch.subject.in_(subjects))
    found = await session.execute(query.order_by(BenefitMatch.subject))
    return tuple(MatchLine.model_validate(row) for row in found)


async def run_events(
    session: ReadSession, run: str, *, before: int | None = None, limit: int = 100
) -> tuple[EventLine, ...]:
    """What happened to a run, newest first."""
    query = select(BenefitEvent, Account.name).outerjoin(
        Account, Account.id == BenefitEvent.actor["id"].astext
    )
    query = query.where(BenefitEvent.run == run)
    if before is not None:
        query = query.where(BenefitEvent.seq < before)
    found = await session.execute(query.order_by(BenefitEvent.seq.desc()).limit(limit))
    return tuple(event_line(row, row.kind, name) for row, name in found)


async def run_chain_holds(session: ReadSession, run: str) -> bool:
    """Whether the run's history is as it was written, from its first entry to its last."""
    found = await session.scalars(
        select(BenefitEvent).where(BenefitEvent.run == run).order_by(BenefitEvent.seq)
    )
    last = unbroken((row.seq, row.chain, _told(row)) for row in found)
    stands = await session.scalar(select(BenefitRun.seq).where(BenefitRun.id == run))
    return stands == last


def _told(row: BenefitEvent) -> Json:
    said = {"run": row.run, "seq": row.seq, "act": row.act, "actor": row.actor}
    return {**said, "at": row.at.isoformat(), "event": row.body}


async def run_report(session: ReadSession, run: str) -> Json | None:
    """The closing report; None before there is one."""
    return await session.scalar(select(BenefitRun.report).where(BenefitRun.id == run))


def event_line(
    row: BenefitEvent | EntitlementEvent, kind: str, actor_name: str | None
) -> EventLine:
    """As it is shown; of an entitlement, the status it came to is its kind."""
    return EventLine(
        seq=row.seq,
        at=row.at,
        kind=kind,
        act=row.act,
        actor=row.actor["id"],
        actor_role=row.actor["role"],
        actor_name=actor_name,
        body=row.body,
    )


def entry_query() -> Select[*tuple[Any, ...]]:
    """Entitlements as `EntryLine` has them."""
    return (
        select(
            Entitlement.id,
            Entitlement.run,
            Entitlement.policy,
            BenefitRun.state["terms"]["name"].astext.label("policy_name"),
            Entitlement.period,
            Entitlement.organ,
            Entitlement.subject,
            Subject.kind,
            Subject.code,
            Subject.name,
            Entitlement.fen,
            Entitlement.status,
            Entitlement.why,
            Entitlement.attempt,
            Entitlement.back_by,
            Entitlement.back_fen,
            _has_account().label("has_account"),
            Entitlement.changed_at,
        )
        .join(Subject, Subject.id == Entitlement.subject)
        .join(BenefitRun, BenefitRun.id == Entitlement.run)
    )


def _of(run: str | None, organ: str | None) -> list[ColumnElement[bool]]:
    wanted = ((Entitlement.run, run), (Entitlement.organ, organ))
    return [column == value for column, value in wanted if value is not None]


def _has_account() -> ColumnElement[bool]:
    return and_(Subject.account_name.is_not(None), Subject.account_number.is_not(None))


def _match_query(run: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            BenefitMatch.subject,
            Subject.kind,
            Subject.code,
            Subject.name,
            BenefitMatch.verdict,
            BenefitMatch.amount,
            BenefitMatch.reasons,
            BenefitMatch.near,
            Entitlement.id.label("entitlement"),
            Entitlement.status,
        )
        .join(Subject, Subject.id == BenefitMatch.subject)
        .outerjoin(
            Entitlement,
            (Entitlement.run == BenefitMatch.run) & (Entitlement.subject == BenefitMatch.subject),
        )
        .where(BenefitMatch.run == run)
    )
