"""What became of cases, and what follows: back on the way, stopped, matched anew, given back.

Each in a transaction of its own, its end noted in it, so that none is carried out twice. A case
about money that is on its way waits until the treasury has answered.
"""

from dataclasses import dataclass

import structlog
from sqlalchemy import select

from activities.benefits.rematching import rematch
from activities.benefits.returning import NotYet, back_to, restored, tell_where
from activities.benefits.tools import Batch, Tools, batch_of, is_late
from activities.benefits.verifying import Owing, Paid, ask_back
from activities.benefits.wording import say_ended
from activities.contracts.benefits import Chunk
from activities.store.benefits.cases import CaseKind, CaseOutcome, CaseView, end_case
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
    await _FOLLOWS[case.kind](session, tools, batch, case, ended.outcome, stands)
    await end_case(session, case.id, ended.outcome, tools.now())
    if case.subject is not None:
        text, key = say_ended(batch.state, case, ended.outcome), f"case:{case.id}"
        await tell(session, case.subject, case.entitlement, NoticeKind.CASE, key, text)
    return True


_DROPPED = CaseOutcome.DROPPED


async def _objection(  # noqa: PLR0917 - every case is followed by the same
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    case: CaseView,
    outcome: CaseOutcome,
    stands: "_Stands | None",
) -> None:
    """Upheld, nobody is paid, or what was paid comes back; otherwise it goes on as before."""
    if stands is None:
        return
    if outcome is CaseOutcome.UPHELD:
        await _stop(session, tools, batch, stands, OBJECTION_UPHELD, f"case:{case.id}")
    else:
        await _back(session, tools, batch, case, stands)


async def _review(  # noqa: PLR0917 - every case is followed by the same
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    case: CaseView,
    outcome: CaseOutcome,
    stands: "_Stands | None",
) -> None:
    """A person has looked: entitled after all, or not."""
    if outcome is not CaseOutcome.UPHELD:
        if stands is not None and stands.status is Status.OBJECTED:
            if outcome is CaseOutcome.REJECTED:
                await _stop(session, tools, batch, stands, REVIEW_REJECTED, f"case:{case.id}")
            else:
                await _back(session, tools, batch, case, stands)
        return
    if stands is None:
        await rematch(session, tools, batch, case)
    elif stands.status is Status.OBJECTED:
        await _back(session, tools, batch, case, stands)
    else:
        await _restore(session, tools, batch, case, stands)


async def _correction(  # noqa: PLR0917 - every case is followed by the same
    session: WriteSession,
    tools: Tools,
    batch: Batch,
    case: CaseView,
    outcome: CaseOutcome,
    stands: "_Stands | None",
) -> None:
    """The facts are put right at their source's place, and the subject is matched with them."""
    facts = case.said.get("facts") or {}
    if outcome is CaseOutcome.UPHELD and facts and case.subject is not None:
        await put_correction(
            session,
            tools.catalogue,
            case.subject,
            facts,
            on=batch.state.on,
            by=SYSTEM.id,
            case=case.id,
        )
        await rematch(session, tools, batch, case)
        return
    if stands is not None and stands.status is Status.OBJECTED:
        await _back(session, tools, batch, case, stands)


async def _account(  # noqa: PLR0917 - every case is followed by the same
    session: WriteSession,
    tools: Tools,  # noqa: ARG001 - as above
    batch: Batch,  # noqa: ARG001 - as above
    case: CaseView,
    outcome: CaseOutcome,
    stands: "_Stands | None",  # noqa: ARG001 - as above
) -> None:
    """The account is put right; whoever could not be paid is tried again by that."""
    account = case.said.get("account")
    if outcome is not CaseOutcome.UPHELD or account is None or case.subject is None:
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


async def _recovery(  # noqa: PLR0917 - every case is followed by the same
    session: WriteSession,
    tools: Tools,
    batch: Batch,  # noqa: ARG001 - as above
    case: CaseView,
    outcome: CaseOutcome,
    stands: "_Stands | None",
) -> None:
    """Upheld: it was paid rightly after all."""
    if outcome is CaseOutcome.UPHELD and stands and stands.status is Status.RECOVERING:
        act, now = f"case:{case.id}", tools.now()
        await drop_recovery(session, stands.id, why=UPHELD, actor=SYSTEM, act=act, now=now)


_FOLLOWS = {
    CaseKind.OBJECTION: _objection,
    CaseKind.REVIEW: _review,
    CaseKind.CORRECTION: _correction,
    CaseKind.UNKNOWN: _correction,
    CaseKind.ACCOUNT: _account,
    CaseKind.RECOVERY: _recovery,
}


async def _stop(  # noqa: PLR0917 - whose, why, under which act
    session: WriteSession, tools: Tools, batch: Batch, stands: "_Stands", why: str, act: str
) -> None:
    """Nothing is paid; what was set aside is free again, what was paid is asked back."""
    if stands.status in {Status.RESERVED, Status.FAILED}:
        given_up = await give_up(session, {stands.id: why}, actor=SYSTEM, act=act, now=tools.now())
        if not given_up:
            raise NotYet
    elif stands.status is Status.PAID:
        paid = Paid(id=stands.id, subject=stands.subject, fen=stands.fen, used=stands.used)
        owing = Owing(paid=paid, fen=stands.fen, why=why)
        await ask_back(session, tools, batch, [owing], act)
    else:
        await tools.move(session, [Move(entitlement=stands.id, to=Status.STOPPED, why=why)], act)


async def _back(
    session: WriteSession, tools: Tools, batch: Batch, case: CaseView, stands: "_Stands"
) -> None:
    """Where it stood before, or as far as the run has come meanwhile.

    As long as another case is open about the same, it goes on waiting.
    """
    others = select(BenefitCase.id).where(
        BenefitCase.entitlement == stands.id,
        BenefitCase.outcome.is_(None),
        BenefitCase.id != case.id,
        BenefitCase.kind.in_((CaseKind.OBJECTION, CaseKind.REVIEW, CaseKind.CORRECTION)),
    )
    if stands.status is not Status.OBJECTED or await session.scalar(others.limit(1)) is not None:
        return
    before = await _before(session, stands.id)
    # Of who will not be decided about by machine, the machine has opened the case: no yes yet.
    own = case.kind is not CaseKind.OBJECTION and case.opened_by != SYSTEM.id
    late = is_late(tools, batch.state)
    to = back_to(batch.state.phase, batch.state.terms.way, before, own=own, late=late)
    if await tools.move(session, [Move(entitlement=stands.id, to=to)], f"case:{case.id}"):
        await tell_where(session, batch, stands.subject, stands.id, to, stands.fen, case.id)


async def _restore(
    session: WriteSession, tools: Tools, batch: Batch, case: CaseView, stands: "_Stands"
) -> None:
    """What had been given up (struck, excluded, declined, silent, stopped) comes back."""
    if case.opened_by == SYSTEM.id:
        # The subject has asked for nothing: what else became of it meanwhile stands.
        return
    for n, to in enumerate(restored(batch.state, stands.status)):
        move = Move(entitlement=stands.id, to=to, why=UPHELD)
        await tools.move(session, [move], f"case:{case.id}:{n}")


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
