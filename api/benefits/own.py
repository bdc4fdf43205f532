"""Everything a beneficiary may see of itself on one page, each decision explained."""

from collections.abc import Sequence
from datetime import date

from activities.store.benefits.cases import CaseKind
from activities.store.benefits.frozen import kept
from activities.store.benefits.notices import note_read
from activities.store.benefits.policies import policy_at
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_cases import CaseLine, case_lines
from activities.store.benefits.reading_entitlement import (
    NoticeLine,
    OptOutLine,
    entitlement_view,
    entries_of,
    notices_of,
    opt_outs_of,
)
from activities.store.benefits.reading_money import masked_account
from api.benefits.beneficiary import Beneficiary
from api.benefits.rights import own_entry
from api.benefits.working import FactSaid, FigureSaid, facts_said
from api.services import Services
from definitions.benefits.entitlement import DECLINABLE, Status
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind

# Who objected is not theirs to know; of what was found by looking, they are told what follows.
_OTHERS = frozenset({CaseKind.OBJECTION, CaseKind.VERIFICATION})
OWN_CASES = tuple(kind for kind in CaseKind if kind not in _OTHERS)


class OwnBenefits(Value):
    """A subject's benefits. `account` is masked."""

    subject: int
    kind: SubjectKind
    name: str
    account_name: str | None
    account: str
    entries: tuple[EntryLine, ...]
    notices: tuple[NoticeLine, ...]
    opt_outs: tuple[OptOutLine, ...]
    cases: tuple[CaseLine, ...]


class Explained(Value):
    """Why, of one entitlement: the conditions in words, what was looked at, what came of it.

    `may` are the acts open to the beneficiary now.
    """

    line: EntryLine
    number: str
    summary: str
    conditions: tuple[str, ...]
    on: date | None
    facts: tuple[FactSaid, ...]
    figures: tuple[FigureSaid, ...]
    uncertain: bool
    note: str | None
    notices: tuple[NoticeLine, ...]
    cases: tuple[CaseLine, ...]
    may: tuple[str, ...]


async def own_benefits(services: Services, who: Beneficiary) -> OwnBenefits:
    """All of it."""
    subject = who.subject
    async with services.store.reading() as session:
        found = OwnBenefits(
            subject=subject.id,
            kind=subject.kind,
            name=subject.name,
            account_name=subject.account_name,
            account=masked_account(subject.account_number),
            entries=await entries_of(session, subject.id),
            notices=await notices_of(session, subject.id),
            opt_outs=await opt_outs_of(session, subject.id),
            cases=await case_lines(session, subject=subject.id, kinds=OWN_CASES, limit=100),
        )
    await own_notices_seen(services, who, found.notices)
    return found


async def own_notices_seen(
    services: Services, who: Beneficiary, notices: Sequence[NoticeLine]
) -> None:
    """They are shown to whom they tell; a clerk's look is not theirs."""
    unread = [each.id for each in notices if each.read_at is None]
    if unread and who.speaks_for_itself:
        async with services.store.begin() as session:
            await note_read(session, unread, services.now())


async def explained(services: Services, who: Beneficiary, entitlement: str) -> Explained:
    """说明理由: one of the beneficiary's own. Raises `unknown-entitlement`."""
    async with services.store.reading() as session:
        await own_entry(session, who, entitlement)
        found = await entitlement_view(session, entitlement)
        policy = (await policy_at(session, found.line.policy, found.version)).definition
    figures, said = found.evidence.get("figures", {}), kept(found.evidence)
    known = {fact.fact for fact in services.facts.facts}
    return Explained(
        line=found.line,
        number=policy.number,
        summary=policy.summary,
        conditions=tuple(
            f"不属于：{each.says}" if each.excludes else each.says for each in policy.conditions
        ),
        on=_day(found.evidence.get("on")),
        facts=facts_said(services.facts, [name for name in said.facts if name in known], said),
        figures=tuple(
            FigureSaid(
                name=each.name, label=each.label, unit=each.unit, value=figures.get(each.name)
            )
            for each in policy.figures
        ),
        uncertain=policy.amount.mark in {"low", "med"},
        note=policy.amount.note,
        notices=found.notices,
        cases=tuple(each for each in found.cases if each.kind in OWN_CASES),
        may=_may(found.line),
    )


def _may(line: EntryLine) -> tuple[str, ...]:
    acts = ["ask_review", "ask_correction"]
    if line.status in {Status.ASKED, Status.INVITED}:
        acts.append("confirm")
    if line.status in DECLINABLE:
        acts.append("decline")
    if line.status is Status.FAILED or not line.has_account:
        acts.append("ask_account")
    if line.status is Status.RECOVERING:
        acts.append("object_recovery")
    return tuple(acts)


def _day(said: object) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) and said else None
