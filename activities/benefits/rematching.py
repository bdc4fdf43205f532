"""One subject matched anew, after a person has put its facts right or told what was missing."""

from sqlalchemy import select

from activities.benefits.listing import Hit, hits_of
from activities.benefits.tools import Batch, Tools
from activities.benefits.verifying import Owing, Paid, ask_back
from activities.store.benefits.cases import CaseView
from activities.store.benefits.claims import claim, take_turns
from activities.store.benefits.entitlements import Move, NewEntitlement, put_entitlements
from activities.store.benefits.facts import facts_of
from activities.store.benefits.frozen import FrozenFacts
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import Entitlement
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import Verdict, Way
from definitions.language.roles import SYSTEM
from definitions.rules.matching import match

CORRECTED = "corrected"
_PAYING = frozenset({Phase.PAYING, Phase.VERIFYING, Phase.CLOSED})
# The list is not made yet: who is a hit by then comes onto it with everybody else.
_BEFORE_LIST = frozenset({Phase.SNAPSHOT, Phase.MATCHING, Phase.TRIAL, Phase.LISTING})
_ON_LIST = frozenset({Status.LISTED, Status.STRUCK, Status.EXCLUDED, Status.OBJECTED})
_CHANGING = {
    Status.OBJECTED,
    Status.CLEARED,
    Status.HELD,
    Status.SHORT,
    Status.STOPPED,
    Status.ASKED,
    Status.CONFIRMED,
    Status.INVITED,
}


async def rematch(session: WriteSession, tools: Tools, batch: Batch, case: CaseView) -> None:
    """By the facts of the run's day as they are known now, corrections among them."""
    state, policy = batch.state, batch.policy
    if case.subject is None or state.phase in _BEFORE_LIST:
        return
    await take_turns(session, policy.definition)
    known = await _known(session, tools, batch, case.subject)
    found = match(policy.definition, known.facts, state.on)
    own = entitlement_id(state.policy, state.period, case.subject, state.terms.item)
    stands = await session.scalar(select(Entitlement).where(Entitlement.id == own))
    act = f"case:{case.id}"
    amount = 0
    if found.verdict is Verdict.HIT and found.amount:
        amounts, facts = {case.subject: found.amount}, {case.subject: known}
        (hit,) = await hits_of(session, tools, state, policy, amounts, facts)
        amount = hit.kept.amount or 0
        if amount:
            await _entitle(session, tools, batch, hit, stands, act)
            return
    if stands is not None and found.verdict is not Verdict.UNKNOWN:
        await _take_away(session, tools, batch, stands, found.reasons, act)


async def _entitle(  # noqa: PLR0917 - whose, what, under which act
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    hit: Hit,
    stands: Entitlement | None,
    act: str,
) -> None:
    state, fen = batch.state, hit.kept.amount or 0
    if stands is None:
        new = NewEntitlement(subject=hit.subject, fen=fen, evidence=hit.evidence)
        await put_entitlements(session, state, [new], actor=SYSTEM, act=act, now=tools.now())
        status = Status.LISTED
    else:
        status = Status(stands.status)
    if status is Status.PAID:
        await _less(session, tools, batch, stands, fen)
        return
    await claim(session, batch.policy.definition, state.period, {hit.entitlement: hit.kept.tokens})
    for n, to in enumerate(_way(state, status)):
        move = Move(
            entitlement=hit.entitlement, to=to, why=CORRECTED, fen=fen, evidence=hit.evidence
        )
        await tools.move(session, [move], f"{act}:{n}")


def _way(state: RunState, status: Status) -> tuple[Status, ...]:
    """By which statuses somebody who is entitled after all comes to where the run is.

    A person has looked and the subject itself has asked: neither wish nor publicity is waited for.
    """
    if state.phase not in _PAYING:
        if status not in _ON_LIST:
            return ()
        if state.phase is Phase.PUBLICITY and state.terms.way is Way.CONFIRM:
            return (Status.LISTED, Status.ASKED, Status.CONFIRMED)
        return (Status.LISTED,)
    match status:
        case Status.LISTED | Status.OBJECTED | Status.CONFIRMED | Status.INVITED:
            return (Status.CLEARED,)
        case Status.STOPPED | Status.DECLINED | Status.SILENT | Status.HELD:
            return (Status.CLEARED,)
        case Status.STRUCK | Status.EXCLUDED | Status.CANCELLED:
            return (Status.LISTED, Status.CLEARED)
        case Status.CLEARED | Status.SHORT:
            # The sum may be another one: by way of a stop.
            return (Status.STOPPED, Status.CLEARED)
        case _:
            return ()


async def _take_away(  # noqa: PLR0917 - whose, why, under which act
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    stands: Entitlement,
    reasons: tuple[str, ...],
    act: str,
) -> None:
    """By the right facts there is no entitlement."""
    status, why = Status(stands.status), reasons[0] if reasons else CORRECTED
    if status is Status.PAID:
        await _less(session, tools, batch, stands, 0, why)
    elif status in _CHANGING:
        await tools.move(session, [Move(entitlement=stands.id, to=Status.STOPPED, why=why)], act)
    elif status is Status.LISTED:
        await tools.move(session, [Move(entitlement=stands.id, to=Status.STRUCK, why=why)], act)


async def _less(  # noqa: PLR0917 - whose, how much is right, why
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    stands: Entitlement | None,
    right: int,
    why: str = "amount",
) -> None:
    """What was paid beyond what is right comes back."""
    if stands is None or stands.fen <= right or stands.back_fen:
        return
    used = tuple(stands.evidence.get("used", ()))
    paid = Paid(id=stands.id, subject=stands.subject, fen=stands.fen, used=used)
    await ask_back(session, tools, batch, [Owing(paid=paid, fen=stands.fen - right, why=why)])


async def _known(session: ReadSession, tools: Tools, batch: Batch, subject: int) -> FrozenFacts:
    kind, on = batch.policy.definition.subject, batch.state.on
    found = (await facts_of(session, tools.catalogue, kind, [subject], on)).get(subject, {})
    fresh = {name: fact for name, fact in found.items() if fact.fresh}
    return FrozenFacts(
        facts={name: fact.value for name, fact in fresh.items()},
        days={fact.source: fact.as_of for fact in fresh.values()},
    )
