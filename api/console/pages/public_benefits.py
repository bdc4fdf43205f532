"""公示: the lists that are public today, masked as each policy says, and objections to them."""

from dataclasses import replace
from datetime import date
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Path, Query, Request, Response

from api.benefits.publicity import (
    Objection,
    PublicEntry,
    PublicRun,
    public_entry,
    public_list,
    public_run,
    public_runs,
    public_sum,
    raise_objection,
)
from api.console.fill.act_parts import Typed, long, short
from api.console.fill.benefits import period
from api.console.formats import day
from api.console.pages.typed import faults
from api.console.request import (
    PublicPosting,
    department_name,
    moved,
    page,
    public_frame,
    submission,
    told,
)
from api.console.request import router as pages
from api.console.views.beneficiary import (
    ObjectPage,
    PublicBenefitsPage,
    PublicLine,
    PublicListPage,
    PublicRunRow,
)
from api.console.views.benefits import ActForm
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    Link,
    Pager,
    Pair,
)
from api.console.wording import basis_view
from api.problems import Problem
from api.services import Given, Services
from definitions.benefits.report import Sum
from definitions.benefits.run import RunState, Span
from definitions.errors import Code, Refused
from definitions.language.benefits import PolicyDefinition
from definitions.rules.calendar import Calendar, add_working_days
from definitions.rules.money import yuan

router = pages()

URL = "/public/benefits"
RunId = Annotated[str, Path(max_length=120)]
_ROWS = 50
_BLANK = Typed()
_HOME = Breadcrumb("惠企利民政策公示", URL)
_WRONG = frozenset(
    {Code.INVALID, Code.REASONS_MISSING, Code.NOT_IN_PUBLICITY, Code.UNKNOWN_ENTITLEMENT}
)


@router.get(URL)
async def every(request: Request, given: Given) -> Response:
    """Every list in publicity."""
    shown = PublicBenefitsPage(
        frame=public_frame(request, given, "惠企利民政策公示", here=URL),
        rows=tuple(
            row for found in await public_runs(given) if (row := _row(given, found)) is not None
        ),
    )
    return page(request, shown)


@router.get(URL + "/{run}")
async def one(
    request: Request,
    given: Given,
    run: RunId,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """One list."""
    found, policy = await public_run(given, run)
    span = found.state.publicity
    assert span is not None
    lines = await public_list(given, run, after=after, limit=_ROWS)
    more = f"{_url(run)}?{urlencode({'after': lines[-1].entitlement})}"
    frame = public_frame(request, given, policy.name, here=_url(run))
    shown = PublicListPage(
        frame=replace(frame, crumbs=(_HOME,), notices=told(request)),
        summary=policy.summary,
        facts=_facts(given, found.state, policy, span, await public_sum(given, run)),
        counted=counted(span, given.calendar),
        bases=tuple(basis_view(given, basis) for basis in policy.bases),
        shows=policy.publicity.shows if policy.publicity else (),
        rows=tuple(_line(run, each) for each in lines),
        pager=Pager("", more if len(lines) == _ROWS else ""),
        object_url=_object_url(run),
    )
    return page(request, shown)


@router.get(URL + "/{run}/object")
async def objection(
    request: Request,
    given: Given,
    run: RunId,
    entry: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The form of an objection."""
    return await _form(request, given, run, entry)


@router.post(URL + "/{run}/object")
async def raised(request: Request, given: Given, run: RunId, form: PublicPosting) -> Response:
    """Somebody objects: it becomes an application with a number of its own."""
    said = Objection(
        name=form.one("name"),
        contact=form.one("contact"),
        reason=form.one("reason"),
        entitlement=form.one("entry") or None,
    )
    address = request.client.host if request.client else ""
    try:
        case = await raise_objection(given, run, said, address=address, sent=form.sent)
    except (Problem, Refused) as error:
        if error.code not in _WRONG:
            raise
        typed = Typed.back(form, faults(error, "reason"))
        return await _form(request, given, run, said.entitlement or "", typed)
    number = f"，编号 {case.bundle}" if case.bundle else ""
    return moved(_url(run), f"已经收到您的异议{number}。复核结果会按您留的联系方式答复。")


def counted(span: Span, calendar: Calendar) -> tuple[date, ...]:
    """The working days of a span, one by one; the day on which it begins is not counted."""
    return tuple(add_working_days(span.since, n, calendar) for n in range(1, span.days + 1))


async def _form(
    request: Request, given: Services, run: str, entry: str, typed: Typed = _BLANK
) -> Response:
    found, policy = await public_run(given, run)
    span = found.state.publicity
    assert span is not None
    errors = [ErrorView(name, said) for name, said in typed.errors.items()]
    frame = public_frame(request, given, "提出异议", errors=errors, here=_object_url(run, entry))
    crumbs = (_HOME, Breadcrumb(policy.name, _url(run)))

    shown = ObjectPage(
        frame=replace(frame, crumbs=crumbs),
        about=await _about(given, run, entry),
        entry=entry,
        until=span.until,
        form=ActForm(
            "提交异议",
            submission(_object_url(run)),
            (
                short(typed, "name", "姓名或者单位名称", longest=60),
                short(typed, "contact", "联系方式", "手机号码或者地址，以便答复", longest=60),
                long(typed, "reason", "异议和理由"),
            ),
            hint="请实名提出，以便核实和答复；您的姓名、联系方式不会公开。",
        ),
        back_url=_url(run),
    )
    return page(request, shown, status=422 if typed.errors else 200)


async def _about(given: Services, run: str, entry: str) -> str:
    """Which line of the list it is about, as the list shows it."""
    if not entry:
        return ""
    try:
        line = await public_entry(given, run, entry)
    except Refused:
        return ""
    return " · ".join(filter(None, (line.name, line.code)))


def _row(given: Services, found: PublicRun) -> PublicRunRow | None:
    state = found.run.state
    if state.publicity is None or found.policy.publicity is None:
        return None
    return PublicRunRow(
        link=Link(state.terms.name, _url(state.id)),
        organ=department_name(given, state.terms.organ),
        period=period(state.period),
        until=state.publicity.until,
    )


def _facts(
    given: Services, state: RunState, policy: PolicyDefinition, span: Span, listed: Sum
) -> tuple[Pair, ...]:
    now = given.now()
    return (
        Pair("文号", policy.number),
        Pair("主管部门", department_name(given, policy.organ)),
        Pair("周期", period(state.period)),
        Pair("名单", f"{listed.count:,} 户（人），合计 {yuan(listed.fen)}"),
        Pair("公示", f"{span.days} 个工作日，{day(span.since, now)}公布，{day(span.until, now)}止"),
    )


def _line(run: str, each: PublicEntry) -> PublicLine:
    return PublicLine(
        name=each.name or "",
        code=each.code or "",
        amount=yuan(each.fen) if each.fen is not None else "",
        reason=each.reason or "",
        object_url=_object_url(run, each.entitlement),
    )


def _url(run: str) -> str:
    return f"{URL}/{quote(run, safe='')}"


def _object_url(run: str, entry: str = "") -> str:
    query = f"?{urlencode({'entry': entry})}" if entry else ""
    return f"{_url(run)}/object{query}"
