"""Payments, ledger and budgets, as API and pages show them. Account numbers leave masked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from activities.store.benefits.merging import merged
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
INSTRUCTION_STATUSES = ("ready", "sent", "paid", "failed")
"""In the order in which an instruction goes through them."""


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
    run: str,
    *,
    statuses: Collection[str] = (),
    latest: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> tuple[PaymentLine, ...]:
    """Instructions by id, of a run; `latest`: of each entitlement only the last attempt."""
    last = select(Entitlement.attempt).where(Entitlement.id == PaymentInstruction.entitlement)
    first = merged(
        PaymentInstruction.id,
        PaymentInstruction.status,
        list(statuses or INSTRUCTION_STATUSES),
        PaymentInstruction.run == run,
        *((PaymentInstruction.attempt == last.scalar_subquery(),) if latest else ()),
        after=after,
        limit=limit,
    )
    return await _payments(session, PaymentInstruction.id.in_(first))


async def payments_of(session: ReadSession, entitlement: str) -> tuple[PaymentLine, ...]:
    """Every attempt to pay one entitlement."""
    return await _payments(session, PaymentInstruction.entitlement == entitlement)


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
    session: ReadSession,
    *,
    organ: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> tuple[BudgetLine, ...]:
    """Budgets that were set up, by policy and period; `after` is the last one's."""
    query = _budget_query(organ)
    if after is not None:
        query = query.where(tuple_(BenefitBudget.policy, BenefitBudget.period) > after)
    query = query.order_by(BenefitBudget.policy, BenefitBudget.period).limit(limit)
    return tuple(_budget(*row) for row in await session.execute(query))


async def budget_of(
    session: ReadSession, policy: str, period: str, *, organ: str | None = None
) -> BudgetLine | None:
    """One of them."""
    wanted = (BenefitBudget.policy == policy, BenefitBudget.period == period)
    row = (await session.execute(_budget_query(organ).where(*wanted))).one_or_none()
    return _budget(*row) if row is not None else None


def masked_account(number: str | None) -> str:
    """The last four signs; enough to recognise one's own account."""
    if not number:
        return ""
    return f"{'*' * max(len(number) - _SHOWN, 0)}{number[-_SHOWN:]}"


async def _payments(session: ReadSession, wanted: ColumnElement[bool]) -> tuple[PaymentLine, ...]:
    query = _payment_query().where(wanted).order_by(PaymentInstruction.id)
    return tuple(
        PaymentLine(**{**row._mapping, "account": masked_account(row.account)})  # noqa: SLF001
        for row in await session.execute(query)
    )


def _budget_query(organ: str | None) -> Select[*tuple[Any, ...]]:
    named = (
        select(PolicyText.policy, PolicyText.name, PolicyText.organ)
        .ext(distinct_on(PolicyText.policy))
        .order_by(PolicyText.policy, PolicyText.version.desc())
        .subquery()
    )
    query = select(BenefitBudget, named.c.name, named.c.organ).join(
        named, named.c.policy == BenefitBudget.policy
    )
    return query if organ is None else query.where(named.c.organ == organ)


def _budget(row: BenefitBudget, name: str, organ: str) -> BudgetLine:
    return BudgetLine(
        policy=row.policy,
        policy_name=name,
        organ=organ,
        period=row.period,
        balance=Balance.model_validate(row, from_attributes=True),
    )


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
