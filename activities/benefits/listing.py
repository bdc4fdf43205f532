"""名单: hits become entitlements, as far as exclusion groups, opt-outs and refusals leave them.

A chunk's cursor is `1:` and a subject while hits are gone through, then `2:` and an entitlement
while those are taken off again who are no hits any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import exists, func, select

from activities.benefits.tools import Batch, Tools, batch_of, note_seen
from activities.benefits.verifying import CANCELLED
from activities.contracts.benefits import Chunk, ChunkDone
from activities.store.benefits.cases import CaseKind, open_case
from activities.store.benefits.claims import claim, claimed, take_turns
from activities.store.benefits.entitlements import Move, NewEntitlement, put_entitlements
from activities.store.benefits.frozen import FrozenFacts, frozen_facts, shown
from activities.store.benefits.lanes import in_lane
from activities.store.benefits.opting import OPTED_OUT, OptOutKind, opted_out
from activities.store.benefits.policies import policies_in_force
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.benefits import BenefitMatch, BenefitRun, Entitlement
from definitions.benefits.entitlement import CANCELLABLE, Status
from definitions.benefits.excluding import Kept, kept, tokens_of
from definitions.benefits.periods import entitlement_id
from definitions.benefits.run import OVER, Phase, RunState
from definitions.language.benefits import PolicyDefinition, Verdict
from definitions.language.roles import SYSTEM
from definitions.policy_loading import LoadedPolicy
from definitions.rules.matching import match, needed_facts

HITS, GONE = "1:", "2:"
NOT_FOUND_AGAIN = "not-found-again"
AUTOMATED_REFUSED = "automated-refused"
_LISTED = frozenset({Status.LISTED})
# A cancelled run lets go of these sooner or later; no money is set aside for them.
_LET_GO = CANCELLABLE - {Status.RESERVED}


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit of the match, and what is left of it."""

    subject: int
    entitlement: str
    whole: int
    kept: Kept
    evidence: Mapping[str, Any]


@dataclass(slots=True)
class _Plan:
    """What becomes of a chunk's hits."""

    new: list[NewEntitlement] = field(default_factory=list)
    again: list[Move] = field(default_factory=list)
    excluded: list[Move] = field(default_factory=list)
    let_go: list[Move] = field(default_factory=list)
    tokens: dict[str, Sequence[str]] = field(default_factory=dict)


async def list_chunk(tools: Tools, chunk: Chunk) -> ChunkDone:
    """One chunk in one transaction; a second time it changes nothing."""
    async with tools.store.begin() as session:
        batch = await batch_of(session, chunk)
        if batch.state.phase is not Phase.LISTING:
            return ChunkDone(after=None, seen=0, moved=0)
        if chunk.after.startswith(GONE):
            return await _taken_off(session, tools, batch)
        subjects = await _hits(session, chunk)
        done = await _listed(session, tools, batch, subjects) if subjects else (0, 0)
        total = batch.state.counts.hits
        seen = chunk.done + len(subjects)
        await note_seen(session, batch.state, done=seen, total=total, now=tools.now())
        at_end = len(subjects) < chunk.limit
        after = GONE if at_end else f"{HITS}{list(subjects)[-1]}"
        return ChunkDone(after=after, seen=len(subjects), moved=done[0], fen=done[1])


async def whole_list(session: ReadSession, run: str) -> tuple[int, int]:
    """How many stand on the list and what they come to, once every chunk is done."""
    listed = (Status.LISTED, Status.OBJECTED)
    wanted = (Entitlement.run == run, Entitlement.status.in_(listed))
    sums = select(func.count(), func.coalesce(func.sum(Entitlement.fen), 0)).where(*wanted)
    count, fen = (await session.execute(sums)).one()
    return count, int(fen)


async def hits_of(  # noqa: PLR0917 - of which run, whose, by which facts
    session: ReadSession,
    tools: Tools,
    state: RunState,
    policy: LoadedPolicy,
    amounts: Mapping[int, int],
    known: Mapping[int, FrozenFacts],
) -> list[Hit]:
    """What is left of each hit beside its rivals and what is used up, in the order given."""
    definition = policy.definition
    rivals = await _rivals(session, state, definition)
    facts = {fact.fact: fact for fact in tools.catalogue.facts}
    every = [
        token for s in amounts for token in tokens_of(definition, s, known[s].facts) if s in known
    ]
    used = await claimed(session, definition, state.period, every)
    hits: list[Hit] = []
    for subject, whole in amounts.items():
        own = entitlement_id(state.policy, state.period, subject, state.terms.item)
        if subject not in known:
            continue
        left = kept(
            definition,
            known[subject].facts,
            state.on,
            subject=subject,
            known=facts,
            rivals=rivals,
            own=own,
            claimed=used,
        )
        if left.amount:
            used |= dict.fromkeys(left.tokens, own)
        evidence = _evidence(tools, state, definition, known[subject], left, subject)
        hits.append(Hit(subject, own, whole, left, evidence))
    return hits


