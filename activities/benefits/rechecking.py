"""The look right before paying: whether death, move, dissolution or credit stand in the way now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from activities.store.benefits.claims import claim, claimed, take_turns
from activities.store.benefits.entitlements import Move
from activities.store.benefits.facts import facts_of, usable
from activities.store.benefits.opting import OPTED_OUT, OptOutKind, opted_out
from activities.store.benefits.own_facts import own_facts
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import Entitlement
from activities.store.tables.subjects import Subject
from definitions.benefits.entitlement import Status
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.conditions import Fact
from definitions.rules.matching import Finding, match


class Rechecked(Value):
    """`good` may be paid; `moves` say where the others go, and by which condition."""

    good: tuple[str, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    subject: int
    period: str
    code: str
    tokens: tuple[str, ...]


async def recheck(
    session: WriteSession,
    catalogue: FactCatalogue,
    policy: LoadedPolicy,
    entitlements: Sequence[str],
    on: date,
) -> Rechecked:
    """The conditions marked `again`, by the facts as they are known on that day.

    STOPPED where one is not fulfilled any more or the subject has opted out meanwhile, HELD where a
    fact is missing or too old, EXCLUDED where somebody else has used up the same by now. Nothing is
    moved here; what nobody has claimed any more is claimed again.
    """
    rows = await _rows(session, entitlements)
    rivals = await _rivals(session, policy, rows)
    known = await known_now(session, catalogue, policy.definition.subject, rows, on)
    subjects = [row.subject for row in rows]
    name = policy.definition.policy
    unwilling = await opted_out(session, subjects, OptOutKind.BENEFIT, policy=name)
    moves: list[Move] = []
    for row in rows:
        found = _again(policy, known.get(row.subject, {}), on)
        move = _barred(row.id, found)
        if row.subject in unwilling:
            move = Move(entitlement=row.id, to=Status.STOPPED, why=OPTED_OUT)
        if move is None and row.id in rivals:
            move = Move(entitlement=row.id, to=Status.EXCLUDED, why=rivals[row.id])
        moves += [move] if move else []
    out = {move.entitlement for move in moves}
    return Rechecked(good=tuple(row.id for row in rows if row.id not in out), moves=tuple(moves))


async def known_now(
    session: ReadSession,
    catalogue: FactCatalogue,
    kind: SubjectKind,
    rows: Sequence["_Row"],
    on: date,
) -> dict[int, dict[str, Fact]]:
    """What counts of each today; what our own register knows stands before what sources say."""
    found = await facts_of(session, catalogue, kind, [row.subject for row in rows], on)
    codes = [row.code for row in rows]
    ours = await own_facts(session, codes) if kind is SubjectKind.FIRM else {}
    return {
        row.subject: {**usable(found.get(row.subject, {})), **ours.get(row.code, {})}
        for row in rows
    }


def _again(policy: LoadedPolicy, known: Mapping[str, Fact], on: date) -> tuple[Finding, ...]:
    again = {condition.id for condition in policy.definition.conditions if condition.again}
    findings = match(policy.definition, known, on).findings
    return tuple(finding for finding in findings if finding.id in again)


def _barred(entitlement: str, findings: Sequence[Finding]) -> Move | None:
    for finding in findings:
        if finding.holds is not None and finding.holds is finding.excludes:
            return Move(entitlement=entitlement, to=Status.STOPPED, why=finding.id)
    for finding in findings:
        if finding.holds is None:
            said = {"lacking": list(finding.lacking)}
            return Move(entitlement=entitlement, to=Status.HELD, why=finding.id, said=said)
    return None


async def _rivals(
    session: WriteSession, policy: LoadedPolicy, rows: Sequence[_Row]
) -> dict[str, str]:
    """Those of whom something was used up by another meanwhile, and by which policy."""
    definition = policy.definition
    if definition.exclusion is None:
        return {}
    await take_turns(session, definition)
    lost: dict[str, str] = {}
    for period in sorted({row.period for row in rows}):
        ours = [row for row in rows if row.period == period]
        tokens = [token for row in ours for token in row.tokens]
        held = await claimed(session, definition, period, tokens)
        free: dict[str, Sequence[str]] = {}
        for row in ours:
            others = [held[t] for t in row.tokens if held.get(t, row.id) != row.id]
            if others:
                lost[row.id] = others[0].partition(":")[0]
            elif any(token not in held for token in row.tokens):
                free[row.id] = row.tokens
                held |= dict.fromkeys(row.tokens, row.id)
        await claim(session, definition, period, free)
    return lost


async def _rows(session: ReadSession, entitlements: Sequence[str]) -> list[_Row]:
    found = await session.execute(
        select(
            Entitlement.id,
            Entitlement.subject,
            Entitlement.period,
            Entitlement.evidence,
            Subject.code,
        )
        .join(Subject, Subject.id == Entitlement.subject)
        .where(Entitlement.id.in_(entitlements))
        .order_by(Entitlement.id)
    )
    return [_Row(row.id, row.subject, row.period, row.code, _tokens(row.evidence)) for row in found]


def _tokens(evidence: Mapping[str, Any]) -> tuple[str, ...]:
    """What it uses up; of one that was excluded and has come back, what it was excluded by."""
    return tuple(evidence.get("tokens") or evidence.get("used") or ())
