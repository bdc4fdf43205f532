"""Officers' pages of entitlements and money: one of them whole, payments, budgets, recoveries."""

from typing import Annotated

from fastapi import Query, Response

from activities.store.benefits import reading
from activities.store.benefits.ledger import CameBack, came_back
from activities.store.benefits.reading_cases import case_lines
from activities.store.benefits.reading_money import payments
from activities.store.benefits.reading_totals import payment_totals
from api.auth.person import organ_of
from api.benefits import money
from api.benefits.base import read_run
from api.console.fill import benefit_money as fill_money
from api.console.fill import benefits as fill
from api.console.fill.benefit_lists import finding
from api.console.fill.benefits import BUDGETS, CASES, FOUND, RECOVERIES, URL
from api.console.pages.benefits import HOME, After, Run
from api.console.pages.typed import faults
from api.console.request import Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.benefit_money import (
    BudgetsPage,
    CasesPage,
    EntitlementsPage,
    PaymentsPage,
    RecoveriesPage,
)
from api.console.views.shared import Breadcrumb, ErrorView, Pager
from api.facts import subject_found
from api.paging import cursor, key_of, number
from api.problems import ApiCode, Problem
from definitions.benefits.run import RunState
from definitions.errors import Code, Refused

router = pages()

_ROWS = 50
_WRONG = frozenset({Code.INVALID, Code.BUDGET_TOO_SMALL})
_SHORT = Query(max_length=60)
View = Annotated[str, _SHORT]


@router.get(CASES)
async def cases(visitor: Visiting, view: View = "", after: After = None) -> Response:
    """Everything that needs a human, of the runs this person may read."""
    return await _cases(visitor, None, view, after)


@router.get(f"{URL}/runs/{{run}}/cases")
async def cases_of_run(
    visitor: Visiting, run: Run, view: View = "", after: After = None
) -> Response:
    """The same of one run."""
    return await _cases(visitor, run, view, after)


@router.get(f"{URL}/runs/{{run}}/payments")
async def payments_of_run(
    visitor: Visiting, run: Run, view: View = "failed", after: After = None
) -> Response:
    """Payments of a run; what failed first."""
    state = (await read_run(visitor.services, visitor.actor, run)).state
    statuses, key, url = fill_money.payment_statuses(view), key_of(after, 1), _payments(run)
    if statuses is None:
        raise Problem(ApiCode.NOT_FOUND)
    async with visitor.services.store.reading() as session:
        totals = await payment_totals(session, run)
        found = await payments(
            session,
            run,
            statuses=statuses,
            latest=view == "failed",
            after=key[0] if key else None,
            limit=_ROWS,
        )
    more = cursor((found[-1].id,)) if len(found) == _ROWS else ""
    shown = PaymentsPage(
        frame=await visitor.frame(
            f"拨付：{state.terms.name}", nav=URL, here=url, crumbs=_crumbs(state)
        ),
        head=fill.head(visitor.services, state, "payments"),
        views=fill_money.payment_views(url, view),
        totals=fill_money.totals((each.status, each.count, each.fen) for each in totals),
        rows=tuple(fill_money.payment_row(each, many=True) for each in found),
        empty="没有这样的拨付。",
        pager=Pager("", fill.with_query(url, view=view, after=more) if more else ""),
    )
    return page(visitor.request, shown)


@router.get(BUDGETS)
async def budgets(
    visitor: Visiting, policy: View = "", period: View = "", after: After = None
) -> Response:
    """Budgets; one of them in a form where it is named."""
    return await _budgets(visitor, policy, period, after=after)


@router.post(BUDGETS)
async def change_budget(visitor: Visiting, form: Posting) -> Response:
    """A new total. Sent again, it is the same."""
    if not form.sent.key:
        raise Problem(ApiCode.KEY_MISSING)
    policy, period, typed = form.one("policy"), form.one("period"), form.one("total").strip()
    try:
        made = await money.set_budget(
            visitor.services,
            visitor.actor,
            policy=policy,
            period=period,
            total=fill_money.fen_of(typed),
        )
    except (Problem, Refused) as error:
        if error.code not in _WRONG:
            raise
        said = next(iter(faults(error, "total").values()))
        return await _budgets(visitor, policy, period, typed=typed, error=said)
    return moved(BUDGETS, f"已保存“{made.policy_name}”的预算")


@router.get(RECOVERIES)
async def recoveries(visitor: Visiting, view: View = "open", after: After = None) -> Response:
    """What is to come back, and what has."""
    status, key = fill_money.recovery_status(view), key_of(after, 1)
    if status is None:
        raise Problem(ApiCode.NOT_FOUND)
    organ = organ_of(visitor.actor)
    async with visitor.services.store.reading() as session:
        found = await reading.entries(
            session,
            organ=organ,
            statuses=(status,),
            after=key[0] if key else None,
            limit=_ROWS,
        )
        back = await came_back(session, [each.id for each in found])
    more = cursor((found[-1].id,)) if len(found) == _ROWS else ""
    now = visitor.services.now()
    shown = RecoveriesPage(
        frame=await visitor.frame("追回", nav=URL, here=RECOVERIES, crumbs=(HOME,)),
        tabs=fill.tabs(visitor, RECOVERIES),
        views=fill_money.recovery_views(view),
        rows=tuple(
            fill_money.recovery_row(each, back.get(each.id, CameBack()).fen, now) for each in found
        ),
        empty="没有追回中的。" if view == "open" else "还没有追回的。",
        pager=Pager("", fill.with_query(RECOVERIES, view=view, after=more) if more else ""),
    )
    return page(visitor.request, shown)