async def _listed(
    session: WriteSession, tools: Tools, batch: Batch, amounts: Mapping[int, int]
) -> tuple[int, int]:
    state, policy, subjects = batch.state, batch.policy, list(amounts)
    assert state.snapshot is not None
    await take_turns(session, policy.definition)
    kind = policy.definition.subject
    known = await frozen_facts(session, tools.catalogue, kind, state.snapshot, subjects)
    hits = await hits_of(session, tools, state, policy, amounts, known)
    plan = _planned(state, hits, await _standing(session, state, subjects))
    now = tools.now()
    made = await put_entitlements(
        session, state, plan.new, actor=SYSTEM, act=batch.act("list"), now=now
    )
    await tools.move(session, plan.let_go, batch.act("cancel"))
    back = await tools.move(session, plan.again, batch.act("list"))
    await tools.move(session, plan.excluded, batch.act("exclude"))
    moved = {*made, *back}
    on = {key: tokens for key, tokens in plan.tokens.items() if key in moved}
    await claim(session, policy.definition, state.period, on)
    await _bound(session, tools, batch, [hit for hit in hits if hit.entitlement in moved])
    sums = {hit.entitlement: hit.kept.amount or 0 for hit in hits}
    return len(on), sum(sums[key] for key in on)


def _planned(state: RunState, hits: Iterable[Hit], stands: Mapping[str, "_Stands"]) -> _Plan:
    plan = _Plan()
    for hit in hits:
        before = stands.get(hit.entitlement)
        amount = hit.kept.amount
        if amount == 0 or hit.whole == 0:
            continue
        if before is not None and not before.may_be_listed(state):
            continue
        fen = amount or hit.whole
        if before is not None and before.is_let_go(state):
            left = Move(entitlement=hit.entitlement, to=Status.CANCELLED, why=CANCELLED)
            plan.let_go.append(left.model_copy(update={"only_from": frozenset({before.status})}))
            before = replace(before, status=Status.CANCELLED)
        if before is None:
            plan.new.append(NewEntitlement(subject=hit.subject, fen=fen, evidence=hit.evidence))
        elif amount is not None or before.status is not Status.EXCLUDED:
            plan.again.append(_again(state, hit, fen, before))
        if amount is not None:
            plan.tokens[hit.entitlement] = hit.kept.tokens
        elif before is None or before.status not in {Status.EXCLUDED, Status.OBJECTED}:
            said = {"used": len(hit.kept.used)}
            out = Move(entitlement=hit.entitlement, to=Status.EXCLUDED, why=hit.kept.rival)
            also = {"said": said, "only_from": _LISTED}
            plan.excluded.append(out.model_copy(update=also))
    return plan


def _again(state: RunState, hit: Hit, fen: int, before: "_Stands") -> Move:
    """Onto the list; who waits for the answer to a case goes on waiting, by the new figures."""
    waits = before.status is Status.OBJECTED
    return Move(
        entitlement=hit.entitlement,
        to=Status.OBJECTED if waits else Status.LISTED,
        only_from=frozenset({before.status}),
        why=before.why if waits else None,
        run=state.id,
        fen=fen,
        evidence=hit.evidence,
    )


@dataclass(frozen=True, slots=True)
class _Stands:
    """What there is of an entitlement already, and how far the run is that it stands in."""

    run: str
    status: Status
    why: str | None
    phase: Phase

    def may_be_listed(self, state: RunState) -> bool:
        """Whether this run may put it on its list: its own anew, or what another gave up."""
        if self.status is Status.CANCELLED:
            return True
        if self.run == state.id:
            gone = self.status is Status.STRUCK and self.why == NOT_FOUND_AGAIN
            return gone or self.status in {Status.LISTED, Status.EXCLUDED, Status.OBJECTED}
        excluded = self.status is Status.EXCLUDED and self.phase in OVER
        return excluded or self.is_let_go(state)

    def is_let_go(self, state: RunState) -> bool:
        """Whether another run was cancelled that has only not come to letting go of it yet."""
        cancelled = self.run != state.id and self.phase is Phase.CANCELLED
        return cancelled and self.status in _LET_GO


async def _standing(
    session: ReadSession, state: RunState, subjects: Sequence[int]
) -> dict[str, _Stands]:
    rows = await session.execute(
        select(Entitlement.id, Entitlement.run, Entitlement.status, Entitlement.why)
        .add_columns(BenefitRun.phase)
        .join(BenefitRun, BenefitRun.id == Entitlement.run)
        .where(
            Entitlement.policy == state.policy,
            Entitlement.period == state.period,
            Entitlement.subject.in_(subjects),
        )
    )
    return {row.id: _Stands(row.run, Status(row.status), row.why, Phase(row.phase)) for row in rows}


