"""What became of cases, and what follows: back on the way, stopped, matched anew, given back.

Each in a transaction of its own, its end noted in it, so that none is carried out twice. A case
about money that is on its way waits until the treasury has answered.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from activities.benefits.rematching import rematch
from activities.benefits.returning import NotYet, back_to, restored, tell_where
from activities.benefits.tools import Batch, Tools, batch_of, is_late
from activities.benefits.verifying import Owing, Paid, ask_back
from activities.benefits.wording import say_ended
from activities.contracts.benefits import Chunk
from activities.store.benefits.cases import (
    CaseKind,
    CaseOutcome,
    CaseView,
    end_case,
    waits_for_others,
)
from activities.store.benefits.corrections import put_correction
from activities.store.benefits.entitlements import Move
from activities.store.benefits.facts import SubjectRow, put_subjects, subject_view
from activities.store.benefits.notices import NoticeKind, tell
from activities.store.benefits.recoveries import drop_recovery
from activities.store.benefits.settling import give_up
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import BenefitCase, Entitlement, EntitlementEvent
from activities.store.tables.register import Bundle, Matter
from definitions.benefits.entitlement import Status
from definitions.bundle.state import BundleStatus
from definitions.errors import Code, Refused
from definitions.language.roles import SYSTEM
from definitions.matter.state import Result

log = structlog.get_logger(__name__)

OBJECTION_UPHELD = "objection-upheld"
REVIEW_REJECTED = "review-rejected"
UPHELD = "upheld"
_RESULTS = {
    Result.GRANTED: CaseOutcome.UPHELD,
    Result.REFUSED: CaseOutcome.REJECTED,
    Result.NOT_ACCEPTED: CaseOutcome.REJECTED,
}
# Money is on its way: what follows waits for the treasury's answer.
_ON_ITS_WAY = frozenset({Status.SENT})


@dataclass(frozen=True, slots=True)
class Ended:
    """A case whose application has an end, and what that comes to."""

    id: int
    outcome: CaseOutcome


@dataclass(frozen=True, slots=True)
class _Stands:
    id: str
    subject: int
    run: str
    status: Status
    fen: int
    used: tuple[str, ...]


async def ended_cases(session: ReadSession, run: str) -> tuple[Ended, ...]:
    """Cases of the run whose applications have ended and that nothing has followed from yet."""
    over = (BundleStatus.FOLLOWED.value, BundleStatus.CLOSED.value)
    rows = await session.execute(
        select(BenefitCase.id, Matter.result)
        .join(Bundle, Bundle.number == BenefitCase.bundle)
        .join(Matter, Matter.bundle == Bundle.number)
        .where(BenefitCase.run == run, BenefitCase.outcome.is_(None), Bundle.status.in_(over))
        .order_by(BenefitCase.id)
    )
    results: dict[int, list[CaseOutcome]] = {}
    for row in rows:
        known = _RESULTS.get(Result(row.result)) if row.result else None
        results.setdefault(row.id, []).extend([known] if known else [])
    return tuple(
        Ended(case, found[0] if found else CaseOutcome.DROPPED) for case, found in results.items()
    )


async def settle_ended(tools: Tools, run: str) -> int:
    """How many cases were carried out just now."""
    async with tools.store.reading() as session:
        ended = await ended_cases(session, run)
    done = 0
    for each in ended:
        try:
            async with tools.store.begin() as session:
                done += await _settle(session, tools, run, each)
        except NotYet:
            continue
        except Refused as refused:
            # Left open for people: the recovery it asks to drop has begun to come back, say.
            log.warning("case_not_settled", case=each.id, code=refused.code)
    return done


@dataclass(frozen=True, slots=True)
class _Settling:
    """One case that has ended, and all that what follows from it needs."""

    session: WriteSession
    tools: Tools
    batch: Batch
    case: CaseView
    outcome: CaseOutcome
    stands: _Stands | None

    @property
    def act(self) -> str:
        """The act by which a case moves what it is about."""
        return f"case:{self.case.id}"

    @property
    def waiting(self) -> _Stands | None:
        """What it is about, as far as that waits for it."""
        waits = self.stands is not None and self.stands.status is Status.OBJECTED
        return self.stands if waits else None


async def _settle(session: WriteSession, tools: Tools, run: str, ended: Ended) -> bool:
    row = await session.scalar(
        select(BenefitCase).where(BenefitCase.id == ended.id).with_for_update()
    )
    if row is None or row.outcome is not None:
        return False
    case = CaseView.model_validate(row, from_attributes=True)
    stands = await _standing(session, case)
    if stands is not None and stands.status in _ON_ITS_WAY and ended.outcome is not _DROPPED:
        raise NotYet
    # Another run may have taken it up since: what follows goes by where that one is.
    batch = await batch_of(session, Chunk(run=stands.run if stands else run))
    await _FOLLOWS[case.kind](_Settling(session, tools, batch, case, ended.outcome, stands))
    await end_case(session, case.id, ended.outcome, tools.now())
    # Of what was found by looking, whoever it concerns hears only where something follows.
    if case.subject is not None and case.kind is not CaseKind.VERIFICATION:
        text, key = say_ended(batch.state, case, ended.outcome), f"case:{case.id}"
        await tell(session, case.subject, case.entitlement, NoticeKind.CASE, key, text)
    return True


_DROPPED = CaseOutcome.DROPPED


async def _objection(ended: _Settling) -> None:
    """Upheld, nobody is paid, or what was paid comes back; otherwise it goes on as before."""
    if ended.stands is None:
        return
    if ended.outcome is CaseOutcome.UPHELD:
        await _stop(ended, ended.stands, OBJECTION_UPHELD)
    else:
        await _back(ended)


async def _review(ended: _Settling) -> None:
    """A person has looked: entitled after all, or not."""
    if ended.waiting is not None and ended.outcome is CaseOutcome.REJECTED:
        await _stop(ended, ended.waiting, REVIEW_REJECTED)
    elif ended.waiting is not None:
        await _back(ended)
    elif ended.outcome is CaseOutcome.UPHELD and ended.stands is None:
        await rematch(ended.session, ended.tools, ended.batch, ended.case)
    elif ended.outcome is CaseOutcome.UPHELD:
        await _restore(ended)


async def _correction(ended: _Settling) -> None:
    """The facts are put right at their source's place, and the subject is matched with them."""
    session, tools, case = ended.session, ended.tools, ended.case
    facts = case.said.get("facts") or {}
    if ended.outcome is CaseOutcome.UPHELD and facts and case.subject is not None:
        on = ended.batch.state.on
        await put_correction(
            session, tools.catalogue, case.subject, facts, on=on, by=SYSTEM.id, case=case.id
        )
        await rematch(session, tools, ended.batch, case)
    else:
        await _back(ended)


