"""督办: how every department stands, and the lists behind each number."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Response

from activities.store.desk.texts import texts
from activities.store.reading import watching as reading
from activities.store.reading.standing import credits_of
from activities.store.reading.watching import DepartmentLoad, Watched
from api.console.fill import supervision as fill
from api.console.fill.seen import seen_by
from api.console.fill.supervision_tabs import HERE, LIMITS, tabs
from api.console.fill.supervision_tabs import organs as organs_of
from api.console.request import Posting, Visit, Visiting, moved, page
from api.console.request import router as pages
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
    Pager,
)
from api.console.views.supervision import (
    Count,
    CreditsPage,
    DepartmentRow,
    SupervisionPage,
    WatchedRow,
    WatchPage,
)
from api.credits import repair_credit
from api.overseeing import narrowed
from api.paging import cursor, key_of, moment
from definitions.bundle.passing import APPLICANTS
from definitions.bundle.view import OFFICE
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

_ROWS, _LONGEST = 40, 500
_WITHIN = (("overdue", "超期"), ("today", "今天到期"), ("three", "1–3 日"), ("ten", "4–10 日"))
Department = Annotated[str, Query(max_length=40)]
After = Annotated[str | None, Query(max_length=400)]
Place = reading.Place
Read = Callable[..., Awaitable[tuple[list[Watched], Place | None]]]
_CRUMBS = (Breadcrumb("督办", HERE),)


@router.get("/console/supervision")
async def overview(visitor: Visiting) -> Response:
    """Every department's matters by their nearest limit; each number opens its list."""
    _require(visitor)
    seen = seen_by(visitor)
    bounds = fill.bounds(seen.calendar, seen.now)
    async with visitor.services.store.reading() as session:
        found = await reading.loads(session, visitor.who.scope, list(bounds.values()))
        lost = await reading.undelivered(session)
    totals = (
        *(
            Count(label, sum(each.within[index] for each in found), _limits_url("", name))
            for index, (name, label) in enumerate(_WITHIN)
        ),
        Count("停表", sum(each.suspended for each in found), f"{HERE}/suspended"),
        # Those who connect departments' systems send again; here it is only known.
        Count("推送失败", lost, ""),
    )
    view = SupervisionPage(
        frame=await visitor.frame("督办", nav=HERE),
        tabs=tabs(HERE, visitor.actor),
        totals=totals,
        heads=("在办", *(label for _, label in _WITHIN), "停表"),
        rows=tuple(DepartmentRow(each.department_name, _counts(each)) for each in found),
    )
    return page(visitor.request, view)


@router.get("/console/supervision/limits")
async def limits(
    visitor: Visiting,
    department: Department = "",
    within: Annotated[str, Query(max_length=10)] = "overdue",
    after: After = None,
) -> Response:
    """Matters by the nearest limit of their organ: late ones unless asked otherwise."""
    _require(visitor)
    seen = seen_by(visitor)
    bound = fill.bounds(seen.calendar, seen.now).get(within)
    async with visitor.services.store.reading() as session:
        found, more = await reading.limited(
            session,
            narrowed(visitor.who, department),
            OFFICE,
            seen.now,
            bound=bound,
            after=_place(after),
            limit=_ROWS,
        )
    query = {"department": department, "within": within}
    return await _watch(
        visitor,
        LIMITS,
        "时限",
        [fill.by_limit(seen, each, OFFICE) for each in found],
        filters=_filters(visitor, department, within),
        note="机关应当守的时限，最急的在前。",
        empty="没有超期的事项。" if within == "overdue" else "没有这样的事项。",
        next_url=f"{LIMITS}?{urlencode({**query, 'after': cursor(more)})}" if more else "",
    )


@router.get("/console/supervision/applicants")
async def applicants(visitor: Visiting, after: After = None) -> Response:
    """What waits for applicants, the nearest limit first: more time, or leave to ask again."""
    _require(visitor)
    seen, here = seen_by(visitor), f"{HERE}/applicants"
    async with visitor.services.store.reading() as session:
        found, more = await reading.limited(
            session,
            visitor.who.scope,
            APPLICANTS,
            seen.now,
            bound=None,
            after=_place(after),
            limit=_ROWS,
        )
    return await _watch(
        visitor,
        here,
        "等申请人",
        [fill.by_limit(seen, each, APPLICANTS) for each in found],
        note="申请人应当守的期限：补正、补齐、申请、整改。确有必要的，可以展期或者批准再次补正告知。",
        empty="没有等申请人办的事项。",
        next_url=f"{here}?{urlencode({'after': cursor(more)})}" if more else "",
    )


@router.get("/console/supervision/suspended")
async def suspended(
    visitor: Visiting, department: Department = "", after: After = None
) -> Response:
    """Special procedures that go on: which, until when, and whether they take too long."""
    here = f"{HERE}/suspended"
    rows, next_url = await _read(visitor, here, department, after, reading.suspended)
    seen = seen_by(visitor)
    return await _watch(
        visitor,
        here,
        "停表",
        [fill.in_procedure(seen, each) for each in rows],
        filters=_organs(visitor, here, department),
        note="特别程序进行中，这段时间不计入期限；超过告知的时间的，请督促结束。",
        empty="没有正在进行的特别程序。",
        next_url=next_url,
    )


@router.get("/console/supervision/promises")
async def promises(visitor: Visiting, department: Department = "", after: After = None) -> Response:
    """Promises behind results that are out: to be checked, put right, or supplied."""
    here = f"{HERE}/promises"
    rows, next_url = await _read(visitor, here, department, after, reading.promised)
    seen = seen_by(visitor)
    return await _watch(
        visitor,
        here,
        "承诺",
        [fill.in_promise(seen, each) for each in rows],
        filters=_organs(visitor, here, department),
        note="结果已经发出、承诺还没有了结的事项：核查、整改、补交。",
        empty="没有未了结的承诺。",
        next_url=next_url,
    )


