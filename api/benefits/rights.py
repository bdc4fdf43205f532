"""A beneficiary's rights: to see why, to say yes or no, to be judged by a person, to be heard.

What needs a human becomes a case, an application of its own (`api.benefits.cases`). The row comes
first; where it cannot be filed at once, it is filed soon (`recover_cases`).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from activities.store.benefits.cases import CaseKind, CaseView
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.keys import acted_on_entitlement, opted_under
from activities.store.benefits.opting import EVERY, OPTED_OUT, OptOutKind, opt_out
from activities.store.benefits.policies import policy_at, published_policy
from activities.store.benefits.raising import raise_case
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_entitlement import entitlement_line, entries_of
from activities.store.benefits.runs import act_on_run, run_view
from activities.store.benefits.settling import give_up
from activities.store.engine import ReadSession, WriteSession
from api.benefits.base import key_of, wake
from api.benefits.beneficiary import Beneficiary
from api.benefits.cases import facts_said, file_case
from api.benefits.entries import LONGEST_REASON, written
from api.benefits.money import checked_account
from api.facts import said_facts
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.benefits.commands import PayLate
from definitions.benefits.entitlement import DECLINABLE, HAD, OBJECTABLE, Status
from definitions.benefits.run import Phase, RunState
from definitions.errors import Code, Refused
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact
from definitions.rules.matching import needed_facts

# Up to here nothing follows for anybody.
_DRY = frozenset({Phase.SNAPSHOT, Phase.MATCHING, Phase.TRIAL})
# What these say may change whether or how much is to be paid: it waits, if it may still wait.
_STOPPING = frozenset({CaseKind.REVIEW, CaseKind.CORRECTION})


async def confirm(
    services: Services, who: Beneficiary, entitlement: str, *, sent: Sent
) -> EntryLine:
    """一键确认, or the answer to an invitation: the benefit is wanted."""
    key = key_of(who.actor, sent)
    calendar = await services.in_force.current()
    async with services.store.begin() as session:
        line = await own_entry(session, who, entitlement)
        if await acted_on_entitlement(session, entitlement, key):
            return line
        state = (await run_view(session, line.run)).state
        _require_answerable(state, line, local_day(services.now()))
        await move(
            session,
            [
                Move(
                    entitlement=entitlement,
                    to=Status.CONFIRMED,
                    # Objected to meanwhile, it waits for the answer.
                    only_from=frozenset({line.status}),
                    said={"by": who.by},
                )
            ],
            actor=who.actor,
            act=key.act,
            now=services.now(),
        )
        if state.phase is Phase.CLOSED:
            await act_on_run(
                session,
                PayLate(),
                run=line.run,
                actor=who.actor,
                act=f"late:{key.act}",
                now=services.now(),
                calendar=calendar,
            )
        found = await entitlement_line(session, entitlement)
    await wake(services, line.run)
    return found


async def decline(
    services: Services, who: Beneficiary, entitlement: str, *, sent: Sent
) -> EntryLine:
    """放弃: not this one, this time."""
    key = key_of(who.actor, sent)
    async with services.store.begin() as session:
        line = await own_entry(session, who, entitlement)
        if await acted_on_entitlement(session, entitlement, key):
            return line
        await move(
            session,
            [Move(entitlement=entitlement, to=Status.DECLINED, said={"by": who.by})],
            actor=who.actor,
            act=key.act,
            now=services.now(),
        )
        found = await entitlement_line(session, entitlement)
    await wake(services, line.run)
    return found


async def say_no(
    services: Services,
    who: Beneficiary,
    *,
    kind: OptOutKind = OptOutKind.BENEFIT,
    policy: str = EVERY,
    sent: Sent,
) -> tuple[EntryLine, ...]:
    """Opt out of one policy or of all (`policy` empty), or of being decided by machine.

    Of a benefit, what is not on its way yet is declined with it, and money that was set aside is
    free again. All that the subject has, afterwards.
    """
    key, now, subject = key_of(who.actor, sent), services.now(), who.subject.id
    async with services.store.begin() as session:
        await _require_policy(services, session, policy)
        before = await entries_of(session, subject)
        if await opted_under(session, subject, key):
            return before
        await opt_out(session, subject, kind, policy=policy, by=who.by, act=key.act, now=now)
        bound = [
            line for line in before if kind is OptOutKind.BENEFIT and policy in {line.policy, EVERY}
        ]
        moves = [
            Move(entitlement=line.id, to=Status.DECLINED, why=OPTED_OUT, said={"by": who.by})
            for line in bound
            if line.status in DECLINABLE
        ]
        gone = await move(session, moves, actor=who.actor, act=key.act, now=now, lenient=True)
        left = {
            line.id: OPTED_OUT for line in bound if line.id not in gone and line.status not in HAD
        }
        freed = await give_up(session, left, actor=who.actor, act=key.act, now=now)
        found = await entries_of(session, subject)
    for run in sorted({line.run for line in bound if line.id in {*gone, *freed}}):
        await wake(services, run)
    return found


async def take_back_no(
    services: Services,
    who: Beneficiary,
    *,
    kind: OptOutKind = OptOutKind.BENEFIT,
    policy: str = EVERY,
    sent: Sent,
) -> None:
    """The subject says no no more. What was declined meanwhile stays declined."""
    key, now, subject = key_of(who.actor, sent), services.now(), who.subject.id
    async with services.store.begin() as session:
        if not await opted_under(session, subject, key):
            said = {"policy": policy, "by": who.by, "act": key.act}
            await opt_out(session, subject, kind, **said, now=now, no=False)


async def ask_review(
    services: Services,
    who: Beneficiary,
    *,
    reason: str,
    run: str | None = None,
    entitlement: str | None = None,
    sent: Sent,
) -> CaseView:
    """人工复核: a person looks at what a machine decided, of an entitlement or of having none.

    What may still be stopped waits for the answer.
    """
    said = {"reason": written(reason)}
    return await _raise(
        services, who, CaseKind.REVIEW, said, run=run, entitlement=entitlement, sent=sent
    )


async def ask_correction(
    services: Services,
    who: Beneficiary,
    *,
    facts: Mapping[str, object],
    reason: str,
    run: str | None = None,
    entitlement: str | None = None,
    sent: Sent,
) -> CaseView:
    """更正数据: what is known of the subject is wrong, and this is what it should be."""
    said = {"reason": written(reason), "facts": checked_facts(services, who, facts)}
    return await _raise(
        services, who, CaseKind.CORRECTION, said, run=run, entitlement=entitlement, sent=sent
    )


async def bring_facts(
    services: Services,
    who: Beneficiary,
    *,
    run: str,
    facts: Mapping[str, object],
    reason: str = "",
    sent: Sent,
) -> CaseView:
    """快申快享: what nobody knew of the subject, told by itself, is checked by a person."""
    said = {
        "reason": written(reason) if reason.strip() else "",
        "facts": checked_facts(services, who, facts),
    }
    return await _raise(services, who, CaseKind.UNKNOWN, said, run=run, entitlement=None, sent=sent)


async def ask_account(
    services: Services, who: Beneficiary, entitlement: str, *, name: str, number: str, sent: Sent
) -> CaseView:
    """账户更正 from the beneficiary's own page: a person checks it before money goes there."""
    holder, digits = checked_account(name, number)
    said = {"reason": "更正收款账户", "account": {"name": holder, "number": digits}}
    return await _raise(
        services, who, CaseKind.ACCOUNT, said, run=None, entitlement=entitlement, sent=sent
    )


