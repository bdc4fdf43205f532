"""Payments, ledger and budgets, as API and pages show them. Account numbers leave masked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.benefits import (
    BenefitBudget,
    BenefitRun,
    Entitlement,
    LedgerEntry,
    PaymentInstruction,
)
from activities.store.tables.subjects import PolicyText, Subject
from definitions.benefits.ledger import Account, Balance, EntryKind
from definitions.language.benefits import SubjectKind

_SHOWN = 4


class PaymentLine(Read):
    """拨付指令. `account` is masked; `status` is ready, sent, paid or failed."""

    id: str
    entitlement: str
    run: str
    policy: str
    policy_name: str
    period: str
    organ: str
    subject: int
    kind: SubjectKind
    code: str
    name: str
    attempt: int
    fen: int
    account_name: str
    account: str
    status: str
    reason: str | None
    treasury_ref: str | None
    made_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None


class LedgerLine(Read):
    """One line of the ledger."""

    id: int
    policy: str
    period: str
    entitlement: str
    kind: EntryKind
    attempt: int
    taken_from: Account
    given_to: Account
    fen: int
    at: datetime


class BudgetLine(Read):
    """A policy's money in one period."""

    policy: str
    policy_name: str
    organ: str
    period: str
    balance: Balance


async def payments(
    session: ReadSession,
    *,
    run: str | None = None,
    organ: str | None = None,
    entitlement: str | None = None,
    statuses: Collection[str] = (),
    latest: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> tuple[PaymentLine, ...]:
    """Instructions by id; `latest`: of each entitlement only the last attempt."""
    query = _payment_query()
    if run is not None:
        query = query.where(PaymentInstruction.run == run)
    if organ is not None:
        query = query.where(Entitlement.organ == organ)
    if entitlement is not None:
        query = query.where(PaymentInstruction.entitlement == entitlement)
    if statuses:
        query = query.where(PaymentInstruction.status.in_(list(statuses)))
    if latest:
        query = query.where(PaymentInstruction.attempt == Entitlement.attempt)
    if after is not None:
        query = query.where(PaymentInstruction.id > after)
    found = await session.execute(query.order_by(PaymentInstruction.id).limit(limit))
    return tuple(
        PaymentLine(**{**row._mapping, "account": masked_account(row.account)})  # noqa: SLF001
        for row in found
    )


async def ledger(
    session: ReadSession,
    *,
    policy: str | None = None,
    period: str | None = None,
    entitlement: str | None = None,
    organ: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[LedgerLine, ...]:
    """Lines of the ledger in the order they were written."""
    query = select(LedgerEntry)
    if organ is not None:
        query = query.join(Entitlement, Entitlement.id == LedgerEntry.entitlement)
        query = query.where(Entitlement.organ == organ)
    for column, value in (
        (LedgerEntry.policy, policy),
        (LedgerEntry.period, period),
        (LedgerEntry.entitlement, entitlement),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(LedgerEntry.id > after)
    found = await session.scalars(query.order_by(LedgerEntry.id).limit(limit))
    return tuple(LedgerLine.model_validate(row) for row in found)


async def budgets(
    session: ReadSession, *, organ: str | None = None, policy: str | None = None
) -> tuple[BudgetLine, ...]:
    """Every budget that was set up, by policy and period."""
    named = (
        select(PolicyText.policy, PolicyText.name, PolicyText.organ)
        .ext(distinct_on(PolicyText.policy))
        .order_by(PolicyText.policy, PolicyText.version.desc())
        .subquery()
    )
    query = select(BenefitBudget, named.c.name, named.c.organ).join(
        named, named.c.policy == BenefitBudget.policy
    )
    if organ is not None:
        query = query.where(named.c.organ == organ)
    if policy is not None:
        query = query.where(BenefitBudget.policy == policy)
    found = await session.execute(query.order_by(BenefitBudget.policy, BenefitBudget.period))
    return tuple(
        BudgetLine(
            policy=row.policy,
            policy_name=name,
            organ=whose,
            period=row.period,
            balance=Balance.model_validate(row, from_attributes=True),
        )
        for row, name, whose in found
    )


def masked_account(number: str | None) -> str:
    """The last four signs; enough to recognise one's own account."""
    if not number:
        return ""
    return f"{'*' * max(len(number) - _SHOWN, 0)}{number[-_SHOWN:]}"


def _payment_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PaymentInstruction.id,
            PaymentInstruction.entitlement,
            PaymentInstruction.run,
            Entitlement.policy,
            BenefitRun.state["terms"]["name"].astext.label("policy_name"),
            Entitlement.period,
            Entitlement.organ,
            Entitlement.subject,
            Subject.kind,
            Subject.code,
            Subject.name,
            PaymentInstruction.attempt,
            PaymentInstruction.fen,
            PaymentInstruction.account_name,
            PaymentInstruction.account_number.label("account"),
            PaymentInstruction.status,
            PaymentInstruction.reason,
            PaymentInstruction.treasury_ref,
            PaymentInstruction.made_at,
            PaymentInstruction.sent_at,
            PaymentInstruction.answered_at,
        )
        .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
        .join(BenefitRun, BenefitRun.id == Entitlement.run)
        .join(Subject, Subject.id == Entitlement.subject)
    )
