"""The desk: finding applications, and the pages of the inbox, tasks and papers beside it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from activities.store.engine import ReadSession
from activities.store.reading.bundles import BundleHead, search
from activities.store.reading.materials import AwaitedMaterial, awaited
from api.console import words
from api.console.fill.finding import awaited_row, bundle_row
from api.console.fill.seen import Seen, seen_by
from api.console.pages import inbox, many, papers, settings, tasks
from api.console.pages.inbox import pager
from api.console.request import Visit, Visiting, page
from api.console.request import router as pages
from api.console.views.entry import BundleRow, SearchPage
from api.console.views.shared import (
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
)
from api.paging import cursor, key_of, moment
from definitions.rules.numbers import is_bundle_number

router = pages()
router.include_router(inbox.router)
router.include_router(many.router)
router.include_router(tasks.router)
router.include_router(settings.router)
router.include_router(papers.router)

INBOX, SEARCH = "/console/inbox", "/console/search"
_ROWS, _FOUND, _TRAIL = 40, 20, 20
_PENDING = "pending"
After = Annotated[list[str] | None, Query(max_length=_TRAIL + 1)]


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
        pager=pager(SEARCH, query, list(after or ())[-_TRAIL:], more),
        searched=bool(asked) or pending,
    )
    return page(visitor.request, made)


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