async def object_recovery(
    services: Services, who: Beneficiary, entitlement: str, *, reason: str, sent: Sent
) -> CaseView:
    """陈述、申辩: nothing is owed back."""
    async with services.store.reading() as session:
        line = await own_entry(session, who, entitlement)
    if line.status is not Status.RECOVERING:
        message = "这笔应享不在追回中"
        raise Refused(Code.ENTITLEMENT_NOT_OPEN, message, status=line.status)
    said = {"reason": written(reason)}
    return await _raise(
        services, who, CaseKind.RECOVERY, said, run=None, entitlement=entitlement, sent=sent
    )


async def own_entry(session: ReadSession, who: Beneficiary, entitlement: str) -> EntryLine:
    """One of the beneficiary's own. Whether others exist is not told."""
    line = await entitlement_line(session, entitlement)
    if line.subject != who.subject.id:
        raise Refused(Code.UNKNOWN_ENTITLEMENT, "没有这笔应享")
    return line


def checked_facts(
    services: Services, who: Beneficiary, facts: Mapping[str, object]
) -> dict[str, Fact]:
    """What the beneficiary says of itself, by the catalogue. Raises `invalid`."""
    if not facts:
        raise wrong("/facts", "required", "请写明哪一项数据、应当是什么")
    checked = said_facts(services, who.subject.kind, facts, "/facts")
    if len(facts_said(services, checked)) > LONGEST_REASON:
        raise wrong("/facts", "length", f"各项数据合计不超过 {LONGEST_REASON} 字")
    return checked