async def _account(ended: _Settling) -> None:
    """The account is put right; whoever could not be paid is tried again by that."""
    session, case = ended.session, ended.case
    account = case.said.get("account")
    if ended.outcome is not CaseOutcome.UPHELD or account is None or case.subject is None:
        return
    subject = await subject_view(session, case.subject)
    assert subject is not None
    row = SubjectRow(
        kind=subject.kind,
        code=subject.code,
        name=subject.name,
        account_name=account["name"],
        account_number=account["number"],
    )
    await put_subjects(session, [row])


async def _recovery(ended: _Settling) -> None:
    """Upheld: it was paid rightly after all."""
    stands = ended.stands
    if ended.outcome is CaseOutcome.UPHELD and stands and stands.status is Status.RECOVERING:
        act, now = ended.act, ended.tools.now()
        await drop_recovery(ended.session, stands.id, why=UPHELD, actor=SYSTEM, act=act, now=now)


async def _verification(ended: _Settling) -> None:
    """Two persons have found it to be so: what was paid too much is asked back now."""
    stands, said = ended.stands, ended.case.said
    if ended.outcome is CaseOutcome.UPHELD and stands and stands.status is Status.PAID:
        await _ask_back(ended, stands, said["fen"], said["why"])


_FOLLOWS: Mapping[CaseKind, Callable[[_Settling], Awaitable[None]]] = {
    CaseKind.OBJECTION: _objection,
    CaseKind.REVIEW: _review,
    CaseKind.CORRECTION: _correction,
    CaseKind.UNKNOWN: _correction,
    CaseKind.ACCOUNT: _account,
    CaseKind.RECOVERY: _recovery,
    CaseKind.VERIFICATION: _verification,
}


