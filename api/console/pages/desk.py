"""The desk: the inbox, finding applications, and the pages of tasks and papers beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from activities.store.engine import ReadSession
from activities.store.reading import tasks as reading
from activities.store.reading.bundles import BundleHead, search
from activities.store.reading.materials import AwaitedMaterial, awaited
from activities.store.reading.tasks import Counts, TaskFilter, TaskQuery, TaskView
from api.auth.identity import workable_roles
from api.console import words
from api.console.fill.finding import awaited_row, bundle_row
from api.console.fill.seen import Seen, seen_by
from api.console.fill.tasks import row
from api.console.pages import papers, tasks
from api.console.request import Visit, Visiting, page, task_scope
from api.console.request import router as pages
from api.console.views.desk import InboxPage
from api.console.views.entry import BundleRow, SearchPage
from api.console.views.shared import (
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
    Pager,
    Tab,
)
from api.paging import cursor, key_of, moment
from definitions.rules.numbers import is_bundle_number
from definitions.rules.permissions import Act

router = pages()
router.include_router(tasks.router)
router.include_router(papers.router)

INBOX, SEARCH = "/console/inbox", "/console/search"
_ROWS, _FOUND, _TRAIL = 40, 20, 20
_PENDING = "pending"
After = Annotated[list[str] | None, Query(max_length=_TRAIL + 1)]
_FILTERS = {
    "mine": TaskFilter.CLAIMED,
    "ready": TaskFilter.READY,
    "overdue": TaskFilter.OPEN,
    "open": TaskFilter.OPEN,
    "done": TaskFilter.DONE,
}


@router.get("/console/inbox")
async def inbox(
    visitor: Visiting, view: Annotated[str, Query(max_length=10)] = "", after: After = None
) -> Response:
    """What there is to do, most urgent first."""
    seen, works = seen_by(visitor), visitor.may(Act.WORK_TASK)
    async with visitor.services.store.reading() as session:
        counts = await _counts(visitor, session)
        chosen = view if view in _FILTERS else _first_view(counts, works=works)
        found = await _tasks(visitor, session, chosen, after)
    shown = [task for task, _ in found]
    if chosen == "overdue":
        shown = [task for task in shown if task.overdue]
    last = found[-1] if len(found) == _ROWS and len(shown) == len(found) else None
    title = "已办" if chosen == "done" else "待办"
    made = InboxPage(
        frame=await visitor.frame(
            title, nav=f"{INBOX}?view=done" if chosen == "done" else INBOX, live="inbox"
        ),
        tabs=_tabs(chosen, counts, works=works),
        filters=Filters(INBOX, ()),
        rows=tuple(row(seen, task) for task in shown),
        pager=_pager(INBOX, {"view": chosen}, after, cursor((last[1], last[0].id)) if last else ""),
        empty=_empty(chosen, counts, works=works),
    )
    return page(visitor.request, made)


@router.get("/console/search")
async def find(
    visitor: Visiting,
    q: Annotated[str, Query(max_length=100)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    after: After = None,
) -> Response:
    """Applications by number, credit code or name; or those that wait for a material."""
    asked, seen = q.strip(), seen_by(visitor)
    pending = state == _PENDING and not asked
    async with visitor.services.store.reading() as session:
        if pending:
            rows, more = await _pending(visitor, session, seen, after)
        else:
            rows, more = await _found(visitor, session, seen, asked, after)
    if len(rows) == 1 and is_bundle_number(asked):
        return RedirectResponse(rows[0].url, 303)
    query = {"state": state} if pending else {"q": asked} if asked else {}
    title = "待补材料" if pending else "查询"
    made = SearchPage(
        frame=await visitor.frame(title, nav=f"{SEARCH}?state={state}" if pending else SEARCH),
        filters=_filters(asked, pending=pending),
        rows=rows,
        pager=_pager(SEARCH, query, after, more),
        searched=bool(asked) or pending,
    )
    return page(visitor.request, made)


async def _counts(visitor: Visit, session: ReadSession) -> Counts:
    return await reading.counts(
        session,
        visitor.who.scope,
        department=task_scope(visitor.who),
        account=visitor.actor.id,
        roles=workable_roles(visitor.actor),
        now=visitor.services.now(),
    )


async def _tasks(
    visitor: Visit, session: ReadSession, view: str, after: Sequence[str] | None
) -> Sequence[tuple[TaskView, datetime]]:
    key = key_of(after[-1] if after else None, 2)
    works = visitor.may(Act.WORK_TASK)
    asked = TaskQuery(
        status=_FILTERS[view],
        roles=workable_roles(visitor.actor) if works else None,
        assignee=visitor.actor.id if view == "mine" else None,
    )
    return await reading.tasks(
        session,
        task_scope(visitor.who),
        asked,
        after=(moment(key[0]), key[1]) if key else None,
        limit=_ROWS,
    )


def _first_view(counts: Counts, *, works: bool) -> str:
    """One's own work first; else what may be taken. Who only looks sees all."""
    if not works:
        return "open"
    return "mine" if counts.mine else "ready"


