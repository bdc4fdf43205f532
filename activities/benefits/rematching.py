"""One subject matched anew, after a person has put its facts right or told what was missing."""

from sqlalchemy import select

from activities.benefits.listing import Hit, hits_of
from activities.benefits.returning import NotYet, entitled, tell_where
from activities.benefits.tools import Batch, Tools, batch_of, is_late
from activities.benefits.verifying import Owing, Paid, ask_back
from activities.contracts.benefits import Chunk
from activities.store.benefits.cases import CaseView, waits_for_others
from activities.store.benefits.claims import claim, take_turns
from activities.store.benefits.entitlements import Move, NewEntitlement, put_entitlements
from activities.store.benefits.facts import facts_of
from activities.store.benefits.frozen import FrozenFacts
from activities.store.benefits.settling import give_up
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import Entitlement
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.benefits.run import Phase
from definitions.language.benefits import Verdict
from definitions.language.roles import SYSTEM
from definitions.rules.matching import match

CORRECTED = "corrected"
# The list is not made yet: who is a hit by then comes onto it with everybody else.
_BEFORE_LIST = frozenset({Phase.SNAPSHOT, Phase.MATCHING, Phase.TRIAL, Phase.LISTING})
# Money is set aside, and has not left.
_SET_ASIDE = frozenset({Status.RESERVED, Status.FAILED})
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
    """By the facts of the run's day as they are known now, corrections among them.

    Where another run has it on its list, that run's day and phase count. Raises `NotYet`.
    """
    if case.subject is None:
        return
    await take_turns(session, batch.policy.definition)
    stands = await _standing(session, batch, case.subject)
    if stands is not None and stands.run != batch.state.id and stands.status != Status.CANCELLED:
        batch = await batch_of(session, Chunk(run=stands.run))
    state, policy = batch.state, batch.policy
    if state.phase in _BEFORE_LIST:
        return
    known = await _known(session, tools, batch, case.subject)
    found = match(policy.definition, known.facts, state.on)
    if found.verdict is Verdict.HIT and found.amount:
        amounts, facts = {case.subject: found.amount}, {case.subject: known}
        (hit,) = await hits_of(session, tools, state, policy, amounts, facts)
        if hit.kept.amount:
            await _entitle(session, tools, batch, hit, stands, case)
            return
    if stands is not None and found.verdict is not Verdict.UNKNOWN:
        await _take_away(session, tools, batch, stands, found.reasons, case)


async def _standing(session: WriteSession, batch: Batch, subject: int) -> Entitlement | None:
    """The subject's entitlement, locked. Raises `NotYet` where its money is on its way."""
    state = batch.state
    own = entitlement_id(state.policy, state.period, subject, state.terms.item)
    found = await session.scalar(
        select(Entitlement)
        .where(Entitlement.id == own)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None and found.status == Status.SENT:
        raise NotYet
    return found


async def _entitle(  # noqa: PLR0917 - whose, what, by which case
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    hit: Hit,
    stands: Entitlement | None,
    case: CaseView,
) -> None:
    state, fen, act = batch.state, hit.kept.amount or 0, f"case:{case.id}"
    if stands is None:
        if state.phase is Phase.CANCELLED:
            return
        new = NewEntitlement(subject=hit.subject, fen=fen, evidence=hit.evidence)
        await put_entitlements(session, state, [new], actor=SYSTEM, act=act, now=tools.now())
        status, other = Status.LISTED, False
    else:
        status, other = Status(stands.status), stands.fen != fen
    if status is Status.PAID:
        await _less(session, tools, batch, stands, fen, act)
        return
    if status in _SET_ASIDE and other:
        await _give_up(session, tools, hit.entitlement, CORRECTED, act)
        status = Status.STOPPED
    late = is_late(tools, state)
    steps, why = entitled(state, status, case.kind, late=late, other=other), CORRECTED
    if status is Status.OBJECTED and await waits_for_others(session, hit.entitlement, case.id):
        # Another case is open about it: it goes on waiting for that, by the right sum.
        steps, why = (Status.OBJECTED,), (stands.why if stands else None) or CORRECTED
    if not steps:
        return
    await claim(session, batch.policy.definition, state.period, {hit.entitlement: hit.kept.tokens})
    for n, to in enumerate(steps):
        move = Move(
            entitlement=hit.entitlement,
            to=to,
            why=why,
            run=state.id,
            fen=fen,
            evidence=hit.evidence,
        )
        await tools.move(session, [move], f"{act}:{n}")
    await tell_where(session, batch, hit.subject, hit.entitlement, steps[-1], fen, case.id)


async def _give_up(
    session: WriteSession, tools: Tools, entitlement: str, why: str, act: str
) -> None:
    """What was set aside is free again. Raises `NotYet` where it is on its way after all."""
    given_up = await give_up(
        session, {entitlement: why}, actor=SYSTEM, act=f"{act}:give-up", now=tools.now()
    )
    if not given_up:
        raise NotYet


async def _take_away(  # noqa: PLR0917 - whose, why, under which act
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    stands: Entitlement,
    reasons: tuple[str, ...],
    case: CaseView,
) -> None:
    """By the right facts there is no entitlement."""
    status, why = Status(stands.status), reasons[0] if reasons else CORRECTED
    act = f"case:{case.id}"
    if status is Status.PAID:
        await _less(session, tools, batch, stands, 0, act, why)
    elif status in _SET_ASIDE:
        await _give_up(session, tools, stands.id, why, act)
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
    act: str,
    why: str = "amount",
) -> None:
    """What was paid beyond what is right comes back."""
    if stands is None or stands.fen <= right or stands.back_fen:
        return
    used = tuple(stands.evidence.get("used", ()))
    paid = Paid(id=stands.id, subject=stands.subject, fen=stands.fen, used=used)
    owing = Owing(paid=paid, fen=stands.fen - right, why=why)
    await ask_back(session, tools, batch, [owing], act)


async def _known(session: ReadSession, tools: Tools, batch: Batch, subject: int) -> FrozenFacts:
    kind, on = batch.policy.definition.subject, batch.state.on
    found = (await facts_of(session, tools.catalogue, kind, [subject], on)).get(subject, {})
    fresh = {name: fact for name, fact in found.items() if fact.fresh}
    return FrozenFacts(
        facts={name: fact.value for name, fact in fresh.items()},
        days={fact.source: fact.as_of for fact in fresh.values()},
    )