async def _bound(session: WriteSession, tools: Tools, batch: Batch, hits: Sequence[Hit]) -> None:
    """Of those put on the list just now, who wants nothing of it, or no machine to decide."""
    policy, subjects = batch.state.policy, [hit.subject for hit in hits]
    unwilling = await opted_out(session, subjects, OptOutKind.BENEFIT, policy=policy)
    by_hand = await opted_out(session, subjects, OptOutKind.AUTOMATED, policy=policy)
    declined = [
        Move(entitlement=hit.entitlement, to=Status.DECLINED, why=OPTED_OUT, only_from=_LISTED)
        for hit in hits
        if hit.subject in unwilling
    ]
    await tools.move(session, declined, batch.act("opt-out"))
    human = [hit for hit in hits if hit.subject in by_hand - unwilling]
    held = [
        Move(
            entitlement=hit.entitlement,
            to=Status.OBJECTED,
            why=AUTOMATED_REFUSED,
            only_from=_LISTED,
        )
        for hit in human
    ]
    moved = await tools.move(session, held, batch.act("human"))
    for hit in human:
        if hit.entitlement in moved:
            await open_case(
                session,
                kind=CaseKind.REVIEW,
                run=batch.state.id,
                subject=hit.subject,
                entitlement=hit.entitlement,
                said={"reason": "本人拒绝仅由自动化方式作出决定，请人工复核"},
                key=f"automated:{batch.state.id}:{hit.subject}",
                by="system",
            )


async def _taken_off(session: WriteSession, tools: Tools, batch: Batch) -> ChunkDone:
    """Who was on the list of an earlier turn and is no hit any more."""
    chunk, after = batch.chunk, batch.chunk.after.removeprefix(GONE)
    hit = exists().where(
        BenefitMatch.run == chunk.run,
        BenefitMatch.subject == Entitlement.subject,
        BenefitMatch.verdict == Verdict.HIT,
    )
    ids = list(
        await session.scalars(
            select(Entitlement.id)
            .where(Entitlement.run == chunk.run, Entitlement.status == Status.LISTED)
            .where(Entitlement.id > after, ~hit, in_lane(chunk, Entitlement.subject))
            .order_by(Entitlement.id)
            .limit(chunk.limit)
        )
    )
    off = [
        Move(entitlement=key, to=Status.STRUCK, why=NOT_FOUND_AGAIN, only_from=_LISTED)
        for key in ids
    ]
    moved = await tools.move(session, off, batch.act("off"))
    more = len(ids) == chunk.limit
    return ChunkDone(after=f"{GONE}{ids[-1]}" if more else None, seen=0, moved=len(moved))


async def _hits(session: ReadSession, chunk: Chunk) -> dict[int, int]:
    """The next hits and their sums."""
    after = int(chunk.after.removeprefix(HITS) or 0)
    rows = await session.execute(
        select(BenefitMatch.subject, BenefitMatch.amount)
        .where(
            BenefitMatch.run == chunk.run,
            BenefitMatch.verdict == Verdict.HIT,
            BenefitMatch.subject > after,
            in_lane(chunk, BenefitMatch.subject),
        )
        .order_by(BenefitMatch.subject)
        .limit(chunk.limit)
    )
    return {row.subject: int(row.amount or 0) for row in rows}


async def _rivals(
    session: ReadSession, state: RunState, policy: PolicyDefinition
) -> tuple[PolicyDefinition, ...]:
    if policy.exclusion is None:
        return ()
    every = await policies_in_force(session, state.on)
    return tuple(each.definition for each in every if each.definition.policy != state.policy)


def _evidence(  # noqa: PLR0917 - whose, by what, and what is left of it
    tools: Tools,
    state: RunState,
    policy: PolicyDefinition,
    known: FrozenFacts,
    left: Kept,
    subject: int,
) -> Json:
    """What it was decided by: facts, each with source and day, and the figures."""
    names = needed_facts(policy)
    tokens = left.tokens
    if left.amount is None:
        # Excluded; should a person bring it back, it uses up all of what it is for.
        tokens = tokens_of(policy, subject, known.facts)
    return {
        "on": str(state.on),
        "snapshot": state.snapshot,
        "sha256": state.snapshot_sha256,
        "facts": shown(tools.catalogue, known, names),
        "figures": dict(match(policy, known.facts, state.on).figures),
        "tokens": list(tokens),
        "used": list(left.used),
        "rival": left.rival,
    }
