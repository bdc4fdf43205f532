"""复核件: what of a run needs a human, each an application of its own (service `benefit_review`).

The row comes first, under a key of its own; the application follows. Whoever finds a row without
one (`unfiled`) files it: a crash in between costs a moment and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import BenefitCase
from definitions.errors import Code, Refused
from definitions.language.base import Value


class CaseKind(StrEnum):
    """What is asked of the human.

    `OBJECTION` somebody objects during publicity · `REVIEW` a decision by machine is to be looked
    at by a person · `CORRECTION` a fact is wrong · `ACCOUNT` the account is wrong · `UNKNOWN` a
    fact is missing, the subject brings it (快申快享) · `RECOVERY` the subject denies owing it back
    · `VERIFICATION` what was paid seems to have been too much (事后核查).
    """

    OBJECTION = "objection"
    REVIEW = "review"
    CORRECTION = "correction"
    ACCOUNT = "account"
    UNKNOWN = "unknown"
    RECOVERY = "recovery"
    VERIFICATION = "verification"


# As long as one of these is open about an entitlement that waits, it goes on waiting.
_HOLDING = (CaseKind.OBJECTION, CaseKind.REVIEW, CaseKind.CORRECTION)


class CaseOutcome(StrEnum):
    """What became of it: who raised it was right, or was not, or took it back."""

    UPHELD = "upheld"
    REJECTED = "rejected"
    DROPPED = "dropped"


class CaseView(Value):
    """A case as it stands. `said` is what was brought forward, in words and in facts.

    `reason` (words), `name` and `contact` of an objector, `facts` (name → value, of a correction or
    of what was missing), `account` (`name`, `number`), `fen` and `why` (a condition's id, or
    `amount`) of what seems to be owed.
    """

    id: int
    kind: CaseKind
    run: str
    subject: int | None
    entitlement: str | None
    bundle: str | None
    said: Mapping[str, Any]
    key: str
    opened_by: str
    opened_at: datetime
    outcome: CaseOutcome | None
    ended_at: datetime | None


async def open_case(
    session: WriteSession,
    *,
    kind: CaseKind,
    run: str,
    subject: int | None,
    entitlement: str | None,
    said: Mapping[str, Any],
    key: str,
    by: str,
) -> CaseView:
    """The case under this key: opened just now, or before. `by` is an account's id or `subject`."""
    row = {
        "kind": kind.value,
        "run": run,
        "subject": subject,
        "entitlement": entitlement,
        "said": dict(said),
        "key": key,
        "opened_by": by,
    }
    put = insert(BenefitCase).values(row).on_conflict_do_nothing(index_elements=["key"])
    await session.execute(put)
    found = await session.scalar(select(BenefitCase).where(BenefitCase.key == key))
    assert found is not None
    return _view(found)


async def give_bundle(session: WriteSession, case: int, bundle: str) -> None:
    """Under which number the case is handled; it is given once."""
    given = update(BenefitCase).where(BenefitCase.id == case, BenefitCase.bundle.is_(None))
    await session.execute(given.values(bundle=bundle))


async def unfiled(session: ReadSession, *, limit: int = 100) -> tuple[CaseView, ...]:
    """Cases that no application was started for yet, the oldest first."""
    waiting = select(BenefitCase).where(BenefitCase.bundle.is_(None), BenefitCase.outcome.is_(None))
    rows = await session.scalars(waiting.order_by(BenefitCase.id).limit(limit))
    return tuple(_view(row) for row in rows)


async def case_at(session: ReadSession, case: int) -> CaseView:
    """One case. Raises `Refused(UNKNOWN_CASE)`."""
    row = await session.scalar(select(BenefitCase).where(BenefitCase.id == case))
    if row is None:
        raise Refused(Code.UNKNOWN_CASE, "没有这个复核件")
    return _view(row)


async def waits_for_others(session: ReadSession, entitlement: str, case: int) -> bool:
    """Whether another case is open for which the entitlement waits, beside this one."""
    others = select(BenefitCase.id).where(
        BenefitCase.entitlement == entitlement,
        BenefitCase.outcome.is_(None),
        BenefitCase.id != case,
        BenefitCase.kind.in_(_HOLDING),
    )
    return await session.scalar(others.limit(1)) is not None


async def end_case(session: WriteSession, case: int, outcome: CaseOutcome, now: datetime) -> bool:
    """Note what became of it; whether that was just now."""
    ended = update(BenefitCase).where(BenefitCase.id == case, BenefitCase.outcome.is_(None))
    put = ended.values(outcome=outcome.value, ended_at=now).returning(BenefitCase.id)
    return await session.scalar(put) is not None


def _view(row: BenefitCase) -> CaseView:
    fields = {name: getattr(row, name) for name in CaseView.model_fields}
    return CaseView.model_validate(fields)
