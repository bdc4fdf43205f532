"""复核件 as API and pages show them, each with its application."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.benefits import BenefitCase, BenefitRun
from activities.store.tables.register import Bundle
from activities.store.tables.subjects import Subject
from definitions.language.benefits import SubjectKind


class CaseLine(Read):
    """复核件. `bundle` is its application, missing for the moment between; `status` that one's."""

    id: int
    kind: str
    run: str
    policy: str
    policy_name: str
    organ: str
    subject: int | None
    subject_kind: SubjectKind | None = None
    code: str | None
    name: str | None
    entitlement: str | None
    bundle: str | None
    status: str | None
    opened_by: str
    opened_at: datetime
    outcome: str | None
    ended_at: datetime | None


async def case_lines(
    session: ReadSession,
    *,
    run: str | None = None,
    organ: str | None = None,
    entitlement: str | None = None,
    subject: int | None = None,
    kinds: Collection[str] = (),
    open_only: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> tuple[CaseLine, ...]:
    """Cases, the latest first."""
    query = _case_query()
    for column, value in (
        (BenefitCase.run, run),
        (BenefitRun.organ, organ),
        (BenefitCase.entitlement, entitlement),
        (BenefitCase.subject, subject),
    ):
        if value is not None:
            query = query.where(column == value)
    if kinds:
        query = query.where(BenefitCase.kind.in_(list(kinds)))
    if open_only:
        query = query.where(BenefitCase.outcome.is_(None))
    if before is not None:
        query = query.where(BenefitCase.id < before)
    found = await session.execute(query.order_by(BenefitCase.id.desc()).limit(limit))
    return tuple(CaseLine.model_validate(row) for row in found)


def _case_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            BenefitCase.id,
            BenefitCase.kind,
            BenefitCase.run,
            BenefitRun.policy,
            BenefitRun.state["terms"]["name"].astext.label("policy_name"),
            BenefitRun.organ,
            BenefitCase.subject,
            Subject.kind.label("subject_kind"),
            Subject.code,
            Subject.name,
            BenefitCase.entitlement,
            BenefitCase.bundle,
            Bundle.status,
            BenefitCase.opened_by,
            BenefitCase.opened_at,
            BenefitCase.outcome,
            BenefitCase.ended_at,
        )
        .join(BenefitRun, BenefitRun.id == BenefitCase.run)
        .outerjoin(Subject, Subject.id == BenefitCase.subject)
        .outerjoin(Bundle, Bundle.number == BenefitCase.bundle)
    )