@router.get("/console/supervision/credits")
async def credit_records(visitor: Visiting, after: After = None) -> Response:
    """Broken promises, the latest first."""
    return await _credits(visitor, after)


@router.post("/console/supervision/credits/{number}/{key}/repair")
async def repair(
    visitor: Visiting,
    form: Posting,
    number: Annotated[str, Path(max_length=40)],
    key: Annotated[str, Path(max_length=24)],
) -> Response:
    """Lift what a broken promise did, with a reason."""
    permissions.require(visitor.actor, Act.REPAIR_CREDIT)
    said, name = form.one("reason").strip(), f"{number}-{key}"
    if not said or len(said) > _LONGEST:
        wrong = "请写明修复的理由" if not said else f"理由不得超过 {_LONGEST} 个字"
        return await _credits(visitor, None, wrong=ErrorView(f"reason-{name}", wrong), typed=said)
    await repair_credit(visitor.services, visitor.actor, number, key, reason=said)
    return moved(f"{HERE}/credits", "已登记信用修复，申请人可以再用容缺、承诺办理")


async def _credits(
    visitor: Visit, after: str | None, *, wrong: ErrorView | None = None, typed: str = ""
) -> Response:
    _require(visitor)
    key, seen = key_of(after, 3), seen_by(visitor)
    async with visitor.services.store.reading() as session:
        found = await credits_of(
            session,
            firm_code=None,
            after=(moment(key[0]), key[1], key[2]) if key else None,
            limit=_ROWS,
        )
        said = await texts(session, (each.repair_reason for each in found if each.repair_reason))
    last = found[-1] if len(found) == _ROWS else None
    more = cursor((last.recorded_at, last.bundle, last.matter)) if last else ""
    rows = []
    for each in found:
        mine = wrong is not None and wrong.field == f"reason-{each.bundle}-{each.matter}"
        rows.append(
            fill.credit_row(
                seen,
                each.model_copy(update={"repair_reason": said.get(each.repair_reason or "")}),
                typed=typed if mine else "",
                error=wrong.message if mine and wrong else "",
                may_repair=visitor.may(Act.REPAIR_CREDIT),
            )
        )
    here = f"{HERE}/credits"
    view = CreditsPage(
        frame=await visitor.frame(
            "信用", nav=HERE, crumbs=_CRUMBS, errors=(wrong,) if wrong else ()
        ),
        tabs=tabs(here, visitor.actor),
        rows=tuple(rows),
        pager=Pager("", f"{here}?{urlencode({'after': more})}" if more else ""),
    )
    return page(visitor.request, view, status=422 if wrong else 200)


async def _read(
    visitor: Visit, here: str, department: str, after: str | None, read: Read
) -> tuple[list[Watched], str]:
    """A page of one list, and the address of the next."""
    _require(visitor)
    async with visitor.services.store.reading() as session:
        found, more = await read(
            session,
            narrowed(visitor.who, department),
            visitor.services.now(),
            after=_place(after),
            limit=_ROWS,
        )
    query = {"department": department} if department else {}
    return found, f"{here}?{urlencode({**query, 'after': cursor(more)})}" if more else ""


async def _watch(
    visitor: Visit,
    here: str,
    title: str,
    rows: Sequence[WatchedRow],
    *,
    note: str,
    empty: str,
    filters: Filters | None = None,
    next_url: str = "",
) -> Response:
    view = WatchPage(
        frame=await visitor.frame(
            title, nav=LIMITS if here == LIMITS else HERE, here=here, crumbs=_CRUMBS
        ),
        tabs=tabs(here, visitor.actor),
        filters=filters or Filters(here, ()),
        note=note,
        rows=tuple(rows),
        pager=Pager("", next_url),
        empty=empty,
    )
    return page(visitor.request, view)


def _counts(load: DepartmentLoad) -> tuple[Count, ...]:
    return (
        Count("在办", load.in_hand, _limits_url(load.department, "all")),
        *(
            Count(label, load.within[index], _limits_url(load.department, name))
            for index, (name, label) in enumerate(_WITHIN)
        ),
        Count("停表", load.suspended, f"{HERE}/suspended?department={load.department}"),
    )


def _filters(visitor: Visit, department: str, within: str) -> Filters:
    organs = visitor.services.library.catalogue.departments
    chips = [
        Link(organ.name, _limits_url("", within)) for organ in organs if organ.code == department
    ]
    return Filters(
        LIMITS,
        (
            organs_of(organs, department),
            FieldView(
                "within",
                "时限",
                FieldControl.CHOICE,
                required=False,
                options=(
                    *(Option(name, label, chosen=name == within) for name, label in _WITHIN),
                    Option("all", "全部在办", chosen=within == "all"),
                ),
            ),
        ),
        tuple(chips),
    )


def _limits_url(department: str, within: str) -> str:
    asked = {"department": department, "within": within}
    return f"{LIMITS}?{urlencode({name: value for name, value in asked.items() if value})}"


def _organs(visitor: Visit, here: str, department: str) -> Filters:
    organs = visitor.services.library.catalogue.departments
    chips = tuple(Link(organ.name, here) for organ in organs if organ.code == department)
    return Filters(here, (organs_of(organs, department),), chips)


def _place(after: str | None) -> Place | None:
    key = key_of(after, 3)
    return (moment(key[0]), key[1], key[2]) if key else None


def _require(visitor: Visit) -> None:
    permissions.require(visitor.actor, Act.ALLOW_SECOND_NOTICE)
