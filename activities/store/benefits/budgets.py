"""预算: how much of a policy may be spent in a period. Whoever books, holds its row locked.

That no more is set aside and paid than there is, the database sees to as well (its check `kept`).
"""

from datetime import datetime

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from activities.store.benefits.budget_changes import note_change
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import BenefitBudget
from definitions.benefits.ledger import Balance
from definitions.benefits.periods import budget_period
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import Actor
from definitions.rules.money import yuan


class BudgetKey(Value):
    """Which budget. `period` is the budget's own: a policy's period, or `policy` for all."""

    policy: str
    period: str

    @classmethod
    def of(cls, policy: PolicyDefinition, period: str) -> "BudgetKey":
        """That from which a benefit of this period is paid."""
        return cls(policy=policy.policy, period=budget_period(policy, period))

    @property
    def project(self) -> str:
        """As the treasury knows it."""
        return f"{self.policy}:{self.period}"


async def opened(session: WriteSession, key: BudgetKey, policy: PolicyDefinition) -> Balance:
    """The budget, locked; made of what the policy says where there is none yet."""
    put = insert(BenefitBudget).values(
        policy=key.policy, period=key.period, total=policy.budget.fen
    )
    await session.execute(put.on_conflict_do_nothing())
    found = await _locked(session, key)
    assert found is not None
    return found


async def balance_of(session: ReadSession, key: BudgetKey) -> Balance | None:
    """How it stands; None where nothing was set aside and no total was said yet."""
    return _balance((await session.execute(_one(key))).one_or_none())


async def put_budget(
    session: WriteSession,
    key: BudgetKey,
    policy: PolicyDefinition,
    total: int,
    *,
    actor: Actor,
    now: datetime,
) -> Balance:
    """A new total, and who set it. Where it is the same already, nothing has changed.

    Raises `Refused(BUDGET_TOO_SMALL)` below what is set aside and paid.
    """
    before = await opened(session, key, policy)
    used = before.reserved + before.paid
    if total < used:
        message = f"预算不能少于已经占用和拨付的 {yuan(used)}"
        raise Refused(Code.BUDGET_TOO_SMALL, message, field="/total", used=used)
    await session.execute(
        update(BenefitBudget)
        .where(BenefitBudget.policy == key.policy, BenefitBudget.period == key.period)
        .values(total=total)
    )
    if total != before.total:
        await note_change(
            session, key.policy, key.period, before.total, total, actor=actor, now=now
        )
    return before.model_copy(update={"total": total})


async def shift(
    session: WriteSession, key: BudgetKey, *, reserved: int = 0, paid: int = 0, returned: int = 0
) -> None:
    """Add to what is set aside, paid and returned."""
    await session.execute(
        update(BenefitBudget)
        .where(BenefitBudget.policy == key.policy, BenefitBudget.period == key.period)
        .values(
            reserved=BenefitBudget.reserved + reserved,
            paid=BenefitBudget.paid + paid,
            returned=BenefitBudget.returned + returned,
        )
    )


async def _locked(session: WriteSession, key: BudgetKey) -> Balance | None:
    return _balance((await session.execute(_one(key).with_for_update())).one_or_none())


def _one(key: BudgetKey) -> Select[int, int, int, int]:
    return select(
        BenefitBudget.total, BenefitBudget.reserved, BenefitBudget.paid, BenefitBudget.returned
    ).where(BenefitBudget.policy == key.policy, BenefitBudget.period == key.period)


def _balance(row: Row[int, int, int, int] | None) -> Balance | None:
    if row is None:
        return None
    return Balance(total=row.total, reserved=row.reserved, paid=row.paid, returned=row.returned)