@router.get(FOUND)
async def of_subject(
    visitor: Visiting,
    subject: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    after: After = None,
) -> Response:
    """Entitlements of one beneficiary over all runs."""
    return await _found(visitor, subject, after=after)


@router.post(FOUND)
async def by_code(visitor: Visiting, form: Posting) -> Response:
    """Whose they are, by code."""
    typed = form.one("code")
    try:
        subject = await subject_found(visitor.services, visitor.actor, typed)
    except Refused as error:
        if error.code is not Code.UNKNOWN_SUBJECT:
            raise
        return await _found(visitor, None, wrong=error.message, typed=typed)
    return moved(fill.with_query(FOUND, subject=str(subject)))


async def _found(
    visitor: Visit,
    subject: int | None,
    *,
    after: str | None = None,
    wrong: str = "",
    typed: str = "",
) -> Response:
    organ, key = organ_of(visitor.actor), key_of(after, 1)
    found: tuple[reading.EntryLine, ...] = ()
    if subject is not None:
        async with visitor.services.store.reading() as session:
            found = await reading.entries(
                session, organ=organ, subject=subject, after=key[0] if key else None, limit=_ROWS
            )
    more = cursor((found[-1].id,)) if len(found) == _ROWS else ""
    next_url = fill.with_query(FOUND, subject=str(subject), after=more) if more else ""
    shown = EntitlementsPage(
        frame=await visitor.frame(
            "应享",
            nav=URL,
            here=FOUND,
            crumbs=(HOME,),
            errors=(ErrorView("code", wrong),) if wrong else (),
        ),
        tabs=fill.tabs(visitor, FOUND),
        find=finding(FOUND, wrong, typed=typed),
        rows=tuple(fill_money.found_row(each) for each in found),
        empty="写下整个代码来查。" if subject is None else "这户（人）没有应享。",
        pager=Pager("", next_url),
    )
    return page(visitor.request, shown, status=422 if wrong else 200)


async def _cases(visitor: Visit, run: str | None, view: str, after: str | None) -> Response:
    key, organ = key_of(after, 1), organ_of(visitor.actor)
    state = (await read_run(visitor.services, visitor.actor, run)).state if run else None
    open_only = view != "all"
    async with visitor.services.store.reading() as session:
        found = await case_lines(
            session,
            run=run,
            organ=organ,
            open_only=open_only,
            before=number(key[0]) if key else None,
            limit=_ROWS,
        )
    url = fill.run_url(run, "cases") if run else CASES
    more = cursor((found[-1].id,)) if len(found) == _ROWS else ""
    title = f"复核件：{state.terms.name}" if state else "复核件"
    shown = CasesPage(
        frame=await visitor.frame(
            title, nav=URL, here=url, crumbs=_crumbs(state) if state else (HOME,)
        ),
        head=fill.head(visitor.services, state, "cases") if state else None,
        tabs=fill.tabs(visitor, CASES),
        views=fill_money.case_views(url, open_only=open_only),
        rows=tuple(fill_money.case_row(each) for each in found),
        empty="没有处理中的复核件。" if open_only else "没有复核件。",
        pager=Pager("", fill.with_query(url, view=view, after=more) if more else ""),
    )
    return page(visitor.request, shown)


async def _budgets(
    visitor: Visit,
    policy: str,
    period: str,
    *,
    after: str | None = None,
    typed: str | None = None,
    error: str = "",
) -> Response:
    services, key = visitor.services, key_of(after, 2)
    place = (key[0], key[1]) if key else None
    found = await money.read_budgets(services, visitor.actor, after=place, limit=_ROWS)
    more = cursor((found[-1].policy, found[-1].period)) if len(found) == _ROWS else ""
    chosen = await money.read_budget(services, visitor.actor, policy=policy, period=period)
    form = None
    if chosen is not None:
        value = fill_money.yuan_of(chosen.balance.total) if typed is None else typed
        changes = await money.budget_changes(
            visitor.services, visitor.actor, policy=policy, period=period
        )
        sends = submission(BUDGETS) if fill_money.may_set(chosen, visitor.actor) else None
        form = fill_money.budget_form(chosen, changes, sends, value=value, error=error)
    shown = BudgetsPage(
        frame=await visitor.frame(
            "预算",
            nav=URL,
            here=BUDGETS,
            crumbs=(HOME,),
            errors=(ErrorView("total", error),) if error else (),
        ),
        tabs=fill.tabs(visitor, BUDGETS),
        used=fill_money.used(found),
        rows=tuple(fill_money.budget_row(visitor.services, each, visitor.actor) for each in found),
        form=form,
        pager=Pager("", fill.with_query(BUDGETS, after=more) if more else ""),
    )
    return page(visitor.request, shown, status=422 if error else 200)


def _payments(run: str) -> str:
    return fill.run_url(run, "payments")


def _crumbs(state: RunState) -> tuple[Breadcrumb, ...]:
    return (HOME, Breadcrumb(fill.name(state), fill.run_url(state.id)))