async def _stop(ended: _Settling, stands: _Stands, why: str) -> None:
    """Nothing is paid; what was set aside is free again, what was paid is asked back."""
    session, tools, act = ended.session, ended.tools, ended.act
    if stands.status in {Status.RESERVED, Status.FAILED}:
        given_up = await give_up(session, {stands.id: why}, actor=SYSTEM, act=act, now=tools.now())
        if not given_up:
            raise NotYet
    elif stands.status is Status.PAID:
        await _ask_back(ended, stands, stands.fen, why)
    else:
        await tools.move(session, [Move(entitlement=stands.id, to=Status.STOPPED, why=why)], act)


async def _ask_back(ended: _Settling, stands: _Stands, fen: int, why: str) -> None:
    paid = Paid(id=stands.id, subject=stands.subject, fen=stands.fen, used=stands.used)
    owing = Owing(paid=paid, fen=fen, why=why)
    await ask_back(ended.session, ended.tools, ended.batch, [owing], ended.act)


async def _back(ended: _Settling) -> None:
    """Where it stood before, or as far as the run has come meanwhile.

    As long as another case is open about the same, it goes on waiting.
    """
    session, batch, case, stands = ended.session, ended.batch, ended.case, ended.waiting
    if stands is None or await waits_for_others(session, stands.id, case.id):
        return
    before = await _before(session, stands.id)
    own = await _has_asked(session, stands.id)
    late = is_late(ended.tools, batch.state)
    to = back_to(batch.state.phase, batch.state.terms.way, before, own=own, late=late)
    if await ended.tools.move(session, [Move(entitlement=stands.id, to=to)], ended.act):
        await tell_where(session, batch, stands.subject, stands.id, to, stands.fen, case.id)


async def _has_asked(session: ReadSession, entitlement: str) -> bool:
    """Whether its subject has asked for a look at it, which is a yes, whoever else objects.

    Of who will not be decided about by machine, the machine has opened the case: that is none yet.
    """
    own = select(BenefitCase.id).where(
        BenefitCase.entitlement == entitlement,
        BenefitCase.kind.in_((CaseKind.REVIEW, CaseKind.CORRECTION)),
        BenefitCase.opened_by != SYSTEM.id,
    )
    return await session.scalar(own.limit(1)) is not None


async def _restore(ended: _Settling) -> None:
    """What had been given up (struck, excluded, declined, silent, stopped) comes back."""
    stands = ended.stands
    if stands is None or ended.case.opened_by == SYSTEM.id:
        # The subject has asked for nothing: what else became of it meanwhile stands.
        return
    for n, to in enumerate(restored(ended.batch.state, stands.status)):
        move = Move(entitlement=stands.id, to=to, why=UPHELD)
        await ended.tools.move(ended.session, [move], f"{ended.act}:{n}")


async def _before(session: ReadSession, entitlement: str) -> Status:
    """The last status that was not the objection's."""
    found = await session.scalar(
        select(EntitlementEvent.status)
        .where(EntitlementEvent.entitlement == entitlement)
        .where(EntitlementEvent.status != Status.OBJECTED)
        .order_by(EntitlementEvent.seq.desc())
        .limit(1)
    )
    return Status(found or Status.LISTED)


async def _standing(session: WriteSession, case: CaseView) -> _Stands | None:
    """The case's entitlement, locked."""
    if case.entitlement is None:
        return None
    row = await session.scalar(
        select(Entitlement).where(Entitlement.id == case.entitlement).with_for_update()
    )
    if row is None:
        raise Refused(Code.UNKNOWN_ENTITLEMENT, "没有这笔应享")
    used = tuple(row.evidence.get("used", ()))
    return _Stands(row.id, row.subject, row.run, Status(row.status), row.fen, used)
