"""What a beneficiary brings forward: one open case about the same, a new one after that has ended.

A case's key is what it says, then the act by which it came. Of one subject they come in turns.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.store.benefits.cases import CaseKind, CaseView, case_at, open_case
from activities.store.benefits.keys import ActKey, same_act
from activities.store.engine import WriteSession
from activities.store.tables.benefits import BenefitCase
from activities.store.tables.subjects import Subject

# Between the two parts of a key; neither part of the first has it.
_BY = "|"


async def raise_case(
    session: WriteSession,
    *,
    kind: CaseKind,
    run: str,
    subject: int,
    entitlement: str | None,
    said: Mapping[str, Any],
    digest: str,
    act: ActKey,
    by: str,
) -> CaseView:
    """The case of this act; else the one about the same (`digest`) that is open; else a new one.

    Raises `Refused(KEY_REUSED)` where the act's key came with something else before.
    """
    await session.execute(select(Subject.id).where(Subject.id == subject).with_for_update())
    mine = await session.execute(
        select(BenefitCase.id, BenefitCase.key).where(
            BenefitCase.subject == subject,
            BenefitCase.key.contains(f"{_BY}{act.stem}", autoescape=True),
        )
    )
    for row in mine.all():
        same_act(row.key.partition(_BY)[2], act)
        return await case_at(session, row.id)
    same = f"{kind}:{run}:{subject}:{digest}"
    still = await session.scalar(
        select(BenefitCase.id).where(
            BenefitCase.subject == subject,
            BenefitCase.key.startswith(same, autoescape=True),
            BenefitCase.outcome.is_(None),
        )
    )
    if still is not None:
        return await case_at(session, still)
    return await open_case(
        session,
        kind=kind,
        run=run,
        subject=subject,
        entitlement=entitlement,
        said=said,
        key=f"{same}{_BY}{act.act}",
        by=by,
    )