def digest(said: Mapping[str, object]) -> str:
    """Of what was brought forward: the same again is the same case."""
    body = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _require_concerned(
    who: Beneficiary, policy: PolicyDefinition, state: RunState, said: Mapping[str, object]
) -> None:
    """A run of its kind that has come to something, and facts that the run looks at."""
    if policy.subject is not who.subject.kind:
        whom = "企业" if policy.subject is SubjectKind.FIRM else "个人"
        raise wrong("/run", "subject", f"这个批次的对象是{whom}")
    if state.phase in _DRY:
        raise wrong("/run", "phase", "这个批次还在试算，没有对任何人作出结论")
    facts = said.get("facts")
    asked = needed_facts(policy)
    for name in facts if isinstance(facts, Mapping) else ():
        if name not in asked:
            place = f"/facts/{name}"
            raise wrong(place, "not-needed", "这项政策不看这一项数据")


def _require_answerable(state: RunState, line: EntryLine, today: date) -> None:
    """An invitation stays open; a wish has its last day."""
    if line.status is Status.INVITED:
        return
    wish = state.wish
    if line.status is Status.ASKED and wish is not None and today <= wish.until:
        return
    message = "不在确认期内；仍然需要的，可以要求人工复核"
    raise Refused(Code.ENTITLEMENT_NOT_OPEN, message, status=line.status)


async def _require_policy(services: Services, session: WriteSession, policy: str) -> None:
    if policy == EVERY:
        return
    await published_policy(session, policy, local_day(services.now()))


async def _raise(
    services: Services,
    who: Beneficiary,
    kind: CaseKind,
    said: Mapping[str, object],
    *,
    run: str | None,
    entitlement: str | None,
    sent: Sent,
) -> CaseView:
    """Open the case and, where it may still be stopped, let the entitlement wait for it."""
    key = key_of(who.actor, sent)
    now = services.now()
    async with services.store.begin() as session:
        line = await own_entry(session, who, entitlement) if entitlement else None
        of = line.run if line else run
        if of is None:
            raise wrong("/run", "required", "请写明是哪一个批次、哪一笔")
        state = (await run_view(session, of)).state
        policy = (await policy_at(session, state.policy, state.version)).definition
        _require_concerned(who, policy, state, said)
        case = await raise_case(
            session,
            kind=kind,
            run=of,
            subject=who.subject.id,
            entitlement=entitlement,
            said=said,
            digest=digest({**said, "of": entitlement or ""}),
            act=key,
            by=who.by,
        )
        waiting = case.outcome is None and kind in _STOPPING
        if line is not None and waiting and line.status in OBJECTABLE:
            waits = Move(entitlement=line.id, to=Status.OBJECTED, why=kind, said={"case": case.id})
            await move(session, [waits], actor=who.actor, act=key.act, now=now, lenient=True)
    filed = await file_case(services, case)
    await wake(services, of)
    return filed
