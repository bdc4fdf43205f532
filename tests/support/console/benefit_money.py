"""Sample pages of what a run comes to: an entitlement, cases, money, the closing report."""

from dataclasses import replace

from activities.store.benefits.budget_changes import BudgetChange, BudgetChanges
from activities.store.benefits.reading_cases import CaseLine
from activities.store.benefits.reading_entitlement import NoticeLine
from activities.store.benefits.reading_money import BudgetLine, LedgerLine, PaymentLine
from api.console import benefit_words as words
from api.console.fill import benefit_money as money
from api.console.fill import benefit_report as report
from api.console.fill import benefits as fill
from api.console.fill.benefit_entitlement import forms
from api.console.fill.benefit_lists import finding
from api.console.fill.benefit_working import working
from api.console.views.benefit_money import (
    BudgetsPage,
    CasesPage,
    EntitlementPage,
    EntitlementsPage,
    PaymentsPage,
    RecoveriesPage,
    ReportPage,
)
from api.console.views.shared import Link, Pager
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Account, Balance, EntryKind
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
from definitions.benefits.run import Phase
from tests.support.console.benefits import (
    EVENTS,
    OFFICER,
    RUN,
    SUBJECT,
    TABS,
    catalogue,
    entry,
    framed,
    head,
    policy,
    sample_view,
    state,
)
from tests.support.console.parts import FIRM, NUMBER, TODAY, USCC, at, submission


def entitlement(status: Status = Status.FAILED) -> EntitlementPage:
    """One whose account was wrong, or one that is to be given back."""
    found = state(Phase.PAYING)
    return EntitlementPage(
        frame=framed(f"{FIRM}：{policy().name}"),
        status=words.STATUS[status],
        run=Link(fill.name(found), fill.run_url(RUN)),
        facts=money.decided_on(entry(status), "松江区人力资源和社会保障局", 100_000),
        why="账号不存在",
        working=working(sample_view().working, policy(), catalogue()),
        note="互斥组里有 1 项已经由别的政策或者别的单位使用，不重复计算。",
        payments=(money.payment_row(payment()),),
        entries=(money.entry_row(ledger_line()),),
        cases=(money.case_row(case()),),
        notices=(money.notice_row(NOTICE),),
        timeline=fill.timeline(
            [EVENTS[0].model_copy(update={"kind": "failed", "body": {"why": "budget"}})],
            fill.status_names(),
            fill.says_of(policy()),
        ),
        chain=fill.chain(holds=False),
        acts=forms(entry(status), 0, found, OFFICER, {}, None),
    )


def payment() -> PaymentLine:
    """A payment that could not be made."""
    shared = {name: getattr(entry(), name) for name in _SHARED}
    return PaymentLine(
        **shared,
        id=f"{SUBJECT}#1",
        entitlement=SUBJECT,
        attempt=1,
        account_name=FIRM,
        account="*************0000",
        status="failed",
        reason="账号不存在",
        treasury_ref="T-1",
        made_at=at(24, 10),
        sent_at=at(24, 10, 1),
        answered_at=None,
    )


_SHARED = (
    *("run", "policy", "policy_name", "period", "organ", "subject", "kind", "code", "name"),
    "fen",
)
NOTICE = NoticeLine(
    id=1, entitlement=SUBJECT, kind="failed", text="没有拨付成功", at=at(24, 11), read_at=at(24, 12)
)


def ledger_line() -> LedgerLine:
    """What was set aside."""
    return LedgerLine(
        id=1,
        policy="job_stabilisation_refund",
        period="2026",
        entitlement=SUBJECT,
        kind=EntryKind.RESERVE,
        attempt=1,
        taken_from=Account.BUDGET,
        given_to=Account.RESERVED,
        fen=2_880_000,
        at=at(24, 10),
    )


def case(*, filed: bool = True) -> CaseLine:
    """An objection."""
    return CaseLine(
        id=1,
        kind="objection",
        run=RUN,
        policy="job_stabilisation_refund",
        policy_name=policy().name,
        organ="human_resources",
        subject=17 if filed else None,
        code=USCC if filed else None,
        name=FIRM if filed else None,
        entitlement=SUBJECT if filed else None,
        bundle=NUMBER if filed else None,
        status="closed" if filed else None,
        opened_by="public",
        opened_at=at(20, 9),
        outcome="rejected" if filed else None,
        ended_at=at(23, 9) if filed else None,
    )