def _tabs(chosen: str, counts: Counts, *, works: bool) -> tuple[Tab, ...]:
    every: tuple[tuple[str, str, int | None], ...] = (
        ("我的", "mine", counts.mine),
        ("可领取", "ready", counts.ready),
        ("超期", "overdue", counts.overdue),
        ("已办", "done", None),
    )
    if not works:
        every = (("全部待办", "open", None), ("已办", "done", None))
    return tuple(
        Tab(label, f"{INBOX}?view={view}", current=view == chosen, count=count)
        for label, view, count in every
    )


def _empty(chosen: str, counts: Counts, *, works: bool) -> str:
    match chosen:
        case "done":
            return "还没有办完的待办。"
        case "overdue":
            return "没有超期的待办。"
        case "mine" if counts.ready:
            return f"您手上没有待办。可领取 {counts.ready} 件，在“可领取”中。"
        case "ready" if counts.mine:
            return f"没有可领取的待办。您手上有 {counts.mine} 件，在“我的”中。"
        case _ if works:
            return "没有待办。新的待办到了，这里会提示。"
        case _:
            return "各部门都没有待办。"


def _pager(address: str, query: Mapping[str, str], after: Sequence[str] | None, more: str) -> Pager:
    """By cursors; the address carries the way back, so that nothing is counted."""
    way = list(after or ())[-_TRAIL:]

    def url(trail: list[str]) -> str:
        return f"{address}?{urlencode([*query.items(), *(('after', each) for each in trail)])}"

    return Pager(url(way[:-1]) if way else "", url([*way, more]) if more else "")


async def _found(
    visitor: Visit, session: ReadSession, seen: Seen, asked: str, after: Sequence[str] | None
) -> tuple[tuple[BundleRow, ...], str]:
    key = key_of(after[-1] if after else None, 1)
    scope = visitor.who.scope
    found: Sequence[BundleHead] = await search(
        session, scope, asked=asked, after=key[0] if key else None, limit=_FOUND
    )
    rows = [await bundle_row(session, seen, scope, head) for head in found]
    return tuple(rows), cursor((found[-1].number,)) if len(found) == _FOUND else ""


async def _pending(
    visitor: Visit, session: ReadSession, seen: Seen, after: Sequence[str] | None
) -> tuple[tuple[BundleRow, ...], str]:
    key = key_of(after[-1] if after else None, 3)
    found: Sequence[AwaitedMaterial] = await awaited(
        session,
        visitor.who.scope,
        after=(moment(key[0]), key[1], key[2]) if key else None,
        limit=_FOUND,
    )
    last = found[-1] if len(found) == _FOUND else None
    more = cursor((last.due_at, last.bundle, last.code)) if last and last.due_at else ""
    return tuple(awaited_row(seen, each) for each in found), more


def _filters(asked: str, *, pending: bool) -> Filters:
    """The same form finds by word or by state; a chip takes a condition back."""
    chips = []
    if asked:
        chips.append(Link(asked, SEARCH))
    if pending:
        chips.append(Link(words.MATERIAL["pending"].label, SEARCH))
    return Filters(
        SEARCH,
        (
            FieldView("q", "编号、信用代码或企业名称", value=asked, required=False, max_length=100),
            FieldView(
                "state",
                "状态",
                FieldControl.CHOICE,
                required=False,
                options=(
                    Option("", "全部", chosen=not pending),
                    Option(_PENDING, "待补材料", chosen=pending),
                ),
            ),
        ),
        tuple(chips),
    )
