"""What our own register knows of a firm before any source says it: it is being deregistered.

A firm in deregistration leaves every run (domain.md §5.3), and the market register hears of it
only when it is over.
"""

from collections.abc import Sequence

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter
from definitions.matter.state import TERMINAL, MatterStatus, Result
from definitions.policy_effects import (
    answers_as_facts,
    load_effects,
    once_granted,
    while_running,
)
from definitions.rules.conditions import Fact

OWN = "本系统办件"
"""Where these facts come from, as it is written beside them."""


async def own_facts(
    session: ReadSession, codes: Sequence[str] | None = None
) -> dict[str, dict[str, Fact]]:
    """Of each credit code what stands before what sources say; codes without any are left out.

    Without `codes`, of every firm.
    """
    effects = load_effects()
    served = {effect.service for effect in effects if effect.running or effect.lasting}
    keys = {effect.matter for effect in effects if effect.running or effect.lasting}
    query = (
        select(
            Application.firm_code,
            Application.answers,
            Bundle.service,
            Matter.key,
            Matter.status,
            Matter.result,
        )
        .join(Bundle, Bundle.application == Application.id)
        .join(Matter, Matter.bundle == Bundle.number)
        .where(
            Application.firm_code.is_not(None),
            Bundle.service.in_(sorted(served)),
            Matter.key.in_(sorted(keys)),
        )
        .order_by(Bundle.started_at, Bundle.number)
    )
    if codes is not None:
        query = query.where(Application.firm_code.in_(codes))
    found: dict[str, dict[str, Fact]] = {}
    for row in await session.execute(query):
        if row.status not in TERMINAL and row.result != Result.GRANTED:
            said = while_running(effects, row.service, row.key)
        elif row.result == Result.GRANTED and row.status != MatterStatus.REVOKED:
            answers = answers_as_facts(row.answers)
            said = once_granted(effects, row.service, (row.key,), answers, lasting=True)
        else:
            continue
        if said:
            found.setdefault(row.firm_code, {}).update(said)
    return found