def cases(*, of_run: bool = False) -> CasesPage:
    """One that has ended, one that is not even filed."""
    return CasesPage(
        frame=framed("复核件"),
        head=head(Phase.PUBLICITY, "cases") if of_run else None,
        tabs=TABS,
        views=money.case_views(fill.CASES, open_only=True),
        rows=(money.case_row(case()), money.case_row(case(filed=False))),
        empty="没有复核件。",
        pager=Pager(),
    )


def payments() -> PaymentsPage:
    """What failed."""
    url = fill.run_url(RUN, "payments")
    return PaymentsPage(
        frame=framed("拨付"),
        head=head(Phase.PAYING, "payments"),
        views=money.payment_views(url, "failed"),
        totals=money.totals([("paid", 9_000, 39_870_000_00), ("failed", 3, 1_329_000)]),
        rows=(money.payment_row(payment(), many=True),),
        empty="没有这样的拨付。",
        pager=Pager(),
    )


def budgets(*, changing: bool = False) -> BudgetsPage:
    """One budget, perhaps while its total is changed."""
    found = BudgetLine(
        policy="job_stabilisation_refund",
        policy_name=policy().name,
        organ="human_resources",
        period="2026",
        balance=Balance(total=50_000_000_00, reserved=1_000_00, paid=46_000_000_00, returned=100),
    )
    row = money.budget_line(found, "松江区人力资源和社会保障局", may=True)
    change = BudgetChange(
        seq=1,
        at=at(20, 9),
        actor="a-1",
        actor_name="王某",
        before=4_000_000_00,
        total=50_000_000_00,
    )
    form = money.budget_form(
        found,
        BudgetChanges(changes=(change,), holds=True),
        submission(fill.BUDGETS),
        value=money.yuan_of(found.balance.total),
        error="",
    )
    return BudgetsPage(
        frame=framed("预算"),
        tabs=TABS,
        used=money.used((found,)),
        rows=(row, money.budget_line(found, row.organ, may=False)),
        form=form if changing else None,
        pager=Pager("", f"{fill.BUDGETS}?after=x"),
    )


def recoveries() -> RecoveriesPage:
    """One that is late."""
    rows = (money.recovery_row(entry(Status.RECOVERING), 100_000, at(24, 9)),)
    return RecoveriesPage(
        frame=framed("追回"),
        tabs=TABS,
        views=money.recovery_views("open"),
        rows=(*rows, replace(rows[0], due=None)),
        empty="没有追回中的。",
        pager=Pager(),
    )


def found() -> EntitlementsPage:
    """What one firm has."""
    return EntitlementsPage(
        frame=framed("应享"),
        tabs=TABS,
        find=finding(fill.FOUND, "没有这个对象", typed=USCC),
        rows=(money.found_row(entry(Status.PAID)),),
        empty="这户（人）没有应享。",
        pager=Pager("", f"{fill.FOUND}?subject=17&after=x"),
    )


def closing() -> Report:
    """A run that is over but for a wrong account."""
    some = Sum(count=2, fen=5_760_000)
    return Report(
        run=RUN,
        policy="job_stabilisation_refund",
        version=1,
        period="2026",
        on=TODAY,
        made_on=TODAY,
        snapshot=f"{RUN}#1",
        snapshot_sha256="9f" * 32,
        away=("insurance",),
        counts=state().counts,
        near_by={"layoff": 400, "paid": 21},
        listed=Sum(count=9_290, fen=41_100_000_00),
        by_status={"paid": Sum(count=9_000, fen=39_870_000_00), "stopped": some},
        unknown=Unknown(told=312, brought=14, entitled=9),
        wishes=Wishes(asked=9_290, confirmed=9_000, declined=10, silent=280, opted_out=3),
        cases={"objection": Cases(open=0, upheld=1, rejected=2, dropped=0)},
        stopped_by={"active": 1},
        excluded_by={"graduate_intake_subsidy": 7},
        failures=Failures(ever=3, put_right=2, left=some, reasons={"账号不存在": 3}),
        money=Money(budget=50_000_000_00, paid=39_870_000_00, ledger_paid=39_870_000_00),
        recoveries=Recoveries(wanted=some, back=some, overdue=some),
        sample=Sample(looked=40, wrong=1),
        phases=(PhaseTime(phase="publicity", hours=130), PhaseTime(phase="paying", hours=5)),
    )


def closing_report(*, there: bool = True) -> ReportPage:
    """The closing report, or that there is none yet."""
    says = fill.says_of(policy())
    return ReportPage(
        frame=framed("结项报告"),
        head=head(Phase.CLOSED, "report"),
        facts=report.facts(closing()) if there else (),
        parts=report.parts(closing(), policy(), says, catalogue()) if there else (),
        missing="" if there else "结项之后才有报告。",
    )
