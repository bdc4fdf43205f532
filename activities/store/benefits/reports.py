"""结项报告 reckoned from the rows: every figure can be counted again by whoever doubts it."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import and_, distinct, func, select, update

from activities.store.benefits.ledger import CAME_BACK
from activities.store.benefits.notices import NoticeKind
from activities.store.benefits.opting import OPTED_OUT
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import (
    BenefitBudget,
    BenefitCase,
    BenefitEvent,
    BenefitMatch,
    BenefitNotice,
    BenefitRun,
    Entitlement,
    EntitlementEvent,
    LedgerEntry,
    PaymentInstruction,
)
from definitions.benefits.entitlement import HAD, Status
from definitions.benefits.evolve import leads_to
from definitions.benefits.ledger import EntryKind
from definitions.benefits.periods import budget_period
from definitions.benefits.report import (
    Cases,
    Failures,
    Money,
    PhaseTime,
    Recoveries,
    Report,
    Sample,
    Sum,
    Unknown,
    Wishes,
)
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import PolicyDefinition


async def report_of(
    session: ReadSession, state: RunState, policy: PolicyDefinition, *, today: date, now: datetime
) -> Report:
    """The report as of now; that it is the closing one, its caller says by keeping it."""
    by_status = await _by_status(session, state.id)
    return Report(
        run=state.id,
        policy=state.policy,
        version=state.version,
        period=state.period,
        on=state.on,
        made_on=today,
        snapshot=state.snapshot,
        snapshot_sha256=state.snapshot_sha256,
        away=state.away,
        counts=state.counts,
        near_by=await _near_by(session, state.id),
        listed=Sum(count=state.listed, fen=state.listed_fen),
        by_status=by_status,
        unknown=await _unknown(session, state),
        wishes=await _wishes(session, state.id),
        cases=await _cases(session, state.id),
        stopped_by=await _why(session, state.id, Status.STOPPED),
        excluded_by=await _why(session, state.id, Status.EXCLUDED),
        failures=await _failures(session, state.id, by_status),
        money=await _money(session, state, policy),
        recoveries=await _recoveries(session, state.id, today),
        sample=Sample(looked=state.samples_looked, wrong=len(state.sample_failures)),
        phases=await _phases(session, state.id, now),
        verified=state.verified,
    )


async def put_report(session: WriteSession, run: str, report: Report) -> None:
    """Keep it with the run; a later one takes its place."""
    body = report.model_dump(mode="json")
    await session.execute(update(BenefitRun).where(BenefitRun.id == run).values(report=body))


async def _by_status(session: ReadSession, run: str) -> dict[str, Sum]:
    rows = await session.execute(
        select(Entitlement.status, func.count(), func.sum(Entitlement.fen))
        .where(Entitlement.run == run)
        .group_by(Entitlement.status)
        .order_by(Entitlement.status)
    )
    return {status: Sum(count=count, fen=int(fen)) for status, count, fen in rows}


async def _near_by(session: ReadSession, run: str) -> dict[str, int]:
    alone = BenefitMatch.reasons[1]
    rows = await session.execute(
        select(alone.label("reason"), func.count().label("held"))
        .where(BenefitMatch.run == run, BenefitMatch.near)
        .group_by(alone)
        .order_by(alone)
    )
    return {row.reason: row.held for row in rows}


async def _unknown(session: ReadSession, state: RunState) -> Unknown:
    told = await session.scalar(
        select(func.count())
        .where(BenefitNotice.kind == NoticeKind.UNKNOWN)
        .where(BenefitNotice.key.startswith(f"unknown:{state.id}:", autoescape=True))
    )
    brought = and_(BenefitCase.run == state.id, BenefitCase.kind == "unknown")
    cases = await session.scalar(select(func.count()).where(brought))
    entitled = await session.scalar(
        select(func.count(distinct(Entitlement.id)))
        .join(BenefitCase, and_(brought, BenefitCase.subject == Entitlement.subject))
        .where(Entitlement.run == state.id, BenefitCase.outcome == "upheld")
    )
    return Unknown(told=told or 0, brought=cases or 0, entitled=entitled or 0)


async def _wishes(session: ReadSession, run: str) -> Wishes:
    def ever(status: Status) -> object:
        of = EntitlementEvent.entitlement
        return func.count(distinct(of)).filter(EntitlementEvent.status == status)

    opted = func.count().filter(
        EntitlementEvent.status == Status.DECLINED,
        EntitlementEvent.body["why"].as_string() == OPTED_OUT,
    )
    statuses = (Status.ASKED, Status.CONFIRMED, Status.DECLINED, Status.SILENT)
    rows = await session.execute(
        select(*(ever(status) for status in statuses), opted)  # type: ignore[call-overload]
        .select_from(EntitlementEvent)
        .join(Entitlement, Entitlement.id == EntitlementEvent.entitlement)
        .where(Entitlement.run == run)
    )
    asked, confirmed, declined, silent, opted_out = rows.one()
    return Wishes(
        asked=asked,
        confirmed=confirmed,
        declined=declined - opted_out,
        silent=silent,
        opted_out=opted_out,
    )


async def _cases(session: ReadSession, run: str) -> dict[str, Cases]:
    rows = await session.execute(
        select(BenefitCase.kind, BenefitCase.outcome, func.count())
        .where(BenefitCase.run == run)
        .group_by(BenefitCase.kind, BenefitCase.outcome)
        .order_by(BenefitCase.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for kind, outcome, count in rows:
        found.setdefault(kind, {})[outcome or "open"] = count
    return {kind: Cases.model_validate(counts) for kind, counts in found.items()}


async def _why(session: ReadSession, run: str, status: Status) -> dict[str, int]:
    rows = await session.execute(
        select(func.coalesce(Entitlement.why, "").label("why"), func.count().label("held"))
        .where(Entitlement.run == run, Entitlement.status == status)
        .group_by(Entitlement.why)
        .order_by(Entitlement.why)
    )
    return {row.why: row.held for row in rows}


async def _failures(session: ReadSession, run: str, by_status: dict[str, Sum]) -> Failures:
    rows = await session.execute(
        select(
            PaymentInstruction.entitlement,
            func.coalesce(PaymentInstruction.reason, ""),
            Entitlement.status,
        )
        .join(Entitlement, Entitlement.id == PaymentInstruction.entitlement)
        .where(PaymentInstruction.run == run, PaymentInstruction.status == "failed")
        .where(PaymentInstruction.answered_at.is_not(None))
        .order_by(PaymentInstruction.id)
    )
    found = rows.all()
    return Failures(
        ever=len({entitlement for entitlement, _, _ in found}),
        put_right=len({entitlement for entitlement, _, status in found if status in HAD}),
        left=by_status.get(Status.FAILED, Sum()),
        reasons=dict(Counter(reason for _, reason, _ in found)),
    )


async def _money(session: ReadSession, state: RunState, policy: PolicyDefinition) -> Money:
    period = budget_period(policy, state.period)
    budget = await session.scalar(
        select(BenefitBudget).where(
            BenefitBudget.policy == state.policy, BenefitBudget.period == period
        )
    )
    rows = await session.execute(
        select(
            func.coalesce(func.sum(LedgerEntry.fen).filter(LedgerEntry.kind == EntryKind.PAY), 0),
            func.coalesce(func.sum(LedgerEntry.fen).filter(LedgerEntry.kind.in_(CAME_BACK)), 0),
        ).where(LedgerEntry.policy == state.policy, LedgerEntry.period == period)
    )
    ledger_paid, ledger_returned = rows.one()
    entitled = await session.scalar(
        select(func.coalesce(func.sum(Entitlement.fen), 0)).where(
            Entitlement.run == state.id, Entitlement.status.in_(HAD)
        )
    )
    instructed = await session.scalar(
        select(func.coalesce(func.sum(PaymentInstruction.fen), 0)).where(
            PaymentInstruction.run == state.id, PaymentInstruction.status == "paid"
        )
    )
    return Money(
        budget=budget.total if budget else None,
        reserved=budget.reserved if budget else 0,
        paid=budget.paid if budget else 0,
        returned=budget.returned if budget else 0,
        ledger_paid=int(ledger_paid),
        ledger_returned=int(ledger_returned),
        entitlements_paid=int(entitled or 0),
        instructions_paid=int(instructed or 0),
    )


async def _recoveries(session: ReadSession, run: str, today: date) -> Recoveries:
    """What came back is what the ledger has, parts of what is still open too."""
    open_ = Entitlement.status == Status.RECOVERING
    late = and_(open_, Entitlement.back_by < today)
    parts = [
        each
        for chosen in (open_, late)
        for each in (
            func.count().filter(chosen),
            func.coalesce(func.sum(Entitlement.back_fen).filter(chosen), 0),
        )
    ]
    rows = await session.execute(select(*parts).where(Entitlement.run == run))
    found = [int(each) for each in rows.one()]
    booked = await session.execute(
        select(
            func.count(distinct(LedgerEntry.entitlement)),
            func.coalesce(func.sum(LedgerEntry.fen), 0),
        )
        .join(Entitlement, Entitlement.id == LedgerEntry.entitlement)
        .where(Entitlement.run == run, LedgerEntry.kind.in_(CAME_BACK))
    )
    came, fen = booked.one()
    return Recoveries(
        wanted=Sum(count=found[0], fen=found[1]),
        back=Sum(count=came, fen=int(fen)),
        overdue=Sum(count=found[2], fen=found[3]),
    )


async def _phases(session: ReadSession, run: str, now: datetime) -> tuple[PhaseTime, ...]:
    rows = await session.execute(
        select(BenefitEvent.kind, BenefitEvent.at, BenefitEvent.body)
        .where(BenefitEvent.run == run)
        .order_by(BenefitEvent.seq)
    )
    spent: dict[str, float] = {}
    phase: str | None = None
    since = now
    for kind, at, body in rows:
        after = leads_to(kind) or (Phase(body["phase"]) if kind == "span_opened" else None)
        if after is None:
            continue
        if phase is not None:
            spent[phase] = spent.get(phase, 0.0) + (at - since).total_seconds()
        phase, since = after.value, at
    over = {Phase.CLOSED.value, Phase.CANCELLED.value}
    if phase is not None and phase not in over:
        spent[phase] = spent.get(phase, 0.0) + (now - since).total_seconds()
    return tuple(
        PhaseTime(phase=name, hours=round(seconds / 3600))
        for name, seconds in spent.items()
        if name not in over
    )
