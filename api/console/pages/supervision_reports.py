"""Reports of 督办: how much everybody has, what looks handled elsewhere, the morning's digest."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response

from activities.store.reading import digests, officers, outside
from api.console import formats
from api.console.fill import supervision_reports as fill
from api.console.fill.seen import seen_by
from api.console.fill.supervision_tabs import DIGEST, OFFICERS, OUTSIDE, crumbs, home, organs, tabs
from api.console.request import Visit, Visiting, department_name, page
from api.console.request import router as pages
from api.console.views.shared import (
    FieldControl,
    FieldView,
    Filters,
    Link,
    Pager,
)
from api.console.views.supervision import DigestPage, OfficersPage, OutsidePage
from api.overseeing import WARNING, narrowed, outside_asked, week_of
from api.paging import cursor, key_of, moment
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

router = pages()

_ROWS = 40
_INSTANT = timedelta(microseconds=1)
_ALL = "全部部门"
Department = Annotated[str, Query(max_length=40)]
Day = Annotated[str, Query(max_length=10)]
After = Annotated[str | None, Query(max_length=400)]


@router.get("/console/supervision/officers")
async def officer_loads(
    visitor: Visiting, department: Department = "", after: After = None
) -> Response:
    """Everybody who handles tasks: held, late, waiting, done this week."""
    permissions.require(visitor.actor, Act.ASSIGN)
    seen, key = seen_by(visitor), key_of(after, 3)
    async with visitor.services.store.reading() as session:
        found, more = await officers.officer_loads(
            session,
            narrowed(visitor.who, department),
            since=week_of(seen.now),
            now=seen.now,
            after=(key[0], key[1], key[2]) if key else None,
            limit=_ROWS,
        )
    query = {"department": department} if department else {}
    view = OfficersPage(
        frame=await visitor.frame(
            "人员", nav=home(visitor.actor), here=OFFICERS, crumbs=crumbs(visitor.actor)
        ),
        tabs=tabs(OFFICERS, visitor.actor),
        filters=_filters(visitor, OFFICERS, department, ()),
        heads=fill.OFFICER_HEADS,
        rows=tuple(fill.officer_row(seen, each) for each in found),
        pager=Pager(
            "", f"{OFFICERS}?{urlencode({**query, 'after': cursor(more)})}" if more else ""
        ),
    )
    return page(visitor.request, view)


@router.get("/console/supervision/outside")
async def outside_leads(
    visitor: Visiting,
    *,
    since: Day = "",
    until: Day = "",
    department: Department = "",
    officer: Annotated[str, Query(max_length=40)] = "",
    sign: Annotated[str, Query(max_length=10)] = "",
    after: After = None,
) -> Response:
    """Figures of departments and people, and each thing to look into."""
    permissions.require(visitor.actor, Act.ASSIGN)
    await visitor.services.in_force.current()
    seen, key = seen_by(visitor), key_of(after, 2)
    everybody = outside_asked(visitor.services, _day(since), _day(until))
    asked = everybody.model_copy(update={"officer": officer or None})
    scope = narrowed(visitor.who, department)
    one = outside.Sign(sign) if sign in set(outside.Sign) else None
    async with visitor.services.store.reading() as session:
        figures = await outside.outside_figures(session, scope, everybody)
        found, more = await outside.outside_leads(
            session,
            scope,
            asked,
            sign=one,
            after=(moment(key[0]), key[1]) if key else None,
            limit=_ROWS,
        )
    first, last = local_day(asked.since), local_day(asked.until - _INSTANT)
    period = {"since": first.isoformat(), "until": last.isoformat(), "department": department}
    query = {**period, "officer": officer, "sign": one or ""}
    names = {each.officer: each.officer_name for each in figures}
    labels = {"officer": names.get(officer, officer), "sign": fill.SIGNS[one] if one else ""}
    frame = await visitor.frame(
        "体外循环线索", nav=home(visitor.actor), here=OUTSIDE, crumbs=crumbs(visitor.actor)
    )
    days = (_date("since", "从", first), _date("until", "到", last))
    view = OutsidePage(
        frame=frame,
        tabs=tabs(OUTSIDE, visitor.actor),
        warning=WARNING,
        measures=fill.measures(asked),
        filters=_filters(visitor, OUTSIDE, department, days, chips=_chips(query, labels)),
        heads=fill.OUTSIDE_HEADS,
        figures=fill.outside_rows(seen, figures, period),
        leads=tuple(fill.lead_row(seen, each) for each in found),
        pager=Pager("", f"{OUTSIDE}?{urlencode({**query, 'after': cursor(more)})}" if more else ""),
    )
    return page(visitor.request, view)


def _chips(query: Mapping[str, str], labels: Mapping[str, str]) -> tuple[Link, ...]:
    """What the list is narrowed to, each with the way out of it."""
    return tuple(
        Link(label, f"{OUTSIDE}?{urlencode({**query, name: ''})}")
        for name, label in labels.items()
        if label
    )


@router.get("/console/supervision/digest")
async def digest(visitor: Visiting, day: Day = "", department: Department = "") -> Response:
    """The digest of a morning: of all, or of one department."""
    permissions.require(visitor.actor, Act.ASSIGN)
    seen = seen_by(visitor)
    name = narrowed(visitor.who, department).department or digests.ALL
    async with visitor.services.store.reading() as session:
        on = _day(day) or await digests.last_day(session, name, until=local_day(seen.now))
        found = await digests.digest(session, on, name) if on else None
    whose = department_name(visitor.services, name) if name else _ALL
    missing = (
        ""
        if found
        else f"{formats.long_day(on)}没有做成摘要：休息日不做，或者当天还没有到早上八点半。"
        if on
        else "还没有做成过摘要。工作日早上八点半自动做成。"
    )
    view = DigestPage(
        frame=await visitor.frame(
            "每日督办摘要", nav=home(visitor.actor), here=DIGEST, crumbs=crumbs(visitor.actor)
        ),
        tabs=tabs(DIGEST, visitor.actor),
        filters=_filters(visitor, DIGEST, department, (_date("day", "日期", on),)),
        whose=whose,
        day=found.day if found else None,
        made_at=found.made_at if found else None,
        figures=fill.digest_figures(found.figures) if found else (),
        sections=fill.sections(seen, found) if found else (),
        missing=missing,
    )
    return page(visitor.request, view)


def _filters(
    visitor: Visit,
    here: str,
    department: str,
    fields: tuple[FieldView, ...],
    *,
    chips: tuple[Link, ...] = (),
) -> Filters:
    """Who sees one department only is not asked which."""
    every = visitor.services.library.catalogue.departments
    whole = visitor.may(Act.READ_ALL)
    return Filters(here, (*((organs(every, department),) if whole else ()), *fields), chips)


def _date(name: str, label: str, value: date | None) -> FieldView:
    return FieldView(
        name,
        label,
        FieldControl.DATE,
        value=value.isoformat() if value else "",
        required=False,
    )


def _day(said: str) -> date | None:
    """A day of the address; what is none is not asked for."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
